/**
 * Search in the store: filter, rank, count, page.
 *
 * Not who may see what (metadata is open), not the hit's shape, and not the index in memory that answers most searches
 * (`control-search-reader.ts`), whose oracle this is. Invariants: at most 2,000 candidates (and the one that
 * tells of more) are ranked and counted, and the answer says when there were more; what is sorted by a column is sorted
 * among all; pages are keyed by the sort value and the product's name, so a page
 * neither repeats nor skips a product that did not change; every text of a person is a parameter.
 */
import type { ProductFacts } from '@weft/core/registry/facts';
import type { SearchExpression } from '@weft/core/registry/search-compile';
import type { MeshOrders } from '@weft/core/registry/search-fields';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { searchCondition, usesField } from './control-search-sql.ts';
import type { ControlTables } from './control-tables.ts';
import {
  FACET_LIMITS,
  isLimitFacet,
  LIMIT_FACETS,
  type LimitFacet,
  limitCondition,
  limitCounts,
} from './search-buckets.ts';

type Db = Kysely<ControlTables>;

export const CANDIDATES_MAX = 2000;
const FACET_VALUES_MAX = 50;

const VALUE_FACETS = [
  'domain',
  'owner',
  'tag',
  'status',
  'purpose',
  'classification',
  'granularity',
  'region',
  'licence',
  'price',
  'state',
] as const;
export type ValueFacet = (typeof VALUE_FACETS)[number];

export const FACETS = [...VALUE_FACETS, ...LIMIT_FACETS] as const;
export type Facet = (typeof FACETS)[number];

const FACET_COLUMN: Readonly<Record<ValueFacet, { column: string; list: boolean }>> = {
  domain: { column: 'domain', list: false },
  owner: { column: 'owners', list: true },
  tag: { column: 'tags', list: true },
  status: { column: 'status', list: false },
  purpose: { column: 'purposes', list: true },
  classification: { column: 'classification', list: false },
  granularity: { column: 'granularity', list: false },
  region: { column: 'region', list: false },
  licence: { column: 'licence', list: false },
  price: { column: 'price', list: false },
  state: { column: 'state', list: false },
};

/** What a page can be sorted by, besides the score. */
export const SORTS = {
  product: 'product',
  name: 'name',
  title: 'title',
  domain: 'domain',
  frequency: 'frequency',
  'promise.freshness': 'promise_freshness',
  'promise.availability': 'promise_availability',
  'measured.rows': 'measured_rows',
  'measured.pass_rate': 'measured_pass_rate',
  'measured.batches': 'measured_batches',
  'measured.consumers': 'measured_consumers',
  'measured.last_batch': 'last_batch',
} as const;
export type Sort = keyof typeof SORTS | 'score';

export interface SearchQuery {
  text: string;
  where: SearchExpression | null;
  sort: Sort;
  descending: boolean;
  /** Sort value and product of the last hit before. */
  after: { key: string | number | null; product: string } | null;
  limit: number;
  facets: readonly Facet[];
  orders: MeshOrders;
  /** RFC 3339. */
  now: string;
  /** Only tests pass fewer. */
  candidatesMax?: number;
}

export interface SearchRow {
  product: string;
  facts: ProductFacts;
  score: number;
  key: string | number | null;
}

export interface SearchResult {
  /** One more than the limit when there is a next page. */
  rows: SearchRow[];
  facets: Record<string, { value: string; count: number }[]>;
  /** All, or `CANDIDATES_MAX` when it is capped. */
  total: number;
  capped: boolean;
}

interface Plan {
  /** What both others may name, each made once for a whole statement. */
  asked: RawBuilder<unknown>;
  filter: RawBuilder<unknown>;
  /** Rank of a document; 0 without text. */
  score: RawBuilder<unknown>;
}

/** Searches; when no word fits and the server has trigrams, by likeness of names. */
export async function searchProducts(db: Db, query: SearchQuery): Promise<SearchResult> {
  const where = await whereOf(db, query);
  const words = query.text.trim();
  const exact = await runPlan(db, query, wordPlan(words, where));
  if (words === '' || exact.total > 0 || !(await hasTrigrams(db))) return exact;
  return runPlan(db, query, likenessPlan(words, where));
}

async function whereOf(db: Db, query: SearchQuery): Promise<RawBuilder<unknown>> {
  const { where } = query;
  if (where === null) return sql`status = 'active'`;
  const granularities = usesField(where, 'granularity') ? await readGranularities(db) : [];
  const { orders, now } = query;
  const condition = searchCondition(where, { orders, now, granularities });
  // Why: a retired product is found only by who asks for a status.
  return usesField(where, 'status') ? condition : sql`status = 'active' and ${condition}`;
}

