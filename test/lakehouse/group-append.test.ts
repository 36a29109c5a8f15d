/**
 * Several appends in one version of a table: what they leave is what the same appends leave one after the other, but for the
 * versions in between.
 *
 * The oracle is the single append, whose own tests are in `commit.test.ts`.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadTable, stageAppend, stageAppends } from '@weft/core/lakehouse/commit';
import { readManifest, readManifestList } from '@weft/core/lakehouse/manifest-store';
import type { LakehousePorts } from '@weft/core/lakehouse/ports';
import { planScan } from '@weft/core/lakehouse/scan';
import { createTable } from '@weft/core/lakehouse/table';
import type { TableMetadata } from '@weft/core/lakehouse/types';
import { must } from '@weft/core/lib/assert';
import fc from 'fast-check';
import { createMemoryObjectStore } from '../../server/src/adapters/object-store-memory.ts';
import { column, fakeFile, portsOn } from './support.ts';

function emptyTable(): TableMetadata {
  return createTable({
    uuid: '00000000-0000-4000-8000-000000000000',
    location: 'file:///t',
    columns: [column('id', { kind: 'long' })],
    properties: {},
    now: 1,
  });
}

interface Built {
  ports: LakehousePorts;
  metadata: TableMetadata;
  unreachable: Set<string>;
  written: Set<string>;
}

interface Base {
  base: TableMetadata;
  baseLocation: string | null;
}

const append = (no: number) => ({
  files: [fakeFile(`f${no}`, no + 1)],
  summary: { 'weft.batch': `b${no}` },
});

/** Commits appends in groups of the given sizes. */
async function build(sizes: readonly number[]): Promise<Built> {
  const ports = portsOn(createMemoryObjectStore());
  let metadata = emptyTable();
  let baseLocation: string | null = null;
  let no = 0;
  const unreachable = new Set<string>();
  const written = new Set<string>();
  for (const size of sizes) {
    const appends = Array.from({ length: size }, () => append(no++));
    const options: Base = { base: metadata, baseLocation };
    const [only] = appends;
    const staged =
      size === 1
        ? await stageAppend(ports, { ...options, ...must(only, 'append') })
        : await stageAppends(ports, { ...options, appends });
    for (const uri of staged.unreachable) unreachable.add(uri);
    for (const uri of staged.written) written.add(uri);
    baseLocation = staged.metadataLocation;
    metadata = await loadTable(ports, baseLocation);
  }
  return { ports, metadata, unreachable, written };
}

/** What a reader finds: each kept snapshot with its files, their sequences, and its summary. */
async function readAll({ ports, metadata }: Built) {
  const snapshots = [];
  for (const snapshot of metadata.snapshots) {
    const files = await planScan(ports, metadata, { snapshotId: snapshot['snapshot-id'] });
    snapshots.push({
      sequence: snapshot['sequence-number'],
      hasParent: snapshot['parent-snapshot-id'] !== undefined,
      summary: snapshot.summary,
      files: files.map(({ path, sequence, records }) => ({ path, sequence, records })),
    });
  }
  return { last: metadata['last-sequence-number'], snapshots };
}

/** Every file that a kept snapshot needs. */
async function neededBy({ ports, metadata }: Built): Promise<Set<string>> {
  const needed = new Set<string>();
  for (const snapshot of metadata.snapshots) {
    needed.add(snapshot['manifest-list']);
    for (const manifest of await readManifestList(ports, snapshot)) {
      needed.add(manifest.path);
      for (const entry of await readManifest(ports, manifest)) needed.add(entry.path);
    }
  }
  return needed;
}

async function assertSame(sizes: readonly number[]): Promise<void> {
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const [grouped, single] = [
    await build(sizes),
    await build(Array.from({ length: count }, () => 1)),
  ];
  const [ours, theirs] = [await readAll(grouped), await readAll(single)];
  // Why the last ones: how many old snapshots are kept depends on when a commit looked.
  const kept = Math.min(ours.snapshots.length, theirs.snapshots.length);
  assert.ok(kept >= Math.min(count, 100), `${kept} of ${count} snapshots are kept`);
  assert.deepEqual(ours.snapshots.slice(-kept), theirs.snapshots.slice(-kept));
  assert.equal(ours.last, theirs.last);
  const needed = await neededBy(grouped);
  for (const uri of grouped.unreachable) assert.ok(!needed.has(uri), `${uri} is needed`);
  const versions = grouped.metadata['metadata-log'].length + 1;
  assert.equal(versions, Math.min(sizes.length, 101), 'one version for each group');
}

test('groups of any sizes leave the table that single appends leave', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 }),
      assertSame,
    ),
    { numRuns: 15 },
  );
});

test('also where manifests are merged and old snapshots go in the middle of a group', async () => {
  await assertSame([16, 16, 16, 16, 16, 16, 16, 16, 16, 5]);
});

test('what is remembered of a list that was written is what stands in it', async () => {
  const built = await build([1, 3, 1]);
  const { objects } = built.ports;
  const fresh = { ...built.ports, objects: { ...objects, get: (uri: string) => objects.get(uri) } };
  for (const snapshot of built.metadata.snapshots) {
    const remembered = await readManifestList(built.ports, snapshot);
    assert.deepEqual(remembered, await readManifestList(fresh, snapshot));
  }
});

test('a group that cannot be written leaves nothing', async () => {
  const objects = createMemoryObjectStore();
  const ports = portsOn(objects);
  let puts = 0;
  const failing = {
    ...ports,
    objects: {
      get: (uri: string) => objects.get(uri),
      delete: (uri: string) => objects.delete(uri),
      list: (prefix: string) => objects.list(prefix),
      async put(uri: string, bytes: Uint8Array, options?: { ifNoneMatch?: boolean }) {
        if (++puts === 5) throw new Error('the disk is gone');
        await objects.put(uri, bytes, options);
      },
    },
  };
  const appends = [append(0), append(1), append(2)];
  const staging = stageAppends(failing, { base: emptyTable(), appends, baseLocation: null });
  await assert.rejects(staging, /the disk is gone/);
  assert.deepEqual(await objects.list('file:///t/'), []);
});
