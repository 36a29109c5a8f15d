/**
 * The DuckDB text that writes and reads table files by field id.
 *
 * Not a query planner, and not the SELECT inside a COPY: that one casts each column to `duckdbType(column.type)`.
 * Invariants: every name, path and text is quoted by `lib/ident-sql.ts`; a file is always written with field ids and its
 * schema, because one without reads as all NULL without an error.
 */
import { duckdbType } from '../contract/data-type.ts';
import { WeftError } from '../lib/error.ts';
import { quoteIdent, quoteText, quoteTextList } from '../lib/ident-sql.ts';
import { pathOfUri } from './paths.ts';
import { fieldOf, type IcebergType } from './schema.ts';
import type { BoundColumn, IcebergField, TableFile } from './types.ts';

/**
 * Compression of a data file: `snappy` is written and read fastest, for files that are young; `zstd` takes a third less
 * room, for files that stay.
 */
export type Codec = 'snappy' | 'zstd';

/**
 * Options for `COPY (…) TO '…' (<here>)`, without the brackets, so that the caller may add some of its own. The COPY
 * then answers one row per file for `dataFileFromCopy`. The connection must have `TimeZone = 'UTC'`.
 */
export function copyOptions(columns: BoundColumn[], codec: Codec = 'snappy'): string {
  const fields = columns.map(fieldOf);
  return [
    'FORMAT parquet',
    `COMPRESSION ${codec}`,
    'RETURN_STATS',
    `FIELD_IDS {${fields.map(fieldIds).join(', ')}}`,
    // Why: readers that resolve columns by this schema mis-read renamed columns without it.
    `KV_METADATA {'iceberg.schema': ${quoteText(schemaText(columns))}}`,
  ].join(', ');
}

/** The value of the key `iceberg.schema` in a data file of these columns. */
export function schemaText(columns: readonly BoundColumn[]): string {
  return JSON.stringify({ type: 'struct', 'schema-id': 0, fields: columns.map(fieldOf) });
}

function fieldIds(field: IcebergField): string {
  return idEntry(field.name, field.id, field.type as IcebergType);
}

function idEntry(name: string, id: number, type: IcebergType): string {
  const key = quoteIdent(name);
  if (typeof type === 'string') return `${key}: ${id}`;
  const inner = innerIds(type).join(', ');
  return `${key}: {__duckdb_field_id: ${id}, ${inner}}`;
}

function innerIds(type: Exclude<IcebergType, string>): string[] {
  switch (type.type) {
    case 'struct':
      return type.fields.map(fieldIds);
    case 'list':
      return [idEntry('element', type['element-id'], type.element)];
    case 'map':
      return [
        idEntry('key', type['key-id'], type.key),
        idEntry('value', type['value-id'], type.value),
      ];
  }
}

/**
 * A relation to stand after FROM, with the columns' present names and types, whatever version of the table wrote the
 * files (`file:` URIs or absolute paths). With no files it is empty and has the same columns.
 */
export function readParquetSql(files: string[], columns: BoundColumn[]): string {
  if (files.length === 0) {
    const nulls = columns.map(
      (c) => `CAST(NULL AS ${duckdbType(c.type)}) AS ${quoteIdent(c.name)}`,
    );
    return `(SELECT ${nulls.join(', ')} WHERE FALSE)`;
  }
  const entries = columns.map(
    (c) =>
      `${c.fieldId}: {name: ${quoteText(c.name)}, type: ${quoteText(duckdbType(c.type))}, default_value: NULL}`,
  );
  const list = quoteTextList(files.map(pathOfUri));
  // Why: a folder named like `a=b` on the way to the file must not become a column.
  return `read_parquet(${list}, schema = MAP {${entries.join(', ')}}, hive_partitioning = false)`;
}

/** Field ids of the two columns of a position delete file. */
const DELETE_COLUMNS = `MAP {2147483546: {name: 'file_path', type: 'VARCHAR', default_value: NULL},
  2147483545: {name: 'pos', type: 'BIGINT', default_value: NULL}}`;

/**
 * Like `readParquetSql` for a plan of `planRead`: rows that other engines deleted are left out. Throws TABLE_UNSUPPORTED
 * when a column has the name of the row number that this needs.
 */
export function readTableSql(files: readonly TableFile[], columns: BoundColumn[]): string {
  const deletes = [...new Set(files.flatMap((file) => file.deletes))];
  const source = readParquetSql(
    files.map((file) => file.path),
    columns,
  );
  if (deletes.length === 0) return source;
  const reserved = ['filename', 'file_row_number'];
  if (columns.some((column) => reserved.includes(column.name.toLowerCase()))) {
    throw new WeftError(
      'TABLE_UNSUPPORTED',
      `A table with delete files cannot be read beside a column named ${reserved.join(' or ')}.`,
    );
  }
  const list = quoteTextList(deletes.map(pathOfUri));
  // Why: engines write one path as file:/p, file:///p or /p, and the engine here says /p.
  const deleted = `SELECT regexp_replace(file_path, '^file:/*', '/') AS _weft_file, pos AS _weft_row
    FROM read_parquet(${list}, schema = ${DELETE_COLUMNS}, hive_partitioning = false)`;
  const names = columns.map((column) => `d.${quoteIdent(column.name)}`).join(', ');
  return `(SELECT ${names} FROM ${source} AS d ANTI JOIN (${deleted}) AS x
    ON x._weft_file = d.filename AND x._weft_row = d.file_row_number)`;
}
