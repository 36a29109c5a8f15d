/**
 * A seeded simulation of one table: writers, readers, compaction, restatement, expiry, deletion and sweep side by side, on a
 * store that fails and a database whose answers get lost, with crashes at any step.
 *
 * Not the SQL of the node's store: `World` is a model of it with the same protocol, and truth at the same time: the rows of
 * batches that it says are committed. Invariants checked: after each change of the pointer the table has exactly these rows,
 * each once, and every file that a kept snapshot needs is there; a reader within its time sees the rows of its moment; in
 * the end nothing lies about that nobody names. Everything comes from the seed, so a failure can be repeated.
 */
import {
  commitWithRetry,
  loadTable,
  stageAppend,
  type TablePointer,
} from '@weft/core/lakehouse/commit';
import { planCompaction } from '@weft/core/lakehouse/compaction';
import { stageExpire } from '@weft/core/lakehouse/expire';
import { ENTRY_STATUS } from '@weft/core/lakehouse/manifest';
import { readManifest, readManifestList } from '@weft/core/lakehouse/manifest-store';
import { findOrphans } from '@weft/core/lakehouse/orphans';
import type { LakehousePorts, ObjectStore } from '@weft/core/lakehouse/ports';
import { stageRewrite } from '@weft/core/lakehouse/rewrite';
import { planRead, planScan } from '@weft/core/lakehouse/scan';
import { createTable } from '@weft/core/lakehouse/table';
import type { DataFile, StagedMetadata, TableMetadata } from '@weft/core/lakehouse/types';
import { isWeftError } from '@weft/core/lib/error';
import {
  createMemoryObjectStore,
  type StoredObjects,
  seededRandom,
} from '../../server/src/adapters/object-store-memory.ts';
import { column, fakeFile, portsOn } from './support.ts';

/** What is taken out of the build, to see that the simulation would notice. */
export type Weakness = 'compare-and-set' | 'orphan-age' | 'grace-time';

export interface SimulationOptions {
  seed: number;
  weakness?: Weakness;
}

export interface SimulationResult {
  violations: string[];
  counts: Record<string, number>;
}

const TICK = 1_000;
/** A reader gives up after so many ticks; an unreachable file stays twice as long; an orphan is older than any attempt. */
const READER_TICKS = 150;
const GRACE_TICKS = 2 * READER_TICKS;
const ORPHAN_TICKS = 1_500;
const ATTEMPTS_MAX = 40;
/** Files of one batch. */
const FILES_MAX = 3;

class Crash extends Error {}
const GIVEN_UP = new Error('nothing to do');

export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const world = new World(options);
  const actors = [
    ...Array.from({ length: 3 }, (_, i) => writer(world, `w${i}`)),
    ...Array.from({ length: 2 }, () => repeat(world, 14, readTable)),
    repeat(world, 8, compact),
    repeat(world, 3, restate),
    repeat(world, 8, expire),
    repeat(world, 14, deleteDue),
    repeat(world, 8, sweep),
  ];
  await Promise.all(actors);
  await world.settle().catch((error: unknown) => world.violate(`no calm end: ${String(error)}`));
  return { violations: world.violations, counts: world.counts };
}

interface Batch {
  state: 'checking' | 'committed' | 'failed';
  since: number;
}

/** Files are never written twice, so what was deleted can be remembered beside. */
class RecordedMap<K, V> extends Map<K, V> {
  readonly #ever: Map<K, V>;

  constructor(ever: Map<K, V>) {
    super();
    this.#ever = ever;
  }

  override set(key: K, value: V): this {
    this.#ever.set(key, value);
    return super.set(key, value);
  }
}

