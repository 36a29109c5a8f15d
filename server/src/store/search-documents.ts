/**
 * The columns of all search documents, by place: what is filtered, counted and sorted by.
 *
 * Not their words (`search-words.ts`) and not the fact sheets, which stay in the store; so what stands there alone (types,
 * nulls and distinct values of single columns) is not here. Invariant: a value is what the store has for it, so keys of
 * pages are the same whoever made them.
 */
import { compareText } from '@weft/core/lib/predicate';
import { type FieldKey, readSemver } from '@weft/core/registry/search-fields';
import type { Sort, ValueFacet } from './control-search.ts';
import { FACET_LIMITS, type LimitFacet } from './search-buckets.ts';
import { NumberColumn, ValueColumn } from './search-columns.ts';
import type { SortValue } from './search-page.ts';
import { parseSqlValue } from './sql-values.ts';

const TEXTS = [
  ...(['domain', 'name', 'title', 'status'] as const),
  ...(['classification', 'granularity', 'licence', 'region', 'price', 'state'] as const),
];
const LISTS = ['owners', 'tags', 'terms', 'purposes', 'columns', 'rules'] as const;
const NUMBERS = [
  ...(['frequency', 'retention', 'promise_freshness', 'promise_latency'] as const),
  ...(['promise_availability', 'measured_rows', 'measured_bytes', 'measured_pass_rate'] as const),
  ...(['measured_batches', 'measured_consumers'] as const),
];

export type TextName = (typeof TEXTS)[number];
export type ListName = (typeof LISTS)[number];
export type NumberName = (typeof NUMBERS)[number] | 'last_batch';

/** A document as the index reads it. */
export type IndexRow = { product: string; version: string } & Record<TextName, string | null> &
  Record<ListName, string> &
  Record<Exclude<NumberName, 'last_batch'>, number | null> & {
    /** Microseconds since the epoch. */
    last_batch: number | null;
    /** The text form of the `tsvector`; null: as it was. */
    words: string | null;
  };

/** The values of a field: as they are, by whether a name is among them, by version, as numbers, or as the age of an instant. */
export type FieldColumn =
  | { kind: 'values'; column: ValueColumn<string | string[]> | ValueColumn<number[]> }
  | { kind: 'members'; column: ValueColumn<string[]> }
  | { kind: 'numbers' | 'age'; column: NumberColumn };

/** What a row is read by; lists in PostgreSQL's text form, so that equal ones are read once. */
export const ROW_COLUMNS = { texts: TEXTS, lists: LISTS, numbers: NUMBERS };

const FACET_COLUMN: Readonly<Record<ValueFacet, TextName | ListName>> = {
  domain: 'domain',
  owner: 'owners',
  tag: 'tags',
  status: 'status',
  purpose: 'purposes',
  classification: 'classification',
  granularity: 'granularity',
  region: 'region',
  licence: 'licence',
  price: 'price',
  state: 'state',
};
const FACET_VALUES_MAX = 50;

/** What is sorted by a column of this index. */
export type ColumnSort = Exclude<Sort, 'score' | 'product'>;

const LIST_OF_FIELD: Readonly<Partial<Record<FieldKey, ListName>>> = {
  owner: 'owners',
  tag: 'tags',
  term: 'terms',
  purpose: 'purposes',
  column: 'columns',
};

/** `text[]` in PostgreSQL's catalogue. */
const TEXT_ARRAY = 1009;
const NO_VERSION = [0, 0, 0, 0];

