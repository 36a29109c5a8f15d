/**
 * Search in the store: filter, rank, count, page.
 *
 * Not who may see what (metadata is open) and not the hit's shape. Invariants: at most 2,000 candidates are ranked and
 * counted, and the answer says when there were more; pages are keyed by the sort value and the product's name, so a page
 * neither repeats nor skips a product that did not change; every text of a person is a parameter.
 */
import type { ProductFacts } from '@weft/core/registry/facts';
import type { SearchExpression } from '@weft/core/registry/search-compile';
import type { MeshOrders } from '@weft/core/registry/search-fields';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { searchCondition, usesField } from './control-search-sql.ts';
import type { ControlTables } from './control-tables.ts';

type Db = Kysely<ControlTables>;

export const CANDIDATES_MAX = 2000;
const FACET_VALUES_MAX = 50;

export const FACETS = [
  'domain',
  'owner',
  'tag',
  'status',
  'purpose',
  'classification',
  'granularity',
  'region',
  'licence',
] as const;
export type Facet = (typeof FACETS)[number];

const FACET_COLUMN: Readonly<Record<Facet, { column: string; list: boolean }>> = {
  domain: { column: 'domain', list: false },
  owner: { column: 'owners', list: true },
  tag: { column: 'tags', list: true },
  status: { column: 'status', list: false },
  purpose: { column: 'purposes', list: true },
  classification: { column: 'classification', list: false },
  granularity: { column: 'granularity', list: false },
  region: { column: 'region', list: false },
  licence: { column: 'licence', list: false },
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
  /** At most `CANDIDATES_MAX`. */
  total: number;
  capped: boolean;
}

interface Plan {
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

async function readGranularities(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('search_documents')
    .select('granularity')
    .distinct()
    .where('granularity', 'is not', null)
    .execute();
  return rows.flatMap((row) => (row.granularity === null ? [] : [row.granularity]));
}

function wordPlan(words: string, where: RawBuilder<unknown>): Plan {
  if (words === '') return { filter: where, score: sql`0::double precision` };
  // Why both: stems find "household" for "households", plain words and the last one's prefix find names while typing.
  const query = sql`(websearch_to_tsquery('english', ${words}) || to_tsquery('simple', ${prefixQuery(words)}))`;
  return {
    filter: sql`words @@ ${query} and ${where}`,
    score: sql`ts_rank(words, ${query})::double precision`,
  };
}

/** `point of sal` → `'point' & 'of' & 'sal':*`; empty text for no word at all. */
function prefixQuery(words: string): string {
  const terms = words.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return terms.map((term, i) => `'${term}'${i === terms.length - 1 ? ':*' : ''}`).join(' & ');
}

function likenessPlan(words: string, where: RawBuilder<unknown>): Plan {
  const text = sql`${words.toLowerCase()}::text`;
  return {
    // The operator's threshold is the extension's default, 0.6; the index answers it, the function alone would scan.
    filter: sql`${text} operator(public.<%) names and ${where}`,
    score: sql`public.word_similarity(${text}, names)::double precision`,
  };
}

async function hasTrigrams(db: Db): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select 1 from pg_extension where extname = 'pg_trgm') as found`.execute(db);
  return rows[0]?.found === true;
}

async function runPlan(db: Db, query: SearchQuery, plan: Plan): Promise<SearchResult> {
  const rows =
    query.sort === 'score' ? await scorePage(db, query, plan) : await sortedPage(db, query, plan);
  return { rows, ...(await countFacets(db, query, plan)) };
}

async function scorePage(db: Db, query: SearchQuery, plan: Plan): Promise<SearchRow[]> {
  const { after } = query;
  const beyond =
    after === null
      ? sql`true`
      : sql`(score < ${Number(after.key)}::double precision or
             (score = ${Number(after.key)}::double precision and product > ${after.product}))`;
  const { rows } = await sql<Omit<SearchRow, 'key'>>`
    with candidates as materialized (
      select product, ${plan.score} as score from search_documents where ${plan.filter} limit ${CANDIDATES_MAX}
    ), page as (
      select product, score from candidates where ${beyond} order by score desc, product limit ${query.limit + 1}
    )
    select page.product, page.score, documents.facts
    from page join search_documents as documents on documents.product = page.product
    order by page.score desc, page.product`.execute(db);
  return rows.map((row) => ({ ...row, key: row.score }));
}

async function sortedPage(db: Db, query: SearchQuery, plan: Plan): Promise<SearchRow[]> {
  const column = sql.ref(query.sort === 'score' ? 'product' : SORTS[query.sort]);
  const key = query.sort === 'score' || isText(query.sort) ? sql`${column} collate "C"` : column;
  const order = query.descending ? sql`desc` : sql`asc`;
  const { rows } = await sql<SearchRow>`
    select product, facts, ${plan.score} as score, ${column} as key from search_documents
    where ${plan.filter} and ${beyondKey(query, key)}
    order by ${key} ${order} nulls last, product collate "C"
    limit ${query.limit + 1}`.execute(db);
  return rows;
}

function isText(sort: Sort): boolean {
  return sort === 'product' || sort === 'name' || sort === 'title' || sort === 'domain';
}

/** The rows behind the cursor; rows without a sort value come last. */
function beyondKey(query: SearchQuery, key: RawBuilder<unknown>): RawBuilder<unknown> {
  const { after } = query;
  if (after === null) return sql`true`;
  const later = sql`product collate "C" > ${after.product}`;
  if (after.key === null) return sql`(${key} is null and ${later})`;
  const value = sql`${String(after.key)}`;
  const beyond = query.descending ? sql`${key} < ${value}` : sql`${key} > ${value}`;
  return sql`(${beyond} or (${key} = ${value} and ${later}) or ${key} is null)`;
}

async function countFacets(
  db: Db,
  query: SearchQuery,
  plan: Plan,
): Promise<Pick<SearchResult, 'facets' | 'total' | 'capped'>> {
  const columns = FACETS.map((facet) => sql.ref(FACET_COLUMN[facet].column));
  const counts = query.facets.map((facet) => {
    const { column, list } = FACET_COLUMN[facet];
    const value = list ? sql`unnest(${sql.ref(column)})` : sql.ref(column);
    return sql`(select ${facet}::text as facet, value, count(*)::integer as count
      from (select ${value} as value from found limit ${CANDIDATES_MAX * 10}) as counted
      where value is not null group by value order by count desc, value limit ${FACET_VALUES_MAX})`;
  });
  const all = sql`(select null::text as facet, null::text as value, count(*)::integer as count from found)`;
  const { rows } = await sql<{ facet: string | null; value: string; count: number }>`
    with found as materialized (
      select ${sql.join(columns)} from search_documents where ${plan.filter} limit ${CANDIDATES_MAX + 1}
    ) ${sql.join([all, ...counts], sql` union all `)}`.execute(db);
  const facets: Record<string, { value: string; count: number }[]> = {};
  for (const facet of query.facets) facets[facet] = [];
  let total = 0;
  for (const { facet, value, count } of rows) {
    if (facet === null) total = count;
    else facets[facet]?.push({ value, count });
  }
  return { facets, total: Math.min(total, CANDIDATES_MAX), capped: total > CANDIDATES_MAX };
}
