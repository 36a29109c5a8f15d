/**
 * Weft's type of a DuckDB column type, for samples of Parquet files.
 *
 * Not for nested types: their values come as JSON and are looked at (`nested.ts`). Null means that the type has no exact
 * counterpart, and the values decide.
 */
import type { DataType } from '../data-type.ts';

const TYPES: Readonly<Record<string, DataType>> = {
  BOOLEAN: { kind: 'boolean' },
  TINYINT: { kind: 'int' },
  SMALLINT: { kind: 'int' },
  INTEGER: { kind: 'int' },
  UTINYINT: { kind: 'int' },
  USMALLINT: { kind: 'int' },
  UINTEGER: { kind: 'long' },
  BIGINT: { kind: 'long' },
  UBIGINT: { kind: 'decimal', precision: 20, scale: 0 },
  HUGEINT: { kind: 'decimal', precision: 38, scale: 0 },
  FLOAT: { kind: 'double' },
  DOUBLE: { kind: 'double' },
  VARCHAR: { kind: 'string' },
  UUID: { kind: 'string' },
  DATE: { kind: 'date' },
  TIME: { kind: 'time' },
  TIMESTAMP: { kind: 'timestamp' },
  TIMESTAMP_S: { kind: 'timestamp' },
  TIMESTAMP_MS: { kind: 'timestamp' },
  TIMESTAMP_NS: { kind: 'timestamp' },
  'TIMESTAMP WITH TIME ZONE': { kind: 'timestamptz' },
};

export function parquetColumnType(name: string): DataType | null {
  const decimal = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(name);
  if (decimal !== null) {
    return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) };
  }
  return name.startsWith('ENUM(') ? { kind: 'string' } : (TYPES[name] ?? null);
}
