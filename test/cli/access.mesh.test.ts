/**
 * `access explain`, `access who` and `queue --coming` as people type them: who may ask, what is told, and that the suggested change is true.
 *
 * Not the search for the smallest change (`server/src/services/access-smallest.pg.test.ts`).
 */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { AccessExplanation } from '../../server/src/services/access-explain.ts';
import { runWeft } from '../support/mesh.ts';
import { HEAD, type SalesMesh, startSales } from '../support/sales.ts';

const CEDAR = `@id("rows")
@columns("id, units, day")
permit (principal, action, resource) when { resource.row has units && resource.row.units > 10 };`;

let sales: SalesMesh;
before(async () => {
  sales = await startSales(['lines']);
  await sales.api.issueToken({ subject: 'ben', roles: ['consumer'] });
  const body = `${[HEAD, '1,10,a,', '2,20,b,', '3,30,c,'].join('\n')}\n`;
  await sales.api.ingest('sales.lines', body, { token: sales.olga });
  const json = { cedar: CEDAR };
  await sales.api.done('PUT', '/api/v1/policies/sales.lines', { json, token: sales.olga });
});
after(() => sales.mesh.stop());

const weft = (token: string, ...args: string[]) =>
  runWeft(args, { ...sales.mesh.env, WEFT_TOKEN: token, WEFT_URL: sales.mesh.url });

const explain = (token: string, subject: string, ...more: string[]) =>
  weft(token, 'access', 'explain', subject, 'sales.lines', '--purpose', 'reporting', ...more);

it('explain says what is seen, by which policies, and what would turn it', async () => {
  const { code, stdout } = await explain(sales.olga, 'ana');
  assert.equal(code, 0);
  assert.match(stdout, /^ana may read sales\.lines for reporting\./);
  assert.match(stdout, /permit rows: units is not null and not units <= 10/);
  assert.match(stdout, /Seen: id, units, day\n/);
  assert.match(stdout, /Hidden: note \(policy\)/);
  assert.match(stdout, /Rows: units is not null and not units <= 10/);
  const agreement = /To deny: revoke (agr_\w+)\./.exec(stdout)?.[1];
  assert.ok(agreement !== undefined, stdout);
});

it('explain names a change that is true once it is made', async () => {
  const denied = await explain(sales.olga, 'ben', '--json');
  assert.equal(denied.code, 3, 'so that a script can branch on it');
  const { decision, change } = JSON.parse(denied.stdout) as AccessExplanation;
  assert.equal(decision, 'deny');
  assert.deepEqual(
    change?.edits.map(({ kind }) => kind),
    ['agreement'],
  );
  const ben = await sales.api.issueToken({ subject: 'ben', roles: ['consumer'] });
  const about = { product: 'sales.lines', purpose: 'reporting' };
  await sales.api.agree({ ...about, by: ben, approver: sales.olga });
  const after = await explain(sales.olga, 'ben', '--json');
  assert.equal(after.code, 0, after.stderr);
  const now = JSON.parse(after.stdout) as AccessExplanation;
  assert.deepEqual(now.seen?.columns, change?.seen?.columns);
});

it('explain takes a major with the product, and says that there is none', async () => {
  const of = (product: string) =>
    weft(sales.olga, 'access', 'explain', 'ana', product, '--purpose', 'reporting', '--json');
  const first = await of('sales.lines@1');
  assert.equal(first.code, 0, first.stderr);
  const { major, majors } = JSON.parse(first.stdout) as AccessExplanation;
  assert.deepEqual([major, majors], [1, [1]]);
  const none = await of('sales.lines@7');
  assert.equal(none.code, 5);
  assert.match(none.stderr, /with a contract of the major 7/);
});

it('explain is for oneself and for who decides', async () => {
  assert.equal((await explain(sales.ana, 'ana')).code, 0);
  const other = await explain(sales.ana, 'ben');
  assert.equal(other.code, 4);
  assert.match(other.stderr, /the access of ben is not shown to ana/);
  assert.equal((await explain(sales.olga, 'nobody')).code, 5);
  assert.equal((await weft(sales.olga, 'access', 'explain', 'ana', 'sales.lines')).code, 2);
});

it('who lists everyone that can see a column, and how', async () => {
  const seen = await weft(sales.olga, 'access', 'who', 'sales.lines.units', '--json');
  const { items } = JSON.parse(seen.stdout) as { items: { subject: string }[] };
  assert.deepEqual(items.map(({ subject }) => subject).sort(), ['ana', 'ben', 'olga']);
  const hidden = await weft(sales.olga, 'access', 'who', 'sales.lines.note');
  assert.match(hidden.stdout, /^SUBJECT/);
  assert.match(hidden.stdout, /olga/);
  assert.doesNotMatch(hidden.stdout, /\bana\b|\bben\b/);
  const unknown = await weft(sales.olga, 'access', 'who', 'sales.lines.nothing');
  assert.notEqual(unknown.code, 0);
  assert.match(unknown.stderr, /has no column "nothing"/);
  assert.equal((await weft(sales.ana, 'access', 'who', 'sales.lines.units')).code, 4);
});

it('queue --coming lists what has a date', async () => {
  const nothing = await weft(sales.olga, 'queue', '--coming');
  assert.equal(nothing.code, 0, nothing.stderr);
  assert.match(nothing.stderr, /Nothing has a date in the next 60 days/);
  const until = new Date(Date.now() + 30 * 86_400_000).toISOString();
  const cy = await sales.api.issueToken({ subject: 'cy', roles: ['consumer'] });
  const json = { product: 'sales.lines', purpose: 'reporting', until };
  const asked = (await sales.api.done('POST', '/api/v1/agreements', { json, token: cy })) as {
    agreement: string;
  };
  const path = `/api/v1/agreements/${asked.agreement}/approve`;
  await sales.api.done('POST', path, { json: {}, token: sales.olga });
  const own = await weft(cy, 'queue', '--coming');
  assert.match(
    own.stdout,
    /^AT\tPRODUCT\tWHAT\n.*\tsales\.lines\taccess of cy for reporting ends\n$/,
  );
  const { items } = JSON.parse((await weft(sales.olga, 'queue', '--coming', '--json')).stdout);
  assert.deepEqual(
    items.map((item: { subject: string; at: string }) => [item.subject, item.at]),
    [['cy', until]],
  );
});
