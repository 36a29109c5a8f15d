/**
 * The query engine port on child processes: a fresh process and a fresh DuckDB for every query, one warm spare, and one
 * parser process without data.
 *
 * Not the gate and not the decision: whoever calls `run` has both behind him. Invariants: a process that saw rows or ran
 * a consumer's text is killed and never used again; at `seconds` the query is interrupted and two seconds later its
 * process is gone; what the engine says about values reaches the log redacted and the consumer not at all.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { engineErrorKind } from '@weft/core/lib/engine-fault';
import { WeftError } from '@weft/core/lib/error';
import type { Logger } from '@weft/core/lib/ports';
import { consumerError, redactError } from '@weft/core/query/engine-error';
import type { QueryEngine, RunningQuery, RunRequest } from '@weft/core/query/ports';
import { ChildGone, ChildHandle, type ChildSettings } from '../workers/query-child-handle.ts';
import type { Frame } from '../workers/query-frames.ts';

export interface QueryProcessOptions {
  /** A directory of this process, in which an empty one for the children is made. */
  directory: string;
  memory: string;
  threads: number;
  addressSpaceBytes: number;
  /** User to become before a consumer's text runs; null when this process is not root. */
  user: { uid: number; gid: number } | null;
  searchPath: string;
  logger: Logger;
  /** Without a query for so long, spare and parser are ended. */
  idleSeconds: number;
  /** Keep a started process for the next query. */
  spare: boolean;
}

const PARSE_SECONDS = 5;
const KILL_AFTER_SECONDS = 2;

/** The user that children become: `nobody` when this process is root, else none. */
export function sealedUser(): { uid: number; gid: number } | null {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : null;
}

export interface QueryProcesses extends QueryEngine {
  /** Starts spare and parser, so that the first query need not wait for them. */
  warm(): Promise<void>;
}

export function createQueryProcesses(options: QueryProcessOptions): QueryProcesses {
  return new Processes(options);
}

class Processes implements QueryProcesses {
  readonly #options: QueryProcessOptions;
  readonly #settings: Omit<ChildSettings, 'role'>;
  readonly #live = new Set<ChildHandle>();
  #spare: Promise<ChildHandle> | null = null;
  #parser: Promise<ChildHandle> | null = null;
  #parsing: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: QueryProcessOptions) {
    this.#options = options;
    mkdirSync(options.directory, { recursive: true });
    const directory = mkdtempSync(join(options.directory, 'query-'));
    const { memory, threads, addressSpaceBytes, user, searchPath } = options;
    this.#settings = { memory, threads, addressSpaceBytes, user, searchPath, directory };
  }

  async warm(): Promise<void> {
    this.#refill();
    await Promise.all([this.#spare, this.#startParser()]);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#idle !== null) clearTimeout(this.#idle);
    for (const child of this.#live) child.kill();
    rmSync(this.#settings.directory, { recursive: true, force: true });
  }

  /** One text at a time: the parser's answers carry no name. */
  parse(sql: string): Promise<unknown> {
    const answer = this.#parsing.then(() => this.#parse(sql));
    this.#parsing = answer.catch(() => undefined);
    return answer;
  }

  async #parse(sql: string): Promise<unknown> {
    this.#touch();
    const child = await this.#startParser();
    const timer = setTimeout(() => child.kill(), PARSE_SECONDS * 1_000);
    try {
      child.send({ do: 'parse', sql });
      const message = await child.message();
      if (message.is === 'tree') return JSON.parse(message.tree);
      const text = message.is === 'error' ? message.message : message.is;
      throw new WeftError(
        'QUERY_REFUSED',
        `The query cannot be read (${engineErrorKind(text) || 'parser'}).`,
      );
    } catch (error) {
      if (error instanceof WeftError) throw error;
      this.#drop(child);
      this.#parser = null;
      this.#options.logger.warn('query parser ended', { stderr: redactError(child.stderr) });
      throw new WeftError(
        'QUERY_REFUSED',
        'The query cannot be read: it is too deeply nested or too large.',
      );
    } finally {
      clearTimeout(timer);
    }
  }

  async run(request: RunRequest): Promise<RunningQuery> {
    this.#touch();
    request.signal.throwIfAborted();
    const child = await this.#take();
    const run = new Run(child, request, this.#options.logger, () => this.#release(child));
    return await run.start();
  }

  async #take(): Promise<ChildHandle> {
    if (this.#closed) throw new WeftError('UNAVAILABLE', 'Queries are being shut down.');
    const spare = this.#spare;
    this.#spare = null;
    const child = await (spare ?? this.#start('executor'));
    return child.alive ? child : await this.#start('executor');
  }

  #release(child: ChildHandle): void {
    this.#drop(child);
    this.#touch();
    this.#refill();
  }

  #drop(child: ChildHandle): void {
    child.kill();
    this.#live.delete(child);
  }

  #refill(): void {
    if (!this.#options.spare || this.#closed || this.#spare !== null) return;
    this.#spare = this.#start('executor');
    this.#spare.catch(() => {
      this.#spare = null;
    });
  }

  #startParser(): Promise<ChildHandle> {
    this.#parser ??= this.#start('parser');
    const parser = this.#parser;
    parser.catch(() => {
      this.#parser = null;
    });
    return parser;
  }

  async #start(role: 'executor' | 'parser'): Promise<ChildHandle> {
    const child = new ChildHandle({ ...this.#settings, role });
    this.#live.add(child);
    try {
      const message = await child.message();
      if (message.is === 'ready') return child;
      throw new ChildGone('the query process did not start');
    } catch (error) {
      this.#drop(child);
      if (!this.#closed) {
        const stderr = redactError(child.stderr);
        this.#options.logger.error('query process did not start', { stderr });
      }
      throw new WeftError('UNAVAILABLE', 'The query process did not start.', { cause: error });
    }
  }

  #touch(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    if (this.#closed) return;
    this.#idle = setTimeout(() => this.#rest(), this.#options.idleSeconds * 1_000);
    this.#idle.unref();
  }

  #rest(): void {
    const [spare, parser] = [this.#spare, this.#parser];
    this.#spare = null;
    this.#parser = null;
    for (const child of [spare, parser]) {
      child?.then(
        (handle) => this.#drop(handle),
        () => undefined,
      );
    }
  }
}

