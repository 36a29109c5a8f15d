/**
 * A mesh behind a real Keycloak: its programs, its people in a browser, their groups, and what it did not sign.
 *
 * Started by `npm run test:oidc`. The realm has the clients weft-service and weft-web, and ada in the group sales.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createApi, type MeshApi } from '../support/api.ts';
import { startMesh, type TestMesh } from '../support/mesh.ts';
import { Browser } from '../support/oidc.ts';

const issuer = process.env['TEST_OIDC'] ?? '';
const client = process.env['TEST_OIDC_CLIENT'] ?? '';
const secret = process.env['TEST_OIDC_SECRET'] ?? '';

const folder = mkdtempSync(join(tmpdir(), 'weft-keycloak-'));
let mesh: TestMesh;
let api: MeshApi;

before(async () => {
  assert.notEqual(issuer, '', 'TEST_OIDC names a realm');
  const file = join(folder, 'oidc.yaml');
  writeFileSync(
    file,
    `name: corp\nissuer: ${issuer}\nweb: {clientId: weft-web}\nclaims: {id: preferred_username}\nroles: {sales: [producer]}\ndomains: {sales: [orders]}\n`,
  );
  mesh = await startMesh({ args: ['--oidc', file] });
  api = createApi(mesh.url, mesh.platformToken);
});
after(async () => {
  await mesh.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function tokenBy(fields: Record<string, string>): Promise<string> {
  const response = await fetch(`${issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams(fields),
  });
  const { access_token: token = '' } = (await response.json()) as { access_token?: string };
  assert.notEqual(token, '', `HTTP ${response.status}`);
  return token;
}

const who = (token: string) =>
  api.call<{ id: string; roles: string[]; domains: string[] }>('GET', '/api/v1/whoami', { token });

test('a program and a person are known by their tokens, with the rights of their groups', async () => {
  const program = await tokenBy({
    grant_type: 'client_credentials',
    client_id: client,
    client_secret: secret,
  });
  const { body } = await who(program);
  assert.deepEqual([body.id, body.roles], [`corp:service-account-${client}`, ['consumer']]);
  const person = await tokenBy({
    grant_type: 'password',
    client_id: 'weft-web',
    username: 'ada',
    password: 'ada',
    scope: 'openid',
  });
  const ada = await who(person);
  assert.equal(ada.body.id, 'corp:ada', ada.text);
  assert.deepEqual([ada.body.roles, ada.body.domains], [['consumer', 'producer'], ['orders']]);
  const [head, claims, signature = ''] = person.split('.');
  const changed = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  assert.equal((await who(`${head}.${claims}.${changed}`)).status, 401);
});

test('a browser signs in with code and PKCE, and out again', async () => {
  const browser = new Browser();
  const begun = await browser.fetch(`${mesh.url}/auth/login`);
  const page = await browser.fetch(begun.headers.get('location') ?? '');
  const action = /action="([^"]+)"/.exec(await page.text())?.[1]?.replaceAll('&amp;', '&') ?? '';
  const answer = await browser.fetch(action, {
    method: 'POST',
    body: new URLSearchParams({ username: 'ada', password: 'ada' }),
  });
  const back = answer.headers.get('location') ?? '';
  assert.ok(back.startsWith(`${mesh.url}/auth/callback?`), back);
  assert.equal((await browser.fetch(back)).status, 302);
  const known = await browser.fetch(`${mesh.url}/api/v1/whoami`);
  assert.equal(((await known.json()) as { id: string }).id, 'corp:ada');
  const out = await browser.fetch(`${mesh.url}/auth/logout`, {
    method: 'POST',
    headers: { origin: mesh.url },
  });
  assert.match(
    ((await out.json()) as { next: string }).next,
    /\/protocol\/openid-connect\/logout\?/,
  );
  assert.equal((await browser.fetch(`${mesh.url}/api/v1/whoami`)).status, 401);
});

test('an ID token, a refresh token and a token of another realm are none', async () => {
  const response = await fetch(`${issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: 'weft-web',
      username: 'ada',
      password: 'ada',
      scope: 'openid',
    }),
  });
  const tokens = (await response.json()) as { id_token: string; refresh_token: string };
  assert.equal((await who(tokens.id_token)).status, 401);
  assert.equal((await who(tokens.refresh_token)).status, 401);
});
