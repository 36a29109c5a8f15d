/**
 * Runs the statements that make projections, one at a time, in a process of its own that is ended when it is idle.
 *
 * Not what is made or where (`projection-files.ts`). Invariants: a statement that fails leaves the process usable; one
 * whose process dies, or gives no answer in its time, is an error of that statement alone; what the engine says about
 * values reaches the log redacted; a key goes to the process with the statement that needs it, and is in no text.
 */
import { mkdirSync } from 'node:fs';
import { WeftError } from '@weft/core/lib/error';
import type { Logger } from '@weft/core/lib/ports';
import { storageFault } from '@weft/core/lib/storage-fault';
import { redactError } from '@weft/core/query/engine-error';
import type { HashKey } from '@weft/core/query/masks';
import type { ProjectionMaker, ProjectionReader } from '@weft/core/query/ports';
import { ChildHandle, type ChildSettings } from '../workers/query-child-handle.ts';
import type { ChildCommand, ChildMessage } from '../workers/query-frames.ts';

export interface ProjectionMakerOptions
  extends Pick<
    ChildSettings,
    'memory' | 'threads' | 'addressSpaceBytes' | 'searchPath' | 'directory'
  > {
  logger: Logger;
  idleSeconds: number;
  /** A statement without an answer after so long ends its process. */
  makeSeconds: number;
}

/** So long a process may take to start, on a machine that has much else to do. */
const START_SECONDS = 60;

export function createProjectionMaker(
  options: ProjectionMakerOptions,
): ProjectionMaker & ProjectionReader {
  return new Maker(options);
}

class Maker implements ProjectionMaker, ProjectionReader {
  readonly #options: ProjectionMakerOptions;
  #child: ChildHandle | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: ProjectionMakerOptions) {
    this.#options = options;
  }

  async make(statement: string, key: HashKey | null): Promise<{ rows: number }> {
    const answer = await this.#inTurn({ do: 'make', statement, key });
    return answer.is === 'made' ? { rows: answer.rows } : this.#fail(answer.is);
  }

  async rows(statement: string): Promise<Record<string, unknown>[]> {
    const answer = await this.#inTurn({ do: 'read', statement });
    return answer.is === 'read' ? answer.rows : this.#fail(answer.is);
  }

  #inTurn(command: ChildCommand): Promise<ChildMessage> {
    const answered = this.#last.then(() => this.#ask(command));
    this.#last = answered.catch(() => undefined);
    return answered;
  }

  close(): void {
    this.#closed = true;
    this.#end();
  }

  async #ask(command: ChildCommand): Promise<ChildMessage> {
    if (this.#closed) throw new WeftError('UNAVAILABLE', 'Queries are being shut down.');
    if (this.#idle !== null) clearTimeout(this.#idle);
    const child = await this.#started();
    try {
      child.send(command);
      const message = await within(child, this.#options.makeSeconds);
      if (message.is === 'made' || message.is === 'read') return message;
      // Why: an engine that failed in its inside refuses whatever it is asked from then on.
      this.#end();
      this.#fail(message.is === 'error' ? message.message : message.is);
    } catch (error) {
      if (error instanceof WeftError) throw error;
      this.#end();
      this.#fail(child.stderr);
    } finally {
      this.#idle = setTimeout(() => this.#end(), this.#options.idleSeconds * 1_000);
      this.#idle.unref();
    }
  }

  #fail(text: string): never {
    this.#options.logger.error('projection could not be made', { error: redactError(text) });
    throw (
      storageFault(new Error(text)) ??
      new WeftError('UNAVAILABLE', 'A table of the query could not be read.')
    );
  }

  async #started(): Promise<ChildHandle> {
    if (this.#child?.alive) return this.#child;
    mkdirSync(this.#options.directory, { recursive: true });
    const child = new ChildHandle({ ...this.#options, role: 'maker', user: null });
    this.#child = child;
    try {
      await within(child, START_SECONDS);
      return child;
    } catch (cause) {
      this.#end();
      throw new WeftError('UNAVAILABLE', 'The process that prepares tables did not start.', {
        cause,
      });
    }
  }

  #end(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#child?.kill();
    this.#child = null;
  }
}

/** The next message; a process that says nothing for so long is killed, which ends the wait. */
async function within(child: ChildHandle, seconds: number): Promise<ChildMessage> {
  const timer = setTimeout(() => child.kill(), seconds * 1_000);
  try {
    return await child.message();
  } finally {
    clearTimeout(timer);
  }
}
