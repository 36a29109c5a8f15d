/**
 * Commits on the memory store: visibility, races, lost acknowledgements, faults. The oracle is a model of what was
 * acknowledged: every append that was answered with success is in the table exactly once.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CommitLoop,
  commitWithRetry,
  loadTable,
  stageAppend,
  stageMetadata,
  type TablePointer,
} from '@weft/core/lakehouse/commit';
import { readManifestList } from '@weft/core/lakehouse/manifest-store';
import type { LakehousePorts } from '@weft/core/lakehouse/ports';
import { findSnapshot, planScan } from '@weft/core/lakehouse/scan';
import { createTable, evolveColumns } from '@weft/core/lakehouse/table';
import type { StagedCommit, TableMetadata } from '@weft/core/lakehouse/types';
import { WeftError } from '@weft/core/lib/error';
import {
  createMemoryObjectStore,
  type StoreFault,
  seededFaults,
  seededRandom,
} from '../../server/src/adapters/object-store-memory.ts';
import { column, fakeFile, portsOn } from './support.ts';

const SEED = Number(process.env['WEFT_SEED'] ?? 1);

function emptyTable(): TableMetadata {
  return createTable({
    uuid: '00000000-0000-4000-8000-000000000000',
    location: 'file:///t',
    columns: [column('id', { kind: 'long' })],
    properties: {},
    now: 1,
  });
}

/** The pointer as a database keeps it: compare-and-set, with a plan of what goes wrong. */
class Pointer {
  location: string | null = null;
  readonly #fate: () => 'ok' | 'lost-before' | 'lost-after';

  constructor(fate: () => 'ok' | 'lost-before' | 'lost-after' = () => 'ok') {
    this.#fate = fate;
  }

  async swap(next: string, expected: string | null): Promise<boolean> {
    await Promise.resolve();
    const fate = this.#fate();
    if (fate === 'lost-before') throw new Error('connection lost');
    const won = this.location === expected;
    if (won) this.location = next;
    if (fate === 'lost-after') throw new Error('connection lost');
    return won;
  }

  async load(ports: LakehousePorts): Promise<TablePointer> {
    const { location } = this;
    return {
      location,
      metadata: location === null ? emptyTable() : await loadTable(ports, location),
    };
  }
}

function append(
  ports: LakehousePorts,
  pointer: Pointer,
  name: string,
  attemptsMax = 50,
): Promise<StagedCommit> {
  const loop: CommitLoop<StagedCommit> = {
    ports,
    attemptsMax,
    load: () => pointer.load(ports),
    stage: ({ metadata, location }) =>
      stageAppend(ports, {
        base: metadata,
        files: [fakeFile(name)],
        summary: { 'weft.batch': name },
        baseLocation: location,
      }),
    swap: (staged, expected) => pointer.swap(staged.metadataLocation, expected),
  };
  return commitWithRetry(loop);
}

async function filesOf(ports: LakehousePorts, pointer: Pointer): Promise<string[]> {
  const { metadata } = await pointer.load(ports);
  const files = await planScan(ports, metadata);
  return files
    .map((file) => file.path.replace('file:///t/data/', '').replace('.parquet', ''))
    .sort();
}

test('I1: a staged snapshot is not visible before the swap, and whole after it', async () => {
  const ports = portsOn(createMemoryObjectStore());
  const pointer = new Pointer();
  await append(ports, pointer, 'a');
  const before = await pointer.load(ports);
  const staged = await stageAppend(ports, {
    base: before.metadata,
    files: [fakeFile('b'), fakeFile('c')],
    summary: {},
    baseLocation: before.location,
  });
  assert.deepEqual(await filesOf(ports, pointer), ['a']);
  assert.equal(await pointer.swap(staged.metadataLocation, before.location), true);
  assert.deepEqual(await filesOf(ports, pointer), ['a', 'b', 'c']);
  const { metadata } = await pointer.load(ports);
  assert.deepEqual(metadata, JSON.parse(JSON.stringify(staged.metadata)));
  const snapshot = findSnapshot(metadata);
  assert.equal(snapshot?.summary['total-records'], '3');
  assert.equal(snapshot?.summary['added-data-files'], '2');
  assert.deepEqual(
    metadata['metadata-log'].map((e) => e['metadata-file']),
    [before.location],
  );
  assert.deepEqual(metadata.refs['main'], { 'snapshot-id': staged.snapshotId, type: 'branch' });
  assert.match(staged.metadataLocation, /\/metadata\/00001-[0-9a-f-]{36}\.metadata\.json$/);
});

