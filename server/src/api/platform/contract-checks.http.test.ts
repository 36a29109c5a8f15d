/**
 * Contracts before they are published, over HTTP: checked, compared and compiled as the command line does with files, and
 * drafted from a sample by who may produce.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readContract } from '@weft/core/contract/read';
import { tempFolder } from '../../../../test/support/cli.ts';
import { ordersContract } from '../../../../test/support/control.ts';
import { type SalesMesh, startSales } from '../../../../test/support/sales.ts';

let sales: SalesMesh;
before(async () => {
  sales = await startSales(['lines']);
});
after(() => sales.mesh.stop());

const post = (path: string, body: string, token = sales.olga, type = 'text/yaml') =>
  fetch(`${sales.mesh.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': type },
    body,
  });

test('a document is checked as the command line checks its file, with places', async (t) => {
  const text = ordersContract().replace('    value: 1\n', '').replace('unit: d}', 'unit: parsec}');
  const broken = text.replace('weftRegion', 'weftRegio');
  const file = join(tempFolder(t), 'orders.odcs.yaml');
  writeFileSync(file, broken);
  const cli = await sales.mesh.weft('contract', 'lint', file, '--json');
  const { diagnostics } = (await (await post('/api/v1/contracts/lint', broken)).json()) as {
    diagnostics: { code: string; line?: number; column?: number }[];
  };
  const wanted = JSON.parse(cli.stdout).items[0].diagnostics as typeof diagnostics;
  const short = (list: typeof diagnostics) => list.map((d) => [d.code, d.line, d.column]);
  assert.deepEqual(short(diagnostics), short(wanted));
  const unknown = diagnostics.find((d) => d.code === 'WEFT_PROPERTY_UNKNOWN');
  assert.ok((unknown?.line ?? 0) > 1 && (unknown?.column ?? 0) > 1, JSON.stringify(unknown));
  assert.equal((await post('/api/v1/contracts/lint', ' ')).status, 400);
});

test('two contracts are compared, each by reference or as a document', async (t) => {
  const folder = tempFolder(t);
  const [a, b] = [
    ordersContract(),
    ordersContract({ version: '1.1.0' }).replace('unit: h', 'unit: d'),
  ];
  const files = [join(folder, 'a.yaml'), join(folder, 'b.yaml')] as const;
  writeFileSync(files[0], a);
  writeFileSync(files[1], b);
  const cli = await sales.mesh.weft('contract', 'diff', ...files, '--json');
  const answer = await post(
    '/api/v1/contracts/diff',
    JSON.stringify({ a, b }),
    sales.ana,
    'application/json',
  );
  const found = (await answer.json()) as { changes: { consumer: string }[] };
  assert.deepEqual(found, JSON.parse(cli.stdout));
  assert.equal(found.changes[0]?.consumer, 'break');
  const json = JSON.stringify({ a: 'sales.lines@1', b: 'sales.lines' });
  const same = await post('/api/v1/contracts/diff', json, sales.ana, 'application/json');
  assert.deepEqual(((await same.json()) as typeof found).changes, []);
  const none = JSON.stringify({ a: 'sales.nothing', b });
  assert.equal(
    (await post('/api/v1/contracts/diff', none, sales.ana, 'application/json')).status,
    404,
  );
  const bad = JSON.stringify({ a: 'kind: [\n', b });
  assert.equal(
    (await post('/api/v1/contracts/diff', bad, sales.ana, 'application/json')).status,
    422,
  );
});

test('a published contract comes in every form, and never as a page', async () => {
  const get = (target: string) =>
    fetch(`${sales.mesh.url}/api/v1/contracts/sales.lines/exports/${target}`, {
      headers: { authorization: `Bearer ${sales.ana}` },
    });
  assert.match(await (await get('sql:duckdb')).text(), /create table/i);
  const schema = JSON.parse(await (await get('json-schema')).text());
  assert.equal(schema.type, 'object');
  const html = await get('html');
  assert.match(html.headers.get('content-type') ?? '', /^text\/plain/);
  assert.equal(html.headers.get('x-content-type-options'), 'nosniff');
  assert.ok(readContract(await (await get('odcs')).text()).value !== null);
  assert.equal((await get('excel')).status, 400);
});

test('a contract is drafted from a sample by who may produce, and nothing of the sample stays', async () => {
  const csv = 'id,store,amount\n1,a,10.50\n2,b,9.00\n3,,100.25\n';
  const path = '/api/v1/contracts/inferences?product=sales.tills&name=tills.csv';
  const answer = await post(path, csv, sales.olga, 'text/csv');
  assert.equal(answer.status, 200, answer.ok ? '' : await answer.text());
  const draft = (await answer.json()) as {
    document: string;
    rows: number;
    evidence: Record<string, unknown>[];
  };
  assert.match(draft.document, /dataProduct: tills/);
  assert.equal(draft.rows, 3);
  assert.deepEqual(draft.evidence[1], {
    column: 'store',
    seen: 3,
    nulls: 1,
    distinct: 2,
    min: 'a',
    max: 'b',
    examples: ['a', 'b'],
    looksLike: null,
  });
  assert.deepEqual([draft.evidence[2]?.['min'], draft.evidence[2]?.['max']], ['9.00', '100.25']);
  const short = await post(
    '/api/v1/contracts/inferences?name=tills.csv',
    csv,
    sales.olga,
    'text/csv',
  );
  assert.match(((await short.json()) as typeof draft).document, /domain: sales\n/);
  assert.equal((await post(path, csv, sales.ana, 'text/csv')).status, 403);
  const foreign = await post(path.replace('sales.', 'other.'), csv, sales.olga, 'text/csv');
  assert.equal(foreign.status, 403);
  const junk = await post(`${path}&format=parquet`, csv, sales.olga, 'text/csv');
  assert.equal(junk.status, 422);
  assert.ok(!(await junk.text()).includes(sales.mesh.data), 'no path of the node');
  const none = await post(path, 'id,store\n', sales.olga, 'text/csv');
  assert.match(await none.text(), /"remedy":"Give a CSV, .* with at least one record/);
  const word = await post(path.replace('tills&', 'semi&'), csv, sales.olga, 'text/csv');
  assert.match(await word.text(), /it is a word of SQL.*For example semi_\./);
  const large = await post(path, 'x'.repeat(33 * 1024 * 1024), sales.olga, 'text/csv');
  assert.equal(large.status, 413);
  const samples = join(sales.mesh.data, 'samples');
  assert.deepEqual(existsSync(samples) ? readdirSync(samples) : [], []);
});
