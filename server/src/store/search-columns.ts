/**
 * Columns of search documents in memory: values that repeat are kept once and named by a code, numbers lie side by side.
 *
 * Not the words (`search-words.ts`). Invariant: a place that was never set, and one that was set to null, is unknown:
 * code 0, or NaN. A column grows by itself and never forgets a value that it has seen; who made it makes it anew.
 */

const FIRST_CAPACITY = 64;

/** Copies into one of twice the size when `at` lies beyond; else gives back the same. */
export function grown<Numbers extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(
  numbers: Numbers,
  at: number,
  unset = 0,
): Numbers {
  if (at < numbers.length) return numbers;
  const length = Math.max(FIRST_CAPACITY, numbers.length * 2, at + 1);
  const larger = new (numbers.constructor as new (length: number) => Numbers)(length);
  larger.set(numbers as Numbers & ArrayLike<number>);
  if (unset !== 0) larger.fill(unset, numbers.length);
  return larger;
}

/** Values that repeat, by the text that the store has for them. */
export class ValueColumn<Value> {
  /** By place. */
  codes = new Uint32Array(0);
  /** By code; that of 0 is not known. */
  readonly values: (Value | null)[] = [null];
  readonly #codeOf = new Map<string, number>();
  readonly #read: (text: string) => Value;

  constructor(read: (text: string) => Value) {
    this.#read = read;
  }

  set(at: number, text: string | null): void {
    this.codes = grown(this.codes, at);
    this.codes[at] = text === null ? 0 : this.#code(text);
  }

  get(at: number): Value | null {
    return this.values[this.codes[at] ?? 0] ?? null;
  }

  #code(text: string): number {
    const known = this.#codeOf.get(text);
    if (known !== undefined) return known;
    const code = this.values.length;
    this.values.push(this.#read(text));
    this.#codeOf.set(text, code);
    return code;
  }
}

export class NumberColumn {
  /** By place; NaN is not known. */
  numbers = new Float64Array(0);

  set(at: number, value: number | null): void {
    this.numbers = grown(this.numbers, at, Number.NaN);
    this.numbers[at] = value ?? Number.NaN;
  }

  get(at: number): number | null {
    const value = this.numbers[at] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  }
}
