/**
 * What the page of a batch says.
 */

import type { PhraseParts } from '../../../components/Phrase.tsx';
import { formatBytes, formatDuration, formatNumber, plural } from '../../../lib/format.ts';
import type { Batch, Lineage } from '../types.ts';

export interface RuleCounts {
  missed: number;
  /** Broken, where the contract only wants to be told of it. */
  warned: number;
  /** Not checked. */
  unknown: number;
  all: number;
}

/** What became of the rules of a batch: all are kept only where none is anything else. */
export function rulesHeadline({ missed, warned, unknown, all }: RuleCounts): string {
  const parts = [
    ...(missed === 0 ? [] : [`${formatNumber(missed)} missed`]),
    ...(warned === 0 ? [] : [`${formatNumber(warned)} broken with a warning`]),
    ...(unknown === 0 ? [] : [`${formatNumber(unknown)} not checked`]),
  ];
  if (parts.length === 0) {
    return plural(all, { one: 'The rule is kept', other: 'All # rules kept' });
  }
  return `Of ${plural(all, { one: '# rule', other: '# rules' })} ${parts.join(', ')}`;
}

export const words = {
  asItCame: 'This is the batch as it came. What was repaired since stands under Generations.',
  discard: 'Discard batch',
  releaseGood: (good: number): string =>
    good === 0 ? 'Release for repair' : `Release the ${formatNumber(good)}`,
  discardAll: (records: number): string => `Discard the ${formatNumber(records)}`,
  discardHelp:
    'Nothing of this batch will be visible. Its bytes stay in the landing, and a mended file can be sent under the same key. This cannot be taken back.',
  origin: 'Where it came from',
  key: 'Key',
  noKey: 'none: sent again, it would be another batch',
  table: 'Table',
  contract: 'Contract',
  contractHash: 'Contract hash',
  snapshot: 'Snapshot',
  noSnapshot: 'none: it is not in the table',
  numberOf: (sequence: number): string => `number ${formatNumber(sequence)} of its table`,
  landed: 'Landed',
  verdict: 'Verdict',
  notYet: 'not yet',
  after: (ms: number): string => `after ${formatDuration(ms)}`,
  source: 'Source',
  sameBytes: 'Same bytes as',
  encoding: 'Encoding',
  doubt: (declared: string, looksLike: string): string =>
    `Declared as ${declared}, looks like ${looksLike}`,
  wasHeld: 'Was held because',
  reasonGiven: 'Reason given',
  copy: (name: string): string => `Copy ${name}`,
  files: 'Files',
  fileCount: (count: number): string => plural(count, { one: '# file', other: '# files' }),
  noRepair: 'No repair yet',
  repairs: (count: number): string =>
    plural(count, { one: '# repair of it', other: '# repairs of it' }),
  generations: 'Generations of the batch',
  batch: 'Batch',
  state: 'State',
  in: 'In',
  good: 'Good',
  open: 'Open',
  givenUp: 'Given up',
  pageTitle: (headline: string): string => `${headline} · Weft`,
  loading: 'Loading the batch',
  copyId: 'Copy the id of the batch',
  stream: 'a stream',
  heldBecause: (because: string): string => `Held because ${because}`,
  whoDecides: 'The people of the domain or the platform team release or discard it.',
  notTaken: 'Why it was not taken',
  sendMended: 'Send a mended file',
  newVersion: 'Write a new version of the contract',
  wrongWith: (rows: string): string => `What is wrong with the ${rows}`,
  sameCauses: 'The same causes in all batches',
  heldHelp:
    'Rows of a held batch can be repaired once it is released; discarded, a mended file can be sent under the same key.',
  openOfCause: (open: number): string =>
    open === 0
      ? 'Nothing of this cause is open.'
      : plural(open, {
          one: '# row of this cause is open.',
          other: '# rows of this cause are open.',
        }),
  allDecided: 'Every refused row was decided about.',
  rulesTable: 'What must be, and what was measured',
  rule: 'Rule',
  looksAt: 'Looks at',
  against: 'Against the promise',
  measured: 'Measured',
  promised: 'Promised',
  ifMissed: 'If missed',
  firstOnly: 'Show the first only',
  allRules: (count: number): string => `Show all ${formatNumber(count)} rules`,
  valuesOf: 'values',
  recordsIn: 'records in',
  inTable: 'in the table',
  duplicates: 'duplicates',
  givenUpPart: 'given up',
  beingChecked: (count: number): string =>
    plural(count, { one: '# record is being checked.', other: '# records are being checked.' }),
  releaseRows: (good: number): string =>
    good === 0
      ? 'Release the batch for repair'
      : plural(good, { one: 'Release # row', other: 'Release # rows' }),
  discardRows: (records: number): string =>
    plural(records, { one: 'Discard all # row', other: 'Discard all # rows' }),
  goodAndRefused: (good: number, refused: number): string =>
    `${formatNumber(good)} good and ${formatNumber(refused)} refused.`,
  allCounted: (all: number, parts: readonly number[]): string =>
    `Every record of batches with refused rows is counted: ${formatNumber(all)} = ${parts.map((part) => formatNumber(part)).join(' + ')}`,
  openPart: 'open',
  heldPart: 'held',
  unnamed: 'without a name',
};

/** What releasing does, before it is done. */
export function releaseWords(
  { good, quarantined }: Pick<Batch['records'], 'good' | 'quarantined'>,
  because: string | null,
): string {
  const rows = plural(good, { one: '# row', other: '# rows' });
  const sees =
    good === 0
      ? 'No row of it becomes visible.'
      : `Everybody with access sees the ${rows} at once, although ${because ?? 'the batch is held'}.`;
  const last = 'This cannot be taken back.';
  if (quarantined === 0) return `${sees} ${last}`;
  const opens = plural(quarantined, {
    one: 'The # refused row opens for repair.',
    other: 'The # refused rows open for repair.',
  });
  return `${sees} ${opens} ${last}`;
}

export function landedWords(started: string, seconds: number | null): PhraseParts {
  return seconds === null
    ? ['landed ', { time: started }]
    : ['landed ', { time: started }, `, checked in ${formatDuration(seconds * 1_000)}`];
}

export function fileWords(name: string, bytes: number, records: number | undefined): string {
  const file = `${name}, ${formatBytes(bytes)}`;
  return records === undefined
    ? file
    : `${file}, ${plural(records, { one: '# record', other: '# records' })}`;
}

/** Each record over all repairs: the sum that always adds up. */
export function overAll(records: Lineage['records']): PhraseParts {
  const { committed, duplicates, open, discarded, held } = records;
  const parts = [
    `${formatNumber(committed)} in the table`,
    plural(duplicates, { one: '# duplicate', other: '# duplicates' }),
    `${formatNumber(open)} open`,
    `${formatNumber(discarded)} given up`,
    `${formatNumber(held)} held`,
  ].join(' + ');
  const isWhole = committed + duplicates + open + discarded + held === records.in;
  return [
    'Over all: ',
    { strong: formatNumber(records.in) },
    isWhole ? ` in = ${parts}.` : ` in = ${parts}. The rest is being checked.`,
  ];
}

export function generationWords(
  started: string,
  { isFirst, isHere }: { isFirst: boolean; isHere: boolean },
): PhraseParts {
  const what = isFirst ? 'as it was sent, ' : 'repair, ';
  return isHere ? [what, { time: started }, ', this page'] : [what, { time: started }];
}
