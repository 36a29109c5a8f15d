/**
 * What inference works on: records as text, exactly as the file has them.
 *
 * Not a reader of files (`server/src/adapters/sample-reader.ts`). Invariants: every row has as many cells as there are
 * columns; null is an empty CSV field, a JSON null, a missing JSON field or a NULL of Parquet and Avro; numbers keep the digits that
 * they are written with; nested JSON values are JSON text.
 */
import type { CsvDialect } from '../plan.ts';

/** What the file itself says about a cell's kind: CSV says nothing, JSON and Parquet do. */
export type ValueKind = 'unknown' | 'text' | 'number' | 'boolean' | 'nested';

export interface InferSource {
  format: 'csv' | 'ndjson' | 'parquet' | 'avro';
  /** Column names as in the file, in order. */
  columns: string[];
  rows: (string | null)[][];
  /** What most values of each column are; left out where the format says nothing. */
  kinds?: ValueKind[];
  /** Per column, the rows whose value is of another kind than most, with that kind. */
  oddKinds?: ReadonlyMap<number, ValueKind>[];
  /** DuckDB type names, one per column, of a Parquet or Avro file. */
  parquetTypes?: string[];
  /** How the CSV looks. */
  csv?: CsvDialect;
  /** Why no batch with this header could be read, whatever the contract says; absent when one could. */
  headerProblem?: string;
  /** File name without directory. */
  name: string | null;
  /** True when the file goes on after the sample. */
  truncated: boolean;
  /** Records that could not be read, with the line they begin on; they are not among `rows`. */
  faults: SampleFault[];
}

export interface SampleFault {
  line: number;
  message: string;
}
