/**
 * Stages a Parquet file with SQL: the columns are compared with the plan, then copied with the stager's own columns.
 *
 * Not a reader of Parquet: DuckDB is. Types are compared once per file (`flat-parquet.ts`, `nested-parquet.ts`).
 * Invariant: no cast in here changes a value; one that would is NULL with its bit in `_lex`.
 */
import { type DataType, duckdbType, isPrimitive, typeName } from '../contract/data-type.ts';
import { type FileType, readDuckdbType } from '../contract/duckdb-type.ts';
import type { ErrorPlace } from '../lib/error.ts';
import { quoteIdent, quoteText } from '../lib/ident-sql.ts';
import { compareColumns, lackingColumns, refuseDifferences } from './columns.ts';
import { flatTypeFits, sqlType, wrongTextSql, wrongValueSql } from './flat-parquet.ts';
import {
  nestedDifferences,
  nestedFaultsSql,
  nestedValueSql,
  nestedWrongSql,
} from './nested-parquet.ts';
import { ReasonNumbers } from './nested-reasons.ts';
import {
  flatColumns,
  LEX_OVERFLOW_BIT,
  lexColumns,
  lexPlace,
  type PlannedColumn,
} from './stage-layout.ts';

const ROW_NUMBER = 'file_row_number';

/** Type of a column that can have no value: as some programs write one of which they met none. */
export const NO_VALUES = 'null';

export interface FileColumn {
  name: string;
  /** DuckDB's name of the type, or one that it has not. */
  type: string;
}

/** Gives `column_name` and `column_type` of each column of the file. */
export function describeParquetSql(path: string): string {
  return `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(${quoteText(path)}))`;
}

/** Gives `name`, `children` and `logical` of every element of the file's own schema, parents first. */
export function parquetSchemaSql(path: string): string {
  return `SELECT name, num_children AS children, logical_type AS logical FROM parquet_schema(${quoteText(path)})
    ORDER BY column_id`;
}

/**
 * The columns of a file by its own names and, where the engine reads another type than the file has, its own types. The engine
 * gives the second of two equal names another one, and one to a column without a name. `described` and `schema`: rows of
 * `describeParquetSql` and of `parquetSchemaSql`.
 */
export function fileColumns(
  described: readonly Record<string, unknown>[],
  schema: readonly Record<string, unknown>[],
): FileColumn[] {
  const own = columnElements(schema);
  return described.map((row, i) => {
    const [element, ...inner] = own[i] ?? [];
    const name = String(element?.['name'] ?? row['column_name']);
    const type = ownType(element?.['logical']) ?? String(row['column_type']);
    const isFiner = inner.some(({ logical }) => ownType(logical) === NANOSECONDS);
    return { name, type: isFiner ? type.replaceAll(/\bTIME\b(?! WITH)/g, NANOSECONDS) : type };
  });
}

/**
 * For each element right below the root, which is the first one, this and all below it (Apache Parquet, Thrift definition,
 * `SchemaElement`).
 */
function columnElements(schema: readonly Record<string, unknown>[]): Record<string, unknown>[][] {
  const columns: Record<string, unknown>[][] = [];
  let inside = 0;
  for (const element of schema.slice(1)) {
    if (inside === 0) columns.push([element]);
    else {
      columns.at(-1)?.push(element);
      inside--;
    }
    inside += Number(element['children'] ?? 0);
  }
  return columns;
}

const DECIMAL_DIGITS_MAX = 38;
const NANOSECONDS = 'TIME_NS';

/**
 * The type that the engine reads as another one: of a column without any value, of longer decimals, which it rounds, or of times in
 * nanoseconds, which it cuts.
 */
