/**
 * How a view treats each column, counted and with reasons: the same words on the request page, at a decision, and as "see as".
 */
import type { MaskKind, SeenView } from '../api/access.ts';
import { hiddenReason, maskReason, treatmentWords } from './words.ts';

export interface Treatment {
  column: string;
  /** Null: as it is. */
  mask: MaskKind | null;
  isHidden: boolean;
  /** Why, where it is not as it is. */
  why: string | null;
}

/** In the order of the contract's columns; `only` narrows as an agreement does. */
export function treatmentsOf(
  view: SeenView,
  columns: readonly string[],
  only: readonly string[] | null = null,
): Treatment[] {
  const seen = new Map(view.columns.map(({ name, mask }) => [name, mask]));
  const hidden = new Map(view.hidden.map(({ column, why }) => [column, why]));
  return columns.map((column) => {
    const mask = seen.get(column);
    if (mask === undefined) {
      const why = hidden.get(column) ?? (view.granularity === null ? 'policy' : 'granularity');
      return { column, mask: null, isHidden: true, why: hiddenReason(why) };
    }
    if (only !== null && !only.includes(column)) {
      return { column, mask: null, isHidden: true, why: hiddenReason('agreement') };
    }
    return { column, mask, isHidden: false, why: mask === null ? null : maskReason(mask) };
  });
}

/** "4 as they are, 2 changed, 2 hidden". */
export function treatmentSummary(treatments: readonly Treatment[]): string {
  const hidden = treatments.filter(({ isHidden }) => isHidden).length;
  const changed = treatments.filter(({ mask }) => mask !== null).length;
  const plain = treatments.length - hidden - changed;
  return treatmentWords({ plain, changed, hidden });
}

/** Columns by reason, so that each reason is said once. */
export function reasonsOf(treatments: readonly Treatment[]): { columns: string[]; why: string }[] {
  const byReason = new Map<string, string[]>();
  for (const { column, why } of treatments) {
    if (why !== null) byReason.set(why, [...(byReason.get(why) ?? []), column]);
  }
  return [...byReason].map(([why, columns]) => ({ columns, why }));
}
