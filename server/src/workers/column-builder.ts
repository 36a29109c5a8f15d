/**
 * Collects the values of one column, piece by piece, in the bytes of Parquet's PLAIN encoding.
 *
 * For formats that are read in TypeScript; the CSV reader writes such bytes itself.
 * Invariant: `rows` counts values and NULLs; after `take` the builder is empty and its bytes are valid until the next use.
 */
import type { PrimitiveType } from '@weft/core/contract/data-type';
import type { LexicalValue } from '@weft/core/ingest/lexical';
import type { StageColumn } from '@weft/core/ingest/stage-parquet';
import { WIDE_DECIMAL_BYTES } from '@weft/core/ingest/stage-schema';

const DICTIONARY_ENTRIES_MAX = 20_000;
const DICTIONARY_BYTES_MAX = 2 << 20;

/** Bytes that grow, with a view to write numbers through. */
class Bytes {
  size = 0;
  #buffer: Buffer<ArrayBuffer> = Buffer.alloc(1024);
  #view = new DataView(this.#buffer.buffer, this.#buffer.byteOffset, this.#buffer.length);

  /** Appends `bytes` of room, whose content is left over, and returns where they begin in `view`. */
  grow(bytes: number): number {
    const at = this.size;
    this.size += bytes;
    if (this.size > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(this.size, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, at);
      this.#buffer = larger;
      this.#view = new DataView(larger.buffer, larger.byteOffset, larger.length);
    }
    return at;
  }

  /** Valid until the next `grow`. */
  get view(): DataView {
    return this.#view;
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.size);
  }

  text(value: string): void {
    // Why: three bytes per character are enough, and counting them first costs more than the room.
    const at = this.grow(4 + value.length * 3);
    const bytes = this.#buffer.write(value, at + 4);
    this.#view.setUint32(at, bytes, true);
    this.size = at + 4 + bytes;
  }

  zeros(bytes: number): void {
    const at = this.grow(bytes);
    this.#buffer.fill(0, at, this.size);
  }

  /** Appends a bit; `index` counts the bits before it. */
  bit(index: number, value: boolean): void {
    if ((index & 7) === 0) this.zeros(1);
    const at = index >> 3;
    if (value) this.#view.setUint8(at, this.#view.getUint8(at) | (1 << (index & 7)));
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
    this.#validity.bit(this.rows, false);
    this.#nulls++;
    this.rows++;
  }

  /** `value` as `parseLexical` gives it for the column's type. */
  add(value: LexicalValue): void {
    this.#validity.bit(this.rows, true);
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
    const validity = this.#validity.bytes();
    if (this.#entries !== null && this.#entries.size > 0) {
      this.#values.zeros((16 - (this.#values.size % 16)) % 16);
      const dictionary = { entries: this.#entries.size, bytes: this.#dictionary.bytes() };
      return { values: this.#values.bytes(), nulls, validity, dictionary };
    }
    return { values: this.#values.bytes(), nulls, validity, dictionary: null };
  }

  #reset(): void {
    this.rows = 0;
    this.#nulls = 0;
    this.#values.size = 0;
    this.#validity.size = 0;
    this.#dictionary.size = 0;
    this.#entries = this.#kind === 'string' ? new Map() : null;
  }

  #write(value: LexicalValue): void {
    const values = this.#values;
    if (this.#kind === 'string') this.#writeText(String(value));
    else if (this.#kind === 'boolean') values.bit(this.rows - this.#nulls, value === true);
    else if (this.#kind === 'wide') this.#writeWide(BigInt(value));
    else if (this.#kind === 'double') {
      const at = values.grow(8);
      values.view.setFloat64(at, Number(value), true);
    } else if (this.#kind === 'int' || this.#kind === 'date') {
      const at = values.grow(4);
      values.view.setInt32(at, Number(value), true);
    } else {
      const at = values.grow(8);
      values.view.setBigInt64(at, BigInt(value), true);
    }
  }

  #writeWide(value: bigint): void {
    const at = this.#values.grow(WIDE_DECIMAL_BYTES);
    this.#values.view.setBigInt64(at, value >> 64n);
    this.#values.view.setBigUint64(at + 8, BigInt.asUintN(64, value));
  }

  #writeText(text: string): void {
    const entry = this.#entryOf(text);
    if (entry === null) this.#values.text(text);
    else {
      const at = this.#values.grow(2);
      this.#values.view.setUint16(at, entry, true);
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
    const indices = Buffer.from(this.#values.bytes());
    this.#entries = null;
    this.#values.size = 0;
    for (let i = 0; i < indices.length; i += 2) {
      this.#values.text(texts[indices.readUInt16LE(i)] ?? '');
    }
  }
}
