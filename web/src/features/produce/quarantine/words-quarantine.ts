/**
 * What the pages of refused rows and of their repair say.
 */
import type { PhraseParts } from '../../../components/Phrase.tsx';
import { formatNumber, plural } from '../../../lib/format.ts';
import type { Cause } from '../types.ts';

export const words = {
  oneCause: 'All for one cause',
  causes: (count: number): string => plural(count, { one: '# cause', other: '# causes' }),
  allCauses: (count: number): string => `Show all ${formatNumber(count)} causes`,
  decidedCauses: (count: number): string =>
    plural(count, {
      one: 'Show # cause that was decided about',
      other: 'Show # causes that were decided about',
    }),
  nextCause: 'Next cause',
  causeBefore: 'Cause before',
  why: 'Why',
  whyRecord: 'Why, for the record',
  notNow: 'Not now',
  mendedRows: 'Rows mended by hand',
  mended: 'Mended by hand',
  dropMended: 'Drop the mended file here, or choose it',
  dropHelp:
    'It is tried first; nothing changes until you send. Lines that change nothing are left out.',
  trying: 'Trying it…',
  repairing: 'Repairing',
  narrow: 'Narrow the rows',
  reasonWords: 'Words of the reason',
  refusedValue: 'Refused value',
  batch: 'Batch',
  state: 'State',
  any: 'any',
  cameIn: 'Came in',
  clear: 'Take all away',
  product: 'Product',
  byCause: 'Refused rows by cause',
  byCauseIn: (state: string): string => `Rows that are ${state}, by cause`,
  noneHelp: 'Refused rows arrive here with their reasons. Take a filter away to see more.',
  none: 'No row fits',
  noneOpen: 'None of these rows is open: they were decided about, or their batch is held.',
  countsOnly: 'Counts and causes only: the rows are for the people of the domain.',
  titleShort: 'Refused rows',
  neverDeleted: 'No decision deletes a row',
  capped: 'Only the 2,000 newest batches with refused rows were looked at.',
  rowsHidden:
    'The rows themselves are for those who produce for the domain. You see counts and causes; the people of the domain decide about the rows.',
  rows: 'Refused rows',
  rowsTable: 'Refused rows with their reasons',
  line: 'Line',
  wrong: 'What is wrong',
  asCame: 'As it came',
  noValue: 'no value',
  noText: 'no text of its encoding',
  tryRepair: 'Try a repair',
  oldValue: (place: number): string => `Old value ${place}`,
  newValue: (place: number): string => `New value ${place}`,
  oneMore: 'One more value',
  column: 'Column',
  beforeAfter: 'Rows before and after the repair',
  beforeAfterTable: 'The first rows, before and after the repair',
  sendAgain: 'Send again',
  giveUpHelp:
    'They never come into the table. They stay in the quarantine with your reason and can be exported.',
  underWay: 'Under way. It goes on when you leave this page.',
  sayNew: 'Say the new value to see what it would do.',
  passes: 'What passes is in the table at once.',
  nonePasses: 'There is nothing to send while no row passes: try other values.',
  wouldHold: (because: string): string => `The repair would be held: ${because}.`,
  ndjson: 'NDJSON: can be mended and sent back',
  csv: 'CSV: for looking',
  parquet: 'Parquet: with the bytes as they came',
  export: 'Export the rows',
  marking: 'Marking',
  mendHow: [
    'Export as NDJSON, change ',
    { code: 'raw' },
    ' or add ',
    { code: 'values' },
    ', leave ',
    { code: 'ref' },
  ] as PhraseParts,
  sendRowsAgain: (count: number): string =>
    plural(count, { one: 'Send # row again', other: 'Send # rows again' }),
  repair: (count: number): string =>
    plural(count, { one: 'Repair of # row', other: 'Repair of # rows' }),
  repairBy: (count: number, file: string): string =>
    plural(count, { one: `Repair of # row by ${file}`, other: `Repair of # rows by ${file}` }),
  givingUp: (count: number): string =>
    plural(count, { one: 'Giving up # row', other: 'Giving up # rows' }),
  marked: (count: number): string =>
    plural(count, {
      one: '# row given up. It stays in the quarantine, marked',
      other: '# rows given up. They stay in the quarantine, marked',
    }),
  asItShallBe: (column: string): PhraseParts => [
    { code: column },
    ' as it came, and as it shall be',
  ],
  noRow: (state: string | undefined): string =>
    state === undefined ? 'No row is here.' : `No row is ${state}.`,
  moreThan: (count: number): string =>
    plural(count, { one: 'Show more than # row', other: 'Show more than # rows' }),
  noChange: (effect: string): string => `No value changes: ${effect}.`,
  firstOf: (shown: number, all: number, isWhole: boolean): string => {
    const rows = plural(all, { one: '# row', other: '# rows' });
    return isWhole
      ? `The first ${formatNumber(shown)} of ${rows}; all were checked.`
      : `The first ${formatNumber(shown)} of ${rows}.`;
  },
  refusedBy: (count: number, rule: string): PhraseParts => [
    plural(count, { one: '# is refused again by ', other: '# are refused again by ' }),
    { code: rule },
  ],
  leftBecause: (count: number, why: string): string =>
    plural(count, { one: `# row left: ${why}.`, other: `# rows left: ${why}.` }),
  stillToTry: (count: number): string =>
    plural(count, { one: '# more batch still to try …', other: '# more batches still to try …' }),
  giveUp: (count: number): string =>
    plural(count, { one: 'Give up # row', other: 'Give up # rows' }),
  rowsWait: (count: number): string =>
    plural(count, {
      one: '# row waits. Choose a repair to see what it would do; nothing changes until you send.',
      other:
        '# rows wait. Choose a repair to see what it would do; nothing changes until you send.',
    }),
  tryingAll: (count: number): string =>
    plural(count, { one: 'Trying it on # row…', other: 'Trying it on all # rows…' }),
  isSet: (name: string): string => `${name} :=`,
  close: 'Close',
  tooManyBatches:
    'More batches have refused rows than are tried at once: narrow the time to see them.',
};

export const SINCE = [
  ['', 'any time'],
  ['1', 'the last day'],
  ['7', 'the last 7 days'],
  ['30', 'the last 30 days'],
] as const;

const EXAMPLES = 3;

/** What more is known of a cause: examples, batches, and how its rows stand. */
export function moreOf({ examples, batches, open, held, records }: Cause): string {
  const parts: string[] = [];
  if (examples.length > 0) {
    const shown = examples.slice(0, EXAMPLES);
    parts.push(shown.map((value) => (value === '' ? words.noValue : value)).join(', '));
  }
  if (batches > 1) parts.push(plural(batches, { one: 'in # batch', other: 'in # batches' }));
  if (held > 0) parts.push(held === records ? 'held' : `${formatNumber(held)} held`);
  if (open > 0 && open < records) parts.push(`${formatNumber(open)} open`);
  if (open === 0 && held === 0) parts.push('none open');
  return parts.join(' · ');
}
