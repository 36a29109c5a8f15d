/**
 * Checking in child processes: staging, DuckDB and SQL of contracts never run in the process that serves the API.
 *
 * Not the checking itself (`workers/ingest-loop.ts`). Invariants: a child has one request at a time; a child that dies,
 * falls silent or does not stop when it is told to is killed, its request rejects with a reason, and the next request
 * gets another child. Children start when they are needed; one stays warm and ends when nothing came for a while, others a few seconds.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type {
  CheckedBatch,
  CheckProgress,
  CheckRequest,
  RowsRequest,
} from '@weft/core/ingest/check-ports';
import type { QuarantinePage, QuarantineQuery } from '@weft/core/ingest/quarantine';
import type { QuarantineAnswer, QuarantineTask } from '@weft/core/ingest/repair-ports';
import type { RuleResult } from '@weft/core/ingest/report';
import type { RestatedRows, RestateRowsRequest } from '@weft/core/ingest/restate-rows';
import type { RewriteRequest, RewriteResult } from '@weft/core/lakehouse/rewrite-files';
import { WeftError } from '@weft/core/lib/error';
import type { Logger } from '@weft/core/lib/ports';
import type { CheckOptions } from '../services/ingest-ports.ts';
import type {
  ChildFailure,
  ChildSettings,
  FromIngestChild,
  ToIngestChild,
} from '../workers/ingest-messages.ts';

export interface IngestProcessOptions {
  settings: ChildSettings;
  /** Children that may work at the same time. */
  atOnce: number;
  /** A child without work for so long is ended. */
  idleSeconds: number;
  /** A working child that says nothing for so long is killed. */
  silenceSeconds: number;
  logger: Logger;
  /** A child that was told to stop and did not is killed after so long (default 5). */
  stopSeconds?: number;
  /** Entry point of the child; another one only in tests. */
  entry?: URL;
}

export interface IngestProcesses {
  /** Rejects with the stager's own errors, CANCELLED, or UNAVAILABLE when the child ended. */
  check(request: CheckRequest, options: CheckOptions): Promise<CheckedBatch>;
  /** True when requests wait for those before them. */
  isAwaited(): boolean;
  readQuarantine(query: QuarantineQuery): Promise<QuarantinePage>;
  /** Rules on the committed rows of a table; rejects like `check`. */
  checkTable(request: RowsRequest, options: { signal: AbortSignal }): Promise<RuleResult[]>;
  /** Writes rows of table files again; rejects like `check`. */
  rewrite(request: RewriteRequest, options: { signal: AbortSignal }): Promise<RewriteResult>;
  /** Writes rows of table files again with some of them gone or changed; rejects like `check`. */
  restate(request: RestateRowsRequest, options: { signal: AbortSignal }): Promise<RestatedRows>;
  /** Work over quarantine files; the answer is of the task that was asked for. */
  work<Task extends QuarantineTask['task']>(
    task: Extract<QuarantineTask, { task: Task }>,
    signal?: AbortSignal,
  ): Promise<Extract<QuarantineAnswer, { task: Task }>>;
  /** Ends all children; what they did is lost. */
  close(): Promise<void>;
}

const ENTRY = new URL('../workers/ingest-child.ts', import.meta.url);
const STOP_SECONDS = 5;
/** Beyond the first one: a child without work for so long is ended. */
const SPARE_IDLE_SECONDS = 5;
const STDERR_LENGTH_MAX = 4_000;

export function createIngestProcesses(options: IngestProcessOptions): IngestProcesses {
  return new Pool(options);
}

class Pool implements IngestProcesses {
  readonly #options: IngestProcessOptions;
  readonly #children = new Set<Child>();
  readonly #idle: Child[] = [];
  readonly #waiting: (() => void)[] = [];
  #busy = 0;
  #closed = false;

  constructor(options: IngestProcessOptions) {
    this.#options = options;
  }

  async check(request: CheckRequest, options: CheckOptions): Promise<CheckedBatch> {
    const isArriving = options.arrival !== undefined;
    const answer = await this.#ask((id) => ({ do: 'check', id, request, isArriving }), options);
    if (answer.is !== 'checked') throw unexpected(answer);
    return answer.checked;
  }

  isAwaited(): boolean {
    return this.#waiting.length > 0;
  }

