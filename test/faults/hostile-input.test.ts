/**
 * Files and circumstances that are made to break a node: a bomb, lines and headers beyond all measure, a clock that goes
 * backwards, many at once. Each ends in a clear error or in counts that add up, and the next batch works.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { SourceFormat } from '@weft/core/ingest/ports';
import type { BatchReport } from '@weft/core/ingest/report';
import { createIdSource } from '@weft/core/lib/id';
import { quoteText } from '@weft/core/lib/ident-sql';
import { systemRandom } from '../../server/src/adapters/runtime-ports.ts';
import {
  createIngestService,
  type IngestService,
} from '../../server/src/services/ingest-service.ts';
import { openTestEngine } from '../support/engine.ts';
import { bodyOf, nodeDbOf, openTestIngest, producer, type TestIngest } from '../support/ingest.ts';

let node: TestIngest;
before(async () => {
  node = await openTestIngest();
  node.publish(`apiVersion: v3.1.0
kind: DataContract
id: lines-contract
version: 1.0.0
status: active
domain: sales
dataProduct: lines
schema:
  - name: lines
    properties:
      - { name: id, logicalType: integer, required: true, primaryKey: true, primaryKeyPosition: 1 }
      - { name: sku, logicalType: string }
`);
});
after(() => node[Symbol.asyncDispose]());

let nextId = 1;

async function send(
  body: string | Uint8Array,
  service: IngestService = node.service,
  format: SourceFormat = 'csv',
): Promise<BatchReport> {
  return await service.ingest({
    product: 'sales.lines',
    body: bodyOf(body),
    key: null,
    format,
    name: null,
    subject: producer,
  });
}

/** The node still takes a batch, and nothing of the broken one is left where batches work. */
async function assertFine(): Promise<void> {
  const report = await send(`id,sku\n${nextId++},a\n`);
  assert.equal(report.state, 'committed');
  const scratch = await fs.readdir(path.join(node.root, 'scratch')).catch(() => []);
  assert.deepEqual(scratch, []);
}

test('a file that grows beyond all measure when it is unpacked is refused', async () => {
  const zeros = new Uint8Array(96 << 20);
  for (const bomb of [gzipSync(zeros, { level: 9 }), zstdCompressSync(zeros)]) {
    assert.ok(bomb.length < 100_000);
    const report = await send(bomb);
    assert.equal(report.state, 'failed', JSON.stringify(report.problem));
    assert.equal(report.problem?.code, 'BATCH_UNREADABLE');
    assert.match(report.because ?? '', /beyond|grows|more than|times/);
    await assertFine();
  }
});

test('a line of two megabytes is one bad record among good ones', async () => {
  const report = await send(
    `id,sku\n${nextId++},a\n${nextId++},${'x'.repeat(2 << 20)}\n${nextId++},b\n`,
  );
  assert.deepEqual(report.records, { in: 3, good: 2, quarantined: 1, duplicates: 0 });
  assert.deepEqual(Object.keys(report.quarantine.byRule), ['structure.too_long']);
  await assertFine();
});

test('a header of ten thousand columns, and one line of a million fields, are told and not choked on', async () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `c${i}`).join(',');
  const wide = await send(`${names}\n${'1,'.repeat(9_999)}1\n`);
  assert.equal(wide.problem?.code, 'BATCH_UNREADABLE');
  assert.ok((wide.problem?.errors?.length ?? 0) <= 100);
  const fields = await send(`id,sku\n${'1,'.repeat(400_000)}1\n${nextId++},a\n`);
  assert.deepEqual(fields.records, { in: 2, good: 1, quarantined: 1, duplicates: 0 });
  await assertFine();
});

test('a record of ten thousand fields is one bad record of NDJSON, and a Parquet file of as many columns is told and not read', async () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `c${i}`);
  const fields = names.map((name) => `,"${name}":1`).join('');
  const wide = `{"id":${nextId++},"sku":"a"${fields}}\n{"id":${nextId++},"sku":"b"}\n`;
  const lines = await send(wide, node.service, 'ndjson');
  assert.deepEqual(lines.records, { in: 2, good: 1, quarantined: 1, duplicates: 0 });
  assert.deepEqual(lines.quarantine.byRule, { 'structure.unknown_field': 1 });
  assert.ok(JSON.stringify(lines).length < 100_000, 'the report stays small');
  await assertFine();
  await using bench = await parquetOf(`SELECT ${names.map((name) => `1 AS ${name}`).join(', ')}`);
  const file = await send(bench.bytes, node.service, 'parquet');
  assert.equal(file.state, 'failed');
  assert.equal(file.problem?.code, 'BATCH_UNREADABLE');
  assert.ok((file.problem?.errors?.length ?? 0) <= 100, `${file.problem?.errors?.length} errors`);
  assert.ok(JSON.stringify(file).length < 100_000, 'the report stays small');
  await assertFine();
});

