/** Search expressions over fact sheets: types of literals, three-valued logic, places of errors. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ProductFacts } from './facts.ts';
import { compileSearch } from './search-compile.ts';
import { matchesSearch } from './search-eval.ts';

const now = Date.parse('2026-03-01T10:00:00Z');
const FACTS: ProductFacts = {
  product: 'sales.orders',
  domain: 'sales',
  name: 'orders',
  title: 'Orders of the shop',
  description: null,
  owners: ['olga'],
  tags: ['finance', 'web'],
  terms: ['Net amount'],
  status: 'active',
  state: 'missed',
  stateSince: null,
  budget: null,
  version: '1.10.0',
  contract: { id: 'sales.orders', version: '1.10.0', hash: '0'.repeat(64) },
  purposes: ['reporting'],
  classification: 'confidential',
  granularity: 'store × day',
  licence: null,
  region: 'eu',
  price: { amount: '0.00', currency: 'EUR', unit: null },
  frequency: 86_400,
  tables: ['orders'],
  columns: { order_id: 'long', amount: 'decimal(10,2)' },
  promise: {
    freshness: 3600,
    latency: null,
    age: 3600,
    badShareMax: null,
    retention: 31_536_000,
    availability: 0.999,
    rules: ['unique_id'],
  },
  measured: {
    rows: 1000,
    bytes: 2_000_000,
    batches: 3,
    passRate: 0.995,
    badShare: null,
    lastBatch: '2026-03-01T09:00:00Z',
    nulls: { amount: 0.02 },
    distinct: {},
    consumers: 0,
  },
};

function matches(text: string): boolean {
  const { value, error } = compileSearch(text);
  assert.ok(value, `${text}: ${error?.message}`);
  return matchesSearch(value, FACTS, { now });
}

const TRUE = [
  'domain = sales',
  'state = missed',
  "title like '%SHOP'",
  "title has 'of the'",
  'tag = finance and tag has web',
  'tag in (web, other)',
  'version >= 1.9.0',
  'version < 2',
  'classification > internal',
  'classification in (confidential, restricted)',
  "granularity <= 'store × week'",
  "granularity = 'day x store'",
  'frequency <= P1D',
  'price = free',
  'retention >= P1Y',
  'promise.availability >= 99.9%',
  'promise.rule(unique_id) = true',
  'promise.rule(other) = false',
  'column(amount) like decimal%',
  'column(amount).type = "decimal(10,2)"',
  'column has order_id',
  'column(missing) is unknown',
  'measured.rows = 1000',
  'measured.freshness = PT1H',
  'measured.pass_rate > 99%',
  'measured.nulls(amount) <= 2%',
  'measured.bytes < 2MiB',
  'measured.consumers = 0',
  'measured.distinct(amount) is unknown',
  'promise.latency is unknown and promise.freshness is not unknown',
  'not (domain = other)',
  'licence = x or domain = sales',
];

const FALSE = [
  'domain = other',
  'tag != finance',
  'version >= 1.11.0',
  'classification <= internal',
  "granularity < 'store × day'",
  "granularity <= 'household × day'",
  'measured.rows > 1000',
  // Unknown matches neither the expression nor its negation.
  'licence = x',
  'licence != x',
  'not (licence = x)',
  'promise.latency <= PT1H',
  'not promise.latency <= PT1H',
  'measured.distinct(amount) > 1',
  'not (measured.distinct(amount) > 1)',
  'licence = x and domain = sales',
  'not (licence = x or promise.latency > PT1S)',
];

for (const text of TRUE) it(`is true: ${text}`, () => assert.equal(matches(text), true));
for (const text of FALSE) it(`does not match: ${text}`, () => assert.equal(matches(text), false));

it('refuses unknown fields, wrong literals and orders that are none, with the place', () => {
  const errors: [string, number][] = [
    ['colour = red', 1],
    ['domain = a and colour = red', 16],
    ['measured.rows > many', 17],
    ['frequency < tomorrow', 13],
    ['classification = secret', 18],
    ['tag < a', 1],
    ['measured.rows like 1', 1],
    ['column().type = x', 8],
    ['promise.rule = true', 1],
    ['domain =', 9],
  ];
  for (const [text, column] of errors) {
    const { value, error } = compileSearch(text);
    assert.equal(value, null, text);
    assert.equal(error?.column, column, `${text}: ${error?.message}`);
  }
});
