/**
 * Granularity: what one row is, as a level per dimension (`store × day`), and when one is finer than another.
 *
 * Not a list of business words: the mesh declares its dimensions; only time is known here. A level that no dimension
 * declares is a dimension of its own with that one level.
 * Invariant: the order is partial. A comparison holds only when it holds in each dimension; incomparable granularities
 * answer false to every comparison but `!=`.
 */
import type { CompareOp } from '../lib/expression.ts';

/** Dimension → its levels, finest first. */
export type GranularityOrder = Readonly<Record<string, readonly string[]>>;

export const TIME_ORDER: GranularityOrder = {
  time: ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'],
};

/** Dimension → rank of the level, from 0 for the finest. A dimension that is absent is summed up entirely. */
export type Granularity = ReadonlyMap<string, number>;

/** Reads `store × day` (also `store x day`, `store*day`); null when a part is empty or a dimension stands twice. */
export function parseGranularity(
  text: string,
  order: GranularityOrder = TIME_ORDER,
): Granularity | null {
  const levels = text.split(/\s*[×*]\s*|\s+x\s+/).map((level) => level.trim().toLowerCase());
  const granularity = new Map<string, number>();
  for (const level of levels) {
    if (level === '') return null;
    const [dimension, rank] = placeOf(level, order);
    if (granularity.has(dimension)) return null;
    granularity.set(dimension, rank);
  }
  return granularity;
}

function placeOf(level: string, order: GranularityOrder): [string, number] {
  for (const [dimension, levels] of Object.entries(order)) {
    const rank = levels.indexOf(level);
    if (rank >= 0) return [dimension, rank];
  }
  return [`=${level}`, 0];
}

/** True when each row of `a` belongs to one row of `b`: `a` can be rolled up to `b`. */
export function isAtLeastAsFine(a: Granularity, b: Granularity): boolean {
  return [...b].every(
    ([dimension, rank]) => (a.get(dimension) ?? Number.POSITIVE_INFINITY) <= rank,
  );
}

/** Compares as `a op b`, where less means finer. */
export function compareGranularity(a: Granularity, op: CompareOp, b: Granularity): boolean {
  const finer = isAtLeastAsFine(a, b);
  const coarser = isAtLeastAsFine(b, a);
  switch (op) {
    case '=':
      return finer && coarser;
    case '!=':
      return !(finer && coarser);
    case '<=':
      return finer;
    case '<':
      return finer && !coarser;
    case '>=':
      return coarser;
    case '>':
      return coarser && !finer;
  }
}
