/**
 * What the workbench says.
 */
import type { ReactNode } from 'react';
import type { PhraseParts } from '../../components/Phrase.tsx';
import { maskWord } from '../../components/words.ts';
import { formatBytes, formatDuration, formatName, formatNumber, plural } from '../../lib/format.ts';

const ROWS = { one: '# row', other: '# rows' };

const MASKS: Record<string, string> = {
  hash: 'a stand-in, the same in all your queries',
  null: 'an empty cell',
  fixed: 'always the same value',
  truncate: 'a value in steps',
  bucket: 'values in bands',
  part: 'a part of the value',
};

export const words = {
  title: 'Workbench',
  tree: 'What I can query',
  more: 'Find more in the market',
  treeEmpty:
    'Nothing of yours is for this purpose. Choose another one at the top, or ask for more in the market.',
  treeFilter: 'Product or column',
  insert: (name: string): string => `Put ${name} into the query`,
  grouped: 'grouped: rows are counts of several',
  columnsAway: 'Its columns could not be had now.',
  nothingShown: 'Nothing of it is shown to you for this purpose.',
  nothingFrom: (product: string): string =>
    `Nothing of ${product} can be queried for this purpose.`,
  hiddenShort: 'hidden for your purpose',
  hiddenColumn: (name: string): string => `${name} is hidden for your purpose`,
  veiledColumn: (name: string, veil: string): string => `${name} shows ${veil}`,
  run: 'Run',
  cancel: 'Cancel',
  editor: 'SQL of the query',
  maskOf: (mask: string): string => MASKS[mask] ?? maskWord(mask),
  masked: (origin: string | null, mask: string): string => {
    const what = MASKS[mask] ?? maskWord(mask);
    return origin === null
      ? `Your purpose shows ${what} in place of the value.`
      : `comes from ${origin}. Your purpose shows ${what} in place of the value.`;
  },
  cells: (by: readonly string[], { units, of }: { units: number; of: string }): string =>
    `One row for each ${by.join(' × ')}; groups of fewer than ${formatNumber(units)} ${of} are left out.`,
  rows: (condition: string): string =>
    condition.startsWith('some,')
      ? 'Some rows are left out, by a condition on what is not shown.'
      : `Only rows with ${condition}.`,
  hidden: (count: number): string =>
    count === 1
      ? 'is hidden for your purpose: a query cannot name it.'
      : 'are hidden for your purpose: a query cannot name them.',
  rowLimit: (rows: number): string => `At most ${plural(rows, ROWS)} of it in one answer.`,
  exportForbidden: (product: string): string =>
    `The policy of ${product} lets you look at it and not take it away as a file.`,
  copyForbidden: (product: string): string => `Not copied: ${words.exportForbidden(product)}`,
  shaped: (count: number): string =>
    plural(count, { one: '# rule shaped this', other: '# rules shaped this' }),
  running: (rows: number, bytes: number, elapsedMs: number): string => {
    const seconds = Math.max(elapsedMs, 1) / 1_000;
    const rate = formatNumber(Math.round(rows / seconds));
    const time = formatDuration(elapsedMs);
    return rows === 0
      ? `running, ${time}`
      : `${plural(rows, ROWS)}, ${rate} a second, ${formatBytes(bytes)}, ${time}`;
  },
  rowsIn: (rows: number): string => plural(rows, ROWS),
  took: (ms: number): string => `in ${formatDuration(ms)}`,
  cost: (cpuSeconds: number, bytes: number): string =>
    `cost ${formatDuration(cpuSeconds * 1_000)} of processor time, ${formatBytes(bytes)} of answer`,
  cpu: (cpuSeconds: number): string => `${formatDuration(cpuSeconds * 1_000)} of processor time`,
  truncated: 'cut here by a limit',
  cancelled: (rows: number): string =>
    rows === 0
      ? 'Cancelled before the first row.'
      : `Cancelled. The first ${plural(rows, ROWS)} are here.`,
  broken: (rows: number): string =>
    `The answer broke off. The first ${plural(rows, ROWS)} are here.`,
  unanswered: 'The query was not answered. What is below is the answer before it.',
  sorted: (column: string, isDescending: boolean): string =>
    `sorted by ${column}, ${isDescending ? 'largest' : 'smallest'} first, which the text does not say`,
  asWritten: 'As the text says',
  readOnly: 'On a screen this small the text is read and run, and not written.',
  purposeOf: (purpose: string): string => formatName(purpose),
  save: 'Save',
  saveOther: 'Save under another name',
  saveTitle: 'Save this query',
  saveName: 'Name',
  nameTooLong: (length: number, most: number): string =>
    `A name has at most ${plural(most, { one: '# character', other: '# characters' })}; this one has ${formatNumber(length)}.`,
  saveShared: 'Everybody of this mesh may open it',
  saveNow: 'Save the query',
  saveChange: 'Save the change',
  saved: 'Saved',
  copyLink: 'Copy link',
  conflict:
    'It was changed elsewhere since you opened it. Your text stays here; save it under another name, or load the other one.',
  loadOther: 'Load the other one',
  export: 'Export',
  exportAs: (format: string): string => `Export as ${format}`,
  exportFew: 'at most 1,000 rows, since its export is forbidden',
  exporting: 'Making the file',
  exportTitle: (format: string): string => `Answer as ${format.toUpperCase()}`,
  exported: (name: string): string => `Saved as ${name}`,
  history: 'History',
  historyEmpty: 'What you run in this tab is kept here until you close it.',
  historyOlder: 'Earlier, without their text',
  noPurpose: 'Choose what you look at data for, at the top of the page.',
  nothingTitle: 'Nothing to query yet',
  nothing:
    'Queries read products that you have an agreement for. Find one in the market and ask for it; its owner decides.',
  toMarket: 'Look in the market',
  restTitle: 'No answer yet',
  cutOffTitle: 'The query did not go on',
  cutOff: 'It ran while this page was loaded anew, which ended it. Its text is here: run it again.',
  restPhone: 'Open a query that was kept, or one of your latest, and run it.',
  rest: (key: string): string =>
    `Write a query, or put one together from the names beside it, and run it with ${key}.`,
  zeroTitle: 'No row fits',
  zero: 'The query ran and gave no row. A condition may be too narrow, or the rows it means are not shown for your purpose.',
  askFor: (product: string): string => `Ask for ${product}`,
  whyStriped: 'What shaped this',
  close: 'Close',
  unshaped: 'No rule changed this answer.',
  unshapedShort: 'No rule shaped this',
  agreement: 'Agreement',
  ownProduct: 'Yours to look after, without an agreement',
  policy: (version: number | null): string =>
    version === null ? 'no policy of its own' : `policy ${version}`,
  snapshot: 'snapshot',
  askMore: 'Ask for more',
  views: { both: 'Grid and chart', grid: 'Grid', chart: 'Chart' },
  chartNone: 'There is no number here to draw. Ask for a count or a sum beside what to draw it by.',
  chartKinds: { bar: 'Bars', line: 'Lines', scatter: 'Points' },
  chartX: 'Across',
  chartY: 'Up',
  chartBy: 'Each',
  chartByNone: 'one series',
  grid: (rows: number): string => `${plural(rows, ROWS)} of the answer`,
  between: 'Border between query and answer',
  betweenChart: 'Border between grid and chart',
  chartKind: 'Kind of chart',
  coming: 'The answer is on its way',
  answer: 'Answer',
  answerParts: 'What of the answer is shown',
  exportRefused: (refusal: string): string => `Not copied: ${refusal}`,
  runKey: 'Run the query',
  cancelKey: 'Cancel the query',
  snapshots: (first: ReactNode, rest: number): PhraseParts =>
    rest === 0
      ? ['snapshot ', { piece: first }]
      : ['snapshot ', { piece: first }, ` and ${formatNumber(rest)} more`],
  unitOf: (unit: string, column: string): string => `${unit} of ${column}`,
};
