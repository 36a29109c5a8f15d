/**
 * A product whose version begins with 0, as every drafted one does: its table is named by that major as by any other.
 */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { linesContract } from '../support/lines.ts';
import { HEAD, type SalesMesh, startSales, YAML } from '../support/sales.ts';

let sales: SalesMesh;
before(async () => {
  sales = await startSales(['orders']);
  const body = linesContract({ product: 'lines' }).replace('version: 1.0.0', 'version: 0.1.0');
  assert.match(body, /^version: 0\.1\.0$/m);
  await sales.api.done('POST', '/api/v1/contracts', { body, headers: YAML });
  await sales.api.ingest('sales.lines', `${HEAD}\n1,10,a,\n2,20,b,\n`, { token: sales.olga });
});
after(() => sales.mesh.stop());

it('is queried by its name and by its major', async () => {
  for (const table of ['sales.lines', 'sales."lines@0"']) {
    const json = { sql: `select sum(units) from ${table}`, purpose: 'reporting' };
    const answer = await sales.api.done<{ rows: unknown[][] }>('POST', '/api/v1/queries', {
      json,
      token: sales.olga,
    });
    assert.deepEqual(answer.rows.flat().map(Number), [30], table);
  }
});

it('is told apart from a major that is not there', async () => {
  for (const table of ['lines@7', 'orders@0']) {
    const json = { sql: `select 1 from sales."${table}"`, purpose: 'reporting' };
    const other = await sales.api.fail('POST', '/api/v1/queries', { json, token: sales.olga });
    assert.equal(other.code, 'NOT_FOUND', table);
  }
});
