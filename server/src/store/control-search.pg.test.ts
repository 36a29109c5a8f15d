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
import { openTestStore, type TestStore } from '../../../test/support/store.ts';
import { type SearchQuery, searchProducts } from './control-search.ts';
import { writeSearchDocument } from './control-search-document.ts';
import type { ControlTables } from './control-tables.ts';

const NOW = '2026-03-01T10:00:00.000Z';
const seed = Number(process.env['WEFT_SEED'] ?? 7);

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const seconds = fc.constantFrom(900, 3600, 86_400);
const ratio = fc.constantFrom(0, 0.01, 0.5, 0.999, 1);
const word = fc.constantFrom('alpha', 'beta', 'Gamma', "o'hara", '100%', 'a_b');
const granularity = fc.constantFrom('store × day', 'day', 'store × week', 'household', 'month');

const factsArbitrary: fc.Arbitrary<ProductFacts> = fc.record({
  product: fc.constant(''),
  domain: fc.constant('sales'),
  name: word,
  title: optional(word),
  description: fc.constant(null),
  owners: fc.uniqueArray(word, { maxLength: 2 }),
  tags: fc.uniqueArray(word, { maxLength: 2 }),
  terms: fc.uniqueArray(word, { maxLength: 2 }),
  status: fc.constant('active'),
  version: fc.constantFrom('1.0.0', '1.2.0', '1.10.3', '2.0.0', '2.0.0-rc.1'),
  contract: fc.constant({ id: 'x', version: '1.0.0', hash: '' }),
  purposes: fc.uniqueArray(word, { maxLength: 2 }),
  classification: optional(fc.constantFrom(...DEFAULT_ORDERS.classification)),
  granularity: optional(granularity),
  licence: optional(word),
  region: optional(word),
  frequency: optional(seconds),
  tables: fc.constant(['t']),
  columns: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('string', 'long')),
  promise: fc.record({
    freshness: optional(seconds),
    latency: optional(seconds),
    retention: optional(seconds),
    availability: optional(ratio),
    rules: fc.uniqueArray(fc.constantFrom('r1', 'r2'), { maxLength: 2 }),
  }),
  measured: fc.record({
    rows: optional(fc.constantFrom(0, 10, 1000)),
    bytes: optional(fc.constantFrom(0, 1_000_000)),
    batches: optional(fc.constantFrom(0, 3)),
    passRate: optional(ratio),
    lastBatch: optional(fc.constantFrom('2026-03-01T09:00:00.000Z', '2026-02-28T10:00:00.000Z')),
    nulls: fc.dictionary(fc.constantFrom('a', 'b'), ratio),
    distinct: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom(1, 7)),
    consumers: optional(fc.constantFrom(0, 2)),
  }),
});

const quoted = word.map((text) => `'${text.replaceAll("'", "''")}'`);
const op = fc.constantFrom('=', '!=', '<', '<=', '>', '>=');
const equality = fc.constantFrom('=', '!=');
const numberOf = fc.constantFrom('0', '7', '10', '1000');
const percent = fc.constantFrom('0%', '1%', '50%', '99.9%', '0.999', '1');
const length = fc.constantFrom('PT15M', 'PT1H', 'P1D');

const comparison = fc.oneof(
  fc.tuple(
    fc.constantFrom('name', 'title', 'licence', 'region', 'column(a)', 'column(b).type'),
    op,
    quoted,
  ),
  fc.tuple(fc.constantFrom('owner', 'tag', 'term', 'purpose', 'column'), equality, quoted),
  fc.tuple(fc.constant('version'), op, fc.constantFrom('1', '1.2.0', '1.10.3', '2.0.0')),
  fc.tuple(fc.constant('classification'), op, fc.constantFrom(...DEFAULT_ORDERS.classification)),
  fc.tuple(
    fc.constant('granularity'),
    op,
    granularity.map((text) => `'${text}'`),
  ),
  fc.tuple(
    fc.constantFrom(
      'frequency',
      'retention',
      'promise.freshness',
      'promise.latency',
      'promise.retention',
      'measured.freshness',
    ),
    op,
    length,
  ),
  fc.tuple(
    fc.constantFrom('promise.availability', 'measured.pass_rate', 'measured.nulls(a)'),
    op,
    percent,
  ),
  fc.tuple(
    fc.constantFrom(
      'measured.rows',
      'measured.bytes',
      'measured.batches',
      'measured.consumers',
      'measured.distinct(b)',
    ),
    op,
    numberOf,
  ),
  fc.tuple(
    fc.constantFrom('promise.rule(r1)', 'promise.rule(r9)'),
    equality,
    fc.constantFrom('true', 'false'),
  ),
);

const test = fc.oneof(
  { weight: 6, arbitrary: comparison.map((parts) => parts.join(' ')) },
  fc
    .tuple(
      fc.constantFrom('title', 'tag'),
      fc.constantFrom('like', 'has'),
      fc.constantFrom("'%A%'", "'a_b'", "'100%'", "'ph'", "'alpha'", "'o''%'"),
    )
    .map((parts) => parts.join(' ')),
  fc
    .tuple(fc.constantFrom('licence in', 'tag in', 'name not in'), quoted, quoted)
    .map(([head, a, b]) => `${head} (${a}, ${b})`),
  fc
    .tuple(
      fc.constantFrom(
        'classification in (public, restricted)',
        "granularity in (day, 'store × day')",
        'version in (1.0.0, 2.0.0)',
        'measured.rows in (0, 1000)',
        'promise.rule(r1) in (true)',
      ),
    )
    .map(([text]) => text),
  fc
    .tuple(
      fc.constantFrom(
        'title',
        'licence',
        'tag',
        'column(a)',
        'measured.rows',
        'measured.nulls(a)',
        'granularity',
        'promise.rule(r1)',
        'measured.freshness',
      ),
      fc.constantFrom('is unknown', 'is not unknown', 'is null'),
    )
    .map((parts) => parts.join(' ')),
);

const expression: fc.Arbitrary<string> = fc.letrec<{ e: string }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    test,
    fc
      .tuple(tie('e'), fc.constantFrom('and', 'or'), tie('e'))
      .map(([a, joint, b]) => `(${a} ${joint} ${b})`),
    tie('e').map((inner) => `not (${inner})`),
  ),
})).e;

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
      for (const facts of products) {
        await tx
          .insertInto('products')
          .values({
            product: facts.product,
            domain: 'sales',
            name: facts.product,
            title: null,
            description: null,
            status: 'active',
            tags: '[]',
            owner: null,
            odps: null,
            odps_hash: null,
            output_ports: '[]',
            input_ports: '[]',
            created_by: 'test',
            created_at: NOW,
            updated_at: NOW,
          })
          .execute();
        const names = `${facts.name} ${facts.title ?? ''}`;
        await writeSearchDocument(tx, facts, {
          names,
          terms: facts.tags.join(' '),
          prose: 'every product',
        });
      }
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
