/**
 * Identity on a running mesh, over HTTP: keys and revocation end open answers and event streams, `--oidc` is put to use,
 * and a context file does not change its mesh silently.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { tempFolder } from '../support/cli.ts';
import { runWeft } from '../support/mesh.ts';
import { AUDIENCE, type OidcServer, SECRET, startOidc } from '../support/oidc.ts';
import { HEAD, type SalesMesh, startSales } from '../support/sales.ts';

let oidc: OidcServer;
let sales: SalesMesh;
const folder = mkdtempSync(join(tmpdir(), 'weft-identity-'));

before(async () => {
  oidc = await startOidc();
  const file = join(folder, 'oidc.yaml');
  writeFileSync(
    file,
    `name: corp\nissuer: ${oidc.issuer}\naudience: ${AUDIENCE}\nweb: {clientId: weft-web}\ncli: {clientId: weft-cli}\nroles: {sales: [producer]}\n`,
  );
  sales = await startSales(['lines'], {
    args: ['--oidc', file],
    env: { WEFT_OIDC_CLIENT_SECRET: SECRET },
  });
  await oidc.serve(sales.mesh.url);
  const rows = Array.from({ length: 700 }, (_, i) => `${i},1,a,`);
  const report = await sales.api.ingest('sales.lines', `${HEAD}\n${rows.join('\n')}\n`, {
    token: sales.olga,
  });
  assert.equal(report.state, 'committed');
});
after(async () => {
  await sales.mesh.stop();
  await oidc.close();
  rmSync(folder, { recursive: true, force: true });
});

const LONG = `select a.id, b.id as other, repeat('x', 200) as filler
  from sales.lines a cross join sales.lines b`;

/** An answer that was begun: its first bytes are here, the rest is not read. */
async function openQuery(token: string) {
  const response = await fetch(`${sales.mesh.url}/api/v1/queries`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ sql: LONG, purpose: 'reporting', format: 'ndjson' }),
  });
  assert.equal(response.status, 200, response.ok ? '' : await response.text());
  const reader = must(response.body).getReader();
  const { value } = await reader.read();
  return { reader, query: response.headers.get('weft-query') ?? '', bytes: value?.length ?? 0 };
}

function must<T>(value: T | null): T {
  assert.ok(value !== null);
  return value;
}

/** Reads until the stream ends; false when it was cut. */
async function readToEnd(reader: ReadableStreamDefaultReader<Uint8Array>) {
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { whole: true, bytes };
      bytes += value.length;
    }
  } catch {
    return { whole: false, bytes };
  }
}

async function keyOf(subject: string): Promise<{ id: string; key: string }> {
  return sales.api.done('POST', '/api/v1/keys', { json: { subject, name: 'test' } });
}

const state = async (query: string, token: string) =>
  (
    await sales.api.call<{ state: string; code: string }>('GET', `/api/v1/queries/${query}`, {
      token,
    })
  ).body;

test('a revoked key cuts the answer that it opened, and is refused from then on', async () => {
  const { id, key } = await keyOf('ana');
  const { reader, query } = await openQuery(key);
  const revoked = await sales.mesh.weft('key', 'revoke', id, '--json');
  assert.equal(revoked.code, 0, revoked.stderr);
  const refused = await sales.api.call('GET', '/api/v1/whoami', { token: key });
  assert.equal(refused.status, 401);
  const { whole, bytes } = await readToEnd(reader);
  assert.equal(whole, false);
  assert.ok(bytes < 700 * 700 * 200, `${bytes} bytes`);
  const { state: end, code } = await state(query, sales.ana);
  assert.deepEqual([end, code], ['failed', 'UNAUTHENTICATED']);
});

test('a revoked agreement cuts the answer that it permitted', async () => {
  const { items } = await sales.api.done<{ items: { agreement: string }[] }>(
    'GET',
    '/api/v1/agreements?state=active',
  );
  const { reader, query } = await openQuery(sales.ana);
  const path = `/api/v1/agreements/${items[0]?.agreement}/revoke`;
  await sales.api.done('POST', path, { json: {}, token: sales.olga });
  assert.equal((await readToEnd(reader)).whole, false);
  assert.deepEqual(await state(query, sales.ana).then((s) => s.code), 'ACCESS_DENIED');
  await sales.api.agree({
    product: 'sales.lines',
    purpose: 'reporting',
    by: sales.ana,
    approver: sales.olga,
  });
});

