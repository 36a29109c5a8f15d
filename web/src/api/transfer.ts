/**
 * Sends files as a batch: uploads that can be resumed (tus 1.0.0), their SHA-256 beside it, then the verdict.
 *
 * Invariant: bytes count only with the SHA-256 that was computed from the file here; the node refuses others.
 */
import { DetailedError, defaultOptions, type PreviousUpload, Upload } from 'tus-js-client';
import { type Outcome, startWork, type WorkHandle } from '../lib/work.ts';
import { sendRaw } from './answers.ts';
import { whyLate } from './late.ts';
import { followOperation, pause } from './operation.ts';
import { Problem, unreachable } from './problem.ts';
import type { BatchReport } from './types.ts';
import { words } from './words.ts';

const ENDPOINT = '/api/v1/uploads';
const LIST_TYPE = 'application/vnd.weft.uploads+json';
/** Why pieces: an offset that is told is safe on disk, so a pause loses at most one of them. */
const PIECE_BYTES = 8 * 1024 * 1024;
const RETRY_MS = [0, 1_000, 3_000, 5_000, 10_000, 20_000, 30_000];

export interface Delivery {
  /** Who sends: a browser may be shared, and an upload is only his who began it. */
  subject: string;
  product: string;
  /** The major whose table it is for; null for the newest. */
  major: number | null;
  files: readonly File[];
  /** The sender's name for these bytes; null for none. */
  key: string | null;
  /** The table of a product that has several. */
  table: string | null;
}

/** Sends files as one batch and gives the id of the work; `describe` says the verdict. */
export function sendBatch(delivery: Delivery, describe: (report: BatchReport) => Outcome): string {
  const { files, product, subject } = delivery;
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const title = files.length === 1 ? (files[0]?.name ?? '') : words.files(files.length);
  return startWork({ title, product, phase: words.sending, unit: 'bytes', total }, async (work) => {
    const sent: SentFile[] = [];
    for (const file of files) {
      const before = sent.reduce((sum, { size }) => sum + size, 0);
      sent.push(
        await sendFile(file, delivery, work, (bytes) => work.report({ done: before + bytes })),
      );
    }
    work.onPause(null);
    work.report({ phase: words.handingOver, done: 0, total: null });
    const landed = await postBatch(delivery, sent, work.signal);
    await forgetUploads(sent);
    const report = await followOperation(
      { ...landed, subject, title, product, bytes: total },
      work,
    );
    return describe(report);
  });
}

interface SentFile {
  upload: string;
  name: string;
  size: number;
  sha256: string;
  fingerprint: string;
}

async function sendFile(
  file: File,
  delivery: Delivery,
  work: WorkHandle,
  onBytes: (bytes: number) => void,
): Promise<SentFile> {
  const [upload, sha256] = await Promise.all([
    uploadFile(file, delivery, work, onBytes),
    sha256OfFile(file, work.signal),
  ]);
  return {
    upload,
    sha256,
    name: file.name,
    size: file.size,
    fingerprint: fingerprintOf(file, delivery),
  };
}

async function uploadFile(
  file: File,
  delivery: Delivery,
  work: WorkHandle,
  onBytes: (bytes: number) => void,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const upload = new Upload(file, {
    endpoint: new URL(ENDPOINT, location.origin).href,
    chunkSize: PIECE_BYTES,
    retryDelays: RETRY_MS,
    metadata: { product: delivery.product, filename: file.name },
    fingerprint: async () => fingerprintOf(file, delivery),
    onProgress: onBytes,
    onError: (error) => reject(problemOfUpload(error)),
    onSuccess: () => resolve(upload.url?.split('/').at(-1) ?? ''),
  });
  const earlier = await upload.findPreviousUploads();
  const [last] = earlier;
  if (last !== undefined) upload.resumeFromPreviousUpload(last);
  work.onPause({ pause: () => void upload.abort(), resume: () => upload.start() });
  // Why with removal: what is given up shall not stay on the node for a day.
  work.signal.addEventListener('abort', () => {
    void upload.abort(true).catch(() => null);
    reject(work.signal.reason as Error);
  });
  upload.start();
  return await promise;
}

type Sender = Pick<Delivery, 'subject' | 'product'>;

