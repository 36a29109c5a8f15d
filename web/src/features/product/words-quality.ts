/**
 * What the tabs of quality and of one rule say.
 */
import type { ReactNode } from 'react';
import type { MeasuredPromise } from '../../api/promises.ts';
import type { PhraseParts } from '../../components/Phrase.tsx';
import { formatNumber, plural } from '../../lib/format.ts';

export const words = {
  loading: 'Loading the rules',
  which: 'Which promises',
  all: (count: number): string => `All ${count}`,
  off: (count: number): string => `Off or set aside ${count}`,
  noneOffHelp: 'Every promise that was measured is kept, and no row was set aside.',
  noneOff: 'Nothing is off',
  promises: (count: number): string => plural(count, { one: '# promise', other: '# promises' }),
  delivery: 'Delivery',
  asTable: (caption: string): string => `${caption}, as a table`,
  promise: 'Promise',
  dimension: 'Dimension',
  room: 'Room',
  measured: 'Measured',
  state: 'State',
  notMeasured: 'not measured yet',
  loadingRule: 'Loading the rule',
  noRule: (product: string, rule: string): string => `${product} has no rule ${rule}`,
  seeRules: 'See its rules',
  history: 'Over its last batches',
  now: 'Now',
  asideHidden: (count: number, product: string): string =>
    plural(count, {
      one: `# row of the newest batch is set aside. Who looks after ${product} sees and repairs it.`,
      other: `# rows of the newest batch are set aside. Who looks after ${product} sees and repairs them.`,
    }),
  states: { kept: 'kept', close: 'close', missed: 'missed', unknown: 'not measured yet' },
  wholeRules: (table: string): string => `${table}: rules on the whole`,
  table: 'Table',
  measuredOn: (batch: ReactNode): PhraseParts => ['Measured on ', { piece: batch }, '.'],
  aside: 'Rows that it set aside',
  repair: 'Repair them',
  rows: 'The rows, as a table',
  rowsTable: 'Rows that the rule set aside',
  record: 'Record',
  value: 'Value',
  reason: 'Reason',
  batch: 'Batch',
  line: (line: number): string => `line ${formatNumber(line)}`,
  empty: 'empty',
};

/** The finding: what is missed, else what was set aside, else that all is kept. */
export function qualityFinding(all: readonly MeasuredPromise[]): string {
  const missed = all.filter(({ state }) => state === 'missed').length;
  const aside = all.filter(({ refused }) => (refused ?? 0) > 0).length;
  if (missed > 0)
    return plural(missed, { one: 'One promise is missed', other: '# promises are missed' });
  if (all.every(({ state }) => state === 'unknown')) return 'Nothing was measured yet';
  const kept = all.some(({ state }) => state === 'unknown')
    ? 'Every promise that was measured is kept'
    : 'Every promise is kept';
  if (aside === 0) return kept;
  return plural(aside, {
    one: `${kept}; one rule set rows aside`,
    other: `${kept}; # rules set rows aside`,
  });
}
