/**
 * All search documents in memory, in columns: filters, ranks, counts and sorts them in a few milliseconds.
 *
 * Not the store's search, whose answers it must equal (`control-search.ts`), and not the keeping up with the store
 * (`control-search-reader.ts`). Invariants: a test of an expression is answered by the reference evaluator, once for each
 * value that there is; a document whose words changed gets a new place and leaves its old one empty, since words are only
 * ever added.
 */
import { must } from '@weft/core/lib/assert';
import type { SearchExpression } from '@weft/core/registry/search-compile';
import type { MeshOrders } from '@weft/core/registry/search-fields';
import type { Facet, Sort } from './control-search.ts';
import { isLimitFacet, limitCounts } from './search-buckets.ts';
import { grown } from './search-columns.ts';
import { type IndexRow, SearchDocuments } from './search-documents.ts';
import { compileFilter, isAnswerable } from './search-filter.ts';
import { firstPlaces, type Order } from './search-page.ts';
import { PLACES_MAX, SearchWords } from './search-words.ts';
import type { WordsQuery } from './search-words-query.ts';

export interface IndexQuery {
  /** Null: no words were asked for. */
  words: WordsQuery | null;
  where: SearchExpression | null;
  sort: Sort;
  descending: boolean;
  after: { key: string | number | null; product: string } | null;
  limit: number;
  facets: readonly Facet[];
  orders: MeshOrders;
  /** Milliseconds since the epoch. */
  now: number;
}

export interface IndexHit {
  product: string;
  score: number;
  key: string | number | null;
}

export interface IndexResult {
  /** One more than the limit when there is a next page. */
  hits: IndexHit[];
  facets: Record<string, { value: string; count: number }[]>;
  total: number;
}

export class SearchIndex {
  readonly #documents = new SearchDocuments();
  readonly #words = new SearchWords();
  readonly #placeOf = new Map<string, number>();
  /** By place; empty where a document was that has another place now. */
  readonly #products: string[] = [];
  #filled = new Uint8Array(0);

  /** How many documents there are, and how many places that documents left. */
  get size(): { documents: number; empty: number } {
    const documents = this.#placeOf.size;
    return { documents, empty: this.#products.length - documents };
  }

  /**
   * Adds or replaces a document. Without words they are those that it has. False when it has none yet, or no place is
   * left: then the index is no longer what the store is.
   */
  put(row: IndexRow): boolean {
    const known = this.#placeOf.get(row.product);
    if (row.words === null) {
      if (known === undefined) return false;
      this.#documents.set(known, row);
      return true;
    }
    if (this.#products.length === PLACES_MAX) return false;
    if (known !== undefined) {
      this.#filled[known] = 0;
      this.#products[known] = '';
    }
    const place = this.#products.push(row.product) - 1;
    this.#filled = grown(this.#filled, place);
    this.#filled[place] = 1;
    this.#placeOf.set(row.product, place);
    this.#documents.set(place, row);
    this.#words.add(place, row.words);
    return true;
  }

  /** Gets ready for the first search, after many documents were added. */
  settle(): void {
    this.#words.sort();
  }

  /** Whether it has the fields that the expression speaks of. */
  canAnswer(where: SearchExpression | null): boolean {
    return isAnswerable(where, this.#documents);
  }

  /** Words of documents, of those that are gone, too, that are near to one which none has. */
  nearWords(word: string): string[] {
    return this.#words.near(word);
  }

  search(query: IndexQuery): IndexResult {
    const { words } = query;
    const size = this.#products.length;
    const found = this.#match(query, size);
    const scores = words === null ? null : this.#words.rank(words, size);
    const order = this.#order(query, scores);
    const places = firstPlaces(found, order, query.limit + 1);
    return {
      hits: places.map((place) => ({
        product: this.#products[place] ?? '',
        score: scores?.[place] ?? 0,
        key: order.key(place),
      })),
      facets: Object.fromEntries(
        query.facets.map((facet) => [facet, this.#count(facet, found, query.now)]),
      ),
      total: found.length,
    };
  }

  #count(facet: Facet, places: Uint32Array, now: number): { value: string; count: number }[] {
    return isLimitFacet(facet)
      ? limitCounts(this.#documents.countLimits(facet, places, now))
      : this.#documents.countFacet(facet, places);
  }

  /** The places of what fits, in their order. */
  #match({ words, where, orders, now }: IndexQuery, size: number): Uint32Array {
    const hits = words === null ? null : this.#words.match(words, size);
    const fits = compileFilter(where, this.#documents, { orders, now });
    const found = new Uint32Array(size);
    let count = 0;
    for (let place = 0; place < size; place++) {
      if (this.#filled[place] !== 1 || (hits !== null && hits[place] !== 1) || !fits(place))
        continue;
      found[count++] = place;
    }
    return found.subarray(0, count);
  }

  #order({ sort, descending, after }: IndexQuery, scores: Float32Array | null): Order {
    const documents = this.#documents;
    const product = (place: number): string => must(this.#products[place], 'a place has a product');
    if (sort === 'score') {
      const score = (place: number): number => scores?.[place] ?? 0;
      // The best come first, always.
      return { product, after, value: score, key: score, read: (key) => key, descending: true };
    }
    if (sort === 'product') {
      return { product, after, value: product, key: product, read: (key) => key, descending };
    }
    return {
      product,
      after,
      value: documents.sortValue(sort),
      key: (place) => documents.sortKey(sort, place),
      read: (key) => documents.readSortKey(sort, key),
      descending,
    };
  }
}
