/**
 * Rows that another engine deleted: the table that Spark wrote, with its position deletes, read, merged, projected and checked
 * by rules. The oracle is what Spark printed, every value of every column. The files lie in `core/src/lakehouse/fixtures/spark-orders` (see its README for how they were made);
 * every path in them begins with /tmp/weft-golden.
 */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { compileIngestPlan } from '@weft/core/contract/compile/ingest-plan';
import { readContract } from '@weft/core/contract/read';
import { checkTable } from '@weft/core/ingest/check-table';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { loadTable, stageAppend } from '@weft/core/lakehouse/commit';
import { planCompaction } from '@weft/core/lakehouse/compaction';
import { fileLayout } from '@weft/core/lakehouse/layout';
import { pathOfUri } from '@weft/core/lakehouse/paths';
import type { LakehousePorts, ObjectStore } from '@weft/core/lakehouse/ports';
import { stageRewrite } from '@weft/core/lakehouse/rewrite';
import { rewriteFiles } from '@weft/core/lakehouse/rewrite-files';
import { planRead, planScan } from '@weft/core/lakehouse/scan';
import { readTableSql } from '@weft/core/lakehouse/sql';
import { currentColumns } from '@weft/core/lakehouse/table';
import type { DataFile, ReadFile, TableFile, TableMetadata } from '@weft/core/lakehouse/types';
import { must } from '@weft/core/lib/assert';
import { buildProjection } from '@weft/core/query/project';
import { createCheckFiles } from '../../server/src/adapters/check-files.ts';
import { openTestEngine } from '../support/engine.ts';
import { assertGoldenRows, FOLDER, goldenColumns, withoutBinary } from './spark-golden.ts';
import { portsOn } from './support.ts';

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

async function assertGolden(
  files: readonly ReadFile[],
  metadata: TableMetadata,
  dump = 'rows-current.ndjson',
): Promise<void> {
  const columns = goldenColumns(metadata);
  await assertGoldenRows(engine, { relation: readTableSql(files, columns), columns, dump });
}

async function countOf(files: readonly ReadFile[], metadata: TableMetadata): Promise<number> {
  const relation = readTableSql(files, goldenColumns(metadata));
  const [row] = await engine.rows(`SELECT count(*) AS n FROM ${relation}`);
  return Number(row?.['n']);
}

/** Rows that are there, and those of which another engine deleted one each in two files. */
const ROWS = 5;
const DELETED = 2;

test('deleted rows are not shown, and a plan that cannot leave them out is refused', async () => {
  const { ports } = overlay();
  const { metadata } = await goldenTable(ports);
  await assert.rejects(planScan(ports, metadata), { code: 'TABLE_UNSUPPORTED' });
  const files = await planRead(ports, metadata);
  await assertGolden(files, metadata);
  // Without the deletes the rows are there: the test would see them.
  const bare = files.map((file) => ({ ...file, deletes: [] }));
  assert.equal(await countOf(bare, metadata), ROWS + DELETED);
  await assert.rejects(assertGolden(bare, metadata));
  assert.equal(files.filter((file) => file.deletes.length > 0).length, 2);
});

