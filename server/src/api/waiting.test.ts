/**
 * Long answers: a client hears now and then that its answer is worked on, and the answer stays what it is; work hears that its
 * client left.
 */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { WeftError } from '@weft/core/lib/error';
import { silentLogger } from '../../../test/support/store.ts';
import { createApp, type WeftApp } from './app.ts';
import { goneSignal } from './waiting.ts';

const TELL_MS = 20;
const WORK_MS = 10 * TELL_MS;

async function open(t: TestContext, routes: (app: WeftApp) => void): Promise<number> {
  const app = await createApp({
    version: '0.0.0',
    logger: silentLogger,
    requestsPerMinute: 10_000,
    tellWaitingMs: TELL_MS,
    authenticate: async () => {
      throw new WeftError('UNAUTHENTICATED', 'unknown token');
    },
  });
  routes(app);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  assert.ok(typeof address === 'object' && address !== null);
  t.after(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  return address.port;
}

/** All bytes of the answer to one request. */
async function ask(port: number, head: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`${head}\r\nhost: x\r\nconnection: close\r\n\r\n`);
  let text = '';
  for await (const piece of socket) text += String(piece);
  return text;
}

function slow(app: WeftApp): void {
  app.get('/slow', { config: { open: true } }, async () => {
    await delay(WORK_MS);
    return { done: true };
  });
}

test('a long answer is announced before it comes, and comes once', async (t) => {
  const port = await open(t, slow);
  const text = await ask(port, 'GET /slow HTTP/1.1');
  assert.match(text, /^(HTTP\/1\.1 102 Processing\r\n\r\n){2,}HTTP\/1\.1 200 OK\r\n/);
  assert.equal(text.match(/ 200 OK/g)?.length, 1);
  assert.ok(text.endsWith('{"done":true}'), text);
});

test('a client of HTTP/1.0 gets the answer alone', async (t) => {
  const port = await open(t, slow);
  assert.match(await ask(port, 'GET /slow HTTP/1.0'), /^HTTP\/1\.1 200 OK\r\n/);
});

test('nothing is put into an answer that has begun', async (t) => {
  const port = await open(t, (app) => {
    app.get('/drops', { config: { open: true } }, async (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(200, { 'content-type': 'text/plain' });
      for (let i = 0; i < 10; i++) {
        reply.raw.write('x');
        await delay(TELL_MS);
      }
      reply.raw.end();
    });
  });
  assert.doesNotMatch(await ask(port, 'GET /drops HTTP/1.1'), / 102 /);
});

test('work hears that its client left', async (t) => {
  const left = Promise.withResolvers<unknown>();
  const port = await open(t, (app) => {
    app.get('/work', { config: { open: true } }, async (_request, reply) => {
      const signal = goneSignal(reply);
      signal.addEventListener('abort', () => left.resolve(signal.reason));
      await left.promise;
    });
  });
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /work HTTP/1.1\r\nhost: x\r\n\r\n');
  await new Promise((resolve) => socket.once('data', resolve));
  socket.destroy();
  assert.equal(((await left.promise) as WeftError).code, 'CANCELLED');
});
