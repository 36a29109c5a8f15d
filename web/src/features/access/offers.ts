/** What each purpose would show, and which of them a request begins with. */
import type { AccessExplanation, SeenView } from '../../api/access.ts';

export interface PurposeOffer {
  purpose: string;
  isAllowed: boolean;
  /** Null while it is on its way. */
  explained: AccessExplanation | null;
  /** What it would show is on its way. */
  isAsking: boolean;
  /** What an agreement for it would show; null where it would show nothing. */
  view: SeenView | null;
  /** The agreement that the reader already has, or has asked for, on this major. */
  agreement: string | null;
}

/**
 * The purpose that is looked at: the one that was chosen, else the first that an agreement shows anything for. Null while that is
 * not known.
 */
export function chosenOf(
  offers: readonly PurposeOffer[],
  purpose: string | undefined,
): PurposeOffer | 'none' | null {
  const open = offers.filter(({ isAllowed }) => isAllowed);
  const chosen = open.find((offer) => offer.purpose === purpose);
  if (chosen !== undefined) return chosen;
  if (open.some(({ isAsking }) => isAsking)) return null;
  return open.find(({ view }) => view !== null) ?? open[0] ?? 'none';
}
