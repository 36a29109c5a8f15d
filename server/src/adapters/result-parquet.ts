/**
 * Result rows to a Parquet file, by a DuckDB of this process that holds nothing but those rows.
 *
 * Not the lakehouse's writer: no field ids, no statistics of ours. Rows are spooled to a file first, since a result has
 * its types but not its size at the start. Invariant: spool and file are removed however it ends.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { WeftError } from '@weft/core/lib/error';
import { exportParquetSql } from '@weft/core/query/export-sql';
import type { RunningQuery } from '@weft/core/query/ports';

/** `directory` is for temporary files; it is made when it is not there. */
export function createParquetExporter(options: { directory: string; memory: string }): {
  shape: 'keyed';
  export(running: Pick<RunningQuery, 'columns' | 'blocks'>): AsyncIterable<Uint8Array>;
} {
  return { shape: 'keyed', export: (running) => exportParquet(options, running) };
}

async function* exportParquet(
  options: { directory: string; memory: string },
  running: Pick<RunningQuery, 'columns' | 'blocks'>,
): AsyncGenerator<Uint8Array> {
  await mkdir(options.directory, { recursive: true });
  const directory = await mkdtemp(join(options.directory, 'export-'));
  try {
    const [rows, target] = [join(directory, 'rows.ndjson'), join(directory, 'result.parquet')];
    await pipeline(Readable.from(running.blocks), createWriteStream(rows, { mode: 0o600 }));
    await writeParquet(
      exportParquetSql({ rows, target, columns: running.columns }),
      options.memory,
    );
    for await (const bytes of createReadStream(target)) yield bytes as Uint8Array;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function writeParquet(statement: string, memory: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: memory,
    temp_directory: '',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run(statement);
    connection.closeSync();
  } catch (error) {
    // Why: the engine's text may quote a cell.
    throw new WeftError(
      'QUERY_FAILED',
      'The result cannot be written as Parquet; ask for NDJSON.',
      {
        cause: error instanceof Error ? error.name : undefined,
      },
    );
  } finally {
    instance.closeSync();
  }
}
