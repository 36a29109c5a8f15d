/**
 * Looking through the quarantine of many batches: pages of records, causes with counts, marks, exports.
 *
 * Not who may read it. Memory is bounded by the page or by the number of causes, whatever the files hold: pages are cut by
 * the engine, raw bytes are cut before they leave it, and marks and exports are written by it as it reads.
 */
import { assert } from '../lib/assert.ts';
import { quoteText } from '../lib/ident-sql.ts';
import type { CheckFiles } from './check-ports.ts';
import { tellJsonType } from './json-type-words.ts';
import type { SqlEngine } from './ports.ts';
import {
  anyPlaceSql,
  type QuarantineSource,
  type RecordLayout,
  type RowFilter,
  type RowState,
  reasonSql,
  rowsSql,
} from './quarantine-files.ts';
import { decodeRecord } from './record-text.ts';
import type { BatchCount } from './repair-ports.ts';
import { tellUnknownFields } from './unknown-fields.ts';

/** Longest raw text that a page shows, in bytes. */
const RAW_BYTES_MAX = 4096;
/** Values that a cause shows. */
const EXAMPLES = 3;
const EXAMPLE_LENGTH_MAX = 80;
export const CAUSES_MAX = 1000;

export interface RowReason {
  rule: string;
  column: string | null;
  value: string | null;
  message: string;
}

/** `batch:record`, by which a fix names its record. */
export interface RowRef {
  batch: string;
  record: number;
}

export interface QuarantineRowItem {
  ref: string;
  batch: string;
  /** Record number in the file of the batch, from 0; physical line, from 1, or null where a file has no lines. */
  record: number;
  line: number | null;
  kind: 'quarantined' | 'duplicate';
  state: RowState;
  reasons: RowReason[];
  /** The record as it came; long ones are cut, null when it is no text. */
  raw: string | null;
  /** Of a record that came by a replay: which it was before. */
  origin: RowRef | null;
  /** The replay that took it. */
  replay: RowRef | null;
}

/** One cause: a rule, the column and the kind of reason, over all batches. */
export interface QuarantineCause {
  rule: string;
  column: string | null;
  message: string;
  /** Records with this cause that nobody decided about, those whose batch waits for a decision, and all that ever had it. */
  open: number;
  held: number;
  records: number;
  batches: number;
  firstBatch: string;
  lastBatch: string;
  /** Most frequent values; empty for who may not read them. */
  examples: string[];
}

export interface SearchQuery {
  source: QuarantineSource;
  layouts: Record<string, RecordLayout | null>;
  filter: RowFilter;
  limit: number;
  /** Only records after this one, in the order of batches (newest first) and records. */
  after: RowRef | null;
}

/** Records in the order of batches, newest first, and of records; one more than the limit says that there are more. */
export async function searchRows(
  engine: SqlEngine,
  query: SearchQuery,
): Promise<{ items: QuarantineRowItem[]; more: boolean }> {
  const { source, filter, limit, after, layouts } = query;
  assert(Number.isSafeInteger(limit) && limit > 0, 'size of a page');
  const follows =
    after === null
      ? ''
      : `WHERE batch < ${quoteText(after.batch)} OR (batch = ${quoteText(after.batch)} AND record > ${after.record})`;
  const rows = await engine.rows(
    `SELECT * EXCLUDE (raw), raw[1:${RAW_BYTES_MAX}] AS raw FROM (${rowsSql(source, filter)}) ${follows}
      ORDER BY batch DESC, record LIMIT ${limit + 1}`,
  );
  const items = rows.slice(0, limit).map((row) => toItem(row, layouts));
  return { items, more: rows.length > limit };
}

function toItem(row: Record<string, unknown>, layouts: SearchQuery['layouts']): QuarantineRowItem {
  const batch = String(row['batch']);
  const record = Number(row['record']);
  const layout = layouts[batch] ?? null;
  const encoding = layout?.csv?.encoding ?? 'utf-8';
  const raw =
    row['raw'] instanceof Uint8Array ? decodeRecord(row['raw'], encoding, { fatal: false }) : null;
  const known = new Set(layout?.fields.map(({ name }) => name));
  // Why not without a line: records of Parquet and Avro were never JSON.
  const isJson = layout !== null && layout.csv === null && row['line'] !== null;
  const fields = (layout?.fields ?? []).map(({ column, name }) => ({
    column: column ?? name,
    name,
  }));
  const told = (reason: RowReason): RowReason => {
    if (layout === null) return reason;
    if (isJson && reason.column !== null) {
      const { column, message } = reason;
      return { ...reason, message: tellJsonType(message, { column, raw, fields }) };
    }
    return { ...reason, message: tellUnknownFields(reason, known, raw) };
  };
  const link = (name: string): RowRef | null =>
    typeof row[name] === 'string'
      ? { batch: row[name], record: Number(row[`${name}_record`]) }
      : null;
  return {
    ref: `${batch}:${record}`,
    batch,
    record,
    line: lineOf(row['line']),
    kind: row['kind'] === 'duplicate' ? 'duplicate' : 'quarantined',
    state: row['state'] as RowState,
    reasons: (Array.isArray(row['reasons']) ? row['reasons'] : []).map((r) => told(toReason(r))),
    raw,
    origin: link('parent'),
    replay: link('child'),
  };
}

