/**
 * Who may run a query now: a few at once, the others wait their turn, and nobody takes all the places.
 *
 * Not the limits of one query (`query-service.ts`). Invariants: never more than `running` holders; a place is given back
 * once, whatever happens to its holder; whoever waits too long, or gives up, leaves the queue.
 */
import { WeftError } from '@weft/core/lib/error';

export interface AdmissionLimits {
  /** Queries that run at the same time. */
  running: number;
  /** Queries of one subject that run or wait. */
  perSubject: number;
  /** Queries that wait. */
  waiting: number;
  /** Seconds that a query waits at most. */
  waitSeconds: number;
}

interface Waiter {
  subject: string;
  start(): void;
}

export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #queue: Waiter[] = [];
  readonly #bySubject = new Map<string, number>();
  #running = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /**
   * Resolves with the function that gives the place back. Rejects with RATE_LIMITED when the subject has too many
   * queries, UNAVAILABLE when the queue is full or the wait too long, CANCELLED when `signal` aborts meanwhile.
   */
  async acquire(subject: string, signal: AbortSignal): Promise<() => void> {
    const own = this.#bySubject.get(subject) ?? 0;
    if (own >= this.#limits.perSubject) {
      throw new WeftError('RATE_LIMITED', `you have ${own} queries running or waiting`);
    }
    if (this.#running >= this.#limits.running && this.#queue.length >= this.#limits.waiting) {
      throw new WeftError('UNAVAILABLE', 'too many queries are waiting');
    }
    this.#bySubject.set(subject, own + 1);
    try {
      if (this.#running >= this.#limits.running) await this.#wait(subject, signal);
      else this.#running++;
    } catch (error) {
      this.#forget(subject);
      throw error;
    }
    return once(() => {
      this.#forget(subject);
      this.#running--;
      this.#startNext();
    });
  }

  #wait(subject: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (error: WeftError): void => {
        const at = this.#queue.indexOf(waiter);
        if (at >= 0) this.#queue.splice(at, 1);
        done();
        reject(error);
      };
      const cancel = (): void => leave(new WeftError('CANCELLED', 'The query was cancelled.'));
      const timer = setTimeout(
        () => leave(new WeftError('UNAVAILABLE', 'the query waited too long for its turn')),
        this.#limits.waitSeconds * 1_000,
      );
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', cancel);
      };
      const waiter: Waiter = {
        subject,
        start: () => {
          done();
          resolve();
        },
      };
      this.#queue.push(waiter);
      signal.addEventListener('abort', cancel, { once: true });
      if (signal.aborted) cancel();
    });
  }

  #startNext(): void {
    const next = this.#queue.shift();
    if (next === undefined) return;
    this.#running++;
    next.start();
  }

  #forget(subject: string): void {
    const left = (this.#bySubject.get(subject) ?? 1) - 1;
    if (left > 0) this.#bySubject.set(subject, left);
    else this.#bySubject.delete(subject);
  }
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}
