/**
 * About how many rows a condition leaves, from what a node measured of the table. For people, never for a decision.
 *
 * What was measured are rows and NULLs, so conditions on values stay unknown rather than guessed.
 */
import type { Predicate } from '../lib/predicate.ts';

export interface MeasuredTable {
  rows: number;
  /** Share of NULL by column, 0 to 1. */
  nulls: Readonly<Record<string, number>>;
}

/** Null when nothing that was measured tells. */
export function estimateRows(predicate: Predicate, { rows, nulls }: MeasuredTable): number | null {
  const share = shareOf(predicate, nulls);
  return share === null ? null : Math.round(rows * share);
}

function shareOf(predicate: Predicate, nulls: MeasuredTable['nulls']): number | null {
  switch (predicate.op) {
    case 'true':
      return 1;
    case 'false':
      return 0;
    case 'and':
      return product(predicate.args.map((arg) => shareOf(arg, nulls)));
    case 'or': {
      const none = product(predicate.args.map((arg) => inverse(shareOf(arg, nulls))));
      return inverse(none);
    }
    case 'not':
      return inverse(shareOf(predicate.arg, nulls));
    case 'eq':
      return predicate.value.type === 'null' ? nullShare(predicate.column, nulls) : null;
    case 'ne':
      return predicate.value.type === 'null' ? inverse(nullShare(predicate.column, nulls)) : null;
    default:
      return null;
  }
}

/** As if the parts had nothing to do with each other; nothing is left of what one part leaves nothing of. */
function product(shares: readonly (number | null)[]): number | null {
  if (shares.includes(0)) return 0;
  return shares.reduce((all, share) => (all === null || share === null ? null : all * share), 1);
}

function inverse(share: number | null): number | null {
  return share === null ? null : 1 - share;
}

function nullShare(column: string, nulls: MeasuredTable['nulls']): number | null {
  return Object.hasOwn(nulls, column) ? (nulls[column] ?? null) : null;
}
