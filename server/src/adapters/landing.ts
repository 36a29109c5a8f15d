/**
 * Lands a batch: its bytes on disk exactly as received, with their hash, before anything is acknowledged.
 *
 * Not a reader: what the bytes mean is decided later.
 * Invariant: when `land` resolves, the file is whole under its final name and survives a power cut; when it rejects, no
 * part of it is left.
 */
import { createHash, type Hash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Landing, SourceCompression, SourceFormat } from '@weft/core/ingest/ports';
import { WeftError } from '@weft/core/lib/error';

export interface LandOptions {
  /** Made when missing; on one file system. */
  directory: string;
  /** The producer's name of the file; only kept, never used as a path. */
  name: string | null;
  format: SourceFormat;
  compression: SourceCompression;
  /** More bytes are refused with PAYLOAD_TOO_LARGE. */
  bytesMax: number;
  signal: AbortSignal;
}

const READ_BYTES = 1 << 20;

/** Lands the stream's bytes. Throws PAYLOAD_TOO_LARGE, CANCELLED, or the stream's own error. */
export async function land(
  stream: AsyncIterable<Uint8Array>,
  options: LandOptions,
): Promise<Landing> {
  const { directory, name, format, compression } = options;
  await mkdir(directory, { recursive: true });
  const path = join(directory, `${randomUUID()}.landing`);
  const partial = `${path}.partial`;
  const file = await open(partial, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    const bytes = await writeAll(file, stream, { hash, ...options });
    await file.datasync();
    await file.close();
    await rename(partial, path);
    await syncDirectory(directory);
    return { path, name, bytes, sha256: hash.digest('hex'), format, compression };
  } catch (error) {
    await file.close().catch(() => undefined);
    await Promise.all([rm(partial, { force: true }), rm(path, { force: true })]);
    throw error;
  }
}

/** Lands a copy of a local file; its name is the landing's name unless the options give one. */
export async function landFile(
  source: string,
  options: Omit<LandOptions, 'name'> & { name?: string | null },
): Promise<Landing> {
  const { size } = await stat(source);
  if (size > options.bytesMax) throw tooLarge(options.bytesMax);
  const stream = createReadStream(source, { highWaterMark: READ_BYTES });
  return land(stream, { ...options, name: options.name ?? basename(source) });
}

async function writeAll(
  file: FileHandle,
  stream: AsyncIterable<Uint8Array>,
  { hash, bytesMax, signal }: { hash: Hash; bytesMax: number; signal: AbortSignal },
): Promise<number> {
  let bytes = 0;
  refuseCancelled(signal);
  for await (const chunk of abortable(stream, signal)) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw tooLarge(bytesMax);
    hash.update(chunk);
    let done = 0;
    while (done < chunk.length) {
      done += (await file.write(chunk, done, chunk.length - done)).bytesWritten;
    }
  }
  refuseCancelled(signal);
  return bytes;
}

/** Ends the wait for the next chunk when the signal aborts, even if the sender has gone silent. */
async function* abortable(
  stream: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const iterator = stream[Symbol.asyncIterator]();
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => undefined);
  const onAbort = () => aborted.reject(new WeftError('CANCELLED', 'the upload was cancelled'));
  signal.addEventListener('abort', onAbort);
  let finished = false;
  try {
    while (true) {
      const next = await Promise.race([iterator.next(), aborted.promise]);
      if (next.done) {
        finished = true;
        return;
      }
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Why: not awaited, because a silent sender would answer only when its next chunk comes.
    if (!finished) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

function refuseCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new WeftError('CANCELLED', 'the upload was cancelled');
}

function tooLarge(bytesMax: number): WeftError {
  return new WeftError('PAYLOAD_TOO_LARGE', `the file has more than ${bytesMax} bytes`);
}

/** Makes the new name durable. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
