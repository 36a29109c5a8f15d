/**
 * Discovery: words and `--where` to hits, each with what is promised beside what was measured, and what the asking
 * subject may do with it.
 *
 * Not the store's search. Invariants: a hit says `agreed` only while an active agreement of this very subject holds; a
 * wrong expression is refused with its place and never searched in part.
 */
import { formatDuration } from '@weft/core/lib/duration';
import { WeftError } from '@weft/core/lib/error';
import { agreementAt } from '@weft/core/registry/agreement';
import { actsForDomain } from '@weft/core/registry/authority';
import type { ProductFacts, ProductState } from '@weft/core/registry/facts';
import { compileSearch } from '@weft/core/registry/search-compile';
import type { Domain, Subject } from '@weft/core/registry/types';
import { readAnswerTimes, readOpenAgreements } from '../store/control-access.ts';
import { readDomainsNamed } from '../store/control-registry.ts';
import {
  FACETS,
  type Facet,
  type SearchQuery,
  type SearchRow,
  SORTS,
  type Sort,
} from '../store/control-search.ts';
import type { ProductSearch } from '../store/control-search-reader.ts';
import type { ControlContext } from './control-context.ts';
import { type CursorPart, decodeCursor, encodeCursor, notOfThisList, pageLimit } from './cursor.ts';
import { nearSearches } from './near-searches.ts';

export interface SearchRequest {
  q?: string | undefined;
  where?: string | undefined;
  /** Names separated by commas. */
  facet?: string | undefined;
  /** A field, with `-` before it for the other direction. */
  sort?: string | undefined;
  limit?: number | undefined;
  after?: string | undefined;
}

export type HitAccess = 'none' | 'requestable' | 'agreed' | 'open';

export interface ProductHit {
  product: string;
  title: string;
  description: string | null;
  domain: string;
  owner: string | null;
  status: string;
  version: string;
  contract: { id: string; version: string; hash: string };
  granularity: string | null;
  frequency: string | null;
  classification: string | null;
  licence: string | null;
  region: string | null;
  price: ProductFacts['price'];
  tags: string[];
  purposes: string[];
  tables: string[];
  /** Durations in ISO 8601, availability 0 to 1. */
  promise: {
    freshness: string | null;
    latency: string | null;
    /** How old the newest batch may be. */
    age: string | null;
    /** 0 to 1. */
    badShareMax: number | null;
    retention: string | null;
    availability: number | null;
    rules: number;
  };
  measured: {
    rows: number | null;
    freshness: string | null;
    lastBatch: string | null;
    passRate: number | null;
    badShare: number | null;
    nulls: Record<string, number>;
  };
  /** The worst of what is promised. */
  state: ProductState | 'unknown';
  /** Misses that the contract still allows; null where it says nothing of it. */
  budget: ProductFacts['budget'];
  /** Subjects with an active agreement. */
  consumers: number;
  /** How long requests waited for their decision, the median of the last ones; null without any. */
  answersIn: string | null;
  access: HitAccess;
  /** The newest major that the subject has an active agreement on; null without one. */
  yourMajor: number | null;
  score: number;
  /** Where the words were found: name, column, term, text. */
  match: string[];
}

export interface SearchAnswer {
  items: ProductHit[];
  facets: Record<string, { value: string; count: number }[]>;
  total: number;
  /** True when there are more than `total`. */
  capped: boolean;
  /** Where words find nothing: what to search for instead, best first. */
  nearest?: string[];
  next: string | null;
}

export interface DiscoveryService {
  /** Throws EXPRESSION_INVALID and REQUEST_INVALID. */
  search(subject: Subject, request: SearchRequest): Promise<SearchAnswer>;
  /** What the subject may do with a product. */
  accessOf(subject: Subject, product: string, status: string): Promise<HitAccess>;
}

const WORDS_MAX = 400;

type DiscoveryContext = ControlContext & { search: ProductSearch };

export function createDiscoveryService(context: DiscoveryContext): DiscoveryService {
  return {
    search: (subject, request) => search(context, subject, request),
    async accessOf(subject, product, status) {
      const access = await accessOf(context, subject, [
        { product, domain: product.split('.')[0] ?? '', status },
      ]);
      return access.get(product)?.access ?? 'none';
    },
  };
}

