/**
 * An object store in memory that fails as real ones fail: refused preconditions, unavailability, writes that broke off,
 * writes that were done but not acknowledged.
 *
 * For tests and simulations only: nothing is durable. Invariant: without faults it keeps the port's whole contract, and
 * with them it never breaks a promise of the port: it only rejects where a real store may reject.
 */
import type { ObjectStore } from '@weft/core/lakehouse/ports';
import { WeftError } from '@weft/core/lib/error';

/** `torn`: a part of the bytes lies under a temporary name; `lost-ack`: all is done, and the caller hears of a failure. */
export type StoreFault = 'none' | 'unavailable' | 'torn' | 'lost-ack';

export interface StoreCall {
  operation: 'get' | 'put' | 'delete' | 'list';
  uri: string;
  /** Number of the call, from 0, over all operations. */
  call: number;
}

export interface MemoryStoreOptions {
  /** Decides each call's fate. */
  fault?: (call: StoreCall) => StoreFault;
  /** Time of writes in milliseconds since the epoch. */
  now?: () => number;
  /** What the store holds, for whoever looks at it from outside. */
  objects?: StoredObjects;
}

export type StoredObjects = Map<string, { bytes: Uint8Array; modified: number }>;

/** A new, empty store. */
export function createMemoryObjectStore(options: MemoryStoreOptions = {}): ObjectStore {
  const objects: StoredObjects = options.objects ?? new Map();
  const now = options.now ?? (() => 0);
  let calls = 0;
  const decide = async (operation: StoreCall['operation'], uri: string): Promise<StoreFault> => {
    const fault = options.fault?.({ operation, uri, call: calls++ }) ?? 'none';
    // Why: real stores answer later, so others run in between, and writing takes longer than reading.
    for (let turn = operation === 'put' ? 9 : 1; turn > 0; turn--) await Promise.resolve();
    if (fault === 'unavailable') throw unavailable(uri);
    return fault;
  };
  return {
    async get(uri) {
      const fault = await decide('get', uri);
      const object = objects.get(uri);
      if (object === undefined) throw new WeftError('NOT_FOUND', `There is no object ${uri}.`);
      if (fault !== 'none') throw unavailable(uri);
      return object.bytes.slice();
    },
    async put(uri, bytes, putOptions) {
      const fault = await decide('put', uri);
      if (fault === 'torn') {
        const part = bytes.slice(0, Math.floor(bytes.length / 2));
        objects.set(`${uri}.part`, { bytes: part, modified: now() });
        throw unavailable(uri);
      }
      if (putOptions?.ifNoneMatch === true && objects.has(uri)) {
        throw new WeftError('PRECONDITION_FAILED', `The object ${uri} exists.`);
      }
      objects.set(uri, { bytes: bytes.slice(), modified: now() });
      if (fault === 'lost-ack') throw unavailable(uri);
    },
    async delete(uri) {
      const fault = await decide('delete', uri);
      if (fault === 'torn') throw unavailable(uri);
      objects.delete(uri);
      if (fault === 'lost-ack') throw unavailable(uri);
    },
    async list(prefix) {
      const fault = await decide('list', prefix);
      if (fault !== 'none') throw unavailable(prefix);
      return [...objects]
        .filter(([uri]) => uri.startsWith(prefix))
        .map(([uri, { bytes, modified }]) => ({ uri, bytes: bytes.length, modified }));
    },
  };
}

/**
 * A fault plan from a seed: each call fails with the given probability (0 to 1), the kinds being equally likely. The
 * same seed gives the same plan.
 */
export function seededFaults(seed: number, probability: number): (call: StoreCall) => StoreFault {
  const kinds = ['unavailable', 'torn', 'lost-ack'] as const;
  const next = seededRandom(seed);
  return () => {
    const fails = next() < probability;
    const kind = kinds[Math.floor(next() * kinds.length)];
    return fails && kind !== undefined ? kind : 'none';
  };
}

/** Numbers in [0, 1) by the mulberry32 recurrence: small, even, and the same on every machine. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function unavailable(uri: string): WeftError {
  return new WeftError('UNAVAILABLE', `The object store did not answer for ${uri}.`);
}
