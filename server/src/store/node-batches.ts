/**
 * Rows of the node's schema as nouns: batches and their keys, tables and their pointers, held files, quarantine.
 *
 * Not decisions: the services make them. Invariant: functions that take a transaction change nothing outside it.
 */
import type { IngestPlan } from '@weft/core/contract/plan';
import { createEvent, type EventDraft, type WeftEvent } from '@weft/core/events/event';
import type { BatchReport, BatchState } from '@weft/core/ingest/report';
import type { DataFile, PartitionCell, PartitionTuple } from '@weft/core/lakehouse/types';
import { must } from '@weft/core/lib/assert';
import { storableJson } from '@weft/core/lib/storable-text';
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { NodeBatchesTable, NodeTables, TablesTable } from './node-tables.ts';

export type NodeDb = Kysely<NodeTables>;
export type NodeTx = Transaction<NodeTables>;
export type BatchRow = Selectable<NodeBatchesTable>;
export type TableRow = Selectable<TablesTable>;

export interface TableName {
  domain: string;
  table: string;
  major: number;
}

export interface NewBatch {
  report: BatchReport;
  table: TableName;
  /** The batch that it repairs; null for one that was sent. */
  root?: string | null;
  landing: string;
  submittedBy: string;
  now: string;
}

/** States in which a key is taken. */
const LIVE: BatchState[] = ['landed', 'checking', 'committed', 'held'];

/**
 * Inserts a batch, or returns the one that has its key; the database decides between two at the same time. The report gets
 * the newest batch of the same bytes that counts.
 *
 * Durable when it resolves. Why before any file of the batch: one of a batch that no store knows looks, after a crash, like one
 * from after a backup.
 */
export async function claimBatch(db: NodeDb, batch: NewBatch): Promise<BatchRow | null> {
  const { report } = batch;
  for (;;) {
    const { rows } = await insertBatch(db, batch);
    const [inserted] = rows;
    if (inserted !== undefined) {
      if (inserted.same !== null) report.source.sameBytesAs = inserted.same;
      return null;
    }
    const holder = await db
      .selectFrom('batches')
      .selectAll()
      .where('product', '=', report.product)
      .where('key', '=', must(report.key, 'key of a batch in conflict'))
      .where('state', 'in', LIVE)
      .executeTakeFirst();
    if (holder !== undefined) return holder;
  }
}

function insertBatch(db: NodeDb, { report, table, landing, submittedBy, now, root }: NewBatch) {
  const { batch, product, key, source, state } = report;
  return sql<{ same: string | null }>`
    with same as (select batch from batches where product = ${product} and sha256 = ${source.sha256}
        and state in (${sql.join(LIVE)}) order by batch desc limit 1)
    insert into batches (batch, product, domain, table_name, major, key, attempt, sha256, state, landing,
        root, report, submitted_by, created_at, updated_at)
      select ${batch}, ${product}, ${table.domain}, ${table.table}, ${table.major}::integer, ${key}::text,
        coalesce((select max(attempt) from batches where product = ${product} and key = ${key}::text), 0) + 1,
        ${source.sha256}, ${state}, ${landing}, ${root ?? null}::text,
        case when same.batch is null then ${storableJson(report)}::jsonb
          else jsonb_set(${storableJson(report)}::jsonb, '{source,sameBytesAs}', to_jsonb(same.batch)) end,
        ${submittedBy}, ${now}::timestamptz, ${now}::timestamptz
      from (values (1)) as one(n) left join same on true
      on conflict do nothing
      returning report->'source'->>'sameBytesAs' as same`.execute(db);
}

/** The states of batches; one that is not there is unknown. */
export async function readStates(
  db: NodeDb | NodeTx,
  batches: readonly string[],
): Promise<Map<string, BatchState>> {
  if (batches.length === 0) return new Map();
  const rows = await db
    .selectFrom('batches')
    .select(['batch', 'state'])
    .where('batch', 'in', batches)
    .execute();
  return new Map(rows.map(({ batch, state }) => [batch, state]));
}