test('an old snapshot, from before the deletes, has its rows', async () => {
  const { ports } = overlay();
  const { metadata } = await goldenTable(ports);
  const files = await planRead(ports, metadata, { snapshotId: 5431825156846892687n });
  assert.equal(await countOf(files, metadata), ROWS + DELETED);
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

/** A directory for files that are made of the table's, and a merge into it. */
function scratch(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'weft-deletes-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test('a merge of files with deleted rows writes the rows that are left, whole', async (t) => {
  const { ports } = overlay();
  const golden = await goldenTable(ports);
  const metadata = withoutBinary(golden.metadata);
  const files = await planRead(ports, metadata);
  const chosen = files.filter((file) => file.deletes.length > 0);
  assert.equal(chosen.length, 2);
  const merge = async (sources: ReadFile[], name: string, rowsLeft: number) => {
    const merged = await rewriteFiles(
      { engine, files: createCheckFiles() },
      {
        sources,
        columns: currentColumns(metadata),
        layout: fileLayout(metadata),
        directory: scratch(t),
        name,
      },
    );
    assert.equal(merged.rowsRead, rowsLeft);
    assert.equal(
      merged.files.reduce((sum, file) => sum + file.records, 0),
      rowsLeft,
    );
    const staged = await stageRewrite(ports, {
      base: metadata,
      baseLocation: golden.location,
      operation: 'replace',
      remove: sources.map((file) => file.path),
      add: merged.files,
      startSequence: metadata['last-sequence-number'],
      summary: {},
    });
    const after = await planRead(ports, staged.metadata);
    await assertGolden(after, staged.metadata);
    return { after, staged };
  };
  const left = await countOf(chosen, metadata);
  const some = await merge(chosen, 'some', left);
  assert.ok(some.after.every((file) => file.deletes.length === 0));
  // After all of them no delete is left that a plan without deletes would have to refuse.
  const all = await merge(files, 'all', ROWS);
  assert.equal((await planScan(ports, all.staged.metadata)).length, all.after.length);
});

test('a projection of files with deleted rows shows the rows that are left, also where all is permitted', async (t) => {
  const { ports } = overlay();
  const metadata = withoutBinary((await goldenTable(ports)).metadata);
  const columns = currentColumns(metadata);
  const files = await planRead(ports, metadata);
  const directory = scratch(t);
  const projection = buildProjection([
    {
      gate: { domain: 'gold', table: 'orders', major: 1, name: 'orders', mentioned: null },
      decision: {
        table: { domain: 'gold', table: 'orders', major: 1 },
        product: 'gold.orders',
        contract: { id: 'c', version: '1.0.0', hash: 'a'.repeat(64) },
        decision: 'permit',
        reason: '',
        agreement: null,
        columns: columns.map(({ name }) => name),
        hidden: [],
        rowFilter: { op: 'true' },
        rowFilterText: null,
        sets: [],
        policyVersion: null,
        meshPolicyVersion: null,
        masks: [],
        rollUp: null,
        rowLimit: null,
        mayExport: true,
      },
      columns,
      storedFieldIds: columns.map(({ fieldId }) => fieldId),
      files,
    },
  ]);
  const paths: string[] = [];
  for (const [i, part] of projection.parts.entries()) {
    const target = join(directory, `${i}.parquet`);
    const [source = ''] = part.sources;
    if (part.form !== null) await engine.run(part.copyTo(target));
    paths.push(part.form === null ? pathOfUri(source) : target);
  }
  for (const statement of projection.viewsOver(paths)) await engine.run(statement);
  await assertGoldenRows(engine, {
    relation: 'gold.orders',
    columns,
    dump: 'rows-current.ndjson',
  });
});

const RULES = `apiVersion: v3.1.0
kind: DataContract
id: c
version: 1.0.0
status: active
domain: gold
dataProduct: orders
schema:
  - name: orders
    quality:
      - {id: rows, type: library, metric: rowCount, mustBe: ${ROWS}, customProperties: [{property: weftScope, value: table}]}
    properties:
      - {name: id, logicalType: integer}
      - {name: region, logicalType: string}
`;

test('rules on a table, and keys that are looked for in it, do not see deleted rows', async () => {
  const { ports } = overlay();
  const metadata = withoutBinary((await goldenTable(ports)).metadata);
  const { value } = readContract(RULES);
  const plan = compileIngestPlan(must(value, 'contract').model, { hash: 'a'.repeat(64) });
  const files = await planRead(ports, metadata);
  const columns = currentColumns(metadata);
  const request = { plan, columns, earlierRows: [], references: [], now: '2026-11-29T00:00:00Z' };
  const rowsBy = async (tableFiles: TableFile[]): Promise<string | null | undefined> => {
    const results = await checkTable(
      { engine, contractEngine: engine, openRules: () => assert.fail('no query') },
      { ...request, tableFiles },
    );
    return results.find(({ id }) => id === 'rows')?.value;
  };
  assert.equal(await rowsBy(files), String(ROWS));
  const bare = files.map((file) => ({ ...file, deletes: [] }));
  assert.equal(await rowsBy(bare), String(ROWS + DELETED));
});
