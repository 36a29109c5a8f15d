/** The query process under attack by size and time: it is cut within its limits and the parent lives on. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { isWeftError } from '@weft/core/lib/error';
import { signalChildren } from '../../../test/support/child-processes.ts';
import { createQueryProcesses, type QueryProcesses, sealedUser } from './query-process.ts';

let directory: string;
let engine: QueryProcesses;
const logged: string[] = [];

before(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-process-'));
  const note = (message: string, fields?: unknown): void => {
    logged.push(`${message} ${JSON.stringify(fields ?? {})}`);
  };
  engine = createQueryProcesses({
    directory,
    memory: '200MB',
    threads: 1,
    addressSpaceBytes: 2_400_000_000,
    user: sealedUser(),
    searchPath: process.env['PATH'] ?? '',
    logger: { info: note, warn: note, error: note },
    idleSeconds: 60,
    spare: true,
    sessions: 2,
    parseSeconds: 2,
  });
});
after(async () => {
  await engine.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

const TABLES = {
  files: [],
  statements: () => [
    'CREATE SCHEMA s',
    "CREATE TABLE s.t AS SELECT r.i AS id, 'name-' || r.i AS name FROM range(100000) r(i)",
  ],
};

async function run(
  sql: string,
  options: { seconds?: number; bytes?: number; session?: string; signal?: AbortSignal } = {},
): Promise<string> {
  const running = await engine.run({
    tables: TABLES,
    session: options.session ?? 'ana',
    sql,
    shape: 'arrays',
    limits: { seconds: options.seconds ?? 10, rows: 1_000_000, bytes: options.bytes ?? 50_000_000 },
    signal: options.signal ?? new AbortController().signal,
  });
  let text = '';
  for await (const block of running.blocks) text += Buffer.from(block).toString('utf8');
  return text;
}

test('what would take all memory is refused by the limits', async () => {
  for (const sql of [
    "SELECT length(repeat('x', 2000000000))",
    "SELECT repeat('x', 400000000) FROM range(10)",
    'SELECT list(a.name || b.name) FROM s.t a, s.t b',
  ]) {
    await assert.rejects(run(sql), (error) => isWeftError(error, 'QUERY_LIMIT'), sql);
  }
  assert.equal((await run('SELECT count(*) FROM s.t')).trim(), '[100000]');
});

test('what would never end is interrupted', async () => {
  for (const sql of [
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r',
    'SELECT count(*) FROM s.t a, s.t b, s.t c WHERE a.id + b.id + c.id = 7',
  ]) {
    await assert.rejects(
      run(sql, { seconds: 0.5 }),
      (error) => isWeftError(error, 'QUERY_LIMIT'),
      sql,
    );
  }
});

/** One call of one function on one row, of some minutes: the engine looks for an interrupt only after it. */
const STUBBORN = "SELECT levenshtein(repeat('a', 600000), repeat('b', 600000))";

/** Fails when the work goes on for much longer than a killed process could. */
async function endsSoon<T>(work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('it went on')), 30_000).unref();
  });
  return await Promise.race([work, late]);
}

test('what cannot be interrupted is killed', async () => {
  await assert.rejects(endsSoon(run(STUBBORN, { seconds: 0.3 })), (error) =>
    isWeftError(error, 'QUERY_LIMIT'),
  );
});

test('what is cancelled ends, whatever it does', async () => {
  for (const sql of [
    STUBBORN,
    'SELECT count(*) FROM s.t a, s.t b, s.t c WHERE a.id = -1 - b.id - c.id',
  ]) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 500);
    await assert.rejects(
      endsSoon(run(sql, { seconds: 300, signal: controller.signal })),
      (error) => isWeftError(error, 'CANCELLED'),
      sql,
    );
  }
});

