/**
 * Avro binary encoding: values to bytes and back, by a schema that is compiled once into closures.
 *
 * Not here: the container (`avro.ts`). Not supported on writing: unions other than `["null", T]`.
 * Invariants: reading never leaves the given bytes (TABLE_CORRUPT instead); integers beyond 2^53 come as bigint; arrays
 * are written with their byte length, so a reader that does not want them steps over them.
 * Source: Apache Avro 1.11 specification, "Binary Encoding".
 */
import { assert } from '../lib/assert.ts';
import { WeftError } from '../lib/error.ts';

export type AvroSchema = string | AvroSchema[] | AvroComplex;

export interface AvroComplex {
  type: AvroSchema;
  name?: string;
  fields?: AvroField[];
  items?: AvroSchema;
  values?: AvroSchema;
  symbols?: string[];
  size?: number;
  logicalType?: string;
}

export interface AvroField {
  name: string;
  type: AvroSchema;
  'field-id'?: number;
}

export interface DecodeOptions {
  /** How a record field is read: decoded now, as a function that decodes it when called, or not at all. */
  mode?: (fieldId: number | undefined) => 'read' | 'lazy' | 'skip';
  /** Our name of a field, which wins over the writer's name. */
  name?: (fieldId: number) => string | undefined;
}

export type Decoder = (reader: ByteReader) => unknown;
type Skipper = (reader: ByteReader) => void;
type Encoder = (sink: ByteSink, value: unknown) => void;

/** Growing buffer with Avro's primitive writers. */
export class ByteSink {
  #buffer = new Uint8Array(1024);
  #view = new DataView(this.#buffer.buffer);
  length = 0;

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  bytes(bytes: Uint8Array): void {
    this.long(bytes.length);
    this.raw(bytes);
  }

  long(value: number | bigint): void {
    this.#reserve(10);
    if (typeof value === 'number' && value >= 0 && value < 0x4000_0000) {
      this.#varint(value * 2);
      return;
    }
    const wide = BigInt(value);
    let rest = BigInt.asUintN(64, (wide << 1n) ^ (wide >> 63n));
    for (; rest > 0x7fn; rest >>= 7n) this.#buffer[this.length++] = Number(rest & 0x7fn) | 0x80;
    this.#buffer[this.length++] = Number(rest);
  }

  boolean(value: boolean): void {
    this.#reserve(1);
    this.#buffer[this.length++] = value ? 1 : 0;
  }

  double(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** The bytes so far; the sink must not be used afterwards. */
  take(): Uint8Array {
    return this.#buffer.subarray(0, this.length);
  }

  #varint(value: number): void {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.#buffer[this.length++] = (rest & 0x7f) | 0x80;
    this.#buffer[this.length++] = rest;
  }