test('I2: of writers on one parent exactly one wins each round, and nothing is lost or doubled', async () => {
  for (let seed = SEED; seed < SEED + 20; seed++) {
    const next = seededRandom(seed);
    const objects = createMemoryObjectStore();
    // Each call waits a seeded number of turns, so every seed is another interleaving.
    const slow: typeof objects = {
      ...objects,
      get: (uri) => turns(next).then(() => objects.get(uri)),
      put: (uri, bytes, options) => turns(next).then(() => objects.put(uri, bytes, options)),
    };
    const ports = portsOn(slow, seed);
    const pointer = new Pointer();
    const names = ['a', 'b', 'c', 'd'].flatMap((w) => [1, 2, 3].map((n) => `${w}${n}`));
    const writers = ['a', 'b', 'c', 'd'].map(async (writer) => {
      for (const n of [1, 2, 3]) await append(ports, pointer, `${writer}${n}`);
    });
    await Promise.all(writers);
    assert.deepEqual(await filesOf(ports, pointer), names, `seed ${seed}`);
    const { metadata } = await pointer.load(ports);
    assert.equal(metadata['last-sequence-number'], 12);
    assert.deepEqual(
      metadata.snapshots.map((s) => s['sequence-number']),
      names.map((_, i) => i + 1),
    );
    await expectNoLitter(ports, metadata, pointer.location);
  }
});

async function turns(next: () => number): Promise<void> {
  for (let i = Math.floor(next() * 6); i > 0; i--) await Promise.resolve();
}

/** Every file in the metadata folder belongs to the table: what lost stages wrote was swept. */
async function expectNoLitter(
  ports: LakehousePorts,
  metadata: TableMetadata,
  location: string | null,
): Promise<void> {
  const known = new Set<string | null>([
    location,
    ...metadata['metadata-log'].map((e) => e['metadata-file']),
  ]);
  for (const snapshot of metadata.snapshots) {
    known.add(snapshot['manifest-list']);
    for (const manifest of await readManifestList(ports, snapshot)) known.add(manifest.path);
  }
  const stored = await ports.objects.list('file:///t/metadata/');
  assert.deepEqual(
    stored.map((o) => o.uri).filter((uri) => !known.has(uri)),
    [],
  );
}

test('I3: a lost acknowledgement is resolved by reading, in every place where it can be lost', async () => {
  for (const fate of ['lost-before', 'lost-after'] as const) {
    const ports = portsOn(createMemoryObjectStore());
    let swaps = 0;
    const pointer = new Pointer(() => (swaps++ === 1 ? fate : 'ok'));
    await append(ports, pointer, 'a');
    const staged = await append(ports, pointer, 'b');
    assert.deepEqual(await filesOf(ports, pointer), ['a', 'b'], fate);
    assert.equal(swaps, fate === 'lost-after' ? 2 : 3);
    const { metadata } = await pointer.load(ports);
    assert.equal(metadata['current-snapshot-id'], staged.snapshotId);
    await expectNoLitter(ports, metadata, pointer.location);
  }
});

test('I3: also when others commit on top before the reading', async () => {
  const ports = portsOn(createMemoryObjectStore());
  let swaps = 0;
  const pointer = new Pointer(() => (swaps++ === 0 ? 'lost-after' : 'ok'));
  const load = pointer.load.bind(pointer);
  let meddled = false;
  pointer.load = async (p) => {
    if (swaps === 1 && !meddled) {
      meddled = true;
      await append(ports, pointer, 'other');
    }
    return load(p);
  };
  await append(ports, pointer, 'mine');
  assert.deepEqual(await filesOf(ports, pointer), ['mine', 'other']);
});

