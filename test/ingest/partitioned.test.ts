/**
 * Batches of a partitioned and sorted table, from bytes to files: records of several parts, duplicates that are taken out
 * again, held batches, a layout that changes, and too many partitions.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import type { SqlEngine } from '@weft/core/ingest/ports';
import type { BatchReport } from '@weft/core/ingest/report';
import { loadTable } from '@weft/core/lakehouse/commit';
import { ENTRY_STATUS, partitionCells } from '@weft/core/lakehouse/manifest';
import { readManifest, readManifestList } from '@weft/core/lakehouse/manifest-store';
import { bindSpec } from '@weft/core/lakehouse/partition';
import { pathOfUri } from '@weft/core/lakehouse/paths';
import { findSnapshot, planScan } from '@weft/core/lakehouse/scan';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import { currentColumns } from '@weft/core/lakehouse/table';
import { openTestEngine } from '../support/engine.ts';
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

function contract(
  product: string,
  options: { version?: string; transform?: string; more?: string; sort?: string } = {},
): string {
  const { version = '1.0.0', transform = 'month', more = '', sort = 'id desc' } = options;
  return `apiVersion: v3.1.0
kind: DataContract
id: ${product}-contract
version: ${version}
status: active
domain: sales
dataProduct: ${product}
${more}
schema:
  - name: ${product}
    customProperties: [{property: weftSortOrder, value: [${sort}]}]
    properties:
      - {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
      - name: day
        logicalType: date
        partitioned: true
        partitionKeyPosition: 1
        customProperties: [{property: weftPartitionTransform, value: '${transform}'}]
`;
}

async function ingest(product: string, csv: string): Promise<BatchReport> {
  return await node.service.ingest({
    product: `sales.${product}`,
    body: bodyOf(csv),
    key: null,
    format: null,
    name: 'rows.csv',
    subject: producer,
  });
}

async function tableOf(product: string) {
  const row = await nodeDbOf(node.store)
    .selectFrom('tables')
    .selectAll()
    .where('table_name', '=', product)
    .executeTakeFirstOrThrow();
  return await loadTable(node.deps.lakehouse, row.metadata_location ?? '');
}

/** Partition, spec and rows of every live file, in the order of its rows. */
async function filesOf(product: string) {
  const metadata = await tableOf(product);
  const snapshot = findSnapshot(metadata);
  const found: { partition: string; spec: number; ids: number[] }[] = [];
  for (const manifest of snapshot === null
    ? []
    : await readManifestList(node.deps.lakehouse, snapshot)) {
    for (const entry of await readManifest(node.deps.lakehouse, manifest)) {
      if (entry.status === ENTRY_STATUS.deleted) continue;
      const cells = partitionCells(entry, bindSpec(metadata, entry.specId));
      const source = readParquetSql([entry.path], currentColumns(metadata));
      const rows = await engine.rows(`SELECT id FROM ${source}`);
      const partition = [...cells.values()].map(String).join();
      found.push({ partition, spec: entry.specId, ids: rows.map((row) => Number(row['id'])) });
    }
  }
  return found.sort((a, b) => (a.ids[0] ?? 0) - (b.ids[0] ?? 0));
}

describe('a partitioned table', () => {
  it('has a file per partition of a batch, sorted; a repeated record is in none of them twice', async () => {
    node.publish(contract('months'));
    const report = await ingest(
      'months',
      'id,day\n1,2026-01-05\n2,2026-02-01\n3,2026-01-31\n3,2026-01-31\n4,1969-12-31\n5,x\n6,\n',
    );
    assert.equal(report.state, 'committed', report.because ?? '');
    assert.deepEqual(report.records, { in: 7, good: 5, quarantined: 1, duplicates: 1 });
    assert.deepEqual(await filesOf('months'), [
      { partition: '673', spec: 1, ids: [2] },
      { partition: '672', spec: 1, ids: [3, 1] },
      { partition: '-1', spec: 1, ids: [4] },
      { partition: 'null', spec: 1, ids: [6] },
    ]);
    const metadata = await tableOf('months');
    const filter = {
      op: 'ge',
      column: 'day',
      value: { type: 'date', value: '2026-02-01' },
    } as const;
    assert.equal((await planScan(node.deps.lakehouse, metadata, { filter })).length, 1);
    const names = await fs.readdir(`${pathOfUri(metadata.location)}/data`);
    assert.equal(names.length, 4, 'what the repeated record was in is gone');
  });

  it('keeps the partitions of a held batch until it is released', async () => {
    node.publish(
      contract('held', { more: 'customProperties: [{property: weftBadShareMax, value: 0.1}]' }),
    );
    const report = await ingest('held', 'id,day\n1,2026-01-05\n2,2026-02-01\n3,x\n');
    assert.equal(report.state, 'held');
    await node.service.release(report.batch, null, producer);
    assert.deepEqual(await filesOf('held'), [
      { partition: '672', spec: 1, ids: [1] },
      { partition: '673', spec: 1, ids: [2] },
    ]);
  });

  it('follows its contract to another layout; files that are there keep theirs', async () => {
    node.publish(contract('moved'));
    await ingest('moved', 'id,day\n1,2026-01-05\n2,2026-01-06\n');
    node.publish(contract('moved', { version: '1.1.0', transform: 'day', sort: 'id asc' }));
    await ingest('moved', 'id,day\n4,2026-01-05\n3,2026-01-05\n5,2026-01-06\n');
    assert.deepEqual(await filesOf('moved'), [
      { partition: '672', spec: 1, ids: [2, 1] },
      { partition: '20458', spec: 2, ids: [3, 4] },
      { partition: '20459', spec: 2, ids: [5] },
    ]);
  });

  it('refuses a batch of too many partitions by name, and stays as it was', async () => {
    node.publish(contract('many', { transform: 'day' }));
    await ingest('many', 'id,day\n1,2026-01-05\n');
    const days = Array.from({ length: 1_001 }, (_, i) =>
      new Date(i * 86_400_000).toISOString().slice(0, 10),
    );
    const report = await ingest(
      'many',
      `id,day\n${days.map((day, i) => `${i + 2},${day}\n`).join('')}`,
    );
    assert.equal(report.state, 'failed');
    assert.equal(report.problem?.code, 'PARTITIONS_TOO_MANY');
    assert.match(report.because ?? '', /more than 1000 partitions by day of day/);
    assert.deepEqual(await filesOf('many'), [{ partition: '20458', spec: 1, ids: [1] }]);
    assert.equal((await ingest('many', 'id,day\n2,2026-01-05\n')).state, 'committed');
  });
});
