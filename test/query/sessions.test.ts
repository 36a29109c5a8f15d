/**
 * Processes that answer more than one query: the same one for the same subject, purpose, tables and snapshot, another one
 * for everything else, and none that a query has left in doubt.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { must } from '@weft/core/lib/assert';
import { isWeftError } from '@weft/core/lib/error';
import { quoteText, quoteTextList } from '@weft/core/lib/ident-sql';
import {
  createQueryProcesses,
  type QueryProcesses,
  sealedUser,
} from '../../server/src/adapters/query-process.ts';
import type { ChildHandle } from '../../server/src/workers/query-child-handle.ts';
import { QuerySessions } from '../../server/src/workers/query-sessions.ts';
import { SILENT } from '../support/projections.ts';

let directory: string;
let engine: QueryProcesses;

beforeEach(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-sessions-'));
  engine = createQueryProcesses({
    directory: path.join(directory, 'run'),
    memory: '200MB',
    threads: 1,
    addressSpaceBytes: 2_400_000_000,
    user: sealedUser(),
    searchPath: process.env['PATH'] ?? '',
    logger: SILENT,
    idleSeconds: 60,
    spare: false,
    sessions: 2,
  });
});
afterEach(async () => {
  await engine.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

/** A read-only Parquet file that holds its own name, in a directory that no other user may enter. */
async function writeFile(name: string): Promise<string> {
  const closed = path.join(directory, 'closed');
  fs.mkdirSync(closed, { recursive: true, mode: 0o700 });
  const file = path.join(closed, `${name}.parquet`);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT ${quoteText(name)} AS name) TO ${quoteText(file)} (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
  fs.chmodSync(file, 0o444);
  return file;
}

const viewOver = (files: string[]) => ({
  files,
  statements: (paths: readonly string[]) => [
    `CREATE VIEW t AS SELECT name FROM read_parquet(${quoteTextList(paths)})`,
  ],
});

async function run(session: string, files: string[], sql = 'SELECT name FROM t'): Promise<string> {
  const running = await engine.run({
    tables: viewOver(files),
    session,
    sql,
    shape: 'arrays',
    limits: { seconds: 5, rows: 3, bytes: 10_000 },
    signal: new AbortController().signal,
  });
  let text = '';
  for await (const block of running.blocks) text += Buffer.from(block).toString('utf8');
  return text.trim();
}

/** The number of the connection inside its process: the same in every fresh process, and greater in one that is used again. */
const connectionOf = async (session: string, files: string[]): Promise<number> =>
  Number(/\d+/.exec(await run(session, files, 'SELECT current_connection_id()'))?.[0]);

test('the same subject over the same files meets his process again, and nobody else does', async () => {
  const [orders, stores] = [await writeFile('orders'), await writeFile('stores')];
  const fresh = await connectionOf('ana', [orders]);
  assert.ok((await connectionOf('ana', [orders])) > fresh);
  assert.equal(await connectionOf('eve', [orders]), fresh);
  assert.equal(await connectionOf('ana', [stores]), fresh);
  assert.equal(await run('ana', [stores]), '["stores"]');
});

test('a query that failed or was cut takes its process with it', async () => {
  const file = await writeFile('orders');
  const fresh = await connectionOf('ana', [file]);
  await assert.rejects(run('ana', [file], 'SELECT CAST(name AS INTEGER) FROM t'), (error) =>
    isWeftError(error, 'QUERY_FAILED'),
  );
  assert.equal(await connectionOf('ana', [file]), fresh);
  assert.equal(await run('ana', [file], 'SELECT i FROM range(10) r(i)'), '[0]\n[1]\n[2]');
  assert.equal(await connectionOf('ana', [file]), fresh);
});

test('the files are read through descriptors: their directory is closed to the process', {
  skip: sealedUser() === null ? 'changes its user only when it is root' : false,
}, async () => {
  const file = await writeFile('orders');
  const other = await writeFile('stores');
  for (const path of [file, other]) {
    await assert.rejects(run('ana', [file], `FROM read_parquet(${quoteText(path)})`));
  }
  assert.equal(await run('ana', [file]), '["orders"]');
});

test('what a process may read it cannot write', async () => {
  const file = await writeFile('orders');
  const before = fs.readFileSync(file);
  const view = await run('ana', [file], "SELECT sql FROM duckdb_views() WHERE view_name = 't'");
  const descriptor = must(/\/[a-z/]+\/fd\/\d+/.exec(view)?.[0], 'the path in the view');
  const copy = `COPY (SELECT 1) TO ${quoteText(descriptor)} (FORMAT csv, USE_TMP_FILE false)`;
  await assert.rejects(run('ana', [file], copy));
  assert.deepEqual(fs.readFileSync(file), before);
});

test('no more wait than shall, none for ever, and none serves too many', async () => {
  const ended: string[] = [];
  const child = (name: string) => ({ name, alive: true }) as unknown as ChildHandle;
  const sessions = new QuerySessions({
    kept: 2,
    seconds: 60,
    usesMax: 3,
    end: (handle) => ended.push((handle as unknown as { name: string }).name),
  });
  const [a, b, c] = [child('a'), child('b'), child('c')];
  sessions.give('k', a);
  assert.equal(sessions.take('other'), null);
  assert.equal(sessions.take('k'), a);
  assert.equal(sessions.take('k'), null);
  sessions.give('k', a);
  sessions.give('l', b);
  sessions.give('m', c);
  assert.deepEqual(ended, ['a'], 'the one that waited longest');
  for (let use = 0; use < 2; use++) sessions.give('l', must(sessions.take('l'), 'b waits'));
  assert.deepEqual(ended, ['a', 'b'], 'after its third query');
  sessions.clear();
  assert.deepEqual(ended, ['a', 'b', 'c']);
});
