/**
 * Search over an index in memory that is kept as the store is; while there is none, the store searches by itself.
 *
 * Not the index (`search-index.ts`). Invariants: before each search the store is asked, in one statement, whether any
 * document changed, so an answer is as fresh as the store's own, whichever process wrote; what the index cannot answer
 * (phrases, likeness of words, fields of the fact sheet) the store answers; the index is read in pieces, between which
 * others have their turn.
 */
import type { Logger } from '@weft/core/lib/ports';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import {
  hasTrigrams,
  type SearchQuery,
  type SearchResult,
  searchProducts,
  wordsSql,
} from './control-search.ts';
import type { ControlTables } from './control-tables.ts';
import { type IndexRow, ROW_COLUMNS } from './search-documents.ts';
import { SearchIndex } from './search-index.ts';
import { readWordsQuery } from './search-words-query.ts';

type Db = Kysely<ControlTables>;

/** Pages of the table that are read by one statement: some 20 ms. */
const PAGES = 12;
/** Above it the index would take more memory than a search is worth. */
const DOCUMENTS_MAX = 400_000;
/** An index with so many more empty places than documents is made anew. */
const EMPTY_MAX = 10_000;
const ATTEMPTS = 3;
/** After an index that could not be made. */
const RETRY_MILLISECONDS = 60_000;

export interface ProductSearch {
  /** Whether the index is in use. */
  readonly isIndexed: boolean;
  search(query: SearchQuery): Promise<SearchResult>;
  /** Words that are near to one which no document has, best first; none for a word that is known, and while there is no index. */
  nearWords(word: string): string[];
  /** Begins to read all documents; resolves when the index is in use, or was given up. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createProductSearch(db: Db, logger: Logger): ProductSearch {
  return new IndexedSearch(db, logger);
}

/** An index and the oldest transaction that may have been open when it was last compared with the store. */
interface Kept {
  index: SearchIndex;
  horizon: string;
}

class IndexedSearch implements ProductSearch {
  readonly #db: Db;
  readonly #logger: Logger;
  #kept: Kept | null = null;
  #making: Promise<void> | null = null;
  #refreshing: Promise<void> = Promise.resolve();
  #stopped = false;
  #trigrams = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(db: Db, logger: Logger) {
    this.#db = db;
    this.#logger = logger;
  }

  get isIndexed(): boolean {
    return this.#kept !== null;
  }

  start(): Promise<void> {
    this.#making ??= this.#make()
      .catch((error: unknown) => this.#tryLater(error))
      .finally(() => {
        this.#making = null;
      });
    return this.#making;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    await this.#making;
  }

  async search(query: SearchQuery): Promise<SearchResult> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const found = this.#kept === null ? null : await this.#searchIndex(query);
      if (found === null) break;
      if (found !== 'changed') return found;
    }
    return searchProducts(this.#db, query);
  }

  nearWords(word: string): string[] {
    return this.#kept?.index.nearWords(word) ?? [];
  }

  #tryLater(error: unknown): void {
    if (this.#stopped) return;
    this.#logger.warn('products are searched without an index', { error: String(error) });
    this.#retry = setTimeout(() => void this.start(), RETRY_MILLISECONDS).unref();
  }

  /** Null when only the store can answer; `changed` when a document changed meanwhile. */
  async #searchIndex(query: SearchQuery): Promise<SearchResult | 'changed' | null> {
    const asked = query.text.trim();
    const { text, changed } = await this.#compare(asked);
    if (changed) await this.#refresh();
    const words = asked === '' ? null : readWordsQuery(text);
    const kept = this.#kept;
    // Why not "and": it is ranked by the places of words, which the index does not have.
    if (kept === null || (asked !== '' && (words === null || words.kind === 'and'))) return null;
    if (!kept.index.canAnswer(query.where)) return null;
    const { horizon } = kept;
    const { hits, facets, total } = kept.index.search({
      ...query,
      words,
      now: Date.parse(query.now),
    });
    if (total === 0 && asked !== '' && this.#trigrams) return null;
    const facts = await this.#readFacts(hits.map((hit) => hit.product));
    if (facts.some((row) => BigInt(row.revision) >= BigInt(horizon))) return 'changed';
    const byProduct = new Map(facts.map((row) => [row.product, row.facts]));
    return {
      rows: hits.flatMap((hit) => {
        const sheet = byProduct.get(hit.product);
        return sheet === undefined ? [] : [{ ...hit, facts: sheet }];
      }),
      facets,
      total,
      capped: false,
    };
  }

