/**
 * Nested data in queries of a running mesh: what is inside of columns is reached, every format keeps it, and a column that holds
 * something hidden is hidden whole.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, it } from 'node:test';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { quoteText } from '@weft/core/lib/ident-sql';
import { tableFromIPC } from 'apache-arrow';
import { createApi, type MeshApi } from '../support/api.ts';
import { startMesh, type TestMesh } from '../support/mesh.ts';
import { GOOD_ORDERS, ORDERS } from '../support/orders.ts';

let mesh: TestMesh;
let api: MeshApi;
let olga: string;
let ana: string;
let engine: DuckDBConnection;
before(async () => {
  mesh = await startMesh();
  api = createApi(mesh.url, mesh.platformToken);
  engine = await (await DuckDBInstance.create(':memory:')).connect();
  olga = await api.issueToken({ subject: 'olga', roles: ['producer'], domains: ['sales'] });
  ana = await api.issueToken({ subject: 'ana', roles: ['consumer'] });
  await api.done('POST', '/api/v1/domains', { json: { name: 'sales', owners: ['olga'] } });
  const headers = { 'content-type': 'application/yaml' };
  await api.done('POST', '/api/v1/contracts', { body: ORDERS, headers });
  await api.agree({ product: 'sales.orders', purpose: 'reporting', by: ana, approver: olga });
  const report = await api.ingest('sales.orders', `${GOOD_ORDERS.join('\n')}\n`, {
    token: olga,
    format: 'ndjson',
  });
  assert.equal(report.state, 'committed', report.because ?? '');
});
after(async () => {
  engine.closeSync();
  await mesh.stop();
});

interface Result {
  columns: { name: string; type: string }[];
  rows: unknown[][];
}

async function rowsOf(sql: string, token = ana): Promise<unknown[][]> {
  const { status, text, body } = await api.query<Result>(sql, { token, purpose: 'reporting' });
  assert.equal(status, 200, text);
  return body.rows;
}

it('reaches members, items and keys', async () => {
  assert.deepEqual(
    await rowsOf(`SELECT id, address.zip, address.geo.lat, lines[1].price, len(lines), attributes['color'], tags[1]
      FROM sales.orders WHERE address.country = 'DE' OR address.zip = '12345' ORDER BY id`),
    [
      [1, '01234', -0.5, '123456789012345678.95', 2, 'red', 'gift'],
      [2, '12345', null, '9.95', 1, null, null],
      [5, '12345', null, '9.95', 1, null, null],
    ],
  );
  assert.deepEqual(
    await rowsOf(
      `SELECT o.id, l.gtin, l.qty FROM sales.orders AS o, unnest(o.lines) AS u(l) WHERE o.id IN (1, 3) ORDER BY ALL`,
    ),
    [1, 1, 3, 3, 3].map((id, i) => [id, '4006381333931', i === 0 ? 1 : 2]),
  );
  assert.deepEqual(
    await rowsOf(
      `SELECT sum(l.qty * l.price) FROM (SELECT unnest(lines) AS l FROM sales.orders WHERE id = 2)`,
    ),
    [['19.90']],
  );
  assert.deepEqual(
    await rowsOf(
      `SELECT e.key, e.value FROM (SELECT unnest(map_entries(attributes)) AS e FROM sales.orders WHERE id = 5) ORDER BY 1`,
    ),
    [
      ['a', '1'],
      ['b', '2'],
      ['c', 'é😀'],
    ],
  );
  assert.deepEqual(
    await rowsOf(
      `SELECT list_transform(lines, lambda l: l.qty), list_sum(list_transform(lines, lambda l: l.qty)) FROM sales.orders WHERE id = 3`,
    ),
    [[[2, 2, 2], 6]],
  );
});

async function download(format: string): Promise<Buffer> {
  const response = await fetch(`${mesh.url}/api/v1/queries`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ana}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      sql: 'SELECT id, address, lines, attributes, matrix FROM sales.orders WHERE id IN (1, 3) ORDER BY id',
      purpose: 'reporting',
      format,
    }),
  });
  assert.equal(response.status, 200);
  return Buffer.from(await response.arrayBuffer());
}

/** What the answers say of the first order. */
const FIRST = {
  address: { street: 'Hauptstr. "1"', zip: '01234', country: 'DE', geo: { lat: -0.5, lon: 100 } },
  line: {
    gtin: '4006381333931',
    qty: 1,
    price: '123456789012345678.95',
    serial: '9223372036854775807',
    shipped: '2026-03-01T09:00:00Z',
    notes: ['a', null, ''],
  },
  attributes: [
    { key: 'color', value: 'red' },
    { key: 'size', value: 'XL' },
  ],
};