/** One query on one child, from the projection to the last row. */
class Run {
  readonly #child: ChildHandle;
  readonly #request: RunRequest;
  readonly #logger: Logger;
  readonly #release: () => void;
  readonly #abort = (): void => this.#child.kill();
  #timers: NodeJS.Timeout[] = [];
  #timedOut = false;
  #over = false;

  constructor(child: ChildHandle, request: RunRequest, logger: Logger, release: () => void) {
    this.#child = child;
    this.#request = request;
    this.#logger = logger;
    this.#release = release;
  }

  async start(): Promise<RunningQuery> {
    const { limits, signal, projection, sql, shape } = this.#request;
    this.#timers = [
      setTimeout(() => this.#interrupt(), limits.seconds * 1_000),
      setTimeout(() => this.#child.kill(), (limits.seconds + KILL_AFTER_SECONDS) * 1_000),
    ];
    signal.addEventListener('abort', this.#abort, { once: true });
    try {
      signal.throwIfAborted();
      this.#child.send({ do: 'project', statements: [...projection] });
      await this.#expect('sealed');
      this.#child.send({ do: 'run', sql, shape, rowsMax: limits.rows, bytesMax: limits.bytes });
      const message = await this.#expect('columns');
      const outcome = { rows: 0, truncated: false };
      return { columns: message.columns, outcome, blocks: this.#blocks(outcome) };
    } catch (error) {
      this.#end();
      throw this.#translate(error);
    }
  }

  async *#blocks(outcome: RunningQuery['outcome']): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const frame: Frame = await this.#child.next();
        if (frame.kind === 'rows') {
          yield frame.bytes;
        } else if (frame.message.is === 'end') {
          outcome.rows = frame.message.rows;
          outcome.truncated = frame.message.truncated;
          return;
        } else {
          throw this.#engineError(frame.message);
        }
      }
    } catch (error) {
      throw this.#translate(error);
    } finally {
      this.#end();
    }
  }

  async #expect<K extends 'sealed' | 'columns'>(
    is: K,
  ): Promise<Extract<Awaited<ReturnType<ChildHandle['message']>>, { is: K }>> {
    const message = await this.#child.message();
    if (message.is === is) return message as never;
    throw this.#engineError(message);
  }

  #engineError(message: Awaited<ReturnType<ChildHandle['message']>>): Error {
    if (message.is !== 'error') return new ChildGone('the query process spoke out of turn');
    this.#logger.warn('query failed in the engine', {
      stage: message.stage,
      error: redactError(message.message),
    });
    const error = consumerError(message.message);
    if (message.stage !== 'project' || error.code === 'QUERY_LIMIT') return error;
    return new WeftError('UNAVAILABLE', 'A table of the query could not be read.');
  }

  #interrupt(): void {
    this.#timedOut = true;
    this.#child.send({ do: 'interrupt' });
  }

  #translate(error: unknown): Error {
    const { signal, limits } = this.#request;
    if (signal.aborted) return new WeftError('CANCELLED', 'The query was cancelled.');
    if (this.#timedOut) {
      return new WeftError('QUERY_LIMIT', `The query ran longer than ${limits.seconds} s.`);
    }
    if (!(error instanceof ChildGone)) return error instanceof Error ? error : new Error('unknown');
    this.#logger.warn('query process ended early', {
      error: error.message,
      stderr: redactError(this.#child.stderr),
    });
    return new WeftError(
      'QUERY_LIMIT',
      'The query needed more memory than it may use, and was ended.',
    );
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#request.signal.removeEventListener('abort', this.#abort);
    this.#release();
  }
}
