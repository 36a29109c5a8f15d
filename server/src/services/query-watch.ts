/**
 * Watches over one open answer: whether what permitted it still does.
 *
 * Not the decision (`confirm` makes it anew). Invariants: after a change became known here no row leaves before the
 * answer was confirmed again; what was refused once stays refused; an answer that nobody reads is ended as well. What ends by
 * time alone is told by nobody, so each answer is looked at once a second, too.
 */
import { isWeftError } from '@weft/core/lib/error';
import type { StandingView } from '@weft/core/registry/standing';

export interface QueryWatchOptions {
  standing: Pick<StandingView, 'onChange'>;
  /** Resolves when the answer may go on; rejects with what to tell whoever asked. */
  confirm(): Promise<void>;
  /** Called once when it may not. */
  end(error: unknown): void;
}

const LOOK_MILLISECONDS = 1_000;

export class QueryWatch {
  readonly #options: QueryWatchOptions;
  readonly #stop: () => void;
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;
  /** Changes that became known, and how many of them the last confirmation had seen. */
  #changes = 0;
  #confirmed = 0;
  #confirming: Promise<void> | null = null;
  #refusal: { error: unknown } | null = null;

  constructor(options: QueryWatchOptions) {
    this.#options = options;
    this.#stop = options.standing.onChange(() => {
      this.#changes++;
      // Why at once: whoever reads slowly, or not at all, would never ask.
      void this.certain().catch(() => undefined);
    });
    this.#timer = setInterval(() => void this.#look(), LOOK_MILLISECONDS).unref();
  }

  /** Resolves when nothing that is known speaks against the answer; rejects when something does. */
  async certain(): Promise<void> {
    while (this.#refusal === null && this.#confirmed !== this.#changes) {
      this.#confirming ??= this.#confirm();
      await this.#confirming;
    }
    if (this.#refusal !== null) throw this.#refusal.error;
  }

  /** How many changes became known so far. */
  heard(): number {
    return this.#changes;
  }

  /** What was confirmed until now does not count: the answer is another one. */
  doubt(): void {
    this.#changes++;
  }

  stop(): void {
    this.#stop();
    clearInterval(this.#timer);
  }

  /** Whether time took something away. Why only then an end: that nobody can say is no news while nothing is known to have changed. */
  async #look(): Promise<void> {
    // Why not while one is under way: a decider that takes long would be asked more and more.
    if (this.#refusal !== null || this.#confirming !== null || this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#options.confirm();
    } catch (error) {
      const isOver = isWeftError(error, 'ACCESS_DENIED') || isWeftError(error, 'UNAUTHENTICATED');
      if (!isOver || this.#refusal !== null) return;
      this.#refusal = { error };
      this.#options.end(error);
    } finally {
      this.#isLooking = false;
    }
  }

  async #confirm(): Promise<void> {
    const seen = this.#changes;
    try {
      await this.#options.confirm();
      this.#confirmed = seen;
    } catch (error) {
      this.#refusal = { error };
      this.#options.end(error);
    } finally {
      this.#confirming = null;
    }
  }
}
