/**
 * Rewrites on the memory store: what a replaced file leaves behind in manifests, summaries and older snapshots, and when a
 * rewrite is refused.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stageAppend, type TablePointer } from '@weft/core/lakehouse/commit';
import { planCompaction } from '@weft/core/lakehouse/compaction';
import { ENTRY_STATUS } from '@weft/core/lakehouse/manifest';
import { readManifest, readManifestList } from '@weft/core/lakehouse/manifest-store';
import type { LakehousePorts } from '@weft/core/lakehouse/ports';
import { stageRewrite } from '@weft/core/lakehouse/rewrite';
import { findSnapshot, planScan } from '@weft/core/lakehouse/scan';
import { createTable } from '@weft/core/lakehouse/table';
import type { ReadFile } from '@weft/core/lakehouse/types';
import fc from 'fast-check';
import { createMemoryObjectStore } from '../../server/src/adapters/object-store-memory.ts';
import { column, fakeFile, portsOn } from './support.ts';

async function append(
  ports: LakehousePorts,
  pointer: TablePointer,
  ...names: string[]
): Promise<TablePointer> {
  const staged = await stageAppend(ports, {
    base: pointer.metadata,
    files: names.map((name) => fakeFile(name, 10)),
    summary: {},
    baseLocation: pointer.location,
  });
  return { metadata: staged.metadata, location: staged.metadataLocation };
}

async function rewrite(
  ports: LakehousePorts,
  pointer: TablePointer,
  options: { remove: string[]; add: string[]; startSequence: number; records?: number },
): Promise<TablePointer> {
  const { remove, add, startSequence, records } = options;
  const staged = await stageRewrite(ports, {
    base: pointer.metadata,
    baseLocation: pointer.location,
    operation: 'replace',
    remove: remove.map((name) => fakeFile(name).path),
    add: add.map((name) => fakeFile(name, records ?? 10 * remove.length)),
    startSequence,
    summary: { 'weft.upkeep': 'compaction' },
  });
  return { metadata: staged.metadata, location: staged.metadataLocation };
}

function newTable(): TablePointer {
  const metadata = createTable({
    uuid: 'u',
    location: 'file:///t',
    columns: [column('id', { kind: 'long' })],
    properties: {},
    now: 1,
  });
  return { metadata, location: null };
}

async function names(
  ports: LakehousePorts,
  pointer: TablePointer,
  snapshotId?: number | bigint,
): Promise<string[]> {
  const files = await planScan(
    ports,
    pointer.metadata,
    snapshotId === undefined ? {} : { snapshotId },
  );
  return files.map((file) => file.path.replace(/.*\/(.*)\.parquet/, '$1')).sort();
}

test('a rewrite stands on what came since it was read; older snapshots keep their files', async () => {
  const ports = portsOn(createMemoryObjectStore());
  let table = newTable();
  for (const name of ['a', 'b', 'c']) table = await append(ports, table, name);
  const startSequence = table.metadata['last-sequence-number'];
  const before = table.metadata['current-snapshot-id'] ?? 0;
  table = await append(ports, table, 'd');
  table = await rewrite(ports, table, { remove: ['a', 'c'], add: ['ac'], startSequence });
  assert.deepEqual(await names(ports, table), ['ac', 'b', 'd']);
  assert.deepEqual(await names(ports, table, before), ['a', 'b', 'c']);
  const snapshot = findSnapshot(table.metadata);
  assert.ok(snapshot !== null);
  const { operation, ...summary } = snapshot.summary;
  assert.equal(operation, 'replace');
  assert.deepEqual(
    [
      summary['deleted-data-files'],
      summary['deleted-records'],
      summary['removed-files-size'],
      summary['total-data-files'],
      summary['total-records'],
      summary['total-files-size'],
    ],
    ['2', '20', '200', '3', '40', '300'],
  );
  const entries = [];
  for (const manifest of await readManifestList(ports, snapshot)) {
    const read = await readManifest(ports, manifest);
    const count = (status: number): number => read.filter((e) => e.status === status).length;
    assert.equal(manifest.addedFiles, count(ENTRY_STATUS.added));
    assert.equal(manifest.existingFiles, count(ENTRY_STATUS.existing));
    assert.equal(manifest.deletedFiles, count(ENTRY_STATUS.deleted));
    entries.push(...read);
  }
  const gone = entries.filter((entry) => entry.status === ENTRY_STATUS.deleted);
  assert.deepEqual(
    gone.map((entry) => [entry.snapshotId, entry.sequence]),
    [
      [snapshot['snapshot-id'], 3],
      [snapshot['snapshot-id'], 1],
    ],
  );
  table = await append(ports, table, 'e');
  assert.deepEqual(await names(ports, table), ['ac', 'b', 'd', 'e']);
});

test('of two rewrites of one file the second is refused, and nothing of it stays', async () => {
  const ports = portsOn(createMemoryObjectStore());
  let table = newTable();
  for (const name of ['a', 'b', 'c']) table = await append(ports, table, name);
  const options = { add: ['x'], startSequence: 3 };
  table = await rewrite(ports, table, { remove: ['a', 'b'], ...options });
  const stored = (await ports.objects.list('file:///t/metadata/')).length;
  await assert.rejects(rewrite(ports, table, { remove: ['b', 'c'], ...options }), {
    code: 'COMMIT_CONFLICT',
  });
  assert.equal((await ports.objects.list('file:///t/metadata/')).length, stored);
  assert.deepEqual(await names(ports, table), ['c', 'x']);
});

test('manifests of rewritten files are merged like others, and none that is empty is carried on', async () => {
  const ports = portsOn(createMemoryObjectStore());
  let table = newTable();
  for (let i = 0; i < 230; i++) {
    table = await append(ports, table, `f${i}`);
    if (i % 10 !== 9) continue;
    const remove = Array.from({ length: 10 }, (_, n) => `f${i - n}`);
    const startSequence = table.metadata['last-sequence-number'];
    table = await rewrite(ports, table, { remove, add: [`m${i}`], startSequence });
  }
  const snapshot = findSnapshot(table.metadata);
  assert.ok(snapshot !== null);
  const manifests = await readManifestList(ports, snapshot);
  assert.ok(manifests.length < 60, `${manifests.length} manifests`);
  assert.equal((await names(ports, table)).length, 23);
  assert.equal(snapshot.summary['total-records'], '2300');
});

const FILE: ReadFile = {
  path: '',
  records: 1,
  bytes: 0,
  sequence: 0,
  partition: '',
  deletes: [],
};

const POLICY = { targetBytes: 128 << 20, filesMin: 8, runBytesMax: 512 << 20 };

test('compaction keeps the number of files low and writes each byte a few times only', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 2_000, max: 3_000_000 }), { minLength: 50, maxLength: 400 }),
      (sizes) => {
        let files: ReadFile[] = [];
        let written = 0;
        sizes.forEach((bytes, i) => {
          files.push({ ...FILE, path: `f${i}`, bytes, sequence: i });
          for (const group of planCompaction(files, POLICY)) {
            const total = group.reduce((sum, file) => sum + file.bytes, 0);
            written += total;
            files = files.filter((file) => !group.includes(file));
            files.push({ ...FILE, path: `${group[0]?.path}+`, bytes: total, sequence: i });
          }
        });
        const all = sizes.reduce((a, b) => a + b, 0);
        assert.equal(
          files.reduce((sum, file) => sum + file.bytes, 0),
          all,
        );
        assert.ok(
          files.length <= 8 * 5 + Math.ceil(all / (POLICY.targetBytes * 0.5)),
          `${files.length} files`,
        );
        assert.ok(written <= all * 5, `${written / all} times`);
      },
    ),
    { numRuns: 30, seed: Number(process.env['WEFT_SEED'] ?? 1) },
  );
});

test('compaction stays within partitions and its bounds, and takes up files with deleted rows', () => {
  const small = Array.from({ length: 20 }, (_, i) => ({
    ...FILE,
    path: `s${i}`,
    bytes: 20_000,
    partition: i % 2 === 0 ? 'p' : 'q',
  }));
  const groups = planCompaction(small, POLICY);
  assert.deepEqual(
    groups.map((group) => [group.length, new Set(group.map((file) => file.partition)).size]),
    [
      [10, 1],
      [10, 1],
    ],
  );
  assert.deepEqual(planCompaction(small.slice(0, 10), POLICY), []);
  const large = small.map((file) => ({ ...file, partition: 'p', bytes: 127 << 20 }));
  assert.deepEqual(planCompaction(large, POLICY), []);
  const [first, ...others] = large;
  assert.ok(first !== undefined);
  const marked = [{ ...first, deletes: ['d'] }, ...others];
  assert.deepEqual(planCompaction(marked, POLICY), [[marked[0]]]);
  const middle = small.map((file) => ({ ...file, partition: 'p', bytes: 60 << 20 }));
  const run = planCompaction(middle, POLICY);
  assert.ok(run.flat().reduce((sum, file) => sum + file.bytes, 0) <= POLICY.runBytesMax);
  assert.ok(run.length > 1 && run.every((group) => group.length > 1));
});
