/** Work hears that its client left. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { WeftError } from '@weft/core/lib/error';
import { silentLogger } from '../../../test/support/store.ts';
import { createApp } from './app.ts';
import { goneSignal } from './gone-client.ts';

test('work hears that its client left', async (t) => {
  const left = Promise.withResolvers<unknown>();
  const app = await createApp({
    version: '0.0.0',
    logger: silentLogger,
    requestsPerMinute: 10_000,
    authenticate: async () => {
      throw new WeftError('UNAUTHENTICATED', 'unknown token');
    },
  });
  app.get('/work', { config: { open: true } }, async (_request, reply) => {
    const signal = goneSignal(reply);
    signal.addEventListener('abort', () => left.resolve(signal.reason));
    socket.destroy();
    await left.promise;
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => app.close());
  const address = app.server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const socket = connect(address.port, '127.0.0.1');
  socket.write('GET /work HTTP/1.1\r\nhost: x\r\n\r\n');
  assert.equal(((await left.promise) as WeftError).code, 'CANCELLED');
});