it('keeps nested values in every format of an answer', async () => {
  const [first, third] = (await download('ndjson'))
    .toString()
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text));
  assert.deepEqual(first.address, FIRST.address);
  assert.deepEqual(first.lines[0], FIRST.line);
  assert.deepEqual(first.attributes, FIRST.attributes);
  assert.deepEqual(first.matrix, [[1, 2], [], null, [3]]);
  assert.deepEqual([third.address.geo, third.attributes, third.matrix], [null, [], []]);
  const csv = (await download('csv')).toString();
  assert.ok(csv.includes(JSON.stringify(FIRST.line).replaceAll('"', '""')), csv);
  const arrow = tableFromIPC(await download('arrow')).toArray();
  assert.deepEqual(JSON.parse(String(arrow[0]?.['lines']))[0], FIRST.line);
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'weft-nested-'));
  const file = path.join(folder, 'answer.parquet');
  await fs.writeFile(file, await download('parquet'));
  const read = await engine.runAndReadAll(
    `SELECT lines, attributes FROM ${quoteText(file)} ORDER BY id`,
  );
  await fs.rm(folder, { recursive: true });
  const [row] = read.getRowObjectsJson();
  assert.deepEqual(JSON.parse(String(row?.['lines']))[0], FIRST.line);
  assert.deepEqual(JSON.parse(String(row?.['attributes'])), FIRST.attributes);
});

it('filters rows by a field inside a column, which the subject need not see', async () => {
  const apply = (rowFilter: string, hiddenClassifications: string[]) =>
    api.call<{ code: string; errors?: { message: string }[] }>(
      'PUT',
      '/api/v1/policies/sales.orders',
      { token: olga, json: { rowFilter, hiddenClassifications } },
    );
  const ids = 'SELECT id FROM sales.orders ORDER BY id';
  for (const hidden of [[], ['restricted']]) {
    assert.equal((await apply("address.zip = '12345'", hidden)).status, 200);
    assert.deepEqual(await rowsOf(ids), [[2], [5]]);
  }
  assert.equal((await apply("not (address.geo.lat < 0 or address.zip = '12345')", [])).status, 200);
  assert.deepEqual(await rowsOf(ids), [[3], [4]]);
  const refused = await apply('lines.qty > 1', []);
  assert.deepEqual([refused.status, refused.body.code], [400, 'EXPRESSION_INVALID']);
  assert.match(refused.text, /holds several values in one row/);
});

it('hides a column that holds something hidden, and keeps the row filter', async () => {
  const rowFilter = 'id < 4';
  await api.done('PUT', '/api/v1/policies/sales.orders', {
    token: olga,
    json: { rowFilter, hiddenClassifications: ['restricted'] },
  });
  assert.deepEqual(await rowsOf('SELECT max(id), max(len(lines)) FROM sales.orders'), [[3, 3]]);
  for (const sql of ['SELECT address FROM sales.orders', 'SELECT address.zip FROM sales.orders']) {
    const { status, body } = await api.query<{ code: string }>(sql, {
      token: ana,
      purpose: 'reporting',
    });
    assert.deepEqual([status, body.code], [403, 'ACCESS_DENIED'], sql);
  }
  const all = await rowsOf('SELECT * FROM sales.orders WHERE id = 1');
  assert.ok(!JSON.stringify(all).includes('Haupt'), 'a hidden value in what * gives');
  assert.deepEqual(await rowsOf('SELECT address.zip FROM sales.orders WHERE id = 4', olga), [
    ['00000'],
  ]);
});

it('is found by what is inside of its columns', async () => {
  const find = async (
    where: string,
  ): Promise<{ measured: { nulls: Record<string, number> } }[]> => {
    const path = `/api/v1/search?where=${encodeURIComponent(where)}`;
    const { status, text, body } = await api.call<{
      items: { measured: { nulls: Record<string, number> } }[];
    }>('GET', path, { token: ana });
    assert.equal(status, 200, text);
    return body.items;
  };
  for (const where of [
    'column has "lines.items.qty"',
    'column(lines.items.qty) = int',
    'column(lines.items.price).type = "decimal(20,2)"',
    'column(attributes.value) = string and column has "address.geo.lat"',
    'classification = restricted',
    'measured.nulls(address.country) < 100%',
    'measured.nulls(lines) is unknown and measured.nulls(lines.items.qty) is unknown',
  ]) {
    assert.equal((await find(where)).length, 1, where);
  }
  for (const where of [
    'column has "lines.items.nothing"',
    'column(lines.items.qty) = string',
    'measured.nulls(address.zip) > 0%',
  ]) {
    assert.equal((await find(where)).length, 0, where);
  }
  const [row] = await rowsOf(
    'SELECT avg(CASE WHEN address.geo.lat IS NULL THEN 1.0 ELSE 0 END), avg(CASE WHEN address.country IS NULL THEN 1.0 ELSE 0 END) FROM sales.orders',
    olga,
  );
  const { nulls } = (await find('name = orders'))[0]?.measured ?? { nulls: {} };
  assert.deepEqual([nulls['address.geo.lat'], nulls['address.country']], row);
  assert.equal(nulls['address'], undefined);
});
