/**
 * Order of cells of one type: of bounds, of partition values.
 *
 * Not the order of predicates (`lib/predicate.ts` has that); text compares as UTF-8 bytes in both.
 */
import { compareText } from '../lib/predicate.ts';
import type { BoundCell } from './bounds.ts';

/** Negative, zero or positive; both cells are of one type. */
export function compareCells(a: BoundCell, b: BoundCell): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