  async readQuarantine(query: QuarantineQuery): Promise<QuarantinePage> {
    const options = { signal: new AbortController().signal };
    const answer = await this.#ask((id) => ({ do: 'quarantine', id, query }), options);
    if (answer.is !== 'page') throw unexpected(answer);
    return answer.page;
  }

  async checkTable(request: RowsRequest, options: { signal: AbortSignal }): Promise<RuleResult[]> {
    const answer = await this.#ask((id) => ({ do: 'table', id, request }), options);
    if (answer.is !== 'tableChecked') throw unexpected(answer);
    return answer.results;
  }

  async rewrite(request: RewriteRequest, options: { signal: AbortSignal }): Promise<RewriteResult> {
    const answer = await this.#ask((id) => ({ do: 'rewrite', id, request }), options);
    if (answer.is !== 'rewritten') throw unexpected(answer);
    return answer.result;
  }

  async restate(
    request: RestateRowsRequest,
    options: { signal: AbortSignal },
  ): Promise<RestatedRows> {
    const answer = await this.#ask((id) => ({ do: 'restate', id, request }), options);
    if (answer.is !== 'restated') throw unexpected(answer);
    return answer.result;
  }

  async work<Task extends QuarantineTask['task']>(
    task: Extract<QuarantineTask, { task: Task }>,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Extract<QuarantineAnswer, { task: Task }>> {
    const answer = await this.#ask((id) => ({ do: 'work', id, work: task }), { signal });
    if (answer.is !== 'worked' || answer.answer.task !== task.task) throw unexpected(answer);
    return answer.answer as Extract<QuarantineAnswer, { task: Task }>;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#children].map((child) => child.end()));
  }

  async #ask(message: (id: number) => ToIngestChild, options: CheckOptions): Promise<Answer> {
    await this.#enter();
    try {
      options.signal.throwIfAborted();
      const child = this.#idle.pop() ?? this.#start();
      child.hold();
      try {
        return await child.ask(message, options);
      } finally {
        this.#release(child);
      }
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#busy >= this.#options.atOnce) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (this.#closed) {
      this.#waiting.shift()?.();
      throw new WeftError('UNAVAILABLE', 'the node is stopping');
    }
    this.#busy++;
  }

  #leave(): void {
    this.#busy--;
    this.#waiting.shift()?.();
  }

  #start(): Child {
    const child = new Child(this.#options, () => {
      this.#children.delete(child);
      this.#forget(child);
    });
    this.#children.add(child);
    return child;
  }

  #release(child: Child): void {
    if (child.isGone) return;
    if (this.#closed || child.isLost) {
      void child.end();
      return;
    }
    // Why the others shortly: small batches that come side by side need them again at once, and one alone never does.
    child.rest({
      seconds: this.#idle.length === 0 ? this.#options.idleSeconds : SPARE_IDLE_SECONDS,
      // Why before its end: until the system tells of that, a request could still be given to it, and be lost with it.
      onOver: () => this.#forget(child),
    });
    this.#idle.push(child);
  }

  #forget(child: Child): void {
    const at = this.#idle.indexOf(child);
    if (at >= 0) this.#idle.splice(at, 1);
  }
}

type Answer = Extract<FromIngestChild, { id: number }>;

class Child {
  readonly #process: ChildProcess;
  readonly #options: IngestProcessOptions;
  #stderr = '';
  #nextId = 1;
  #pending: { id: number; settle(answer: Answer | Error): void } | null = null;
  #onProgress: ((progress: CheckProgress) => void) | null = null;
  #silence: NodeJS.Timeout | null = null;
  #rest: NodeJS.Timeout | null = null;
  #killedFor: string | null = null;
  isGone = false;
  /** True when it may not be asked again. */
  isLost = false;

