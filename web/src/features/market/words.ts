/**
 * What the market says.
 */
import type { PhraseParts } from '../../components/Phrase.tsx';
import { formatNumber, plural } from '../../lib/format.ts';
import type { Sort } from './market-search.ts';

export const SORT_WORDS: Readonly<Record<Sort, string>> = {
  fit: 'Best fit',
  title: 'By title',
  freshness: 'Newest data first',
  frequency: 'Most frequent first',
  good: 'Most good records first',
  consumers: 'Most consumers first',
  rows: 'Most rows first',
};

/** In the order in which they stand. */
export const FACET_TITLES: Readonly<Record<string, string>> = {
  domain: 'Domain',
  state: 'Promises are',
  frequency: 'New data promised every',
  freshness: 'Newest batch is',
  granularity: 'One row is',
  classification: 'Sensitivity',
  purpose: 'Purpose allowed',
  licence: 'Licence',
  region: 'Region',
  price: 'Price',
  tag: 'Tag',
};

/** A limit of a facet over lengths of time. */
export const limitWords = (facet: string, length: string): string =>
  facet === 'freshness' ? `at most ${length} old` : `${length} or sooner`;

export const STATE_WORDS = {
  kept: 'Keeps its promises',
  close: 'Close to a miss',
  missed: 'Misses a promise',
  unknown: 'Not measured yet',
} as const;

export const found = (total: number, isCapped: boolean): string =>
  `${isCapped ? 'More than ' : ''}${plural(total, { one: '# product', other: '# products' })}`;

/** "1 product fits", with the count in bold. */
export const fitting = (total: number, isCapped: boolean): PhraseParts => [
  { strong: found(total, isCapped) },
  plural(total, { one: ' fits', other: ' fit' }),
];

const namesOrNone = (names: readonly string[]): string =>
  names.length === 0 ? 'none' : names.join(', ');

export const words = {
  title: 'Market',
  ask: 'Words, a column, or a condition such as measured.rows > 1000',
  none: 'Nothing fits all of this',
  noneHelp: 'Each condition is one less to fit: take one away, or say it in other words.',
  nearHelp: 'No product has these words. Some that are near to them find something:',
  lookFor: (text: string): string => `Look for “${text}”`,
  empty: 'No product is published yet',
  emptyHelp: 'Products appear here as soon as a team publishes the first contract.',
  clear: 'Take all conditions away',
  measured: 'Measured',
  promised: 'Promised',
  access: 'Access',
  product: 'Product',
  key: 'past the mark = kept',
  fresh: 'Fresh',
  good: 'Good',
  served: 'Served',
  notPromised: 'not promised',
  ofEachBatch: (share: string): string => `≥ ${share} a batch`,
  notMeasured: 'not measured yet',
  noBudget: 'no number of misses promised',
  notSaid: 'not said',
  consumers: 'Consumers',
  actions: 'Do',
  full: 'Four stand side by side at most: leave one out first.',
  more: 'Show more',
  query: 'Query',
  request: 'Request',
  look: 'Look',
  compare: 'Compare',
  filter: 'Filter',
  wrong: 'wrong',
  addFilter: 'Add a condition',
  compareEmpty: 'Pick products with the scales on their row.',
  compareEmptyTitle: 'Nothing to compare',
  toMarket: 'Look in the market',
  sideBySide: (count: number): string =>
    `${plural(count, { one: '# product', other: '# products' })} side by side`,
  compareTable: 'Facts of the products, one fact a row',
  forWhat: 'For',
  oneRow: 'One row is',
  newData: 'New data',
  promises: 'Promises',
  missesLeft: 'Misses left',
  rules: 'Rules',
  rows: 'Rows',
  lastBatch: 'Last batch',
  noBatch: 'no batch yet',
  sensitivity: 'Sensitivity',
  purposes: 'Purposes',
  tray: 'Products to compare',
  emptyTray: 'Empty the list',
  pickMore: (rest: number): string => `Pick up to ${rest} more`,
  compareCount: (count: number): string =>
    `Compare ${plural(count, { one: '# product', other: '# products' })}`,
  domainEmpty: 'What the domain publishes will stand here.',
  domainEmptyTitle: 'No product yet',
  fewer: 'Show fewer',
  showAll: (count: number): string => `Show all ${formatNumber(count)}`,
  addHint: '↵ adds this condition',
  conditions: 'Conditions',
  takeAway: (condition: string): string => `Take away: ${condition}`,
  searchKey: 'Search the market',
  leaveCompare: (product: string): string => `Leave ${product} out of the comparison`,
  pickCompare: (product: string): string => `Compare ${product}`,
  isTold: 'You are told of new ones',
  isToldHelp: 'Name it, share it or end it in Saved work',
  tellMe: 'Tell me when new ones appear',
  notSaved: 'Not saved',
  nextProduct: 'Next product',
  productBefore: 'Product before',
  keepers: (owners: readonly string[], stewards: readonly string[]): string =>
    `Owners: ${namesOrNone(owners)} · Stewards: ${namesOrNone(stewards)}`,
  changeDomain: 'Change owners and stewards',
  newProducer: 'New producer',
  consumerCount: (count: number): string =>
    plural(count, { one: '# consumer', other: '# consumers' }),
  state: 'State',
  price: 'Price',
  licence: 'Licence',
  region: 'Region',
  owner: 'Owner',
};

/** Conditions that people ask for most, with values that they can change in the address or by typing. */
export const OFFERED = [
  { label: 'Measured within a day', condition: 'measured.freshness <= P1D' },
  { label: 'Measured within a week', condition: 'measured.freshness <= P7D' },
  { label: 'At least 99 % good records', condition: 'measured.pass_rate >= 99%' },
  { label: 'Promised within a day', condition: 'promise.freshness <= P1D' },
  { label: 'More than a million rows', condition: 'measured.rows > 1000000' },
  { label: 'Still maintained', condition: 'status = active' },
];
