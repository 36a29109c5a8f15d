/**
 * The baseline: DuckDB alone, with types given and nothing checked beyond them, nothing hashed and nothing synced.
 *
 * Not our engine (`server/src/adapters/duckdb-engine.ts`): a plain instance with default settings, memory and threads as
 * the node has them. Its reading of CSV is lax: `1.5` becomes the integer 2.
 */
import { DuckDBInstance } from '@duckdb/node-api';
import { quoteText } from '@weft/core/lib/ident-sql';
import type { Dataset } from './datasets.ts';

export interface RawDuckdb extends Disposable {
  run(sql: string): Promise<void>;
  /** All rows as JSON text; resolves to their number. */
  query(sql: string): Promise<{ rows: number; json: string }>;
}

export async function openRaw(threads: number, memory = '1GB'): Promise<RawDuckdb> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: memory,
  });
  const connection = await instance.connect();
  return {
    async run(sql) {
      await connection.run(sql);
    },
    async query(sql) {
      const rows = (await connection.runAndReadAll(sql)).getRowsJson();
      return { rows: rows.length, json: JSON.stringify(rows) };
    },
    [Symbol.dispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

export type RawFormat = 'csv' | 'ndjson' | 'parquet';

/** A file of ours as a relation, read as fast as DuckDB reads it. */
export function rawSource(file: { path: string; format: RawFormat; dataset: Dataset }): string {
  const path = quoteText(file.path);
  if (file.format === 'parquet') return `read_parquet(${path})`;
  const columns = `{${file.dataset.types.map(([name, type]) => `'${name}': '${type}'`).join(', ')}}`;
  if (file.format === 'ndjson')
    return `read_json(${path}, format = 'newline_delimited', columns = ${columns})`;
  return `read_csv(${path}, header = true, auto_detect = false, columns = ${columns})`;
}

/** File to one Parquet file, snappy. */
export function rawCopy(source: string, target: string): string {
  return `COPY (FROM ${source}) TO ${quoteText(target)} (FORMAT parquet, COMPRESSION snappy)`;
}
