/**
 * Thrift's compact protocol as values: a struct is read whole, changed, and written again with what nobody here knows.
 *
 * Not for files that we write from nothing (`thrift-compact.ts`). The bytes may be hostile: lengths are checked before
 * anything is made, and depth and number of values are bounded.
 * Invariant: `writeStruct(readStruct(bytes))` means the same as `bytes`.
 * Source: Apache Thrift, "Thrift Compact protocol encoding".
 */
import { varintBytes } from './thrift-compact.ts';

export const THRIFT = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
} as const;

export type ThriftStruct = Map<number, ThriftField>;

export interface ThriftList {
  element: number;
  items: ThriftValue[];
}

export interface ThriftMap {
  key: number;
  value: number;
  entries: [ThriftValue, ThriftValue][];
}

/** Whole numbers are bigint, doubles and binaries bytes. */
export type ThriftValue = boolean | bigint | Uint8Array | ThriftList | ThriftMap | ThriftStruct;

export interface ThriftField {
  /** One of `THRIFT`; booleans are `true`, whatever their value. */
  type: number;
  value: ThriftValue;
}

/** The bytes are no struct, or one beyond the limits. */
export class ThriftUnreadable extends Error {
  override readonly name = 'ThriftUnreadable';
}

const DEPTH_MAX = 32;
const VALUES_MAX = 4_000_000;

/** Reads one struct, which has to be all of the bytes. Throws ThriftUnreadable. */
export function readStruct(bytes: Uint8Array): ThriftStruct {
  const reader = new Reader(bytes);
  const struct = reader.struct(0);
  if (!reader.isAtEnd) throw new ThriftUnreadable('bytes after the end');
  return struct;
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #values = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  struct(depth: number): ThriftStruct {
    if (depth > DEPTH_MAX) throw new ThriftUnreadable('nested too deeply');
    const fields: ThriftStruct = new Map();
    let last = 0;
    for (;;) {
      const head = this.#byte();
      if (head === 0) return fields;
      const delta = head >> 4;
      last = delta === 0 ? Number(this.#zigzag()) : last + delta;
      const type = head & 15;
      const isTruth = type === THRIFT.true || type === THRIFT.false;
      const value = isTruth ? type === THRIFT.true : this.#value(type, depth);
      fields.set(last, { type: isTruth ? THRIFT.true : type, value });
    }
  }

  #value(type: number, depth: number): ThriftValue {
    if (++this.#values > VALUES_MAX) throw new ThriftUnreadable('too many values');
    switch (type) {
      case THRIFT.true:
      case THRIFT.false:
        return this.#byte() === THRIFT.true;
      case THRIFT.byte:
        return BigInt(this.#byte());
      case THRIFT.i16:
      case THRIFT.i32:
      case THRIFT.i64:
        return this.#zigzag();
      case THRIFT.double:
        return this.#take(8);
      case THRIFT.binary:
        return this.#take(this.#length());
      case THRIFT.list:
      case THRIFT.set:
        return this.#list(depth + 1);
      case THRIFT.map:
        return this.#map(depth + 1);
      case THRIFT.struct:
        return this.struct(depth + 1);
      default:
        throw new ThriftUnreadable(`type ${type}`);
    }
  }

  #list(depth: number): ThriftList {
    const head = this.#byte();
    const size = head >> 4 === 15 ? this.#length() : head >> 4;
    const element = head & 15;
    this.#expect(size);
    const items = Array.from({ length: size }, () => this.#value(element, depth));
    return { element, items };
  }

  #map(depth: number): ThriftMap {
    const size = this.#length();
    if (size === 0) return { key: 0, value: 0, entries: [] };
    this.#expect(size);
    const types = this.#byte();
    const [key, value] = [types >> 4, types & 15];
    const entries = Array.from({ length: size }, (): [ThriftValue, ThriftValue] => [
      this.#value(key, depth),
      this.#value(value, depth),
    ]);
    return { key, value, entries };
  }

  /** Every value has at least one byte, so that a length beyond the bytes is refused before anything is made. */
  #expect(values: number): void {
    if (values > this.#bytes.length - this.#at) throw new ThriftUnreadable('cut off');
  }

  #length(): number {
    const length = this.#varint();
    if (length > BigInt(this.#bytes.length - this.#at)) throw new ThriftUnreadable('cut off');
    return Number(length);
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new ThriftUnreadable('cut off');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new ThriftUnreadable('cut off');
    return byte;
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new ThriftUnreadable('a number of more than 64 bits');
  }

  #zigzag(): bigint {
    const value = this.#varint();
    return (value >> 1n) ^ -(value & 1n);
  }
}

/** The bytes of a struct; its fields are written in ascending order of their ids. */
export function writeStruct(struct: ThriftStruct): Uint8Array {
  const bytes: number[] = [];
  putStruct(bytes, struct);
  return Uint8Array.from(bytes);
}

function putStruct(bytes: number[], struct: ThriftStruct): void {
  let last = 0;
  for (const [id, { type, value }] of [...struct].sort(([a], [b]) => a - b)) {
    const kind = type === THRIFT.true && value === false ? THRIFT.false : type;
    const delta = id - last;
    if (delta > 0 && delta < 16) bytes.push((delta << 4) | kind);
    else {
      bytes.push(kind);
      putZigzag(bytes, BigInt(id));
    }
    last = id;
    if (type !== THRIFT.true) putValue(bytes, type, value);
  }
  bytes.push(0);
}

function putValue(bytes: number[], type: number, value: ThriftValue): void {
  if (typeof value === 'boolean') bytes.push(value ? THRIFT.true : THRIFT.false);
  else if (typeof value === 'bigint') {
    if (type === THRIFT.byte) bytes.push(Number(value));
    else putZigzag(bytes, value);
  } else if (value instanceof Uint8Array) {
    if (type === THRIFT.binary) bytes.push(...varintBytes(value.length));
    for (const byte of value) bytes.push(byte);
  } else if (value instanceof Map) putStruct(bytes, value);
  else if ('items' in value) putList(bytes, value);
  else putMap(bytes, value);
}

function putList(bytes: number[], { element, items }: ThriftList): void {
  if (items.length < 15) bytes.push((items.length << 4) | element);
  else bytes.push(0xf0 | element, ...varintBytes(items.length));
  for (const item of items) putValue(bytes, element, item);
}

function putMap(bytes: number[], { key, value, entries }: ThriftMap): void {
  bytes.push(...varintBytes(entries.length));
  if (entries.length === 0) return;
  bytes.push((key << 4) | value);
  for (const [k, v] of entries) {
    putValue(bytes, key, k);
    putValue(bytes, value, v);
  }
}

function putZigzag(bytes: number[], value: bigint): void {
  let rest = value >= 0n ? value << 1n : (-value << 1n) - 1n;
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
}