test('a process that is stopped from outside, or dies, is replaced', async () => {
  for (const signal of ['SIGSTOP', 'SIGKILL'] as const) {
    await run('SELECT 1');
    await engine.warm();
    assert.ok(signalChildren('query-child.ts', signal) > 0);
    const outcome = run('SELECT 1', { seconds: 0.5 });
    if (signal === 'SIGSTOP')
      await assert.rejects(outcome, (error) => isWeftError(error, 'QUERY_LIMIT', 'UNAVAILABLE'));
    else await Promise.allSettled([outcome]);
    let answer = '';
    for (let tries = 0; answer === '' && tries < 10; tries++) {
      // Why so long: making its table takes its time on a machine that has much else to do.
      answer = await run('SELECT 42', { seconds: 4 }).catch(() => '');
    }
    assert.equal(answer.trim(), '[42]');
    // Why not the first after a stop: a text that is not read in its time is refused.
    if (signal === 'SIGSTOP') await Promise.allSettled([engine.parse('SELECT 1 AS stopped')]);
    assert.equal(((await engine.parse(`SELECT '${signal}'`)) as { error: boolean }).error, false);
  }
});

test('a process that died at rest, or while it started, costs nobody his query', async () => {
  await run('SELECT 1');
  await engine.warm();
  // Why in one go: nothing has told this process yet that its children are gone, so they look alive.
  assert.ok(signalChildren('query-child.ts', 'SIGKILL') > 0);
  const [tree, answer] = await Promise.all([
    engine.parse("SELECT 'died at rest'") as Promise<{ error: boolean }>,
    run('SELECT 7', { session: 'bob' }),
  ]);
  assert.deepEqual([tree.error, answer.trim()], [false, '[7]']);
  await engine.warm();
  signalChildren('query-child.ts', 'SIGKILL');
  for (const session of ['eve', 'zoe']) await run('SELECT 8', { session });
  // The spare that is being started now is ended before it is ready.
  assert.ok(signalChildren('query-child.ts', 'SIGKILL') > 0);
  assert.equal((await run('SELECT 9', { session: 'joe' })).trim(), '[9]');
  const next = (await engine.parse("SELECT 'died at its start'")) as { error: boolean };
  assert.equal(next.error, false);
});

test('a result is streamed whole, and cut at its limit of bytes', async () => {
  const lines = (await run('SELECT id, name FROM s.t ORDER BY id')).trimEnd().split('\n');
  assert.equal(lines.length, 100_000);
  assert.equal(lines.at(-1), '[99999,"name-99999"]');
  const cut = await run('SELECT name FROM s.t', { bytes: 1_000 });
  assert.ok(cut.length <= 1_000 && cut.endsWith(']\n'));
});

test('a projection that fails is no error of the consumer', async () => {
  const request = {
    tables: {
      files: [],
      statements: () => ["CREATE TABLE t AS SELECT CAST('secret-cell' AS INTEGER) AS x"],
    },
    session: 'ana',
    sql: 'SELECT 1',
    shape: 'arrays' as const,
    limits: { seconds: 5, rows: 1, bytes: 100 },
    signal: new AbortController().signal,
  };
  await assert.rejects(engine.run(request), (error) => isWeftError(error, 'UNAVAILABLE'));
  assert.ok(!logged.join().includes('secret-cell'));
});

test('the parser survives texts that are made to break it', async () => {
  const deep = [
    `SELECT ${'('.repeat(40_000)}1${')'.repeat(40_000)}`,
    `SELECT ${'1 + '.repeat(20_000)}1`,
    `${'SELECT * FROM ('.repeat(5_000)}SELECT 1${')'.repeat(5_000)}`,
    `SELECT 1 ${'UNION ALL SELECT 1 '.repeat(4_000)}`,
    `SELECT ${'-'.repeat(2)}${'NOT '.repeat(20_000)}true`,
    `SELECT ${'['.repeat(30_000)}`,
  ];
  for (const sql of deep) {
    await Promise.allSettled([engine.parse(sql)]);
  }
  assert.equal(((await engine.parse('SELECT 1')) as { error: boolean }).error, false);
});

test('without a tool that limits memory nothing runs', async () => {
  const unlimited = createQueryProcesses({
    directory,
    memory: '200MB',
    threads: 1,
    addressSpaceBytes: 2_400_000_000,
    user: null,
    searchPath: '',
    logger: { info() {}, warn() {}, error() {} },
    idleSeconds: 60,
    spare: false,
    sessions: 0,
  });
  await assert.rejects(unlimited.parse('SELECT 1'), (error) => isWeftError(error, 'UNAVAILABLE'));
  await unlimited.close();
});
