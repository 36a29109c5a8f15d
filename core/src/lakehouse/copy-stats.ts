/**
 * Turns the row that DuckDB's `COPY … (RETURN_STATS)` gives into the data file entry of a manifest.
 *
 * Not here: writing the file. Invariant: a bound that cannot be told exactly or safely is left out.
 */
import { WeftError } from '../lib/error.ts';
import type { BoundColumn, DataFile } from './types.ts';

/** One row of `COPY … (RETURN_STATS)`, as the engine adapter hands it over. */
export interface CopyRow {
  filename: unknown;
  count: unknown;
  file_size_bytes: unknown;
  column_statistics: unknown;
}

export function dataFileFromCopy(
  _row: CopyRow | Record<string, unknown>,
  _columns: BoundColumn[],
): DataFile {
  throw new WeftError('INTERNAL', 'dataFileFromCopy');
}