const prefixOf = ({ subject, product }: Sender): string => `weft ${subject} ${product} `;

function fingerprintOf({ name, size, lastModified }: File, sender: Sender): string {
  return `${prefixOf(sender)}${size} ${lastModified} ${name}`;
}

function problemOfUpload(error: Error): Error {
  if (!(error instanceof DetailedError)) return error;
  const response = error.originalResponse;
  if (response === null) {
    return new Problem({
      status: 0,
      code: 'UNREACHABLE',
      title: words.lineBroke,
      detail: words.lineBrokeDetail,
      remedy: words.goOnSame,
    });
  }
  const status = response.getStatus();
  const told = parsed(response.getBody());
  return new Problem({
    title: words.notTaken,
    detail: words.answered(status),
    code: `HTTP_${status}`,
    ...told,
    status,
  });
}

function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function sha256OfFile(file: File, signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const worker = new Worker(new URL('../lib/sha256.worker.ts', import.meta.url), {
    type: 'module',
  });
  worker.onmessage = ({ data }: MessageEvent<{ digest?: string; failed?: string }>) => {
    if (data.digest !== undefined) resolve(data.digest);
    if (data.failed !== undefined) reject(new Error(words.fileUnreadableFor(data.failed)));
  };
  worker.onerror = (event: Event | ErrorEvent) => {
    if ('message' in event) reject(new Error(words.fileUnreadable));
    else void whyLate().then((why) => reject(why ?? unreachable()));
  };
  signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  worker.postMessage(file);
  return promise.finally(() => worker.terminate());
}

async function postBatch(
  { product, major, files, key, table }: Delivery,
  sent: readonly SentFile[],
  signal: AbortSignal,
): Promise<{ operation: string; batch: string }> {
  const path = '/api/v1/products/{product}/batches';
  const uploads = sent.map(({ upload, name, sha256 }) => ({ upload, name, sha256 }));
  const request = {
    params: { product: major === null ? product : `${product}@${major}` },
    query: {
      ...(key === null ? {} : { key }),
      ...(table === null ? {} : { object: table }),
      ...(files.length === 1 ? { name: files[0]?.name ?? '' } : {}),
    },
    headers: { 'content-type': LIST_TYPE, prefer: 'respond-async' },
    body: JSON.stringify({ uploads }),
    signal,
  };
  // Why again: the same request gets the first answer, so a lost one is asked for once more.
  const { document, headers } = await sendRaw(path, request).catch(async (error: unknown) => {
    if (!(error instanceof Problem) || error.status !== 0) throw error;
    await pause(2_000, signal);
    return await sendRaw(path, request);
  });
  return { batch: document.batch, operation: headers.get('location')?.split('/').at(-1) ?? '' };
}

/** An upload that was begun here and not finished. */
export interface UnfinishedUpload {
  name: string;
  size: number;
  product: string;
  begun: string;
  key: string;
}

const storage = () => defaultOptions.urlStorage;

/** What somebody began for a product in this browser and never handed over. */
export async function unfinishedUploads(sender: Sender): Promise<UnfinishedUpload[]> {
  const found = (await storage()?.findAllUploads()) ?? [];
  return found
    .filter(({ urlStorageKey }) => urlStorageKey.includes(`::${prefixOf(sender)}`))
    .map(({ metadata, size, creationTime, urlStorageKey }) => ({
      name: metadata['filename'] ?? '',
      size: size ?? 0,
      product: sender.product,
      begun: new Date(creationTime).toISOString(),
      key: urlStorageKey,
    }));
}

/** Gives an upload up, here and on the node. */
export async function giveUploadUp(key: string): Promise<void> {
  const found = (await storage()?.findAllUploads()) ?? [];
  const upload = found.find(({ urlStorageKey }) => urlStorageKey === key);
  const url = upload?.uploadUrl;
  if (typeof url === 'string') await Upload.terminate(url).catch(() => null);
  await storage()?.removeUpload(key);
}

async function forgetUploads(sent: readonly SentFile[]): Promise<void> {
  for (const { fingerprint } of sent) {
    const found: PreviousUpload[] = (await storage()?.findUploadsByFingerprint(fingerprint)) ?? [];
    for (const { urlStorageKey } of found) await storage()?.removeUpload(urlStorageKey);
  }
}
