/**
 * The default store: PGlite in a worker thread, on one directory of one machine.
 *
 * Not for several processes: the directory is locked. There is one database session; whoever holds it (a statement, or a
 * whole transaction) excludes all others, so no I/O but queries belongs inside a transaction, and a query that is not
 * made through the transaction's own handle waits for its end.
 * Invariants: a statement that was answered is on the disk (synced) when it committed; when the thread dies or
 * does not answer any more, every open call is refused with STORE_FAILED and nothing is retried; whoever asks for the session
 * next gets one of a new thread, which is started only when the dead one is gone for certain.
 */
import * as path from 'node:path';
import { Worker } from 'node:worker_threads';
import { WeftError } from '@weft/core/lib/error';
import { quoteIdent } from '@weft/core/lib/ident-sql';
import type { Logger } from '@weft/core/lib/ports';
import type { Kysely } from 'kysely';
import {
  createKysely,
  type SessionPool,
  type SqlResult,
  type SqlSession,
} from '../store/sql-dialect.ts';
import { SqlError } from '../store/sql-error.ts';
import type { SchemaName, Store } from '../store/store.ts';
import { type DirectoryLock, lockDirectory, tryLockDirectory } from './directory-lock.ts';
import { prepareDatabase } from './pglite-image.ts';
import type { WorkerAnswer, WorkerRequest, WorkerSetup } from './pglite-worker.ts';

/** How long a caller waits for the session before it is told that somebody keeps a transaction open. */
const SESSION_WAIT_MILLISECONDS = 60_000;
/** After a database that did not start, others who ask are refused for so long without another try. */
const RESTART_MILLISECONDS = 1_000;
/** A thread that does not answer a statement for so long is taken for hung: no statement of ours is anywhere near. */
const ANSWER_MILLISECONDS = 300_000;

export interface PgliteStoreOptions {
  /** Directory of the store: it gets the lock and, below `pg`, the database. */
  directory: string;
  logger: Logger;
  /** How long a statement may take; only tests pass it. */
  answerMilliseconds?: number;
}

export interface PgliteStore extends Store {
  /** How many times the write-ahead log, and anything at all, was synced to the disk since the start. */
  countSyncs(): Promise<{ wal: number; all: number }>;
}

/**
 * Opens, or creates, the store in `directory`. Throws WeftError DATA_DIRECTORY_LOCKED when a process has it open, and
 * STORE_FAILED when the database cannot start.
 */
