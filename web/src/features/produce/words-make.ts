/**
 * What the pages say of one's products and of what is sent to them.
 */
import type { PhraseParts } from '../../components/Phrase.tsx';
import { formatBytes, formatNumber, plural } from '../../lib/format.ts';

export const words = {
  repairOf: (rows: number): string =>
    plural(rows, { one: 'A repair of # row', other: 'A repair of # rows' }),
  chosen: 'Chosen files',
  leaveOut: 'Leave it out',
  leave: (name: string): string => `Leave ${name} out`,
  title: 'My products',
  newProduct: 'New product from a sample file',
  held: 'Held: nothing of these is visible until you decide',
  decide: (good: number): string =>
    good === 0 ? 'Decide about it' : `Decide about ${formatNumber(good)}`,
  look: 'Look',
  loading: 'Loading your products',
  emptyHelp: 'Products of your domains stand here, with what came in last and what waits for you.',
  empty: 'No product yet',
  start: 'Start from a sample file',
  products: (count: number): string => plural(count, { one: '# product', other: '# products' }),
  productsTable: 'Products of your domains',
  product: 'Product',
  state: 'State',
  lastBatch: 'Last batch',
  missesLeft: 'Misses left',
  refusedOpen: 'Refused, open',
  requests: 'Requests',
  send: 'Send data',
  more: 'Show more products',
  noneCounted: 'none counted',
  sendTo: (product: string): string => `Send data to ${product}`,
  batchHeld: 'Batch held',
  missed: 'A promise missed',
  close: 'Close to a miss',
  kept: 'Kept',
  unmeasured: 'Not measured yet',
  noneYet: 'none yet',
  notYours: (product: string): string => `Batches of ${product} are not yours to see`,
  notYoursTitle: 'What comes in, and what was refused, is seen by those who produce for the domain',
  seeProduct: 'See the product',
  notYoursRule: (domain: string): string =>
    `The rule: batches are for the people of ${domain}, its steward, the platform team and the privacy officer. A place in the domain would change it.`,
  keptBy: (owners: string): string => `Looked after by ${owners}.`,
  stewardIs: (stewards: string): string => `Steward: ${stewards}.`,
  noBatch: 'There is no such batch',
  noPage: 'This page cannot be shown',
  allBatches: (product: string): string => `All batches of ${product}`,
  unfinished: 'Not finished',
  unfinishedHelp: 'Kept for a day after the last byte',
  giveUpOf: (name: string): string => `Give ${name} up`,
  nothingSendable: (product: string): string => `Nothing can be sent to ${product}`,
  sendToTitle: (title: string): string => `Send data to ${title}`,
  wholeOrNot: 'A batch is visible whole after its verdict, or not at all',
  myProducts: 'See your products',
  underWay: 'Under way',
  /** What was sent and has ended, with how many were not taken. */
  sent: (count: number, missed: number): string => {
    const ended = plural(count, { one: '# was sent', other: '# were sent' });
    if (missed === 0) return ended;
    return `${ended}, ${plural(missed, { one: '# is not in the table', other: '# are not in the table' })}`;
  },
  underWayHelp: 'It goes on when you leave this page; a pause lasts up to a day',
  drop: 'Drop files here, or choose them',
  addMore: 'Add more files',
  dropHelp:
    'CSV, NDJSON, JSON, Parquet or Avro; plain, gzip or zstd. Of any size: a broken line goes on where it was.',
  ways: 'How the files become batches',
  apart: 'Each a batch',
  together: 'Together one batch',
  table: 'Table',
  forVersion: 'For the readers of',
  newestVersion: (version: string): string => `${version}, the newest`,
  servedVersion: (version: string): string => `${version}, still served`,
  key: 'Key',
  keyHelp: 'Your name for this delivery. Sent again under the same key, it is the same batch.',
  refusedIn: (refused: number, all: number, source: string | null): string =>
    plural(all, {
      one: `${formatNumber(refused)} of # row refused in ${source ?? 'a stream'}`,
      other: `${formatNumber(refused)} of # rows refused in ${source ?? 'a stream'}`,
    }),
  came: (time: string): PhraseParts => ['came ', { time }],
  begun: (name: string, bytes: number, time: string): PhraseParts => [
    { strong: name },
    `, ${formatBytes(bytes)}, begun `,
    { time },
    '. Choose the same file again to go on where it was.',
  ],
  giveUp: 'Give it up',
};
