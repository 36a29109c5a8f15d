/**
 * The baseline of queries: DuckDB in a child process as a governed query has it, over the data files themselves.
 *
 * The same program under the same limits answers over the same pipe, rows as JSON; there is no gate, no decision, no
 * projection and no audit. It stands open from one query to the next.
 */
import { mkdirSync } from 'node:fs';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import type { BoundColumn } from '@weft/core/lakehouse/types';
import { ChildHandle } from '../server/src/workers/query-child-handle.ts';

const GIB = 1024 ** 3;

export interface RawChild extends Disposable {
  /** Resolves to the number of rows, once the last one is here. */
  query(sql: string): Promise<number>;
}

export interface RawChildOptions {
  directory: string;
  threads: number;
  user: { uid: number; gid: number } | null;
  /** Data files that stand as `bench.sales`, and its columns. */
  files: readonly string[];
  columns: readonly BoundColumn[];
}

export async function openRawChild(options: RawChildOptions): Promise<RawChild> {
  const { directory, threads, user, files, columns } = options;
  mkdirSync(directory, { recursive: true });
  const child = new ChildHandle({
    role: 'executor',
    memory: '1GB',
    threads,
    addressSpaceBytes: 6 * GIB,
    directory,
    user,
    searchPath: '/usr/bin:/bin:/usr/local/bin',
  });
  await child.message();
  child.send({ do: 'open', files });
  const opened = await child.message();
  if (opened.is !== 'opened') throw new Error(JSON.stringify(opened));
  const view = `CREATE VIEW bench.sales AS FROM ${readParquetSql(opened.paths, [...columns])}`;
  child.send({ do: 'project', statements: ['CREATE SCHEMA bench', view] });
  await child.message();
  return {
    query: (sql) => query(child, sql),
    [Symbol.dispose]: () => child.kill(),
  };
}

async function query(child: ChildHandle, sql: string): Promise<number> {
  child.send({ do: 'run', sql, shape: 'arrays', rowsMax: 1_000_000, bytesMax: GIB });
  const rows: Uint8Array[] = [];
  for (;;) {
    const frame = await child.next();
    if (frame.kind === 'rows') rows.push(Uint8Array.from(frame.bytes));
    else if (frame.message.is === 'end') return frame.message.rows;
    else if (frame.message.is === 'error') throw new Error(frame.message.message);
  }
}