  #reserve(more: number): void {
    if (this.length + more <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(this.#buffer.length * 2, this.length + more));
    grown.set(this.#buffer.subarray(0, this.length));
    this.#buffer = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Cursor over bytes with Avro's primitive readers. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #view: DataView;
  position = 0;

  constructor(bytes: Uint8Array) {
    // Why: a subclass (Node's Buffer) would hand its own kind of views out.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  done(): boolean {
    return this.position >= this.#bytes.length;
  }

  /** A view of the next bytes, not a copy. */
  raw(length: number): Uint8Array {
    const start = this.position;
    this.skip(length);
    return this.#bytes.subarray(start, this.position);
  }

  skip(length: number): void {
    if (length < 0 || this.position + length > this.#bytes.length) throw truncated();
    this.position += length;
  }

  /** The same bytes from another place on, for decoding later. */
  at(position: number): ByteReader {
    const reader = new ByteReader(this.#bytes);
    reader.position = position;
    return reader;
  }

  long(): number | bigint {
    let low = 0;
    let scale = 1;
    for (let i = 0; i < 7; i++) {
      const byte = this.#byte();
      low += (byte & 0x7f) * scale;
      if (byte < 0x80) return low % 2 === 0 ? low / 2 : -(low + 1) / 2;
      scale *= 128;
    }
    return narrow(this.#longTail(BigInt(low)));
  }

  /** A long that must fit a number. */
  number(): number {
    const value = this.long();
    if (typeof value === 'bigint') throw truncated();
    return value;
  }

  /** A length or count: a number that is not negative. */
  count(): number {
    const value = this.number();
    if (value < 0) throw truncated();
    return value;
  }

  /** One byte, 0 or 1 (Avro 1.11, binary encoding); any other one is damage. */
  boolean(): boolean {
    const byte = this.#byte();
    if (byte > 1) throw truncated();
    return byte === 1;
  }

  float(): number {
    this.skip(4);
    return this.#view.getFloat32(this.position - 4, true);
  }

  double(): number {
    this.skip(8);
    return this.#view.getFloat64(this.position - 8, true);
  }

  #byte(): number {
    const byte = this.#bytes[this.position++];
    if (byte === undefined) throw truncated();
    return byte;
  }

  #longTail(low: bigint): bigint {
    let value = low;
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
    }
    throw truncated();
  }
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function truncated(): WeftError {
  return new WeftError(
    'TABLE_CORRUPT',
    'An Avro file is damaged: it ends or jumps inside a value.',
  );
}

/** Compiles a schema to a function that appends one value. Records are objects by field name, maps by id pairs. */
export function compileEncoder(schema: AvroSchema): Encoder {
  if (Array.isArray(schema)) return unionEncoder(schema);
  if (typeof schema === 'object') return complexEncoder(schema);
  return PRIMITIVE_ENCODERS[schema] ?? unsupported(schema);
}

const text = new TextEncoder();

const PRIMITIVE_ENCODERS: Readonly<Record<string, Encoder>> = {
  null: () => undefined,
  boolean: (sink, value) => sink.boolean(value === true),
  int: (sink, value) => sink.long(value as number),
  long: (sink, value) => sink.long(value as number | bigint),
  double: (sink, value) => sink.double(value as number),
  bytes: (sink, value) => sink.bytes(value as Uint8Array),
  string: (sink, value) => sink.bytes(text.encode(value as string)),
};

function unionEncoder(branches: AvroSchema[]): Encoder {
  const [first, second] = branches;
  assert(
    branches.length === 2 && first === 'null' && second !== undefined,
    'only ["null", T] unions are written',
  );
  const encode = compileEncoder(second);
  return (sink, value) => {
    const present = value !== null && value !== undefined;
    sink.long(present ? 1 : 0);
    if (present) encode(sink, value);
  };
}

function complexEncoder(schema: AvroComplex): Encoder {
  if (schema.type === 'record') {
    const fields = (schema.fields ?? []).map((f) => [f.name, compileEncoder(f.type)] as const);
    return (sink, value) => {
      const record = value as Record<string, unknown>;
      for (const [name, encode] of fields) encode(sink, record[name]);
    };
  }
  if (schema.type === 'array') {
    const encode = compileEncoder(schema.items ?? 'null');
    return (sink, value) => writeArray(sink, value as unknown[], encode);
  }
  if (schema.type === 'fixed') {
    return (sink, value) => {
      const bytes = value as Uint8Array;
      assert(bytes.length === schema.size, 'a fixed value has its length');
      sink.raw(bytes);
    };
  }
  return compileEncoder(schema.type);
}

function writeArray(sink: ByteSink, items: unknown[], encode: Encoder): void {
  if (items.length > 0) {
    const block = new ByteSink();
    for (const item of items) encode(block, item);
    sink.long(-items.length);
    sink.bytes(block.take());
  }
  sink.long(0);
}

/** Compiles a schema to a function that reads one value. Throws TABLE_UNSUPPORTED for schemas beyond Iceberg's use. */
export function compileDecoder(schema: AvroSchema, options: DecodeOptions = {}): Decoder {
  return new DecoderCompiler(options).decoder(schema);
}

// Why: a text may begin with U+FEFF, which a decoder otherwise takes for a byte order mark.
const textDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

const PRIMITIVE_DECODERS: Readonly<Record<string, Decoder>> = {
  null: () => null,
  boolean: (reader) => reader.boolean(),
  int: (reader) => reader.number(),
  long: (reader) => reader.long(),
  float: (reader) => reader.float(),
  double: (reader) => reader.double(),
  bytes: (reader) => reader.raw(reader.count()),
  string: (reader) => textDecoder.decode(reader.raw(reader.count())),
};

const PRIMITIVE_SKIPPERS: Readonly<Record<string, Skipper>> = {
  null: () => undefined,
  boolean: (reader) => reader.skip(1),
  int: (reader) => void reader.long(),
  long: (reader) => void reader.long(),
  float: (reader) => reader.skip(4),
  double: (reader) => reader.skip(8),
  bytes: (reader) => reader.skip(reader.count()),
  string: (reader) => reader.skip(reader.count()),
};

/** One compilation: knows the options and the named types met so far. */
class DecoderCompiler {
  readonly #options: DecodeOptions;
  readonly #named = new Map<string, AvroComplex>();

  constructor(options: DecodeOptions) {
    this.#options = options;
  }

  decoder(schema: AvroSchema): Decoder {
    if (Array.isArray(schema)) {
      const branches = schema.map((branch) => this.decoder(branch));
      return (reader) => pickBranch(branches, reader)(reader);
    }
    const complex = this.#resolve(schema);
    if (typeof complex === 'string') return PRIMITIVE_DECODERS[complex] ?? unsupported(complex);
    switch (complex.type) {
      case 'record':
        return this.#record(complex);
      case 'array': {
        const item = this.decoder(complex.items ?? 'null');
        return (reader) => readBlocks(reader, item);
      }
      case 'map': {
        const value = this.decoder(complex.values ?? 'null');
        return (reader) =>
          readBlocks(reader, (r) => [textDecoder.decode(r.raw(r.count())), value(r)]);
      }
      case 'fixed':
        return (reader) => reader.raw(complex.size ?? 0);
      case 'enum':
        return (reader) => complex.symbols?.[reader.count()] ?? null;
      default:
        return this.decoder(complex.type);
    }
  }

  skipper(schema: AvroSchema): Skipper {
    if (Array.isArray(schema)) {
      const branches = schema.map((branch) => this.skipper(branch));
      return (reader) => pickBranch(branches, reader)(reader);
    }
    const complex = this.#resolve(schema);
    if (typeof complex === 'string') return PRIMITIVE_SKIPPERS[complex] ?? unsupported(complex);
    switch (complex.type) {
      case 'record': {
        const fields = (complex.fields ?? []).map((field) => this.skipper(field.type));
        return (reader) => {
          for (const skip of fields) skip(reader);
        };
      }
      case 'array': {
        const item = this.skipper(complex.items ?? 'null');
        return (reader) => skipBlocks(reader, item);
      }
      case 'map': {
        const value = this.skipper(complex.values ?? 'null');
        return (reader) =>
          skipBlocks(reader, (r) => {
            r.skip(r.count());
            value(r);
          });
      }
      case 'fixed':
        return (reader) => reader.skip(complex.size ?? 0);
      case 'enum':
        return (reader) => void reader.long();
      default:
        return this.skipper(complex.type);
    }
  }

  #record(schema: AvroComplex): Decoder {
    const fields = (schema.fields ?? []).map((field) => this.#field(field));
    return (reader) => {
      const record: Record<string, unknown> = {};
      for (const read of fields) read(reader, record);
      return record;
    };
  }

  #field(field: AvroField): (reader: ByteReader, record: Record<string, unknown>) => void {
    const id = field['field-id'];
    const name = (id === undefined ? undefined : this.#options.name?.(id)) ?? field.name;
    const mode = this.#options.mode?.(id) ?? 'read';
    const decode = this.decoder(field.type);
    if (mode === 'read') {
      return (reader, record) => {
        record[name] = decode(reader);
      };
    }
    const skip = this.skipper(field.type);
    if (mode === 'skip') return (reader) => skip(reader);
    return (reader, record) => {
      const start = reader.position;
      skip(reader);
      record[name] = () => decode(reader.at(start));
    };
  }

  #resolve(schema: string | AvroComplex): string | AvroComplex {
    if (typeof schema === 'string') return this.#named.get(schema) ?? schema;
    if (schema.name !== undefined) this.#named.set(schema.name, schema);
    return schema;
  }
}

function pickBranch<T>(branches: T[], reader: ByteReader): T {
  const branch = branches[reader.count()];
  if (branch === undefined) throw truncated();
  return branch;
}

function readBlocks(reader: ByteReader, item: Decoder): unknown[] {
  const items: unknown[] = [];
  for (let count = reader.number(); count !== 0; count = reader.number()) {
    if (count < 0) reader.count();
    for (let i = Math.abs(count); i > 0; i--) items.push(item(reader));
  }
  return items;
}

function skipBlocks(reader: ByteReader, item: Skipper): void {
  for (let count = reader.number(); count !== 0; count = reader.number()) {
    if (count < 0) reader.skip(reader.count());
    else for (let i = 0; i < count; i++) item(reader);
  }
}

function unsupported(name: string): never {
  throw new WeftError('TABLE_UNSUPPORTED', `The Avro type ${name} is not supported.`);
}
