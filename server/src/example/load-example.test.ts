/** A later start with the example changes nothing that the owners changed since. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { loadExample } from './load-example.ts';

const RETIRED = {
  type: '/docs/errors#conflict',
  title: 'It conflicts with what is there',
  status: 409,
  code: 'CONFLICT',
  detail: 'it is retired',
  instance: 'req_1',
  remedy: 'None.',
};

interface Loaded {
  /** Policies that were written. */
  written: string[];
  said: string[];
}

/** Loads the example into a mesh that answers as little as it can, and 409 to each POST of `refused`. */
async function load(version: number, refused = ''): Promise<Loaded> {
  const written: string[] = [];
  const said: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const { method = '', url = '' } = request;
    if (method === 'PUT') written.push(url);
    const body = url.startsWith('/api/v1/policies/')
      ? { version, rowFilter: null, hiddenClassifications: ['restricted'], autoApprovePurposes: [] }
      : { items: [], state: url.includes('batches') ? 'committed' : 'active' };
    request.on('end', () => {
      const conflict = method === 'POST' && url === refused;
      const type = conflict ? 'application/problem+json' : 'application/json';
      response.writeHead(conflict ? 409 : 200, { 'content-type': type });
      response.end(JSON.stringify(conflict ? RETIRED : body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  try {
    await loadExample({
      name: 'cpg',
      url: `http://127.0.0.1:${address.port}`,
      issueToken: async ({ id }) => id,
      signal: new AbortController().signal,
      progress: () => {},
      say: (text) => said.push(text),
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return { written, said };
}

test('a policy is written where there is none, and left alone where its owner has one', async () => {
  assert.ok((await load(0)).written.includes('/api/v1/policies/loyalty.households'));
  assert.deepEqual(await load(1), { written: [], said: [] });
});

test('a product that its owner retired is left out, and said', async () => {
  const { said } = await load(1, '/api/v1/products');
  assert.deepEqual(said, ['trade_promotion.coupons.odps.yaml is left out: it is retired']);
  assert.equal((await load(1, '/api/v1/contracts')).said.length, 7);
});
