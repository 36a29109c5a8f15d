/**
 * One query on one child process: prepared and sealed unless it is already, run, read to the last row.
 *
 * Not the pool of processes (`adapters/query-process.ts`). Invariants: at `seconds` the query is interrupted and two seconds later
 * its process is gone; whoever asked and is gone takes the process with him; what the engine says about values reaches
 * the log redacted and the consumer not at all.
 */
import { WeftError } from '@weft/core/lib/error';
import type { Logger } from '@weft/core/lib/ports';
import { consumerError, redactError } from '@weft/core/query/engine-error';
import type { RunningQuery, RunRequest } from '@weft/core/query/ports';
import { ChildGone, type ChildHandle } from './query-child-handle.ts';
import type { Frame } from './query-frames.ts';

const KILL_AFTER_SECONDS = 2;

/** The process was gone before anything of the query reached it: another one may take the query. */
export class DiedAtRest extends Error {
  override readonly name = 'DiedAtRest';
}

export interface QueryRunOptions {
  /** The child is sealed over the tables of this request already. */
  isPrepared: boolean;
  logger: Logger;
  /** Called once, when the child is free; `isWell` when it may be used again. */
  release(isWell: boolean): void;
}

export class QueryRun {
  readonly #child: ChildHandle;
  readonly #request: RunRequest;
  readonly #options: QueryRunOptions;
  readonly #abort = (): void => {
    this.#child.kill();
    this.#end(false);
  };
  #timers: NodeJS.Timeout[] = [];
  #timedOut = false;
  #over = false;

  constructor(child: ChildHandle, request: RunRequest, options: QueryRunOptions) {
    this.#child = child;
    this.#request = request;
    this.#options = options;
  }

  async start(): Promise<RunningQuery> {
    const { limits, signal, sql, shape } = this.#request;
    this.#timers = [
      setTimeout(() => this.#interrupt(), limits.seconds * 1_000),
      setTimeout(() => this.#child.kill(), (limits.seconds + KILL_AFTER_SECONDS) * 1_000),
    ];
    signal.addEventListener('abort', this.#abort, { once: true });
    try {
      signal.throwIfAborted();
      if (!this.#options.isPrepared) await this.#prepare();
      this.#child.send({ do: 'run', sql, shape, rowsMax: limits.rows, bytesMax: limits.bytes });
      const message = await this.#expect('columns');
      const outcome = { rows: 0, truncated: false, cpuSeconds: 0 };
      return { columns: message.columns, outcome, blocks: this.#blocks(outcome) };
    } catch (error) {
      this.#end(false);
      throw error instanceof DiedAtRest ? error : this.#translate(error);
    }
  }

  /** Opens the files, makes the views, and takes everything else away. */
  async #prepare(): Promise<void> {
    const { tables } = this.#request;
    this.#child.send({ do: 'open', files: tables.files });
    const { paths } = await this.#expect('opened').catch((error: unknown) => {
      const isOurs = this.#timedOut || this.#request.signal.aborted;
      throw error instanceof ChildGone && !isOurs ? new DiedAtRest(error.message) : error;
    });
    this.#child.send({ do: 'project', statements: tables.statements(paths) });
    await this.#expect('sealed');
  }

  async *#blocks(outcome: RunningQuery['outcome']): AsyncGenerator<Uint8Array> {
    let isWell = false;
    try {
      for (;;) {
        const frame: Frame = await this.#child.next();
        if (frame.kind === 'rows') {
          yield frame.bytes;
        } else if (frame.message.is === 'end') {
          outcome.rows = frame.message.rows;
          outcome.truncated = frame.message.truncated;
          outcome.cpuSeconds = frame.message.cpuSeconds;
          // Why not after a cut: the rest of the result would have to be taken down in a process that still runs it.
          isWell = !outcome.truncated;
          return;
        } else {
          throw this.#engineError(frame.message);
        }
      }
    } catch (error) {
      throw this.#translate(error);
    } finally {
      this.#end(isWell);
    }
  }

  async #expect<K extends 'opened' | 'sealed' | 'columns'>(
    is: K,
  ): Promise<Extract<Awaited<ReturnType<ChildHandle['message']>>, { is: K }>> {
    const message = await this.#child.message();
    if (message.is === is) return message as never;
    throw this.#engineError(message);
  }

  #engineError(message: Awaited<ReturnType<ChildHandle['message']>>): Error {
    if (message.is !== 'error') return new ChildGone('the query process spoke out of turn');
    this.#options.logger.warn('query failed in the engine', {
      stage: message.stage,
      error: redactError(message.message),
    });
    const error = consumerError(message.message);
    if (message.stage === 'run' || error.code === 'QUERY_LIMIT') return error;
    return new WeftError('UNAVAILABLE', 'A table of the query could not be read.', {
      cause: error.cause,
    });
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
    this.#options.logger.warn('query process ended early', {
      error: error.message,
      stderr: redactError(this.#child.stderr),
    });
    return new WeftError(
      'QUERY_LIMIT',
      'The query needed more memory than it may use, and was ended.',
    );
  }

  #end(isWell: boolean): void {
    if (this.#over) return;
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#request.signal.removeEventListener('abort', this.#abort);
    this.#options.release(isWell && !this.#timedOut);
  }
}
