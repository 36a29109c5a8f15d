/**
 * Manifests and manifest lists out of the object store, remembered by path.
 *
 * Not a cache of table metadata: which metadata is current is the caller's knowledge.
 * Invariants: what is remembered is right for ever, since these files are immutable and their names are never used
 * again; the memory is bounded, and each store has its own.
 */
import {
  decodeManifest,
  decodeManifestList,
  type ManifestEntry,
  type ManifestFile,
} from './manifest.ts';
import type { LakehousePorts, ObjectStore } from './ports.ts';
import type { Snapshot } from './types.ts';

/** Plain bytes of manifests that one store's cache may hold. */
const CACHE_BYTES_MAX = 64 * 1024 * 1024;

type ReadPorts = Pick<LakehousePorts, 'objects' | 'deflate'>;

/** The manifests of a snapshot. Throws TABLE_CORRUPT, or NOT_FOUND when the snapshot was expired meanwhile. */
export async function readManifestList(
  ports: ReadPorts,
  snapshot: Snapshot,
): Promise<ManifestFile[]> {
  const path = snapshot['manifest-list'];
  return remember(ports, path, (bytes) => {
    const manifests = decodeManifestList(bytes, ports.deflate);
    return { value: manifests, weight: bytes.length * 8 };
  });
}

/** Remembers a list that was just written: the next version of its table begins with reading it. */
export function keepManifestList(
  ports: Pick<LakehousePorts, 'objects'>,
  list: { path: string; bytes: number; manifests: ManifestFile[] },
): void {
  const { path, bytes, manifests } = list;
  cacheOf(ports).set(path, { value: manifests, weight: bytes * 8 });
}

/** The entries of a manifest, deleted ones included. */
export async function readManifest(
  ports: ReadPorts,
  manifest: ManifestFile,
): Promise<ManifestEntry[]> {
  return remember(ports, manifest.path, (bytes) => {
    const { entries, plainBytes } = decodeManifest(bytes, ports.deflate, manifest);
    return { value: entries, weight: plainBytes + entries.length * 400 };
  });
}

interface Remembered {
  value: unknown;
  weight: number;
}

class BoundedCache {
  readonly #items = new Map<string, Remembered>();
  #weight = 0;

  get(key: string): Remembered | undefined {
    const item = this.#items.get(key);
    if (item !== undefined) {
      // Why: a Map keeps insertion order, so re-inserting makes the first key the one longest unused.
      this.#items.delete(key);
      this.#items.set(key, item);
    }
    return item;
  }

  set(key: string, item: Remembered): void {
    this.#weight += item.weight - (this.#items.get(key)?.weight ?? 0);
    this.#items.delete(key);
    this.#items.set(key, item);
    for (const [oldest, { weight }] of this.#items) {
      if (this.#weight <= CACHE_BYTES_MAX) return;
      this.#items.delete(oldest);
      this.#weight -= weight;
    }
  }
}

const caches = new WeakMap<ObjectStore, BoundedCache>();

function cacheOf(ports: Pick<LakehousePorts, 'objects'>): BoundedCache {
  const cache = caches.get(ports.objects) ?? new BoundedCache();
  caches.set(ports.objects, cache);
  return cache;
}

async function remember<T>(
  ports: ReadPorts,
  path: string,
  decode: (bytes: Uint8Array) => { value: T; weight: number },
): Promise<T> {
  const cache = cacheOf(ports);
  const known = cache.get(path);
  if (known !== undefined) return known.value as T;
  const item = decode(await ports.objects.get(path));
  cache.set(path, item);
  return item.value;
}
