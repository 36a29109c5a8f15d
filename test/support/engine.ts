/**
 * An embedded DuckDB for tests, with little memory and a directory of its own that is removed at the end of the process.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { openDuckdb, sealForQueries } from '../../server/src/adapters/duckdb-engine.ts';

/** One connection; closing it closes its instance. */
export async function openTestEngine(): Promise<SqlEngine> {
  const directory = newDirectory();
  const duckdb = await openDuckdb({
    memory: '512MB',
    threads: 2,
    tempDirectory: directory,
    hashes: true,
  });
  const engine = await duckdb.connect();
  return {
    run: (sql) => engine.run(sql),
    rows: (sql) => engine.rows(sql),
    interrupt: () => engine.interrupt(),
    close() {
      engine.close();
      duckdb.close();
    },
  };
}

/** The engine of a contract's own queries, over these files. */
export async function openTestRules(files: readonly string[]): Promise<SqlEngine> {
  const options = { memory: '128MB', threads: 1, tempDirectory: newDirectory() };
  return await sealForQueries(await openDuckdb(options), files);
}

function newDirectory(): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-engine-'));
  process.once('exit', () => fs.rmSync(directory, { recursive: true, force: true }));
  return directory;
}