/** The node's store, the disk and the clock, and what must be true of them. */
class World {
  readonly next: () => number;
  /** All that was ever written, for looks from outside. */
  readonly #ever: StoredObjects = new Map();
  readonly #look: LakehousePorts = portsOn(createMemoryObjectStore({ objects: this.#ever }));
  readonly objects: StoredObjects = new RecordedMap(this.#ever);
  readonly store: ObjectStore;
  readonly weakness: Weakness | null;
  readonly violations: string[] = [];
  readonly counts: Record<string, number> = {};
  now = 1_700_000_000_000;
  isCalm = false;
  pointer: string | null = null;
  sequence = 0;
  readonly batches = new Map<string, Batch>();
  readonly writing = new Set<string>();
  unreachable = new Map<string, number>();
  /** The rows that the table has to have. */
  truth = new Set<number>();
  #rows = 0;
  readonly #seed: number;
  #actors = 0;

  constructor({ seed, weakness }: SimulationOptions) {
    this.#seed = seed;
    this.weakness = weakness ?? null;
    this.next = seededRandom(seed);
    this.store = createMemoryObjectStore({
      objects: this.objects,
      now: () => this.now,
      fault: () => {
        this.now += TICK;
        if (this.isCalm || this.next() > 0.02) return 'none';
        return (
          (['unavailable', 'torn', 'lost-ack'] as const)[Math.floor(this.next() * 3)] ?? 'none'
        );
      },
    });
  }

  /** Ports of one process, which dies at a step of its own and then does nothing any more. */
  ports(): LakehousePorts {
    const crashAt = this.next() < 0.3 && !this.isCalm ? Math.floor(this.next() * 60) : -1;
    const { store } = this;
    let step = 0;
    const alive = async <T>(work: () => Promise<T>): Promise<T> => {
      await this.turns();
      if (crashAt >= 0 && step++ >= crashAt) throw new Crash();
      return await work();
    };
    const objects: ObjectStore = {
      get: (uri) => alive(() => store.get(uri)),
      put: (uri, bytes, options) => alive(() => store.put(uri, bytes, options)),
      delete: (uri) => alive(() => store.delete(uri)),
      list: (prefix) => alive(() => store.list(prefix)),
    };
    const ports = portsOn(objects, this.#seed * 1_000 + this.#actors++);
    return { ...ports, clock: { now: () => this.now } };
  }

  async turns(): Promise<void> {
    for (let i = Math.floor(this.next() * 8); i > 0; i--) await Promise.resolve();
  }

  newRows(count: number): number[] {
    return Array.from({ length: count }, () => this.#rows++);
  }

  count(name: string): void {
    this.counts[name] = (this.counts[name] ?? 0) + 1;
  }

  async load(ports: LakehousePorts): Promise<TablePointer> {
    await this.turns();
    const location = this.pointer;
    return {
      location,
      metadata: location === null ? emptyTable() : await loadTable(ports, location),
    };
  }

  /** One transaction: the pointer by compare-and-set, and what else changes with it. Its answer may get lost. */
  async swap(
    staged: StagedMetadata,
    expected: string | null,
    within: () => void,
  ): Promise<boolean> {
    await this.turns();
    const fate = this.isCalm ? 1 : this.next();
    if (fate < 0.03) throw new Error('connection lost before');
    const wins = this.pointer === expected || this.weakness === 'compare-and-set';
    if (wins) {
      this.pointer = staged.metadataLocation;
      for (const uri of staged.unreachable) this.unreachable.set(uri, this.now);
      within();
      await this.check();
    } else this.count('lost races');
    if (fate < 0.06) throw new Error('connection lost after');
    return wins;
  }

  /** Compares table and truth as they are at this moment. */
  async check(): Promise<void> {
    const there = new Set(this.objects.keys());
    const { pointer } = this;
    const truth = [...this.truth].sort((a, b) => a - b);
    const problem = await tableProblem(this.#look, { there, pointer, truth });
    if (problem !== null) this.violate(problem);
  }

  violate(what: string): void {
    this.violations.push(`seed ${this.#seed}: ${what}`);
  }

  /** All is calm: what is due is deleted, and then nothing is left that nobody names. */
  async settle(): Promise<void> {
    this.isCalm = true;
    this.writing.clear();
    for (const batch of this.batches.values())
      if (batch.state === 'checking') batch.state = 'failed';
    await readTable(this, this.ports());
    this.now += 2 * (GRACE_TICKS + ORPHAN_TICKS) * TICK;
    await attempt(this, () => expire(this, this.ports()));
    this.now += 2 * (GRACE_TICKS + ORPHAN_TICKS) * TICK;
    await deleteDue(this, this.ports());
    await sweep(this, this.ports());
    await this.check();
    await readTable(this, this.ports());
    const named = await namedFiles(this.#look, this.pointer);
    const litter = [...this.objects.keys()].filter(
      (uri) => !named.has(uri) && !uri.endsWith('.part'),
    );
    if (litter.length > 0) this.violate(`${litter.length} files that nobody names: ${litter[0]}`);
    const committed = [...this.batches.values()].filter(
      (batch) => batch.state === 'committed',
    ).length;
    if (this.sequence !== committed + (this.counts['restated'] ?? 0))
      this.violate('a sequence is wrong');
  }
}

function emptyTable(): TableMetadata {
  return createTable({
    uuid: '00000000-0000-4000-8000-000000000000',
    location: 'file:///t',
    columns: [column('id', { kind: 'long' })],
    properties: { 'history.expire.min-snapshots-to-keep': '5' },
    now: 1,
  });
}

/** What is wrong with a table, by a look from outside; null when nothing is. `there`: the files that stand at the moment. */
async function tableProblem(
  look: LakehousePorts,
  moment: { there: ReadonlySet<string>; pointer: string | null; truth: readonly number[] },
): Promise<string | null> {
  const { there, pointer, truth } = moment;
  if (pointer === null) return null;
  const metadata = await loadTable(look, pointer);
  const files = await planScan(look, metadata);
  const rows = (await Promise.all(files.map((file) => rowsOf(look, file.path)))).flat();
  rows.sort((a, b) => a - b);
  if (rows.join() !== truth.join()) return `rows ${rows.join()} instead of ${truth.join()}`;
  if (files.some((file) => file.records < 1)) return 'an empty file';
  const said = metadata.snapshots.at(-1)?.summary['total-records'];
  if (said !== undefined && Number(said) !== rows.length) return `a summary of ${said} rows`;
  for (const uri of await namedFiles(look, pointer)) {
    // Why not those: earlier metadata files are history, and a table is read without them.
    const isNeeded = uri === pointer || !uri.endsWith('.json');
    if (isNeeded && !there.has(uri)) return `${uri} is gone, and a snapshot needs it`;
  }
  return null;
}

async function namedFiles(look: LakehousePorts, pointer: string | null): Promise<Set<string>> {
  const named = new Set<string>();
  if (pointer === null) return named;
  const metadata = await loadTable(look, pointer);
  named.add(pointer);
  for (const entry of metadata['metadata-log']) named.add(entry['metadata-file']);
  for (const snapshot of metadata.snapshots) {
    named.add(snapshot['manifest-list']);
    for (const manifest of await readManifestList(look, snapshot)) {
      named.add(manifest.path);
      for (const entry of await readManifest(look, manifest)) {
        if (entry.status !== ENTRY_STATUS.deleted) named.add(entry.path);
      }
    }
  }
  return named;
}

async function rowsOf(ports: LakehousePorts, path: string): Promise<number[]> {
  return JSON.parse(new TextDecoder().decode(await ports.objects.get(path))) as number[];
}

async function writeRows(ports: LakehousePorts, name: string, rows: number[]): Promise<DataFile> {
  const file = fakeFile(name, rows.length);
  const bytes = new TextEncoder().encode(JSON.stringify(rows));
  // Why again and again: a real writer reports a failure, and its batch is checked anew.
  for (let i = 0; ; i++) {
    try {
      await ports.objects.put(file.path, bytes);
      return { ...file, bytes: bytes.length };
    } catch (error) {
      if (error instanceof Crash || i > 5) throw error;
    }
  }
}

/** Work of one kind, again and again; what fails or crashes begins anew, with nothing but the store. */
async function repeat(
  world: World,
  times: number,
  work: (world: World, ports: LakehousePorts) => Promise<void>,
): Promise<void> {
  for (let i = 0; i < times; i++) {
    for (let n = Math.floor(world.next() * 400); n > 0; n--) await Promise.resolve();
    if (world.next() < 0.2) world.now += Math.floor(world.next() * 100) * TICK;
    await attempt(world, () => work(world, world.ports()));
  }
}

async function attempt(world: World, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error === GIVEN_UP) return;
    const isExpected = error instanceof Crash || isWeftError(error) || error instanceof Error;
    if (!isExpected) throw error;
    world.count(error instanceof Crash ? 'crashes' : 'failures');
  }
}

async function writer(world: World, name: string): Promise<void> {
  for (let i = 0; i < 8; i++) {
    const batch = `bat_${name}x${i}`;
    await attempt(world, () => ingest(world, world.ports(), batch));
    await recover(world, batch);
  }
}

async function ingest(world: World, ports: LakehousePorts, batch: string): Promise<void> {
  await world.turns();
  world.batches.set(batch, { state: 'checking', since: world.now });
  const rows = world.newRows(1 + Math.floor(world.next() * 4));
  const before = await world.load(ports);
  const present = before.location === null ? [] : await planScan(ports, before.metadata);
  const parts = Math.min(rows.length, 1 + Math.floor(world.next() * FILES_MAX));
  const files: DataFile[] = [];
  for (let i = 0; i < parts; i++) {
    const part = rows.filter((row) => row % parts === i);
    if (part.length > 0) files.push(await writeRows(ports, `${batch}-${i}`, part));
  }
  if (world.next() < 0.3) await readAgain(world, ports, present);
  await commitWithRetry({
    ports,
    attemptsMax: ATTEMPTS_MAX,
    load: () => world.load(ports),
    stage: ({ metadata, location }) =>
      stageAppend(ports, { base: metadata, files, summary: {}, baseLocation: location }),
    swap: (staged, expected) =>
      world.swap(staged, expected, () => {
        const state = world.batches.get(batch);
        if (state === undefined || state.state !== 'checking')
          world.violate(`${batch} is committed twice`);
        else state.state = 'committed';
        world.sequence += 1;
        for (const row of rows) world.truth.add(row);
        world.count('committed');
      }),
  });
}

/** A batch that looks for its keys in the table reads files that may have been replaced long ago. */
async function readAgain(
  world: World,
  ports: LakehousePorts,
  files: readonly { path: string }[],
): Promise<void> {
  for (let i = 0; i < 600; i++) await Promise.resolve();
  for (const file of files) await mustRead(world, ports, file.path, 'a batch');
}

async function mustRead(
  world: World,
  ports: LakehousePorts,
  path: string,
  who: string,
): Promise<number[]> {
  try {
    return await rowsOf(ports, path);
  } catch (error) {
    if (isWeftError(error, 'NOT_FOUND')) world.violate(`${path} vanished under ${who}`);
    throw error;
  }
}

/** What the node does at its next start with a batch that it finds open. */
async function recover(world: World, name: string): Promise<void> {
  const batch = world.batches.get(name);
  if (batch === undefined || batch.state !== 'checking') return;
  batch.state = 'failed';
  for (let i = 0; i < FILES_MAX; i++) {
    await world.store.delete(fakeFile(`${name}-${i}`).path).catch(() => undefined);
  }
}

async function readTable(world: World, ports: LakehousePorts): Promise<void> {
  await world.turns();
  const { pointer, now: begun } = world;
  if (pointer === null) return;
  const truth = [...world.truth].sort((a, b) => a - b);
  const isLate = (): boolean => world.now - begun > READER_TICKS * TICK;
  const fresh = { ...ports, objects: { ...ports.objects } };
  try {
    const files = await planScan(fresh, await loadTable(fresh, pointer));
    const rows: number[] = [];
    for (const file of files) {
      if (isLate()) return;
      for (let i = Math.floor(world.next() * 60); i > 0; i--) await Promise.resolve();
      rows.push(...(await rowsOf(fresh, file.path)));
    }
    rows.sort((a, b) => a - b);
    if (rows.join() !== truth.join())
      world.violate(`a reader saw ${rows.join()}, not ${truth.join()}`);
    world.count('read');
  } catch (error) {
    if (isWeftError(error, 'NOT_FOUND') && !isLate())
      world.violate(`a file vanished: ${error.message}`);
    throw error;
  }
}

const POLICY = { targetBytes: 1 << 20, filesMin: 3, runBytesMax: 1 << 20 };

async function compact(world: World, ports: LakehousePorts): Promise<void> {
  const { metadata, location } = await world.load(ports);
  if (location === null) return;
  const [group] = planCompaction(await planRead(ports, metadata), POLICY);
  if (group === undefined) return;
  const name = `merge-${world.newRows(1)[0]}`;
  world.writing.add(name);
  try {
    const rows: number[] = [];
    for (const file of group) rows.push(...(await mustRead(world, ports, file.path, 'a merge')));
    const merged = await writeRows(ports, name, rows);
    await commitWithRetry({
      ports,
      attemptsMax: ATTEMPTS_MAX,
      load: () => world.load(ports),
      stage: (pointer) =>
        stageRewrite(ports, {
          base: pointer.metadata,
          baseLocation: pointer.location,
          operation: 'replace',
          remove: group.map((file) => file.path),
          add: [merged],
          startSequence: metadata['last-sequence-number'],
          summary: {},
        }),
      swap: (staged, expected) => world.swap(staged, expected, () => world.count('merged')),
    });
  } finally {
    world.writing.delete(name);
  }
}

async function restate(world: World, ports: LakehousePorts): Promise<void> {
  const rest = Math.floor(world.next() * 5);
  const isHit = (row: number): boolean => row % 5 === rest;
  const name = `restate-${world.newRows(1)[0]}`;
  world.writing.add(name);
  const done = new Map<string, DataFile | 'gone' | 'kept'>();
  const rewrite = async (path: string): Promise<DataFile | 'gone' | 'kept'> => {
    const rows = await mustRead(world, ports, path, 'a restatement');
    const kept = rows.filter((row) => !isHit(row));
    if (kept.length === rows.length) return 'kept';
    return kept.length === 0 ? 'gone' : await writeRows(ports, `${name}-${done.size}`, kept);
  };
  try {
    await commitWithRetry({
      ports,
      attemptsMax: ATTEMPTS_MAX,
      load: () => world.load(ports),
      stage: async ({ metadata, location }) => {
        if (location === null) throw GIVEN_UP;
        const remove: string[] = [];
        const add: DataFile[] = [];
        for (const { path } of await planRead(ports, metadata)) {
          const result = done.get(path) ?? (await rewrite(path));
          done.set(path, result);
          if (result === 'kept') continue;
          remove.push(path);
          if (result !== 'gone') add.push(result);
        }
        if (remove.length === 0) throw GIVEN_UP;
        return await stageRewrite(ports, {
          base: metadata,
          baseLocation: location,
          operation: add.length === 0 ? 'delete' : 'overwrite',
          remove,
          add,
          startSequence: metadata['last-sequence-number'],
          summary: {},
        });
      },
      swap: (staged, expected) =>
        world.swap(staged, expected, () => {
          world.sequence += 1;
          for (const row of [...world.truth]) if (isHit(row)) world.truth.delete(row);
          world.count('restated');
        }),
    });
  } finally {
    world.writing.delete(name);
  }
}

async function expire(world: World, ports: LakehousePorts): Promise<void> {
  const olderThan = world.now - Math.floor(world.next() * 60) * TICK;
  await commitWithRetry({
    ports,
    attemptsMax: ATTEMPTS_MAX,
    load: () => world.load(ports),
    stage: async ({ metadata, location }) => {
      if (location === null || metadata.snapshots.length < 2) throw GIVEN_UP;
      const options = { base: metadata, baseLocation: location, olderThan, keepLast: 1 };
      return (await stageExpire(ports, options)).staged;
    },
    swap: (staged, expected) => world.swap(staged, expected, () => world.count('expired')),
  });
}

async function deleteDue(world: World, ports: LakehousePorts): Promise<void> {
  const grace = world.weakness === 'grace-time' ? 0 : GRACE_TICKS * TICK;
  const checking = [...world.batches.values()].filter((batch) => batch.state === 'checking');
  const oldest = Math.min(...checking.map((batch) => batch.since));
  for (const [uri, since] of [...world.unreachable]) {
    if (since >= world.now - grace) continue;
    if (since >= oldest && world.weakness !== 'grace-time') continue;
    await ports.objects.delete(uri);
    world.unreachable.delete(uri);
    world.count('deleted');
  }
  await world.check();
}

async function sweep(world: World, ports: LakehousePorts): Promise<void> {
  const age = world.weakness === 'orphan-age' ? -TICK : ORPHAN_TICKS * TICK;
  const olderThan = world.now - age;
  const listed = await ports.objects.list('file:///t/');
  const claimed = [...world.batches].filter(([, batch]) => batch.state === 'checking');
  const names = [...claimed.map(([name]) => name), ...world.writing];
  const { metadata, location } = await world.load(ports);
  const noted = new Set(world.unreachable.keys());
  const isClaimed = (uri: string): boolean => {
    if (noted.has(uri)) return true;
    const file = uri.slice(uri.lastIndexOf('/') + 1);
    return names.some((name) => file.startsWith(name));
  };
  const table = location === null ? null : { metadata, location };
  for (const uri of await findOrphans(ports, listed, { table, rule: { olderThan, isClaimed } })) {
    await ports.objects.delete(uri);
    world.count('swept');
  }
  await world.check();
}