async function search(
  context: DiscoveryContext,
  subject: Subject,
  request: SearchRequest,
): Promise<SearchAnswer> {
  const text = (request.q ?? '').slice(0, WORDS_MAX);
  const { sort, descending } = readSort(request.sort, text);
  const limit = pageLimit(request.limit);
  const query: SearchQuery = {
    text,
    where: readWhere(context, request.where),
    sort,
    descending,
    after: readAfter(request.after, sort),
    limit,
    facets: readFacets(request.facet),
    orders: context.orders,
    now: new Date(context.clock.now()).toISOString(),
  };
  const found = await context.search.search(query);
  const isMissed = found.total === 0 && text.trim() !== '' && query.after === null;
  const nearest = isMissed ? await nearSearches(context.search, query) : [];
  const rows = found.rows.slice(0, limit);
  const last = found.rows.length > limit ? rows.at(-1) : undefined;
  const access = await accessOf(
    context,
    subject,
    rows.map((row) => row.facts),
  );
  const answers = await readAnswerTimes(
    context.db,
    rows.map((row) => row.product),
  );
  const now = context.clock.now();
  return {
    items: rows.map((row) =>
      hitOf(row, {
        text,
        now,
        ...(access.get(row.product) ?? NO_ACCESS),
        answersIn: answers.get(row.product) ?? null,
      }),
    ),
    facets: found.facets,
    total: found.total,
    capped: found.capped,
    ...(nearest.length === 0 ? {} : { nearest }),
    next: last === undefined ? null : encodeCursor(`search:${sort}`, [last.key, last.product]),
  };
}

function readWhere(context: ControlContext, where: string | undefined) {
  if (where === undefined || where.trim() === '') return null;
  const { value, error } = compileSearch(where, context.orders);
  if (value !== null) return value;
  throw new WeftError('EXPRESSION_INVALID', error?.message ?? 'the expression cannot be read', {
    errors: error === null ? [] : [error],
  });
}

/** The words that people use; the newest batch comes first for freshness, and the largest table for rows. */
const SHORT_SORTS: Readonly<Record<string, Sort>> = {
  relevance: 'score',
  freshness: 'measured.last_batch',
  rows: 'measured.rows',
};
/** Sorts that are asked for by their short name from the top. */
const TOP_FIRST: readonly string[] = ['freshness', 'rows'];

function readSort(asked: string | undefined, text: string): { sort: Sort; descending: boolean } {
  if (asked === undefined || asked === '') {
    return { sort: text.trim() === '' ? 'product' : 'score', descending: false };
  }
  const descending = asked.startsWith('-');
  const given = descending ? asked.slice(1) : asked;
  const name = SHORT_SORTS[given] ?? given;
  if (name === 'score') return { sort: 'score', descending: true };
  if (Object.hasOwn(SORTS, name)) {
    return { sort: name as Sort, descending: TOP_FIRST.includes(given) ? !descending : descending };
  }
  throw new WeftError('REQUEST_INVALID', `there is no sort "${asked}"`, {
    remedy: `There are: ${[...Object.keys(SHORT_SORTS), ...Object.keys(SORTS)].join(', ')}; with - before it the other way.`,
  });
}

function readFacets(asked: string | undefined): Facet[] {
  const names = (asked ?? '').split(',').filter((name) => name !== '');
  const odd = names.find((name) => !FACETS.some((facet) => facet === name));
  if (odd !== undefined) {
    throw new WeftError('REQUEST_INVALID', `there is no facet "${odd}"`, {
      remedy: `There are: ${FACETS.join(', ')}.`,
    });
  }
  return FACETS.filter((facet) => names.includes(facet));
}

function readAfter(
  after: string | undefined,
  sort: Sort,
): { key: CursorPart; product: string } | null {
  if (after === undefined || after === '') return null;
  const [key = null, product] = decodeCursor(`search:${sort}`, after, 2);
  if (key !== null && !isSortKey(sort, key)) throw notOfThisList();
  return { key, product: String(product) };
}

const TEXT_SORTS: readonly Sort[] = ['product', 'name', 'title', 'domain'];
const INSTANT =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z$/;

