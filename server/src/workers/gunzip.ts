/**
 * Decompresses a landed gzip file into a scratch file, in a stream.
 *
 * Invariant: the result is the whole content or none. Cut, damaged or padded files are refused, and so is one that grows
 * beyond all measure.
 * Source: RFC 1952; several members one after the other are one content.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { WeftError } from '@weft/core/lib/error';

/** Text compresses by 4 to 40; DEFLATE itself ends near 1,032. */
const EXPANSION_MAX = 1000;
const PLAIN_BYTES_FREE = 64 << 20;
const PLAIN_BYTES_MAX = 200 * 2 ** 30;
const CHUNK_BYTES = 1 << 20;

/** Writes the plain bytes of `source` to `target`. Throws BATCH_UNREADABLE; the target is then removed. */
export async function gunzipFile(
  source: string,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const { size } = await stat(source);
  const limit = Math.min(PLAIN_BYTES_MAX, Math.max(PLAIN_BYTES_FREE, size * EXPANSION_MAX));
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  try {
    await pipeline(
      createReadStream(source, { highWaterMark: CHUNK_BYTES }),
      gunzip,
      countUpTo(limit),
      createWriteStream(target, { highWaterMark: CHUNK_BYTES }),
      { signal },
    );
    if (gunzip.bytesWritten !== size) {
      throw unreadable('bytes follow the end of the gzip data');
    }
  } catch (error) {
    await rm(target, { force: true });
    throw asUnreadable(error, signal);
  }
}

function countUpTo(limit: number): Transform {
  let total = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      if (total > limit) {
        done(unreadable(`the gzip file holds more than ${limit} bytes, beyond the limit`));
      } else done(null, chunk);
    },
  });
}

function asUnreadable(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return new WeftError('CANCELLED', 'staging was cancelled', { cause: error });
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR') return unreadable('the gzip file is cut off', error);
  if (code.startsWith('Z_')) return unreadable('the gzip file is damaged', error);
  return error;
}

function unreadable(detail: string, cause?: unknown): WeftError {
  return new WeftError('BATCH_UNREADABLE', detail, {
    remedy: 'Compress the file again and send it whole.',
    cause,
  });
}
