/**
 * The client of the control plane: a bundle that is known is asked for by its mark and never taken for another one.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createControlClient } from './control-client.ts';

test('a bundle that is the same is not sent again, and a new one is', async () => {
  let line = { tag: '"one"', contractId: 'first' };
  const seen: [string, string | undefined, number][] = [];
  const server = createServer((request, response) => {
    const asked = request.headers['if-none-match'];
    const status = asked === line.tag ? 304 : 200;
    seen.push([request.url ?? '', asked, status]);
    response.writeHead(status, { etag: line.tag, 'content-type': 'application/json' });
    response.end(status === 304 ? undefined : JSON.stringify(line));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const client = createControlClient({
      url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      token: () => 'secret',
      timeoutMs: 5_000,
    });
    const first = await client.bundle('sales.orders');
    assert.equal(first.contractId, 'first');
    assert.equal(await client.bundle('sales.orders'), first, 'the same object');
    assert.equal((await client.bundle('sales.returns')).contractId, 'first');
    line = { tag: '"two"', contractId: 'second' };
    assert.equal((await client.bundle('sales.orders')).contractId, 'second');
    assert.deepEqual(
      seen.map(([path, asked, status]) => [path.split('/').at(-2), asked, status]),
      [
        ['sales.orders', undefined, 200],
        ['sales.orders', '"one"', 304],
        ['sales.returns', undefined, 200],
        ['sales.orders', '"one"', 200],
      ],
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
