/**
 * A server that cannot be reached, or that hangs up in the middle. What a real server does is the conformance suite's
 * part (`test/conformance/store.pg.test.ts` with TEST_PG).
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as net from 'node:net';
import { test } from 'node:test';
import { isWeftError } from '@weft/core/lib/error';
import { silentLogger as logger } from '../../../test/support/store.ts';
import { openPostgresStore } from './store-postgres.ts';

test('a server that hangs up, or is not there, is a failure of the store that may be tried again', async () => {
  const server = net.createServer((socket) => {
    socket.once('data', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  const url = `postgres://weft:secret@127.0.0.1:${port}/weft`;
  const refused = (error: unknown): boolean =>
    isWeftError(error, 'STORE_FAILED') && error.retryable && !error.message.includes('secret');
  await assert.rejects(openPostgresStore({ url, logger }), refused);
  server.close();
  await once(server, 'close');
  await assert.rejects(openPostgresStore({ url, logger }), refused);
});
