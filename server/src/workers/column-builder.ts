/**
 * Collects the values of one column, piece by piece, in the bytes of Parquet's PLAIN encoding.
 *
 * For formats that are read in TypeScript; the CSV reader writes such bytes itself.
 * Invariant: `rows` counts values and NULLs; after `take` the builder is empty and its bytes are valid until the next use.
 */
import type { PrimitiveType } from '@weft/core/contract/data-type';
import type { LexicalValue } from '@weft/core/ingest/lexical';
import { type StageColumn, WIDE_DECIMAL_BYTES } from '@weft/core/ingest/stage-parquet';

const DICTIONARY_ENTRIES_MAX = 20_000;
const DICTIONARY_BYTES_MAX = 2 << 20;

/** Bytes that grow. */
class Bytes {
  buffer: Buffer<ArrayBuffer> = Buffer.alloc(1024);
  size = 0;

  /** Makes room for `bytes` more, all zero, and returns where they begin; `buffer` may be another one afterwards. */
  grow(bytes: number): number {
    const at = this.size;
    this.size += bytes;
    if (this.size > this.buffer.length) {
      const larger = Buffer.alloc(Math.max(this.size, this.buffer.length * 2));
      this.buffer.copy(larger, 0, 0, at);
      this.buffer = larger;
    }
    this.buffer.fill(0, at, this.size);
    return at;
  }

  view(): Uint8Array {
    return this.buffer.subarray(0, this.size);
  }

  text(value: string): void {
    const bytes = Buffer.byteLength(value);
    const at = this.grow(bytes + 4);
    this.buffer.writeUInt32LE(bytes, at);
    this.buffer.write(value, at + 4, bytes);
  }
}

export class ColumnBuilder {
  rows = 0;
  #kind: PrimitiveType['kind'] | 'wide';
  #values = new Bytes();
  #validity = new Bytes();
  #nulls = 0;
  /** Indices of texts that were seen, while there are few of them; null once there are many. */
  #entries: Map<string, number> | null = null;
  #dictionary = new Bytes();

  constructor(type: PrimitiveType) {
    this.#kind = type.kind === 'decimal' && type.precision > 18 ? 'wide' : type.kind;
    this.#reset();
  }

  addNull(): void {
    this.#growValidity();
    this.#nulls++;
    this.rows++;
  }

  /** `value` as `parseLexical` gives it for the column's type. */
  add(value: LexicalValue): void {
    this.#growValidity();
    const at = this.rows >> 3;
    const bits = this.#validity.buffer;
    bits[at] = (bits[at] ?? 0) | (1 << (this.rows & 7));
    this.#write(value);
    this.rows++;
  }

  /** What was collected; the next `add` starts anew. */
  take(): StageColumn {
    const column = this.#column();
    this.#reset();
    return column;
  }

  #column(): StageColumn {
    const nulls = this.#nulls;
    const validity = this.#validity.view();
    if (this.#entries !== null && this.#entries.size > 0) {
      this.#values.grow((16 - (this.#values.size % 16)) % 16);
      const dictionary = { entries: this.#entries.size, bytes: this.#dictionary.view() };
      return { values: this.#values.view(), nulls, validity, dictionary };
    }
    return { values: this.#values.view(), nulls, validity, dictionary: null };
  }

  #reset(): void {
    this.rows = 0;
    this.#nulls = 0;
    this.#values.size = 0;
    this.#validity.size = 0;
    this.#dictionary.size = 0;
    this.#entries = this.#kind === 'string' ? new Map() : null;
  }

  #growValidity(): void {
    if ((this.rows & 7) === 0) this.#validity.grow(1);
  }

  #write(value: LexicalValue): void {
    const values = this.#values;
    if (this.#kind === 'string') this.#writeText(String(value));
    else if (this.#kind === 'boolean') this.#writeBit(value === true);
    else if (this.#kind === 'wide') this.#writeWide(BigInt(value));
    else if (this.#kind === 'double') {
      const at = values.grow(8);
      values.buffer.writeDoubleLE(Number(value), at);
    } else if (this.#kind === 'int' || this.#kind === 'date') {
      const at = values.grow(4);
      values.buffer.writeInt32LE(Number(value), at);
    } else {
      const at = values.grow(8);
      values.buffer.writeBigInt64LE(BigInt(value), at);
    }
  }

  #writeBit(bit: boolean): void {
    const present = this.rows - this.#nulls;
    if ((present & 7) === 0) this.#values.grow(1);
    const at = present >> 3;
    if (bit) this.#values.buffer[at] = (this.#values.buffer[at] ?? 0) | (1 << (present & 7));
  }

  #writeWide(value: bigint): void {
    const at = this.#values.grow(WIDE_DECIMAL_BYTES);
    this.#values.buffer.writeBigInt64BE(value >> 64n, at);
    this.#values.buffer.writeBigUInt64BE(BigInt.asUintN(64, value), at + 8);
  }

  #writeText(text: string): void {
    const entry = this.#entryOf(text);
    if (entry === null) this.#values.text(text);
    else {
      const at = this.#values.grow(2);
      this.#values.buffer.writeUInt16LE(entry, at);
    }
  }

  /** Number of the text in the dictionary, or null when there is none any more. */
  #entryOf(text: string): number | null {
    if (this.#entries === null) return null;
    const known = this.#entries.get(text);
    if (known !== undefined) return known;
    const entry = this.#entries.size;
    if (entry === DICTIONARY_ENTRIES_MAX || this.#dictionary.size > DICTIONARY_BYTES_MAX) {
      this.#turnPlain();
      return null;
    }
    this.#entries.set(text, entry);
    this.#dictionary.text(text);
    return entry;
  }

  #turnPlain(): void {
    const texts = [...(this.#entries ?? new Map<string, number>()).keys()];
    const indices = Buffer.from(this.#values.view());
    this.#entries = null;
    this.#values.size = 0;
    for (let i = 0; i < indices.length; i += 2) {
      this.#values.text(texts[indices.readUInt16LE(i)] ?? '');
    }
  }
}