test('a disabled subject loses its event stream', async () => {
  const made = await sales.mesh.weft('user', 'create', 'eva', '--role', 'consumer', '--json');
  assert.equal(made.code, 0, made.stderr);
  const { key } = await keyOf('eva');
  const response = await fetch(`${sales.mesh.url}/api/v1/events`, {
    headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream' },
  });
  const reader = must(response.body).getReader();
  await reader.read();
  assert.equal((await sales.mesh.weft('user', 'disable', 'eva')).code, 0);
  assert.equal((await readToEnd(reader)).whole, false);
  assert.equal((await sales.api.call('GET', '/api/v1/whoami', { token: key })).status, 401);
});

test('a mesh with --oidc believes its provider and sends browsers there', async () => {
  const token = await oidc.sign({ name: 'Ada' });
  const who = await sales.api.done<{ id: string; roles: string[] }>('GET', '/api/v1/whoami', {
    token,
  });
  assert.deepEqual([who.id, who.roles], ['corp:ada', ['consumer', 'producer']]);
  const login = await fetch(`${sales.mesh.url}/auth/login`, { redirect: 'manual' });
  const to = new URL(login.headers.get('location') ?? '');
  assert.equal(to.origin, oidc.issuer);
  assert.equal(to.searchParams.get('redirect_uri'), `${sales.mesh.url}/auth/callback`);
  const { oidc: offer } = await sales.api.done<{ oidc: Record<string, unknown> }>(
    'GET',
    '/api/v1/mesh',
  );
  assert.deepEqual(offer, {
    issuer: oidc.issuer,
    clientId: 'weft-cli',
    scopes: ['openid', 'profile'],
    resource: null,
    web: true,
  });
});

test('weft open prints a link that signs a browser in once, and its token ends what it opened', async () => {
  const issued = await sales.api.done<{ id: string; token: string }>('POST', '/api/v1/tokens', {
    json: { subject: 'ana' },
  });
  const { env } = sales.mesh;
  const as = { ...env, WEFT_URL: sales.mesh.url, WEFT_TOKEN: issued.token };
  const { code: exit, stdout, stderr } = await runWeft(['open', '--json'], as);
  assert.equal(exit, 0, stderr);
  const { url } = JSON.parse(stdout) as { url: string };
  const [home, code] = url.split('/#code=');
  assert.equal(home, sales.mesh.url);
  const headers = { 'content-type': 'application/json', origin: sales.mesh.url };
  const spend = () =>
    fetch(`${sales.mesh.url}/auth/session`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ code }),
    });
  const opened = await spend();
  assert.equal(opened.status, 204);
  assert.equal((await spend()).status, 401);
  const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const response = await fetch(`${sales.mesh.url}/api/v1/queries`, {
    method: 'POST',
    headers: { ...headers, cookie },
    body: JSON.stringify({ sql: LONG, purpose: 'reporting', format: 'ndjson' }),
  });
  assert.equal(response.status, 200);
  const reader = must(response.body).getReader();
  await reader.read();
  const began = Date.now();
  assert.equal((await sales.api.call('DELETE', `/api/v1/keys/${issued.id}`)).status, 200);
  const refused = await fetch(`${sales.mesh.url}/api/v1/whoami`, { headers: { cookie } });
  assert.equal(refused.status, 401);
  assert.equal((await readToEnd(reader)).whole, false, 'the open answer is cut');
  assert.ok(Date.now() - began < 5_000);
  const mesh = await sales.api.done<{ demo: unknown }>('GET', '/api/v1/mesh');
  assert.equal(mesh.demo, null, 'no example was loaded');
});

test('weft up says that the context file led to another mesh', async (t) => {
  const data = join(tempFolder(t), 'data');
  const context = must(sales.mesh.env['WEFT_CONTEXT'] ?? null);
  const before = readFileSync(context, 'utf8');
  const started = runWeft(
    ['up', '--data', data, '--port', '0', '--json', '--timeout', '4s'],
    sales.mesh.env,
  );
  const { stderr } = await started;
  assert.match(stderr, new RegExp(`The context file ${context} led to ${sales.mesh.url}`));
  assert.match(stderr, /WEFT_CONTEXT=/);
  assert.ok(existsSync(context));
  assert.notEqual(readFileSync(context, 'utf8'), before);
  writeFileSync(context, before);
});
