/**
 * What was acknowledged is there after `kill -9` and after a power cut, and a directory has one process at a time.
 *
 * Real child processes and real files; nothing of the store is replaced.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { isWeftError } from '@weft/core/lib/error';
import { sql } from 'kysely';
import { silentLogger as logger } from '../../../test/support/store.ts';
import { openPgliteStore } from './store-pglite.ts';

const SUPPORT = fileURLToPath(new URL('../../../test/support', import.meta.url));

let root = '';
before(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-durability-'));
});
after(() => fs.rmSync(root, { recursive: true, force: true }));

interface Writer {
  process: ChildProcess;
  /** Lines as they come; ends when the process ends. */
  lines: AsyncIterator<string>;
}

function startWriter(directory: string, options: { rows?: number; flags?: string[] } = {}): Writer {
  const script = path.join(SUPPORT, 'store-writer.ts');
  const rows = options.rows === undefined ? [] : [String(options.rows)];
  const child = spawn(process.execPath, [...(options.flags ?? []), script, directory, ...rows], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { process: child, lines };
}

/** Reads up to a line that is `last`, or to the end; returns the lines before it. */
async function readUntil(writer: Writer, last: (line: string) => boolean): Promise<string[]> {
  const lines: string[] = [];
  for (;;) {
    const { value, done } = await writer.lines.next();
    if (done === true || last(value)) return lines;
    lines.push(value);
  }
}

async function killNow(writer: Writer): Promise<void> {
  const ended = once(writer.process, 'exit');
  writer.process.kill('SIGKILL');
  await ended;
}

/** Ids that the store in `directory` holds; also has PostgreSQL read every row and the catalogue. */
async function readIds(directory: string): Promise<Set<number>> {
  const store = await openPgliteStore({ directory, logger });
  const { rows } = await sql<{ id: number }>`select id from acked`.execute(store.schema('node'));
  await store.close();
  return new Set(rows.map((row) => row.id));
}

describe('kill -9 in a loop of writes', () => {
  test('loses nothing that was acknowledged, and frees the directory, three times', async () => {
    const directory = path.join(root, 'killed');
    const acked: number[] = [];
    for (const rows of [7, 60, 33]) {
      const writer = startWriter(directory);
      await readUntil(writer, (line) => line === 'open');
      const opening = openPgliteStore({ directory, logger });
      await assert.rejects(opening, (error) => {
        assert.ok(isWeftError(error, 'DATA_DIRECTORY_LOCKED'));
        assert.match(error.message, new RegExp(`process ${writer.process.pid} `));
        return true;
      });
      const until = acked.length + rows;
      const seen = await readUntil(writer, (line) => Number(line) >= until);
      await killNow(writer);
      const late = await readUntil(writer, () => false);
      acked.push(...[...seen, String(until), ...late].map(Number));
      const ids = await readIds(directory);
      assert.deepEqual(
        acked.filter((id) => !ids.has(id)),
        [],
      );
    }
    assert.ok(acked.length >= 90);
  });
});

describe('a power cut', () => {
  test('loses nothing that was acknowledged: every commit was synced, and what was synced is enough', async () => {
    const directory = path.join(root, 'powered');
    const disk = path.join(root, 'disk');
    const preload = pathToFileURL(path.join(SUPPORT, 'power-cut.ts'));
    preload.search = new URLSearchParams({ root: directory, disk }).toString();
    const writer = startWriter(directory, { rows: 90, flags: ['--import', preload.href] });
    await readUntil(writer, (line) => line === 'open');
    const early = path.join(root, 'early');
    writer.process.kill('SIGSTOP');
    fs.cpSync(disk, early, { recursive: true });
    writer.process.kill('SIGCONT');
    const lines = await readUntil(writer, (line) => line === 'done');
    await killNow(writer);
    assert.equal(lines.length, 91);
    const syncs = Number(lines.at(-1)?.replace('syncs ', ''));
    assert.ok(syncs >= 90, `${syncs} syncs of the write-ahead log for 90 commits`);
    assert.equal((await readIds(disk)).size, 90);
    // The canary: the disk as it was before the commits does not have them, so this test can fail.
    assert.ok((await readIds(early)).size < 90);
  });
});

describe('a disk that fails for a moment', () => {
  test('ends the database, which starts again by itself with all that was acknowledged', async () => {
    const directory = path.join(root, 'broken');
    const plan = path.join(root, 'broken.plan');
    const preload = pathToFileURL(path.join(SUPPORT, 'store-disk.ts'));
    preload.search = new URLSearchParams({ root: directory, plan }).toString();
    const script = path.join(SUPPORT, 'store-broken.ts');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', preload.href, script, directory, plan],
      { timeout: 60_000 },
    );
    const { acked, refused } = JSON.parse(stdout) as { acked: number[]; refused: string[] };
    assert.deepEqual(acked, [1, 2, 4, 5, 7, 8, 10, 11]);
    assert.deepEqual(refused, Array(4).fill('STORE_FAILED'));
    const ids = await readIds(directory);
    assert.deepEqual(
      acked.filter((id) => !ids.has(id)),
      [],
    );
  });
});

