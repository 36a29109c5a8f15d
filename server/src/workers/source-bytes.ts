/**
 * The plain bytes that a reader goes through: a file that is whole, or one whose bytes still come.
 *
 * Not their writing (`adapters/node-disk.ts`). The count of bytes that are there is in memory that threads share, told by the
 * child that hears of them. Invariant: nobody sees a byte before it is in the file, and an end before it is known.
 */
import { readFully } from './file-bytes.ts';

/** BigInt64 words of the shared memory: bytes that are in the file, and 1 once these are all. */
const THERE = 0;
const WHOLE = 1;
/** A thread that waits for bytes looks after so long whether it was told to stop. */
const LOOK_MS = 50;

/** Memory for a file none of whose bytes are there yet. */
export function newArrival(): SharedArrayBuffer {
  return new SharedArrayBuffer(16);
}

/** Tells whoever waits that the file has its first `bytes` bytes. */
export function tellArrival(arrival: SharedArrayBuffer, bytes: number, isWhole: boolean): void {
  const words = new BigInt64Array(arrival);
  Atomics.store(words, THERE, BigInt(bytes));
  if (isWhole) Atomics.store(words, WHOLE, 1n);
  Atomics.notify(words, THERE);
}

export interface SourceOptions {
  fd: number;
  /** Where the bytes begin and end in the file; the end is not looked at while bytes still come. */
  start: number;
  end: number;
  /** Of a file whose bytes still come. */
  arrival?: SharedArrayBuffer | undefined;
  /** Throws when the job was cancelled; asked while the thread waits. */
  refuseCancelled(): void;
}

export class SourceBytes {
  readonly fd: number;
  readonly start: number;
  #end: number | null;
  #words: BigInt64Array | null;
  #refuseCancelled: () => void;

  constructor({ fd, start, end, arrival, refuseCancelled }: SourceOptions) {
    this.fd = fd;
    this.start = start;
    this.#end = arrival === undefined ? end : null;
    this.#words = arrival === undefined ? null : new BigInt64Array(arrival);
    this.#refuseCancelled = refuseCancelled;
  }

  /** Where the bytes end; waits until that is known. */
  get end(): number {
    return this.upTo(Number.POSITIVE_INFINITY);
  }

  /** Waits until the bytes before `position` are there, and one more, or the end is known; returns how far there are bytes. */
  upTo(position: number): number {
    while (this.#words !== null && this.#end === null) {
      // Why in this order: bytes that came between the two looks are then part of the end.
      const isWhole = Atomics.load(this.#words, WHOLE) === 1n;
      const there = Atomics.load(this.#words, THERE);
      if (isWhole) this.#end = Number(there);
      else if (Number(there) > position) return position;
      else {
        this.#refuseCancelled();
        Atomics.wait(this.#words, THERE, there, LOOK_MS);
      }
    }
    return Math.min(position, this.#end ?? 0);
  }

  /** True when there is nothing from `position` on; false also while more may come. */
  isEnd(position: number): boolean {
    return this.#end !== null && position >= this.#end;
  }

  /** Up to `bytes` bytes from `position`: fewer only at the end. */
  read(position: number, bytes: number): Buffer {
    const piece = Buffer.allocUnsafe(Math.max(0, this.upTo(position + bytes) - position));
    readFully(this.fd, piece, position);
    return piece;
  }
}