test('a clock that goes backwards makes no gap, no repeat and no commit that is older than the last', async () => {
  let now = Date.parse('2026-11-28T12:00:00Z');
  const clock = { now: () => now };
  const service = createIngestService({
    ...node.deps,
    clock,
    ids: createIdSource({ clock, random: systemRandom }),
    lakehouse: { ...node.deps.lakehouse, clock },
  });
  const reports: BatchReport[] = [];
  for (const step of [0, -3_600_000, -86_400_000, 1_000]) {
    now += step;
    reports.push(await send(`id,sku\n${nextId++},a\n`, service));
  }
  assert.deepEqual(
    reports.map((report) => report.state),
    Array(4).fill('committed'),
  );
  const sequences = reports.map((report) => Number(report.sequence));
  assert.deepEqual(
    sequences,
    sequences.map((_, i) => Number(sequences[0]) + i),
  );
  assert.deepEqual(
    [...reports].map((r) => r.batch).sort(),
    reports.map((r) => r.batch),
  );
  const table = await nodeDbOf(node.store)
    .selectFrom('tables')
    .selectAll()
    .executeTakeFirstOrThrow();
  const text = await fs.readFile(new URL(String(table.metadata_location)), 'utf8');
  const { snapshots } = JSON.parse(text) as { snapshots: { 'timestamp-ms': number }[] };
  const times = snapshots.map((snapshot) => snapshot['timestamp-ms']);
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
  await assertFine();
});

test('thirty-two at once on one table: each batch is there once, numbered without a gap', async () => {
  const first = nextId;
  nextId += 32 * 10;
  const bodies = Array.from({ length: 32 }, (_, client) => {
    const rows = Array.from({ length: 10 }, (_row, i) => `${first + client * 10 + i},s${client}`);
    return `id,sku\n${rows.join('\n')}\n`;
  });
  const before = await rowsOfTable();
  const reports = await Promise.all(bodies.map((body) => send(body)));
  assert.ok(reports.every((report) => report.state === 'committed' && report.records.good === 10));
  const sequences = reports.map((report) => Number(report.sequence)).sort((a, b) => a - b);
  assert.deepEqual(
    sequences,
    sequences.map((_, i) => Number(sequences[0]) + i),
  );
  assert.equal((await rowsOfTable()) - before, 320);
  await assertFine();
});

async function rowsOfTable(): Promise<number> {
  const row = await nodeDbOf(node.store)
    .selectFrom('tables')
    .select('rows')
    .executeTakeFirstOrThrow();
  return Number(row.rows);
}

/** A Parquet file of a query. */
async function parquetOf(query: string): Promise<AsyncDisposable & { bytes: Uint8Array }> {
  const engine = await openTestEngine();
  const file = path.join(node.root, 'wide.parquet');
  try {
    await engine.run(`COPY (${query}) TO ${quoteText(file)} (FORMAT parquet)`);
    const bytes = await fs.readFile(file);
    return { bytes, [Symbol.asyncDispose]: () => fs.rm(file) };
  } finally {
    engine.close();
  }
}

test('a file of a million keys for a table that has a file for each key is refused by name, and leaves nothing', async () => {
  node.publish(`apiVersion: v3.1.0
kind: DataContract
id: keyed-contract
version: 1.0.0
status: active
domain: sales
dataProduct: keyed
schema:
  - name: keyed
    properties:
      - { name: id, logicalType: integer, partitioned: true, partitionKeyPosition: 1 }
`);
  const keyed = async (body: AsyncIterable<Uint8Array>): Promise<BatchReport> =>
    await node.service.ingest({
      product: 'sales.keyed',
      body,
      key: null,
      format: 'csv',
      name: null,
      subject: producer,
    });
  const lines = (from: number, count: number): string =>
    Array.from({ length: count }, (_, i) => `${from + i}\n`).join('');
  const million = Array.from({ length: 100 }, (_, i) => lines(i * 10_000, 10_000));
  const refused = await keyed(bodyOf('id\n', ...million));
  assert.equal(refused.state, 'failed');
  assert.equal(refused.problem?.code, 'PARTITIONS_TOO_MANY');
  assert.match(refused.because ?? '', /more than 1000 partitions by id/);
  const data = path.join(node.root, 'tables/sales/keyed/v1/data');
  assert.deepEqual(await fs.readdir(data), [], 'no file of it is left');
  const small = await keyed(bodyOf(`id\n${lines(0, 3)}`));
  assert.equal(small.state, 'committed', small.because ?? '');
  assert.equal((await fs.readdir(data)).length, 3);
  await assertFine();
});
