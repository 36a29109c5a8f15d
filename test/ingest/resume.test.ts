/**
 * Acknowledged batches of an earlier process: taken up again with exactly their bytes, or ended with the reason.
 *
 * Not the kill itself (`test/faults/kill-ingest.test.ts`): here the store is left as a kill would leave it.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { WeftError } from '@weft/core/lib/error';
import { createIngestService } from '../../server/src/services/ingest-service.ts';
import { createOperationsService } from '../../server/src/services/operations-service.ts';
import { saveReport } from '../../server/src/store/node-batches.ts';
import { bodyOf, LINES_CONTRACT, nodeDbOf, openTestIngest, producer } from '../support/ingest.ts';

const node = await openTestIngest();
after(() => node[Symbol.asyncDispose]());
node.publish(LINES_CONTRACT);
const TEXT = 'id\n1\n2\n';

/** A batch that was acknowledged and is still being checked, as far as the store knows. */
async function leaveOpen(landed: string, resumed?: number): Promise<string> {
  const done = await node.service.ingest({
    product: 'sales.lines',
    body: bodyOf(TEXT),
    key: null,
    format: 'csv',
    name: null,
    subject: producer,
  });
  const db = nodeDbOf(node.store);
  const row = await db
    .selectFrom('batches')
    .selectAll()
    .where('batch', '=', done.batch)
    .executeTakeFirstOrThrow();
  const batch = node.deps.ids.next('bat');
  const sha256 = createHash('sha256').update(TEXT).digest('hex');
  const { sameBytesAs: _, ...source } = { ...done.source, sha256 };
  const report = {
    ...done,
    batch,
    source,
    state: 'checking' as const,
    snapshot: null,
    sequence: null,
    ...(resumed === undefined ? {} : { resumed }),
  };
  const landing = path.join(node.root, 'landing', batch);
  await fs.writeFile(landing, landed);
  const open = { state: 'checking' as const, landing, report: JSON.stringify(report) };
  await db
    .insertInto('batches')
    .values({ ...row, ...open, batch, sequence: null, snapshot: null })
    .execute();
  const now = new Date().toISOString();
  await db
    .insertInto('operations')
    .values({
      op: node.deps.ids.next('op'),
      kind: 'ingest',
      subject: producer.id,
      domain: 'sales',
      batch,
      state: 'running',
      progress: '{}',
      result: null,
      problem: null,
      created_at: now,
      updated_at: now,
    })
    .execute();
  return batch;
}

test('with its bytes it is committed', async () => {
  const batch = await leaveOpen(TEXT);
  const service = node.restart();
  assert.equal(await service.recover(), 0);
  await service.settle();
  const report = await service.show(batch, producer);
  assert.deepEqual([report.state, report.resumed, report.records.good], ['committed', 1, 2]);
});

test('with other bytes, or after the node stopped over it again and again, it fails', async () => {
  const changed = await leaveOpen('id\n1\n3\n');
  const tired = await leaveOpen(TEXT, 3);
  const service = node.restart();
  assert.equal(await service.recover(), 1);
  await service.settle();
  const other = await service.show(changed, producer);
  assert.deepEqual([other.state, other.problem?.code], ['failed', 'DISK_FAILED']);
  assert.match((await service.show(tired, producer)).because ?? '', /interrupted/);
});

test('without a control plane it waits, the node can stop, and the next start takes it up', async () => {
  const batch = await leaveOpen(TEXT);
  const away = createIngestService({
    ...node.deps,
    contracts: {
      async current() {
        throw new WeftError('UNAVAILABLE', 'the control plane does not answer');
      },
    },
  });
  assert.equal(await away.recover(), 0);
  await away.settle();
  assert.equal((await away.show(batch, producer)).state, 'checking');
  const service = node.restart();
  await service.recover();
  await service.settle();
  assert.equal((await service.show(batch, producer)).state, 'committed');
});

test('it can be cancelled, and its operation says so', async () => {
  const batch = await leaveOpen(TEXT);
  const service = createIngestService({
    ...node.deps,
    contracts: {
      async current() {
        throw new WeftError('UNAVAILABLE', 'the control plane does not answer');
      },
    },
  });
  const { store, ids, clock, logger } = node.deps;
  const operations = createOperationsService({
    store,
    ids,
    clock,
    logger,
    cancelBatch: (id, reason) => service.cancel(id, reason),
  });
  assert.equal(await service.recover(), 0);
  const { op } = await nodeDbOf(node.store)
    .selectFrom('operations')
    .select('op')
    .where('batch', '=', batch)
    .executeTakeFirstOrThrow();
  await operations.cancel(op, producer);
  await service.settle();
  const report = await service.show(batch, producer);
  assert.deepEqual([report.state, report.problem?.code], ['failed', 'CANCELLED']);
  assert.equal((await operations.show(op, producer)).state, 'cancelled');
  assert.equal((await service.list({ state: 'checking' }, producer)).items.length, 0);
});

test('a report is kept whatever texts stand in it', async () => {
  const batch = await leaveOpen(TEXT);
  const db = nodeDbOf(node.store);
  const report = { ...(await node.service.show(batch, producer)), because: 'a\0b\ud800' };
  const saved = await saveReport(db, report, { from: ['checking'], now: new Date().toISOString() });
  assert.ok(saved);
  assert.equal((await node.service.show(batch, producer)).because, 'a\ufffdb\ufffd');
});
