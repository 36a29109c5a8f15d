/**
 * Avro object container files: the frame of header, blocks and sync markers around encoded records.
 *
 * Not here: what the records mean (`manifest.ts`), and the encoding of values (`avro-codec.ts`).
 * Invariants: the schema stands in the header exactly as given, so `field-id` and other attributes survive; a damaged
 * file throws TABLE_CORRUPT and never gives records silently.
 * Source: Apache Avro 1.11 specification, "Object Container Files". Codecs: null and deflate.
 */
import { WeftError } from '../lib/error.ts';
import {
  type AvroSchema,
  ByteReader,
  ByteSink,
  compileDecoder,
  compileEncoder,
  type DecodeOptions,
  type Decoder,
} from './avro-codec.ts';
import type { Deflate } from './ports.ts';

const MAGIC = [0x4f, 0x62, 0x6a, 0x01];
const SYNC_LENGTH = 16;
/** Plain bytes after which a block is closed, so that readers can stream. */
const BLOCK_BYTES = 1 << 20;
/** Schemas whose decoders are kept. */
const SCHEMAS_MAX = 64;
const EVERYTHING: DecodeOptions = {};

const headerDecoder = new TextDecoder();
const headerEncoder = new TextEncoder();

export interface ContainerFile {
  /** Header entries as text, `avro.schema` and `avro.codec` included. */
  metadata: Map<string, string>;
  schema: AvroSchema;
  records: unknown[];
  /** Plain bytes that the records hold on to, for cache bounds. */
  plainBytes: number;
}

/** Writes a container; `schema` is JSON text and `sync` 16 random bytes. */
export function writeContainer(options: {
  schema: string;
  metadata: Record<string, string>;
  records: Iterable<unknown>;
  deflate: Deflate;
  sync: Uint8Array;
}): Uint8Array {
  const out = new ByteSink();
  out.raw(Uint8Array.from(MAGIC));
  const entries = Object.entries({
    'avro.schema': options.schema,
    'avro.codec': 'deflate',
    ...options.metadata,
  });
  out.long(entries.length);
  for (const [key, value] of entries) {
    out.bytes(headerEncoder.encode(key));
    out.bytes(headerEncoder.encode(value));
  }
  out.long(0);
  out.raw(options.sync);
  writeBlocks(out, options);
  return out.take();
}

function writeBlocks(
  out: ByteSink,
  options: { schema: string; records: Iterable<unknown>; deflate: Deflate; sync: Uint8Array },
): void {
  const encode = compileEncoder(JSON.parse(options.schema) as AvroSchema);
  let block = new ByteSink();
  let count = 0;
  const close = (): void => {
    if (count === 0) return;
    out.long(count);
    out.bytes(options.deflate.deflate(block.take()));
    out.raw(options.sync);
    block = new ByteSink();
    count = 0;
  };
  for (const record of options.records) {
    encode(block, record);
    count++;
    if (block.length >= BLOCK_BYTES) close();
  }
  close();
}

/** Reads a whole container. Fields may be left undecoded (`DecodeOptions`). */
export function readContainer(
  bytes: Uint8Array,
  deflate: Deflate,
  options: DecodeOptions = EVERYTHING,
): ContainerFile {
  const reader = new ByteReader(bytes);
  const metadata = readHeader(reader);
  const { schema, decode } = decoderOf(metadata.get('avro.schema'), options);
  const codec = metadata.get('avro.codec') ?? 'null';
  if (codec !== 'null' && codec !== 'deflate') {
    throw new WeftError('TABLE_UNSUPPORTED', `Avro codec ${codec} is not supported.`);
  }
  const sync = reader.raw(SYNC_LENGTH);
  const records: unknown[] = [];
  let plainBytes = 0;
  while (!reader.done()) {
    const count = reader.count();
    const packed = reader.raw(reader.count());
    const plain = codec === 'null' ? packed : deflate.inflate(packed);
    if (!equalBytes(reader.raw(SYNC_LENGTH), sync)) throw corrupt('a sync marker does not match');
    const block = new ByteReader(plain);
    for (let i = 0; i < count; i++) records.push(decode(block));
    if (!block.done()) throw corrupt('a block is longer than its records');
    plainBytes += plain.length;
  }
  return { metadata, schema, records, plainBytes };
}

interface CompiledSchema {
  schema: AvroSchema;
  decode: Decoder;
}

/** By the options, which are few and live as long as the code, and the text of the schema. */
const compiled = new WeakMap<DecodeOptions, Map<string, CompiledSchema>>();

/**
 * The decoder of a schema. Why kept: each file of a table has the same schema, and records with lazy fields hold on to
 * their decoder, which is larger than they are.
 */
function decoderOf(text: string | undefined, options: DecodeOptions): CompiledSchema {
  const known = compiled.get(options) ?? new Map<string, CompiledSchema>();
  compiled.set(options, known);
  const key = text ?? '';
  const hit = known.get(key);
  if (hit !== undefined) return hit;
  const schema = parseSchema(text);
  const made = { schema, decode: compileDecoder(schema, options) };
  const oldest = known.keys().next().value;
  if (known.size >= SCHEMAS_MAX && oldest !== undefined) known.delete(oldest);
  known.set(key, made);
  return made;
}

function readHeader(reader: ByteReader): Map<string, string> {
  const magic = reader.raw(MAGIC.length);
  if (!equalBytes(magic, Uint8Array.from(MAGIC))) throw corrupt('it does not start as one');
  const metadata = new Map<string, string>();
  for (let count = reader.number(); count !== 0; count = reader.number()) {
    if (count < 0) reader.number();
    for (let i = 0; i < Math.abs(count); i++) {
      const key = headerDecoder.decode(reader.raw(reader.count()));
      metadata.set(key, headerDecoder.decode(reader.raw(reader.count())));
    }
  }
  return metadata;
}

function parseSchema(text: string | undefined): AvroSchema {
  if (text === undefined) throw corrupt('the header has no schema');
  try {
    return JSON.parse(text) as AvroSchema;
  } catch (cause) {
    throw new WeftError('TABLE_CORRUPT', 'The schema of an Avro file is not JSON.', { cause });
  }
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function corrupt(what: string): WeftError {
  return new WeftError('TABLE_CORRUPT', `An Avro file is damaged: ${what}.`);
}
