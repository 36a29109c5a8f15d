/**
 * The DuckDB text that writes and reads table files by field id.
 *
 * Not a query planner. Invariant: every name and path is quoted by `lib/ident-sql.ts`.
 */
import { WeftError } from '../lib/error.ts';
import type { BoundColumn } from './types.ts';

/** Options for `COPY (…) TO '…' (<here>)`, without the brackets. */
export function copyOptions(_columns: BoundColumn[]): string {
  throw new WeftError('INTERNAL', 'copyOptions');
}

/** A relation to stand after FROM, with the columns' present names and types. */
export function readParquetSql(_files: string[], _columns: BoundColumn[]): string {
  throw new WeftError('INTERNAL', 'readParquetSql');
}