test('I3: a change that was refused for good is not tried again', async () => {
  const ports = portsOn(createMemoryObjectStore());
  let swaps = 0;
  const refuse = async (): Promise<boolean> => {
    swaps++;
    throw new WeftError('BATCH_STATE', 'The batch was discarded.');
  };
  await assert.rejects(
    commitWithRetry({
      ports,
      attemptsMax: 5,
      load: async () => ({ metadata: emptyTable(), location: null }),
      stage: ({ metadata }) =>
        stageAppend(ports, {
          base: metadata,
          files: [fakeFile('a')],
          summary: {},
          baseLocation: null,
        }),
      swap: refuse,
    }),
    { code: 'BATCH_STATE' },
  );
  assert.equal(swaps, 1);
  assert.deepEqual(await ports.objects.list('file:///t/'), []);
});

test('attempts are bounded, and the conflict has its code', async () => {
  const ports = portsOn(createMemoryObjectStore());
  const pointer = new Pointer();
  pointer.swap = async () => false;
  await assert.rejects(append(ports, pointer, 'a', 3), { code: 'COMMIT_CONFLICT' });
  assert.deepEqual(await ports.objects.list('file:///t/'), []);
});

test('under seeded faults of store and pointer, what was acknowledged is there exactly once', async () => {
  let acknowledged = 0;
  let failed = 0;
  for (let seed = SEED; seed < SEED + 30; seed++) {
    const faults = seededFaults(seed, 0.06);
    const ports = portsOn(createMemoryObjectStore({ fault: faults }), seed);
    const next = seededRandom(seed + 1000);
    const pointer = new Pointer(() =>
      next() < 0.15 ? (next() < 0.5 ? 'lost-before' : 'lost-after') : 'ok',
    );
    const answered = new Set<string>();
    const tried = ['a', 'b', 'c'].map(async (writer) => {
      for (let n = 0; n < 4; n++) {
        const ok = await append(ports, pointer, `${writer}${n}`).then(
          () => true,
          () => false,
        );
        if (ok) answered.add(`${writer}${n}`);
        else failed++;
      }
    });
    await Promise.all(tried);
    acknowledged += answered.size;
    const calm = { ...ports, objects: withoutFaults(ports) };
    const files = await filesOf(calm, pointer);
    assert.equal(new Set(files).size, files.length, `seed ${seed}: doubled`);
    assert.deepEqual(
      [...answered].filter((name) => !files.includes(name)),
      [],
      `seed ${seed}: lost`,
    );
  }
  assert.ok(acknowledged > 100 && failed > 10, `faults did happen: ${acknowledged} ${failed}`);
});

/** Reads again until the store answers. */
function withoutFaults(ports: LakehousePorts): LakehousePorts['objects'] {
  const get = async (uri: string): Promise<Uint8Array> => {
    for (;;) {
      try {
        return await ports.objects.get(uri);
      } catch (error) {
        if (!(error instanceof WeftError) || !error.retryable) throw error;
      }
    }
  };
  return { ...ports.objects, get };
}

test('a write of a stage whose acknowledgement was lost is found by reading; one that broke off is swept', async () => {
  const stageUnder = async (
    fault: StoreFault,
    at: number,
  ): Promise<{ files: number; failed: boolean }> => {
    let puts = 0;
    const objects = createMemoryObjectStore({
      fault: ({ operation }) => (operation === 'put' && puts++ === at ? fault : 'none'),
    });
    const ports = portsOn(objects);
    const options = { base: emptyTable(), files: [fakeFile('a')], summary: {}, baseLocation: null };
    const failed = await stageAppend(ports, options).then(
      () => false,
      () => true,
    );
    const stored = await objects.list('file:///t/metadata/');
    return { failed, files: stored.filter((object) => !object.uri.endsWith('.part')).length };
  };
  for (const at of [0, 1, 2]) {
    assert.deepEqual(await stageUnder('lost-ack', at), { failed: false, files: 3 });
    assert.deepEqual(await stageUnder('torn', at), { failed: true, files: 0 });
    assert.deepEqual(await stageUnder('unavailable', at), { failed: true, files: 0 });
  }
});

