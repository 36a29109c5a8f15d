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
import type { Constant } from '@weft/core/lib/predicate';
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

interface TransformCase {
  name: string;
  /** Of the column `part`. */
  type: string;
  transform: string;
  /** Its values by id, from 0. */
  rows: string[];
  /** Cell and ids of each file. Buckets are those of Appendix B of the specification. */
  partitions: [string, number[]][];
  /** A value, and the rows of the files in which it may be. */
  pruned: [Constant, number];
}

const TRANSFORMS: readonly TransformCase[] = [
  {
    name: 'by_text',
    type: 'logicalType: string',
    transform: 'identity',
    rows: ['Köln', 'Ulm', '', 'Köln', "O'Hara/=%"],
    partitions: [
      ['Köln', [0, 3]],
      ['Ulm', [1]],
      ['null', [2]],
      ["O'Hara/=%", [4]],
    ],
    pruned: [{ type: 'string', value: 'Köln' }, 2],
  },
  {
    name: 'by_number',
    type: 'logicalType: integer',
    transform: 'identity',
    rows: ['7', '-7', '7'],
    partitions: [
      ['7', [0, 2]],
      ['-7', [1]],
    ],
    pruned: [{ type: 'long', value: '-7' }, 1],
  },
  {
    name: 'by_day',
    type: 'logicalType: timestamp',
    transform: 'day',
    rows: ['2026-01-05T23:59:59.999999', '2026-01-06T00:00:00', '1969-12-31T23:00:00', ''],
    partitions: [
      ['20458', [0]],
      ['20459', [1]],
      ['-1', [2]],
      ['null', [3]],
    ],
    pruned: [{ type: 'timestamp', value: '1969-12-31T23:00:00.000000Z' }, 1],
  },
  {
    name: 'by_month',
    type: 'logicalType: date',
    transform: 'month',
    rows: ['2026-01-05', '2026-02-01', '2026-01-31'],
    partitions: [
      ['672', [0, 2]],
      ['673', [1]],
    ],
    pruned: [{ type: 'date', value: '2026-02-01' }, 1],
  },
  {
    name: 'by_bucket',
    type: 'logicalType: integer',
    transform: 'bucket[16]',
    // The hash of 34 is 2017239379: bucket 3.
    rows: ['34', '34', ''],
    partitions: [
      ['3', [0, 1]],
      ['null', [2]],
    ],
    pruned: [{ type: 'long', value: '34' }, 2],
  },
  {
    name: 'by_bucket_of_text',
    type: 'logicalType: string',
    transform: 'bucket[100]',
    // The hash of iceberg is 1210000089: bucket 89.
    rows: ['iceberg', '', 'iceberg'],
    partitions: [
      ['89', [0, 2]],
      ['null', [1]],
    ],
    pruned: [{ type: 'string', value: 'iceberg' }, 2],
  },
  {
    name: 'by_start',
    type: 'logicalType: string',
    transform: 'truncate[2]',
    rows: ['Köln', 'Kötz', 'K', '😀😀a'],
    partitions: [
      ['Kö', [0, 1]],
      ['K', [2]],
      ['😀😀', [3]],
    ],
    pruned: [{ type: 'string', value: 'Kötz' }, 2],
  },
  {
    name: 'by_range',
    type: 'logicalType: integer',
    transform: 'truncate[10]',
    rows: ['1', '9', '-1', '10'],
    partitions: [
      ['0', [0, 1]],
      ['-10', [2]],
      ['10', [3]],
    ],
    pruned: [{ type: 'long', value: '-1' }, 1],
  },
];

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

  it('has a file per value of each transform that a contract may name, of every type, and finds it again', async () => {
    for (const { name, type, transform, rows, partitions, pruned } of TRANSFORMS) {
      node.publish(`apiVersion: v3.1.0
kind: DataContract
id: ${name}-contract
version: 1.0.0
status: active
domain: sales
dataProduct: ${name}
schema:
  - name: ${name}
    properties:
      - {name: id, logicalType: integer}
      - name: part
        ${type}
        partitioned: true
        partitionKeyPosition: 1
        customProperties: [{property: weftPartitionTransform, value: '${transform}'}]
`);
      const report = await ingest(name, `id,part\n${rows.map((r, i) => `${i},${r}\n`).join('')}`);
      assert.equal(report.state, 'committed', `${name}: ${report.because}`);
      assert.equal(report.records.good, rows.length, name);
      const files = await filesOf(name);
      assert.deepEqual(
        files.map(({ partition, ids }) => [partition, ids]),
        partitions,
        name,
      );
      const [value, found] = pruned;
      const filter = { op: 'eq', column: 'part', value } as const;
      const kept = await planScan(node.deps.lakehouse, await tableOf(name), { filter });
      assert.equal(
        kept.reduce((sum, file) => sum + file.records, 0),
        found,
        `${name} pruned`,
      );
    }
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
