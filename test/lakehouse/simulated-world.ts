/**
 * The world of the simulation (`simulation.ts`): the node's store as a model, the disk, the clock, and the truth about the
 * table, against which each moment is checked.
 *
 * Not the actors. Invariant: a check sees the files and the truth of one moment, whatever goes on beside.
 */
import { loadTable, type TablePointer } from '@weft/core/lakehouse/commit';
import { ENTRY_STATUS } from '@weft/core/lakehouse/manifest';
import { readManifest, readManifestList } from '@weft/core/lakehouse/manifest-store';
import type { LakehousePorts, ObjectStore } from '@weft/core/lakehouse/ports';
import { planScan } from '@weft/core/lakehouse/scan';
import { createTable } from '@weft/core/lakehouse/table';
import type { StagedMetadata, TableMetadata } from '@weft/core/lakehouse/types';
import {
  createMemoryObjectStore,
  type StoredObjects,
  seededRandom,
} from '../../server/src/adapters/object-store-memory.ts';
import { column, portsOn } from './support.ts';

/** What is taken out of the build, to see that the simulation would notice. */
export type Weakness = 'compare-and-set' | 'orphan-age' | 'grace-time';

export interface SimulationOptions {
  seed: number;
  weakness?: Weakness;
}

export const TICK = 1_000;

export class Crash extends Error {}

export interface Batch {
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
export class World {
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

  /** Files of tables that lie about and that nobody names. */
  async litter(): Promise<string[]> {
    const named = await namedFiles(this.#look, this.pointer);
    return [...this.objects.keys()].filter((uri) => !named.has(uri) && !uri.endsWith('.part'));
  }

  violate(what: string): void {
    this.violations.push(`seed ${this.#seed}: ${what}`);
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

export async function namedFiles(
  look: LakehousePorts,
  pointer: string | null,
): Promise<Set<string>> {
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

export async function rowsOf(ports: LakehousePorts, path: string): Promise<number[]> {
  return JSON.parse(new TextDecoder().decode(await ports.objects.get(path))) as number[];
}
