/**
 * Types of Parquet columns without inner fields: which fit a type of the plan, and which of their values do.
 *
 * What a type cannot promise (a 64-bit number for `int`, NaN in a double) is checked per value, as the lexical check of the
 * text formats does.
 */
import type { PrimitiveType } from '../contract/data-type.ts';

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

/** True when a column of the file, by DuckDB's name of its type, may hold values of the promised one. */
export function flatTypeFits(promised: PrimitiveType, type: string): boolean {
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
      return `(${ident} < TIME '00:00:00' OR ${ident} >= TIME '24:00:00')`;
    default:
      return null;
  }
}

/** Text of a value that is wrong in this way. */
export function wrongTextSql(type: PrimitiveType, ident: string): string {
  // Why: made into a text, a time that is none ends the engine (DuckDB 1.5).
  return type.kind === 'time'
    ? `CAST(epoch_us(${ident}) AS VARCHAR) || ' µs'`
    : `CAST(${ident} AS VARCHAR)`;
}

export function sqlType(type: PrimitiveType): string {
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