/** Why: a key of another type than the column has would fail deep in the statement. */
function isSortKey(sort: Sort, key: string | number): boolean {
  if (TEXT_SORTS.includes(sort)) return typeof key === 'string';
  if (sort === 'measured.last_batch') return typeof key === 'string' && INSTANT.test(key);
  return typeof key === 'number' && Number.isFinite(key);
}

interface AccessOfHit {
  access: HitAccess;
  yourMajor: number | null;
}

const NO_ACCESS: AccessOfHit = { access: 'none', yourMajor: null };

async function accessOf(
  context: ControlContext,
  subject: Subject,
  products: readonly { product: string; domain: string; status: string }[],
): Promise<Map<string, AccessOfHit>> {
  const now = context.clock.now();
  const names = products.map((product) => product.product);
  const open = await readOpenAgreements(context.db, { subject: subject.id, products: names });
  const agreed = new Map<string, number>();
  for (const { product, major } of open.filter((a) => agreementAt(a, now).state === 'active'))
    agreed.set(product, Math.max(major, agreed.get(product) ?? 0));
  const wanted = [...new Set(products.map((product) => product.domain))];
  const found = await readDomainsNamed(context.db, wanted);
  const domains = new Map<string, Domain>(found.map((domain) => [domain.name, domain]));
  return new Map(
    products.map(({ product, domain, status }): [string, AccessOfHit] => {
      const people = domains.get(domain);
      const yourMajor = agreed.get(product) ?? null;
      if (people && actsForDomain(subject, people)) return [product, { access: 'open', yourMajor }];
      if (yourMajor !== null) return [product, { access: 'agreed', yourMajor }];
      return [product, { access: status === 'active' ? 'requestable' : 'none', yourMajor }];
    }),
  );
}

function hitOf(
  row: SearchRow,
  about: AccessOfHit & { text: string; now: number; answersIn: number | null },
): ProductHit {
  const { facts } = row;
  const { promise, measured } = facts;
  const age =
    measured.lastBatch === null ? null : (about.now - Date.parse(measured.lastBatch)) / 1000;
  return {
    product: facts.product,
    title: facts.title ?? facts.name,
    description: facts.description,
    domain: facts.domain,
    owner: facts.owners[0] ?? null,
    status: facts.status,
    version: facts.version,
    contract: facts.contract,
    granularity: facts.granularity,
    frequency: duration(facts.frequency),
    classification: facts.classification,
    licence: facts.licence,
    region: facts.region,
    price: facts.price ?? null,
    tags: facts.tags,
    purposes: facts.purposes,
    tables: facts.tables,
    promise: {
      freshness: duration(promise.freshness),
      latency: duration(promise.latency),
      // Why not only null: a fact sheet of an earlier version has neither until it is written anew.
      age: duration(promise.age ?? null),
      badShareMax: promise.badShareMax ?? null,
      retention: duration(promise.retention),
      availability: promise.availability,
      rules: promise.rules.length,
    },
    measured: {
      rows: measured.rows,
      freshness: duration(age),
      lastBatch: measured.lastBatch,
      passRate: measured.passRate,
      badShare: measured.badShare ?? null,
      nulls: measured.nulls,
    },
    state: facts.state ?? 'unknown',
    budget: facts.budget ?? null,
    consumers: measured.consumers ?? 0,
    answersIn: duration(about.answersIn),
    access: about.access,
    yourMajor: about.yourMajor,
    score: row.score,
    match: matchOf(facts, about.text),
  };
}

function duration(seconds: number | null): string | null {
  return seconds === null ? null : formatDuration(seconds);
}

function matchOf(facts: ProductFacts, text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length === 0) return [];
  const places: Record<string, string> = {
    name: [facts.product, facts.title ?? '', ...facts.tables].join(' '),
    column: Object.keys(facts.columns).join(' '),
    term: [...facts.terms, ...facts.tags].join(' '),
  };
  const found = Object.entries(places)
    .filter(([, place]) => words.some((word) => place.toLowerCase().includes(word)))
    .map(([name]) => name);
  return found.length === 0 ? ['text'] : found;
}