/** The physical line of a record; null in Parquet and Avro, which have none. */
export function lineOf(value: unknown): number | null {
  return value === null ? null : Number(value);
}

function toReason(reason: Record<string, unknown>): RowReason {
  const { rule, column, value, message } = reason;
  return {
    rule: String(rule),
    column: typeof column === 'string' ? column : null,
    value: typeof value === 'string' ? value : null,
    message: String(message),
  };
}

/** The causes of refused records, the one with most open records first. */
export async function groupCauses(
  engine: SqlEngine,
  query: { source: QuarantineSource; filter: RowFilter; withExamples: boolean },
): Promise<QuarantineCause[]> {
  const { source, filter, withExamples } = query;
  const wanted = reasonSql(filter, 'r') ?? 'TRUE';
  const examples = withExamples
    ? `approx_top_k(left(r."value", ${EXAMPLE_LENGTH_MAX}), ${EXAMPLES})`
    : 'NULL';
  const causes = `list_transform(reasons, lambda r: {'rule': r.rule, 'col': ${anyPlaceSql('r."column"')}, 'message': r.message})`;
  // Why marked: a record counts once for a cause that it has in several places, and a set of all records would fill the memory.
  const rows = await engine.rows(
    `SELECT c.rule AS rule, c.col AS col, c.message AS message, count(*) FILTER (WHERE counts AND state = 'open') AS open,
        count(*) FILTER (WHERE counts AND state = 'held') AS held,
        count(*) FILTER (WHERE counts) AS records, count(DISTINCT batch) AS batches, min(batch) AS first, max(batch) AS last, ${examples} AS examples
      FROM (SELECT batch, state, reasons[i] AS r, causes[i] AS c, len(causes) = 1 OR list_position(causes, causes[i]) = i AS counts
        FROM (SELECT batch, state, reasons, ${causes} AS causes, unnest(range(1, len(reasons) + 1)) AS i
          FROM (SELECT batch, state, ${wanted === 'TRUE' ? 'reasons' : `list_filter(reasons, lambda r: ${wanted}) AS reasons`}
            FROM (${rowsSql(source, filter)}) WHERE kind = 'quarantined')))
      GROUP BY ALL ORDER BY open DESC, records DESC, rule, col NULLS FIRST, message LIMIT ${CAUSES_MAX}`,
  );
  return rows.map((row) => ({
    rule: String(row['rule']),
    column: typeof row['col'] === 'string' ? row['col'] : null,
    message: String(row['message']),
    open: Number(row['open']),
    held: Number(row['held']),
    records: Number(row['records']),
    batches: Number(row['batches']),
    firstBatch: String(row['first']),
    lastBatch: String(row['last']),
    examples: Array.isArray(row['examples'])
      ? row['examples'].filter((value): value is string => typeof value === 'string')
      : [],
  }));
}

/** Writes a mark over the open records that the filter takes; returns how many there are of each batch. */
export async function markRows(
  ports: { engine: SqlEngine; files: Pick<CheckFiles, 'syncFile' | 'syncDirectory' | 'remove'> },
  query: { source: QuarantineSource; filter: RowFilter; path: string },
): Promise<BatchCount[]> {
  const { engine, files } = ports;
  const { source, path } = query;
  const filter: RowFilter = { ...query.filter, state: 'open' };
  await engine.run(
    `COPY (SELECT batch, record, NULL::VARCHAR AS child, NULL::BIGINT AS child_record FROM (${rowsSql(source, filter)}))
      TO ${quoteText(path)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`,
  );
  const counts = await countMarks(engine, path);
  if (counts.length === 0) await files.remove(path);
  else {
    await files.syncFile(path);
    await files.syncDirectory(path.replace(/\/[^/]*$/, ''));
  }
  return counts;
}

/** How many records of each batch a mark has. */
export async function countMarks(engine: SqlEngine, path: string): Promise<BatchCount[]> {
  return await countBy(engine, `read_parquet(${quoteText(path)})`);
}

/** How many records of each batch the filter takes. */
export async function countRows(
  engine: SqlEngine,
  { source, filter }: { source: QuarantineSource; filter: RowFilter },
): Promise<BatchCount[]> {
  return await countBy(engine, `(${rowsSql(source, filter)})`);
}

/** Numbers of rows of a relation by its column `batch`. */
export async function countBy(engine: SqlEngine, relation: string): Promise<BatchCount[]> {
  const rows = await engine.rows(
    `SELECT batch, count(*) AS n FROM ${relation} GROUP BY batch ORDER BY batch`,
  );
  return rows.map((row) => ({ batch: String(row['batch']), records: Number(row['n']) }));
}
