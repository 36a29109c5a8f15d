/**
 * Nested columns of Parquet files with SQL: their types against the plan's, the values that are not of them, and the copy.
 *
 * Not a reader of Parquet: DuckDB is. Members are compared by name as columns are: an unknown one is a difference, a missing one
 * is when it is required. Invariant: no cast in here changes a value; what would is NULL, and its record has a fault.
 */
import { type DataType, duckdbType, isPrimitive, typeName } from '../contract/data-type.ts';
import type { FileType } from '../contract/duckdb-type.ts';
import { type NestedPath, type NestedStep, pathLabel } from '../contract/nested-path.ts';
import { must } from '../lib/assert.ts';
import type { ErrorPlace } from '../lib/error.ts';
import { quoteIdent, quoteText } from '../lib/ident-sql.ts';
import { anySql, stepSql } from '../quality/nested-sql.ts';
import { flatTypeFits, sqlType, wrongTextSql, wrongValueSql } from './flat-parquet.ts';
import type { ReasonNumbers } from './nested-reasons.ts';
import type { PlannedColumn } from './stage-layout.ts';

/** Every difference between the type of a file's column and the promised one. */
export function nestedDifferences(name: string, promised: DataType, file: FileType): ErrorPlace[] {
  return differencesAt({ name, path: [] }, promised, file);
}

interface At {
  name: string;
  path: NestedPath;
}

function differencesAt(at: At, promised: DataType, file: FileType): ErrorPlace[] {
  const label = pathLabel(at.name, at.path);
  const inside = (step: NestedStep): At => ({ ...at, path: [...at.path, step] });
  if (promised.kind === 'struct' && file.kind === 'struct') {
    return memberDifferences(at, promised, file);
  }
  if (promised.kind === 'list' && file.kind === 'list') {
    return differencesAt(inside('items'), promised.element, file.element);
  }
  if (promised.kind === 'map' && file.kind === 'map') {
    return [
      ...differencesAt(inside('key'), promised.key, file.key),
      ...differencesAt(inside('value'), promised.value, file.value),
    ];
  }
  if (isPrimitive(promised) && file.kind === 'plain' && flatTypeFits(promised, file.name)) {
    return [];
  }
  const message = `the column \`${label}\` is ${file.text} in the file; the contract says ${typeName(promised)}`;
  return [{ code: 'column_type', path: label, message }];
}

function memberDifferences(
  at: At,
  promised: Extract<DataType, { kind: 'struct' }>,
  file: Extract<FileType, { kind: 'struct' }>,
): ErrorPlace[] {
  const differences: ErrorPlace[] = [];
  const inside = (field: string): At => ({ ...at, path: [...at.path, { field }] });
  const add = (field: string, code: string, what: string): void => {
    const path = pathLabel(at.name, inside(field).path);
    differences.push({ code, path, message: `the column \`${path}\` ${what}` });
  };
  for (const { name, type } of file.fields) {
    const field = promised.fields.find((known) => (known.sourceName ?? known.name) === name);
    if (field === undefined) add(name, 'unknown_column', 'is not in the contract');
    else differences.push(...differencesAt(inside(field.name), field.type, type));
  }
  for (const { name, sourceName = name, required } of promised.fields) {
    const isThere = file.fields.some((field) => field.name === sourceName);
    if (required && !isThere) add(name, 'missing_column', 'is missing in the file');
  }
  return differences;
}

/** A nested column of a file: its value in the plan's type, where what is wrong is NULL. */
export function nestedValueSql(promised: DataType, file: FileType, ident: string): string {
  return `CAST(${convertSql(ident, { promised, file, depth: 0 })} AS ${duckdbType(promised)})`;
}

interface Conversion {
  promised: DataType;
  file: FileType;
  depth: number;
}

function convertSql(sql: string, { promised, file, depth }: Conversion): string {
  const inside = (inner: string, to: DataType, from: FileType): string =>
    convertSql(inner, { promised: to, file: from, depth: depth + 1 });
  const item = `_weft_c${depth}`;
  if (promised.kind === 'struct' && file.kind === 'struct') {
    const members = promised.fields.map(({ name, sourceName = name, type }) => {
      const found = file.fields.find((field) => field.name === sourceName);
      const value =
        found === undefined
          ? `CAST(NULL AS ${duckdbType(type)})`
          : inside(`struct_extract(${sql}, ${quoteText(sourceName)})`, type, found.type);
      return `${quoteIdent(name)} := ${value}`;
    });
    return `(CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_pack(${members.join(', ')}) END)`;
  }
  if (promised.kind === 'list' && file.kind === 'list') {
    return `list_transform(${sql}, lambda ${item}: ${inside(item, promised.element, file.element)})`;
  }
  if (promised.kind === 'map' && file.kind === 'map') {
    const key = inside(`${item}.key`, promised.key, file.key);
    const value = inside(`${item}.value`, promised.value, file.value);
    const entry = `struct_pack("key" := ${key}, "value" := ${value})`;
    const entries = `list_transform(map_entries(${sql}), lambda ${item}: ${entry})`;
    const wrong = anySql(sql, ['key'], (k) => `(${wrongLeafSql(promised.key, k) ?? 'FALSE'})`);
    // Why sorted: two maps with the same entries are the same, and those of JSON objects are sorted, too.
    return `(CASE WHEN ${sql} IS NULL OR ${repeatedKeysSql(sql)} OR ${wrong} THEN NULL
      ELSE map_from_entries(list_sort(${entries})) END)`;
  }
  const type = must(isPrimitive(promised) ? promised : null, 'types that were compared');
  const value = `TRY_CAST(${sql} AS ${sqlType(type)})`;
  const wrong = wrongValueSql(type, sql);
  return wrong === null ? value : `(CASE WHEN ${wrong} THEN NULL ELSE ${value} END)`;
}

