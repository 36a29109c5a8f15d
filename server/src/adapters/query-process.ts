/**
 * The query engine port on child processes: executors, one warm spare, and one parser process without data.
 *
 * Not the gate and not the decision: whoever calls `run` has both behind him; one query on one process is
 * `query-run.ts`. Invariants: a process that may open the files of one session never runs a text of another; one whose
 * query did not end well is killed.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { engineErrorKind, isLostText } from '@weft/core/lib/engine-fault';
import { WeftError } from '@weft/core/lib/error';
import type { Logger } from '@weft/core/lib/ports';
import { Remembered } from '@weft/core/lib/remembered';
import { redactError } from '@weft/core/query/engine-error';
import type { QueryEngine, RunningQuery, RunRequest } from '@weft/core/query/ports';
import { ChildGone, ChildHandle, type ChildSettings } from '../workers/query-child-handle.ts';
import { DiedAtRest, QueryRun } from '../workers/query-run.ts';
import { QuerySessions } from '../workers/query-sessions.ts';

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
  /** Without a query for so long, all processes are ended. */
  idleSeconds: number;
  /** Keep a started process for the next query. */
  spare: boolean;
  /** Sealed processes that may wait for the next query of their session. */
  sessions: number;
  /** A text that is not read after so long ends its parser (default 5). */
  parseSeconds?: number;
}

