/**
 * Quarantine files and what was decided about their records, as one relation for DuckDB.
 *
 * Not who may read it. A quarantine file never changes: decisions are files beside it (`batch, record, child,
 * child_record`), of a discard or of a replay, and the store says which of them count.
 * Invariant: a record is in at most one mark that counts, so it has one state.
 */

import type { CsvDialect, CsvEncoding, IngestPlan } from '../contract/plan.ts';
import { quoteText } from '../lib/ident-sql.ts';
import type { SourceFormat } from './ports.ts';

/**
 * `open`: nobody decided. `held`: its batch waits for a decision, before which none is made about the record. `discarded`:
 * given up, by a mark or with its batch. `repaired`: sent again and accepted. `replayed`: sent again,
 * and held or refused again, so that the child has it. `duplicate`: was never refused.
 */
export const ROW_STATES = [
  'open',
  'held',
  'repaired',
  'replayed',
  'discarded',
  'duplicate',
] as const;
export type RowState = (typeof ROW_STATES)[number];

/** How refused records of CSV stand in their file: those of any other encoding were made UTF-8 before they were read. */
export type KeptEncoding = 'utf-8' | 'latin-1';

export function keptEncoding(encoding: CsvEncoding): KeptEncoding {
  return encoding === 'latin-1' ? encoding : 'utf-8';
}

export interface KeptDialect extends CsvDialect {
  encoding: KeptEncoding;
}

/** How the records of a quarantine file are to be read: fixed when their batch was checked. */
export interface RecordLayout {
  format: 'csv' | 'ndjson' | 'json';
  /** Of CSV only. */
  csv: KeptDialect | null;
  /**
   * CSV: the columns of the file in its order. JSON: the columns that a record may have. `name`: as in the file; `column`: in
   * the contract, where that is another (of batches that were checked before it was kept it is absent).
   */
  fields: { id: string; name: string; column?: string }[];
}

/** The layout of a batch's refused records; null when the order of its fields is not known. */
export function layoutOfBatch(
  plan: IngestPlan,
  format: SourceFormat,
  fields: readonly string[] | null,
): RecordLayout | null {
  const { columns, csv } = plan;
  if (format !== 'csv') {
    // Why: a record without text is kept as JSON, under the contract's own names.
    const text = format === 'ndjson' || format === 'json' ? format : null;
    const named = columns.map(({ id, name, sourceName }) => ({
      id,
      name: text === null ? name : sourceName,
      ...(text === null || sourceName === name ? {} : { column: name }),
    }));
    return { format: text ?? 'ndjson', csv: null, fields: named };
  }
  const names = fields ?? (csv.header ? null : columns.map(({ name }) => name));
  if (names === null) return null;
  const ordered = names.flatMap((name) => columns.find((column) => column.name === name) ?? []);
  const kept = { ...csv, encoding: keptEncoding(csv.encoding) };
  return {
    format,
    csv: kept,
    fields: ordered.map(({ id, sourceName }) => ({ id, name: sourceName })),
  };
}

export interface QuarantineFile {
  batch: string;
  path: string;
}

/** Files of some batches, with everything that is needed to tell the state of their records. */
export interface QuarantineSource {
  files: QuarantineFile[];
  /** Those of them that wait for a decision, and those that were given up. */
  waiting: string[];
  givenUp: string[];
  /** Mark files that count, and those by which the records of a replay came. */
  marks: string[];
  /** Quarantine files of the replays: whoever is listed there was not accepted. */
  children: QuarantineFile[];
  /** Replays that wait for a decision. */
  held: string[];
}

/** Which records; null does not matter. Those about reasons have to hold for one and the same reason. */
export interface RowFilter {
  state: RowState | null;
  rule: string | null;
  column: string | null;
  /** Part of the value that was refused, and of the words of the reason. */
  value: string | null;
  reason: string | null;
}

export const EVERY_ROW: RowFilter = {
  state: null,
  rule: null,
  column: null,
  value: null,
  reason: null,
};

/**
 * SELECT of batch, record, line, offset, length, raw, kind, reasons, state, child, child_record, parent, parent_record.
 * `raw`: false leaves the bytes out.
 */
