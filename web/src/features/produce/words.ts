/**
 * What the pages of batches and quarantine say.
 */
import { formatBytes, formatNumber, formatShare, plural } from '../../lib/format.ts';
import type { Effect, RepairKind } from './quarantine/repair.ts';
import type { Batch, Cause, Lineage } from './types.ts';

export const rowWords = (count: number): string => plural(count, { one: '# row', other: '# rows' });

/** Words of the node as a sentence of their own. */
export function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The finding of a batch, as its heading; what became of it by repairs is told where it is known. */
export function headlineOf(
  { state, records }: Pick<Batch, 'state' | 'records'>,
  repaired: Repaired | null = null,
): string {
  if (state === 'committed' && repaired !== null && repaired.rows > 0)
    return afterRepair(records.good, repaired);
  switch (state) {
    case 'held':
      return 'This batch is held. Nothing of it is visible yet.';
    case 'failed':
      return 'This batch was not taken. Nothing of it is visible.';
    case 'discarded':
      return 'This batch was discarded. Nothing of it is visible.';
    case 'committed':
      if (records.good === 0) return 'This batch brought no new rows.';
      if (records.quarantined > 0)
        return clauses(inTable(records.good), refused(records.quarantined));
      return records.duplicates === 0
        ? plural(records.good, {
            one: 'The one row is in the table.',
            other: 'All # rows are in the table.',
          })
        : clauses(inTable(records.good), duplicateRows(records.duplicates));
    default:
      return 'This batch is being checked. Nothing of it is visible yet.';
  }
}

/** What repairs of a batch did to its refused rows. */
export interface Repaired {
  /** In the table by a repair. */
  rows: number;
  open: number;
}

/** Null for a batch that is a repair itself: what its own repairs did is told of the first one. */
export function repairedOf({ generations, records }: Lineage, batch: string): Repaired | null {
  const [first] = generations;
  if (first?.batch !== batch) return null;
  return { rows: records.committed - first.records.good, open: records.open };
}

function afterRepair(good: number, { rows, open }: Repaired): string {
  const all = inTable(good + rows);
  const repaired = good === 0 ? 'after a repair' : `${formatNumber(rows)} of them after a repair`;
  return open === 0
    ? clauses(all, repaired)
    : clauses(`${all}, ${repaired}`, plural(open, { one: '# is open', other: '# are open' }));
}

const clauses = (first: string, second: string): string => `${first}, ${second}.`;

const inTable = (rows: number): string =>
  plural(rows, { one: '# row is in the table', other: '# rows are in the table' });

const refused = (rows: number): string =>
  plural(rows, { one: '# was refused', other: '# were refused' });

/** Of a key that another row has, in the table or in the very batch: what the contract promises to be unique. */
const duplicateRows = (rows: number): string =>
  plural(rows, { one: '# is a duplicate', other: '# are duplicates' });

export const GOOD_IS: Record<Batch['state'], string> = {
  landed: 'being checked',
  checking: 'being checked',
  committed: 'in the table',
  held: 'waiting',
  discarded: 'given up',
  failed: 'not taken',
};

/** "product_id does not exist in product_master.products.product_id". */
export function causeSays({ column, message }: Pick<Cause, 'column' | 'message'>): string {
  return column === null
    ? message.charAt(0).toUpperCase() + message.slice(1)
    : `${column} ${message}`;
}

/** A row with two reasons stands under two causes, so shares of rows may be more than the whole together. */
export function shareIn(rows: number, all: number): number | null {
  return all === 0 ? null : rows / all;
}

/** Of which rows it is a share stands with it: the batch has others. */
export function shareOfRefused(share: number | null): string {
  return share === null ? '' : `${formatShare(share)} of refused rows`;
}

export function shareOfOpen(share: number | null): string {
  return share === null ? '' : `${formatShare(share)} of open rows`;
}

export const KIND_TITLES: Record<RepairKind, string> = {
  same: 'Send them again as they are',
  map: 'New values for old ones',
  set: 'Compute the value',
  raw: 'Rewrite the record',
};

export const KIND_HELP: Record<RepairKind, string> = {
  same: 'When what was missing has come since, such as a row that they refer to.',
  map: 'Each old value gets a new one; others stay as they are.',
  set: 'One SQL expression over the columns of the record, all as text. No query, no clock.',
  raw: 'One SQL expression over raw, the text of the whole record.',
};

/** "191 rows pass, 225 stay". */
export function effectWords({ passes, stays, duplicates, leftAsIs }: Effect): string {
  const parts = [plural(passes, { one: '# row passes', other: '# rows pass' })];
  if (stays > 0) parts.push(`${formatNumber(stays)} stay refused`);
  if (duplicates > 0) parts.push(duplicateRows(duplicates));
  if (leftAsIs > 0) parts.push(`${formatNumber(leftAsIs)} left as they are`);
  return parts.join(', ');
}

export const SKIPPED: Record<string, string> = {
  unreadable: 'not one whole record',
  expression: 'the expression fails on them',
  unwritable: 'their format cannot hold the new value',
  unchanged: 'nothing changes',
  decided: 'decided about before',
};

export const STATE_WORDS: Record<string, string> = {
  open: 'open: nobody decided',
  held: 'held with their batch',
  repaired: 'repaired and accepted',
  replayed: 'sent again, not accepted',
  discarded: 'given up',
  duplicate: 'a duplicate',
};

export interface MadeCounts {
  held: number;
  products: number;
  /** Products whose last batch was not taken; null until it is known of all. */
  failed: number | null;
}

/** The finding of one's products, the worst first. */
export function makeHeadline({ held, products, failed }: MadeCounts): string {
  if (held === 0 && products === 0) return 'My products';
  const first =
    held > 0
      ? plural(held, { one: 'A batch is held.', other: '# batches are held.' })
      : 'Nothing is held.';
  if (failed === null) return first;
  if (failed === 0) return held > 0 ? first : `${first} What came in is visible.`;
  const last = plural(failed, {
    one: 'The last batch of # product was not taken.',
    other: 'The last batches of # products were not taken.',
  });
  return `${first} ${last}`;
}

export function makeLead(open: number, waiting: number): string {
  const rows =
    open === 0
      ? 'No refused row is open'
      : `${plural(open, { one: '# refused row is', other: '# refused rows are' })} open`;
  const requests =
    waiting === 0
      ? 'no request waits'
      : plural(waiting, { one: '# request waits', other: '# requests wait' });
  return `${rows}, and ${requests}.`;
}

/** `held` counts every record of held batches, good ones too. */
export function quarantineHeadline({ open, held }: { open: number; held: number }): string {
  const batches = `${plural(held, { one: '# record', other: '# records' })} of held batches`;
  if (open === 0) {
    return held === 0 ? 'Every refused row was decided about.' : `No row is open; ${batches} wait.`;
  }
  const waits = plural(open, { one: '# refused row waits', other: '# refused rows wait' });
  return held === 0 ? `${waits} for a decision.` : `${waits}, and ${batches}.`;
}

/** "Send 2 files, 4.1 MB". */
export function sendWords(files: readonly File[]): string {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return `Send ${plural(files.length, { one: '# file', other: '# files' })}, ${formatBytes(bytes)}`;
}

/** Of a batch that was decided about: what is left to do about its refused rows. */
export function refusedTitle(refused: number, open: number): string {
  if (open === 0)
    return plural(refused, {
      one: 'The one refused row was decided about',
      other: 'All # rows were decided about',
    });
  return open === refused
    ? `Repair the ${rowWords(open)}`
    : `${formatNumber(open)} of the ${rowWords(refused)} are open`;
}