const PARSE_SECONDS = 5;
/** So long a process may take to start, on a machine that has much else to do. */
const START_SECONDS = 60;
/** Texts whose syntax trees are kept: the tree of a text is always the same. */
const TREES_MAX = 100;
/** Characters of a text whose tree is kept. */
const TREE_TEXT_MAX = 4_000;
/** Queries that one process serves at most. */
const SESSION_USES_MAX = 200;

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
  readonly #sessions: QuerySessions;
  #spare: Promise<ChildHandle> | null = null;
  #parser: Promise<ChildHandle> | null = null;
  #parsing: Promise<unknown> = Promise.resolve();
  readonly #trees = new Remembered<string, unknown>(TREES_MAX);
  #idle: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: QueryProcessOptions) {
    this.#options = options;
    mkdirSync(options.directory, { recursive: true });
    const directory = mkdtempSync(join(options.directory, 'query-'));
    const { memory, threads, addressSpaceBytes, user, searchPath } = options;
    this.#settings = { memory, threads, addressSpaceBytes, user, searchPath, directory };
    this.#sessions = new QuerySessions({
      kept: options.sessions,
      seconds: options.idleSeconds,
      usesMax: SESSION_USES_MAX,
      end: (child) => this.#drop(child),
    });
  }

  async warm(): Promise<void> {
    this.#refill();
    await Promise.all([this.#spare, this.#startParser()]);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#sessions.clear();
    for (const child of this.#live) child.kill();
    rmSync(this.#settings.directory, { recursive: true, force: true });
  }

  parse(sql: string): Promise<unknown> {
    if (sql.length > TREE_TEXT_MAX) return this.#parseInTurn(sql);
    return this.#trees.get(sql, () => this.#parseInTurn(sql));
  }

  /** One text at a time: the parser's answers carry no name. */
  #parseInTurn(sql: string): Promise<unknown> {
    const answer = this.#parsing.then(() => this.#parse(sql));
    this.#parsing = answer.catch(() => undefined);
    return answer;
  }

  /**
   * Why twice: the system tells of the end of a process only some time after it, so that one may look alive that died at rest. Only
   * a text that ends two of them is one that cannot be read.
   */
  async #parse(sql: string): Promise<unknown> {
    try {
      return await this.#parseOn(await this.#livingParser(), sql);
    } catch (error) {
      if (!(error instanceof ChildGone)) throw error;
    }
    return await this.#parseOn(await this.#livingParser(), sql).catch((error) => {
      if (!(error instanceof ChildGone)) throw error;
      throw unreadable();
    });
  }

  /** Rejects with ChildGone when the process ended over it, and with QUERY_REFUSED when it is no query. */
  async #parseOn(child: ChildHandle, sql: string): Promise<unknown> {
    this.#touch();
    const { parseSeconds = PARSE_SECONDS } = this.#options;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill();
    }, parseSeconds * 1_000);
    try {
      child.send({ do: 'parse', sql });
      const message = await child.message();
      if (message.is === 'tree') return JSON.parse(message.tree);
      const text = message.is === 'error' ? message.message : message.is;
      if (isLostText(text)) throw new ChildGone('the engine of the parser is lost');
      throw new WeftError(
        'QUERY_REFUSED',
        `The query cannot be read (${engineErrorKind(text) || 'parser'}).`,
      );
    } catch (error) {
      if (error instanceof WeftError) throw error;
      this.#drop(child);
      this.#parser = null;
      this.#options.logger.warn('query parser ended', { stderr: redactError(child.stderr) });
      // Why not again: it had its time.
      if (!isLate && error instanceof ChildGone) throw error;
      throw unreadable();
    } finally {
      clearTimeout(timer);
    }
  }

  async run(request: RunRequest): Promise<RunningQuery> {
    this.#touch();
    request.signal.throwIfAborted();
    const known = this.#closed ? null : this.#sessions.take(sessionKey(request));
    if (known !== null) return await this.#runOn(known, request, true);
    try {
      return await this.#runOn(await this.#take(), request, false);
    } catch (error) {
      if (!(error instanceof DiedAtRest)) throw error;
    }
    return await this.#runOn(await this.#start('executor'), request, false).catch((error) => {
      if (!(error instanceof DiedAtRest)) throw error;
      throw new WeftError('UNAVAILABLE', 'The query process ended.', { cause: error });
    });
  }

  async #runOn(
    child: ChildHandle,
    request: RunRequest,
    isPrepared: boolean,
  ): Promise<RunningQuery> {
    const run = new QueryRun(child, request, {
      isPrepared,
      logger: this.#options.logger,
      release: (isWell) => this.#release(child, isWell ? sessionKey(request) : null),
    });
    return await run.start();
  }

  async #take(): Promise<ChildHandle> {
    if (this.#closed) throw new WeftError('UNAVAILABLE', 'Queries are being shut down.');
    const spare = this.#spare;
    this.#spare = null;
    // Why not its error: a spare that was ended while it started says nothing of the next one.
    const child = await spare?.catch(() => null);
    return child?.alive === true ? child : await this.#start('executor');
  }

  /** Keeps the process under its key, or ends it when there is none. */
  #release(child: ChildHandle, key: string | null): void {
    if (key === null || this.#closed) this.#drop(child);
    else this.#sessions.give(key, child);
    this.#touch();
    this.#refill();
  }

  #drop(child: ChildHandle): void {
    child.kill();
    this.#live.delete(child);
  }

  #refill(): void {
    if (!this.#options.spare || this.#closed || this.#spare !== null) return;
    const spare = this.#start('executor');
    this.#spare = spare;
    // Why compared: it may be in use already, and another one in its place.
    spare.catch(() => {
      if (this.#spare === spare) this.#spare = null;
    });
  }

  /** Why: one that died at rest, or while it started, says nothing of the text that comes next. */
  async #livingParser(): Promise<ChildHandle> {
    const child = await this.#startParser().catch(() => null);
    if (child?.alive === true) return child;
    if (child !== null) this.#drop(child);
    this.#parser = null;
    return await this.#startParser();
  }

  #startParser(): Promise<ChildHandle> {
    this.#parser ??= this.#start('parser');
    const parser = this.#parser;
    parser.catch(() => {
      if (this.#parser === parser) this.#parser = null;
    });
    return parser;
  }

  async #start(role: 'executor' | 'parser'): Promise<ChildHandle> {
    const child = new ChildHandle({ ...this.#settings, role });
    this.#live.add(child);
    const timer = setTimeout(() => child.kill(), START_SECONDS * 1_000);
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
    } finally {
      clearTimeout(timer);
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
    this.#sessions.clear();
    for (const child of [spare, parser]) {
      child?.then(
        (handle) => this.#drop(handle),
        () => undefined,
      );
    }
  }
}

function unreadable(): WeftError {
  return new WeftError(
    'QUERY_REFUSED',
    'The query cannot be read: it is too deeply nested or too large.',
  );
}

/** Equal keys, equal subject, purpose, files and views. */
function sessionKey({ session, tables }: RunRequest): string {
  return JSON.stringify([session, tables.files, tables.statements(tables.files)]);
}
