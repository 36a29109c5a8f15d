/**
 * The verdict of a batch in words, as headlines and lists say it.
 */
import type { BatchReport } from '../api/types.ts';
import { formatNumber, plural } from '../lib/format.ts';
import type { Outcome, Standing } from '../lib/work.ts';

/** The verdict as work ends with it. */
export function verdictOf(report: Parameters<typeof verdictWords>[0]): Outcome {
  return { says: verdictWords(report), standing: STANDINGS[report.state] ?? 'close' };
}

const STANDINGS: Readonly<Record<string, Standing>> = {
  committed: 'kept',
  held: 'missed',
  failed: 'missed',
  discarded: 'missed',
};

/** "Held: 405 of 3,000 rows refused. Nothing of it is visible yet." */
export function verdictWords({
  state,
  records,
  because,
}: Pick<BatchReport, 'state' | 'records' | 'because'>): string {
  const refused =
    records.quarantined > 0
      ? `${formatNumber(records.quarantined)} of ${plural(records.in, { one: '# row', other: '# rows' })} refused`
      : '';
  switch (state) {
    case 'committed':
      return `${plural(records.good, { one: '# row is', other: '# rows are' })} in the table${refused === '' ? '' : `, ${refused}`}`;
    case 'held':
      return `Held${refused === '' ? '' : `: ${refused}`}. Nothing of it is visible yet`;
    case 'failed':
      return `Not taken: ${because ?? 'it cannot be read'}`;
    case 'discarded':
      return 'Discarded. Nothing of it is visible';
    default:
      return 'Being checked';
  }
}
