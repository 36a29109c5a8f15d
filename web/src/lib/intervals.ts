/**
 * Answers with noise, as intervals: what may be said of them, and the axis that they stand on.
 *
 * Two are apart where the lowest of one is above the highest of the other, whole intervals alone; estimates decide nothing.
 * Invariant: what is withheld is in no saying, and no number is made for it.
 */
export interface ToldRow {
  label: string;
  estimate: number;
  low: number;
  high: number;
}

export type IntervalRow = ToldRow | { label: string; withheld: true };

export type Saying =
  /** Above all others that are told; the highest of those is `next`. */
  | { kind: 'most'; row: ToldRow; next: number }
  /** Above each of these; whom they are above themselves follows. */
  | { kind: 'ahead'; row: ToldRow; of: ToldRow[] }
  /** Each of these meets each other. */
  | { kind: 'close'; rows: ToldRow[] };

export const isTold = (row: IntervalRow): row is ToldRow => !('withheld' in row);

export function isAbove(a: ToldRow, b: ToldRow): boolean {
  return a.low > b.high;
}

/** All that follows: each pair of rows is apart by these sayings, or stands together in one that is too close. */
export function mayBeSaid(rows: readonly IntervalRow[]): Saying[] {
  const told = rows.filter(isTold).toSorted((a, b) => b.high - a.high || b.low - a.low);
  const [first, second] = told;
  if (first === undefined || second === undefined) return [];
  const isMost = isAbove(first, second);
  const ahead = told.slice(isMost ? 1 : 0).flatMap((row): Saying[] => {
    const of = nextBelow(row, told);
    return of.length === 0 ? [] : [{ kind: 'ahead', row, of }];
  });
  const close = together(told).map((rows): Saying => ({ kind: 'close', rows }));
  return [
    ...(isMost ? [{ kind: 'most' as const, row: first, next: second.high }] : []),
    ...ahead,
    ...close,
  ];
}

/** Whom a row is above, without those that one of them is above already. */
function nextBelow(row: ToldRow, told: readonly ToldRow[]): ToldRow[] {
  const below = told.filter((other) => isAbove(row, other));
  return below.filter((other) => !below.some((between) => isAbove(between, other)));
}

/** The largest groups in which each meets each: all that meet share a point, so the lowest ends find them. */
function together(told: readonly ToldRow[]): ToldRow[][] {
  const at = told.map(({ low }) => told.filter((row) => row.low <= low && row.high >= low));
  const whole = at.filter(
    (group, index) =>
      group.length > 1 &&
      !at.some(
        (other, place) =>
          group.every((row) => other.includes(row)) &&
          (other.length > group.length || place < index),
      ),
  );
  return whole;
}

export interface Axis {
  from: number;
  to: number;
  ticks: number[];
}

const TICKS = 6;

/** From zero, or from the lowest where that is below it, in steps of 1, 2, 2.5 or 5; with room for words behind the highest. */
export function axisOf(rows: readonly IntervalRow[], room = 0): Axis {
  const told = rows.filter(isTold);
  const lowest = Math.min(0, ...told.map(({ low }) => low));
  const highest = Math.max(0, ...told.map(({ high }) => high));
  const span = highest - lowest || 1;
  const step = niceStep(span / TICKS);
  const from = Math.floor(lowest / step) * step;
  const to = from + (lowest + span - from) / (1 - room);
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  // Why by multiples: adding up a step of a tenth would end at 0.30000000000000004.
  const ticks = Array.from({ length: count }, (_, at) => tidy(from + at * step, step));
  // Why none: an axis of nothing would put numbers beside what is withheld.
  return { from, to, ticks: told.length === 0 ? [] : ticks };
}

/** The side of a band with room for words of so much of the width; where neither has it, the one that has more. */
export function sideOf(row: ToldRow, axis: Axis, needed: number): 'left' | 'right' {
  const right = 1 - placeOn(axis, row.high);
  return right >= needed || right >= placeOn(axis, row.low) ? 'right' : 'left';
}

/** Where a value stands on the axis, from 0 to 1. */
export function placeOn({ from, to }: Axis, value: number): number {
  return (value - from) / (to - from);
}

const NICE = [1, 2, 2.5, 5];

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const digit = rough / power;
  return (NICE.find((nice) => digit <= nice) ?? 10) * power;
}

const tidy = (value: number, step: number): number =>
  Number(value.toFixed(Math.min(20, Math.max(0, Math.ceil(-Math.log10(step)) + 1))));
