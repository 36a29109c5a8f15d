/**
 * A seeded simulation of one table: writers, readers, compaction, restatement, expiry, deletion and sweep side by side, on a
 * store that fails and a database whose answers get lost, with crashes at any step.
 *
 * Not the SQL of the node's store: `World` is a model of it with the same protocol, and truth at the same time: the rows of
 * batches that it says are committed. Invariants checked: after each change of the pointer the table has exactly these rows,
 * each once, and every file that a kept snapshot needs is there; a reader within its time sees the rows of its moment; in
 * the end nothing lies about that nobody names. Everything comes from the seed, so a failure can be repeated.
 */
import { commitWithRetry, loadTable, stageAppend } from '@weft/core/lakehouse/commit';
import { planCompaction } from '@weft/core/lakehouse/compaction';
import { stageExpire } from '@weft/core/lakehouse/expire';
import { findOrphans } from '@weft/core/lakehouse/orphans';
import type { LakehousePorts } from '@weft/core/lakehouse/ports';
import { stageRewrite } from '@weft/core/lakehouse/rewrite';
import { planRead, planScan } from '@weft/core/lakehouse/scan';
import type { DataFile } from '@weft/core/lakehouse/types';
import { isWeftError } from '@weft/core/lib/error';
import { Crash, rowsOf, type SimulationOptions, TICK, World } from './simulated-world.ts';
import { fakeFile } from './support.ts';

export interface SimulationResult {
  violations: string[];
  counts: Record<string, number>;
}

/** A reader gives up after so many ticks; an unreachable file stays twice as long; an orphan is older than any attempt. */
const READER_TICKS = 150;
const GRACE_TICKS = 2 * READER_TICKS;
const ORPHAN_TICKS = 1_500;
const ATTEMPTS_MAX = 40;
/** Files of one batch. */
const FILES_MAX = 3;

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
  await settle(world).catch((error: unknown) => world.violate(`no calm end: ${String(error)}`));
  return { violations: world.violations, counts: world.counts };
}

/** All is calm: what is due is deleted, and then nothing is left that nobody names. */
async function settle(world: World): Promise<void> {
  world.isCalm = true;
  world.writing.clear();
  for (const batch of world.batches.values())
    if (batch.state === 'checking') batch.state = 'failed';
  await readTable(world, world.ports());
  world.now += 2 * (GRACE_TICKS + ORPHAN_TICKS) * TICK;
  await attempt(world, () => expire(world, world.ports()));
  world.now += 2 * (GRACE_TICKS + ORPHAN_TICKS) * TICK;
  await deleteDue(world, world.ports());
  await sweep(world, world.ports());
  await world.check();
  await readTable(world, world.ports());
  const litter = await world.litter();
  if (litter.length > 0) world.violate(`${litter.length} files that nobody names: ${litter[0]}`);
  const committed = [...world.batches.values()].filter(
    (batch) => batch.state === 'committed',
  ).length;
  if (world.sequence !== committed + (world.counts['restated'] ?? 0))
    world.violate('a sequence is wrong');
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
