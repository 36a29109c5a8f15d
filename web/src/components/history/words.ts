/**
 * What the history of a rule says.
 */

import { formatNumber, plural } from '../../lib/format.ts';
import type { HistoryLine, HistoryPoint } from './history-line.ts';

export const words = {
  asLine: 'Show as line',
  asTable: 'Show as table',
  batchOf: 'Batch of',
  result: 'Result',
  measured: 'Measured',
  notChecked: 'not checked',
  setAside: 'rows set aside',
  missed: 'missed',
  kept: 'kept',
  promiseAt: (value: string): string => `promise ${value}`,
};

/** The finding of a line as a sentence. */
export function historyFinding({ points, isSetAside }: HistoryLine): string {
  const checked = points.filter(({ value }) => value !== null);
  const missed = checked.filter(({ isMiss }) => isMiss).length;
  if (checked.length === 0) return 'No batch was checked yet';
  const batches = plural(checked.length, { one: '# batch', other: '# batches' });
  if (missed === 0) {
    return plural(checked.length, { one: 'Kept in its one batch', other: 'Kept in all # batches' });
  }
  const count = formatNumber(missed);
  const isNow = checked.at(-1)?.isMiss === true;
  if (isSetAside) {
    return isNow
      ? `Set rows aside in ${count} of ${batches}, the newest among them`
      : `Set rows aside in ${count} of ${batches}`;
  }
  return isNow
    ? `Missed in ${count} of ${batches}, the newest among them`
    : `Missed in ${count} of ${batches}`;
}

/** What a point says: its value, and how it ended. */
export function pointWords(
  { value, isMiss }: HistoryPoint,
  isSetAside: boolean,
  shown: string,
): string {
  const said = value === null ? 'not checked' : shown;
  if (!isMiss) return said;
  return isSetAside ? `${said}, the rest set aside` : `${said}, missed`;
}
