/**
 * Watches over one open answer: whether what permitted it still does.
 *
 * Not the decision (`confirm` makes it anew). Invariants: after a change became known here no row leaves before the
 * answer was confirmed again; what was refused once stays refused; an answer that nobody reads is ended as well.
 */
import type { StandingView } from '@weft/core/registry/standing';

export interface QueryWatchOptions {
  standing: Pick<StandingView, 'onChange'>;
  /** Resolves when the answer may go on; rejects with what to tell whoever asked. */
  confirm(): Promise<void>;
  /** Called once when it may not. */
  end(error: unknown): void;
}

export class QueryWatch {
  readonly #options: QueryWatchOptions;
  readonly #stop: () => void;
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
