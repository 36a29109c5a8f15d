/**
 * The example mesh keeps what its pages say: the counts in README.md, promises beside measurements, hidden columns and
 * left-out rows. Counts are compared with what raw DuckDB finds in the very files.
 *
 * Not the tour (`tour.test.ts`). WEFT_WRITE_README=1 writes the table of counts; read the difference before you keep it.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { SqlEngine } from '@weft/core/ingest/ports';
import type { BatchReport, RecordCounts } from '@weft/core/ingest/report';
import { must } from '@weft/core/lib/assert';
import { quoteText } from '@weft/core/lib/ident-sql';
import { createApi, type MeshApi } from './support/api.ts';
import { openTestEngine } from './support/engine.ts';
import { ROOT, startMesh, type TestMesh } from './support/mesh.ts';

const README = join(ROOT, 'README.md');
const MARKER = '<!-- counts: checked by test/example.test.ts -->\n';

let mesh: TestMesh;
let api: MeshApi;
let engine: SqlEngine;
let batches: BatchReport[];

before(async () => {
  mesh = await startMesh({ example: 'cpg' });
  api = createApi(mesh.url, mesh.platformToken);
  engine = await openTestEngine();
  const list = await api.done<{ items: BatchReport[] }>('GET', '/api/v1/batches?limit=200');
  batches = list.items.toReversed();
});

after(async () => {
  engine.close();
  await mesh.stop();
});

interface TableCounts {
  records: RecordCounts;
  byRule: Map<string, number>;
}

/** Counts per table over all batches, in the order of loading. */
function countTables(): Map<string, TableCounts> {
  const tables = new Map<string, TableCounts>();
  for (const { product, table, records, quarantine } of batches) {
    const name = `${product.split('.')[0]}.${table}`;
    const counts = tables.get(name) ?? {
      records: { in: 0, good: 0, quarantined: 0, duplicates: 0 },
      byRule: new Map(),
    };
    for (const key of ['in', 'good', 'quarantined', 'duplicates'] as const) {
      counts.records[key] += records[key];
    }
    for (const [rule, n] of Object.entries(quarantine.byRule)) {
      counts.byRule.set(rule, (counts.byRule.get(rule) ?? 0) + n);
    }
    tables.set(name, counts);
  }
  return tables;
}

function renderCounts(tables: Map<string, TableCounts>): string {
  const n = (count: number): string => count.toLocaleString('en-US');
  const rows = [...tables].map(([name, { records, byRule }]) => {
    const why = [...byRule]
      .sort(([a, m], [b, k]) => k - m || (a < b ? -1 : 1))
      .map(([rule, count]) => `${n(count)} \`${rule}\``);
    const { in: all, good, quarantined, duplicates } = records;
    return `| \`${name}\` | ${n(all)} | ${n(good)} | ${n(quarantined)} | ${n(duplicates)} | ${why.join(', ')} |\n`;
  });
  return `| table | records in | good | quarantined | duplicates | why |\n|---|---:|---:|---:|---:|---|\n${rows.join('')}`;
}

