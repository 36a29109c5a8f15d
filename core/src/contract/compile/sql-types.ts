/**
 * The type that holds every value of a Weft type exactly, per SQL dialect.
 *
 * Not for tables of Weft itself (`duckdbType`). Microseconds everywhere; PostgreSQL keeps structs, maps and lists of
 * them as jsonb, since its own composite types would need a CREATE TYPE each.
 */
import { quoteIdent } from '../../lib/ident-sql.ts';
import type { DataType, PrimitiveType } from '../data-type.ts';
import { duckdbType, isPrimitive } from '../data-type.ts';

export const SQL_DIALECTS = ['duckdb', 'postgres', 'trino'] as const;
export type SqlDialect = (typeof SQL_DIALECTS)[number];

/** Type name as it stands in CREATE TABLE. */
export function sqlType(type: DataType, dialect: SqlDialect): string {
  if (dialect === 'duckdb') return duckdbType(type);
  return dialect === 'postgres' ? postgresType(type) : trinoType(type);
}

const POSTGRES: Readonly<Record<Exclude<PrimitiveType['kind'], 'decimal'>, string>> = {
  boolean: 'BOOLEAN',
  int: 'INTEGER',
  long: 'BIGINT',
  double: 'DOUBLE PRECISION',
  string: 'TEXT',
  date: 'DATE',
  time: 'TIME(6)',
  timestamp: 'TIMESTAMP(6)',
  timestamptz: 'TIMESTAMPTZ(6)',
};

const TRINO: Readonly<Record<Exclude<PrimitiveType['kind'], 'decimal'>, string>> = {
  boolean: 'BOOLEAN',
  int: 'INTEGER',
  long: 'BIGINT',
  double: 'DOUBLE',
  string: 'VARCHAR',
  date: 'DATE',
  time: 'TIME(6)',
  timestamp: 'TIMESTAMP(6)',
  timestamptz: 'TIMESTAMP(6) WITH TIME ZONE',
};

function postgresType(type: DataType): string {
  if (type.kind === 'list' && isPrimitive(type.element)) return `${postgresType(type.element)}[]`;
  if (!isPrimitive(type)) return 'JSONB';
  return type.kind === 'decimal'
    ? `NUMERIC(${type.precision}, ${type.scale})`
    : POSTGRES[type.kind];
}

function trinoType(type: DataType): string {
  switch (type.kind) {
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'struct':
      return `ROW(${type.fields.map((f) => `${quoteIdent(f.name)} ${trinoType(f.type)}`).join(', ')})`;
    case 'list':
      return `ARRAY(${trinoType(type.element)})`;
    case 'map':
      return `MAP(${trinoType(type.key)}, ${trinoType(type.value)})`;
    default:
      return TRINO[type.kind];
  }
}
