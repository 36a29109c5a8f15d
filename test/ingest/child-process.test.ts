/**
 * A child that dies, hangs or is told to stop never takes the node with it, and the next batch gets another child; a
 * node that was killed in the middle leaves nothing visible.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { BatchReport } from '@weft/core/ingest/report';
import { WeftError } from '@weft/core/lib/error';
import type { FakeRecord } from '../support/fake-stager.ts';
import { bodyOf, nodeDbOf, openTestIngest, producer, type TestIngest } from '../support/ingest.ts';

const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: c
version: 1.0.0
status: active
domain: sales
dataProduct: orders
schema:
  - name: orders
    properties:
      - { name: id, logicalType: integer, required: true }
    quality:
      - { id: slow, type: sql, query: "SELECT count(*) FROM orders a, orders b, orders c, orders d, orders e", mustBe: 1 }
`;

let node: TestIngest;
before(async () => {
  node = await openTestIngest({ fakeStager: true, silenceSeconds: 6 });
  node.publish(CONTRACT);
});
after(() => node[Symbol.asyncDispose]());

function send(text: string, signal?: AbortSignal): Promise<BatchReport> {
  return node.service.ingest({
    product: 'sales.orders',
    body: bodyOf(text),
    key: null,
    format: 'csv',
    name: null,
    subject: producer,
    ...(signal === undefined ? {} : { signal }),
  });
}

const records = (n: number): FakeRecord[] =>
  Array.from({ length: n }, (_, i) => ({ raw: String(i), values: { id: String(i) } }));

async function assertWorks(): Promise<void> {
  const report = await send(JSON.stringify(records(1)));
  assert.equal(report.state, 'committed', report.because ?? '');
}

describe('the ingest child', () => {
  it('may die', async () => {
    const report = await send('die');
    assert.equal(report.state, 'failed');
    assert.match(report.because ?? '', /the process that checked the batch ended: signal SIGKILL/);
    await assertWorks();
  });

  it('may hang, and is killed for its silence', async () => {
    const report = await send('hang');
    assert.equal(report.state, 'failed');
    assert.match(report.because ?? '', /silent for 6 s/);
    await assertWorks();
  });

  it('may refuse a file, in its own words', async () => {
    const report = await send('unreadable');
    assert.deepEqual([report.state, report.because], ['failed', 'there is no header line']);
  });

  it('is asked once more after a fault of the node, with the bytes that are here', async () => {
    const report = await send(`stumble${JSON.stringify(records(1))}`);
    assert.deepEqual([report.state, report.records.good], ['committed', 1], report.because ?? '');
    const broken = await send('break');
    assert.deepEqual([broken.state, broken.problem?.code], ['failed', 'INTERNAL']);
    await assertWorks();
  });

  it('may lose its engine, and takes no other batch with it', async () => {
    const report = await send('lose');
    assert.deepEqual([report.state, report.problem?.code], ['failed', 'INTERNAL']);
    await assertWorks();
  });

  it('is stopped when the batch is cancelled', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(new WeftError('CANCELLED', 'not wanted')), 300);
    const report = await send('wait', abort.signal);
    assert.equal(report.state, 'failed');
    await assertWorks();
  });

  it('ends a query of a contract that takes too long, and the batch is held', async () => {
    const report = await send(JSON.stringify(records(400)));
    assert.equal(report.state, 'held');
    assert.match(
      report.because ?? '',
      /rule slow could not be checked: a statement took longer than 2 s/,
    );
    await assertWorks();
  });
});

describe('recovery', () => {
  it('ends what a crash left open and sweeps its files', async () => {
    const db = nodeDbOf(node.store);
    const good = await send(JSON.stringify(records(1)));
    const row = await db
      .selectFrom('batches')
      .selectAll()
      .where('batch', '=', good.batch)
      .executeTakeFirstOrThrow();
    const open = {
      ...good,
      batch: `${good.batch.slice(0, -1)}${good.batch.endsWith('Z') ? 'Y' : 'Z'}`,
      state: 'checking' as const,
    };
    const landing = path.join(node.root, 'landing', open.batch);
    await db
      .insertInto('batches')
      .values({
        ...row,
        batch: open.batch,
        state: 'checking',
        landing,
        report: JSON.stringify(open),
      })
      .execute();
    const data = path.join(node.root, 'tables/sales/orders/v1/data');
    await fs.writeFile(landing, 'x');
    await fs.writeFile(path.join(node.root, 'landing', 'bat_00UNKNOWN'), 'x');
    await fs.writeFile(path.join(data, `${open.batch}-00000.parquet`), 'x');
    await fs.mkdir(path.join(node.root, 'scratch', open.batch), { recursive: true });
    const before = (await fs.readdir(data)).length;
    const service = node.restart();
    assert.equal(await service.recover(), 1);
    const report = await service.show(open.batch, producer);
    assert.equal(report.state, 'failed');
    assert.match(report.because ?? '', /interrupted/);
    assert.equal((await fs.readdir(data)).length, before - 1);
    const landed = await fs.readdir(path.join(node.root, 'landing'));
    assert.ok(
      !landed.includes(open.batch) &&
        !landed.includes('bat_00UNKNOWN') &&
        landed.includes(good.batch),
    );
    await assert.rejects(fs.stat(path.join(node.root, 'scratch', open.batch)), { code: 'ENOENT' });
    assert.equal(await service.recover(), 0);
    assert.equal((await service.show(good.batch, producer)).state, 'committed');
  });
});
