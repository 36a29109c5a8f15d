/**
 * `domain create`: a domain is made where there is none, and changed over what was read alone.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { problem, recordMesh, runCli } from '../../../../test/support/cli.ts';

const SALES = {
  name: 'sales',
  title: 'Sales',
  description: null,
  owners: ['olga'],
  stewards: [],
  node: null,
};
const READ = 'GET /api/v1/domains/sales';
const PUT = 'POST /api/v1/domains';

const create = async (t: TestContext, answers: Parameters<typeof recordMesh>[1]) => {
  const mesh = await recordMesh(t, answers);
  const words = ['domain', 'create', 'sales', '--steward', 'sam'];
  const result = await runCli(words, { env: mesh.env });
  return { ...result, put: mesh.requests.find(({ method }) => method === 'POST') };
};

test('a domain that is there is changed over what was read, and over nothing else', async (t) => {
  const { code, put } = await create(t, {
    [READ]: { json: SALES, headers: { etag: '"seen"' } },
    [PUT]: { json: { ...SALES, stewards: ['sam'] } },
  });
  assert.equal(code, 0);
  assert.equal(put?.headers['if-match'], '"seen"');
  assert.equal(put?.headers['if-none-match'], undefined);
  assert.deepEqual(JSON.parse(String(put?.body)), { ...SALES, stewards: ['sam'] });
});

test('a domain that is not there is made only as long as it is not', async (t) => {
  const { code, put } = await create(t, {
    [READ]: { status: 404, json: problem(404, 'NOT_FOUND') },
    [PUT]: { status: 201, json: SALES },
  });
  assert.equal(code, 0);
  assert.equal(put?.headers['if-none-match'], '*');
  assert.equal(put?.headers['if-match'], undefined);
});

test('when somebody else was faster, nothing of it is undone and the code says so', async (t) => {
  const { code, stderr } = await create(t, {
    [READ]: { json: SALES, headers: { etag: '"seen"' } },
    [PUT]: { status: 412, json: problem(412, 'PRECONDITION_FAILED') },
  });
  assert.equal(code, 6);
  assert.match(stderr, /PRECONDITION_FAILED/);
});