/** Every granularity there is. Why not with distinct: it reads all documents, and this one entry of the index for each. */
async function readGranularities(db: Db): Promise<string[]> {
  const next = (beyond: RawBuilder<unknown>) => sql`select granularity from search_documents
    where granularity is not null and ${beyond} order by granularity limit 1`;
  const { rows } = await sql<{ granularity: string }>`
    with recursive known as (
      (${next(sql`true`)})
      union all
      select (${next(sql`granularity > known.granularity`)}) from known where known.granularity is not null
    ) select granularity from known where granularity is not null`.execute(db);
  return rows.map((row) => row.granularity);
}

const NOTHING_ASKED = sql`select 1 as one`;

function wordPlan(words: string, where: RawBuilder<unknown>): Plan {
  if (words === '') {
    return { asked: NOTHING_ASKED, filter: where, score: sql`0::double precision` };
  }
  return {
    asked: sql`select ${wordsSql(words)} as query`,
    filter: sql`words @@ (select query from asked) and ${where}`,
    score: sql`ts_rank(words, (select query from asked))::double precision`,
  };
}

/**
 * The words of a search as a `tsquery`. Why both: stems find "household" for "households", plain words and the last one's
 * prefix find names while typing.
 */
export function wordsSql(words: string): RawBuilder<unknown> {
  return sql`websearch_to_tsquery('english', ${words}) || to_tsquery('simple', ${prefixQuery(words)})`;
}

/** `point of sal` → `'point' & 'of' & 'sal':*`; empty text for no word at all. */
function prefixQuery(words: string): string {
  const terms = words.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return terms.map((term, i) => `'${term}'${i === terms.length - 1 ? ':*' : ''}`).join(' & ');
}

function likenessPlan(words: string, where: RawBuilder<unknown>): Plan {
  const text = sql`${words.toLowerCase()}::text`;
  return {
    asked: NOTHING_ASKED,
    // The operator's threshold is the extension's default, 0.6; the index answers it, the function alone would scan.
    filter: sql`${text} operator(public.<%) names and ${where}`,
    score: sql`public.word_similarity(${text}, names)::double precision`,
  };
}

