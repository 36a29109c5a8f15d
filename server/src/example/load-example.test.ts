/** A later start with the example changes nothing that the owners changed since. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { loadExample } from './load-example.ts';

/** Loads the example into a mesh that answers as little as it can; returns which policies were written. */
async function policiesWritten(version: number): Promise<string[]> {
  const written: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const { method = '', url = '' } = request;
    if (method === 'PUT') written.push(url);
    const body = url.startsWith('/api/v1/policies/')
      ? { version, rowFilter: null, hiddenClassifications: ['restricted'], autoApprovePurposes: [] }
      : { items: [], state: url.includes('batches') ? 'committed' : 'active' };
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
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
      say: () => {},
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return written;
}

test('a policy is written where there is none, and left alone where its owner has one', async () => {
  assert.ok((await policiesWritten(0)).includes('/api/v1/policies/loyalty.households'));
  assert.deepEqual(await policiesWritten(1), []);
});
