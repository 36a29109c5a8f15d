/**
 * Decompresses a landed file into a scratch file, in a stream.
 *
 * Invariant: the result is the whole content or none. Cut, damaged or padded files are refused, and so is one that grows
 * beyond all measure.
 * Source: RFC 1952 (gzip), RFC 8878 (zstd); several members or frames one after the other are one content.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { SourceCompression } from '@weft/core/ingest/ports';
import { WeftError } from '@weft/core/lib/error';
import { ZstdFrameError, zstdFrames } from './zstd-frames.ts';

/** Text compresses by 4 to 40; DEFLATE itself ends near 1,032. */
const EXPANSION_MAX = 1000;
const PLAIN_BYTES_FREE = 64 << 20;
const PLAIN_BYTES_MAX = 200 * 2 ** 30;
// Why not more: each chunk is a buffer of its own, and many of them wait for the collector at a time.
const CHUNK_BYTES = 1 << 18;

type Compression = Exclude<SourceCompression, 'none'>;

export interface DecompressRequest {
  source: string;
  target: string;
  /** `none` copies the bytes. */
  compression: SourceCompression;
  /** Makes other text of the plain bytes. */
  through?: Transform | null;
  signal: AbortSignal;
}

/** Writes the plain bytes of `source` behind what `target` has. Throws BATCH_UNREADABLE; the target is then removed. */
export async function decompressFile(request: DecompressRequest): Promise<void> {
  const { source, target, compression, signal } = request;
  const { size } = await stat(source);
  const limit = Math.min(PLAIN_BYTES_MAX, Math.max(PLAIN_BYTES_FREE, size * EXPANSION_MAX));
  try {
    await pipeline(
      compression === 'none'
        ? createReadStream(source, { highWaterMark: CHUNK_BYTES })
        : Readable.from(plainBytes(source, compression), { highWaterMark: 1 }),
      countUpTo(limit, compression),
      ...(request.through == null ? [] : [request.through]),
      createWriteStream(target, { highWaterMark: CHUNK_BYTES, flags: 'a' }),
      { signal },
    );
  } catch (error) {
    await rm(target, { force: true });
    throw asUnreadable(error, request);
  }
}

/** The plain bytes of a file. Throws errors of zlib, and ZstdFrameError. */
export async function* plainBytes(
  source: string,
  compression: Compression,
): AsyncGenerator<Buffer> {
  const { size } = await stat(source);
  yield* compression === 'gzip' ? gunzip(source, size) : unzstd(source, size);
}

async function* gunzip(source: string, size: number): AsyncGenerator<Buffer> {
  const stream = createGunzip({ chunkSize: CHUNK_BYTES });
  const bytes = createReadStream(source, { highWaterMark: CHUNK_BYTES });
  yield* throughStream(bytes, stream);
  if (stream.bytesWritten !== size) throw unreadable('bytes follow the end of the gzip data');
}

async function* unzstd(source: string, size: number): AsyncGenerator<Buffer> {
  const file = await open(source);
  try {
    for await (const { start, end } of zstdFrames(file, size)) {
      const bytes = createReadStream(source, { start, end: end - 1, highWaterMark: CHUNK_BYTES });
      yield* throughStream(bytes, createZstdDecompress({ chunkSize: CHUNK_BYTES }));
    }
  } finally {
    await file.close();
  }
}

async function* throughStream(bytes: Readable, stream: Transform): AsyncGenerator<Buffer> {
  bytes.on('error', (error) => stream.destroy(error)).pipe(stream);
  try {
    yield* stream;
  } finally {
    bytes.destroy();
    stream.destroy();
  }
}

function countUpTo(limit: number, compression: SourceCompression): Transform {
  let total = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      if (total > limit) {
        done(
          unreadable(`the ${compression} file holds more than ${limit} bytes, beyond the limit`),
        );
      } else done(null, chunk);
    },
  });
}

function asUnreadable(error: unknown, { signal, compression }: DecompressRequest): unknown {
  if (signal.aborted) return new WeftError('CANCELLED', 'staging was cancelled', { cause: error });
  if (error instanceof ZstdFrameError) return unreadable(error.message, error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR') return unreadable(`the ${compression} file is cut off`, error);
  if (code === 'ZSTD_error_frameParameter_windowTooLarge') {
    return unreadable(
      'the zstd file needs more memory than is given: its window is over 128 MB',
      error,
    );
  }
  if (/^(Z|ZSTD)_/.test(code)) return unreadable(`the ${compression} file is damaged`, error);
  return error;
}

function unreadable(detail: string, cause?: unknown): WeftError {
  return new WeftError('BATCH_UNREADABLE', detail, {
    remedy: 'Compress the file again and send it whole.',
    cause,
  });
}
