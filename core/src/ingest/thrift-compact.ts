/**
 * Writes structs in Thrift's compact protocol: as much of it as Parquet page headers and footers need.
 *
 * Not a Thrift library: no reading, no maps, no sets.
 * Invariant: fields of a struct are written in ascending order of their ids, at most 15 apart.
 * Source: Apache Thrift, "Thrift Compact protocol encoding".
 */
import { assert } from '../lib/assert.ts';

const TYPE = { true: 1, false: 2, i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;
type ElementType = 'i32' | 'binary' | 'struct';

export class ThriftWriter {
  #bytes: number[] = [];
  #lastField = 0;
  #outer: number[] = [];

  i32(field: number, value: number): this {
    this.#field(field, TYPE.i32);
    return this.#zigzag(value);
  }

  /** An i64 field; our values are sizes and counts below 2^53. */
  i64(field: number, value: number): this {
    this.#field(field, TYPE.i64);
    return this.#zigzag(value);
  }

  bool(field: number, value: boolean): this {
    this.#field(field, value ? TYPE.true : TYPE.false);
    return this;
  }

  text(field: number, value: string): this {
    this.#field(field, TYPE.binary);
    return this.textElement(value);
  }

  /** Starts a list field; `size` elements must follow. */
  list(field: number, type: ElementType, size: number): this {
    this.#field(field, TYPE.list);
    if (size < 15) this.#bytes.push((size << 4) | TYPE[type]);
    else {
      this.#bytes.push(0xf0 | TYPE[type]);
      this.#varint(size);
    }
    return this;
  }

  i32Element(value: number): this {
    return this.#zigzag(value);
  }

  textElement(value: string): this {
    const bytes = new TextEncoder().encode(value);
    this.#varint(bytes.length);
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  /** Writes a struct field, or, without an id, a struct as element of a list. */
  struct(field: number | null, write: (writer: this) => void): this {
    if (field !== null) this.#field(field, TYPE.struct);
    this.#outer.push(this.#lastField);
    this.#lastField = 0;
    write(this);
    this.#bytes.push(0);
    this.#lastField = this.#outer.pop() ?? 0;
    return this;
  }

  /** The bytes of the outermost struct, its end included. */
  finish(): Uint8Array {
    assert(this.#outer.length === 0, 'a struct is still open');
    return Uint8Array.from([...this.#bytes, 0]);
  }

  #field(id: number, type: number): void {
    const delta = id - this.#lastField;
    assert(delta > 0 && delta < 16, 'fields are not in ascending order');
    this.#bytes.push((delta << 4) | type);
    this.#lastField = id;
  }

  #zigzag(value: number): this {
    this.#varint(value >= 0 ? value * 2 : -value * 2 - 1);
    return this;
  }

  #varint(value: number): void {
    this.#bytes.push(...varintBytes(value));
  }
}

/** ULEB128 of a whole number below 2^53. */
export function varintBytes(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}
