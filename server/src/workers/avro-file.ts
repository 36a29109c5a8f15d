/**
 * Avro object container files on disk: header, and one block after the other, unpacked.
 *
 * Not the meaning of columns (`core/src/ingest/avro-columns.ts`), nor the manifests of tables (`core/src/lakehouse/avro.ts`).
 * Invariants: a damaged file is refused and never read further; a block takes bounded memory, whatever it says of itself.
 * Source: Apache Avro 1.12 specification, "Object Container Files". Codecs: null, deflate, snappy, zstandard.
 */
import { crc32, inflateRawSync, zstdDecompressSync } from 'node:zlib';
import { ByteReader } from '@weft/core/lakehouse/avro-codec';
import { isWeftError, WeftError } from '@weft/core/lib/error';
import { snappyUncompress } from 'hysnappy';
import { readFully } from './file-bytes.ts';

const MAGIC = 'Obj\u0001';
const SYNC_BYTES = 16;
/** Two numbers of at most ten bytes stand before a block. */
const BLOCK_HEAD_BYTES = 20;
const HEADER_BYTES_FIRST = 1 << 16;
const HEADER_BYTES_MAX = 16 << 20;
const BLOCK_BYTES_MAX = 256 << 20;

export interface AvroBlock {
  records: number;
  reader: ByteReader;
  /** Plain bytes. */
  bytes: number;
  /** Where the block ends in the file. */
  end: number;
}

export interface AvroPlace {
  fd: number;
  start: number;
  end: number;
}

/** True for a file that begins as an Avro container does. */
export function isAvro(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, 4)).toString('latin1') === MAGIC;
}

/** A container whose header was read. */
export class AvroFile {
  readonly schema: unknown;
  readonly #place: AvroPlace;
  readonly #unpack: Unpack;
  readonly #sync: Buffer;
  #at: number;

  /** Throws BATCH_UNREADABLE. */
  constructor(place: AvroPlace) {
    this.#place = place;
    const { metadata, sync, bytes } = readHeader(place);
    const codec = metadata.get('avro.codec')?.toString('latin1') ?? 'null';
    this.#unpack = UNPACK[codec] ?? unknownCodec(codec);
    this.#sync = sync;
    this.#at = place.start + bytes;
    this.schema = parseSchema(metadata.get('avro.schema'));
  }

  /** The next block; null at the end of the file. Throws BATCH_UNREADABLE. */
  next(): AvroBlock | null {
    const { fd, end } = this.#place;
    if (this.#at >= end) return null;
    return undamaged(() => {
      const head = Buffer.allocUnsafe(Math.min(BLOCK_HEAD_BYTES, end - this.#at));
      readFully(fd, head, this.#at);
      const numbers = new ByteReader(head);
      const records = numbers.count();
      const size = numbers.count();
      const from = this.#at + numbers.position;
      const to = from + size + SYNC_BYTES;
      if (size > BLOCK_BYTES_MAX) throw damaged(`a block of ${size} bytes is too large`);
      if (to > end) throw damaged('it ends inside a block');
      const packed = Buffer.allocUnsafe(size + SYNC_BYTES);
      readFully(fd, packed, from);
      if (!packed.subarray(size).equals(this.#sync)) throw damaged('a sync marker does not match');
      const plain = this.#unpack(packed.subarray(0, size));
      // Why: a record has at least a byte, so a block cannot promise more records than it can have.
      if (records > plain.length) throw damaged('a block has fewer bytes than records');
      this.#at = to;
      return { records, reader: new ByteReader(plain), bytes: plain.length, end: to };
    });
  }
}

/** Runs `read`; what it finds damaged is told as one error. */
export function undamaged<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isWeftError(error, 'BATCH_UNREADABLE')) throw error;
    if (isWeftError(error, 'TABLE_CORRUPT')) throw damaged('a value ends outside its block', error);
    if (/^(Z|ZSTD)_|^ERR_BUFFER_TOO_LARGE$/.test(String((error as NodeJS.ErrnoException).code))) {
      throw damaged('a block cannot be unpacked', error);
    }
    throw error;
  }
}

export function damaged(what: string, cause?: unknown): WeftError {
  return new WeftError('BATCH_UNREADABLE', `the Avro file is damaged: ${what}`, {
    remedy: 'Write the file again and send it whole.',
    cause,
  });
}

type Unpack = (bytes: Buffer) => Uint8Array;

const UNPACK: Readonly<Record<string, Unpack>> = {
  null: (bytes) => bytes,
  deflate: (bytes) => inflateRawSync(bytes, { maxOutputLength: BLOCK_BYTES_MAX }),
  zstandard: (bytes) => zstdDecompressSync(bytes, { maxOutputLength: BLOCK_BYTES_MAX }),
  snappy: unsnap,
};

/** Snappy with the CRC-32 of the plain bytes behind it. */
function unsnap(bytes: Buffer): Uint8Array {
  const packed = bytes.subarray(0, -4);
  const plainLength = uncompressedLength(packed);
  if (bytes.length < 5 || plainLength > BLOCK_BYTES_MAX) throw damaged('a block is no snappy');
  let plain: Uint8Array;
  try {
    plain = snappyUncompress(packed, plainLength);
  } catch (cause) {
    throw damaged('a block cannot be unpacked', cause);
  }
  if (crc32(plain) !== bytes.readUInt32BE(bytes.length - 4)) {
    throw damaged('the checksum of a block does not match');
  }
  return plain;
}

/** The number that a snappy block begins with. */
function uncompressedLength(bytes: Uint8Array): number {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[i] ?? 0x80;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return length;
  }
  throw damaged('a block is no snappy');
}

function unknownCodec(codec: string): never {
  throw new WeftError('BATCH_UNREADABLE', `the Avro codec ${codec.slice(0, 40)} is not read`, {
    remedy: `Write the file with one of the codecs ${Object.keys(UNPACK).join(', ')}.`,
  });
}

interface Header {
  metadata: Map<string, Buffer>;
  sync: Buffer;
  bytes: number;
}

function readHeader({ fd, start, end }: AvroPlace): Header {
  for (let limit = HEADER_BYTES_FIRST; ; limit *= 16) {
    const bytes = Buffer.allocUnsafe(Math.min(limit, end - start));
    readFully(fd, bytes, start);
    if (!isAvro(bytes)) {
      throw new WeftError('BATCH_UNREADABLE', 'the file is no Avro container', {
        remedy: 'Write an object container file; messages without one cannot be sent as a batch.',
      });
    }
    try {
      return parseHeader(bytes);
    } catch (error) {
      const isWhole = bytes.length === end - start || limit >= HEADER_BYTES_MAX;
      if (isWhole) throw damaged('its header does not end', error);
    }
  }
}

function parseHeader(bytes: Buffer): Header {
  const reader = new ByteReader(bytes);
  reader.skip(MAGIC.length);
  const metadata = new Map<string, Buffer>();
  for (let count = reader.number(); count !== 0; count = reader.number()) {
    if (count < 0) reader.number();
    for (let i = 0; i < Math.abs(count); i++) {
      const key = Buffer.from(reader.raw(reader.count())).toString('utf8');
      metadata.set(key, Buffer.from(reader.raw(reader.count())));
    }
  }
  const sync = Buffer.from(reader.raw(SYNC_BYTES));
  return { metadata, sync, bytes: reader.position };
}

function parseSchema(text: Buffer | undefined): unknown {
  if (text === undefined) throw damaged('its header has no schema');
  try {
    return JSON.parse(text.toString('utf8'));
  } catch (cause) {
    throw damaged('its schema is no JSON', cause);
  }
}
