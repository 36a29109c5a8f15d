/**
 * Sends files as uploads that can be resumed (tus 1.0.0), and makes a batch of them.
 *
 * Not for small files or standard input, which go in one request (`commands/ingest.ts`). Invariants: the checksum is made
 * from the file itself, not from what went over the line; a broken line or a node that starts again costs the bytes since
 * the last safe offset and nothing else; who waits is told why.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type Readable, Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchReport } from '@weft/core/ingest/report';
import { isWeftError, WeftError } from '@weft/core/lib/error';
import { type ApiClient, type CallOptions, RemoteProblem } from './client.ts';

const PIECE = 'application/offset+octet-stream';
const UPLOADS = 'application/vnd.weft.uploads+json';
/** Bytes of one request: so much is synced before the next. */
const PIECE_BYTES = 64 << 20;
const READ_BYTES = 1 << 20;
const WAIT_FIRST_MS = 250;
const WAIT_MAX_MS = 10_000;
/** A sender gives up after so long without any progress. */
const PATIENCE_MS = 10 * 60_000;
/** A line that takes no byte for so long is broken. */
const SILENCE_MS = 60_000;

/** A file of this disk. */
export interface LocalFile {
  path: string;
  /** As the batch calls it. */
  name: string;
  bytes: number;
  /** What a manifest says that its SHA-256 and its number of records are. */
  sha256?: string | undefined;
  records?: number | undefined;
}

export interface Sender {
  node: ApiClient;
  product: string;
  signal: AbortSignal;
  /** Bytes of the file that are on their way. */
  onProgress(file: LocalFile, sent: number): void;
  say(text: string): void;
}

export interface SentFile {
  upload: string;
  name: string;
  sha256: string;
  records?: number | undefined;
}

/** Sends a file; resolves when all of its bytes are safe. */
export async function sendUpload(sender: Sender, file: LocalFile): Promise<SentFile> {
  const hashing = file.sha256 ?? hashFile(file.path, sender.signal);
  if (typeof hashing !== 'string') hashing.catch(() => {});
  const patience = new Patience(sender);
  const path = await patience.retry(() => begin(sender, file));
  let offset = 0;
  while (offset < file.bytes) {
    offset = await patience.retry(async (isAgain) => {
      if (isAgain) {
        const safe = await safeOffset(sender, path);
        if (safe > offset) patience.renew();
        offset = safe;
      }
      return offset === file.bytes ? offset : await sendPiece(sender, { file, path, offset });
    });
    patience.renew();
  }
  const { name, records } = file;
  return { upload: path.split('/').at(-1) ?? '', name, sha256: await hashing, records };
}

/** Makes a batch of uploads and waits for its report, also over a node that starts again. */
export async function batchOfUploads(
  sender: Sender,
  files: readonly SentFile[],
  options: Pick<CallOptions, 'query'> & { headers: Record<string, string> },
): Promise<BatchReport> {
  const path = `/api/v1/products/${encodeURIComponent(sender.product)}/batches`;
  const body = JSON.stringify({ uploads: files });
  const headers = { ...options.headers, 'content-type': UPLOADS };
  const patience = new Patience(sender);
  return await patience.retry(
    async () => await sender.node.call<BatchReport>('POST', path, { ...options, headers, body }),
  );
}

async function begin({ node, product }: Sender, file: LocalFile): Promise<string> {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const stated = file.sha256 === undefined ? '' : `,sha256 ${base64(file.sha256)}`;
  const response = await node.open('POST', '/api/v1/uploads', {
    headers: {
      'upload-length': String(file.bytes),
      'upload-metadata': `product ${base64(product)},filename ${base64(file.name)}${stated}`,
    },
  });
  await response.arrayBuffer();
  const location = response.headers.get('location');
  if (location !== null) return new URL(location, node.url).pathname;
  throw new WeftError('UNAVAILABLE', `${node.url} does not take uploads`);
}

async function safeOffset({ node }: Sender, path: string): Promise<number> {
  try {
    return offsetOf(await node.open('HEAD', path));
  } catch (error) {
    // Why: the answer to HEAD has no words.
    if (!(error instanceof RemoteProblem) || error.problem.status !== 404) throw error;
    throw new WeftError('NOT_FOUND', 'the node no longer knows the upload', {
      remedy: 'It waits a day for its next bytes. Send the file again.',
    });
  }
}

