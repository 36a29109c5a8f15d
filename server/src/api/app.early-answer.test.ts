/**
 * A request that is answered before its body is whole: the client reads the whole answer though it is still sending, and a
 * client that never ends its body holds the connection, and a stop of the mesh, only for a moment.
 */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { WeftError } from '@weft/core/lib/error';
import { silentLogger } from '../../../test/support/store.ts';
import { createApp } from './app.ts';

/** A socket to an application of its own; both end with the test, also when it fails. */
async function open(t: TestContext): Promise<{ socket: Socket; close(): Promise<unknown> }> {
  const app = await createApp({
    version: '0.0.0',
    logger: silentLogger,
    requestsPerMinute: 10_000,
    authenticate: async () => {
      throw new WeftError('UNAUTHENTICATED', 'unknown token');
    },
  });
  app.post('/taken', { config: { open: true } }, async () => ({}));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const socket = connect(address.port, '127.0.0.1');
  t.after(async () => {
    socket.destroy();
    app.server.closeAllConnections();
    await app.close();
  });
  return { socket, close: () => app.close() };
}

const HEAD =
  'POST /taken HTTP/1.1\r\nhost: x\r\ncontent-type: text/yaml\r\ncontent-length: 67108864\r\n\r\n';

test('the answer to a body that is too large reaches a client that reads only after it has sent all', async (t) => {
  const { socket } = await open(t);
  socket.pause();
  const broken = new Promise<never>((_, reject) => socket.on('error', reject));
  socket.write(HEAD);
  const chunk = Buffer.alloc(1 << 20, 'x');
  for (let sent = 0; sent < 64; sent++) {
    await Promise.race([new Promise((resolve) => socket.write(chunk, resolve)), broken]);
  }
  const read = new Promise<string>((resolve) => socket.on('data', (data) => resolve(String(data))));
  socket.resume();
  const answer = await Promise.race([read, broken]);
  assert.match(answer, /^HTTP\/1.1 413 /);
});

test('a client that stops in the middle of its body does not keep the mesh from stopping', async (t) => {
  const { socket, close } = await open(t);
  socket.on('error', () => {});
  socket.write(`${HEAD}begun`);
  await new Promise((resolve) => socket.once('data', resolve));
  const ended = await Promise.race([
    close().then(() => 'closed'),
    delay(20_000, 'still open', { ref: false }),
  ]);
  assert.equal(ended, 'closed');
});
