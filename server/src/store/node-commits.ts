/**
 * Statements of commits, each for all tables and batches of one transaction: their number does not grow with them.
 *
 * Not the decision which of them are in it (`services/commit-groups.ts`). Invariants: tables are locked in one order, so that
 * two transactions never wait for each other; a table's numbers of events are taken under its lock, one for each batch.
 */
import { createEvent, type EventDraft } from '@weft/core/events/event';
import type { BatchReport, BatchState } from '@weft/core/ingest/report';
import { storableJson } from '@weft/core/lib/storable-text';
import { sql } from 'kysely';
import type { NodeTx, TableName, TableRow } from './node-batches.ts';

/** Locks the rows of tables; those that are not there are left out. */
export async function lockTables(tx: NodeTx, names: readonly TableName[]): Promise<TableRow[]> {
  const { rows } = await sql<TableRow>`
    select t.* from tables as t
      where (t.domain, t.table_name, t.major) in
        (select n.domain, n."table", n.major
          from jsonb_to_recordset(${JSON.stringify(names)}::jsonb) as n(domain text, "table" text, major integer))
      order by t.domain, t.table_name, t.major
      for update`.execute(tx);
  return rows;
}

/** A version of a locked table that adds rows. */
export interface TableMove extends TableName {
  location: string;
  /** How many numbers of events it takes. */
  batches: number;
  rows: number;
  bytes: number;
  contract_id: string;
  contract_version: string;
  contract_hash: string;
}

/** Moves the pointers of locked tables. */
export async function moveTables(
  tx: NodeTx,
  moves: readonly TableMove[],
  now: string,
): Promise<void> {
  await sql`
    update tables set metadata_location = m.location, version = tables.version + 1,
        next_sequence = tables.next_sequence + m.batches, rows = tables.rows + m.rows,
        bytes = tables.bytes + m.bytes, contract_id = m.contract_id,
        contract_version = m.contract_version, contract_hash = m.contract_hash,
        last_commit = ${now}::timestamptz, updated_at = ${now}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(moves)}::jsonb) as m(domain text, "table" text,
        major integer, location text, batches bigint, rows bigint, bytes bigint, contract_id text,
        contract_version text, contract_hash text)
      where tables.domain = m.domain and tables.table_name = m."table" and tables.major = m.major`.execute(
    tx,
  );
}

/** Writes reports into their batches, where these are in one of the given states; returns what was written. */
export async function saveReports(
  tx: NodeTx,
  reports: readonly BatchReport[],
  options: { from: readonly BatchState[]; now: string; decidedBy: string | null },
): Promise<Map<string, BatchReport>> {
  const { from, now, decidedBy } = options;
  const values = reports.map((report) => ({
    batch: report.batch,
    state: report.state,
    report,
    records_in: report.records.in,
    records_good: report.records.good,
    sequence: report.sequence,
    snapshot: report.snapshot,
  }));
  const { rows } = await sql<{ batch: string; report: BatchReport }>`
    update batches set state = r.state, report = r.report, records_in = r.records_in,
        records_good = r.records_good, sequence = r.sequence, snapshot = r.snapshot,
        reported = false, updated_at = ${now}::timestamptz,
        decided_by = coalesce(${decidedBy}::text, batches.decided_by)
      from jsonb_to_recordset(${storableJson(values)}::jsonb) as r(batch text, state text,
        report jsonb, records_in bigint, records_good bigint, sequence bigint, snapshot text)
      where batches.batch = r.batch and batches.state in (${sql.join([...from])})
      returning batches.batch, batches.report`.execute(tx);
  return new Map(rows.map(({ batch, report }) => [batch, report]));
}

/** Puts events whose numbers are known into the outbox, in their order. */
export async function addEvents(tx: NodeTx, drafts: readonly EventDraft[]): Promise<void> {
  if (drafts.length === 0) return;
  await tx
    .insertInto('outbox')
    .values(
      drafts.map((draft) => {
        const event = createEvent(draft);
        const { source, sequence } = draft;
        return {
          source,
          sequence,
          id: event.id,
          event: storableJson(event),
          created_at: event.time,
        };
      }),
    )
    .execute();
}