/** Whether names can be searched by likeness. */
export async function hasTrigrams(db: Db): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select 1 from pg_extension where extname = 'pg_trgm') as found`.execute(db);
  return rows[0]?.found === true;
}

async function runPlan(db: Db, query: SearchQuery, plan: Plan): Promise<SearchResult> {
  const found = await lookAtCandidates(db, query, plan);
  // Why again: what was not looked at may sort before what was.
  if (!found.capped || query.sort === 'score') return found;
  return { ...found, rows: await sortedPage(db, query, plan) };
}

/** What a row of the one statement is: a hit of the page, a count of a facet, or how many candidates there are. */
interface FoundRow {
  product: string | null;
  score: number;
  key: SearchRow['key'];
  facts: ProductFacts;
  place: number;
  facet: string | null;
  value: string;
  count: number;
}

/** The page, the facets and the total of the candidates, which are read once. */
async function lookAtCandidates(db: Db, query: SearchQuery, plan: Plan): Promise<SearchResult> {
  const { candidatesMax = CANDIDATES_MAX } = query;
  const columns = [
    ...VALUE_FACETS.map((facet) => FACET_COLUMN[facet].column),
    ...['frequency', 'last_batch'],
  ].map((column) => sql.ref(column));
  // Why not the rank as a key, too: it would be worked out twice.
  const isRanked = query.sort === 'score';
  const key = isRanked ? sql`score` : sql`key`;
  const keys = isRanked ? [] : [sql`${keyColumn(query, plan)} as key`];
  const { rows } = await sql<FoundRow>`
    with asked as materialized (${plan.asked}), candidates as materialized (
      select product, ${sql.join([...columns, sql`${plan.score} as score`, ...keys])}
      from search_documents where ${plan.filter} limit ${candidatesMax + 1}
    ), page as materialized (
      select product, score, ${key} as key, row_number() over (order by ${orderOf(query, key)})::integer as place
      from candidates where ${beyondKey(query, key)} order by place limit ${query.limit + 1}
    )
    select page.product, page.score, page.key, documents.facts, page.place,
      null::text as facet, null::text as value, null::integer as count
    from page join search_documents as documents on documents.product = page.product
    union all ${sql.join([totalSql(), ...query.facets.flatMap((facet) => countsSql(facet, query))], sql` union all `)}`.execute(
    db,
  );
  const facets: SearchResult['facets'] = {};
  for (const facet of query.facets) facets[facet] = [];
  const hits: FoundRow[] = [];
  let total = 0;
  for (const row of rows) {
    if (row.product !== null) hits.push(row);
    else if (row.facet === null) total = row.count;
    else facets[row.facet]?.push({ value: row.value, count: row.count });
  }
  orderLimits(facets);
  hits.sort((a, b) => a.place - b.place);
  return {
    rows: hits.map(({ product, facts, score, key }) => ({
      product: product ?? '',
      facts,
      score,
      key,
    })),
    facets,
    total: Math.min(total, candidatesMax),
    capped: total > candidatesMax,
  };
}

const NO_HIT = sql`null, null, null, null, null`;

function totalSql(): RawBuilder<unknown> {
  return sql`(select ${NO_HIT}, null, null, count(*)::integer from candidates)`;
}

/** How often each value of a facet stands among the candidates, or how many of them keep within each limit. */
function countsSql(facet: Facet, query: SearchQuery): RawBuilder<unknown>[] {
  if (isLimitFacet(facet)) return limitsSql(facet, query);
  const { column, list } = FACET_COLUMN[facet];
  const value = list ? sql`unnest(${sql.ref(column)})` : sql.ref(column);
  return [
    sql`(select ${NO_HIT}, ${facet}::text, value, count(*)::integer as count
    from (select ${value} as value from candidates limit ${CANDIDATES_MAX * 10}) as counted
    where value is not null group by value order by count desc, value collate "C" limit ${FACET_VALUES_MAX})`,
  ];
}

function limitsSql(facet: LimitFacet, { orders, now }: SearchQuery): RawBuilder<unknown>[] {
  return FACET_LIMITS.map(({ duration, seconds }) => {
    const isWithin = searchCondition(limitCondition(facet, seconds), {
      orders,
      now,
      granularities: [],
    });
    return sql`(select ${NO_HIT}, ${facet}::text, ${duration}::text, count(*)::integer
      from candidates where ${isWithin})`;
  });
}

/** Limits in their own order, and none without a product. */
function orderLimits(facets: SearchResult['facets']): void {
  for (const facet of LIMIT_FACETS) {
    const found = facets[facet];
    if (found === undefined) continue;
    const counts = new Map(found.map(({ value, count }) => [value, count]));
    facets[facet] = limitCounts(FACET_LIMITS.map(({ duration }) => counts.get(duration) ?? 0));
  }
}

/**
 * A page in the order of a column when there are more candidates than are looked at. Why the case, which hides the filter
 * from the planner: many rows fit, so walking in order meets a page of them soon, and gathering all of them first never
 * would; without it the planner takes them for few.
 */
async function sortedPage(db: Db, query: SearchQuery, plan: Plan): Promise<SearchRow[]> {
  const key = keyColumn(query, plan);
  const { rows } = await sql<SearchRow>`
    with asked as materialized (${plan.asked})
    select product, facts, ${plan.score} as score, ${key} as key from search_documents
    where case when ${plan.filter} then true else false end and ${beyondKey(query, key)}
    order by ${orderOf(query, key)}
    limit ${query.limit + 1}`.execute(db);
  return rows;
}

function keyColumn({ sort }: SearchQuery, plan: Plan): RawBuilder<unknown> {
  return sort === 'score' ? plan.score : sql.ref(SORTS[sort]);
}

/** Texts are in the order of code points, whatever the database's own collation is. */
function comparable(query: SearchQuery, key: RawBuilder<unknown>): RawBuilder<unknown> {
  return isText(query.sort) ? sql`${key} collate "C"` : key;
}

function orderOf(query: SearchQuery, key: RawBuilder<unknown>): RawBuilder<unknown> {
  const direction = isDescending(query) ? sql`desc` : sql`asc`;
  const first = sql`${comparable(query, key)} ${direction} nulls last`;
  return sql`${first}, product collate "C"`;
}

/** The best come first, always. */
function isDescending({ sort, descending }: SearchQuery): boolean {
  return sort === 'score' || descending;
}

function isText(sort: Sort): boolean {
  return sort === 'product' || sort === 'name' || sort === 'title' || sort === 'domain';
}

/** The rows behind the cursor; rows without a sort value come last. */
function beyondKey(query: SearchQuery, column: RawBuilder<unknown>): RawBuilder<unknown> {
  const { after } = query;
  if (after === null) return sql`true`;
  const key = comparable(query, column);
  const later = sql`product collate "C" > ${after.product}`;
  if (after.key === null) return sql`(${key} is null and ${later})`;
  const value = sql`${String(after.key)}`;
  const beyond = isDescending(query) ? sql`${key} < ${value}` : sql`${key} > ${value}`;
  return sql`(${beyond} or (${key} = ${value} and ${later}) or ${key} is null)`;
}
