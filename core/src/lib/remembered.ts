/**
 * Answers that cost something and never change, kept while they are used.
 *
 * Not a store of truth: what is forgotten is worked out again. Invariants: at most `max` answers are kept, and the one
 * that was used longest ago goes first; an answer that failed is not kept; who asks while it is worked out waits for the
 * same one.
 */
export class Remembered<K, V> {
  readonly #max: number;
  readonly #answers = new Map<K, Promise<V>>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Keeps an answer that is known already. */
  set(key: K, answer: V): void {
    this.#keep(key, Promise.resolve(answer));
  }

  /** The answer for a key; `make` is called when there is none. */
  async get(key: K, make: () => Promise<V>): Promise<V> {
    const answer = this.#answers.get(key) ?? make();
    this.#keep(key, answer);
    try {
      return await answer;
    } catch (error) {
      if (this.#answers.get(key) === answer) this.#answers.delete(key);
      throw error;
    }
  }

  #keep(key: K, answer: Promise<V>): void {
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    const oldest = this.#answers.keys().next();
    if (this.#answers.size > this.#max && oldest.done !== true) this.#answers.delete(oldest.value);
  }
}
