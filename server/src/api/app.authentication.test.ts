/**
 * No handler under /api/ runs without a verified token, however the URL is spelt: the router and the check must not
 * read one URL in two ways.
 */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { WeftError } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';
import { silentLogger } from '../../../test/support/store.ts';
import { createApp, type WeftApp } from './app.ts';

const ANA: Subject = { id: 'ana', name: 'Ana', roles: ['consumer'], domains: [], attributes: {} };

let app: WeftApp;
let port: number;
let handled = 0;
before(async () => {
  app = await createApp({
    version: '0.0.0',
    logger: silentLogger,
    requestsPerMinute: 10_000,
    authenticate: async (bearer) => {
      if (bearer === 'good') return ANA;
      throw new WeftError('UNAUTHENTICATED', 'unknown token');
    },
  });
  app.get('/api/v1/things', async () => {
    handled++;
    return { handled };
  });
  app.get('/api/v1/open', { config: { open: true } }, async () => ({ open: true }));
  app.get('/api/v1/careless', { config: { open: true } }, async (request) => request.subject);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  assert.ok(typeof address === 'object' && address !== null);
  port = address.port;
});
after(() => app.close());

/** Sends a request line as it is: no client tidies the target. */
async function send(target: string, headers: readonly string[] = [], method = 'GET') {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (part) => {
    text += part;
  });
  socket.on('end', () => resolve(text));
  socket.on('error', reject);
  const lines = [`${method} ${target} HTTP/1.1`, 'Host: mesh', 'Connection: close', ...headers];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  return Number((await promise).split(' ')[1]);
}

describe('an answer', () => {
  it('says whose it is, good or bad', async () => {
    for (const path of ['/api/v1/things', '/api/v1/open', '/nowhere']) {
      const { headers } = await app.inject({ url: path });
      assert.equal(headers['weft-version'], '0.0.0', path);
    }
  });

  it('is for who asked, and for no cache', async () => {
    for (const [path, token] of [
      ['/api/v1/things', 'good'],
      ['/api/v1/things', 'bad'],
      ['/api/v1/open', 'good'],
    ]) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      assert.match(answer.headers.get('cache-control') ?? '', /no-store/, path);
    }
    assert.ok(handled > 0);
    handled = 0;
  });
});

describe('who asks', () => {
  it('is asked for however the URL is spelt', async () => {
    const spellings = [
      '/api/v1/things',
      '/%61pi/v1/things',
      '/%61%70%69/v1/things',
      '/api/v1/%74hings',
      '/%61pi/v1/things?x=/api/',
      '/%61pi/v1/things#/api/',
      'http://mesh/api/v1/things',
      'http://mesh/%61pi/v1/things',
      'HTTP://user@mesh:1/api/v1/things',
      '//api/v1/things',
      '/./api/v1/things',
      '/x/../api/v1/things',
      '/API/v1/things',
      '/api;/v1/things',
      '/api/v1/things/',
    ];
    for (const target of spellings) {
      for (const method of ['GET', 'HEAD']) {
        const status = await send(target, [], method);
        assert.ok(status >= 400, `${method} ${target}: ${status}`);
        assert.ok(status < 500, `${method} ${target}: ${status}`);
      }
    }
    assert.equal(handled, 0);
    assert.equal(await send('/%61pi/v1/things', ['Authorization: Bearer bad']), 401);
    assert.equal(await send('/%61pi/v1/things'), 401);
    assert.equal(await send('http://mesh/api/v1/things'), 401);
    assert.equal(handled, 0);
  });

  it('is known with a good token, under every spelling that the router takes', async () => {
    assert.equal(await send('/%61pi/v1/things', ['Authorization: Bearer good']), 200);
    assert.equal(await send('http://mesh/api/v1/things', ['Authorization: Bearer good']), 200);
    assert.equal(handled, 2);
  });

  it('has one allowance of requests, however the token is written', async () => {
    const narrow = await createApp({
      version: '0.0.0',
      logger: silentLogger,
      requestsPerMinute: 3,
      authenticate: async () => ANA,
    });
    narrow.get('/api/v1/things', async () => ({}));
    const statuses: number[] = [];
    for (const authorization of ['Bearer a', 'Bearer  a', 'bearer a', 'Bearer b', 'Bearer   b']) {
      const { statusCode } = await narrow.inject({
        url: '/api/v1/things',
        headers: { authorization },
      });
      statuses.push(statusCode);
    }
    await narrow.close();
    assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
  });

  it('need not be known on an open route, which cannot read it either', async () => {
    assert.equal(await send('/api/v1/open'), 200);
    assert.equal(await send('/api/v1/careless'), 401);
    assert.equal(await send('/api/v1/careless', ['Authorization: Bearer good']), 200);
  });
});
