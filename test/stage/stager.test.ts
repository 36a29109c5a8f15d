/**
 * The stager as a port: gzip, cancelling, back-pressure, failures, and reuse of its threads.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { isWeftError } from '@weft/core/lib/error';
import { openBench, planOf } from './support.ts';

const bench = await openBench({ pieceBytes: 500, partBytes: 1000 });
after(() => bench.close());

const plan = planOf({ id: 'long', name: 'string' });
const text = `id,name\n${Array.from({ length: 1000 }, (_, i) => `${i},name ${i}\n`).join('')}`;
const refused = (code: 'BATCH_UNREADABLE' | 'CANCELLED', message: RegExp) => (error: unknown) =>
  isWeftError(error, code) && message.test(error.message);

test('gzip is read like the plain file, in several members too', async () => {
  const plain = await bench.stage(text, plan);
  const half = Buffer.from(text);
  const members = Buffer.concat([gzipSync(half.subarray(0, 5000)), gzipSync(half.subarray(5000))]);
  for (const bytes of [gzipSync(text), members]) {
    const zipped = await bench.stage(bytes, plan, { compression: 'gzip' });
    assert.deepEqual(zipped.rows, plain.rows);
    assert.deepEqual(zipped.summary, plain.summary);
    assert.ok(zipped.parts.every((part) => part.plainPath.endsWith('plain-0')));
  }
});

test('cut, damaged, padded and bursting gzip files are refused', async () => {
  const zipped = gzipSync(text);
  const damaged = Buffer.from(zipped);
  damaged.writeUInt8(damaged.readUInt8(damaged.length - 6) ^ 1, damaged.length - 6);
  const stage = (bytes: Uint8Array) => bench.stage(bytes, plan, { compression: 'gzip' });
  const unreadable = (message: RegExp) => refused('BATCH_UNREADABLE', message);
  await assert.rejects(stage(zipped.subarray(0, -9)), unreadable(/cut off/));
  await assert.rejects(stage(Buffer.alloc(0)), unreadable(/cut off|empty/));
  await assert.rejects(stage(damaged), unreadable(/damaged/));
  await assert.rejects(stage(Buffer.from(text)), unreadable(/damaged/));
  const padded = (more: string) => stage(Buffer.concat([zipped, Buffer.from(more)]));
  await assert.rejects(padded('more,rows\n'), unreadable(/damaged/));
  await assert.rejects(padded('\0\0more'), unreadable(/follow/));
  const burst = gzipSync(Buffer.alloc(80 << 20));
  await assert.rejects(stage(burst), unreadable(/beyond the limit/));
});

/** A skippable frame, as tools put before, between and after the others. */
const SKIPPED = Buffer.concat([Buffer.from('5e2a4d1804000000', 'hex'), Buffer.from('note')]);
const unpledged = (bytes: Buffer) => {
  const flags = { [constants.ZSTD_c_contentSizeFlag]: 0, [constants.ZSTD_c_checksumFlag]: 1 };
  return zstdCompressSync(bytes, { params: flags });
};

test('zstd is read like the plain file, in several frames too', async () => {
  const plain = await bench.stage(text, plan);
  const half = Buffer.from(text);
  const first = unpledged(half.subarray(0, 5000));
  const frames = [
    SKIPPED,
    first,
    zstdCompressSync(''),
    SKIPPED,
    zstdCompressSync(half.subarray(5000)),
  ];
  const noise = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i * 7919) % 251));
  for (const bytes of [zstdCompressSync(text), Buffer.concat(frames), unpledged(half)]) {
    const packed = await bench.stage(bytes, plan, { compression: 'zstd' });
    assert.deepEqual(packed.rows, plain.rows);
    assert.deepEqual(packed.summary, plain.summary);
  }
  const long = `id,name\n1,${noise.toString('base64').repeat(60)}\n2,${'a'.repeat(300_000)}\n`;
  const { rows } = await bench.stage(zstdCompressSync(long), plan, { compression: 'zstd' });
  assert.deepEqual(rows, (await bench.stage(long, plan)).rows);
});