/** Sends the next piece; resolves to the offset behind it. */
async function sendPiece(
  sender: Sender,
  { file, path, offset }: { file: LocalFile; path: string; offset: number },
): Promise<number> {
  const end = Math.min(file.bytes, offset + PIECE_BYTES) - 1;
  const source = createReadStream(file.path, { start: offset, end, highWaterMark: READ_BYTES });
  const body = watched(source, (sent) => sender.onProgress(file, offset + sent));
  try {
    const headers = { 'content-type': PIECE, 'upload-offset': String(offset) };
    const response = await sender.node.open('PATCH', path, { headers, body });
    await response.arrayBuffer();
    return offsetOf(response);
  } finally {
    source.destroy();
    body.destroy();
  }
}

function offsetOf(response: Response): number {
  const offset = Number(response.headers.get('upload-offset') ?? Number.NaN);
  if (Number.isSafeInteger(offset)) return offset;
  throw new WeftError('UNAVAILABLE', 'the answer names no offset');
}

/** The bytes of a file on their way: counted, and broken off when nobody takes them any more. */
function watched(source: Readable, onBytes: (sent: number) => void): Readable {
  let sent = 0;
  let timer: NodeJS.Timeout | undefined;
  const body = new Transform({
    highWaterMark: READ_BYTES,
    transform(chunk: Uint8Array, _encoding, done) {
      clearTimeout(timer);
      sent += chunk.length;
      onBytes(sent);
      timer = setTimeout(() => body.destroy(timedOut()), SILENCE_MS);
      done(null, chunk);
    },
    flush(done) {
      clearTimeout(timer);
      done();
    },
    destroy(error, done) {
      clearTimeout(timer);
      done(error);
    },
  });
  source.on('error', (error: Error) => body.destroy(error));
  return source.pipe(body);
}

function timedOut(): Error {
  return Object.assign(new Error('the line takes no bytes'), { code: 'ETIMEDOUT' });
}

async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const bytes = createReadStream(path, { highWaterMark: READ_BYTES, signal });
  for await (const chunk of bytes) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Tries again with growing pauses while there is hope. */
class Patience {
  readonly #sender: Sender;
  #wait = WAIT_FIRST_MS;
  #until: number | null = null;

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  /** Something went well: the next trouble is a new one. */
  renew(): void {
    this.#wait = WAIT_FIRST_MS;
    this.#until = null;
  }

  async retry<T>(work: (isAgain: boolean) => Promise<T>): Promise<T> {
    for (let isAgain = false; ; isAgain = true) {
      try {
        return await work(isAgain);
      } catch (error) {
        await this.#pause(error);
      }
    }
  }

  async #pause(error: unknown): Promise<void> {
    const { signal, say } = this.#sender;
    const trouble = troubleOf(error);
    if (signal.aborted || trouble === null) throw error;
    const now = performance.now();
    this.#until ??= now + PATIENCE_MS;
    if (now > this.#until) throw error;
    if (trouble.isBroken) {
      say(`${trouble.words}; going on in ${Math.ceil(this.#wait / 1000)} s`);
    }
    await sleep(this.#wait, undefined, { signal });
    this.#wait = trouble.isBroken ? Math.min(this.#wait * 2, WAIT_MAX_MS) : 1_000;
    // Why: whoever says that he is at it may take as long as he likes.
    if (!trouble.isBroken) this.#until = null;
  }
}

/** What may be over in a moment; null for what stays. */
function troubleOf(error: unknown): { words: string; isBroken: boolean } | null {
  if (isWeftError(error, 'UNAVAILABLE')) return { words: error.message, isBroken: true };
  if (error instanceof RemoteProblem) {
    const { status, code, detail } = error.problem;
    if (code === 'UPLOAD_OFFSET') return { words: detail, isBroken: false };
    if (status === 503 && detail.includes('still being checked')) {
      return { words: detail, isBroken: false };
    }
    const passes = [408, 429, 460, 499, 500, 502, 503, 504].includes(status);
    return passes && code !== 'DISK_FAILED' ? { words: detail, isBroken: true } : null;
  }
  const isSlow = (error as NodeJS.ErrnoException | null)?.code === 'ETIMEDOUT';
  return isSlow ? { words: 'the line takes no bytes', isBroken: true } : null;
}