describe('the store', () => {
  test('that is closed refuses, frees the directory and opens again with what it had', async () => {
    const directory = path.join(root, 'closed');
    const store = await openPgliteStore({ directory, logger });
    const db = store.schema('node');
    await sql.raw('create schema node; create table t as select 7 as n').execute(db);
    await store.close();
    await store.close();
    await assert.rejects(sql`select 1`.execute(db), (error) => isWeftError(error, 'STORE_FAILED'));
    const again = await openPgliteStore({ directory, logger });
    const { rows } = await sql`select n from t`.execute(again.schema('node'));
    await again.close();
    assert.deepEqual(rows, [{ n: 7 }]);
  });

  test('whose files are damaged says so and frees the directory', async () => {
    const directory = path.join(root, 'damaged');
    await (await openPgliteStore({ directory, logger })).close();
    fs.writeFileSync(path.join(directory, 'pg', 'global', 'pg_control'), 'nonsense');
    for (let round = 0; round < 2; round++)
      await assert.rejects(openPgliteStore({ directory, logger }), (error) =>
        isWeftError(error, 'STORE_FAILED'),
      );
  });

  test('whose thread dies loses what was not committed and nothing else, and opens again by itself', async () => {
    const directory = path.join(root, 'died');
    const started: Worker[] = [];
    const onWorker = (worker: Worker): void => void started.push(worker);
    process.on('worker', onWorker);
    const store = await openPgliteStore({ directory, logger });
    const db = store.schema<{ t: { n: number } }>('node');
    await sql.raw('create schema node; create table t (n int)').execute(db);
    for (let n = 1; n <= 2; n++) {
      await db.insertInto('t').values({ n }).execute();
      const half = db.transaction().execute(async (tx) => {
        await tx.insertInto('t').values({ n: 100 }).execute();
        void started.at(-1)?.terminate();
        await tx.insertInto('t').values({ n: 101 }).execute();
      });
      const beside = db.selectFrom('t').selectAll().execute();
      await assert.rejects(half, (error) => isWeftError(error, 'STORE_FAILED'));
      assert.equal((await beside).length, n, 'who waited for the session is served');
    }
    const control = path.join(directory, 'pg', 'global', 'pg_control');
    await started.at(-1)?.terminate();
    fs.renameSync(control, `${control}.away`);
    const asked = () => db.selectFrom('t').select('n').orderBy('n').execute();
    await assert.rejects(asked(), (error) => isWeftError(error, 'STORE_FAILED'));
    fs.renameSync(`${control}.away`, control);
    await assert.rejects(asked(), (error) => isWeftError(error, 'STORE_FAILED'), 'not at once');
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    assert.deepEqual(await asked(), [{ n: 1 }, { n: 2 }]);
    await store.close();
    process.off('worker', onWorker);
    await assert.rejects(asked(), (error) => isWeftError(error, 'STORE_FAILED'));
  });

  test('whose thread does not answer any more gets another one', async () => {
    const directory = path.join(root, 'hung');
    const store = await openPgliteStore({ directory, logger, answerMilliseconds: 3_000 });
    const db = store.schema('node');
    const endless = sql`select count(*) from generate_series(1, 1000000000000)`.execute(db);
    await assert.rejects(endless, (error) => {
      assert.ok(isWeftError(error, 'STORE_FAILED'), String(error));
      assert.match(error.message, /did not answer/);
      return true;
    });
    assert.deepEqual((await sql`select 1 as n`.execute(db)).rows, [{ n: 1 }]);
    await store.close();
  });

  test('computes beside the event loop and does not keep an idle process alive', async () => {
    const script = path.join(SUPPORT, 'store-idle.ts');
    const child = spawn(process.execPath, [script, path.join(root, 'idle')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const output = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const [status] = await once(child, 'exit');
    assert.equal((await output.next()).value, 'free');
    assert.equal(status, 0);
  });
});