export class SearchDocuments {
  readonly #texts = columnsOf(TEXTS, () => new ValueColumn((text) => text));
  readonly #lists = columnsOf(
    LISTS,
    () => new ValueColumn((text) => parseSqlValue(TEXT_ARRAY, text) as string[]),
  );
  readonly #versions = new ValueColumn((text) => readSemver(text) ?? NO_VERSION);
  readonly #numbers = columnsOf([...NUMBERS, 'last_batch'] as const, () => new NumberColumn());

  set(place: number, row: IndexRow): void {
    for (const name of TEXTS) this.#texts[name].set(place, row[name]);
    for (const name of LISTS) this.#lists[name].set(place, row[name]);
    this.#versions.set(place, row.version);
    for (const name of NUMBERS) this.#numbers[name].set(place, row[name]);
    this.#numbers.last_batch.set(place, row.last_batch);
  }

  /** The column of a field; null for one whose values stand in the fact sheet alone. */
  columnOf(key: FieldKey): FieldColumn | null {
    const list = LIST_OF_FIELD[key];
    if (list !== undefined) return { kind: 'values', column: this.#lists[list] };
    if (key === 'promise.rule()') return { kind: 'members', column: this.#lists.rules };
    if (key === 'measured.freshness') return { kind: 'age', column: this.#numbers.last_batch };
    if (key === 'version') return { kind: 'values', column: this.#versions };
    const name = key === 'promise.retention' ? 'retention' : key.replace('.', '_');
    if (isOneOf(TEXTS, name)) return { kind: 'values', column: this.#texts[name] };
    if (isOneOf(NUMBERS, name)) return { kind: 'numbers', column: this.#numbers[name] };
    return null;
  }

  /** How often each value stands in the documents at these places: the most frequent ones. */
  countFacet(facet: ValueFacet, places: Uint32Array): { value: string; count: number }[] {
    const name = FACET_COLUMN[facet];
    const column: ValueColumn<string | string[]> = isOneOf(TEXTS, name)
      ? this.#texts[name]
      : this.#lists[name];
    const byCode = new Uint32Array(column.values.length);
    for (const place of places) {
      const code = column.codes[place] ?? 0;
      byCode[code] = (byCode[code] ?? 0) + 1;
    }
    const counts = new Map<string, number>();
    for (const [code, count] of byCode.entries()) {
      const value = column.values[code] ?? null;
      if (count === 0 || value === null) continue;
      for (const member of [value].flat()) counts.set(member, (counts.get(member) ?? 0) + count);
    }
    return [...counts]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || compareText(a.value, b.value))
      .slice(0, FACET_VALUES_MAX);
  }

  /** How many of the documents at these places keep within each length of time; `now` is in milliseconds. */
  countLimits(facet: LimitFacet, places: Uint32Array, now: number): number[] {
    const { numbers } = this.#numbers[facet === 'frequency' ? 'frequency' : 'last_batch'];
    const isAge = facet === 'freshness';
    const limits = Float64Array.from(FACET_LIMITS, ({ seconds }) => seconds);
    const counts = FACET_LIMITS.map(() => 0);
    for (const place of places) {
      const known = numbers[place] ?? Number.NaN;
      const seconds = isAge ? (now * 1_000 - known) / 1e6 : known;
      // From the longest: what is longer than one limit is longer than all before it, and NaN is within none.
      for (let at = limits.length - 1; at >= 0 && seconds <= (limits[at] ?? 0); at--) {
        counts[at] = (counts[at] ?? 0) + 1;
      }
    }
    return counts;
  }

  /** What places are sorted by. */
  sortValue(sort: ColumnSort): (place: number) => SortValue {
    if (sort === 'name' || sort === 'title' || sort === 'domain') {
      const column = this.#texts[sort];
      return (place) => column.get(place);
    }
    const column = this.#numbers[NUMBER_OF_SORT[sort]];
    return (place) => column.get(place);
  }

  /** What a cursor says of a place. */
  sortKey(sort: ColumnSort, place: number): SortValue {
    const value = this.sortValue(sort)(place);
    return sort === 'measured.last_batch' && value !== null ? instantText(Number(value)) : value;
  }

  /** The value that a cursor's key stands for. */
  readSortKey(sort: ColumnSort, key: SortValue): SortValue {
    return sort === 'measured.last_batch' && key !== null ? instantMicroseconds(String(key)) : key;
  }
}

const NUMBER_OF_SORT: Readonly<
  Record<Exclude<ColumnSort, 'name' | 'title' | 'domain'>, NumberName>
> = {
  frequency: 'frequency',
  'promise.freshness': 'promise_freshness',
  'promise.availability': 'promise_availability',
  'measured.rows': 'measured_rows',
  'measured.pass_rate': 'measured_pass_rate',
  'measured.batches': 'measured_batches',
  'measured.consumers': 'measured_consumers',
  'measured.last_batch': 'last_batch',
};

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return (names as readonly string[]).includes(name);
}

function columnsOf<Name extends string, Column>(
  names: readonly Name[],
  create: () => Column,
): Record<Name, Column> {
  return Object.fromEntries(names.map((name) => [name, create()])) as Record<Name, Column>;
}

const MICROSECONDS = 1_000_000;

/** As the store writes an instant: no zeros at the end of a second's parts. */
function instantText(microseconds: number): string {
  const seconds = Math.floor(microseconds / MICROSECONDS);
  const rest = String(microseconds - seconds * MICROSECONDS)
    .padStart(6, '0')
    .replace(/0+$/, '');
  const whole = new Date(seconds * 1_000).toISOString().slice(0, 19);
  return `${whole}${rest === '' ? '' : `.${rest}`}Z`;
}

function instantMicroseconds(text: string): number {
  const [whole, rest = ''] = text.slice(0, -1).split('.');
  const parts = Math.round(Number(`0.${rest || '0'}`) * MICROSECONDS);
  return (Date.parse(`${whole}Z`) / 1_000) * MICROSECONDS + parts;
}
