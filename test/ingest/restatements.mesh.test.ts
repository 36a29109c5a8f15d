/**
 * Rows deleted and corrected through a running mesh, by HTTP and by the command: who may, what the readers see then, what the
 * audit log and the events say, and what is refused.
 */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { createApi, type MeshApi } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { startMesh, type TestMesh } from '../support/mesh.ts';

const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: orders-contract
name: Orders
version: 1.0.0
status: active
domain: sales
dataProduct: orders
description: {purpose: Orders of shops.}
schema:
  - name: orders
    description: One row an order.
    physicalType: table
    dataGranularityDescription: One row per order
    properties:
      - {name: id, logicalType: integer, required: true, primaryKey: true, description: Number., classification: internal}
      - {name: store, logicalType: string, required: true, description: Shop., classification: internal}
      - name: price
        logicalType: number
        physicalType: decimal(8,2)
        description: Price.
        classification: internal
        logicalTypeOptions: {minimum: 0}
slaProperties: [{property: frequency, value: 1, unit: d}, {property: retention, value: 3, unit: y}]
team: {name: sales, members: [{username: olga, role: owner}]}
`;
const PATH = '/api/v1/products/sales.orders/restatements';

interface Found {
  items: { measured: { rows: number } }[];
}

let mesh: TestMesh;
let api: MeshApi;
let olga: string;
let ana: string;
before(async () => {
  mesh = await startMesh();
  api = createApi(mesh.url, mesh.platformToken);
  olga = await api.issueToken({ subject: 'olga', roles: ['producer'], domains: ['sales'] });
  ana = await api.issueToken({ subject: 'ana', roles: ['consumer'] });
  await api.done('POST', '/api/v1/domains', { json: { name: 'sales', owners: ['olga'] } });
  const headers = { 'content-type': 'application/yaml' };
  await api.done('POST', '/api/v1/contracts', { body: CONTRACT, headers });
  await api.agree({ product: 'sales.orders', purpose: 'reporting', by: ana, approver: olga });
  const csv = `id,store,price\n1,S1,10.00\n2,S1,20.00\n3,S2,30.00\n4,S2,\n`;
  const report = await api.ingest('sales.orders', csv, { token: olga, format: 'csv' });
  assert.equal(report.state, 'committed', report.because ?? '');
});
after(() => mesh.stop());

async function rows(): Promise<unknown[][]> {
  const answer = await api.query<{ rows: unknown[][] }>(
    'SELECT id, store, price FROM sales.orders ORDER BY id',
    { token: ana, purpose: 'reporting' },
  );
  assert.equal(answer.status, 200, answer.text);
  return answer.body.rows;
}

it('is for producers of the domain alone, and refuses what the contract does not take', async () => {
  const json = { where: 'id = 1', because: 'test' };
  for (const token of [ana, mesh.platformToken]) {
    assert.equal((await api.fail('POST', PATH, { token, json })).code, 'FORBIDDEN');
  }
  const broken = { where: "store = 'S1'", set: { price: 'price - 15' }, because: 'test' };
  const refused = await api.fail('POST', PATH, { token: olga, json: broken });
  assert.equal(refused.code, 'RESTATEMENT_REFUSED');
  assert.match(refused.detail, /price\.range.*\(1 row\)/);
  const { code } = await api.fail('POST', PATH, { token: olga, json: { where: 'id = 1' } });
  assert.equal(code, 'REQUEST_INVALID', 'without a reason');
  assert.equal((await rows()).length, 4);
});

it('shows first, changes once under a key, and readers see it', async () => {
  const asked = { where: "store = 'S1'", set: { price: 'round(price * 1.1, 2)', store: "'S9'" } };
  const preview = await api.done<{ rows: number; sequence: number; broken: unknown[] }>(
    'POST',
    PATH,
    { token: olga, json: { ...asked, preview: true } },
  );
  assert.deepEqual([preview.rows, preview.sequence, preview.broken], [2, 1, []]);
  assert.equal((await rows())[0]?.[2], '10.00');
  const json = { ...asked, because: 'wrong till' };
  const stale = await api.fail('POST', PATH, { token: olga, json, headers: { 'if-match': '"7"' } });
  assert.equal(stale.code, 'PRECONDITION_FAILED');
  const headers = { 'if-match': `"${preview.sequence}"`, 'idempotency-key': 'till-1' };
  const first = await api.done<{ rows: number; sequence: number }>('POST', PATH, {
    token: olga,
    json,
    headers,
  });
  assert.deepEqual([first.rows, first.sequence], [2, 2]);
  const again = await api.done('POST', PATH, { token: olga, json, headers });
  assert.deepEqual(again, first, 'carried out once');
  assert.deepEqual(await rows(), [
    [1, 'S9', '11.00'],
    [2, 'S9', '22.00'],
    [3, 'S2', '30.00'],
    [4, 'S2', null],
  ]);
});

it('deletes as an operation by the command, and is told of', { timeout: 60_000 }, async () => {
  const env = { ...mesh.env, WEFT_TOKEN: olga, WEFT_URL: mesh.url };
  const { runWeft } = await import('../support/mesh.ts');
  const weft = (...args: string[]) => runWeft(args, env);
  const neither = await weft('restate', 'sales.orders', '--where', 'id = 4');
  assert.equal(neither.code, 2, neither.stderr);
  const breaking = ['--set', 'price=-1', '--preview'];
  const shown = await weft('restate', 'sales.orders', '--where', 'price is null', ...breaking);
  assert.equal(shown.code, 3, shown.stderr);
  assert.match(shown.stdout, /1 row of 1 file would be changed[\s\S]*price\.range/);
  const because = ['--because', 'test shop', '--json'];
  const gone = await weft('restate', 'sales.orders', '--where', 'id >= 3', '--delete', ...because);
  assert.equal(gone.code, 0, gone.stderr);
  assert.equal((JSON.parse(gone.stdout) as { rows: number }).rows, 2);
  assert.deepEqual(
    (await rows()).map(([id]) => id),
    [1, 2],
  );
  await eventually(async () => {
    const path = '/api/v1/search?q=orders';
    const { items } = await api.done<Found>('GET', path, { token: olga });
    return items[0]?.measured.rows === 2 ? items : null;
  });
  const listed = await weft('restatements', 'sales.orders');
  assert.match(listed.stdout, /delete\s+2\s+3\s[\s\S]*olga\s+test shop[\s\S]*update\s+2\s+2\s/);
  const audit = await mesh.weft('audit', 'list', '--chain', 'node', '--json');
  for (const action of ['table.update_rows', 'table.delete_rows']) {
    assert.ok(audit.stdout.includes(action), audit.stdout);
  }
  const events = await api.done<{ items: { type: string; sequence?: number }[] }>(
    'GET',
    '/api/v1/events?product=sales.orders',
    { token: olga },
  );
  const restated = events.items.filter(({ type }) => type === 'io.weft.snapshot.restated.v1');
  assert.equal(restated.length, 2, JSON.stringify(events.items));
});