function wrongLeafSql(type: DataType, sql: string): string | null {
  const wrong = isPrimitive(type) ? wrongValueSql(type, sql) : null;
  return wrong === null ? null : `coalesce(${wrong}, FALSE)`;
}

/** TRUE for a map in which a key is NULL or stands twice; such a file can be written, if by mistake. */
function repeatedKeysSql(sql: string): string {
  return `coalesce(len(list_distinct(map_keys(${sql}))) < len(map_keys(${sql})), FALSE)`;
}

function plainTextSql(sql: string): string {
  return `CAST(${sql} AS VARCHAR)`;
}

/** What can be wrong at one place of a column. */
interface PlaceTest {
  no: number;
  /** Names as in the file, for values; names as in the contract, for places. */
  source: NestedPath;
  path: NestedPath;
  /** TRUE or FALSE for a value. */
  isWrong: (value: string) => string;
  /** Text of a value that is wrong. */
  textOf: (value: string) => string;
}

function placeTests(
  { name, type }: Pick<PlannedColumn, 'name' | 'type'>,
  file: FileType,
  numbers: ReasonNumbers,
): PlaceTest[] {
  const twice = numbers.faultAt('duplicate_field');
  const visit = (promised: DataType, from: FileType, at: Pick<PlaceTest, 'source' | 'path'>) => {
    const { source, path } = at;
    const inside = (step: NestedStep, to: DataType, inner: FileType, own = step): PlaceTest[] =>
      visit(to, inner, { source: [...source, own], path: [...path, step] });
    if (promised.kind === 'struct' && from.kind === 'struct') {
      return promised.fields.flatMap(({ name: field, sourceName = field, type: inner }) => {
        const found = from.fields.find((known) => known.name === sourceName);
        if (found === undefined) return [];
        return inside({ field }, inner, found.type, { field: sourceName });
      });
    }
    if (promised.kind === 'list' && from.kind === 'list') {
      return inside('items', promised.element, from.element);
    }
    if (promised.kind === 'map' && from.kind === 'map') {
      return [
        { no: twice, source, path, isWrong: repeatedKeysSql, textOf: plainTextSql },
        ...inside('key', promised.key, from.key),
        ...inside('value', promised.value, from.value),
      ];
    }
    if (wrongLeafSql(promised, 'v') === null) return [];
    const no = numbers.typeAt(name, path);
    const isWrong = (v: string): string => wrongLeafSql(promised, v) ?? 'FALSE';
    const textOf = (v: string): string =>
      isPrimitive(promised) ? wrongTextSql(promised, v) : plainTextSql(v);
    return [{ no, source, path, isWrong, textOf }];
  };
  return visit(type, file, { source: [], path: [] });
}

/** TRUE for a row with anything wrong inside the column, FALSE for others; null when nothing can be. */
export function nestedWrongSql(
  column: PlannedColumn,
  file: FileType,
  numbers: ReasonNumbers,
): string | null {
  const tests = placeTests(column, file, numbers);
  const ident = quoteIdent(column.sourceName);
  const any = tests.map(({ source, isWrong }) => anySql(ident, source, isWrong));
  return any.length === 0 ? null : `(${any.join(' OR ')})`;
}

/** SELECTs of `ord`, `col`, `txt` and `place` of what is wrong inside the column. `rows`: FROM and WHERE of the file. */
export function nestedFaultsSql(
  column: PlannedColumn,
  options: { file: FileType; numbers: ReasonNumbers; ordinal: string; rows: string },
): string[] {
  const { file, numbers, ordinal, rows } = options;
  return placeTests(column, file, numbers).map(({ no, source, path, isWrong, textOf }) => {
    const start = `SELECT ${ordinal} AS ord, ${quoteText(column.name)} AS place, ${quoteIdent(column.sourceName)} AS v FROM ${rows}`;
    const at = path.reduce((sql: string, step, i) => stepSql(sql, step, source[i]), start);
    return `SELECT ord, ${no}::INTEGER AS col, ${textOf('v')} AS txt, place FROM (${at}) WHERE ${isWrong('v')}`;
  });
}
