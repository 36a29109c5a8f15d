/**
 * About how many rows a condition leaves, from what a node measured of the table. For people, never for a decision.
 *
 * What was measured are rows, NULLs and how many values a column has. Values of a column count as equally frequent, as query
 * planners take them without a histogram; ranges and prefixes stay unknown rather than guessed.
 */
import type { Constant, Predicate } from '../lib/predicate.ts';

export interface MeasuredTable {
  rows: number;
  /** Share of NULL by column, 0 to 1. */
  nulls: Readonly<Record<string, number>>;
  /** How many values by column, NULL not counted. */
  distinct: Readonly<Record<string, number>>;
}

/** Null when nothing that was measured tells. */
export function estimateRows(predicate: Predicate, measured: MeasuredTable): number | null {
  const share = shareOf(predicate, measured);
  return share === null ? null : Math.round(measured.rows * share);
}

function shareOf(predicate: Predicate, measured: MeasuredTable): number | null {
  switch (predicate.op) {
    case 'true':
      return 1;
    case 'false':
      return 0;
    case 'and':
      return product(predicate.args.map((arg) => shareOf(arg, measured)));
    case 'or': {
      const none = product(predicate.args.map((arg) => inverse(shareOf(arg, measured))));
      return inverse(none);
    }
    case 'not':
      return inverse(shareOf(predicate.arg, measured));
    case 'eq':
      return predicate.value.type === 'null'
        ? nullShare(predicate.column, measured)
        : valuesShare(predicate.column, 1, measured);
    case 'ne':
      return inverse(shareOf({ ...predicate, op: 'eq' }, measured));
    case 'in':
      return valuesShare(predicate.column, countOf(predicate.values), measured);
    case 'inSet':
      return predicate.list === null
        ? null
        : valuesShare(predicate.column, countOf(predicate.list.keys), measured);
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

function nullShare(column: string, { nulls }: MeasuredTable): number | null {
  return Object.hasOwn(nulls, column) ? (nulls[column] ?? null) : null;
}

function countOf(values: readonly Constant[]): number {
  return new Set(values.flatMap((one) => (one.type === 'null' ? [] : [one.value]))).size;
}

/** The share of rows that have one of so many values. */
function valuesShare(column: string, count: number, measured: MeasuredTable): number | null {
  const { distinct } = measured;
  const values = Object.hasOwn(distinct, column) ? (distinct[column] ?? 0) : 0;
  const empty = nullShare(column, measured);
  if (values <= 0 || empty === null) return null;
  return (1 - empty) * Math.min(1, count / values);
}
