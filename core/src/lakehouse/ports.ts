/**
 * What the lakehouse needs from the world: an object store, and who holds the table pointer.
 *
 * Not here: the transaction of the commit. Whoever commits a batch swaps the pointer in its own database transaction
 * (DESIGN: the commit point), with `StagedCommit` in hand.
 */
import type { Clock, SecureRandom } from '../lib/ports.ts';

/**
 * Immutable files by absolute URI (`file:///…` on a local disk). What is put is durable when `put` resolves: bytes
 * synced, and the directory entry too. Listing order is not promised; there is no rename.
 */
export interface ObjectStore {
  /** Rejects with WeftError NOT_FOUND when there is no such object. */
  get(uri: string): Promise<Uint8Array>;
  /** With `ifNoneMatch`, rejects with WeftError PRECONDITION_FAILED when the object exists; nothing is torn. */
  put(uri: string, bytes: Uint8Array, options?: { ifNoneMatch?: boolean }): Promise<void>;
  /** Resolves also when there was nothing. */
  delete(uri: string): Promise<void>;
  list(prefix: string): Promise<{ uri: string; bytes: number; modified: number }[]>;
}

/** Raw deflate (RFC 1951), as Avro object container files use it. */
export interface Deflate {
  deflate(bytes: Uint8Array): Uint8Array;
  inflate(bytes: Uint8Array): Uint8Array;
}

export interface LakehousePorts {
  objects: ObjectStore;
  deflate: Deflate;
  clock: Clock;
  random: SecureRandom;
  /** SHA-256 in lower-case hex; without it, files are written without a proof of their bytes. */
  sha256?(bytes: Uint8Array): string;
}
