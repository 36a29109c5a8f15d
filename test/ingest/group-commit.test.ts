/**
 * Many small batches at the same time, on many tables and on one: each keeps its own verdict, key, number and snapshot,
 * whatever becomes of those that are committed with it.
 *
 * A gate holds the first version of a table back until others are ready behind it, so that groups form in every run.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SqlEngine } from '@weft/core/ingest/ports';
import type { BatchReport } from '@weft/core/ingest/report';
import { loadTable } from '@weft/core/lakehouse/commit';
import { planScan } from '@weft/core/lakehouse/scan';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import { currentColumns } from '@weft/core/lakehouse/table';
import { must } from '@weft/core/lib/assert';
import { sql } from 'kysely';
import type { IngestDeps } from '../../server/src/services/ingest-ports.ts';
import {
  createIngestService,
  type IngestService,
} from '../../server/src/services/ingest-service.ts';
import { createLanes } from '../../server/src/services/lanes.ts';
import { openTestEngine } from '../support/engine.ts';
import { faultStore } from '../support/fault-store.ts';
import { bodyOf, nodeDbOf, openTestIngest, producer, type TestIngest } from '../support/ingest.ts';

let node: TestIngest;
let engine: SqlEngine;
before(async () => {
  node = await openTestIngest();
  engine = await openTestEngine();
});
after(async () => {
  engine.close();
  await node[Symbol.asyncDispose]();
});

function publish(product: string, more = ''): void {
  node.publish(`apiVersion: v3.1.0
kind: DataContract
id: ${product}-contract
version: 1.0.0
status: active
domain: sales
dataProduct: ${product}
schema:
  - name: ${product}
    properties:
      - { name: id, logicalType: integer, required: true, primaryKey: true, primaryKeyPosition: 1 }
${more}`);
}

const HELD = 'customProperties:\n  - { property: weftBadShareMax, value: 0.5 }\n';

interface Sent {
  product: string;
  /** Of the rows. */
  ids: (number | string)[];
  key?: string;
}

async function start(service: IngestService, { product, ids, key }: Sent) {
  return await service.start({
    product: `sales.${product}`,
    body: bodyOf(`id\n${ids.join('\n')}\n`),
    key: key ?? null,
    format: 'csv',
    name: null,
    subject: producer,
  });
}

async function send(service: IngestService, sent: Sent): Promise<BatchReport> {
  return await (await start(service, sent)).report;
}

/** One after the other is taken; they are checked and committed side by side. */
async function sendInOrder(service: IngestService, sent: readonly Sent[]): Promise<BatchReport[]> {
  const reports: Promise<BatchReport>[] = [];
  for (const each of sent) reports.push((await start(service, each)).report);
  return await Promise.all(reports);
}

/**
 * A service whose versions wait, until `open`, before they are written; `waiting` resolves when so many batches are checked.
 */
function gated(deps: IngestDeps = node.deps) {
  const gate = Promise.withResolvers<void>();
  const checked = { count: 0, wanted: 0, reached: Promise.withResolvers<void>() };
  const { objects } = deps.lakehouse;
  const service = createIngestService({
    ...deps,
    lanes: createLanes(),
    checker: {
      ...deps.checker,
      check: async (request, options) => {
        const result = await deps.checker.check(request, options);
        checked.count += 1;
        if (checked.count === checked.wanted) checked.reached.resolve();
        return result;
      },
      readQuarantine: (query) => deps.checker.readQuarantine(query),
      work: (task, signal) => deps.checker.work(task, signal),
    },
    lakehouse: {
      ...deps.lakehouse,
      objects: {
        get: (uri) => objects.get(uri),
        delete: (uri) => objects.delete(uri),
        list: (prefix) => objects.list(prefix),
        async put(uri, bytes, options) {
          if (uri.endsWith('.avro')) await gate.promise;
          await objects.put(uri, bytes, options);
        },
      },
    },
  });
  return {
    service,
    open: () => gate.resolve(),
    waiting(batches: number): Promise<void> {
      checked.wanted = batches;
      if (checked.count >= batches) checked.reached.resolve();
      return checked.reached.promise;
    },
  };
}

async function tableOf(product: string) {
  return await nodeDbOf(node.store)
    .selectFrom('tables')
    .selectAll()
    .where('table_name', '=', product)
    .executeTakeFirstOrThrow();
}

/** Ids of a table's rows in order, of all snapshots or of one. */
async function idsOf(product: string, snapshot?: string): Promise<number[]> {
  const { metadata_location: pointer } = await tableOf(product);
  const metadata = await loadTable(node.deps.lakehouse, must(pointer, 'pointer'));
  const snapshotId = metadata.snapshots.find((s) => String(s['snapshot-id']) === snapshot);
  const files = await planScan(
    node.deps.lakehouse,
    metadata,
    snapshotId === undefined ? {} : { snapshotId: snapshotId['snapshot-id'] },
  );
  const relation = readParquetSql(
    files.map(({ path }) => path),
    currentColumns(metadata),
  );
  const rows = await engine.rows(`SELECT id FROM ${relation} ORDER BY id`);
  return rows.map((row) => Number(row['id']));
}