test('manifests are merged beyond 100, and files keep their sequence', async () => {
  const ports = portsOn(createMemoryObjectStore());
  let pointer: TablePointer = { metadata: emptyTable(), location: null };
  for (let i = 0; i < 105; i++) {
    const staged = await stageAppend(ports, {
      base: pointer.metadata,
      files: [fakeFile(String(i), i)],
      summary: {},
      baseLocation: pointer.location,
    });
    pointer = { metadata: staged.metadata, location: staged.metadataLocation };
  }
  const snapshot = findSnapshot(pointer.metadata);
  assert.ok(snapshot !== null);
  const manifests = await readManifestList(ports, snapshot);
  assert.ok(manifests.length <= 10, `${manifests.length} manifests`);
  const files = await planScan(ports, pointer.metadata);
  assert.deepEqual(
    files.map((f) => f.sequence).sort((a, b) => a - b),
    Array.from({ length: 105 }, (_, i) => i + 1),
  );
  for (const file of files) assert.equal(file.records, file.sequence - 1);
  assert.equal(snapshot.summary['total-data-files'], '105');
  assert.equal(snapshot.summary['total-records'], String((104 * 105) / 2));
  assert.equal(pointer.metadata['metadata-log'].length, 100);
});

test('an append bounds the snapshots, and what it calls unreachable nobody needs', async () => {
  const objects = createMemoryObjectStore();
  // Writing takes long here, so whoever reads a file of the same stage too early finds nothing.
  const slow: typeof objects = {
    ...objects,
    put: (uri, bytes, options) => turns(() => 50).then(() => objects.put(uri, bytes, options)),
  };
  const ports = portsOn(slow);
  const base = { ...emptyTable(), properties: { 'history.expire.min-snapshots-to-keep': '5' } };
  let pointer: TablePointer = { metadata: base, location: null };
  for (let i = 0; i < 130; i++) {
    const staged = await stageAppend(ports, {
      base: pointer.metadata,
      files: [fakeFile(String(i))],
      summary: {},
      baseLocation: pointer.location,
    });
    pointer = { metadata: staged.metadata, location: staged.metadataLocation };
    for (const uri of staged.unreachable) await ports.objects.delete(uri);
    assert.ok(pointer.metadata.snapshots.length <= 25);
  }
  const fresh = { ...ports, objects: { ...ports.objects } };
  const { metadata, location } = {
    metadata: await loadTable(fresh, pointer.location ?? ''),
    location: pointer.location,
  };
  for (const snapshot of metadata.snapshots) {
    const files = await planScan(fresh, metadata, { snapshotId: snapshot['snapshot-id'] });
    assert.equal(files.length, snapshot['sequence-number']);
  }
  await expectNoLitter(fresh, metadata, location);
});

test('a change of columns without data is staged as metadata, in one commit with data too', async () => {
  const ports = portsOn(createMemoryObjectStore());
  const staged = await stageMetadata(ports, { base: emptyTable(), baseLocation: null });
  assert.match(staged.metadataLocation, /\/00000-/);
  const loaded = await loadTable(ports, staged.metadataLocation);
  assert.deepEqual(await planScan(ports, loaded), []);
  const wider = evolveColumns(
    loaded,
    [column('id', { kind: 'long' }), column('n', { kind: 'int' })],
    5,
  );
  const both = await stageAppend(ports, {
    base: wider,
    files: [fakeFile('a')],
    summary: {},
    baseLocation: staged.metadataLocation,
  });
  const after = await loadTable(ports, both.metadataLocation);
  assert.equal(findSnapshot(after)?.['schema-id'], 1);
  assert.equal(after.schemas.length, 2);
});

test('a metadata file that is none is called damaged', async () => {
  const ports = portsOn(createMemoryObjectStore());
  const put = (text: string): Promise<void> =>
    ports.objects.put('file:///t/m.json', new TextEncoder().encode(text));
  await put('{"format-version": 2');
  await assert.rejects(loadTable(ports, 'file:///t/m.json'), { code: 'TABLE_CORRUPT' });
  await put('{"format-version": 3}');
  await assert.rejects(loadTable(ports, 'file:///t/m.json'), { code: 'TABLE_UNSUPPORTED' });
  await put('{"format-version": 2}');
  await assert.rejects(loadTable(ports, 'file:///t/m.json'), { code: 'TABLE_CORRUPT' });
  await assert.rejects(loadTable(ports, 'file:///t/none.json'), { code: 'NOT_FOUND' });
});
