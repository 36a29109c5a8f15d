/**
 * One's own queries on a running mesh: listed newest first, resolved by id, and nobody else's.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HEAD, type SalesMesh, startSales } from '../../../../test/support/sales.ts';

let sales: SalesMesh;
before(async () => {
  sales = await startSales(['lines']);
  await sales.api.ingest('sales.lines', `${HEAD}\n1,1,a,\n`, { token: sales.olga });
});
after(() => sales.mesh.stop());

interface Listed {
  items: { query: string; state: string; rowCount: number; seconds: number; purpose: string }[];
  next: string | null;
}

test('own queries are listed, the newest first and without their SQL, and found by id', async () => {
  const ids: string[] = [];
  for (const sql of ['select 1 as one from sales.lines', 'select id from sales.lines']) {
    const response = await fetch(`${sales.mesh.url}/api/v1/queries`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sales.ana}`, 'content-type': 'application/json' },
      body: JSON.stringify({ sql, purpose: 'reporting' }),
    });
    assert.equal(response.status, 200, response.ok ? '' : await response.text());
    await response.text();
    ids.unshift(response.headers.get('weft-query') ?? '');
  }
  const list = (query: string, token: string) =>
    sales.api.done<Listed>('GET', `/api/v1/queries${query}`, { token });
  const own = await list('', sales.ana);
  assert.deepEqual(
    own.items.map(({ query }) => query),
    ids,
  );
  const [newest] = own.items;
  assert.deepEqual([newest?.state, newest?.rowCount, newest?.purpose], ['done', 1, 'reporting']);
  assert.ok((newest?.seconds ?? -1) >= 0);
  assert.ok(!JSON.stringify(own).includes('select'));
  const first = await list('?limit=1', sales.ana);
  const rest = await list(`?limit=1&after=${first.next}`, sales.ana);
  assert.deepEqual([rest.items[0]?.query, rest.next], [ids[1], null]);
  assert.deepEqual((await list('', sales.olga)).items, []);
  const resolve = (token: string) => sales.api.call('GET', `/api/v1/resolve/${ids[0]}`, { token });
  assert.deepEqual((await resolve(sales.ana)).body, {
    kind: 'query',
    id: ids[0],
    product: 'sales.lines',
    domain: 'sales',
  });
  assert.equal((await resolve(sales.olga)).status, 404);
});
