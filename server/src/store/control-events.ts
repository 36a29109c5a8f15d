/**
 * The mesh-wide event log: append under a lock, read after a position.
 *
 * Not delivery. Invariants: positions are gapless and in commit order, since the counter's row is locked until the
 * transaction ends (a plain serial would let a late commit appear behind a reader's cursor); an event that is there
 * already (same source and id) is not added again; the log only grows.
 */
import { CONTROL_SOURCE, productOfSubject, type WeftEvent } from '@weft/core/events/event';
import { type Kysely, sql, type Transaction } from 'kysely';
import { json } from './control-rows.ts';
import type { ControlTables } from './control-tables.ts';

export interface LoggedEvent {
  position: number;
  event: WeftEvent;
}

/**
 * Appends events and returns those that were new. Control events get their sequence here; call it late in the
 * transaction, for until its end nobody else can append.
 */
export async function appendEvents(
  tx: Transaction<ControlTables>,
  events: readonly ((position: number) => WeftEvent)[],
): Promise<LoggedEvent[]> {
  if (events.length === 0) return [];
  const start = await lockCounter(tx);
  const fresh: LoggedEvent[] = [];
  for (const build of events) {
    const position = start + fresh.length + 1;
    const event = build(position);
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('events')
      .values({
        position,
        source: event.source,
        id: event.id,
        type: event.type,
        product: productOfSubject(event.subject),
        time: event.time,
        event: json(event),
      })
      .onConflict((conflict) => conflict.columns(['source', 'id']).doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 1n) fresh.push({ position, event });
  }
  await tx
    .updateTable('event_counter')
    .set({ position: start + fresh.length })
    .execute();
  return fresh;
}

async function lockCounter(tx: Transaction<ControlTables>): Promise<number> {
  const row = await tx
    .selectFrom('event_counter')
    .select('position')
    .forUpdate()
    .executeTakeFirstOrThrow();
  return Number(row.position);
}

/** At most `limit` events after a position, in order; of one product when it is named. */
export async function readEvents(
  db: Kysely<ControlTables>,
  options: { after: number; limit: number; product: string | null },
): Promise<LoggedEvent[]> {
  let query = db
    .selectFrom('events')
    .select(['position', 'event'])
    .where('position', '>', options.after);
  if (options.product !== null) query = query.where('product', '=', options.product);
  const rows = await query.orderBy('position').limit(options.limit).execute();
  return rows.map((row) => ({
    position: Number(row.position),
    event: row.event as unknown as WeftEvent,
  }));
}

/** The position of the newest event, 0 before the first. */
export async function lastPosition(db: Kysely<ControlTables>): Promise<number> {
  const { rows } = await sql<{ position: number }>`select position from event_counter`.execute(db);
  return Number(rows[0]?.position ?? 0);
}

/** The highest sequence that one source has in the log, 0 when there is none. */
export async function lastSequence(db: Kysely<ControlTables>, source: string): Promise<number> {
  if (source === CONTROL_SOURCE) return lastPosition(db);
  const { rows } = await sql<{ sequence: string | null }>`
    select max(event->>'sequence') as sequence from events where source = ${source}`.execute(db);
  return Number(rows[0]?.sequence ?? 0);
}
