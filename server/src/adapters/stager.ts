/**
 * The Stager port: a compressed file is decompressed first, CSV, NDJSON and JSON are read by warm worker threads, Parquet by DuckDB.
 *
 * Not here: what a record or a value is. Stage files belong to the caller once `onPart` has them.
 * Invariant: parts come in order and one at a time; a worker makes at most two parts more than were taken.
 */
import { Worker } from 'node:worker_threads';
import type { IngestPlan } from '@weft/core/contract/plan';
import { errorInFile } from '@weft/core/ingest/batch-files';
import type {
  SqlEngine,
  StagePart,
  StageRequest,
  Stager,
  StageSummary,
} from '@weft/core/ingest/ports';
import { plannedColumns, refuseNestedCsv } from '@weft/core/ingest/stage-layout';
import { localOffsetOf } from '@weft/core/lib/calendar';
import { WeftError } from '@weft/core/lib/error';
import type { JobResult, StageJob } from '../workers/stage-job.ts';
import {
  CANCELLED,
  CREDITS,
  type StageWorkerMessage,
  type StageWorkerRequest,
  unpackError,
} from '../workers/stage-messages.ts';
import { transcodedOf } from '../workers/transcode.ts';
import { filesOf, plainFile, plainGroups, type SourceFile } from './stager-files.ts';
import { stageParquet } from './stager-parquet.ts';

export interface StagerOptions {
  /** Files that are staged at the same time; more wait. */
  threads: number;
  /** Opens an engine for one Parquet file; the stager closes it. */
  openEngine(): Promise<SqlEngine>;
  /** Bytes that are read at once (default 4 MB): a row group of the stage, and so what one thread of the engine takes. */
  pieceBytes?: number;
  /** Plain bytes of a part, about (default 128 MB). */
  partBytes?: number;
}

const PIECE_BYTES = 4 << 20;
const PART_BYTES = 128 << 20;
const PARTS_AHEAD = 2;

/** Starts no thread before the first file. `close` ends the threads; jobs at work then fail. */
export function createStager(options: StagerOptions): Stager & { close(): Promise<void> } {
  return new ThreadStager(options);
}

class ThreadStager implements Stager {
  #options: Required<StagerOptions>;
  #idle: Worker[] = [];
  #all = new Set<Worker>();
  #waiting: PromiseWithResolvers<Worker>[] = [];
  #closed = false;

  constructor(options: StagerOptions) {
    this.#options = { pieceBytes: PIECE_BYTES, partBytes: PART_BYTES, ...options };
  }

  async stage(
    request: StageRequest,
    onPart: (part: StagePart) => Promise<void>,
  ): Promise<StageSummary> {
    if (this.#closed) throw closedError();
    checkPlan(request);
    const files = filesOf(request.landing);
    const summary =
      request.landing.format === 'parquet'
        ? await this.#stageParquet(files, request, onPart)
        : await this.#stageText(request.landing.format, { files, request, onPart });
    const lacking = summary.files[0]?.lacking.filter((name) =>
      summary.files.every((file) => file.lacking.includes(name)),
    );
    const [first] = summary.files;
    const isAlike = summary.files.every(
      (file) => file.fields?.join('\0') === first?.fields?.join('\0'),
    );
    return {
      ...summary,
      ...(isAlike && first?.fields !== undefined ? { fields: first.fields } : {}),
      lacking: lacking ?? [],
      framed: summary.files.reduce((sum, file) => sum + file.framed, 0),
    };
  }

  async #stageParquet(
    files: readonly SourceFile[],
    request: StageRequest,
    onPart: (part: StagePart) => Promise<void>,
  ): Promise<Staged> {
    const staged: Staged = { files: [], bytes: 0, keyAscending: false, keysMarked: false };
    const { partBytes, openEngine } = this.#options;
    let at = { firstOrdinal: 0, firstPart: 0 };
    for (const [i, file] of files.entries()) {
      const plainPath = await plainFile(file, `plain-${i}`, request);
      const engine = await openEngine();
      try {
        const own = { ...request, ...reportFrom(request, staged.bytes), ...at };
        const done = await stageParquet(engine, { ...own, plainPath, partBytes }, onPart);
        at = { firstOrdinal: at.firstOrdinal + done.framed, firstPart: done.nextPart };
        staged.files.push({ framed: done.framed, lacking: done.lacking });
        staged.bytes += done.bytes;
      } catch (error) {
        throw errorInFile(file.name, error);
      } finally {
        engine.close();
      }
    }
    return staged;
  }

