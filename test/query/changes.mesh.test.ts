/**
 * What was made ready for a reader is never what he gets once anything that decides about it has changed: a policy of the owner or of
 * the mesh, a tag, the contract, the rows, the agreement. On a running mesh, with projections that are warm before each change.
 *
 * Sets and their keys: `test/policy/sets.mesh.test.ts`; credentials: `test/identity/revocation.test.ts`.
 */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { linesContract } from '../support/lines.ts';
import { HEAD, type SalesMesh, startSales, YAML } from '../support/sales.ts';

const PRODUCT = 'sales.lines';
const OWN = '/api/v1/policies/sales.lines';
const MESH = '/api/v1/policies/mesh';
const PERMIT = 'permit (principal, action, resource);';
/** Shown to nobody but by a mistake. */
const CANARY = 'canary-5d1c';

let sales: SalesMesh;
before(async () => {
  sales = await startSales(['lines']);
  const rows = [`1,10,${CANARY},2026-01-01`, `2,20,${CANARY},2026-01-02`, '3,30,plain,2026-01-03'];
  const body = `${[HEAD, ...rows].join('\n')}\n`;
  const report = await sales.api.ingest(PRODUCT, body, { token: sales.olga });
  assert.equal(report.state, 'committed', report.because ?? '');
});
after(() => sales.mesh.stop());

interface Answer {
  columns: { name: string }[];
  rows: unknown[][];
}

async function look(): Promise<{ status: number; text: string; seen: string[]; rows: number }> {
  const { status, body, text } = await sales.api.query<Answer>(
    'SELECT * FROM sales.lines ORDER BY id',
    { token: sales.ana, purpose: 'reporting' },
  );
  const isAnswer = status === 200;
  return {
    status,
    text,
    seen: isAnswer ? body.columns.map(({ name }) => name) : [],
    rows: isAnswer ? body.rows.length : 0,
  };
}

/** All of it, twice, so that the second answer comes of what is kept. */
async function warm(): Promise<void> {
  for (let i = 0; i < 2; i++) {
    const { seen, text } = await look();
    assert.deepEqual(seen, ['id', 'units', 'note', 'day'], text);
    assert.ok(text.includes(CANARY), 'the canary is there to be found');
  }
}

const put = async (path: string, json: unknown): Promise<void> => {
  const token = path === OWN ? sales.olga : sales.mesh.platformToken;
  await sales.api.done('PUT', path, { json, token });
};

async function hidesTheNote(): Promise<void> {
  const { status, seen, text } = await look();
  assert.equal(status, 200, text);
  assert.deepEqual(seen, ['id', 'units', 'day']);
  assert.ok(!text.includes(CANARY), text);
}

it('a policy of the owner', async () => {
  await put(OWN, { cedar: PERMIT });
  await warm();
  await put(OWN, { cedar: `@columns("id, units, day") ${PERMIT}` });
  await hidesTheNote();
  await put(OWN, {
    cedar: `permit (principal, action, resource)
    when { resource.row has units && resource.row.units == 30 };`,
  });
  const { rows, text } = await look();
  assert.equal(rows, 1, text);
  assert.ok(!text.includes(CANARY));
  await put(OWN, { cedar: PERMIT });
});

it('a policy of the mesh', async () => {
  await warm();
  await put(MESH, { cedar: '@columns("note") forbid (principal, action, resource);' });
  await hidesTheNote();
  await put(MESH, { cedar: '' });
});

it('a tag of the domain', async () => {
  const cedar =
    'forbid (principal, action, resource) when { resource.hasTag("state") && resource.getTag("state").contains("closed") };';
  await put(MESH, { cedar, domainTags: {} });
  await warm();
  await put(MESH, { cedar, domainTags: { sales: { state: ['closed'] } } });
  const { status, text } = await look();
  assert.equal(status, 403, text);
  assert.ok(!text.includes(CANARY));
  await put(MESH, { cedar: '' });
});

it('a version of the contract', async () => {
  await put(OWN, {
    cedar: `${PERMIT}\n@columns("tag secret") forbid (principal, action, resource);`,
  });
  await warm();
  const body = linesContract({ version: '1.1.0' }).replace(
    /(name: note,.*classification: internal)/,
    '$1, tags: [secret]',
  );
  await sales.api.done('POST', '/api/v1/contracts', { body, headers: YAML });
  await hidesTheNote();
  await put(OWN, { cedar: PERMIT });
});

it('the rows', async () => {
  await warm();
  const json = { where: `note = '${CANARY}'`, because: 'planted' };
  await sales.api.done('POST', `/api/v1/products/${PRODUCT}/restatements`, {
    json,
    token: sales.olga,
  });
  const { rows, text } = await look();
  assert.equal(rows, 1, text);
  assert.ok(!text.includes(CANARY));
});

it('the agreement', async () => {
  assert.equal((await look()).rows, 1);
  const { items } = await sales.api.done<{ items: { agreement: string }[] }>(
    'GET',
    `/api/v1/agreements?product=${PRODUCT}&state=active`,
    { token: sales.olga },
  );
  const [agreement] = items;
  await sales.api.done('POST', `/api/v1/agreements/${agreement?.agreement}/revoke`, {
    json: { because: 'over' },
    token: sales.olga,
  });
  const { status } = await look();
  assert.equal(status, 403);
});
