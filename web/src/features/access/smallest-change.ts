/**
 * The smallest change of a request that would show more: another allowed purpose.
 */
import type { PurposeOffer } from './offers.ts';

/** The purpose that shows most of what the chosen one hides, and what; null when none shows more. */
export function moreShown(
  chosen: PurposeOffer,
  offers: readonly PurposeOffer[],
): { purpose: string; columns: string[] } | null {
  if (chosen.view === null) return null;
  const shown = new Set(chosen.view.columns.map(({ name }) => name));
  const gains = offers
    .filter(
      ({ isAllowed, purpose, view }) => isAllowed && view !== null && purpose !== chosen.purpose,
    )
    .map(({ purpose, view }) => ({
      purpose,
      columns: (view?.columns ?? []).map(({ name }) => name).filter((name) => !shown.has(name)),
    }))
    .filter(({ columns }) => columns.length > 0)
    .sort((a, b) => b.columns.length - a.columns.length);
  return gains[0] ?? null;
}
