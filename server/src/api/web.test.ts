/**
 * What browsers are served: the app's page at every address that its router knows, its files, and the policy on each answer.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { createApp, type WeftApp } from './app.ts';
import { registerWeb } from './web.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-web-'));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'assets'));
const PAGE = `<!doctype html>${'<p>Weft</p>'.repeat(50)}`;
writeFileSync(join(folder, 'index.html'), PAGE);
writeFileSync(join(folder, 'theme.js'), 'theme()');
writeFileSync(join(folder, 'assets', 'index-abc.js'), 'app()');
writeFileSync(join(folder, 'assets', 'notes.txt'), 'not served');
writeFileSync(join(folder, '.built-of'), 'not served');

async function appOf(built: string): Promise<WeftApp> {
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const app = await createApp({
    version: '0',
    logger: silent,
    requestsPerMinute: 1000,
    authenticate: () => Promise.reject(new Error('nobody')),
  });
  registerWeb(app, pathToFileURL(`${built}/`));
  await app.ready();
  return app;
}

test('each address of the app is its page, and others are not', async () => {
  const app = await appOf(folder);
  for (const url of ['/', '/market', '/p/loyalty.households@1/columns', '/d/loyalty', '/i/bat_1']) {
    const answer = await app.inject({ url });
    assert.equal(answer.statusCode, 200, url);
    assert.equal(answer.body, PAGE, url);
    assert.equal(answer.headers['cache-control'], 'no-cache', url);
  }
  for (const url of ['/nowhere', '/assets/notes.txt', '/.built-of', '/assets/..%2findex.html']) {
    assert.equal((await app.inject({ url })).statusCode, 404, url);
  }
});

test('a person at an address where nothing is gets the page, a program the problem, both as not found', async () => {
  const app = await appOf(folder);
  const asBrowser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  for (const url of ['/nowhere', '/Market', '/assets/gone.js?x=1']) {
    const page = await app.inject({ url, headers: asBrowser });
    assert.equal(page.statusCode, 404, url);
    assert.equal(page.body, PAGE, url);
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'/, url);
    assert.match(String(page.headers['vary']), /accept,/, url);
    for (const accept of ['*/*', 'application/json', 'text/css,*/*;q=0.1']) {
      const told = await app.inject({ url, headers: { accept } });
      assert.equal(told.statusCode, 404, url);
      assert.match(String(told.headers['content-type']), /problem\+json/, `${url} ${accept}`);
    }
  }
  const posted = await app.inject({ url: '/nowhere', method: 'POST', headers: asBrowser });
  assert.match(String(posted.headers['content-type']), /problem\+json/);
  const ofApi = await app.inject({ url: '/api/v1/nowhere', headers: asBrowser });
  assert.match(String(ofApi.headers['content-type']), /problem\+json/);
});

test('every page that the router of the app knows is served', async () => {
  const app = await appOf(folder);
  const router = new URL('../../../web/src/app/router.tsx', import.meta.url);
  const paths = readFileSync(router, 'utf8').matchAll(
    /getParentRoute: \(\) => root,\s+path: '([^']+)'/g,
  );
  const addresses = [...paths].map(([, path = '']) => path.replaceAll('$', 'x'));
  assert.ok(addresses.length > 20, String(addresses.length));
  for (const url of addresses) {
    const { body } = await app.inject({ url });
    assert.equal(body, PAGE, url);
  }
});

test('an address with a text that no store holds is a page to a person, and tells a program what is wrong', async () => {
  const app = await appOf(folder);
  const asBrowser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  for (const [url, status] of [['/i/%00', 200] as const, ['/i/%E0%A4%A', 404] as const]) {
    const page = await app.inject({ url, headers: asBrowser });
    assert.equal(page.statusCode, status, url);
    assert.equal(page.body, PAGE, url);
  }
  for (const url of ['/api/v1/resolve/%00', '/i/%E0%A4%A', '/auth/%00']) {
    const told = await app.inject({ url });
    assert.ok(told.statusCode >= 400, url);
    assert.match(String(told.headers['content-type']), /problem\+json/, url);
  }
});

test('the description of the API, its page and that of errors have the same discipline', async () => {
  const app = await appOf(folder);
  const files = [
    'swagger-ui.css',
    'swagger-ui-bundle.js',
    'swagger-initializer.js',
    'favicon-16x16.png',
  ];
  const urls = ['/docs', '/docs/', '/docs/json', '/docs/yaml', '/docs/errors', '/openapi.json'];
  for (const url of [...urls, ...files.map((file) => `/docs/static/${file}`)]) {
    const { statusCode, headers } = await app.inject({ url });
    assert.equal(statusCode, 200, url);
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /default-src 'none'/, url);
    assert.match(policy, /base-uri 'none'/, url);
    assert.match(policy, /frame-ancestors 'none'/, url);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/, url);
    assert.equal(headers['x-content-type-options'], 'nosniff', url);
    assert.equal(headers['x-frame-options'], 'DENY', url);
  }
});

test('the policy forbids inline scripts, foreign origins and frames, on pages and files alike', async () => {
  const app = await appOf(folder);
  for (const url of ['/', '/market', '/theme.js', '/assets/index-abc.js']) {
    const { headers } = await app.inject({ url });
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /default-src 'none'/, url);
    assert.match(policy, /script-src 'self'(;|$)/, url);
    assert.match(policy, /style-src 'self'(;|$)/, url);
    assert.match(policy, /frame-ancestors 'none'/, url);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/, url);
    assert.equal(headers['x-content-type-options'], 'nosniff', url);
  }
});

test('files with a hash in their name are kept for good, and all are sent as the browser takes them', async () => {
  const app = await appOf(folder);
  const file = await app.inject({ url: '/assets/index-abc.js' });
  assert.match(String(file.headers['cache-control']), /immutable/);
  assert.match(String(file.headers['content-type']), /javascript/);
  const brotli = await app.inject({ url: '/', headers: { 'accept-encoding': 'gzip, br' } });
  assert.equal(brotli.headers['content-encoding'], 'br');
  assert.equal(brotliDecompressSync(brotli.rawPayload).toString(), PAGE);
  const gzip = await app.inject({ url: '/', headers: { 'accept-encoding': 'gzip' } });
  assert.equal(gunzipSync(gzip.rawPayload).toString(), PAGE);
});

test('without a build the page says how to make one', async () => {
  const app = await appOf(join(folder, 'none'));
  const answer = await app.inject({ url: '/market' });
  assert.equal(answer.statusCode, 503);
  assert.match(answer.json().remedy, /npm run build/);
  const lost = await app.inject({ url: '/nowhere', headers: { accept: 'text/html' } });
  assert.equal(lost.statusCode, 404);
});
