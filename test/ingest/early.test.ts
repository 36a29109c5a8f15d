/**
 * A check that begins while the bytes of its batch still come: the end of every other, and nothing left of one that
 * came to nothing.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchReport } from '@weft/core/ingest/report';
import { WeftError } from '@weft/core/lib/error';
import { createLandingStore } from '../../server/src/adapters/node-disk.ts';
import { createIngestService } from '../../server/src/services/ingest-service.ts';
import { bodyOf, LINES_CONTRACT, openTestIngest, producer } from '../support/ingest.ts';

const node = await openTestIngest();
after(() => node[Symbol.asyncDispose]());
node.publish(LINES_CONTRACT);

/** How each check began since the last test. */
let checks: ('early' | 'landed')[] = [];
/** True when the process of the next check ends at once. */
let isDying = false;
beforeEach(() => {
  checks = [];
});
/** Stands still, so that every sender is fast, until a test moves it. */
let now = Date.now();
const service = createIngestService({
  ...node.deps,
  clock: { now: () => now },
  landings: createLandingStore({ directory: path.join(node.root, 'landing'), bytesMax: 1e9 }),
  checker: {
    ...node.processes,
    isAwaited: () => node.processes.isAwaited(),
    readQuarantine: (query) => node.processes.readQuarantine(query),
    work: (task, signal) => node.processes.work(task, signal),
    check(request, options) {
      checks.push(options.arrival === undefined ? 'landed' : 'early');
      if (isDying) {
        isDying = false;
        return Promise.reject(new WeftError('UNAVAILABLE', 'the process ended'));
      }
      return node.processes.check(request, options);
    },
  },
});

const PIECE = 1 << 20;
const ROW = `${'0'.repeat(59)}7`;
/** 6 MB: rows of 8 bytes, each tenth of them no integer. */
const TEXT = Buffer.from(
  `id\n${Array.from({ length: 786_432 }, (_, i) => (i % 10 === 3 ? 'x      ' : String(1_000_000 + i))).join('\n')}\n`,
);

async function* piecesOf(bytes: Buffer): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

async function* breakingOff(bytes: Buffer): AsyncIterable<Uint8Array> {
  yield* piecesOf(bytes);
  await sleep(50);
  throw new Error('the line broke');
}

