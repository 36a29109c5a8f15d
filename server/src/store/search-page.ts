/**
 * The first places of an order, without sorting the others: a page of a search.
 *
 * Not what is found. Invariant: the order is the store's: by value, unknown ones last in either direction, texts by code
 * points, then by the product's name; a page begins right behind the cursor's value and product.
 */
import { compareText } from '@weft/core/lib/predicate';

export type SortValue = string | number | null;

export interface Order {
  /** What is compared, and what a cursor keeps of it. */
  value(place: number): SortValue;
  key(place: number): SortValue;
  /** The value that a cursor's key stands for. */
  read(key: SortValue): SortValue;
  product(place: number): string;
  descending: boolean;
  after: { key: SortValue; product: string } | null;
}

interface Entry {
  value: SortValue;
  product: string;
  place: number;
}

/** Where a cursor's page begins is no place. */
const NO_PLACE = -1;

/** At most `limit` of the places, in the order. */
export function firstPlaces(places: Uint32Array, order: Order, limit: number): number[] {
  const { after, descending } = order;
  const compare = (a: Entry, b: Entry): number =>
    compareValues(a.value, b.value, descending) || compareText(a.product, b.product);
  const from = after && { value: order.read(after.key), product: after.product, place: NO_PLACE };
  const first = new LastOnTop(compare, limit);
  for (const place of places) {
    const entry = { value: order.value(place), product: order.product(place), place };
    if (from === null || compare(entry, from) > 0) first.offer(entry);
  }
  return first.sorted().map((entry) => entry.place);
}

function compareValues(a: SortValue, b: SortValue, descending: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const order =
    typeof a === 'string' && typeof b === 'string' ? compareText(a, b) : Number(a) - Number(b);
  return descending ? -order : order;
}

/** A heap of the best so far whose worst is on top. */
class LastOnTop {
  readonly #entries: Entry[] = [];
  readonly #compare: (a: Entry, b: Entry) => number;
  readonly #limit: number;

  constructor(compare: (a: Entry, b: Entry) => number, limit: number) {
    this.#compare = compare;
    this.#limit = limit;
  }

  offer(entry: Entry): void {
    const entries = this.#entries;
    if (entries.length < this.#limit) {
      entries.push(entry);
      this.#rise(entries.length - 1);
      return;
    }
    const [last] = entries;
    if (last === undefined || this.#compare(entry, last) >= 0) return;
    entries[0] = entry;
    this.#sink(0);
  }

  sorted(): Entry[] {
    return [...this.#entries].sort(this.#compare);
  }

  #rise(start: number): void {
    for (let at = start; at > 0; ) {
      const above = (at - 1) >> 1;
      if (!this.#isBehind(at, above)) return;
      this.#swap(at, above);
      at = above;
    }
  }

  #sink(start: number): void {
    for (let at = start; ; ) {
      let last = at;
      for (const below of [2 * at + 1, 2 * at + 2]) if (this.#isBehind(below, last)) last = below;
      if (last === at) return;
      this.#swap(at, last);
      at = last;
    }
  }

  #isBehind(a: number, b: number): boolean {
    const [one, other] = [this.#entries[a], this.#entries[b]];
    return one !== undefined && other !== undefined && this.#compare(one, other) > 0;
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#entries[a], this.#entries[b]];
    if (one === undefined || other === undefined) return;
    this.#entries[a] = other;
    this.#entries[b] = one;
  }
}
