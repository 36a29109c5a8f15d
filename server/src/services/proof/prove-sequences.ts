/**
 * Sequences of a node: batches, events and the table's own count of them, number by number.
 *
 * Not the delivery of events. Invariant: of a table, the numbers from 1 to the last commit each stand once in the outbox
 * and, where a batch made the change, once in the batches, for the same batch and snapshot.
 */
import { tableSource } from '@weft/core/events/event';
import type { TableRow } from '../../store/node-batches.ts';
import type { ProofContext } from './proof-ports.ts';
import type { ProvenTable } from './prove-tables.ts';

/** Numbers that a message names, when many are missing. */
const SHOWN_MAX = 5;

export async function proveSequences(
  context: ProofContext,
  tables: readonly ProvenTable[],
): Promise<void> {
  for (const table of tables) await proveTable(context, table);
  await proveSources(context);
}

interface Numbered {
  sequence: number;
  batch: string | null;
}

async function proveTable(context: ProofContext, table: ProvenTable): Promise<void> {
  const { row, name } = table;
  const { findings, counts } = context;
  const last = Number(row.next_sequence) - 1;
  const events = await eventsOf(context, row);
  const batches = await committedOf(context, row);
  counts.events += events.length;
  const missing = gapsOf(
    events.map(({ sequence }) => sequence),
    last,
  );
  if (missing !== null) {
    findings.damaged({
      code: 'sequence-gap',
      subject: name,
      detail: `of the events 1 to ${last} in the outbox, ${missing}`,
      affected: `whoever follows ${name}: a cursor cannot pass the gap without missing a change`,
      remedy:
        'Restore the store from a backup; the batches themselves say what was committed (weft batches list).',
    });
  }
  const bySequence = new Map(events.map((event) => [event.sequence, event.batch]));
  for (const { sequence, batch } of batches) {
    const told = bySequence.get(sequence);
    if (told === undefined && missing !== null) continue;
    if (told === batch) continue;
    findings.damaged({
      code: 'event-differs',
      subject: name,
      detail: `event ${sequence} tells of ${told ?? 'nothing'}, and the batch with this number is ${batch}`,
      affected: `whoever follows ${name}`,
      remedy: 'Restore the store from a backup.',
    });
  }
  proveRows(context, table, batches);
}

async function eventsOf({ db }: ProofContext, row: TableRow): Promise<Numbered[]> {
  const { domain, table_name: table, major } = row;
  const rows = await db
    .selectFrom('outbox')
    .select(['sequence', 'event'])
    .where('source', '=', tableSource({ domain, table, major }))
    .orderBy('sequence')
    .execute();
  return rows.map(({ sequence, event }) => {
    const batch = event.data['batch'];
    return { sequence: Number(sequence), batch: typeof batch === 'string' ? batch : null };
  });
}

interface Committed extends Numbered {
  good: number;
}

async function committedOf({ db }: ProofContext, row: TableRow): Promise<Committed[]> {
  const rows = await db
    .selectFrom('batches')
    .select(['batch', 'sequence', 'records_good'])
    .where('domain', '=', row.domain)
    .where('table_name', '=', row.table_name)
    .where('major', '=', row.major)
    .where('state', '=', 'committed')
    .orderBy('sequence')
    .execute();
  return rows.map((r) => ({
    batch: r.batch,
    sequence: Number(r.sequence),
    good: Number(r.records_good),
  }));
}

/** What is wrong with the numbers 1 to `last`; null when each is there once. */
function gapsOf(numbers: readonly number[], last: number): string | null {
  const there = new Set(numbers);
  const lost = Array.from({ length: last }, (_, i) => i + 1).filter((n) => !there.has(n));
  const more = numbers.filter((n) => n > last || n < 1).length + numbers.length - there.size;
  if (lost.length === 0 && more === 0) return null;
  const shown = lost.slice(0, SHOWN_MAX).join(', ');
  const rest = lost.length > SHOWN_MAX ? ` and ${lost.length - SHOWN_MAX} more` : '';
  const words = lost.length === 0 ? [] : [`${shown}${rest} are missing`];
  return [...words, ...(more === 0 ? [] : [`${more} are too many`])].join('; ');
}

/** Rows of the table against the sum of its commits, as long as all of its changes are commits of batches. */
function proveRows(
  { findings }: ProofContext,
  { row, name }: ProvenTable,
  batches: readonly Committed[],
): void {
  const last = Number(row.next_sequence) - 1;
  if (batches.length !== last) {
    if (batches.length < last) return;
    findings.damaged({
      code: 'commit-counts',
      subject: name,
      detail: `${batches.length} batches are committed, and the table counts ${last} commits`,
      affected: `rows of ${name}`,
      remedy: 'Restore the store from a backup.',
    });
    return;
  }
  const rows = batches.reduce((sum, { good }) => sum + good, 0);
  if (rows === Number(row.rows)) return;
  findings.damaged({
    code: 'commit-counts',
    subject: name,
    detail: `its ${last} batches committed ${rows} rows, and the table counts ${row.rows}`,
    affected: `rows of ${name}, or what its batches say of themselves`,
    remedy: 'Compare the batches of the table with its snapshots: weft batches list.',
  });
}

/** Sources without a table: numbers that were given out are below the next one. */
async function proveSources({ db, findings, counts }: ProofContext): Promise<void> {
  const sources = await db
    .selectFrom('event_sources as s')
    .leftJoin('outbox as o', 'o.source', 's.source')
    .select((eb) => [
      's.source',
      's.next_sequence',
      eb.fn.max('o.sequence').as('last'),
      eb.fn.count<number>('o.sequence').as('events'),
    ])
    .groupBy(['s.source', 's.next_sequence'])
    .execute();
  for (const { source, next_sequence: next, last, events } of sources) {
    counts.events += Number(events);
    const given = Number(next) - 1;
    if (Number(last ?? 0) === given && Number(events) === given) continue;
    findings.damaged({
      code: 'sequence-gap',
      subject: source,
      detail: `${given} numbers were given out, and ${events} events are there, up to ${last ?? 0}`,
      affected: `whoever follows ${source}`,
      remedy: 'Restore the store from a backup.',
    });
  }
}
