/**
 * An old version and the new one as two threads over time: where each begins and ends on a line of width 1, and how many days the
 * old one still serves.
 *
 * Not drawing (`components/SunsetLine.tsx`). Invariant: places keep the order of the times, and the end of the old one has
 * room for its day at its right.
 */
export interface SunsetTimes {
  from: { version: string; until: string };
  to: { version: string; starts: string };
  now: string;
}

export interface Sunset {
  /** Whole days from now to the end of the old one; 0 once it is over. */
  days: number;
  /** Days on which neither serves; 0 where the new one comes in time. */
  gap: number;
  isOver: boolean;
  hasBegun: boolean;
  /** Where they stand on the line, from 0 to 1. */
  starts: number;
  until: number;
  now: number;
}

const DAY_MS = 86_400_000;
/** What came before the first mark, and what comes after the last, have so much of the line. */
const BEFORE = 0.12;
const AFTER = 0.24;

/** Null where one of the times cannot be read. */
export function sunsetOf({ from, to, now: at }: SunsetTimes): Sunset | null {
  const [until, starts, now] = [from.until, to.starts, at].map((text) => Date.parse(text));
  if (until === undefined || starts === undefined || now === undefined) return null;
  if ([until, starts, now].some(Number.isNaN)) return null;
  const first = Math.min(until, starts, now);
  const span = Math.max(until, starts, now) - first;
  const place = (time: number): number =>
    BEFORE + (span === 0 ? 0 : ((time - first) / span) * (1 - BEFORE - AFTER));
  return {
    days: daysBetween(now, until),
    gap: daysBetween(until, starts),
    isOver: now >= until,
    hasBegun: now >= starts,
    starts: place(starts),
    until: place(until),
    now: place(now),
  };
}

/** A day that has begun counts. */
const daysBetween = (from: number, to: number): number =>
  Math.max(0, Math.ceil((to - from) / DAY_MS));
