/**
 * Sealed query processes that wait for the next query of the same session over the same tables.
 *
 * Not the processes themselves. Invariants: a process is handed out only under the very key that it was given back with,
 * which names subject, purpose and every file it can read; at most `kept` wait, the longest waiting one ends first; none
 * waits longer than `seconds`, and none serves more than `usesMax` queries, so that what a query may leave behind in its
 * memory does not pile up.
 */
import type { ChildHandle } from './query-child-handle.ts';

export interface SessionOptions {
  kept: number;
  seconds: number;
  usesMax: number;
  /** Ends a process that is not needed any more. */
  end(child: ChildHandle): void;
}

interface Waiting {
  key: string;
  child: ChildHandle;
  timer: NodeJS.Timeout;
}

export class QuerySessions {
  readonly #options: SessionOptions;
  readonly #uses = new WeakMap<ChildHandle, number>();
  #waiting: Waiting[] = [];

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** A living process that was given back under this key, or null. */
  take(key: string): ChildHandle | null {
    for (;;) {
      const found = this.#waiting.findLast((entry) => entry.key === key);
      if (found === undefined) return null;
      this.#remove(found);
      if (found.child.alive) return found.child;
      this.#options.end(found.child);
    }
  }

  /** Keeps a process that ended its query well. */
  give(key: string, child: ChildHandle): void {
    const uses = (this.#uses.get(child) ?? 0) + 1;
    this.#uses.set(child, uses);
    const { kept, seconds, usesMax, end } = this.#options;
    if (kept === 0 || uses >= usesMax) {
      end(child);
      return;
    }
    const timer = setTimeout(() => this.#drop(entry), seconds * 1_000);
    timer.unref();
    const entry: Waiting = { key, child, timer };
    this.#waiting.push(entry);
    const oldest = this.#waiting[0];
    if (this.#waiting.length > kept && oldest !== undefined) this.#drop(oldest);
  }

  clear(): void {
    for (const entry of [...this.#waiting]) this.#drop(entry);
  }

  #drop(entry: Waiting): void {
    this.#remove(entry);
    this.#options.end(entry.child);
  }

  #remove(entry: Waiting): void {
    clearTimeout(entry.timer);
    this.#waiting = this.#waiting.filter((other) => other !== entry);
  }
}
