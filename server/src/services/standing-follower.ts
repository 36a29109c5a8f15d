/**
 * A node's copy of the standing: asked for without end, kept on disk, told to whoever holds an answer open.
 *
 * Not a permission: each query is decided by the control plane anyway. Invariants: what the control plane took away is
 * refused here as soon as its answer arrives, which it sends at once; a copy that was heard before stays in force over
 * restarts and lost connections; whoever holds an answer open is told each time that nothing was heard for `silenceMs`,
 * since then something may have been taken away unheard: he asks the control plane himself, or ends.
 */
import type { Clock, Logger } from '@weft/core/lib/ports';
import {
  refusalOf,
  type Standing,
  type StandingView,
  standingOf,
} from '@weft/core/registry/standing';
import type { Subject } from '@weft/core/registry/types';

export interface StandingFollower extends StandingView {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface StandingFollowerOptions {
  /** The document, as soon as its version is another one; rejects when the control plane does not answer. */
  fetch(after: string, signal: AbortSignal): Promise<Standing>;
  /** Where the copy is kept between lives of the process. */
  archive: { read(): Promise<Standing | null>; keep(standing: Standing): Promise<void> };
  clock: Clock;
  logger: Logger;
  /** Longer than the control plane holds an answer back. */
  silenceMs: number;
  retryMs: number;
}

const NOTHING: Standing = { version: '', subjects: {}, credentials: [] };

export function createStandingFollower(options: StandingFollowerOptions): StandingFollower {
  return new Follower(options);
}

class Follower implements StandingFollower {
  readonly #options: StandingFollowerOptions;
  readonly #listeners = new Set<() => void>();
  readonly #stopping = new AbortController();
  #standing = NOTHING;
  #running: Promise<void> = Promise.resolve();
  #silence: NodeJS.Timeout | null = null;

  constructor(options: StandingFollowerOptions) {
    this.#options = options;
  }

  refusal(subject: Subject): string | null {
    return refusalOf(this.#standing, subject);
  }

  since(subject: string): number | null {
    return standingOf(this.#standing, subject)?.since ?? null;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async start(): Promise<void> {
    this.#standing = (await this.#options.archive.read()) ?? NOTHING;
    this.#listen();
    this.#running = this.#follow();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    if (this.#silence !== null) clearTimeout(this.#silence);
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    // Why nothing for the first question: the answer then comes at once, whatever was kept.
    let after = '';
    while (!signal.aborted) {
      try {
        const standing = await this.#options.fetch(after, signal);
        this.#heard(standing, after);
        after = standing.version;
      } catch {
        // Said once nothing was heard for too long: a moment without answer means nothing.
        await pause(this.#options.retryMs, signal);
      }
    }
  }

  #heard(standing: Standing, after: string): void {
    this.#listen();
    if (standing.version === after) return;
    const isSame = contentOf(standing) === contentOf(this.#standing);
    this.#standing = standing;
    this.#tell();
    if (isSame) return;
    this.#options.archive.keep(standing).catch((error: unknown) => {
      this.#options.logger.error('the standing of subjects was not kept', { error: String(error) });
    });
  }

  #listen(): void {
    if (this.#silence !== null) clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      const { logger, silenceMs } = this.#options;
      logger.warn('the control plane does not say who may act', { seconds: silenceMs / 1000 });
      this.#listen();
      this.#tell();
    }, this.#options.silenceMs);
    this.#silence.unref();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function contentOf({ subjects, credentials }: Standing): string {
  return JSON.stringify([subjects, credentials]);
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  signal.addEventListener(
    'abort',
    () => {
      clearTimeout(timer);
      resolve();
    },
    { once: true },
  );
  return promise;
}
