/**
 * The store's search against the reference evaluator on random products and expressions; ranking, facets, pages.
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
import type { Kysely } from 'kysely';
import { createSales, createTestControl } from '../../../test/support/control.ts';
import {
  addProduct,
  expression,
  factsArbitrary,
  NOW,
} from '../../../test/support/search-samples.ts';
import { openTestStore, type TestStore } from '../../../test/support/store.ts';
import { type SearchQuery, searchProducts } from './control-search.ts';
import type { ControlTables } from './control-tables.ts';

const seed = Number(process.env['WEFT_SEED'] ?? 7);

describe('search in the store', () => {
  let store: TestStore;
  let db: Kysely<ControlTables>;
  const products: ProductFacts[] = [];
  const query = (values: Partial<SearchQuery>): SearchQuery => ({
    text: '',
    where: null,
    sort: 'product',
    descending: false,
    after: null,
    limit: 200,
    facets: [],
    orders: DEFAULT_ORDERS,
    now: NOW,
    ...values,
  });

  before(async () => {
    store = await openTestStore();
    db = store.schema<ControlTables>('control');
    await createSales(createTestControl(store));
    for (const [i, facts] of fc.sample(factsArbitrary, { seed, numRuns: 120 }).entries()) {
      products.push({ ...facts, product: `sales.p${String(i).padStart(3, '0')}` });
    }
    await db.transaction().execute(async (tx) => {
      for (const facts of products) await addProduct(tx, facts);
    });
  });
  after(() => store.close());

  it('finds exactly what the evaluator matches', async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(expression, async (text) => {
        const { value, error } = compileSearch(text);
        assert.ok(value, `${text}: ${error?.message}`);
        const expected = products
          .filter((facts) => matchesSearch(value, facts, { now: Date.parse(NOW) }))
          .map((facts) => facts.product);
        const { rows } = await searchProducts(db, query({ where: value }));
        assert.deepEqual(
          rows.map((row) => row.product),
          expected,
          text,
        );
        found += expected.length;
      }),
      { seed, numRuns: 250 },
    );
    assert.ok(found > 1000, 'the expressions match something');
  });

  it('pages without repeating or skipping, however it sorts', async () => {
    for (const sort of [
      'product',
      'title',
      'measured.rows',
      'measured.last_batch',
      'score',
    ] as const) {
      for (const descending of [false, true]) {
        const seen: string[] = [];
        let after: SearchQuery['after'] = null;
        do {
          const text = sort === 'score' ? 'product' : '';
          const { rows } = await searchProducts(
            db,
            query({ sort, descending, after, text, limit: 17 }),
          );
          const page = rows.slice(0, 17);
          seen.push(...page.map((row) => row.product));
          const last = page.at(-1);
          after =
            rows.length > 17 && last !== undefined
              ? { key: last.key, product: last.product }
              : null;
        } while (after !== null);
        assert.equal(new Set(seen).size, seen.length, `${sort}: a product stands twice`);
        assert.equal(seen.length, products.length, `${sort}: a product is missing`);
      }
    }
  });

  it('sorts among all that fit, also when it looks at few of them', async () => {
    const text = 'product';
    for (const sort of ['product', 'title', 'measured.rows', 'measured.last_batch'] as const) {
      for (const descending of [false, true]) {
        const asked = query({ sort, descending, text, limit: 30 });
        const whole = await searchProducts(db, asked);
        const few = await searchProducts(db, { ...asked, candidatesMax: 10 });
        assert.deepEqual(few.rows, whole.rows, `${sort}, ${descending}`);
        assert.deepEqual([few.total, few.capped], [10, true]);
        assert.deepEqual([whole.total, whole.capped], [products.length, false]);
      }
    }
  });

  it('sorts by value with what is not known at the end', async () => {
    const { rows } = await searchProducts(db, query({ sort: 'measured.rows', descending: true }));
    const values = rows.map((row) => row.facts.measured.rows);
    const known = values.filter((value) => value !== null);
    assert.deepEqual(
      values.slice(0, known.length),
      [...known].sort((a, b) => b - a),
    );
  });

  it('counts facets over what was found', async () => {
    const { value } = compileSearch('tag = alpha');
    const { facets, total } = await searchProducts(
      db,
      query({ where: value, facets: ['classification', 'tag'] }),
    );
    const expected = products.filter((facts) => facts.tags.includes('alpha'));
    assert.equal(total, expected.length);
    assert.deepEqual(facets['tag']?.[0], { value: 'alpha', count: expected.length });
    const counted = facets['classification']?.reduce((sum, { count }) => sum + count, 0);
    assert.equal(counted, expected.filter((facts) => facts.classification !== null).length);
  });

  it('counts within lengths of time what the same condition finds', async () => {
    const facets = ['frequency', 'freshness'] as const;
    const counted = await searchProducts(db, query({ facets }));
    const fields = { frequency: 'frequency', freshness: 'measured.freshness' };
    for (const facet of facets) {
      const found = counted.facets[facet] ?? [];
      assert.ok(found.length >= 2, facet);
      for (const { value, count } of found) {
        const { value: where } = compileSearch(`${fields[facet]} <= ${value}`);
        const { total } = await searchProducts(db, query({ where }));
        assert.equal(count, total, `${facet} ${value}`);
      }
      const shortest = found.map(({ count }) => count);
      assert.deepEqual(
        shortest,
        [...shortest].sort((a, b) => a - b),
        'the shortest comes first',
      );
    }
  });

  it('ranks names above prose, finds prefixes, and takes any text without harm', async () => {
    const named = await searchProducts(db, query({ text: 'gamma', sort: 'score' }));
    assert.ok(named.rows.length > 0);
    assert.ok(named.rows.every((row) => JSON.stringify(row.facts).includes('Gamma')));
    const prefix = await searchProducts(db, query({ text: 'gam', sort: 'score' }));
    assert.equal(prefix.rows.length, named.rows.length);
    for (const text of ["'", '":*', '& | !', "'; drop table events; --", '\\', '<->', '((', 'ü*']) {
      await searchProducts(db, query({ text, sort: 'score' }));
    }
  });
});