function ownType(logical: unknown): string | null {
  const text = String(logical);
  if (text === 'NullType()') return NO_VALUES;
  if (/^TimeType\(.*NANOS=NanoSeconds\(\)/.test(text)) return NANOSECONDS;
  const [, scale = '', precision = ''] =
    /^DecimalType\(scale=(\d+), precision=(\d+)\)$/.exec(text) ?? [];
  return Number(precision) > DECIMAL_DIGITS_MAX ? `decimal(${precision},${scale})` : null;
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
  const { order, differences } = compareColumns(
    planned,
    columns.map((column) => column.name),
  );
  const places: ErrorPlace[] = [];
  for (const [i, { name, type }] of columns.entries()) {
    if (name.toLowerCase() === ROW_NUMBER) {
      const message = `the column \`${name}\` has a name that the engine uses for rows of a file`;
      places.push({ code: 'column_name', path: name, message });
    }
    const promised = planned[order[i] ?? -1]?.type;
    if (promised === undefined) continue;
    if (!isPrimitive(promised)) {
      places.push(...nestedDifferences(name, promised, readDuckdbType(type)));
      continue;
    }
    if (flatTypeFits(promised, type)) continue;
    const message = `the column \`${name}\` is ${type} in the file; the contract says ${typeName(promised)}`;
    places.push({ code: 'column_type', path: name, message });
  }
  refuseDifferences(differences, places);
  return lackingColumns(planned, order);
}

/** The rows [from, to) of a file that lacks some of the plan's columns, by name. */
export interface ParquetSlice {
  path: string;
  lacking: readonly string[];
  from: number;
  to: number;
  /** Number in the batch of the file's first record. */
  firstOrdinal: number;
  /** DuckDB's names of the types of its columns, by name. */
  types: Readonly<Record<string, string>>;
}

/** The type in the file of a nested column of the plan. */
function fileTypeOf({ sourceName }: PlannedColumn, { types }: ParquetSlice): FileType {
  return readDuckdbType(types[sourceName] ?? '');
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
  const values = columns.map((column) => {
    const { name, sourceName, type } = column;
    if (slice.lacking.includes(name)) {
      return `CAST(NULL AS ${stagedType(type)}) AS ${quoteIdent(name)}`;
    }
    const ident = quoteIdent(sourceName);
    if (!isPrimitive(type)) {
      const value = nestedValueSql(type, fileTypeOf(column, slice), ident);
      return `${value} AS ${quoteIdent(name)}`;
    }
    const wrong = wrongValueSql(type, ident);
    const value = `TRY_CAST(${ident} AS ${sqlType(type)})`;
    const kept = wrong === null ? value : `CASE WHEN ${wrong} THEN NULL ELSE ${value} END`;
    return `${kept} AS ${quoteIdent(name)}`;
  });
  const place = `(file_row_number + ${slice.firstOrdinal})::INTEGER AS _ord, file_row_number::INTEGER AS _line, 0 AS _off, 0 AS _len`;
  return `COPY (SELECT ${[...values, place, ...lexSql(columns, slice)].join(', ')} FROM ${sliceSql(slice)})
    TO ${quoteText(target)} (FORMAT parquet, COMPRESSION uncompressed)`;
}

function stagedType(type: DataType): string {
  return isPrimitive(type) ? sqlType(type) : duckdbType(type);
}

/** Condition for a column with a value that is not of its type; null when the file can have none. */
function wrongColumnSql(
  column: PlannedColumn,
  slice: ParquetSlice,
  numbers: ReasonNumbers,
): string | null {
  const { name, sourceName, type } = column;
  if (slice.lacking.includes(name)) return null;
  return isPrimitive(type)
    ? wrongValueSql(type, quoteIdent(sourceName))
    : nestedWrongSql(column, fileTypeOf(column, slice), numbers);
}

function lexSql(columns: readonly PlannedColumn[], slice: ParquetSlice): string[] {
  const words = new Map<string, string[]>(lexColumns(columns.length).map((name) => [name, []]));
  const numbers = new ReasonNumbers(columns);
  for (const [i, planned] of columns.entries()) {
    const wrong = wrongColumnSql(planned, slice, numbers);
    if (wrong === null) continue;
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
  const isFlat = flatColumns(columns) !== null;
  const numbers = new ReasonNumbers(columns);
  const ordinal = `(file_row_number + ${slice.firstOrdinal})::INTEGER`;
  const parts = columns.flatMap((column, i) => {
    const { sourceName, type } = column;
    const wrong = wrongColumnSql(column, slice, numbers);
    if (wrong === null) return [];
    if (!isPrimitive(type)) {
      const file = fileTypeOf(column, slice);
      return nestedFaultsSql(column, { file, numbers, ordinal, rows: sliceSql(slice) });
    }
    const place = isFlat ? '' : ", '' AS place";
    return [
      `SELECT ${ordinal} AS ord, ${i}::INTEGER AS col, ${wrongTextSql(type, quoteIdent(sourceName))} AS txt${place}
        FROM ${sliceSql(slice)} AND (${wrong})`,
    ];
  });
  const names = isFlat ? 'ord, col, txt' : 'ord, col, txt, place';
  return `COPY (SELECT ${names} FROM (${parts.join(' UNION ALL ')}) ORDER BY ord, col)
    TO ${quoteText(target)} (FORMAT parquet, COMPRESSION uncompressed)`;
}
