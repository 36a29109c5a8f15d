/** The client of the command line waits for a slow answer as long as it is told to. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { createClient } from './client.ts';

const GLOBAL_DISPATCHER = Symbol.for('undici.globalDispatcher.1');
/** What Node's own `fetch` waits for the head of an answer in here, and how long the answer takes. */
const USUAL_MS = 300;
const ANSWER_MS = 3_000;

test('an answer whose head takes longer than fetch would wait comes, and an end of patience ends it', async (t) => {
  const server = createServer((_request, response) => {
    setTimeout(() => response.end('{"done":true}'), ANSWER_MS);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const url = `http://127.0.0.1:${address.port}`;
  await fetch('data:,loads undici');
  const usual = Reflect.get(globalThis, GLOBAL_DISPATCHER) as object;
  const Dispatcher = usual.constructor as new (options: object) => object;
  Reflect.set(globalThis, GLOBAL_DISPATCHER, new Dispatcher({ headersTimeout: USUAL_MS }));
  t.after(() => Reflect.set(globalThis, GLOBAL_DISPATCHER, usual));
  const of = (signal: AbortSignal) => createClient({ url, token: null, signal });
  const [answer, usually, impatient] = await Promise.allSettled([
    of(new AbortController().signal).call('GET', '/slow'),
    fetch(url),
    of(AbortSignal.timeout(500)).call('GET', '/slow'),
  ]);
  assert.deepEqual(answer, { status: 'fulfilled', value: { done: true } });
  assert.equal(usually.status, 'rejected', 'or this test shows nothing');
  assert.equal(impatient.status, 'rejected');
});
