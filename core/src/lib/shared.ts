/**
 * One answer for all who ask at the same time: who comes while a question is under way waits for the next one.
 *
 * Not a memory (`remembered.ts`): an answer is given to those who were waiting when its question was asked, and to nobody
 * after them. Invariant: the work that answers a call began after the call.
 */
export class Shared<K, V> {
  readonly #running = new Map<K, Promise<unknown>>();
  readonly #next = new Map<K, Promise<V>>();

  get(key: K, ask: () => Promise<V>): Promise<V> {
    const waiting = this.#next.get(key);
    if (waiting !== undefined) return waiting;
    const running = this.#running.get(key);
    if (running === undefined) return this.#ask(key, ask);
    const next = running.then(() => {
      this.#next.delete(key);
      return this.#ask(key, ask);
    });
    this.#next.set(key, next);
    return next;
  }

  #ask(key: K, ask: () => Promise<V>): Promise<V> {
    const answer = ask();
    const settled = answer.then(
      () => undefined,
      () => undefined,
    );
    const ended = settled.then(() => {
      if (this.#running.get(key) === ended) this.#running.delete(key);
    });
    this.#running.set(key, ended);
    return answer;
  }
}