  async #stageText(
    format: StageJob['format'],
    { files, request, onPart }: TextRequest,
  ): Promise<Staged> {
    const { partBytes, pieceBytes } = this.#options;
    const { directory } = request;
    const { csv } = request.plan;
    const transcoded = format === 'csv' ? transcodedOf(csv.encoding) : null;
    const plan: IngestPlan =
      transcoded === null ? request.plan : { ...request.plan, csv: { ...csv, encoding: 'utf-8' } };
    const isOne = files.length === 1;
    const staged: Staged = { files: [], bytes: 0, keyAscending: isOne, keysMarked: true };
    let jobs = 0;
    let at = { firstOrdinal: 0, firstPart: 0 };
    for await (const plain of plainGroups(files, { ...request, transcoded })) {
      const job = { ...plain, ...at, format, plan, directory, pieceBytes, partBytes };
      const own = { ...request, ...reportFrom(request, staged.bytes) };
      const { segments, nextPart } = await this.#runJob(job, own, onPart);
      // Why: the keys of one job are not known in the next.
      staged.keysMarked &&= ++jobs === 1;
      for (const [i, segment] of segments.entries()) {
        const { framed, lacking, fields, bytes, keyAscending, keysMarked } = segment;
        const isDoubtful = segment.looksUtf8 === true || plain.segments[i]?.looksUtf8 === true;
        staged.files.push({
          framed,
          lacking,
          ...(fields === undefined ? {} : { fields }),
          ...(isDoubtful ? { encodingDoubt: { declared: csv.encoding, looksLike: 'utf-8' } } : {}),
        });
        staged.bytes += bytes;
        at = { firstOrdinal: at.firstOrdinal + framed, firstPart: nextPart };
        staged.keyAscending &&= keyAscending;
        staged.keysMarked &&= keysMarked;
      }
    }
    return staged;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(closedError());
    await Promise.all([...this.#all].map((worker) => worker.terminate()));
  }

  async #runJob(
    job: StageJob,
    request: StageRequest,
    onPart: (part: StagePart) => Promise<void>,
  ): Promise<JobResult> {
    const worker = await this.#takeWorker();
    worker.ref();
    try {
      return await runInWorker(worker, job, request, onPart);
    } finally {
      worker.unref();
      this.#giveBack(worker);
    }
  }

  async #takeWorker(): Promise<Worker> {
    if (this.#closed) throw closedError();
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#all.size < this.#options.threads) return this.#startWorker();
    const waiting = Promise.withResolvers<Worker>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL('../workers/stage-worker.ts', import.meta.url));
    this.#all.add(worker);
    // Why: a job at work hears of the end itself; an idle thread must only be forgotten.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      this.#all.delete(worker);
      this.#idle = this.#idle.filter((other) => other !== worker);
    });
    return worker;
  }

  #giveBack(worker: Worker): void {
    const next = this.#waiting.shift();
    const alive = this.#all.has(worker);
    if (next !== undefined) next.resolve(alive ? worker : this.#startWorker());
    else if (alive) this.#idle.push(worker);
  }
}

type Staged = Omit<StageSummary, 'lacking' | 'framed'>;

interface TextRequest {
  files: readonly SourceFile[];
  request: StageRequest;
  onPart: (part: StagePart) => Promise<void>;
}

/** Progress of a file as progress of the batch. */
function reportFrom(
  { onProgress }: StageRequest,
  before: number,
): Pick<StageRequest, 'onProgress'> {
  return onProgress === undefined ? {} : { onProgress: (bytes) => onProgress(before + bytes) };
}

function closedError(): WeftError {
  return new WeftError('UNAVAILABLE', 'the stager is closed');
}

/** Refuses what no file can mend, before anything is read. */
function checkPlan({ plan, landing }: StageRequest): void {
  const columns = plannedColumns(plan);
  if (landing.format === 'csv') refuseNestedCsv(columns);
  for (const { name, defaultTimezone, nestedZones = {} } of columns) {
    const zones = Object.entries({ [name]: defaultTimezone, ...nestedZones });
    for (const [place, zone] of zones) {
      if (zone === null || localOffsetOf(zone) !== null) continue;
      throw new WeftError(
        'BATCH_UNREADABLE',
        `the column \`${place}\` has the default time zone \`${zone}\`, which is unknown`,
        { remedy: 'Name an IANA zone, UTC, or an offset such as +01:00 in the contract.' },
      );
    }
  }
}

/** Runs one job to its end: resolves when every part was taken and the worker is idle again. */
function runInWorker(
  worker: Worker,
  job: StageJob,
  request: StageRequest,
  onPart: (part: StagePart) => Promise<void>,
): Promise<JobResult> {
  const control = new SharedArrayBuffer(8);
  const words = new Int32Array(control);
  Atomics.store(words, CREDITS, PARTS_AHEAD);
  const cancel = () => {
    Atomics.store(words, CANCELLED, 1);
    // Why: the value must change too, or a thread that is about to wait would sleep on.
    Atomics.add(words, CREDITS, 1);
    Atomics.notify(words, CREDITS);
  };
  return new Promise((resolve, reject) => {
    let failure: unknown = null;
    let taken = Promise.resolve();
    const fail = (error: unknown) => {
      failure ??= error;
      cancel();
    };
    const onAbort = () => fail(new WeftError('CANCELLED', 'staging was cancelled'));
    const takePart = async (part: StagePart): Promise<void> => {
      if (failure !== null) return;
      try {
        await onPart(part);
        Atomics.add(words, CREDITS, 1);
        Atomics.notify(words, CREDITS);
      } catch (error) {
        fail(error);
      }
    };
    const finish = (result: JobResult | null): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      request.signal.removeEventListener('abort', onAbort);
      void taken.then(() => {
        if (failure !== null || result === null) reject(failure);
        else resolve(result);
      });
    };
    const onError = (error: unknown) => fail(error);
    const onExit = () => {
      failure ??= new WeftError('INTERNAL', 'the stage worker ended');
      finish(null);
    };
    const onMessage = (message: StageWorkerMessage): void => {
      if (message.kind === 'part') taken = taken.then(() => takePart(message.part));
      else if (message.kind === 'progress') request.onProgress?.(message.bytes);
      else if (message.kind === 'done') finish(message.result);
      else {
        failure ??= unpackError(message.error);
        finish(null);
      }
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    request.signal.addEventListener('abort', onAbort);
    if (request.signal.aborted) onAbort();
    const message: StageWorkerRequest = { job, control };
    worker.postMessage(message);
  });
}
