/**
 * What is said of columns.
 */
import type { PhraseParts } from '../../components/Phrase.tsx';
import { formatNumber } from '../../lib/format.ts';
import type { ColumnProfile } from '../../lib/profile.ts';

export const words = {
  noColumn: (product: string, version: string, column: string): string =>
    `${product}@${version} has no column ${column}`,
  seeColumns: 'See its columns',
  description: 'What it is',
  type: 'Type',
  mayBeEmpty: 'May be empty',
  key: 'Key',
  keyPart: (position: number): string => `part ${position} of the key`,
  class: 'Class',
  tags: 'Tags',
  values: 'Values',
  range: 'Range',
  table: 'Table',
  contractSays: 'What the contract says',
  existsIn: 'Exists in',
  atMost: (high: string): string => `at most ${high}`,
  atLeast: (low: string): string => `at least ${low}`,
  between: (low: string, high: string): string => `${low} to ${high}`,
  holds: 'What it holds, as you see it',
  figuresHelp: 'Figures come with an agreement.',
  rows: 'Rows',
  empty: 'Empty',
  different: 'Different values',
  notCounted: 'not counted',
  fromTo: 'From, to',
  isEmpty: 'empty',
  fromToOf: (low: string, high: string): string => `${low} to ${high}`,
  counting: 'Counting the values',
  frequent: 'Most frequent values',
  value: 'Value',
  share: 'Share of the most frequent',
  promised: 'What is promised of it',
  promisedOf: (column: string): string => `What is promised of ${column}`,
  name: 'Name',
  distinct: 'Distinct',
  spread: 'Spread',
  examples: 'Examples, as you see them',
  noClass: 'no class',
  notMeasured: 'not measured yet',
  closed: { agreement: 'you have no agreement', policy: 'a policy hides it from you' },
  spreadOf: (name: string): string => `Spread of ${name}`,
  no: 'no',
  yes: 'yes',
  referred: (product: string, column: string): PhraseParts => [
    { product },
    ' as ',
    { code: column },
  ],
};

export function differentText({
  distinct,
  isCounted,
}: Pick<ColumnProfile, 'distinct' | 'isCounted'>): string {
  if (distinct === null) return words.notCounted;
  return isCounted ? formatNumber(distinct) : `about ${formatNumber(distinct)}`;
}
