/**
 * An object store in memory that fails as real ones fail: refused preconditions, unavailability, writes that broke off,
 * writes that were done but not acknowledged.
 *
 * For tests and simulations only: nothing is durable. Invariant: without a fault plan it keeps the port's whole contract.
 */
import type { ObjectStore } from '@weft/core/lakehouse/ports';
import { WeftError } from '@weft/core/lib/error';

export type StoreFault = 'none' | 'unavailable' | 'torn' | 'lost-ack';

export interface MemoryStoreOptions {
  /** Decides each call's fate; `call` counts from 0 over all calls. */
  fault?: (call: {
    operation: 'get' | 'put' | 'delete' | 'list';
    uri: string;
    call: number;
  }) => StoreFault;
  now?: () => number;
}

export function createMemoryObjectStore(_options: MemoryStoreOptions = {}): ObjectStore {
  throw new WeftError('INTERNAL', 'createMemoryObjectStore');
}