/** Numbers of a table's events, with the batch and snapshot that each tells of. */
async function eventsOf(product: string) {
  const rows = await nodeDbOf(node.store)
    .selectFrom('outbox')
    .select(['sequence', 'event'])
    .where('source', '=', `/domains/sales/tables/${product}@1`)
    .orderBy('sequence')
    .execute();
  return rows.map(({ sequence, event }) => ({ sequence: Number(sequence), ...event.data }));
}

/** What the reports say is what the table, its events and the store say. */
async function assertAgrees(product: string, reports: readonly BatchReport[]): Promise<void> {
  for (const { state, because } of reports) assert.notEqual(state, 'failed', because ?? '');
  const committed = reports
    .filter(({ state }) => state === 'committed')
    .toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
  assert.deepEqual(
    await eventsOf(product),
    committed.map(({ batch, snapshot }, i) => ({
      sequence: i + 1,
      batch,
      table: product,
      snapshot,
    })),
  );
  assert.equal(new Set(committed.map(({ snapshot }) => snapshot)).size, committed.length);
  const table = await tableOf(product);
  const rows = committed.reduce((sum, { records }) => sum + records.good, 0);
  assert.deepEqual([table.rows, table.next_sequence].map(Number), [rows, committed.length + 1]);
  assert.equal((await idsOf(product)).length, rows);
  for (const report of reports) {
    assert.deepEqual(await node.service.show(report.batch, producer), report);
  }
}

describe('batches at the same time', () => {
  it('on many tables and several on each are all there, each under its own number', async () => {
    const products = ['t0', 't1', 't2', 't3'];
    for (const product of products) publish(product);
    const sent = Array.from({ length: 20 }, (_, i) => ({
      product: `t${i % products.length}`,
      ids: [10 * i, 10 * i + 1],
    }));
    const reports = await sendInOrder(node.service, sent);
    for (const product of products) {
      const own = reports.filter(({ table }) => table === product);
      assert.deepEqual(
        own.map(({ sequence }) => sequence),
        [1, 2, 3, 4, 5],
        'in the order in which they were sent',
      );
      await assertAgrees(product, own);
    }
  });

  it('on one table share versions of it, and each has a snapshot with what came before it', async () => {
    publish('one');
    const { service, open, waiting } = gated();
    const sent = Array.from({ length: 12 }, (_, i) => ({ product: 'one', ids: [i] }));
    void waiting(6).then(open);
    const reports = await sendInOrder(service, sent);
    await assertAgrees('one', reports);
    for (const { snapshot, sequence } of reports) {
      const before = Array.from({ length: sequence ?? 0 }, (_, i) => i);
      assert.deepEqual(await idsOf('one', snapshot ?? ''), before);
    }
    const { version } = await tableOf('one');
    assert.ok(Number(version) <= 9, `${version} versions of the table for 12 batches`);
  });

  it('keep verdicts and keys of their own: bad rows, a key again, one that is held', async () => {
    publish('mixed', HELD);
    const { service, open, waiting } = gated();
    const sent: Sent[] = [
      { product: 'mixed', ids: [1] },
      { product: 'mixed', ids: [2, 'x', 3], key: 'bad row' },
      { product: 'mixed', ids: ['y', 'z', 4], key: 'held' },
      { product: 'mixed', ids: [5], key: 'again' },
      { product: 'mixed', ids: [5], key: 'again' },
      { product: 'mixed', ids: [6, 6] },
    ];
    const answers = sent.map((each) => send(service, each));
    await waiting(5);
    open();
    const reports = await Promise.all(answers);
    assert.deepEqual(
      reports.map(({ state, records }) => [
        state,
        records.in,
        records.good,
        records.quarantined,
        records.duplicates,
      ]),
      [
        ['committed', 1, 1, 0, 0],
        ['committed', 3, 2, 1, 0],
        ['held', 3, 1, 2, 0],
        ['committed', 1, 1, 0, 0],
        ['committed', 1, 1, 0, 0],
        ['committed', 2, 1, 0, 1],
      ],
    );
    // Why sorted: which of the two has its bytes safe first is not said.
    const [first, again] = [must(reports[3], 'fourth'), must(reports[4], 'fifth')].sort(
      (a, b) => Number(a.repeated ?? false) - Number(b.repeated ?? false),
    );
    assert.deepEqual(again, { ...first, repeated: true }, 'the key again is the same batch');
    const own = reports.filter((report) => report !== again);
    await assertAgrees('mixed', own);
    const refused = await service.quarantine(must(own[1], 'second').batch, {}, producer);
    assert.deepEqual(
      refused.items.map(({ raw }) => raw),
      ['x'],
    );
    const held = must(own[2], 'third');
    const released = await service.release(held.batch, 'looked at', producer);
    assert.deepEqual([released.state, released.sequence], ['committed', 5]);
    assert.deepEqual(await idsOf('mixed'), [1, 2, 3, 4, 5, 6]);
  });

  it('do not wait for a release that failed before its commit', { timeout: 60_000 }, async () => {
    publish('unreleased', HELD);
    const store = faultStore(node.store);
    const service = createIngestService({ ...node.deps, store, lanes: createLanes() });
    const held = await send(service, { product: 'unreleased', ids: [1, 'x', 'y'] });
    assert.equal(held.state, 'held');
    store.arm({ nth: 1, of: /from "batch_files"/, away: 0, when: 'before' });
    await assert.rejects(service.release(held.batch, 'looked at', producer));
    store.arm(null);
    const next = await send(service, { product: 'unreleased', ids: [2] });
    assert.equal(next.state, 'committed');
    await service.release(held.batch, 'looked at', producer);
    assert.deepEqual(await idsOf('unreleased'), [1, 2]);
  });

  it('are compared with each other where keys are unique in the table', async () => {
    publish('unique', 'customProperties:\n  - { property: weftDuplicateScope, value: table }\n');
    const sent = Array.from({ length: 6 }, (_, i) => ({ product: 'unique', ids: [7, 100 + i] }));
    const reports = await sendInOrder(node.service, sent);
    assert.deepEqual(
      reports.map(({ records }) => records.duplicates),
      [0, 1, 1, 1, 1, 1],
    );
    assert.deepEqual(await idsOf('unique'), [7, 100, 101, 102, 103, 104, 105]);
    await assertAgrees('unique', reports);
  });

  it('are committed in the order in which they came, however long a check takes', async () => {
    publish('order');
    const sizes = [60_000, 1, 1, 20_000, 1];
    const sent = sizes.map((size, i) => ({
      product: 'order',
      ids: Array.from({ length: size }, (_, n) => i * 100_000 + n),
    }));
    const reports = await sendInOrder(node.service, sent);
    assert.deepEqual(
      reports.map(({ sequence }) => sequence),
      [1, 2, 3, 4, 5],
    );
    await assertAgrees('order', reports);
  });
});

