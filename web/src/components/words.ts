/**
 * What parts say that several features use.
 */
import type { SeenView } from '../api/access.ts';
import { formatBytes, formatDuration, formatNumber, plural } from '../lib/format.ts';
import type { Work } from '../lib/work.ts';
import type { PhraseParts } from './Phrase.tsx';

export const words = {
  stale: (asOf: string, since: string, why: string): PhraseParts => [
    'As of ',
    { time: asOf },
    `. ${why} since `,
    { time: since },
    '.',
  ],
  whyHeld: {
    away: 'The node is away',
    busy: 'Too much was asked at once, and it is asked more slowly',
    foreign: 'Your network answers in the place of the mesh and may want you to sign in to it',
  },
  tryAgain: 'Try again',
  recordsIn: 'records in',
  good: (state: string): string => `good, ${state}`,
  quarantined: 'quarantined',
  duplicates: 'duplicates',
  contractPromises: 'The contract promises',
  thePromise: 'the promise',
  weMeasured: 'We measured',
  copied: 'Copied',
  noClipboard: 'Not copied: no clipboard here',
  notCopied: 'Not copied yet',
  copyByHand:
    'The browser lets this page copy nothing by itself. What you asked for is selected here: copy it by Ctrl C, ⌘ C or a long press.',
  toCopy: 'Text to copy',
  work: 'Work in the background',
  inBackground: 'In the background',
  putAway: 'Put away',
  askAgain: 'Ask again',
  loadAnew: 'Load the page again',
  pageLate: 'This page is not here yet',
  copyDetails: 'Copy details',
  ownFault: 'This page met a fault of its own',
  ownFaultRemedy: 'Load the page again. If it comes back, send the details to the platform team.',
  loading: 'Loading',
  notMeasured: 'not measured yet',
  takeAway: (value: string): string => `Take ${value} away`,
  added: (value: string): string => `${value} added`,
  takenAway: (value: string): string => `${value} taken away`,
  asCloth: 'Show as cloth',
  asTable: 'Show as table',
  today: 'today',
  weaveKey: 'How to read the cloth',
  product: 'Product',
  missedOn: 'Missed on',
  day: 'Day',
  promise: 'Promise',
  batches: 'Batches',
  held: 'Held',
  failed: 'Failed',
  rows: 'Rows',
  openBatch: 'Open the batch',
  putWorkAway: (title: string): string => `Put ${title} away`,
  goOn: 'Go on',
  pause: 'Pause',
  cancel: 'Cancel',
  cancelWork: (title: string): string => `Cancel ${title}`,
  cancelled: 'Cancelled. Nothing of it is visible.',
  itFailed: 'It failed',
  editorLoading: 'The editor is loading',
  noneCounted: 'No record is counted.',
  allCounted: (sum: string): PhraseParts => ['Every record is counted: ', { strong: sum }],
  uncounted: (missing: number): string =>
    plural(missing, {
      one: '# record is not counted yet.',
      other: '# records are not counted yet.',
    }),
  /** The words of the form in which rules are written, wherever a mask is named. */
  masks: {
    hash: 'stand-in',
    bucket: 'in bands',
    truncate: 'in steps',
    part: 'in part',
    null: 'empty',
    fixed: 'always the same',
    hide: 'hidden',
    hidden: 'hidden',
  },
  inSomeRows: (masks: string, others: string | null): string =>
    others === null ? `${masks} in some rows` : `${masks} in some rows, else ${others}`,
  access: {
    none: 'Closed: ask the owner',
    requestable: 'On request',
    agreed: 'Yours',
    open: 'Open to everyone',
  },
  yoursOf: (major: number): string => `Yours: ${major}.x`,
  /** Where a policy decides, nobody waits. */
  requestAtOnce: 'On request, so far within a minute',
  requestAbout: (time: string): string => `On request, so far about ${time}`,
  veils: {
    hidden: 'hidden',
    'stand-in': 'stand-in',
    grouped: 'grouped',
    cut: 'cut',
  },
  veilMeans: {
    hidden: 'hidden for your purpose',
    'stand-in': 'a stand-in for the real value',
    grouped: 'grouped',
    cut: 'not the whole value',
  },
  states: {
    kept: 'kept',
    close: 'close',
    missed: 'missed',
    unknown: 'not measured yet',
    waiting: 'waiting',
  },
  weave: { kept: 'kept', close: 'close', missed: 'missed', none: 'nothing due' },
  daysOf: {
    kept: 'Days kept',
    close: 'Days close',
    missed: 'Days missed',
    none: 'Days nothing due',
  },
  dayIs: (day: string, state: string): string => `${day}: ${state}`,
  sent: (state: string, batches: number): string => `${state}, ${formatNumber(batches)} × sent`,
  underWay: (count: number): string =>
    plural(count, { one: '# thing under way', other: '# things under way' }),
  someFailed: (failed: number, all: number): string =>
    `${formatNumber(failed)} of ${formatNumber(all)} failed`,
  /** Of what ended: held, not taken or failed. */
  someOutside: (missed: number, all: number): string =>
    `${formatNumber(missed)} of ${formatNumber(all)} not in the table`,
  allEnded: (count: number): string =>
    plural(count, { one: '# thing ended', other: '# things ended' }),
  ended: 'ended',
  missesLeft: (left: number, allowed: number): string =>
    plural(allowed, {
      one: `${formatNumber(left)} of # miss left`,
      other: `${formatNumber(left)} of # misses left`,
    }),
  line: (line: number): string => `line ${formatNumber(line)}:`,
  none: 'none',
  threadUnknown: (label: string): string => `${label}: not measured yet`,
  threadFree: (label: string): string => `${label}: kept, nothing measured against it`,
  /** Where it is known on which side it ends, and not how far. */
  threadHidden: {
    kept: (label: string): string => `${label}: kept`,
    close: (label: string): string => `${label}: close`,
    missed: (label: string): string => `${label}: missed`,
  },
  threadRoom: {
    kept: (label: string, times: string): string =>
      `${label}: kept, ${times} times the room it needs`,
    close: (label: string, times: string): string =>
      `${label}: close, ${times} times the room it needs`,
    missed: (label: string, times: string): string =>
      `${label}: missed, ${times} times the room it needs`,
  },
  productHint: 'domain.product',
  moreFaults: (count: number): string => `and ${formatNumber(count)} more, in the details`,
  goOnWith: (title: string): string => `Go on with ${title}`,
  pauseWork: (title: string): string => `Pause ${title}`,
  close: 'Close',
  nextRow: 'Next row',
  rowBefore: 'Row before',
};

