/**
 * Stages a Parquet file with SQL: the columns are compared with the plan, then copied with the stager's own columns.
 *
 * Not a reader of Parquet: DuckDB is. Types are compared once per file; what a type cannot promise (a 64-bit number for
 * `int`, NaN in a double) is checked per value, as the lexical check of the text formats does.
 * Invariant: no cast in here changes a value; one that would is NULL with its bit in `_lex`.
 */
import { type PrimitiveType, typeName } from '../contract/data-type.ts';
import type { ErrorPlace } from '../lib/error.ts';
import { quoteIdent, quoteText } from '../lib/ident-sql.ts';
import { columnsDiffer, lackingColumns, matchColumns } from './columns.ts';
import { LEX_OVERFLOW_BIT, lexColumns, lexPlace, type PlannedColumn } from './stage-layout.ts';

export interface FileColumn {
  name: string;
  /** DuckDB's name of the type. */
  type: string;
}

/** Gives `column_name` and `column_type` of each column of the file. */
export function describeParquetSql(path: string): string {
  return `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(${quoteText(path)}))`;
}

/** Gives `row_group`, `row_count` and `bytes` (not compressed) of each row group, in order. */
export function rowGroupsSql(path: string): string {
  return `SELECT row_group_id AS row_group, any_value(row_group_num_rows) AS row_count,
      sum(total_uncompressed_size) AS bytes
    FROM parquet_metadata(${quoteText(path)}) GROUP BY row_group_id ORDER BY row_group_id`;
}

/**
 * The names of the plan's columns that the file lacks. Throws BATCH_UNREADABLE with every difference of names and types.
 */
export function checkParquetColumns(
  planned: readonly PlannedColumn[],
  columns: readonly FileColumn[],
): string[] {
  const order = matchColumns(
    planned,
    columns.map((column) => column.name),
  );
  const places: ErrorPlace[] = [];
  for (const [i, { name, type }] of columns.entries()) {
    const promised = planned[order[i] ?? -1]?.type;
    if (promised === undefined || typeFits(promised, type)) continue;
    const message = `the column \`${name}\` is ${type} in the file; the contract says ${typeName(promised)}`;
    places.push({ code: 'column_type', path: name, message });
  }
  if (places.length > 0) {
    throw columnsDiffer(
      places,
      places.length,
      'Write the file with the types of the contract; docs/lexical-types.md lists which fit.',
    );
  }
  return lackingColumns(planned, order);
}

const SMALL_INTEGERS = ['TINYINT', 'SMALLINT', 'UTINYINT', 'USMALLINT', 'INTEGER'];
const INTEGERS = [...SMALL_INTEGERS, 'UINTEGER', 'BIGINT', 'UBIGINT'];
const FITTING: Readonly<Record<Exclude<PrimitiveType['kind'], 'decimal'>, readonly string[]>> = {
  boolean: ['BOOLEAN'],
  int: INTEGERS,
  long: INTEGERS,
  double: ['FLOAT', 'DOUBLE'],
  string: ['VARCHAR'],
  date: ['DATE'],
  time: ['TIME'],
  timestamp: ['TIMESTAMP', 'TIMESTAMP_MS', 'TIMESTAMP_S'],
  timestamptz: ['TIMESTAMP WITH TIME ZONE'],
};

function typeFits(promised: PrimitiveType, type: string): boolean {
  if (promised.kind !== 'decimal') return FITTING[promised.kind].includes(type);
  const match = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
  if (match === null) return false;
  const precision = Number(match[1]);
  const scale = Number(match[2]);
  return scale <= promised.scale && precision - scale <= promised.precision - promised.scale;
}

/** Condition for a value that the type admits in the file but not in the contract; null where none exists. */
export function wrongValueSql(type: PrimitiveType, ident: string): string | null {
  switch (type.kind) {
    case 'int':
      return `${ident} IS NOT NULL AND TRY_CAST(${ident} AS INTEGER) IS NULL`;
    case 'long':
      return `${ident} IS NOT NULL AND TRY_CAST(${ident} AS BIGINT) IS NULL`;
    case 'double':
      return `${ident} IS NOT NULL AND NOT isfinite(${ident})`;
    case 'date':
      return `(${ident} < DATE '0001-01-01' OR ${ident} > DATE '9999-12-31')`;
    case 'timestamp':
      return `(${ident} < TIMESTAMP '0001-01-01' OR ${ident} > TIMESTAMP '9999-12-31 23:59:59.999999')`;
    case 'timestamptz':
      return `(${ident} < TIMESTAMPTZ '0001-01-01 00:00:00+00' OR ${ident} > TIMESTAMPTZ '9999-12-31 23:59:59.999999+00')`;
    case 'time':
      return `${ident} >= TIME '24:00:00'`;
    default:
      return null;
  }
}