/** Writes a report into its batch, if the batch is still in one of the given states; false when it is not. */
export async function saveReport(
  db: NodeDb | NodeTx,
  report: BatchReport,
  options: { from: readonly BatchState[]; now: string; decidedBy?: string },
): Promise<boolean> {
  const { from, now, decidedBy } = options;
  const { numUpdatedRows } = await db
    .updateTable('batches')
    .set({
      state: report.state,
      report: storableJson(report),
      records_in: report.records.in,
      records_good: report.records.good,
      sequence: report.sequence,
      snapshot: report.snapshot,
      reported: false,
      updated_at: now,
      ...(decidedBy === undefined ? {} : { decided_by: decidedBy }),
    })
    .where('batch', '=', report.batch)
    .where('state', 'in', [...from])
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

export async function findBatch(db: NodeDb | NodeTx, batch: string): Promise<BatchRow | undefined> {
  return await db.selectFrom('batches').selectAll().where('batch', '=', batch).executeTakeFirst();
}

/** Newest first. `domains` null for all; `quarantined` only those with records in quarantine. */
export async function listBatches(
  db: NodeDb,
  filter: {
    domains: readonly string[] | null;
    product?: string | undefined;
    state?: BatchState | undefined;
    quarantined: boolean;
    /** Those that began on this day of UTC, `YYYY-MM-DD`. */
    day?: string | undefined;
    before: string | null;
    limit: number;
  },
): Promise<BatchRow[]> {
  const { domains, product, state, quarantined, day, before, limit } = filter;
  if (domains !== null && domains.length === 0) return [];
  let query = db.selectFrom('batches').selectAll().orderBy('batch', 'desc').limit(limit);
  if (domains !== null) query = query.where('domain', 'in', [...domains]);
  if (product !== undefined) query = query.where('product', '=', product);
  if (state !== undefined) query = query.where('state', '=', state);
  if (quarantined)
    query = query.where(sql<boolean>`(report->'records'->>'quarantined')::bigint > 0`);
  // Why the report's own text: it is the moment that days of promises are counted by, always of UTC.
  if (day !== undefined) query = query.where(sql<boolean>`left(report->>'started', 10) = ${day}`);
  if (before !== null) query = query.where('batch', '<', before);
  return await query.execute();
}

/** The table's row, made on first use. */
export async function ensureTable(
  db: NodeDb,
  options: { plan: IngestPlan; table: TableName; uuid: string; location: string; now: string },
): Promise<TableRow> {
  const { plan, table, uuid, location, now } = options;
  await db
    .insertInto('tables')
    .values({
      domain: table.domain,
      table_name: table.table,
      major: table.major,
      object_id: plan.objectId,
      product: `${plan.domain}.${plan.product}`,
      contract_id: plan.contract.id,
      contract_version: plan.contract.version,
      contract_hash: plan.contract.hash,
      table_uuid: uuid,
      location,
      metadata_location: null,
      last_commit: null,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.columns(['domain', 'table_name', 'major']).doNothing())
    .execute();
  return must(await findTable(db, table), 'table that was just made');
}

export async function findTable(
  db: NodeDb | NodeTx,
  table: TableName,
  lock = false,
): Promise<TableRow | undefined> {
  let query = db
    .selectFrom('tables')
    .selectAll()
    .where('domain', '=', table.domain)
    .where('table_name', '=', table.table)
    .where('major', '=', table.major);
  if (lock) query = query.forUpdate();
  return await query.executeTakeFirst();
}

/** All tables, in order of their names. */
export async function readTables(db: NodeDb): Promise<TableRow[]> {
  return await db
    .selectFrom('tables')
    .selectAll()
    .orderBy('domain')
    .orderBy('table_name')
    .orderBy('major')
    .execute();
}

/** The newest major of a table that has data, or undefined. */
export async function findNewestTable(
  db: NodeDb,
  domain: string,
  table: string,
): Promise<TableRow | undefined> {
  return await db
    .selectFrom('tables')
    .selectAll()
    .where('domain', '=', domain)
    .where('table_name', '=', table)
    .where('metadata_location', 'is not', null)
    .orderBy('major', 'desc')
    .executeTakeFirst();
}

/** Moves the pointer of a locked table and takes its next sequence number. */
export async function movePointer(
  tx: NodeTx,
  row: TableRow,
  options: {
    metadataLocation: string;
    rows: number;
    bytes: number;
    contract: IngestPlan['contract'];
    now: string;
  },
): Promise<number> {
  const { metadataLocation, rows, bytes, contract, now } = options;
  await tx
    .updateTable('tables')
    .set({
      metadata_location: metadataLocation,
      version: sql`version + 1`,
      next_sequence: sql`next_sequence + 1`,
      rows: sql`rows + ${rows}`,
      bytes: sql`bytes + ${bytes}`,
      contract_id: contract.id,
      contract_version: contract.version,
      contract_hash: contract.hash,
      last_commit: now,
      updated_at: now,
    })
    .where('domain', '=', row.domain)
    .where('table_name', '=', row.table_name)
    .where('major', '=', row.major)
    .where('version', '=', row.version)
    .executeTakeFirstOrThrow();
  return Number(row.next_sequence);
}

/** Moves the pointer of a locked table to a version without new data. */
export async function setColumnsPointer(
  tx: NodeTx,
  row: TableRow,
  options: { metadataLocation: string; contract: IngestPlan['contract']; now: string },
): Promise<void> {
  const { metadataLocation, contract, now } = options;
  await tx
    .updateTable('tables')
    .set({
      metadata_location: metadataLocation,
      version: sql`version + 1`,
      contract_id: contract.id,
      contract_version: contract.version,
      contract_hash: contract.hash,
      updated_at: now,
    })
    .where('domain', '=', row.domain)
    .where('table_name', '=', row.table_name)
    .where('major', '=', row.major)
    .where('version', '=', row.version)
    .executeTakeFirstOrThrow();
}

/** Moves the pointer of a locked table to a version with the same rows in other files. */
export async function setFilesPointer(
  tx: NodeTx,
  row: TableRow,
  options: { metadataLocation: string; bytes: number; now: string },
): Promise<void> {
  const { metadataLocation, bytes, now } = options;
  await tx
    .updateTable('tables')
    .set({
      metadata_location: metadataLocation,
      version: sql`version + 1`,
      bytes: sql`greatest(0, bytes + ${bytes})`,
      updated_at: now,
    })
    .where('domain', '=', row.domain)
    .where('table_name', '=', row.table_name)
    .where('major', '=', row.major)
    .where('version', '=', row.version)
    .executeTakeFirstOrThrow();
}

/** Puts an event into the outbox; `sequence` null takes the next number of its source. */
export async function addEvent(
  tx: NodeTx,
  draft: Omit<EventDraft, 'sequence'> & { sequence: number | null },
): Promise<WeftEvent> {
  const sequence = draft.sequence ?? (await nextSequence(tx, draft.source));
  const event = createEvent({ ...draft, sequence });
  await tx
    .insertInto('outbox')
    .values({
      source: draft.source,
      sequence,
      id: event.id,
      event: storableJson(event),
      created_at: event.time,
    })
    .execute();
  return event;
}

async function nextSequence(tx: NodeTx, source: string): Promise<number> {
  const row = await tx
    .insertInto('event_sources')
    .values({ source, next_sequence: 2 })
    .onConflict((conflict) =>
      conflict
        .column('source')
        .doUpdateSet({ next_sequence: sql`event_sources.next_sequence + 1` }),
    )
    .returning('next_sequence')
    .executeTakeFirstOrThrow();
  return Number(row.next_sequence) - 1;
}

export async function saveHeldFiles(
  tx: NodeTx,
  batch: string,
  files: readonly DataFile[],
): Promise<void> {
  if (files.length === 0) return;
  await tx
    .insertInto('batch_files')
    .values(
      files.map((file, position) => ({
        batch,
        position,
        path: file.path,
        file: JSON.stringify(encodeDataFile(file)),
      })),
    )
    .execute();
}

export async function loadHeldFiles(db: NodeDb | NodeTx, batch: string): Promise<DataFile[]> {
  const rows = await db
    .selectFrom('batch_files')
    .select('file')
    .where('batch', '=', batch)
    .orderBy('position')
    .execute();
  return rows.map((row) => decodeDataFile(row.file as EncodedFile));
}

export async function dropHeldFiles(tx: NodeTx, batch: string): Promise<void> {
  await tx.deleteFrom('batch_files').where('batch', '=', batch).execute();
}

interface EncodedFile {
  path: string;
  records: number;
  bytes: number;
  sha256?: string;
  counts: Record<'columnSizes' | 'valueCounts' | 'nullCounts' | 'nanCounts', [number, number][]>;
  bounds: Record<'lowerBounds' | 'upperBounds', [number, string][]>;
  partition?: { specId: number; cells: [number, EncodedCell][] };
  sortOrderId?: number;
}

/** A partition cell; whole numbers as text, since JSON has none of their width. */
type EncodedCell = { whole: string } | { plain: Exclude<PartitionCell, bigint> };

/** A data file as JSON: maps as entry lists, bytes as hex. */
function encodeDataFile(file: DataFile): EncodedFile {
  const hex = (bounds: Map<number, Uint8Array>): [number, string][] =>
    [...bounds].map(([id, bytes]) => [id, Buffer.from(bytes).toString('hex')]);
  return {
    path: file.path,
    records: file.records,
    bytes: file.bytes,
    ...(file.sha256 === undefined ? {} : { sha256: file.sha256 }),
    counts: {
      columnSizes: [...file.columnSizes],
      valueCounts: [...file.valueCounts],
      nullCounts: [...file.nullCounts],
      nanCounts: [...file.nanCounts],
    },
    bounds: { lowerBounds: hex(file.lowerBounds), upperBounds: hex(file.upperBounds) },
    ...(file.partition === undefined ? {} : { partition: encodePartition(file.partition) }),
    ...(file.sortOrderId === undefined ? {} : { sortOrderId: file.sortOrderId }),
  };
}

function encodePartition({ specId, cells }: PartitionTuple): EncodedFile['partition'] & object {
  const encoded = [...cells].map(([id, cell]): [number, EncodedCell] => [
    id,
    typeof cell === 'bigint' ? { whole: String(cell) } : { plain: cell },
  ]);
  return { specId, cells: encoded };
}

function decodePartition({ specId, cells }: EncodedFile['partition'] & object): PartitionTuple {
  const decoded = cells.map(([id, cell]): [number, PartitionCell] => [
    id,
    'whole' in cell ? BigInt(cell.whole) : cell.plain,
  ]);
  return { specId, cells: new Map(decoded) };
}

function decodeDataFile(encoded: EncodedFile): DataFile {
  const bytes = (entries: [number, string][]): Map<number, Uint8Array> =>
    new Map(entries.map(([id, hex]) => [id, new Uint8Array(Buffer.from(hex, 'hex'))]));
  const { counts, bounds } = encoded;
  return {
    path: encoded.path,
    records: encoded.records,
    bytes: encoded.bytes,
    ...(encoded.sha256 === undefined ? {} : { sha256: encoded.sha256 }),
    columnSizes: new Map(counts.columnSizes),
    valueCounts: new Map(counts.valueCounts),
    nullCounts: new Map(counts.nullCounts),
    nanCounts: new Map(counts.nanCounts),
    lowerBounds: bytes(bounds.lowerBounds),
    upperBounds: bytes(bounds.upperBounds),
    ...(encoded.partition === undefined ? {} : { partition: decodePartition(encoded.partition) }),
    ...(encoded.sortOrderId === undefined ? {} : { sortOrderId: encoded.sortOrderId }),
  };
}