export function rowsSql(source: QuarantineSource, filter: RowFilter): string {
  const state = stateSql(source);
  const joins =
    source.marks.length === 0
      ? ''
      : `LEFT JOIN marks AS m ON m.batch = f.batch AND m.record = f.record
         LEFT JOIN again AS a ON a.batch = m.child AND a.record = m.child_record
         LEFT JOIN marks AS o ON o.child = f.batch AND o.child_record = f.record`;
  const links =
    source.marks.length === 0
      ? 'NULL::VARCHAR AS child, NULL::BIGINT AS child_record, NULL::VARCHAR AS parent, NULL::BIGINT AS parent_record'
      : 'm.child, m.child_record, o.batch AS parent, o.record AS parent_record';
  const wanted = filter.state === null ? 'TRUE' : `state = ${quoteText(filter.state)}`;
  return `WITH files AS (SELECT parse_filename(filename, true) AS batch, record, line, "offset", length, raw, kind, reasons
      FROM read_parquet([${paths(source.files)}], filename = true) WHERE ${reasonFilterSql(filter)}),
    marks AS (${marksSql(source.marks)}),
    again AS (${againSql(source.children)})
    SELECT * FROM (SELECT f.*, ${links}, ${state} AS state FROM files AS f ${joins}) WHERE ${wanted}`;
}

function stateSql({ marks, held, waiting, givenUp }: QuarantineSource): string {
  const isOf = (batches: readonly string[]): string =>
    batches.length === 0 ? 'FALSE' : `f.batch IN (${batches.map(quoteText).join(', ')})`;
  const plain = `WHEN f.kind = 'duplicate' THEN 'duplicate' WHEN ${isOf(waiting)} THEN 'held'
    WHEN ${isOf(givenUp)} THEN 'discarded'`;
  if (marks.length === 0) return `CASE ${plain} ELSE 'open' END`;
  const waits = held.length === 0 ? 'FALSE' : `m.child IN (${held.map(quoteText).join(', ')})`;
  return `CASE ${plain} WHEN m.batch IS NULL THEN 'open' WHEN m.child IS NULL THEN 'discarded'
    WHEN a.record IS NOT NULL OR ${waits} THEN 'replayed' ELSE 'repaired' END`;
}

function marksSql(marks: readonly string[]): string {
  return marks.length === 0
    ? 'SELECT NULL AS batch, NULL AS record, NULL AS child, NULL AS child_record WHERE FALSE'
    : `SELECT batch, record, child, child_record FROM read_parquet([${marks.map(quoteText).join(', ')}])`;
}

function againSql(children: readonly QuarantineFile[]): string {
  return children.length === 0
    ? 'SELECT NULL AS batch, NULL AS record WHERE FALSE'
    : `SELECT parse_filename(filename, true) AS batch, record FROM read_parquet([${paths(children)}], filename = true)`;
}

function paths(files: readonly QuarantineFile[]): string {
  return files.map((file) => quoteText(file.path)).join(', ');
}

function reasonFilterSql(filter: RowFilter): string {
  const wanted = reasonSql(filter, 'r');
  return wanted === null ? 'TRUE' : `len(list_filter(reasons, lambda r: ${wanted})) > 0`;
}

/** By its place, or by what it has in common with those of other records: `lines[2].qty`, or `lines[].qty` for every line. */
function columnSql(reason: string, column: string): string {
  const wanted = quoteText(column);
  return `(${reason}."column" = ${wanted} OR ${anyPlaceSql(`${reason}."column"`)} = ${wanted})`;
}

/** The place of a reason without the numbers of items and the keys of maps. */
export function anyPlaceSql(column: string): string {
  return `regexp_replace(${column}, '\\[(\\d+|"([^"\\\\]|\\\\.)*")\\]', '[]', 'g')`;
}

/** The condition on one reason, or null when every reason will do. */
export function reasonSql(filter: RowFilter, reason: string): string | null {
  const { rule, column, value, reason: words } = filter;
  const conditions = [
    rule === null ? null : `${reason}.rule = ${quoteText(rule)}`,
    column === null ? null : columnSql(reason, column),
    value === null ? null : valueSql(reason, value),
    words === null ? null : `contains(lower(${reason}.message), lower(${quoteText(words)}))`,
  ].filter((condition) => condition !== null);
  return conditions.length === 0 ? null : conditions.join(' AND ');
}

// Why: nothing is in everything; whoever asks for the empty value means the values that are not there.
function valueSql(reason: string, value: string): string {
  return value === ''
    ? `coalesce(${reason}."value", '') = ''`
    : `contains(coalesce(${reason}."value", ''), ${quoteText(value)})`;
}
