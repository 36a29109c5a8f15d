/**
 * Batches of a node from bytes to table: store, files, child process and real stager together.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { SqlEngine } from '@weft/core/ingest/ports';
import type { BatchReport } from '@weft/core/ingest/report';
import { loadTable } from '@weft/core/lakehouse/commit';
import { planScan } from '@weft/core/lakehouse/scan';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import { currentColumns } from '@weft/core/lakehouse/table';
import type { Subject } from '@weft/core/registry/types';
import { createIngestService } from '../../server/src/services/ingest-service.ts';
import { dueFiles } from '../../server/src/store/node-files.ts';
import { openTestEngine } from '../support/engine.ts';
import {
  bodyOf,
  nodeDbOf,
  openTestIngest,
  platform,
  producer,
  stranger,
  type TestIngest,
} from '../support/ingest.ts';

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

function contract(
  product: string,
  options: { version?: string; extra?: string; properties?: string; more?: string } = {},
): string {
  return `apiVersion: v3.1.0
kind: DataContract
id: ${product}-contract
version: ${options.version ?? '1.0.0'}
status: active
domain: sales
dataProduct: ${product}
${options.more ?? ''}
schema:
  - name: ${product}
    properties:
      - name: id
        logicalType: integer
        primaryKey: true
        primaryKeyPosition: 1
      - name: sku
        logicalType: string
        required: true
        logicalTypeOptions: { pattern: '^[a-z]+$' }
${options.properties ?? ''}
${options.extra ?? ''}`;
}

async function ingest(
  product: string,
  csv: string | Uint8Array,
  options: { key?: string; name?: string; subject?: Subject } = {},
): Promise<BatchReport> {
  return await node.service.ingest({
    product: `sales.${product}`,
    body: bodyOf(csv),
    key: options.key ?? null,
    format: null,
    name: options.name ?? 'rows.csv',
    subject: options.subject ?? producer,
  });
}

async function rowsOf(product: string): Promise<unknown[]> {
  const table = await nodeDbOf(node.store)
    .selectFrom('tables')
    .selectAll()
    .where('table_name', '=', product)
    .executeTakeFirstOrThrow();
  const metadata = await loadTable(node.deps.lakehouse, table.metadata_location ?? '');
  const files = await planScan(node.deps.lakehouse, metadata);
  return await engine.rows(
    `SELECT * FROM ${readParquetSql(
      files.map((f) => f.path),
      currentColumns(metadata),
    )} ORDER BY ALL`,
  );
}

describe('ingest', () => {
  it('commits good records, lists the others, and tells both', async () => {
    node.publish(contract('orders'));
    const report = await ingest('orders', 'id,sku\n1,a\n2,B\nx,c\n4\n5,\n6,d\n6,d\n6,e\n');
    assert.equal(report.state, 'committed', report.because ?? '');
    assert.deepEqual(report.records, { in: 8, good: 2, quarantined: 5, duplicates: 1 });
    assert.deepEqual(report.quarantine.byRule, {
      'sku.pattern': 1,
      'id.type': 1,
      'structure.too_few_fields': 1,
      'sku.required': 1,
      primary_key: 1,
    });
    assert.deepEqual([report.sequence, report.contract.id], [1, 'orders-contract']);
    assert.deepEqual(await rowsOf('orders'), [
      { id: 1, sku: 'a' },
      { id: 6, sku: 'd' },
    ]);
    const page = await node.service.quarantine(report.batch, { limit: 3 }, producer);
    assert.deepEqual(
      page.items.map((i) => [i.record, i.line, i.rule, i.value, i.raw]),
      [
        [1, 3, 'sku.pattern', 'B', '2,B'],
        [2, 4, 'id.type', 'x', 'x,c'],
        [3, 5, 'structure.too_few_fields', null, '4'],
      ],
    );
    const rest = await node.service.quarantine(report.batch, { after: page.next ?? '' }, producer);
    assert.deepEqual(
      rest.items.map((i) => [i.record, i.kind, i.rule]),
      [
        [4, 'quarantined', 'sku.required'],
        [6, 'duplicate', 'primary_key'],
        [7, 'quarantined', 'primary_key'],
      ],
    );
    assert.equal(rest.next, null);
    const one = await node.service.quarantine(report.batch, { rule: 'id.type' }, producer);
    assert.deepEqual(
      one.items.map((i) => i.record),
      [2],
    );
    assert.deepEqual(await node.service.show(report.batch, producer), report);
  });

  it('reads gzip, NDJSON and Parquet as what they are', async () => {
    node.publish(contract('formats'));
    const gzip = await ingest('formats', gzipSync('id,sku\n1,a\n'), { name: 'rows.csv.gz' });
    assert.deepEqual([gzip.state, gzip.records.good], ['committed', 1]);
    const ndjson = await ingest('formats', '{"id":2,"sku":"b"}\n{"id":3,"sku":"C"}\n', {
      name: 'rows',
    });
    assert.deepEqual(
      [ndjson.source.format, ndjson.records.good, ndjson.records.quarantined],
      ['ndjson', 1, 1],
    );
    const file = path.join(node.root, 'rows.parquet');
    await engine.run(
      `COPY (SELECT 4::BIGINT AS id, 'd' AS sku UNION ALL SELECT 5, 'E') TO '${file}' (FORMAT parquet)`,
    );
    const parquet = await ingest('formats', await fs.readFile(file), { name: 'upload' });
    assert.deepEqual(
      [parquet.source.format, parquet.records.good, parquet.records.quarantined, parquet.state],
      ['parquet', 1, 1, 'committed'],
    );
    const refused = await node.service.quarantine(parquet.batch, {}, producer);
    assert.equal(refused.items[0]?.raw, '{"id":5,"sku":"E"}');
    assert.deepEqual(
      (await rowsOf('formats')).map((r) => (r as { id: number }).id),
      [1, 2, 4],
    );
  });

  it('gives a gapless sequence, also to batches at the same time and on several tables', async () => {
    node.publish(contract('left'));
    node.publish(contract('right'));
    const reports = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        ingest(i % 2 === 0 ? 'left' : 'right', `id,sku\n${i},a\n`),
      ),
    );
    for (const table of ['left', 'right']) {
      const own = reports.filter((r) => r.table === table);
      assert.deepEqual(own.map((r) => r.sequence).sort(), [1, 2, 3, 4]);
      assert.equal((await rowsOf(table)).length, 4);
    }
    const events = await nodeDbOf(node.store)
      .selectFrom('outbox')
      .selectAll()
      .where('source', '=', '/domains/sales/tables/left@1')
      .orderBy('sequence')
      .execute();
    assert.deepEqual(
      events.map((e) => [Number(e.sequence), e.event.type, e.event.subject]),
      [1, 2, 3, 4].map((n) => [n, 'io.weft.batch.committed.v1', 'sales.left@1.0.0']),
    );
  });

  it('refuses a batch of a retired product before it takes the bytes', async () => {
    node.publish(contract('gone'));
    const { contracts } = node.deps;
    const service = createIngestService({
      ...node.deps,
      contracts: {
        current: async (name) => ({ ...(await contracts.current(name)), isRetired: true }),
      },
    });
    const body = bodyOf('id,sku\n1,a\n');
    const request = { product: 'sales.gone', body, key: null, format: null, name: null };
    await assert.rejects(service.start({ ...request, subject: producer }), {
      code: 'CONFLICT',
      message: /sales\.gone is retired/,
    });
    assert.equal((await service.list({ product: 'sales.gone' }, producer)).items.length, 0);
  });

  it('refuses the same key for another table', async () => {
    node.publish(contract('moved'));
    await ingest('moved', 'id,sku\n1,a\n', { key: 'all' });
    node.publish(contract('moved').replace('version: 1.0.0', 'version: 2.0.0'));
    await assert.rejects(ingest('moved', 'id,sku\n1,a\n', { key: 'all' }), {
      code: 'BATCH_KEY_REUSED',
      message: /sales\.moved@1/,
    });
  });

  it('answers the same key with the first report, and refuses other bytes', async () => {
    node.publish(contract('keys'));
    const first = await ingest('keys', 'id,sku\n1,a\n', { key: 'monday' });
    assert.deepEqual(await ingest('keys', 'id,sku\n1,a\n', { key: 'monday' }), {
      ...first,
      repeated: true,
    });
    assert.equal((await node.service.show(first.batch, producer)).repeated, undefined);
    await assert.rejects(ingest('keys', 'id,sku\n2,a\n', { key: 'monday' }), {
      code: 'BATCH_KEY_REUSED',
    });
    const both = await Promise.all(
      [1, 2, 3].map(() => ingest('keys', 'id,sku\n9,a\n', { key: 'tuesday' })),
    );
    assert.equal(new Set(both.map((r) => r.batch)).size, 1);
    assert.equal((await rowsOf('keys')).length, 2);
    const failed = await ingest('keys', 'nothing\n', { key: 'wednesday' });
    assert.equal(failed.state, 'failed');
    const again = await ingest('keys', 'id,sku\n3,a\n', { key: 'wednesday' });
    assert.equal(again.state, 'committed');
    const landed = await fs.readdir(path.join(node.root, 'landing'));
    const known = await nodeDbOf(node.store).selectFrom('batches').select('batch').execute();
    assert.deepEqual(
      landed.filter((name) => !known.some((row) => row.batch === name)),
      [],
    );
  });

  it('fails a file that is not what the contract says, and leaves nothing', async () => {
    node.publish(contract('unread'));
    const report = await ingest('unread', 'other,header\n1,2\n');
    assert.equal(report.state, 'failed');
    assert.match(report.because ?? '', /header|column/i);
    assert.deepEqual(await rowsOf('unread'), []);
    assert.deepEqual(await fs.readdir(path.join(node.root, 'tables/sales/unread/v1/data')), []);
    assert.deepEqual(await fs.readdir(path.join(node.root, 'scratch')), []);
    await assert.rejects(
      node.service.ingest({
        product: 'sales.unread',
        body: bodyOf(new Uint8Array(10_000_001)),
        key: null,
        format: null,
        name: null,
        subject: producer,
      }),
      { code: 'PAYLOAD_TOO_LARGE' },
    );
  });

  it('keeps the table and its field ids over minor versions of the contract', async () => {
    node.publish(contract('grows'));
    await ingest('grows', 'id,sku\n1,a\n');
    node.publish(
      contract('grows', {
        version: '1.1.0',
        properties: '      - name: qty\n        logicalType: integer\n',
      }),
    );
    const report = await ingest('grows', 'id,sku,qty\n2,b,7\n');
    assert.equal(report.because, null);
    assert.deepEqual(await rowsOf('grows'), [
      { id: 1, sku: 'a', qty: null },
      { id: 2, sku: 'b', qty: 7 },
    ]);
  });
});

describe('held batches', () => {
  const limit = 'customProperties:\n  - property: weftBadShareMax\n    value: 0.1\n';

  it('are invisible until they are released', async () => {
    node.publish(contract('held', { extra: limit }));
    const report = await ingest('held', 'id,sku\n1,a\n2,B\n', { key: 'k' });
    assert.equal(report.state, 'held');
    assert.match(report.because ?? '', /1 of 2 records are bad/);
    assert.deepEqual(await rowsOf('held'), []);
    assert.deepEqual(await ingest('held', 'id,sku\n1,a\n2,B\n', { key: 'k' }), {
      ...report,
      repeated: true,
    });
    await assert.rejects(node.service.release(report.batch, null, stranger), { code: 'NOT_FOUND' });
    const released = await node.service.release(report.batch, 'checked with the vendor', producer);
    assert.deepEqual(
      [released.state, released.because, released.sequence],
      ['committed', 'checked with the vendor', 1],
    );
    assert.deepEqual(await rowsOf('held'), [{ id: 1, sku: 'a' }]);
    await assert.rejects(node.service.release(report.batch, null, producer), {
      code: 'BATCH_STATE',
    });
    assert.deepEqual(
      node.audit.map((e) => [e.action, e.subject]),
      [['batch.release', report.batch]],
    );
  });

  it('can be discarded, and their key used again', async () => {
    node.publish(contract('gone', { extra: limit }));
    const report = await ingest('gone', 'id,sku\n1,a\n2,B\n', { key: 'k' });
    const discarded = await node.service.discard(report.batch, 'wrong day', producer);
    assert.equal(discarded.state, 'discarded');
    assert.deepEqual(await rowsOf('gone'), []);
    const second = await ingest('gone', 'id,sku\n1,a\n', { key: 'k' });
    assert.equal(second.state, 'committed');
    assert.notEqual(second.batch, report.batch);
    assert.equal((await node.service.quarantine(report.batch, {}, producer)).items.length, 1);
  });

  it('are not released over rows that came since, where keys are unique in the table', async () => {
    const scope = `${limit}  - property: weftDuplicateScope\n    value: table\n`;
    node.publish(contract('scoped', { extra: scope }));
    const report = await ingest('scoped', 'id,sku\n1,a\n2,B\n');
    assert.equal(report.state, 'held', report.because ?? '');
    const again = await ingest('scoped', 'id,sku\n1,z\n');
    assert.equal(again.state, 'committed');
    await assert.rejects(node.service.release(report.batch, null, producer), { code: 'CONFLICT' });
    const third = await ingest(
      'scoped',
      'id,sku\n1,z\n1,y\n3,c\n4,d\n5,e\n6,f\n7,g\n8,h\n9,i\n10,j\n11,k\n12,l\n',
    );
    assert.deepEqual(
      [third.state, third.records.duplicates, third.records.quarantined],
      ['committed', 1, 1],
    );
  });
});

describe('keys that a rule alone makes unique in the table', () => {
  it('are not released over rows that came since', async () => {
    const once = `      - name: code
        logicalType: string
        quality:
          - id: code_once
            metric: duplicateValues
            mustBe: 0
            customProperties: [{ property: weftScope, value: table }]`;
    const limit = 'customProperties:\n  - property: weftBadShareMax\n    value: 0.1\n';
    node.publish(contract('ruled', { extra: limit, properties: once }));
    const held = await ingest('ruled', 'id,sku,code\n1,a,x\n2,B,y\n');
    assert.equal(held.state, 'held', held.because ?? '');
    assert.equal((await ingest('ruled', 'id,sku,code\n3,a,x\n')).state, 'committed');
    await assert.rejects(node.service.release(held.batch, null, producer), { code: 'CONFLICT' });
  });
});

describe('files that a table has no more', () => {
  it('stay while a batch is checked that began before they went, however often it was saved', async () => {
    node.publish(contract('readers'));
    const { batch } = await ingest('readers', 'id,sku\n1,a\n');
    const db = nodeDbOf(node.store);
    const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();
    const file = { uri: 'file:///gone', domain: 'sales', table_name: 'readers', major: 1 };
    await db
      .insertInto('unreachable_files')
      .values({ ...file, unreachable_at: at(2) })
      .execute();
    const due = () => dueFiles(db, { before: at(60), limit: 10 });
    const set = (state: 'checking' | 'committed', created: string) =>
      db
        .updateTable('batches')
        .set({ state, created_at: created, updated_at: at(3) })
        .where('batch', '=', batch)
        .execute();
    await set('checking', at(1));
    assert.deepEqual(await due(), []);
    await set('checking', at(3));
    assert.deepEqual(await due(), [file.uri]);
    await set('committed', at(1));
    assert.deepEqual(await due(), [file.uri]);
  });
});

describe('access', () => {
  it('is for those who act for the domain; others learn nothing', async () => {
    node.publish(contract('mine'));
    await assert.rejects(ingest('mine', 'id,sku\n1,a\n', { subject: stranger }), {
      code: 'FORBIDDEN',
    });
    const report = await ingest('mine', 'id,sku\n1,A\n', { subject: platform });
    assert.equal(report.quarantine.total, 1);
    assert.deepEqual(report.quarantine.sample, []);
    assert.equal(
      (await node.service.show(report.batch, producer)).quarantine.sample[0]?.value,
      'A',
    );
    await assert.rejects(node.service.quarantine(report.batch, {}, platform), {
      code: 'FORBIDDEN',
    });
    await assert.rejects(node.service.show(report.batch, stranger), { code: 'NOT_FOUND' });
    assert.deepEqual((await node.service.list({}, stranger)).items, []);
    const page = await node.service.list({ product: 'sales.mine', limit: 1 }, platform);
    assert.deepEqual([page.items.map((r) => r.batch), page.next], [[report.batch], null]);
  });
});