/** Why a column is hidden, as a sentence that says who could change it. */
export function hiddenReason(why: string): string {
  const reasons: Readonly<Record<string, string>> = {
    classification:
      'hidden: its class is closed for this purpose; the owner’s policy says which are open',
    policy: 'hidden by a policy, the owner’s or the mesh’s, for this purpose',
    agreement: 'hidden: the agreement does not name this column',
    mask: 'hidden by a mask of a policy',
    granularity: 'hidden: only groups of rows are shown',
  };
  return reasons[why] ?? 'hidden';
}

const MASK_REASONS: Readonly<Record<string, string>> = {
  hash: 'a stand-in, the same in every query under this agreement, so rows can still be joined and counted',
  bucket: 'the band that the value lies in',
  truncate: 'the value down to a step, such as a month or a ten',
  part: 'its beginning or its end alone',
  null: 'empty in every row',
  fixed: 'always the same, in every row',
  hide: 'hidden by a mask of a policy',
};

/** What stands in place of a column's values, as a sentence. */
export function maskReason(mask: string): string {
  return MASK_REASONS[mask] ?? maskWord(mask);
}

/** A mask in a word or a few, as the API names it: `hash`, `hash in some rows, else null`, `address.zip: hash`. */
export function maskWord(mask: string): string {
  const [, place, own] = /^(\S+): (.+)$/.exec(mask) ?? [];
  if (place !== undefined && own !== undefined) return `${place}: ${maskWord(own)}`;
  const [, some, others] = /^(.+) in some rows(?:, else (.+))?$/.exec(mask) ?? [];
  if (some !== undefined) {
    const masks = some.split(', ').map(maskWord).join(', ');
    return words.inSomeRows(masks, others === undefined ? null : maskWord(others));
  }
  const known: Readonly<Record<string, string>> = words.masks;
  return Object.hasOwn(known, mask) ? (known[mask] ?? mask) : mask;
}

const QUARTERS = [
  (rows: string): string => `${rows}, most in the lowest quarter of the range`,
  (rows: string): string => `${rows}, most in the second quarter of the range`,
  (rows: string): string => `${rows}, most in the third quarter of the range`,
  (rows: string): string => `${rows}, most in the highest quarter of the range`,
];

/** "most in the lowest quarter": what the shape says without seeing it. `quarter` from 0. */
export function spreadWords(rows: number, quarter: number): string {
  const all = plural(rows, { one: '# row', other: '# rows' });
  return QUARTERS[quarter]?.(all) ?? all;
}

const AMOUNTS = {
  bytes: (amount: number): string => formatBytes(amount),
  rows: (amount: number): string => plural(amount, { one: '# row', other: '# rows' }),
};

/** "Sending 4.1 MB of 12 MB, 8 MB a second, about 2 s left". */
export function progressWords(
  { phase, done, total, unit, rate, state }: Work,
  left: number | null,
): string {
  if (total === null && done === 0 && state !== 'paused') return phase;
  const count = unit === 'bytes' ? formatBytes : formatNumber;
  const amount = AMOUNTS[unit];
  const far = total === null ? amount(done) : `${count(done)} of ${amount(total)}`;
  return [
    state === 'paused' ? `Paused at ${far}` : `${phase} ${far}`,
    ...(rate !== null && rate > 0 ? [`${count(Math.round(rate))} a second`] : []),
    ...(left === null
      ? []
      : [`about ${formatDuration(Math.max(1, Math.ceil(left)) * 1_000)} left`]),
  ].join(', ');
}

export function treatmentWords({
  plain,
  changed,
  hidden,
}: Record<'plain' | 'changed' | 'hidden', number>): string {
  return [
    `${formatNumber(plain)} as they are`,
    ...(changed > 0 ? [`${formatNumber(changed)} changed`] : []),
    ...(hidden > 0 ? [`${formatNumber(hidden)} hidden`] : []),
  ].join(', ');
}

/** Which rows are shown, as a sentence. */
export function rowsWords({ rows, rowsAbout, granularity }: SeenView): string {
  if (granularity !== null) {
    const { units, of } = granularity.minimum;
    return `groups of rows alone, each of at least ${formatNumber(units)} different ${of}`;
  }
  const about = rowsAbout === null ? '' : `, about ${formatNumber(rowsAbout)}`;
  return rows === null ? `all rows${about}` : `rows where ${rows}${about}`;
}
