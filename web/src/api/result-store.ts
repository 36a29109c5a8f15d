/**
 * The rows of one answer: pages as blobs outside of the script heap, the few that are looked at decoded.
 *
 * Invariant: however long the answer is, at most `DECODED_MAX` pages of it are objects. A row that is not decoded is null,
 * and is told (`subscribe`) when it is there.
 */
import type { ResultColumn, ResultTail } from '../lib/result-splitter.ts';
import { type Problem, type ProblemDocument, unreachable } from './problem.ts';
import { PAGE_ROWS, type ResultTold } from './result-protocol.ts';
import { words } from './words.ts';

export type Row = readonly unknown[];
export type ResultState = 'running' | 'done' | 'failed' | 'cancelled';

/** What is known of an answer by now; a new object whenever something of it changed. */
export interface ResultStatus {
  state: ResultState;
  query: string | null;
  columns: readonly ResultColumn[];
  /** Rows that are here. */
  rowCount: number;
  bytes: number;
  startedAt: number;
  /** Milliseconds from asking to the end, or to now while it runs. */
  elapsedMs: number;
  tail: ResultTail | null;
  problem: ProblemDocument | null;
  /** Grows when rows were decoded. */
  version: number;
}

export const DECODED_MAX = 20;

/** A worker, or what stands in for it in a test of this store. */
export interface ResultSource {
  postMessage(message: unknown): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<ResultTold>) => void) | null;
  /** Without a message where the worker itself did not come. */
  onerror: ((event: ErrorEvent) => void) | null;
}

export class ResultStore {
  readonly #source: ResultSource;
  readonly #blobs: { blob: Blob; rows: number }[] = [];
  readonly #decoded = new Map<number, readonly Row[]>();
  readonly #decoding = new Map<number, Promise<readonly Row[]>>();
  readonly #listeners = new Set<() => void>();
  readonly #now: () => number;
  #status: ResultStatus;