test('cut, damaged, padded and bursting zstd files are refused', async () => {
  const packed = unpledged(Buffer.from(text));
  const stage = (...bytes: Uint8Array[]) =>
    bench.stage(Buffer.concat(bytes), plan, { compression: 'zstd' });
  const unreadable = (message: RegExp) => refused('BATCH_UNREADABLE', message);
  for (const length of [2, 5, 9, 200, packed.length - 5, packed.length - 1]) {
    await assert.rejects(stage(packed.subarray(0, length)), unreadable(/zstd file is cut off/));
  }
  await assert.rejects(stage(packed, packed.subarray(0, 40)), unreadable(/cut off/));
  await assert.rejects(stage(packed, SKIPPED.subarray(0, 9)), unreadable(/cut off/));
  const damaged = Buffer.from(packed);
  damaged.writeUInt8(damaged.readUInt8(300) ^ 1, 300);
  await assert.rejects(stage(damaged), unreadable(/damaged/));
  await assert.rejects(stage(Buffer.from(text)), unreadable(/damaged/));
  await assert.rejects(stage(packed, Buffer.from('more,rows\n')), unreadable(/followed by other/));
  const burst = zstdCompressSync(Buffer.alloc(80 << 20));
  await assert.rejects(stage(burst), unreadable(/beyond the limit/));
});

test('parts come in order, one at a time, and the worker waits for them', async () => {
  let running = 0;
  let index = 0;
  const read: number[] = [];
  const { parts, summary } = await bench.stage(text, plan, {
    async onPart(part) {
      assert.equal(part.index, index++);
      assert.equal(++running, 1, 'one part at a time');
      if (part.index < 4) await sleep(30);
      read.push(part.end);
      running--;
    },
  });
  assert.ok(parts.length > 5);
  assert.equal(
    parts.reduce((sum, part) => sum + part.framed, 0),
    summary.framed,
  );
  assert.equal(parts[0]?.start, 8);
  assert.equal(parts.at(-1)?.end, text.length);
});

test('no more than two parts are made ahead of the one at work', async () => {
  let most = 0;
  await bench.stage(text, plan, {
    async onPart(part) {
      if (part.path === null || part.index > 3) return;
      await sleep(60);
      const made = readdirSync(dirname(part.path)).filter((name) => name.startsWith('stage-'));
      most = Math.max(most, made.length - part.index);
    },
  });
  assert.equal(most, 2);
});

test('a failure of the caller stops the job, and the thread serves the next one', async () => {
  const failure = new Error('no room');
  await assert.rejects(
    bench.stage(text, plan, {
      onPart(part) {
        return part.index === 1 ? Promise.reject(failure) : Promise.resolve();
      },
    }),
    (error) => error === failure,
  );
  await assert.rejects(
    bench.stage('other\n', plan),
    refused('BATCH_UNREADABLE', /`other` is not in/),
  );
  assert.equal((await bench.stage(text, plan)).summary.framed, 1000);
});

test('a cancelled job ends, before it starts or between two parts', async () => {
  const early = new AbortController();
  early.abort();
  const cancelled = refused('CANCELLED', /cancelled/);
  await assert.rejects(bench.stage(text, plan, { signal: early.signal }), cancelled);
  const zipped = bench.stage(gzipSync(text), plan, { signal: early.signal, compression: 'gzip' });
  await assert.rejects(zipped, cancelled);
  const late = new AbortController();
  let parts = 0;
  const job = bench.stage(text, plan, {
    signal: late.signal,
    async onPart() {
      parts++;
      if (parts === 2) late.abort();
    },
  });
  await assert.rejects(job, cancelled);
  assert.equal(parts, 2);
  assert.equal((await bench.stage(text, plan)).summary.framed, 1000);
});

test('two jobs share one thread without mixing', async () => {
  const [first, second] = await Promise.all([
    bench.stage(text, plan),
    bench.stage('id,name\n7,seven\n', plan),
  ]);
  assert.equal(first.rows.length, 1000);
  assert.deepEqual(
    second.rows.map((row) => row['name']),
    ['seven'],
  );
});

test('a closed stager refuses', async () => {
  const other = await openBench();
  await other.stage(text, plan);
  await other.close();
  await assert.rejects(
    other.stager.stage(
      {
        landing: { path: '', name: null, bytes: 0, sha256: '', format: 'csv', compression: 'none' },
        plan,
        directory: '',
        signal: new AbortController().signal,
      },
      async () => undefined,
    ),
    (error) => isWeftError(error, 'UNAVAILABLE'),
  );
});
