/**
 * Snapshot expiry: what is called unreachable is exactly what no kept snapshot needs. The oracle walks every snapshot of
 * the table with a fresh cache, file by file.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadTable, stageAppend, type TablePointer } from '@weft/core/lakehouse/commit';
import { stageExpire } from '@weft/core/lakehouse/expire';
import { ENTRY_STATUS } from '@weft/core/lakehouse/manifest';
import { readManifest, readManifestList } from '@weft/core/lakehouse/manifest-store';
import type { LakehousePorts } from '@weft/core/lakehouse/ports';
import { createTable } from '@weft/core/lakehouse/table';
import type { TableMetadata } from '@weft/core/lakehouse/types';
import fc from 'fast-check';
import { createMemoryObjectStore } from '../../server/src/adapters/object-store-memory.ts';
import { column, fakeFile, portsOn } from './support.ts';

/** Every file that the table's snapshots need: lists, manifests, live data files. */
async function referenced(ports: LakehousePorts, metadata: TableMetadata): Promise<Set<string>> {
  const fresh = { ...ports, objects: { ...ports.objects } };
  const found = new Set<string>();
  for (const snapshot of metadata.snapshots) {
    found.add(snapshot['manifest-list']);
    for (const manifest of await readManifestList(fresh, snapshot)) {
      found.add(manifest.path);
      for (const entry of await readManifest(fresh, manifest)) {
        if (entry.status !== ENTRY_STATUS.deleted) found.add(entry.path);
      }
    }
  }
  return found;
}

async function grow(ports: LakehousePorts, appends: number): Promise<TablePointer> {
  const metadata = createTable({
    uuid: 'u',
    location: 'file:///t',
    columns: [column('id', { kind: 'long' })],
    properties: { 'history.expire.min-snapshots-to-keep': '1000' },
    now: 1,
  });
  let pointer: TablePointer = { metadata, location: null };
  for (let i = 0; i < appends; i++) {
    const staged = await stageAppend(ports, {
      base: pointer.metadata,
      files: [fakeFile(`f${i}`)],
      summary: {},
      baseLocation: pointer.location,
    });
    pointer = { metadata: staged.metadata, location: staged.metadataLocation };
  }
  return pointer;
}

/** Some branches, tags and time limits, over tables whose history has merges in it or not. */
const plan = fc.record({
  appends: fc.constantFrom(1, 3, 5, 8, 12, 20, 104),
  keepLast: fc.integer({ min: 1, max: 6 }),
  age: fc.double({ min: 0, max: 1.1, noNaN: true }),
  tag: fc.option(fc.nat(200)),
  rewindTo: fc.option(fc.nat(200), { freq: 4 }),
});

test('unreachable is what no kept snapshot needs, no more and no less', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ appends, keepLast, age, tag, rewindTo }) => {
      const ports = portsOn(createMemoryObjectStore());
      const table = await grow(ports, appends);
      const base = withRefs(table.metadata, tag, rewindTo);
      const before = await referenced(ports, base);
      const times = base.snapshots.map((s) => s['timestamp-ms']);
      const olderThan = Math.min(...times) + age * (Math.max(...times) - Math.min(...times));
      const { staged, unreachable } = await stageExpire(ports, {
        base,
        baseLocation: table.location ?? '',
        olderThan,
        keepLast,
      });
      const after = await referenced(ports, staged.metadata);
      const dataAndManifests = unreachable.filter((uri) => !uri.endsWith('.json'));
      assert.deepEqual(new Set(dataAndManifests), difference(before, after));
      expectKept(base, staged.metadata, { olderThan, keepLast });
      assert.deepEqual(
        await loadTable(ports, staged.metadataLocation),
        JSON.parse(JSON.stringify(staged.metadata)),
      );
    }),
    { numRuns: 20, seed: Number(process.env['WEFT_SEED'] ?? 1) },
  );
});

function difference(a: Set<string>, b: Set<string>): Set<string> {
  return new Set([...a].filter((item) => !b.has(item)));
}

/** A tag on a snapshot, and the current branch set back, so that some snapshots are on no branch. */
function withRefs(
  metadata: TableMetadata,
  tag: number | null,
  rewindTo: number | null,
): TableMetadata {
  const at = (n: number): number | bigint =>
    metadata.snapshots[n % metadata.snapshots.length]?.['snapshot-id'] ?? 0;
  const current = rewindTo === null ? metadata['current-snapshot-id'] : at(rewindTo);
  assert.ok(current !== null);
  return {
    ...metadata,
    'current-snapshot-id': current,
    refs: {
      main: { 'snapshot-id': current, type: 'branch' },
      ...(tag === null ? {} : { keep: { 'snapshot-id': at(tag), type: 'tag' as const } }),
    },
  };
}

function expectKept(
  base: TableMetadata,
  after: TableMetadata,
  rule: { olderThan: number; keepLast: number },
): void {
  const kept = new Set(after.snapshots.map((s) => s['snapshot-id']));
  for (const ref of Object.values(base.refs)) assert.ok(kept.has(ref['snapshot-id']));
  for (const s of base.snapshots) {
    if (s['timestamp-ms'] >= rule.olderThan) {
      assert.ok(kept.has(s['snapshot-id']));
      const before = s['parent-snapshot-id'];
      assert.ok(before === undefined || kept.has(before), 'current until this one came');
    }
  }
  const chain = base.snapshots.findIndex((s) => s['snapshot-id'] === base['current-snapshot-id']);
  for (let i = chain; i > Math.max(-1, chain - rule.keepLast); i--)
    assert.ok(kept.has(base.snapshots[i]?.['snapshot-id'] ?? -1));
  for (const entry of after['snapshot-log']) assert.ok(kept.has(entry['snapshot-id']));
}

test('an expiry that was broken off half way through its deletions can be done again', async () => {
  const ports = portsOn(createMemoryObjectStore());
  const table = await grow(ports, 6);
  const options = {
    base: table.metadata,
    baseLocation: table.location ?? '',
    olderThan: Number.POSITIVE_INFINITY,
    keepLast: 2,
  };
  const first = await stageExpire(ports, options);
  assert.equal(first.staged.metadata.snapshots.length, 2);
  const gone = first.unreachable.slice(0, 2);
  for (const uri of gone) await ports.objects.delete(uri);
  const again = await stageExpire({ ...ports, objects: { ...ports.objects } }, options);
  assert.ok(gone.length === 2 && again.unreachable.length >= 2);
  assert.deepEqual((await referenced(ports, again.staged.metadata)).size, 2 + 6 + 6);
});
