/**
 * Answers that cost something and never change, kept while they are used.
 *
 * Not a store of truth: what is forgotten is worked out again. Invariants: at most `max` answers are kept, and the one
 * that was used longest ago goes first; of keys that share a place the last one is kept; an answer that failed is not kept;
 * who asks while it is worked out waits for the same one.
 */
export class Remembered<K, V> {
  readonly #max: number;
  readonly #placeOf: (key: K) => unknown;
  readonly #answers = new Map<unknown, { key: K; answer: Promise<V> }>();

  /** `placeOf`: keys of which only the last one is worth keeping have the same place; each has its own by default. */
  constructor(max: number, placeOf: (key: K) => unknown = (key) => key) {
    this.#max = max;
    this.#placeOf = placeOf;
  }

  /** Keeps an answer that is known already. */
  set(key: K, answer: V): void {
    this.#keep(key, Promise.resolve(answer));
  }

  /** The answer for a key; `make` is called when there is none. */
  async get(key: K, make: () => Promise<V>): Promise<V> {
    const answer = this.#known(key) ?? make();
    this.#keep(key, answer);
    try {
      return await answer;
    } catch (error) {
      if (this.#known(key) === answer) this.#answers.delete(this.#placeOf(key));
      throw error;
    }
  }

  #known(key: K): Promise<V> | undefined {
    const kept = this.#answers.get(this.#placeOf(key));
    return kept?.key === key ? kept.answer : undefined;
  }

  #keep(key: K, answer: Promise<V>): void {
    const place = this.#placeOf(key);
    this.#answers.delete(place);
    this.#answers.set(place, { key, answer });
    const oldest = this.#answers.keys().next();
    if (this.#answers.size > this.#max && oldest.done !== true) this.#answers.delete(oldest.value);
  }
}