  constructor(options: IngestProcessOptions, onGone: () => void) {
    this.#options = options;
    this.#process = fork(
      fileURLToPath(options.entry ?? ENTRY),
      [JSON.stringify(options.settings)],
      {
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        execArgv: ['--max-old-space-size=512'],
        // Why: landing reads, file syncs and DuckDB share this pool; the default of 4 lets them starve each other.
        // Why few arenas: glibc keeps freed memory for each of the many threads.
        env: {
          PATH: process.env['PATH'] ?? '',
          TZ: 'UTC',
          UV_THREADPOOL_SIZE: '16',
          MALLOC_ARENA_MAX: '2',
        },
      },
    );
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_LENGTH_MAX);
    });
    this.#process.on('message', (message: FromIngestChild) => this.#receive(message));
    this.#process.on('error', (error) => this.#gone(error.message, onGone));
    this.#process.on('exit', (code, signal) =>
      this.#gone(signal === null ? `exit code ${code}` : `signal ${signal}`, onGone),
    );
  }

  ask(message: (id: number) => ToIngestChild, options: CheckOptions): Promise<Answer> {
    const { signal } = options;
    const id = this.#nextId++;
    this.#onProgress = options.onProgress ?? null;
    const stop = (): void => {
      this.#send({ do: 'cancel', id });
      setTimeout(
        () => {
          if (this.#pending?.id === id) this.kill('it did not stop');
        },
        (this.#options.stopSeconds ?? STOP_SECONDS) * 1_000,
      ).unref();
    };
    signal.addEventListener('abort', stop);
    const answered = new Promise<Answer>((resolve, reject) => {
      this.#pending = {
        id,
        settle: (answer) => (answer instanceof Error ? reject(answer) : resolve(answer)),
      };
      if (this.isGone) this.#settle(this.#death('it could not start'));
    });
    this.#listen();
    this.#send(message(id));
    options.arrival?.tell((arrived) => this.#send({ do: 'arrived', id, ...arrived }));
    return answered.finally(() => signal.removeEventListener('abort', stop));
  }

  /** Takes the child out of rest. */
  hold(): void {
    if (this.#rest !== null) clearTimeout(this.#rest);
    this.#rest = null;
    this.#process.ref();
    this.#process.channel?.ref();
  }

  /** The child waits for work and does not keep this process alive; when none came in its time, it is ended. */
  rest({ seconds, onOver }: { seconds: number; onOver(): void }): void {
    this.#rest = setTimeout(() => {
      onOver();
      void this.end();
    }, seconds * 1_000);
    this.#rest.unref();
    this.#process.unref();
    this.#process.channel?.unref();
    (this.#process.stderr as unknown as { unref?: () => void } | null)?.unref?.();
  }

  kill(reason: string): void {
    this.#killedFor = reason;
    this.#process.kill('SIGKILL');
  }

  end(): Promise<void> {
    if (this.isGone) return Promise.resolve();
    return new Promise((resolve) => {
      this.#process.ref();
      this.#process.once('exit', () => resolve());
      this.kill('the node stopped it');
    });
  }

  #send(message: ToIngestChild): void {
    if (this.#process.connected) this.#process.send(message, () => {});
  }

  #receive(message: FromIngestChild): void {
    if (this.#pending !== null) this.#listen();
    if (message.is === 'ready' || message.is === 'alive') return;
    if (message.is === 'lost') {
      this.isLost = true;
      return;
    }
    if (message.id !== this.#pending?.id) return;
    if (message.is === 'progress') this.#onProgress?.(message.progress);
    else if (message.is === 'failed') this.#settle(toError(message.failure));
    else this.#settle(message);
  }

  #listen(): void {
    if (this.#silence !== null) clearTimeout(this.#silence);
    const { silenceSeconds } = this.#options;
    this.#silence = setTimeout(
      () => this.kill(`it was silent for ${silenceSeconds} s`),
      silenceSeconds * 1_000,
    );
    this.#silence.unref();
  }

  #settle(answer: Answer | Error): void {
    const pending = this.#pending;
    this.#pending = null;
    if (this.#silence !== null) clearTimeout(this.#silence);
    pending?.settle(answer);
  }

  #gone(how: string, onGone: () => void): void {
    if (this.isGone) return;
    this.isGone = true;
    if (this.#rest !== null) clearTimeout(this.#rest);
    onGone();
    if (this.#pending === null) return;
    this.#options.logger.error('ingest child ended', {
      how,
      reason: this.#killedFor,
      stderr: this.#stderr,
    });
    this.#settle(this.#death(this.#killedFor ?? how));
  }

  #death(reason: string): WeftError {
    return new WeftError('UNAVAILABLE', `the process that checked the batch ended: ${reason}`, {
      remedy:
        'Send the batch again; if it ends again, give ingest more memory or send smaller files.',
    });
  }
}

function toError(failure: ChildFailure): WeftError {
  const { code, message, remedy, errors } = failure;
  return new WeftError(code ?? 'INTERNAL', message, {
    errors,
    ...(remedy === null ? {} : { remedy }),
  });
}

function unexpected(answer: Answer): WeftError {
  return new WeftError('INTERNAL', `the ingest child answered ${answer.is}`);
}
