/**
 * Rows that another engine deleted: the table that Spark wrote, with its position deletes, read and compacted. The oracle is
 * what Spark printed. The files lie in `core/src/lakehouse/fixtures/spark-orders` (see its README for how they were made);
 * every path in them begins with /tmp/weft-golden.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { loadTable, stageAppend } from '@weft/core/lakehouse/commit';
import { planCompaction } from '@weft/core/lakehouse/compaction';
import type { LakehousePorts, ObjectStore } from '@weft/core/lakehouse/ports';
import { stageRewrite } from '@weft/core/lakehouse/rewrite';
import { planRead, planScan } from '@weft/core/lakehouse/scan';
import { parsePrimitive } from '@weft/core/lakehouse/schema';
import { readTableSql } from '@weft/core/lakehouse/sql';
import type { BoundColumn, DataFile, ReadFile, TableMetadata } from '@weft/core/lakehouse/types';
import { openTestEngine } from '../support/engine.ts';
import { portsOn } from './support.ts';

const FOLDER = join(import.meta.dirname, '../../core/src/lakehouse/fixtures/spark-orders');
const BASE = '/tmp/weft-golden/gold';

let engine: SqlEngine;
before(async () => {
  engine = await openTestEngine();
  mkdirSync(BASE, { recursive: true });
  if (existsSync(`${BASE}/orders`)) return;
  // Why: another clone may have left a link to where it was.
  rmSync(`${BASE}/orders`, { force: true });
  symlinkSync(FOLDER, `${BASE}/orders`);
});
after(() => engine.close());

/** The fixture for reading; what is written stays in memory. */
function overlay(): { ports: LakehousePorts; written: Map<string, Uint8Array> } {
  const written = new Map<string, Uint8Array>();
  const objects: ObjectStore = {
    get: async (uri) =>
      written.get(uri) ??
      new Uint8Array(
        readFileSync(uri.replace(/^file:(\/\/)?\/tmp\/weft-golden\/gold\/orders/, FOLDER)),
      ),
    put: async (uri, bytes) => void written.set(uri, bytes),
    delete: async (uri) => void written.delete(uri),
    list: async () => [],
  };
  return { ports: portsOn(objects), written };
}

async function goldenTable(
  ports: LakehousePorts,
): Promise<{ metadata: TableMetadata; location: string }> {
  const newest = readdirSync(join(FOLDER, 'metadata')).find((name) => name.endsWith('.json'));
  const location = `file://${BASE}/orders/metadata/${newest}`;
  return { metadata: await loadTable(ports, location), location };
}

/** Columns of simple types; the table has binary ones, too, which Weft has not got. */
function columnsOf(metadata: TableMetadata): BoundColumn[] {
  const schema = metadata.schemas.find((s) => s['schema-id'] === metadata['current-schema-id']);
  return (schema?.fields ?? []).flatMap((field) => {
    const type = typeof field.type === 'string' ? parsePrimitive(field.type) : null;
    const { name, id: fieldId } = field;
    return type === null
      ? []
      : [{ id: name, name, type, required: false, doc: null, fieldId, field }];
  });
}

async function idsOf(files: readonly ReadFile[], metadata: TableMetadata): Promise<string[]> {
  const rows = await engine.rows(
    `SELECT CAST(id AS VARCHAR) AS text FROM ${readTableSql(files, columnsOf(metadata))} ORDER BY id`,
  );
  return rows.map((row) => String(row['text']));
}

const EXPECTED = ['1', '3', '4', '5', '9007199254740993'];

test('deleted rows are not shown, and a plan that cannot leave them out is refused', async () => {
  const { ports } = overlay();
  const { metadata } = await goldenTable(ports);
  await assert.rejects(planScan(ports, metadata), { code: 'TABLE_UNSUPPORTED' });
  const files = await planRead(ports, metadata);
  assert.deepEqual(await idsOf(files, metadata), EXPECTED);
  const lines = readFileSync(join(FOLDER, 'dump/rows-current.ndjson'), 'utf8').trim().split('\n');
  assert.equal(lines.length, EXPECTED.length);
  // Without the deletes the rows are there: the test would see them.
  const bare = files.map((file) => ({ ...file, deletes: [] }));
  assert.equal((await idsOf(bare, metadata)).length, EXPECTED.length + 2);
  assert.equal(files.filter((file) => file.deletes.length > 0).length, 2);
});

test('an old snapshot, from before the deletes, has its rows', async () => {
  const { ports } = overlay();
  const { metadata } = await goldenTable(ports);
  const files = await planRead(ports, metadata, { snapshotId: 5431825156846892687n });
  assert.equal((await idsOf(files, metadata)).length, EXPECTED.length + 2);
});

test('deletes hold for files that were there, not for those that come later', async () => {
  const { ports } = overlay();
  const { metadata, location } = await goldenTable(ports);
  const files = await planRead(ports, metadata);
  const target = files.find((file) => file.deletes.length > 0);
  assert.ok(target !== undefined);
  const cells: [number, string | bigint | null][] = [
    [1000, 'DE'],
    [1001, 0n],
    [1002, 1n],
  ];
  const fresh: DataFile = {
    path: `${target.path}.later.parquet`,
    records: 1,
    bytes: 1,
    columnSizes: new Map(),
    valueCounts: new Map(),
    nullCounts: new Map(),
    nanCounts: new Map(),
    lowerBounds: new Map(),
    upperBounds: new Map(),
    partition: { specId: metadata['default-spec-id'], cells: new Map(cells) },
  };
  const staged = await stageAppend(ports, {
    base: metadata,
    files: [fresh],
    summary: {},
    baseLocation: location,
  });
  const plan = await planRead(ports, staged.metadata);
  assert.deepEqual(plan.find((file) => file.path === fresh.path)?.deletes, []);
  assert.equal(plan.filter((file) => file.deletes.length > 0).length, 2);
});

test('compaction takes files with deleted rows first, and after all of them the deletes are over', async () => {
  const { ports } = overlay();
  const { metadata, location } = await goldenTable(ports);
  const files = await planRead(ports, metadata);
  const policy = { targetBytes: 1 << 20, filesMin: 100, runBytesMax: 1 << 20 };
  const chosen = planCompaction(files, policy).flat();
  assert.deepEqual(
    chosen.map((file) => file.path).sort(),
    files
      .filter((file) => file.deletes.length > 0)
      .map((file) => file.path)
      .sort(),
  );
  const rewrite = (remove: readonly ReadFile[], startSequence: number) =>
    stageRewrite(ports, {
      base: metadata,
      baseLocation: location,
      operation: 'replace',
      remove: remove.map((file) => file.path),
      add: [],
      startSequence,
      summary: {},
    });
  const last = metadata['last-sequence-number'];
  const some = await rewrite(chosen, last);
  assert.ok((await planRead(ports, some.metadata)).every((file) => file.deletes.length === 0));
  const all = await rewrite(files, last);
  assert.deepEqual(await planScan(ports, all.metadata), []);
  // Who read the table before the deletes must not commit over them.
  await assert.rejects(rewrite(chosen, last - 1), { code: 'COMMIT_CONFLICT' });
});
