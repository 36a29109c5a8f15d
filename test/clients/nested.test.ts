/**
 * A table of orders with nested data, from the lines that were sent to what PyIceberg, Spark and the Iceberg extension of DuckDB
 * read of it. Not part of the default suite.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bodyOf, nodeDbOf, openTestIngest, producer, type TestIngest } from '../support/ingest.ts';
import { EXPECTED_ORDERS, GOOD_ORDERS, ORDERS } from '../support/orders.ts';
import { duckdbIceberg, type Engine, pyiceberg, spark, tellAbsent } from './engines.ts';

let node: TestIngest;
let location: string;
before(async () => {
  node = await openTestIngest();
  node.publish(ORDERS);
  const report = await node.service.ingest({
    product: 'sales.orders',
    body: bodyOf(`${GOOD_ORDERS.join('\n')}\n`),
    key: null,
    format: 'ndjson',
    name: null,
    subject: producer,
  });
  assert.equal(report.state, 'committed', report.because ?? '');
  const table = await nodeDbOf(node.store)
    .selectFrom('tables')
    .selectAll()
    .where('table_name', '=', 'orders')
    .executeTakeFirstOrThrow();
  location = table.metadata_location ?? '';
});
after(() => node[Symbol.asyncDispose]());

/** Numbers that JavaScript would round are texts here, as the script writes them. */
const expected = EXPECTED_ORDERS.map((text): unknown =>
  JSON.parse(text.replaceAll(/"(price|serial)":(\d[\d.]*)/g, '"$1":"$2"')),
);

const READERS: [string, () => Engine][] = [
  ['pyiceberg', pyiceberg],
  ['duckdb', duckdbIceberg],
  ['spark', spark],
];
for (const [name, engine] of READERS) {
  test(`${name} reads nested values as they were sent`, (t) => {
    const found = engine();
    if ('absent' in found) return tellAbsent(t, found.absent);
    const script = join(import.meta.dirname, 'scripts', 'read_nested.py');
    const out = found.run(script, [name, location]);
    assert.deepEqual(JSON.parse(out.trim().split('\n').at(-1) ?? ''), expected);
  });
}