describe('in a group', () => {
  it('one that the store refuses takes no other with it', async () => {
    for (const product of ['calm', 'poison']) publish(product);
    await sql
      .raw(`create function node.refuse() returns trigger language plpgsql as
          $$ begin raise exception 'refused' using errcode = '23514'; end $$;
        create trigger refuse before update on node.batches for each row
          when (new.state = 'committed' and new.key = 'poison') execute function node.refuse()`)
      .execute(node.store.schema('node'));
    const { service, open, waiting } = gated();
    const sent: Sent[] = [
      ...[1, 2, 3].map((id) => ({ product: 'calm', ids: [id] })),
      { product: 'poison', ids: [1] },
      { product: 'poison', ids: [2], key: 'poison' },
      { product: 'poison', ids: [3] },
    ];
    const answers = sent.map((each) => send(service, each));
    await waiting(6);
    open();
    const reports = await Promise.all(answers);
    assert.deepEqual(
      reports.map(({ state }) => state),
      ['committed', 'committed', 'committed', 'committed', 'failed', 'committed'],
    );
    assert.deepEqual(await idsOf('poison'), [1, 3]);
    await assertAgrees('calm', reports.slice(0, 3));
    await assertAgrees(
      'poison',
      [reports[3], reports[5]].flatMap((report) => report ?? []),
    );
    await sql.raw('drop trigger refuse on node.batches').execute(node.store.schema('node'));
  });

  for (const when of ['before', 'after'] as const) {
    it(`an answer of the store that is lost ${when} the commit loses no batch and doubles none`, async () => {
      const product = `lost_${when}`;
      publish(product);
      const store = faultStore(node.store);
      const { service, open, waiting } = gated({ ...node.deps, store });
      const first = await Promise.all([send(node.service, { product, ids: [0] })]);
      const answers = [1, 2, 3, 4].map((id) => send(service, { product, ids: [id] }));
      await waiting(4);
      store.arm({ nth: 2, of: /^commit$/, away: 0, when });
      open();
      const reports = [...first, ...(await Promise.all(answers))];
      assert.deepEqual(
        reports.map(({ state }) => state),
        Array.from({ length: 5 }, () => 'committed'),
      );
      await assertAgrees(product, reports);
    });
  }
});