  constructor(
    source: ResultSource,
    query: { sql: string; purpose: string },
    now: () => number,
    /** Why the worker did not come; null when it would by now. */
    why: () => Promise<Problem | null> = async () => null,
  ) {
    this.#source = source;
    this.#now = now;
    this.#status = {
      state: 'running',
      query: null,
      columns: [],
      rowCount: 0,
      bytes: 0,
      startedAt: now(),
      elapsedMs: 0,
      tail: null,
      problem: null,
      version: 0,
    };
    source.onmessage = ({ data }) => this.#take(data);
    source.onerror = (event: Event | ErrorEvent) => {
      if ('message' in event) this.#fail(event.message);
      else void this.#stayOut(why);
    };
    source.postMessage({ kind: 'run', ...query });
  }

  readonly status = (): ResultStatus => this.#status;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The row, or null while it is on its way. */
  readonly rowAt = (index: number): Row | null => {
    const page = Math.floor(index / PAGE_ROWS);
    const rows = this.#decoded.get(page);
    if (rows === undefined) {
      if (page < this.#blobs.length) void this.#decode(page).catch(() => undefined);
      return null;
    }
    this.#touch(page, rows);
    return rows[index % PAGE_ROWS] ?? null;
  };

  /** The pages by now, for whoever reads all of them beside the page. */
  pages(): Blob[] {
    return this.#blobs.map(({ blob }) => blob);
  }

  /** Rows `from` to before `to`, page after page; what is looked at stays decoded. */
  async *rows(from: number, to: number): AsyncGenerator<Row> {
    const last = Math.min(to, this.#status.rowCount);
    for (let index = from; index < last; ) {
      const page = Math.floor(index / PAGE_ROWS);
      const rows = this.#decoded.get(page) ?? (await read(this.#blobs[page]?.blob));
      const start = index % PAGE_ROWS;
      const end = Math.min(rows.length, start + last - index);
      yield* rows.slice(start, end);
      if (end <= start) return;
      index += end - start;
    }
  }

  cancel(): void {
    this.#source.postMessage({ kind: 'cancel' });
  }

  /** Forgets everything; a query that runs still is cancelled. */
  dispose(): void {
    if (this.#status.state === 'running') this.cancel();
    this.#listeners.clear();
    this.#blobs.length = 0;
    this.#decoded.clear();
    // Why not at once: the worker tells the API that nobody waits any more.
    if (this.#status.state !== 'running') this.#source.terminate();
  }

  #take(told: ResultTold): void {
    if (told.kind === 'started') this.#change({ query: told.query });
    else if (told.kind === 'columns') this.#change({ columns: told.columns });
    else if (told.kind === 'page') this.#takePage(told);
    else if (told.kind === 'progress') this.#change({ bytes: told.bytes });
    else if (told.kind === 'end')
      this.#close({ state: 'done', tail: told.tail, bytes: told.bytes });
    else if (told.kind === 'failed') this.#close({ state: 'failed', problem: told.problem });
    else this.#close({ state: 'cancelled' });
  }

  #takePage({ page, rows, blob }: Extract<ResultTold, { kind: 'page' }>): void {
    const before = this.#blobs[page]?.rows ?? 0;
    this.#blobs[page] = { blob, rows };
    if (before > 0) {
      this.#decoded.delete(page);
      this.#decoding.delete(page);
    }
    // Why told at the first alone: progress is told ten times a second, and pages come faster.
    const isFirst = this.#status.rowCount === 0;
    this.#change({ rowCount: this.#status.rowCount + rows - before }, isFirst);
  }

  #decode(page: number): Promise<readonly Row[]> {
    const found = this.#decoded.get(page);
    if (found !== undefined) return Promise.resolve(found);
    const under = this.#decoding.get(page);
    if (under !== undefined) return under;
    const kept = this.#blobs[page];
    const promise = read(kept?.blob).then((rows) => {
      // Why compared: the first page comes again when it is full.
      if (this.#blobs[page] !== kept) return this.#decode(page);
      this.#decoding.delete(page);
      this.#touch(page, rows);
      this.#change({ version: this.#status.version + 1 });
      return rows;
    });
    this.#decoding.set(page, promise);
    promise.catch(() => this.#decoding.delete(page));
    return promise;
  }

  /** Makes a page the last to be forgotten, and forgets the first. */
  #touch(page: number, rows: readonly Row[]): void {
    this.#decoded.delete(page);
    this.#decoded.set(page, rows);
    for (const oldest of this.#decoded.keys()) {
      if (this.#decoded.size <= DECODED_MAX) break;
      this.#decoded.delete(oldest);
    }
  }

  #fail(detail: string): void {
    const problem: ProblemDocument = {
      status: 0,
      code: 'PAGE_FAULT',
      title: words.ownFault,
      detail,
      remedy: words.runAgain,
    };
    this.#close({ state: 'failed', problem });
  }

  async #stayOut(why: () => Promise<Problem | null>): Promise<void> {
    const problem = (await why()) ?? unreachable();
    this.#close({ state: 'failed', problem: problem.document });
  }

  #close(change: Partial<ResultStatus>): void {
    this.#change({ ...change, elapsedMs: this.#now() - this.#status.startedAt });
    this.#source.terminate();
  }

  #change(change: Partial<ResultStatus>, isTold = true): void {
    const elapsedMs = this.#now() - this.#status.startedAt;
    const isRunning = this.#status.state === 'running';
    this.#status = { ...this.#status, ...(isRunning ? { elapsedMs } : {}), ...change };
    if (!isTold) return;
    for (const listener of this.#listeners) listener();
  }

  /** How many pages are objects now; for tests of the bound. */
  get decodedPages(): number {
    return this.#decoded.size;
  }
}

async function read(blob: Blob | undefined): Promise<readonly Row[]> {
  return blob === undefined ? [] : (JSON.parse(await blob.text()) as Row[]);
}
