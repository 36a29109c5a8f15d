/**
 * The DuckDB text of a file layout: partition transforms and sort orders as expressions.
 *
 * Not the reference: that is `applyTransform`, and `test/lakehouse/layout.test.ts` holds the two equal. The connection has
 * `TimeZone = 'UTC'` and the functions of `BUCKET_FUNCTIONS`.
 */
import type { PrimitiveType } from '../contract/data-type.ts';
import { unreachable } from '../lib/assert.ts';
import { WeftError } from '../lib/error.ts';
import { quoteIdent } from '../lib/ident-sql.ts';
import type { FileLayout, LayoutField } from './layout.ts';

/** Scalar functions that the connection must have: the hash of a BIGINT, of UTF-8 text, of an unscaled decimal as text. */
export const BUCKET_FUNCTIONS = {
  long: 'weft_hash_long',
  text: 'weft_hash_text',
  decimal: 'weft_hash_decimal',
} as const;

/** The partition value of a row, in the type of the field's result. */
export function transformSql(field: LayoutField): string {
  const { transform, source } = field;
  const column = quoteIdent(field.column);
  switch (transform.kind) {
    case 'identity':
      return column;
    case 'bucket':
      return `CAST((${hashSql(source, column)} & 2147483647) % ${transform.width} AS INTEGER)`;
    case 'truncate':
      return truncateSql(transform.width, source, column);
    case 'day':
      return dateSql(source, column);
    case 'month':
      return `CAST(year(${dateSql(source, column)}) * 12 + month(${dateSql(source, column)}) - 23641 AS INTEGER)`;
    case 'year':
      return `CAST(year(${dateSql(source, column)}) - 1970 AS INTEGER)`;
    case 'hour':
      return `CAST(${floorSql(`epoch_us(${column})`, '3600000000')} // 3600000000 AS INTEGER)`;
    case 'other':
      throw new WeftError('TABLE_UNSUPPORTED', 'A partition transform is not known.');
    default:
      return unreachable(transform);
  }
}

function dateSql(source: PrimitiveType, column: string): string {
  if (source.kind === 'date') return column;
  const local = source.kind === 'timestamptz' ? `${column} AT TIME ZONE 'UTC'` : column;
  return `CAST(${local} AS DATE)`;
}

/** The largest multiple of a width that is at most the value, below zero too. */
function floorSql(value: string, width: string): string {
  return `(${value} - ((${value} % ${width} + ${width}) % ${width}))`;
}

function truncateSql(width: number, source: PrimitiveType, column: string): string {
  if (source.kind === 'string') return `left(${column}, ${width})`;
  if (source.kind === 'decimal') {
    const { precision, scale } = source;
    const unit = `CAST(${width} AS DECIMAL(38, 0)) * CAST(${decimalUnit(scale)} AS DECIMAL(38, ${scale}))`;
    return `CAST(${floorSql(column, `CAST(${unit} AS DECIMAL(${precision}, ${scale}))`)} AS DECIMAL(${precision}, ${scale}))`;
  }
  const type = source.kind === 'int' ? 'INTEGER' : 'BIGINT';
  return `CAST(${floorSql(`CAST(${column} AS HUGEINT)`, String(width))} AS ${type})`;
}

function decimalUnit(scale: number): string {
  return scale === 0 ? '1' : `0.${'1'.padStart(scale, '0')}`;
}

function hashSql(source: PrimitiveType, column: string): string {
  const { long, text, decimal } = BUCKET_FUNCTIONS;
  switch (source.kind) {
    case 'string':
      return `${text}(${column})`;
    case 'decimal':
      return `${decimal}(replace(CAST(${column} AS VARCHAR), '.', ''))`;
    case 'date':
      return `${long}(CAST(date_diff('day', DATE '1970-01-01', ${column}) AS BIGINT))`;
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return `${long}(epoch_us(${column}))`;
    default:
      return `${long}(CAST(${column} AS BIGINT))`;
  }
}

/** `ORDER BY …` of a layout, empty when files are not sorted. */
export function sortSql({ sort }: Pick<FileLayout, 'sort'>): string {
  if (sort.length === 0) return '';
  const keys = sort.map(
    ({ column, direction, nullsFirst }) =>
      `${quoteIdent(column)} ${direction === 'asc' ? 'ASC' : 'DESC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`,
  );
  return ` ORDER BY ${keys.join(', ')}`;
}
