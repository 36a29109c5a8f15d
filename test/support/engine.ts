/**
 * An embedded DuckDB for tests, with little memory and a directory of its own that is removed at the end of the process.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { openDuckdbEngine } from '../../server/src/adapters/duckdb-engine.ts';

export function openTestEngine(): Promise<SqlEngine> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-engine-'));
  process.once('exit', () => fs.rmSync(directory, { recursive: true, force: true }));
  return openDuckdbEngine({ memory: '512MB', threads: 2, tempDirectory: directory });
}
