/**
 * One file of the app that comes when it is needed, and what is known of it by now.
 *
 * Invariant: it is asked for once at a time; a file that stayed out can be asked for again. A look ahead that fails is
 * forgotten, since nobody waits for it.
 */
import type { Problem } from '../api/problem.ts';

export interface LatePorts {
  /** Why a file did not come; null when nothing stands against asking once more. */
  why(): Promise<Problem | null>;
  broken(error: unknown): Problem;
  /** Loads the page anew where that can help and loses nothing; false where it does not. */
  renew(problem: Problem): boolean;
}

export interface LateState<File> {
  file: File | null;
  /** Null as long as nobody who waits was disappointed. */
  problem: Problem | null;
}

export class LateFile<File> {
  readonly #bring: () => Promise<File>;
  readonly #ports: LatePorts;
  readonly #listeners = new Set<() => void>();
  #state: LateState<File> = { file: null, problem: null };
  #underWay: Promise<void> | null = null;
  #isAwaited = false;

  constructor(bring: () => Promise<File>, ports: LatePorts) {
    this.#bring = bring;
    this.#ports = ports;
  }

  readonly state = (): LateState<File> => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Ends when the file is there or it is known why not; never fails. */
  readonly load = (): Promise<void> => {
    this.#isAwaited = true;
    return this.lookAhead();
  };

  readonly lookAhead = (): Promise<void> => {
    if (this.#state.file !== null) return DONE;
    this.#underWay ??= this.#try().finally(() => {
      this.#underWay = null;
      this.#isAwaited = false;
    });
    return this.#underWay;
  };

  async #try(): Promise<void> {
    try {
      this.#change({ file: await this.#bring(), problem: null });
    } catch {
      if (this.#isAwaited) await this.#explain();
    }
  }

  async #explain(): Promise<void> {
    const why = await this.#ports.why();
    if (why === null) {
      await this.#lastTry();
      return;
    }
    // Why without end: the page is on its way out, and must not show anything meanwhile.
    if (this.#ports.renew(why)) await new Promise(() => undefined);
    this.#change({ file: null, problem: why });
  }

  /** Why once more: the mesh was away for the blink of an eye. */
  async #lastTry(): Promise<void> {
    try {
      this.#change({ file: await this.#bring(), problem: null });
    } catch (error) {
      const problem = this.#ports.broken(error);
      if (this.#ports.renew(problem)) await new Promise(() => undefined);
      this.#change({ file: null, problem });
    }
  }

  #change(state: LateState<File>): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

const DONE = Promise.resolve();