/** Lets the clock go while it is open, so that a sender who sends nothing is slow. */
function runningClock(): Disposable {
  const timer = setInterval(() => {
    now += 20;
  }, 20);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function send(body: AsyncIterable<Uint8Array>, key: string | null = null): Promise<BatchReport> {
  return service.ingest({
    product: 'sales.lines',
    body,
    key,
    format: 'csv',
    name: null,
    subject: producer,
  });
}

/** Files that carry the name of a batch that is none of these. */
async function strays(known: readonly string[]): Promise<string[]> {
  const names = await fs.readdir(node.root, { recursive: true });
  return names.filter(
    (name) =>
      /bat_/.test(name) && !known.some((batch) => name.includes(batch)) && !/^pg|store/.test(name),
  );
}

const committed: string[] = [];
async function commit(body: AsyncIterable<Uint8Array>, key: string | null = null) {
  const report = await send(body, key);
  assert.equal(report.state, 'committed');
  committed.push(report.batch);
  return report;
}

test('a batch that has to make its table first is not checked early', async () => {
  await assert.rejects(send(breakingOff(TEXT)), /the line broke/);
  assert.deepEqual(checks, []);
  assert.deepEqual(await fs.readdir(path.join(node.root, 'tables')).catch(() => []), []);
  await commit(bodyOf('id\n1\n'));
});

test('a fast sender is checked early, and its batch ends like every other', async () => {
  const early = await commit(piecesOf(TEXT));
  assert.deepEqual(checks, ['early']);
  const landed = await commit(bodyOf(TEXT.subarray(0, 24), TEXT.subarray(24)));
  const { records, quarantine, source } = landed;
  assert.deepEqual(early.records, records);
  assert.deepEqual(early.quarantine, quarantine);
  assert.deepEqual([early.source.bytes, early.source.sha256], [source.bytes, source.sha256]);
  assert.equal(source.sameBytesAs, early.batch);
  assert.equal(records.quarantined, 78_643);
  assert.deepEqual(await strays(committed), []);
});

test('a small file, and one that does not begin as text, are checked when they are here', async () => {
  await commit(bodyOf('id\n1\n'));
  await assert.rejects(
    service
      .ingest({
        product: 'sales.lines',
        body: piecesOf(Buffer.concat([Buffer.from([0x1f, 0x8b]), TEXT])),
        key: null,
        format: 'csv',
        name: null,
        subject: producer,
      })
      .then(({ problem }) => Promise.reject(new WeftError(problem?.code ?? 'INTERNAL', ''))),
    { code: 'BATCH_UNREADABLE' },
  );
  assert.deepEqual(checks, ['landed', 'landed']);
  assert.deepEqual(await strays(committed), []);
});

test('a body that breaks off leaves nothing, and the table is free', async () => {
  await assert.rejects(send(breakingOff(TEXT)), /the line broke/);
  assert.deepEqual(checks, ['early']);
  assert.deepEqual(await strays(committed), []);
  await commit(bodyOf('id\n2\n'));
});

test('bytes that are not those that were stated leave nothing', async () => {
  await assert.rejects(
    service.ingest({
      product: 'sales.lines',
      body: piecesOf(TEXT),
      sha256: '0'.repeat(64),
      key: null,
      format: 'csv',
      name: null,
      subject: producer,
    }),
    { code: 'CHECKSUM_MISMATCH' },
  );
  assert.deepEqual(checks, ['early']);
  assert.deepEqual(await strays(committed), []);
});

test('a key that came before gives its first answer, and the second check leaves nothing', async () => {
  const first = await commit(piecesOf(TEXT), 'monday');
  const again = await send(piecesOf(TEXT), 'monday');
  assert.equal(again.batch, first.batch);
  assert.deepEqual(checks, ['early', 'early']);
  await assert.rejects(send(piecesOf(Buffer.concat([TEXT, Buffer.from('1\n')])), 'monday'), {
    code: 'BATCH_KEY_REUSED',
  });
  assert.deepEqual(await strays(committed), []);
});

test('a process that ends in an early check costs no batch', async () => {
  isDying = true;
  const report = await commit(piecesOf(TEXT));
  assert.equal(report.records.in, 786_432);
  assert.deepEqual(checks, ['early', 'landed']);
  assert.deepEqual(await strays(committed), []);
});

test('a sender that becomes slow does not keep the table from others', async () => {
  const resumed = Promise.withResolvers<void>();
  async function* slow(): AsyncIterable<Uint8Array> {
    yield* piecesOf(TEXT);
    await resumed.promise;
    yield Buffer.from('5\n');
  }
  const waiting = commit(slow());
  while (checks.length === 0) await sleep(5);
  using _clock = runningClock();
  await commit(bodyOf('id\n3\n'));
  resumed.resolve();
  const report = await waiting;
  assert.equal(report.records.in, 786_433);
  assert.deepEqual(checks, ['early', 'landed', 'landed']);
  assert.deepEqual(await strays(committed), []);
});

test('a sender that is slower than a check gives way to others, and not to nobody', async () => {
  const resumed = Promise.withResolvers<void>();
  let isResumed = false;
  void resumed.promise.then(() => {
    isResumed = true;
  });
  // 32 MB a second by the clock: faster than what is too slow, slower than a check.
  async function* steady(): AsyncIterable<Uint8Array> {
    yield* piecesOf(TEXT);
    while (!isResumed) {
      yield Buffer.alloc(PIECE, '1000000\n');
      now += 31;
      await sleep(30);
    }
  }
  const waiting = commit(steady());
  while (checks.length === 0) await sleep(5);
  await sleep(600);
  assert.deepEqual(checks, ['early'], 'nobody waits');
  await commit(bodyOf('id\n4\n'));
  resumed.resolve();
  assert.ok((await waiting).records.in > 786_432);
  assert.deepEqual(checks, ['early', 'landed', 'landed']);
  assert.deepEqual(await strays(committed), []);
});

test('a check that the end of its process cut off is swept at the next start', async () => {
  const batch = node.deps.ids.next('bat');
  const scratch = path.join(node.root, 'scratch', batch);
  await fs.mkdir(scratch, { recursive: true });
  const table = { domain: 'sales', table: 'lines', major: 1 };
  await fs.writeFile(path.join(scratch, 'table.json'), JSON.stringify(table));
  const data = path.join(node.root, 'tables', 'sales', 'lines', 'v1', 'data');
  await fs.writeFile(path.join(data, `${batch}-00000.parquet`), ROW);
  await fs.writeFile(path.join(node.root, 'landing', batch), ROW);
  assert.equal((await strays(committed)).length, 4);
  await node.restart().recover();
  assert.deepEqual(await strays(committed), []);
});