  /** What the store makes of the words, and whether a document changed since the index was compared last. */
  async #compare(asked: string): Promise<{ text: string; changed: boolean }> {
    const kept = this.#kept;
    if (kept === null) return { text: '', changed: false };
    const words = asked === '' ? sql`''` : sql`(${wordsSql(asked)})::text`;
    const { rows } = await sql<{ text: string; horizon: string; changed: boolean }>`
      select ${words} as text, ${HORIZON} as horizon,
        exists (select 1 from search_documents where ${changedSince(kept.horizon)}) as changed`.execute(
      this.#db,
    );
    const { text = '', horizon = kept.horizon, changed = false } = rows[0] ?? {};
    if (!changed) moveHorizon(kept, horizon);
    return { text, changed };
  }

  /** Reads what changed, one reader after the other. */
  #refresh(): Promise<void> {
    const next = this.#refreshing.then(async () => {
      const kept = this.#kept;
      if (kept === null) return;
      const isWhole = await this.#readChanges(kept);
      const { documents, empty } = kept.index.size;
      if (!isWhole) this.#kept = null;
      if (!isWhole || empty > documents + EMPTY_MAX) void this.start();
    });
    this.#refreshing = next.catch(() => undefined);
    return next;
  }

  /** False when the index lacks a document that it should have had. */
  async #readChanges(kept: Kept): Promise<boolean> {
    const { rows } = await sql<IndexRow & { horizon: string }>`
      select now.horizon, changed.* from (select ${HORIZON} as horizon) as now left join lateral (
        select ${documentSql(
          sql`case when words_revision >= ${kept.horizon}::text::xid8 then words::text end`,
        )} from search_documents where ${changedSince(kept.horizon)}
      ) as changed on true`.execute(this.#db);
    for (const row of rows) if (row.product !== null && !kept.index.put(row)) return false;
    moveHorizon(kept, rows[0]?.horizon ?? kept.horizon);
    return true;
  }

  async #make(): Promise<void> {
    const index = new SearchIndex();
    this.#trigrams = await hasTrigrams(this.#db);
    const { rows } = await sql<{ horizon: string; pages: number }>`
      select ${HORIZON} as horizon, (pg_relation_size('search_documents')
        / current_setting('block_size')::bigint)::integer as pages`.execute(this.#db);
    const { horizon, pages } = rows[0] ?? { horizon: '0', pages: 0 };
    for (let page = 0; page < pages; page += PAGES) {
      if (this.#stopped) return;
      for (const row of await this.#readPages(page)) index.put(row);
      if (index.size.documents > DOCUMENTS_MAX) {
        this.#logger.info('there are too many products for an index in memory', {
          most: DOCUMENTS_MAX,
        });
        return;
      }
    }
    const kept = { index, horizon };
    // Why also: what was written while the pages were read may stand on one that was read before.
    await this.#readChanges(kept);
    index.settle();
    if (!this.#stopped) this.#kept = kept;
  }

  async #readPages(from: number): Promise<IndexRow[]> {
    const { rows } = await sql<IndexRow>`
      select ${documentSql(sql`words::text`)} from search_documents
      where ctid >= ${`(${from},0)`}::text::tid and ctid < ${`(${from + PAGES},0)`}::text::tid`.execute(
      this.#db,
    );
    return rows;
  }

  async #readFacts(products: readonly string[]) {
    if (products.length === 0) return [];
    return this.#db
      .selectFrom('search_documents')
      .select(['product', 'facts', 'revision'])
      .where('product', 'in', [...products])
      .execute();
  }
}

const HORIZON = sql`pg_snapshot_xmin(pg_current_snapshot())::text`;

/** Why the upper bound: in a store that was restored elsewhere old documents may bear transactions yet to come. */
function changedSince(horizon: string): RawBuilder<boolean> {
  return sql`revision >= ${horizon}::text::xid8 and revision < pg_snapshot_xmax(pg_current_snapshot())`;
}

/** Only forward: of two that compared, the one that looked first may come last. */
function moveHorizon(kept: Kept, horizon: string): void {
  if (BigInt(horizon) > BigInt(kept.horizon)) kept.horizon = horizon;
}

/** What an `IndexRow` is made of. */
function documentSql(words: RawBuilder<unknown>): RawBuilder<unknown> {
  const { texts, lists, numbers } = ROW_COLUMNS;
  return sql.join([
    ...['product', 'version', ...texts, ...numbers].map((name) => sql.ref(name)),
    ...lists.map((name) => sql`${sql.ref(name)}::text as ${sql.ref(name)}`),
    sql`(extract(epoch from last_batch) * 1000000)::bigint as last_batch`,
    sql`${words} as words`,
  ]);
}
