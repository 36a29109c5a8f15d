/**
 * What leaves the node of a batch, its reason and its rules, never quotes a row: not even when a contract's own SQL makes
 * the engine complain about one.
 */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { FakeRecord } from '../support/fake-stager.ts';
import { bodyOf, openTestIngest, producer, type TestIngest } from '../support/ingest.ts';

const SECRET = 'SECRETNAME';
const ODD = [
  'SELECT max(CAST(sku AS INTEGER)) FROM orders',
  'SELECT count(*) FROM orders WHERE CAST(sku AS DATE) > CAST(sku AS DATE)',
  "SELECT sum(date_diff('day', CAST(sku AS TIMESTAMP), CAST(sku AS TIMESTAMP))) FROM orders",
  "SELECT count(strftime(CAST('2020-01-01' AS DATE), '%' || sku)) FROM orders",
  "SELECT count(*) FROM orders WHERE regexp_matches('a', '(' || sku)",
];
const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: c
version: 1.0.0
status: active
domain: sales
dataProduct: orders
schema:
  - name: orders
    properties:
      - { name: id, logicalType: integer, required: true }
      - { name: sku, logicalType: string }
    quality:
${ODD.map((query, i) => `      - { id: odd${i}, type: sql, query: "${query}", mustBe: 1 }`).join('\n')}
`;

let node: TestIngest;
before(async () => {
  node = await openTestIngest({ fakeStager: true });
  node.publish(CONTRACT);
});
after(() => node[Symbol.asyncDispose]());

it('a report says which rule could not be checked, without the value that it failed at', async () => {
  const records: FakeRecord[] = [{ raw: '1', values: { id: '1', sku: SECRET } }];
  const report = await node.service.ingest({
    product: 'sales.orders',
    body: bodyOf(JSON.stringify(records)),
    key: null,
    format: 'csv',
    name: null,
    subject: producer,
  });
  assert.equal(report.state, 'held');
  assert.match(
    report.because ?? '',
    /rule odd0 could not be checked: a value could not be converted/,
  );
  const errors = report.rules.filter((rule) => rule.evaluation === 'error');
  assert.deepEqual(
    errors.map((rule) => rule.id),
    ODD.map((_, i) => `odd${i}`),
  );
  assert.ok(!JSON.stringify(report).includes(SECRET), JSON.stringify(errors));
});
