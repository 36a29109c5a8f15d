/**
 * Refused records with nested data: their causes over all places, their repair, and records of Parquet that come back.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { quoteText } from '@weft/core/lib/ident-sql';
import { producer } from '../support/ingest.ts';
import { ORDERS } from '../support/orders.ts';
import { ask, asking, openQuarantineBench, send, tableRows } from '../support/quarantine.ts';

const bench = await openQuarantineBench();
after(() => bench[Symbol.asyncDispose]());
const { node, engine, quarantine } = bench;

const contract = (product: string): string =>
  ORDERS.replace('orders-contract', `${product}-contract`)
    .replace('dataProduct: orders', `dataProduct: ${product}`)
    .replace('name: orders', `name: ${product}`);
const line = (qty: string): string => `{"gtin":"4006381333931","qty":${qty},"price":1.10}`;
const order = (id: number, ...qtys: string[]): string =>
  `{"id":${id},"address":{"postalCode":"12345"},"lines":[${qtys.map(line).join(',')}]}`;

it('counts records by cause over all places, and takes a place or all of them as a filter', async () => {
  node.publish(contract('causes'));
  const text = [order(1, '1'), order(2, '1', '0'), order(3, '0', '0'), order(4, '"x"')].join('\n');
  const report = await send(node, 'causes', `${text}\n`, { name: 'orders.ndjson' });
  assert.equal(report.records.quarantined, 3);
  const where = { product: 'sales.causes' };
  const { items } = await quarantine.reads.causes(where, asking(producer));
  assert.deepEqual(
    items.map(({ rule, column, records }) => [rule, column, records]),
    [
      ['lines.items.qty.range', 'lines[].qty', 2],
      ['lines.type', 'lines[].qty', 1],
    ],
  );
  const found = async (column: string): Promise<number[]> => {
    const rows = await quarantine.reads.rows({ ...where, column }, asking(producer));
    return rows.items.map(({ record }) => record);
  };
  assert.deepEqual(await found('lines[].qty'), [1, 2, 3]);
  assert.deepEqual(await found('lines[1].qty'), [1, 2]);
  assert.deepEqual(await found('lines[0].qty'), [2, 3]);
});

it('counts causes in the keys and the values of a map, finds them by place, and repairs the map by its text', async () => {
  node.publish(contract('maps'));
  const entries = (id: number, attributes: string): string =>
    `{"id":${id},"address":{"postalCode":"12345"},"lines":[${line('1')}],"attributes":${attributes}}`;
  const text = [
    entries(1, '{"color":"red"}'),
    entries(2, '{"color":"much too long a text"}'),
    entries(3, '{"size":"longer than ten","color":"also longer than ten"}'),
    entries(4, '{"Size":"XL"}'),
    entries(5, '{"a]b\\"[":"XL"}'),
    entries(6, '{"color":7}'),
  ].join('\n');
  const report = await send(node, 'maps', `${text}\n`, { name: 'orders.ndjson' });
  assert.deepEqual([report.records.good, report.records.quarantined], [1, 5]);
  const where = { product: 'sales.maps' };
  const { items } = await quarantine.reads.causes(where, asking(producer));
  assert.deepEqual(items.map(({ column, records }) => [column, records]).sort(), [
    ['attributes[]', 1],
    ['attributes[]', 2],
    ['key of attributes[]', 2],
  ]);
  assert.deepEqual(
    items.filter(({ rule }) => rule === 'attributes.type').map(({ records }) => records),
    [1],
  );
  const found = async (column: string): Promise<number[]> => {
    const rows = await quarantine.reads.rows({ ...where, column }, asking(producer));
    return rows.items.map(({ record }) => record);
  };
  assert.deepEqual(await found('attributes[]'), [1, 2, 5]);
  assert.deepEqual(await found('attributes["size"]'), [2]);
  assert.deepEqual(await found('key of attributes[]'), [3, 4]);

  const sql = `CASE
    WHEN attributes LIKE '%much%' THEN '{"color":"much"}'
    WHEN attributes LIKE '%also%' THEN '{"size":"longer","color":"also"}'
    WHEN attributes LIKE '%a]b%' THEN '{"ab":"XL"}'
    WHEN attributes LIKE '%7%' THEN replace(attributes, '7', '"7"')
    ELSE lower(attributes) END`;
  const rule = { columns: { attributes: { sql } }, raw: null };
  const done = await quarantine.decisions.replay(ask('maps', { rule }), producer);
  assert.deepEqual([done.good, done.quarantined], [5, 0], JSON.stringify(done.skipped));
  const rows = await tableRows(node, engine, 'maps');
  assert.deepEqual(
    rows.map(({ attributes }) => attributes),
    [
      [['color', 'red']],
      [['color', 'much']],
      [
        ['color', 'also'],
        ['size', 'longer'],
      ],
      [['size', 'xl']],
      [['ab', 'XL']],
      [['color', '7']],
    ],
  );
});

it('repairs a value inside a column by the text of the column', async () => {
  node.publish(contract('mended'));
  const text = [order(1, '1', '0'), order(2, '"3"'), order(3, '1')].join('\n');
  await send(node, 'mended', `${text}\n`, { name: 'o.ndjson' });
  const rule = {
    columns: { lines: { sql: `regexp_replace(lines, '"qty":"?([0-9])"?', '"qty":1\\1', 'g')` } },
    raw: null,
  };
  const done = await quarantine.decisions.replay(ask('mended', { rule }), producer);
  assert.deepEqual([done.good, done.quarantined], [2, 0]);
  const rows = await tableRows(node, engine, 'mended');
  assert.deepEqual(
    rows.map(({ lines }) => (lines as { qty: number }[]).map(({ qty }) => qty)),
    [[11, 10], [13], [1]],
  );
});

it('sends records of a Parquet file again with every value and name that they had', async () => {
  node.publish(contract('parquet'));
  const path = join(node.root, 'orders.parquet');
  const lines = (qty: string, product: string): string =>
    `[{gtin: '${product}', qty: ${qty}::BIGINT, price: 123456789012345678.95::DECIMAL(20,2), serial: 9007199254740993,
      shipped: TIMESTAMPTZ '2026-03-01 09:00:00.5+00', notes: ['a', NULL]}]`;
  const select = (id: number, qty: string, gtin = '4006381333931'): string =>
    `SELECT ${id} AS id, {'postalCode': '12345', 'geo': {'lat': 1.5::DOUBLE, 'lon': -0.25::FLOAT}} AS address, ${lines(qty, gtin)} AS lines,
      MAP {'b': '1', 'a': '2'} AS attributes, ['gift'] AS tags, [[1], NULL] AS matrix`;
  await engine.run(
    `COPY (${[select(1, '1'), select(2, '7', 'x'), select(3, '2147483648')].join(' UNION ALL ')}) TO ${quoteText(path)} (FORMAT parquet)`,
  );
  const report = await send(node, 'parquet', await readFile(path), { name: 'orders.parquet' });
  assert.deepEqual([report.records.good, report.records.quarantined], [1, 2]);
  const shown = await quarantine.reads.rows({ batch: report.batch }, asking(producer));
  assert.deepEqual(
    shown.items.map(({ reasons }) =>
      reasons.map(({ rule, column, value }) => [rule, column, value]),
    ),
    [
      [['lines.items.gtin.format', 'lines[0].gtin', 'x']],
      [['lines.type', 'lines[0].qty', '2147483648']],
    ],
  );
  const rule = {
    columns: {
      lines: { sql: `replace(replace(lines, '"x"', '"4006381333931"'), '"qty":null', '"qty":7')` },
    },
    raw: null,
  };
  const done = await quarantine.decisions.replay(ask('parquet', { rule }), producer);
  assert.deepEqual([done.good, done.quarantined], [2, 0]);
  const [first, ...others] = (await tableRows(node, engine, 'parquet')).map(
    ({ id: _, ...row }) => row,
  );
  const same = JSON.parse(JSON.stringify(first).replace('"qty":1', '"qty":7'));
  assert.deepEqual(JSON.parse(JSON.stringify(others)), [same, same]);
});
