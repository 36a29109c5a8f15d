/**
 * Days of promises as they are drawn and told: what stands on a day, what a row of days says as a sentence.
 *
 * Not drawing (`components/Weave.tsx`).
 */
import type { ReactNode } from 'react';
import { dueWords } from './words-weave.ts';

export type WeaveState = 'kept' | 'close' | 'missed' | 'none';

export interface WeaveDay {
  /** `YYYY-MM-DD`, of UTC. */
  day: string;
  state: WeaveState;
  batches?: number;
  held?: number;
  failed?: number;
  records?: number;
}

export interface WeaveRow {
  id: string;
  /** As a text, for readers that do not see. */
  title: string;
  /** As it is shown: a link with its cloth, as a rule. */
  name: ReactNode;
  /** The oldest first. */
  days: readonly WeaveDay[];
  /** What stands at the end of the row. */
  status?: ReactNode;
}

export function countStates(days: readonly WeaveDay[]): Record<WeaveState, number> {
  const counts = { kept: 0, close: 0, missed: 0, none: 0 };
  for (const { state } of days) counts[state]++;
  return counts;
}

/** "26 of 28 days kept, 2 missed": what was due, not what the calendar has. */
export function daySummary(days: readonly WeaveDay[]): string {
  const { kept, close, missed, none } = countStates(days);
  const due = days.length - none;
  return dueWords({ days: days.length, due, kept: kept + close, close, missed });
}

const MARK_EVERY = 7;
/** A mark nearer to the end than this would touch "today". */
const MARK_ROOM = 4;

/** Which days have their date above them: each week from the first, and today at the end. */
export function monthMarks(days: readonly WeaveDay[]): DayMark[] {
  const last = days.length - 1;
  return days.flatMap(({ day }, at): DayMark[] => {
    if (at === last) return [{ at, day, anchor: 'end' }];
    return at % MARK_EVERY === 0 && last - at > MARK_ROOM ? [{ at, day, anchor: 'start' }] : [];
  });
}

export interface DayMark {
  at: number;
  day: string;
  anchor: 'start' | 'end';
}
