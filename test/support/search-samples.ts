/**
 * Random products and search expressions, for whatever searches them; the words are few, so that something is found.
 *
 * Not a test. Invariant: every expression compiles.
 */
import type { ProductFacts } from '@weft/core/registry/facts';
import { DEFAULT_ORDERS } from '@weft/core/registry/search-fields';
import fc from 'fast-check';
import type { Kysely } from 'kysely';
import { writeSearchDocument } from '../../server/src/store/control-search-document.ts';
import type { ControlTables } from '../../server/src/store/control-tables.ts';

export const NOW = '2026-03-01T10:00:00.000Z';

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const seconds = fc.constantFrom(900, 3600, 86_400);
const ratio = fc.constantFrom(0, 0.01, 0.5, 0.999, 1);
const word = fc.constantFrom('missed', 'alpha', 'beta', 'Gamma', "o'hara", '100%', 'a_b');
const granularity = fc.constantFrom('store × day', 'day', 'store × week', 'household', 'month');

/** The facts of a product without its name. */
export const factsArbitrary: fc.Arbitrary<ProductFacts> = fc.record({
  product: fc.constant(''),
  domain: fc.constant('sales'),
  name: word,
  title: optional(word),
  description: fc.constant(null),
  owners: fc.uniqueArray(word, { maxLength: 2 }),
  tags: fc.uniqueArray(word, { maxLength: 2 }),
  terms: fc.uniqueArray(word, { maxLength: 2 }),
  status: fc.constant('active'),
  state: optional(fc.constantFrom('kept', 'close', 'missed')),
  stateSince: fc.constant(null),
  budget: fc.constant(null),
  version: fc.constantFrom('1.0.0', '1.2.0', '1.10.3', '2.0.0', '2.0.0-rc.1'),
  contract: fc.constant({ id: 'x', version: '1.0.0', hash: '' }),
  purposes: fc.uniqueArray(word, { maxLength: 2 }),
  classification: optional(fc.constantFrom(...DEFAULT_ORDERS.classification)),
  granularity: optional(granularity),
  licence: optional(word),
  region: optional(word),
  price: optional(
    fc.record({
      amount: optional(fc.constantFrom('0', '0.00', '4.67')),
      currency: fc.constant('EUR'),
      unit: fc.constant(null),
    }),
  ),
  frequency: optional(seconds),
  tables: fc.constant(['t']),
  columns: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('string', 'long')),
  promise: fc.record({
    freshness: optional(seconds),
    latency: optional(seconds),
    age: optional(seconds),
    badShareMax: optional(ratio),
    retention: optional(seconds),
    availability: optional(ratio),
    rules: fc.uniqueArray(fc.constantFrom('r1', 'r2'), { maxLength: 2 }),
  }),
  measured: fc.record({
    rows: optional(fc.constantFrom(0, 10, 1000)),
    bytes: optional(fc.constantFrom(0, 1_000_000)),
    batches: optional(fc.constantFrom(0, 3)),
    passRate: optional(ratio),
    badShare: optional(ratio),
    // Also of this very moment, and dated ahead by a clock that is faster.
    lastBatch: optional(
      fc.constantFrom(
        ...['2026-03-01T09:00:00.000Z', '2026-02-28T10:00:00.000Z'],
        ...[NOW, '2026-03-01T10:00:05.000Z'],
      ),
    ),
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
    fc.constantFrom(
      ...['name', 'title', 'licence', 'region', 'state', 'price', 'column(a)', 'column(b).type'],
    ),
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

/** A search expression that is right. */
export const expression: fc.Arbitrary<string> = fc.letrec<{ e: string }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    test,
    fc
      .tuple(tie('e'), fc.constantFrom('and', 'or'), tie('e'))
      .map(([a, joint, b]) => `(${a} ${joint} ${b})`),
    tie('e').map((inner) => `not (${inner})`),
  ),
})).e;

/** The rows of a product of the domain `sales` and its search document. */
export async function addProduct(db: Kysely<ControlTables>, facts: ProductFacts): Promise<void> {
  await db
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
  await writeFacts(db, facts);
}

/** Writes the search document of a product that is there. */
export async function writeFacts(
  db: Kysely<ControlTables>,
  facts: ProductFacts,
  prose = 'every product',
): Promise<void> {
  const names = `${facts.name} ${facts.title ?? ''}`;
  await writeSearchDocument(db, facts, { names, terms: facts.tags.join(' '), prose });
}
