/**
 * Sets of numbers as unions of intervals: enough to say whether one threshold or range allows more than another.
 *
 * Bounds are exact decimals in text, so that nothing is judged on a rounded double.
 */
import { compareDecimals, plainDecimal } from '../lib/decimal-text.ts';
import type { Bound, Threshold } from './plan.ts';

/** One interval; a null end is infinite. */
export interface Interval {
  low: Bound | null;
  high: Bound | null;
}

/** Orders two bound values. */
export type Order = (a: string, b: string) => number;

/** The values that satisfy a threshold. */
export function intervalsOf(threshold: Threshold): Interval[] {
  const [first = '0', second = '0'] = threshold.values.map((v) => plainDecimal(String(v)) ?? '0');
  const at = (value: string, inclusive: boolean): Bound => ({ value, inclusive });
  switch (threshold.op) {
    case 'mustBe':
      return [{ low: at(first, true), high: at(first, true) }];
    case 'mustNotBe':
      return [
        { low: null, high: at(first, false) },
        { low: at(first, false), high: null },
      ];
    case 'mustBeGreaterThan':
      return [{ low: at(first, false), high: null }];
    case 'mustBeGreaterOrEqualTo':
      return [{ low: at(first, true), high: null }];
    case 'mustBeLessThan':
      return [{ low: null, high: at(first, false) }];
    case 'mustBeLessOrEqualTo':
      return [{ low: null, high: at(first, true) }];
    case 'mustBeBetween':
      return [{ low: at(first, true), high: at(second, true) }];
    case 'mustNotBeBetween':
      return [
        { low: null, high: at(first, false) },
        { low: at(second, false), high: null },
      ];
  }
}

/** True when every value of `inner` is in `outer`. The intervals of one set do not touch. */
export function isSubset(
  inner: readonly Interval[],
  outer: readonly Interval[],
  order: Order = compareDecimals,
): boolean {
  return inner.every((a) => outer.some((b) => isWithin(a, b, order)));
}

function isWithin(a: Interval, b: Interval, order: Order): boolean {
  return isAbove(a.low, b.low, order) && isAbove(b.high, a.high, order, true);
}

/** Lower ends: `a` is at or above `b`. Upper ends (`upper`): `a` is at or above `b`, where null is above all. */
function isAbove(a: Bound | null, b: Bound | null, order: Order, upper = false): boolean {
  if (upper) {
    if (a === null) return true;
    if (b === null) return false;
  } else {
    if (b === null) return true;
    if (a === null) return false;
  }
  const direction = order(a.value, b.value);
  if (direction !== 0) return direction > 0;
  const inner = upper ? b : a;
  const outer = upper ? a : b;
  return outer.inclusive || !inner.inclusive;
}

/** What a change from one set to another does to each side. */
export function judgeSets(
  before: readonly Interval[],
  after: readonly Interval[],
  order: Order = compareDecimals,
): 'same' | 'tightened' | 'loosened' | 'other' {
  const smaller = isSubset(after, before, order);
  const larger = isSubset(before, after, order);
  if (smaller && larger) return 'same';
  if (smaller) return 'tightened';
  return larger ? 'loosened' : 'other';
}