function sqlType(type: PrimitiveType): string {
  switch (type.kind) {
    case 'int':
      return 'INTEGER';
    case 'long':
      return 'BIGINT';
    case 'double':
      return 'DOUBLE';
    case 'string':
      return 'VARCHAR';
    case 'timestamptz':
      return 'TIMESTAMPTZ';
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    default:
      return type.kind.toUpperCase();
  }
}

/** The rows [from, to) of a file that lacks some of the plan's columns, by name. */
export interface ParquetSlice {
  path: string;
  lacking: readonly string[];
  from: number;
  to: number;
  /** Number in the batch of the file's first record. */
  firstOrdinal: number;
}

function sliceSql({ path, from, to }: ParquetSlice): string {
  return `read_parquet(${quoteText(path)}, file_row_number = true)
    WHERE file_row_number >= ${from} AND file_row_number < ${to}`;
}

/** Writes the stage file of a slice. */
export function stageParquetSql(
  columns: readonly PlannedColumn[],
  slice: ParquetSlice,
  target: string,
): string {
  const values = columns.map(({ name, sourceName, type }) => {
    if (slice.lacking.includes(name)) return `NULL::${sqlType(type)} AS ${quoteIdent(name)}`;
    const ident = quoteIdent(sourceName);
    const wrong = wrongValueSql(type, ident);
    const value = `TRY_CAST(${ident} AS ${sqlType(type)})`;
    const kept = wrong === null ? value : `CASE WHEN ${wrong} THEN NULL ELSE ${value} END`;
    return `${kept} AS ${quoteIdent(name)}`;
  });
  const place = `(file_row_number + ${slice.firstOrdinal})::INTEGER AS _ord, file_row_number::INTEGER AS _line, 0 AS _off, 0 AS _len`;
  return `COPY (SELECT ${[...values, place, ...lexSql(columns, slice)].join(', ')} FROM ${sliceSql(slice)})
    TO ${quoteText(target)} (FORMAT parquet, COMPRESSION uncompressed)`;
}

function lexSql(columns: readonly PlannedColumn[], slice: ParquetSlice): string[] {
  const words = new Map<string, string[]>(lexColumns(columns.length).map((name) => [name, []]));
  for (const [i, { name, sourceName, type }] of columns.entries()) {
    const wrong = wrongValueSql(type, quoteIdent(sourceName));
    if (wrong === null || slice.lacking.includes(name)) continue;
    const { column, bit } = lexPlace(i);
    const term = (at: number) => `CASE WHEN ${wrong} THEN ${1n << BigInt(at)} ELSE 0 END::BIGINT`;
    words.get(column)?.push(term(bit));
    if (column !== '_lex') words.get('_lex')?.push(term(LEX_OVERFLOW_BIT));
  }
  return [...words].map(([name, terms]) => `(${['0::BIGINT', ...terms].join(' | ')}) AS ${name}`);
}

/** Counts the rows of a stage file that have a value of a wrong type, as `lexical`. */
export function countLexicalSql(stagePath: string): string {
  return `SELECT count(*) AS lexical FROM read_parquet(${quoteText(stagePath)}) WHERE _lex <> 0`;
}

/** Writes the lexical side file of a slice. */
export function lexicalParquetSql(
  columns: readonly PlannedColumn[],
  slice: ParquetSlice,
  target: string,
): string {
  const parts = columns.flatMap(({ name, sourceName, type }, i) => {
    const ident = quoteIdent(sourceName);
    const wrong = wrongValueSql(type, ident);
    if (wrong === null || slice.lacking.includes(name)) return [];
    return [
      `SELECT (file_row_number + ${slice.firstOrdinal})::INTEGER AS ord, ${i}::INTEGER AS col, CAST(${ident} AS VARCHAR) AS txt
        FROM ${sliceSql(slice)} AND (${wrong})`,
    ];
  });
  return `COPY (SELECT ord, col, txt FROM (${parts.join(' UNION ALL ')}) ORDER BY ord, col)
    TO ${quoteText(target)} (FORMAT parquet, COMPRESSION uncompressed)`;
}
