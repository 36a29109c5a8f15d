/**
 * The geometry of a thread: how far a measurement reaches, against the promise.
 *
 * Not drawing (`components/Thread.tsx`). Positions are shares of the width, 0 to 1. A thread that crosses the warp kept its
 * promise; one that stops short missed it.
 */

/** Where every promise stands. */
export const WARP_AT = 0.62;

const KEPT_FROM = 0.69;
const KEPT_ROOM = 0.31;
const MISSED_MIN = 0.06;
const GAP = 0.02;
/** Headroom of eight times and more fills the width. */
const DOUBLINGS_MAX = 3;
/** Kept with less than a tenth to spare. */
const CLOSE_BELOW = 1.1;

export type ThreadState = 'kept' | 'close' | 'missed' | 'unknown';

/** Headroom is allowed ÷ measured; null where nothing was measured. */
export function threadState(headroom: number | null): ThreadState {
  if (headroom === null || Number.isNaN(headroom)) return 'unknown';
  if (headroom < 1) return 'missed';
  return headroom < CLOSE_BELOW ? 'close' : 'kept';
}

/** Where the thread ends; null where there is none. */
export function threadEnd(headroom: number | null): number | null {
  if (headroom === null || Number.isNaN(headroom)) return null;
  if (headroom >= 1) {
    return KEPT_FROM + KEPT_ROOM * Math.min(1, Math.log2(headroom) / DOUBLINGS_MAX);
  }
  return WARP_AT * Math.max(MISSED_MIN, headroom) - GAP;
}

/** Headroom of a limit that must not be passed, such as an age or a share of faults. */
export function headroomOf(allowed: number, measured: number): number {
  if (measured <= 0) return Number.POSITIVE_INFINITY;
  return allowed / measured;
}

/** Headroom of "at least": compares the shares that fail. */
export function headroomOfShare(promised: number, measured: number): number {
  return headroomOf(1 - promised, 1 - measured);
}
