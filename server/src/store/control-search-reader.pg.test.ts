/**
 * The index in memory against the store's own search: expressions, words and their ranks, facets, pages, and changes that
 * others make while it is in use.
 *
 * The seed is WEFT_SEED, or 7; it is printed by fast-check when something fails.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ProductFacts } from '@weft/core/registry/facts';
import { compileSearch } from '@weft/core/registry/search-compile';
import { matchesSearch } from '@weft/core/registry/search-eval';
import { DEFAULT_ORDERS } from '@weft/core/registry/search-fields';
import fc from 'fast-check';
import { type Kysely, sql } from 'kysely';
import { createSales, createTestControl } from '../../../test/support/control.ts';
import {
  addProduct,
  expression,
  factsArbitrary,
  NOW,
  writeFacts,
} from '../../../test/support/search-samples.ts';
import { openTestStore, silentLogger, type TestStore } from '../../../test/support/store.ts';
import { FACETS, type SearchQuery, SORTS, type Sort, searchProducts } from './control-search.ts';
import { createProductSearch, type ProductSearch } from './control-search-reader.ts';
import type { ControlTables } from './control-tables.ts';

const seed = Number(process.env['WEFT_SEED'] ?? 7);
const PRODUCTS = 120;

const prose = fc
  .array(
    fc.constantFrom('orders', 'order', 'ordering', 'daily', "o'hara", 'a\\b', 'größe', 'stores'),
    {
      maxLength: 9,
    },
  )
  .map((words) => words.join(' '));

/** Words as people type them: with exclusions, alternatives, quotes, the beginnings of words and what is no word. */
const typed = fc
  .array(
    fc.constantFrom(
      ...['orders', 'order', 'ord', 'daily', 'da', "o'hara", 'grö', 'alpha', 'gamma', 'stores'],
      ...['-daily', '-orders', 'or', '"orders daily"', 'the', '!', 'product', 'a_b', '100%'],
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((words) => words.join(' '));
/** Why apart: of more than six words the store sorts equal ones as it happens to, and ranks by the first. */
const typedMuch = fc.tuple(typed, typed, typed).map((texts) => texts.join(' '));

describe('search by an index in memory', () => {
  let store: TestStore;
  let db: Kysely<ControlTables>;
  let search: ProductSearch;
  const products = new Map<string, ProductFacts>();
  const query = (values: Partial<SearchQuery>): SearchQuery => ({
    text: '',
    where: null,
    sort: 'product',
    descending: false,
    after: null,
    limit: 200,
    facets: FACETS,
    orders: DEFAULT_ORDERS,
    now: NOW,
    ...values,
  });
  /** The answer of the index, which must be the store's. */
  const same = async (values: Partial<SearchQuery>, about: unknown) => {
    const wanted = await searchProducts(db, query(values));
    const found = await search.search(query(values));
    assert.deepEqual(found, wanted, JSON.stringify(about));
    return found;
  };
  const put = async (facts: ProductFacts, words?: string) => {
    if (products.has(facts.product)) await writeFacts(db, facts, words);
    else await addProduct(db, facts);
    products.set(facts.product, facts);
  };

  before(async () => {
    store = await openTestStore();
    db = store.schema<ControlTables>('control');
    await createSales(createTestControl(store));
    for (const [i, facts] of fc.sample(factsArbitrary, { seed, numRuns: PRODUCTS }).entries()) {
      await put({ ...facts, product: nameOf(i) });
    }
    const texts = fc.sample(prose, { seed, numRuns: PRODUCTS });
    for (const [i, facts] of [...products.values()].entries()) await put(facts, texts[i]);
    search = createProductSearch(db, silentLogger);
    await search.start();
    assert.equal(search.isIndexed, true);
  });
  after(async () => {
    await search.stop();
    await store.close();
  });

  it('finds what the evaluator matches and the store finds, facets and all', async () => {
    await fc.assert(
      fc.asyncProperty(expression, async (text) => {
        const { value, error } = compileSearch(text);
        assert.ok(value, `${text}: ${error?.message}`);
        const { rows } = await same({ where: value }, text);
        const expected = [...products.values()]
          .filter((facts) => matchesSearch(value, facts, { now: Date.parse(NOW) }))
          .map((facts) => facts.product);
        assert.deepEqual(rows.map((row) => row.product).sort(), expected.sort(), text);
      }),
      { seed, numRuns: 100 },
    );
  });

  it('ranks words as the store does', async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(typed, async (text) => {
        const { total } = await same({ text, sort: 'score', descending: true }, text);
        found += total;
      }),
      { seed, numRuns: 100 },
    );
    assert.ok(found > 2_000, 'the words are found');
    await fc.assert(
      fc.asyncProperty(typedMuch, async (text) => {
        const wanted = await searchProducts(db, query({ text }));
        const { rows } = await search.search(query({ text }));
        const names = (list: typeof rows) => list.map((row) => row.product);
        assert.deepEqual(names(rows), names(wanted.rows), text);
      }),
      { seed, numRuns: 60 },
    );
  });

  it('pages as the store does, by every sort', async () => {
    for (const sort of [...Object.keys(SORTS), 'score'] as Sort[]) {
      for (const descending of [false, true]) {
        let after: SearchQuery['after'] = null;
        do {
          const text: string = sort === 'score' ? 'product or orders' : '';
          const { rows } = await same({ sort, descending, after, text, limit: 29 }, sort);
          const last = rows.slice(0, 29).at(-1);
          after =
            rows.length > 29 && last !== undefined
              ? { key: last.key, product: last.product }
              : null;
        } while (after !== null);
      }
    }
  });

  it('stays what the store is, whatever is written meanwhile', async () => {
    const change = fc.record({
      at: fc.nat(PRODUCTS + 20),
      facts: factsArbitrary,
      status: fc.constantFrom('active', 'active', 'retired'),
      words: fc.option(prose, { nil: undefined }),
      isKept: fc.boolean(),
    });
    const steps = fc.record({ changes: fc.array(change, { maxLength: 4 }), text: typed });
    await fc.assert(
      fc.asyncProperty(steps, async ({ changes, text }) => {
        for (const { at, facts, status, words, isKept } of changes) {
          const known = products.get(nameOf(at));
          // Why also with the facts kept: then no word changes, and the index reads none.
          const base = isKept && known !== undefined ? known : facts;
          const { measured } = facts;
          await put({ ...base, measured, status, product: nameOf(at) }, isKept ? undefined : words);
        }
        await same({ text, sort: 'score', descending: true }, text);
        await same({ where: null }, 'all');
      }),
      { seed, numRuns: 60 },
    );
    assert.equal(search.isIndexed, true);
  });

  it('does not see what is rolled back', async () => {
    const facts = { ...must(products), product: nameOf(999) };
    await assert.rejects(
      db.transaction().execute(async (tx) => {
        await addProduct(tx, facts);
        throw new Error('no');
      }),
      /^Error: no$/,
    );
    const { rows } = await same({}, 'all');
    assert.ok(!rows.some((row) => row.product === facts.product));
  });

  const needsServer = process.env['TEST_PG'] ? false : 'the embedded store has one session';
  it('sees a transaction that began before others and commits after them', {
    skip: needsServer,
  }, async () => {
    // Why: retired ones are found only by those who ask for them.
    const [first, second] = [...products.values()].filter(({ status }) => status !== 'retired');
    assert.ok(first !== undefined && second !== undefined);
    const withRows = (facts: ProductFacts, rows: number) => {
      return { ...facts, measured: { ...facts.measured, rows } };
    };
    const late = await db.startTransaction().execute();
    await writeFacts(late, withRows(first, 1), 'late');
    await put(withRows(second, 2), 'early');
    await same({}, 'before the late one commits');
    await same({ text: 'late' }, 'before the late one commits');
    await late.commit().execute();
    const { rows } = await same({ text: 'late' }, 'after it');
    assert.ok(rows.some((row) => row.product === first.product));
    products.set(first.product, withRows(first, 1));
  });

  it('is exact after documents with transactions of another store were restored', async () => {
    await sql`update search_documents set revision = '900000000000', words_revision = '900000000000'`.execute(
      db,
    );
    const [first] = products.values();
    assert.ok(first !== undefined);
    // Why active: the random changes before may have left it retired, and then nobody finds it.
    await put({ ...first, status: 'active', measured: { ...first.measured, rows: 12_345 } });
    const { value } = compileSearch('measured.rows = 12345');
    const { rows } = await same({ where: value }, 'restored');
    assert.deepEqual(
      rows.map((row) => row.product),
      [first.product],
    );
  });
});

function nameOf(index: number): string {
  return `sales.p${String(index).padStart(3, '0')}`;
}

function must(products: Map<string, ProductFacts>): ProductFacts {
  const [first] = products.values();
  assert.ok(first !== undefined);
  return first;
}