export async function openPgliteStore(options: PgliteStoreOptions): Promise<PgliteStore> {
  const lock = lockDirectory(options.directory);
  try {
    const directory = path.join(options.directory, 'pg');
    await prepareDatabase(directory, { tryLock: tryLockDirectory });
    const start = (): Promise<WorkerThread> => WorkerThread.start({ directory }, options);
    return createStore(new SharedSession(await start(), start), lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function createStore(session: SharedSession, lock: DirectoryLock): PgliteStore {
  const handles = new Map<SchemaName, unknown>();
  let closing: Promise<void> | null = null;
  return {
    engine: 'pglite',
    schema<Tables>(name: SchemaName): Kysely<Tables> {
      const handle = handles.get(name) ?? createKysely<Tables>(session.poolOf(name));
      handles.set(name, handle);
      return handle as Kysely<Tables>;
    },
    countSyncs: () => session.countSyncs(),
    close() {
      closing ??= session.close().finally(() => lock.release());
      return closing;
    },
  };
}

/** The one session of the database, lent in the order of asking. */
class SharedSession {
  readonly #start: () => Promise<WorkerThread>;
  #thread: WorkerThread;
  #tail: Promise<void> = Promise.resolve();
  #searchPath: string | null = null;
  /** What the last start failed with, and when. */
  #refused: { error: unknown; at: number } | null = null;

  constructor(thread: WorkerThread, start: () => Promise<WorkerThread>) {
    this.#thread = thread;
    this.#start = start;
  }

  poolOf(schema: SchemaName): SessionPool {
    return { acquire: () => this.#acquire(schema) };
  }

  async countSyncs(): Promise<{ wal: number; all: number }> {
    const answer = await this.#thread.ask({ kind: 'syncs' });
    return 'syncs' in answer ? answer.syncs : { wal: 0, all: 0 };
  }

  /** Waits, as long as anybody would, for who holds the session, then ends the thread after a last checkpoint. */
  async close(): Promise<void> {
    const free = await this.#takeTurn().catch(() => () => undefined);
    await this.#thread.close();
    free();
  }

  async #acquire(schema: SchemaName): Promise<SqlSession> {
    const free = await this.#takeTurn();
    let thread: WorkerThread;
    try {
      thread = await this.#living();
      await this.#useSchema(thread, schema);
    } catch (error) {
      free();
      throw error;
    }
    let released = false;
    return {
      // Why this thread: a transaction that its thread died under must not go on in another one.
      query: (sql, parameters) => runQuery(thread, sql, parameters),
      release: (broken) => {
        if (released) return;
        released = true;
        if (broken) thread.fail('a transaction could not be rolled back');
        free();
      },
    };
  }

  /** The thread, or a new one when it died: the database recovers then as it does when the process starts. */
  async #living(): Promise<WorkerThread> {
    if (this.#thread.state !== 'failed') return this.#thread;
    if (this.#refused !== null && performance.now() - this.#refused.at < RESTART_MILLISECONDS)
      throw this.#refused.error;
    await this.#thread.ended;
    this.#searchPath = null;
    try {
      this.#thread = await this.#start();
      this.#refused = null;
      return this.#thread;
    } catch (error) {
      this.#refused = { error, at: performance.now() };
      throw error;
    }
  }

  /** Resolves, when the turn has come, to the function that ends it. */
  async #takeTurn(): Promise<() => void> {
    const before = this.#tail;
    const turn = Promise.withResolvers<void>();
    this.#tail = before.then(() => turn.promise);
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_resolve, reject) => {
      const detail = 'waited too long for another transaction to end';
      timer = setTimeout(
        () => reject(new WeftError('STORE_FAILED', detail)),
        SESSION_WAIT_MILLISECONDS,
      );
    });
    try {
      await Promise.race([before, tooLong]);
      return turn.resolve;
    } catch (error) {
      turn.resolve();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Names without a prefix mean this schema; the setting outlives the statement, so it is sent only on a change. */
  async #useSchema(thread: WorkerThread, schema: SchemaName): Promise<void> {
    if (this.#searchPath === schema) return;
    await runQuery(thread, `set search_path to ${quoteIdent(schema)}, public`, []);
    this.#searchPath = schema;
  }
}

async function runQuery(
  thread: WorkerThread,
  sql: string,
  parameters: readonly unknown[],
): Promise<SqlResult> {
  const answer = await thread.ask({ kind: 'query', sql, parameters });
  if ('result' in answer) return answer.result;
  if ('error' in answer) throw new SqlError(answer.error);
  throw new WeftError('STORE_FAILED', 'the database gave no answer');
}

type Question<Request = WorkerRequest> = Request extends WorkerRequest
  ? Omit<Request, 'id'>
  : never;
type Answer = Extract<WorkerAnswer, { id: number }>;

type ThreadOptions = Pick<PgliteStoreOptions, 'logger' | 'answerMilliseconds'>;

/** Request and answer over the worker's message port. The thread keeps the process alive only while it is asked. */
class WorkerThread {
  readonly #worker: Worker;
  readonly #options: ThreadOptions;
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>();
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #nextId = 1;
  #failure: string | null = null;
  #isClosed = false;

  private constructor(setup: WorkerSetup, options: ThreadOptions) {
    this.#options = options;
    this.#worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), {
      workerData: setup,
      // Why: the thread needs nothing of the environment, and secrets stand there.
      env: {},
      resourceLimits: { maxYoungGenerationSizeMb: 12 },
    });
    this.#worker.on('message', (answer: WorkerAnswer) => this.#receive(answer));
    this.#worker.on('error', (error) => this.fail(String(error)));
    this.#worker.on('exit', () => {
      this.fail('the database thread ended');
      this.#ended.resolve();
    });
  }

  static async start(setup: WorkerSetup, options: ThreadOptions): Promise<WorkerThread> {
    const thread = new WorkerThread(setup, options);
    try {
      await thread.#ready.promise;
    } catch (error) {
      await thread.ended;
      throw error;
    }
    thread.#worker.unref();
    return thread;
  }

  get state(): 'living' | 'failed' | 'closed' {
    if (this.#isClosed) return 'closed';
    return this.#failure === null ? 'living' : 'failed';
  }

  /** Resolves when nothing of the thread runs any more, so that another one may open its files. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  ask(question: Question): Promise<Answer> {
    if (this.#failure !== null) return Promise.reject(new WeftError('STORE_FAILED', this.#failure));
    const id = this.#nextId++;
    const waiting = Promise.withResolvers<Answer>();
    if (this.#waiting.size === 0) this.#worker.ref();
    this.#waiting.set(id, waiting);
    this.#worker.postMessage({ ...question, id });
    const { answerMilliseconds = ANSWER_MILLISECONDS } = this.#options;
    const hung = `the database did not answer for ${answerMilliseconds / 1_000} s`;
    const timer = setTimeout(() => this.fail(hung), answerMilliseconds);
    timer.unref();
    return waiting.promise.finally(() => clearTimeout(timer));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    const isLiving = this.#failure === null;
    // Why not awaited longer than the thread lives: one that dies over its last checkpoint is recovered at the next start.
    if (isLiving) await this.ask({ kind: 'close' }).catch(() => {});
    this.#isClosed = true;
    this.#failure = 'the store is closed';
    await this.#worker.terminate();
  }

  /** Refuses everything from now on; the first reason stays. */
  fail(reason: string): void {
    if (this.#failure !== null) return;
    this.#failure = reason;
    this.#options.logger.error('the store failed', { reason });
    const error = new WeftError('STORE_FAILED', reason);
    this.#ready.reject(error);
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
    void this.#worker.terminate();
  }

  #receive(answer: WorkerAnswer): void {
    if ('fatal' in answer) {
      this.fail(answer.fatal);
      return;
    }
    if ('ready' in answer) {
      this.#ready.resolve();
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    waiting?.resolve(answer);
  }
}