test('a browser of the same machine signs in as one of the people of the example', async () => {
  const { demo } = await api.done<{ demo: { people: { id: string }[] } }>('GET', '/api/v1/mesh');
  assert.ok(demo.people.some(({ id }) => id === 'analyst'));
  const signIn = (origin: string) =>
    fetch(`${mesh.url}/auth/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ demo: 'analyst' }),
    });
  assert.equal((await signIn('https://evil.example')).status, 403);
  const opened = await signIn(mesh.url);
  assert.equal(opened.status, 204);
  const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const who = await fetch(`${mesh.url}/api/v1/whoami`, { headers: { cookie } });
  assert.equal(((await who.json()) as { id: string }).id, 'analyst');
});

test('the counts in README.md are those of the mesh', () => {
  const text = readFileSync(README, 'utf8');
  const start = text.indexOf(MARKER) + MARKER.length;
  assert.ok(start > MARKER.length, 'README.md has the marker');
  const end = text.indexOf('\n\n', start) + 1;
  const wanted = renderCounts(countTables());
  if (process.env['WEFT_WRITE_README'] === '1') {
    writeFileSync(README, text.slice(0, start) + wanted + text.slice(end));
    return;
  }
  assert.equal(text.slice(start, end), wanted);
});

/** A file of the example as raw DuckDB reads it, every CSV column as text. */
function source(path: string): string {
  const file = quoteText(join(ROOT, 'examples/cpg/data', path));
  if (path.includes('.parquet')) return `read_parquet(${file})`;
  if (path.includes('.ndjson')) return `read_ndjson_objects(${file})`;
  return `read_csv(${file}, all_varchar = true, header = true)`;
}

async function count(sql: string): Promise<number> {
  const [row] = await engine.rows(`SELECT count(*)::INTEGER AS n FROM ${sql}`);
  return Number(row?.['n']);
}

test('every batch is committed, its counts add up, and no record of its file is missing', async () => {
  assert.equal(batches.length, 12);
  for (const { product, source: sent, state, records } of batches) {
    assert.equal(state, 'committed', sent.name ?? '');
    assert.equal(records.in, records.good + records.quarantined + records.duplicates);
    const folder = must(product.split('.')[0], 'domain');
    assert.equal(records.in, await count(source(`${folder}/${sent.name}`)), sent.name ?? '');
  }
});

const GOOD_PRODUCTS = `(SELECT product_id FROM ${source('product_master/products.csv.gz')}
  WHERE regexp_full_match(product_id, '-?[0-9]+') AND product_category IS NOT NULL)`;
const GOOD_TRANSACTIONS = `(SELECT * FROM ${source('point_of_sale/transactions-2017-q*.csv.gz')}
  WHERE regexp_full_match(basket_id, '-?[0-9]+') AND quantity::INTEGER >= 1
    AND product_id IN (FROM ${GOOD_PRODUCTS}))`;
const ISLANDS = ['United Kingdom', 'EIRE', 'Channel Islands'];

test('the counts are what the contract means, by another program', async () => {
  const tables = countTables();
  const good = (name: string) => tables.get(name)?.records.good;
  assert.equal(good('product_master.products'), await count(GOOD_PRODUCTS));
  assert.equal(good('point_of_sale.transactions'), await count(GOOD_TRANSACTIONS));
  const orders = source('ecommerce/orders-2010-2011.parquet');
  assert.equal(good('ecommerce.orders'), await count(`${orders} WHERE "UnitPrice" > 0`));
});

interface Hit {
  product: string;
  promise: { freshness: string | null; retention: string | null; rules: number };
  measured: {
    rows: number;
    freshness: string;
    passRate: number;
    nulls: Record<string, number>;
  };
  frequency: string;
  granularity: string;
}

function tablesOf(product: string): Set<string> {
  const own = batches.filter((batch) => batch.product === product);
  return new Set(own.map((batch) => `${product.split('.')[0]}.${batch.table}`));
}

test('find --json shows the promises of the contracts beside what was measured', async () => {
  const found = await mesh.weft('find', '--limit', '50', '--json', '--as', 'analyst');
  assert.equal(found.code, 0, found.stderr);
  const hits = (JSON.parse(found.stdout) as { items: Hit[] }).items;
  const names = new Set(batches.map((batch) => batch.product));
  assert.deepEqual(new Set(hits.map((hit) => hit.product)), names);
  for (const { product, measured } of hits) {
    const own = [...countTables()].filter(([name]) => tablesOf(product).has(name));
    const rows = own.reduce((n, [, { records }]) => n + records.good, 0);
    assert.equal(measured.rows, rows, product);
    const passRate = Math.min(
      ...own.map(([, { records }]) => (records.good + records.duplicates) / records.in),
    );
    assert.ok(Math.abs(measured.passRate - passRate) < 1e-9, `${product}: ${measured.passRate}`);
    assert.match(measured.freshness, /^PT(\d+M)?(\d+S)?$/, 'loaded a moment ago');
  }
  const sales = must(
    hits.find((hit) => hit.product === 'point_of_sale.transactions'),
    'the hit',
  );
  assert.deepEqual(
    [sales.promise.freshness, sales.promise.retention, sales.frequency, sales.granularity],
    ['PT12H', 'P730D', 'P1D', 'household × basket × product'],
  );
  const master = must(
    hits.find((hit) => hit.product === 'product_master.products'),
    'the hit',
  );
  const empty = await count(
    `${source('product_master/products.csv.gz')} WHERE package_size IS NULL AND product_category IS NOT NULL AND product_id IN (FROM ${GOOD_PRODUCTS})`,
  );
  const share = empty / master.measured.rows;
  assert.ok(Math.abs(must(master.measured.nulls['package_size'], 'ratio') - share) < 1e-9);
});

interface Result {
  columns: { name: string }[];
  rows: unknown[][];
}

/** Rows and columns that a subject sees of a table, and how hidden columns are refused. */
async function look(options: {
  table: string;
  purpose: string;
  hidden: string[];
  kept: string;
}): Promise<Result> {
  const { table, purpose, hidden, kept } = options;
  const token = mesh.token('analyst');
  const all = await api.query<Result>(`SELECT * FROM ${table} LIMIT 0`, { token, purpose });
  const names = all.body.columns.map((column) => column.name);
  for (const column of hidden) {
    assert.ok(!names.includes(column), `${table}.${column}`);
    const sql = `SELECT ${column} FROM ${table}`;
    const { status, text } = await api.query(sql, { token, purpose });
    assert.equal(status, 403);
    assert.match(text, /is hidden from you/);
  }
  const sql = `SELECT ${kept} AS kept, count(*) AS n FROM ${table} GROUP BY 1 ORDER BY 1`;
  return (await api.query<Result>(sql, { token, purpose })).body;
}

const total = (result: Result): number => result.rows.reduce((n, row) => n + Number(row[1]), 0);

async function approve(product: string, purpose: string, approver: string): Promise<void> {
  const [by, as] = [mesh.token('analyst'), mesh.token(approver)];
  await api.agree({ product, purpose, by, approver: as });
}

test('a product shows its columns in the order of its contract', async () => {
  const shown = await mesh.weft('product', 'show', 'point_of_sale.transactions', '--as', 'analyst');
  const columns = /COLUMN[^\n]*\n([\s\S]*)/.exec(shown.stdout)?.[1] ?? '';
  assert.deepEqual(columns.match(/^\w+(?= {2})/gm)?.slice(0, 4), [
    'household_id',
    'store_id',
    'basket_id',
    'product_id',
  ]);
});

test('the household of a basket and fuel lines are not there for the analyst', async () => {
  const seen = await look({
    table: 'point_of_sale.transactions',
    purpose: 'category_planning',
    hidden: ['household_id'],
    kept: 'quantity',
  });
  assert.ok(seen.rows.every((row) => Number(row[0]) <= 1000));
  const wanted = await count(`${GOOD_TRANSACTIONS} WHERE quantity::INTEGER <= 1000`);
  assert.equal(total(seen), wanted);
  assert.ok(wanted < (await count(GOOD_TRANSACTIONS)), 'there are fuel lines to leave out');
});

test('income, marital status and the youngest households are not there', async () => {
  await approve('loyalty.households', 'research', 'loyalty_team');
  const seen = await look({
    table: 'loyalty.households',
    purpose: 'research',
    hidden: ['income', 'marital_status'],
    kept: 'age',
  });
  assert.ok(!seen.rows.some((row) => row[0] === '19-24'));
  assert.equal(
    total(seen),
    await count(`${source('loyalty/households.csv.gz')} WHERE age <> '19-24'`),
  );
});

test('customer numbers and deliveries beyond the islands are not there', async () => {
  await approve('ecommerce.orders', 'category_planning', 'vendor');
  const seen = await look({
    table: 'ecommerce.orders',
    purpose: 'category_planning',
    hidden: ['customer_id'],
    kept: 'country',
  });
  assert.deepEqual(
    seen.rows.map((row) => row[0]),
    ISLANDS.toSorted(),
  );
  const countries = ISLANDS.map(quoteText).join();
  const orders = source('ecommerce/orders-2010-2011.parquet');
  const wanted = `${orders} WHERE "UnitPrice" > 0 AND "Country" IN (${countries})`;
  assert.equal(total(seen), await count(wanted));
});

test('without an agreement for the purpose there is no row', async () => {
  for (const subject of ['analyst', 'brand_manager', 'steward', 'platform']) {
    const answer = await api.query('SELECT count(*) FROM loyalty.redemptions', {
      token: mesh.token(subject),
      purpose: 'campaign_analysis',
    });
    assert.equal(answer.status, 403, `${subject}: ${answer.text}`);
  }
});

/** What a persona of the example gets, as the policies of its folder say. */
async function ask(as: string, purpose: string, sql: string): Promise<Result> {
  const { status, text, body } = await api.query<Result>(sql, { token: mesh.token(as), purpose });
  assert.equal(status, 200, text);
  return body;
}

test('a brand manager sees the products of her brands, and others see all', async () => {
  const sql = 'SELECT brand, count(*) FROM product_master.products GROUP BY 1 ORDER BY 1';
  const own = await ask('brand_manager', 'category_planning', sql);
  const all = await ask('analyst', 'category_planning', sql);
  assert.deepEqual(
    own.rows.map(([brand]) => brand),
    ['Private'],
  );
  assert.deepEqual(
    own.rows[0],
    all.rows.find(([brand]) => brand === 'Private'),
  );
  assert.ok(all.rows.length > 1);
});

test('a vendor sees the stores that he supplies, with households as words of his own', async () => {
  const sql = `SELECT store_id, count(*), count(DISTINCT household_id), min(length(household_id))
    FROM point_of_sale.transactions GROUP BY 1 ORDER BY 1`;
  const { rows } = await ask('vendor', 'assortment', sql);
  for (const [store, lines, households, length] of rows) {
    const where = `WHERE quantity::INTEGER <= 1000 AND store_id = '${String(store)}'`;
    assert.equal(lines, await count(`${GOOD_TRANSACTIONS} ${where}`));
    assert.equal(
      households,
      await count(`(SELECT DISTINCT household_id FROM ${GOOD_TRANSACTIONS} ${where})`),
    );
    assert.equal(length, 64);
  }
  assert.deepEqual(
    rows.map(([store]) => String(store)),
    ['367', '406'],
  );
});

test('research gets stores by week, no cell of fewer than ten households, and nothing to take away', async () => {
  const all = 'SELECT * FROM point_of_sale.transactions';
  const { columns } = await ask('analyst', 'research', `${all} LIMIT 1`);
  assert.deepEqual(
    columns.map(({ name }) => name),
    ['store_id', 'week', 'count', 'sum_quantity', 'sum_sales_value'],
  );
  const cells = `(SELECT count(*) AS n, sum(quantity::INTEGER) AS units FROM ${GOOD_TRANSACTIONS}
    WHERE quantity::INTEGER <= 1000 GROUP BY store_id, week HAVING count(DISTINCT household_id) >= 10)`;
  const sums = `SELECT count(*), sum(count), sum(sum_quantity), min(count) FROM point_of_sale.transactions`;
  const { rows } = await ask('analyst', 'research', sums);
  const [shown, lines, units, least] = (rows[0] ?? []).map(Number);
  assert.equal(shown, await count(cells));
  assert.ok((least ?? 0) >= 10);
  const same = `(SELECT 1 FROM ${cells} HAVING sum(n) = ${lines} AND sum(units) = ${units})`;
  assert.equal(await count(same), 1);
  const json = { sql: all, purpose: 'research', format: 'csv' };
  const csv = await api.call('POST', '/api/v1/queries', { json, token: mesh.token('analyst') });
  assert.equal(csv.status, 403, csv.text);
});

test('restricted columns are for privacy requests, also where an owner would permit them', async () => {
  const path = '/api/v1/policies/loyalty.households';
  const token = mesh.token('loyalty_team');
  const before = await api.done<{ cedar: string }>('GET', path, { token });
  await api.done('PUT', path, { token, json: { cedar: 'permit (principal, action, resource);' } });
  try {
    const { columns } = await ask(
      'analyst',
      'research',
      'SELECT * FROM loyalty.households LIMIT 1',
    );
    assert.ok(!columns.some(({ name }) => name === 'income'), JSON.stringify(columns));
  } finally {
    await api.done('PUT', path, { token, json: { cedar: before.cedar } });
  }
});

test('the privacy officer sees all for a privacy request, and for nothing else', async () => {
  const sql =
    "SELECT count(*), count(income), count(*) FILTER (age = '19-24') FROM loyalty.households";
  const { rows } = await ask('privacy_officer', 'privacy_request', sql);
  assert.equal(rows[0]?.[0], await count(source('loyalty/households.csv.gz')));
  assert.ok(Number(rows[0]?.[1]) > 0 && Number(rows[0]?.[2]) > 0);
  const token = mesh.token('privacy_officer');
  assert.equal((await api.query(sql, { token, purpose: 'campaign_analysis' })).status, 403);
});

test('owners are told who was let at a column, others are not', async () => {
  const reads = async (column: string, as: string) => {
    const path = `/api/v1/audit?limit=200&column=${column}&since=2020-01-01T00:00:00Z`;
    return api.call<{ items: { actor: string; action: string; details: unknown }[] }>('GET', path, {
      token: mesh.token(as),
    });
  };
  const { status, body, text } = await reads('point_of_sale.transactions.household_id', 'producer');
  assert.equal(status, 200, text);
  assert.deepEqual([...new Set(body.items.map(({ actor }) => actor))], ['vendor']);
  const all = await reads('point_of_sale.transactions.quantity', 'privacy_officer');
  assert.ok(all.body.items.some(({ actor }) => actor === 'analyst'));
  // Who saw its sums by store and week saw it, under whatever name the roll-up gives them.
  const rolledUp = all.body.items.filter(({ details }) =>
    JSON.stringify(details).includes('research'),
  );
  assert.deepEqual([...new Set(rolledUp.map(({ actor }) => actor))], ['analyst']);
  assert.equal((await reads('point_of_sale.transactions.quantity', 'vendor')).status, 403);
  assert.equal((await reads('point_of_sale.transactions', 'privacy_officer')).status, 400);
  const later =
    '/api/v1/audit?column=point_of_sale.transactions.quantity&since=2999-01-01T00:00:00Z';
  const none = await api.call<{ items: unknown[] }>('GET', later, {
    token: mesh.token('platform'),
  });
  assert.deepEqual(none.body.items, []);
});
