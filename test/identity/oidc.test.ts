/**
 * A mesh behind a real identity provider: whose tokens are believed, whom their claims make, and the sign-in of browsers.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WeftError } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';
import { generateKeyPair } from 'jose';
import { createOidcProvider } from '../../server/src/adapters/auth-oidc.ts';
import { createApp, type WeftApp } from '../../server/src/api/app.ts';
import { registerAuth } from '../../server/src/api/auth.ts';
import { registerControl } from '../../server/src/api/platform/control.ts';
import { type OidcSettings, readOidc } from '../../server/src/config-oidc.ts';
import { runCli, tempFolder } from '../support/cli.ts';
import { createTestControl, platform, register, type TestControl } from '../support/control.ts';
import { AUDIENCE, Browser, type OidcServer, SECRET, startOidc } from '../support/oidc.ts';
import { openTestStore, silentLogger, type TestStore } from '../support/store.ts';

let oidc: OidcServer;
let store: TestStore;
let control: TestControl;
let app: WeftApp;
let mesh: string;
let settings: OidcSettings;

before(async () => {
  oidc = await startOidc();
  oidc.people.set('ada', { name: 'Ada', groups: ['sales'], region: 'EU' });
  oidc.people.set('bob', { name: 'Bob', groups: [] });
  settings = {
    name: 'corp',
    issuer: oidc.issuer,
    audience: AUDIENCE,
    web: { clientId: 'weft-web', clientSecret: SECRET },
    cli: { clientId: 'weft-cli' },
    scopes: ['openid', 'profile', 'offline_access'],
    resource: AUDIENCE,
    sessionSeconds: 3600,
    mapping: {
      id: 'sub',
      name: 'name',
      groups: 'groups',
      roles: { sales: ['producer'], loaders: ['producer'] },
      domains: { sales: ['orders'] },
      attributes: { region: 'region' },
      everyone: ['consumer'],
    },
  };
  store = await openTestStore();
  control = createTestControl(store, {
    time: new Date().toISOString(),
    sessionSeconds: settings.sessionSeconds,
    oidc: (clock, crypto) => createOidcProvider({ settings, clock, crypto, cooldownMs: 0 }),
  });
  const sessions = control.sessions;
  const origin = (): string => mesh;
  app = await createApp({
    version: '0.0.0',
    logger: silentLogger,
    authenticate: control.identity.authenticate,
    browser: { origin, authenticate: sessions.authenticate },
    requestsPerMinute: 100_000,
  });
  registerControl(app, control);
  registerAuth(app, { sessions, signIn: control.signIn, origin });
  mesh = await app.listen({ host: '127.0.0.1', port: 0 });
  await oidc.serve(mesh);
  await register(control, platform);
});
after(async () => {
  await app.close();
  await oidc.close();
  await store.close();
});

const who = (bearer: string): Promise<Subject> => control.identity.authenticate(bearer);
async function refused(bearer: string, part: RegExp): Promise<void> {
  await assert.rejects(who(bearer), (error: unknown) => {
    assert.ok(error instanceof WeftError, String(error));
    assert.equal(error.code, 'UNAUTHENTICATED', error.message);
    assert.match(error.message, part);
    return true;
  });
}

describe('a token of the provider', () => {
  it('makes a subject with a name of its own, with the rights of its groups', async () => {
    const subject = await who(await oidc.sign({ name: 'Ada', region: 'EU' }));
    const { credential, ...rest } = subject;
    assert.deepEqual(rest, {
      id: 'corp:ada',
      name: 'Ada',
      roles: ['consumer', 'producer'],
      domains: ['orders'],
      attributes: { region: 'EU' },
    });
    assert.equal(credential?.id, 'corp:one');
    const stored = await control.users.show(platform, 'corp:ada');
    assert.deepEqual([stored.kind, stored.roles], ['external', ['consumer', 'producer']]);
  });

  it('is got by a program with its own credentials', async () => {
    const subject = await who(await oidc.serviceToken());
    assert.equal(subject.id, 'corp:weft-service');
    assert.deepEqual(subject.roles, ['consumer', 'producer']);
  });

  it('is refused for another audience, issuer, time or kind', async () => {
    const now = Math.floor(Date.now() / 1000);
    await refused(await oidc.sign({ aud: 'weft-web' }), /audience is not/);
    await refused(await oidc.sign({ aud: undefined }), /claim aud|audience/);
    await refused(await oidc.sign({ iss: 'http://127.0.0.1:1' }), /not issued by this mesh/);
    await refused(await oidc.sign({ iss: `${oidc.issuer}/` }), /not issued by this mesh/);
    await refused(await oidc.sign({ exp: now - 60 }), /expired/);
    await refused(await oidc.sign({ exp: undefined }), /claim exp/);
    await refused(await oidc.sign({ iat: undefined }), /claim iat/);
    await refused(await oidc.sign({ nbf: now + 600 }), /does not hold yet/);
    await refused(await oidc.sign({ sub: undefined }), /claim sub/);
    await refused(await oidc.sign({}, { header: { typ: 'logout+jwt' } }), /of the type logout/);
  });

  it('is refused when nobody signed it, or somebody else, or by a key that is public', async () => {
    const good = await oidc.sign();
    const [head = '', body = '', signature = ''] = good.split('.');
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString());
    const { keys } = (await (await fetch(`${oidc.issuer}/jwks`)).json()) as { keys: unknown[] };
    const hs = `${part({ alg: 'HS256', kid })}.${body}`;
    const hmac = (secret: string) =>
      `${hs}.${createHmac('sha256', secret).update(hs).digest('base64url')}`;
    const { privateKey } = await generateKeyPair('ES256');
    const changed = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), sub: 'bob' };
    const forged = {
      none: `${part({ alg: 'none' })}.${body}.`,
      'none with a signature': `${part({ alg: 'none', kid })}.${body}.${signature}`,
      None: `${part({ alg: 'None', kid })}.${body}.`,
      'the public key as a secret': hmac(JSON.stringify(keys[0])),
      'no secret': hmac(''),
      'changed claims': `${head}.${part(changed)}.${signature}`,
      'another key under the same name': await oidc.sign({}, { key: privateKey }),
      'another key of its own': await oidc.sign({}, { key: privateKey, header: { kid: 'mine' } }),
      'no signature': `${head}.${body}.`,
    };
    for (const token of Object.values(forged)) {
      await refused(token, /not signed by a key|algorithm is not allowed/);
    }
    assert.equal((await who(good)).id, 'corp:ada');
  });

  it('never gives the role of a node, and refuses claims of another form', async () => {
    const subject = await who(await oidc.sign({ jti: 'two', groups: ['node'], roles: ['node'] }));
    assert.deepEqual(subject.roles, ['consumer']);
    await refused(await oidc.sign({ groups: { sales: true } }), /claims do not fit/);
  });

  it('is verified without asking the provider, and keys that were changed are found', async () => {
    const before = oidc.keysAsked();
    for (let i = 0; i < 5; i++) await who(await oidc.sign({ jti: `many-${i}` }));
    assert.equal(oidc.keysAsked(), before, 'the keys are kept');
    oidc.fail(true);
    assert.equal((await who(await oidc.sign({ jti: 'alone' }))).id, 'corp:ada');
    oidc.fail(false);
    const old = await oidc.sign({ jti: 'old' });
    await oidc.rotate();
    assert.equal((await who(await oidc.sign({ jti: 'new' }))).id, 'corp:ada');
    assert.equal(oidc.keysAsked(), before + 1);
    await refused(old, /not signed by a key/);
  });

  it('is no yes when the provider cannot be asked for a key', async () => {
    oidc.fail(true);
    const strange = await oidc.sign({ jti: 'strange' }, { header: { kid: 'third' } });
    await assert.rejects(
      who(strange),
      (error) => error instanceof WeftError && error.code === 'UNAVAILABLE',
    );
    oidc.fail(false);
  });

  it('is refused once its subject is disabled or its id revoked', async () => {
    const token = await oidc.sign({ jti: 'lost' });
    await who(token);
    await control.secrets.revoke(platform, 'corp:lost');
    await refused(token, /corp:lost was revoked/);
    const other = await oidc.sign({ jti: 'other' });
    control.clock.set(new Date(Date.now() + 1000).toISOString());
    await control.users.step(platform, 'corp:ada', 'disable');
    await refused(other, /disabled/);
    await control.users.step(platform, 'corp:ada', 'enable');
    await refused(other, /before the rights/);
    control.clock.add(5);
    const later = Math.floor(control.clock.now() / 1000) + 1;
    assert.equal((await who(await oidc.sign({ iat: later, jti: 'later' }))).id, 'corp:ada');
  });
});

describe('a name', () => {
  const named = (): OidcSettings => ({
    ...settings,
    mapping: { ...settings.mapping, id: 'preferred_username' },
  });
  const enter = async (to: TestControl, claims: Record<string, unknown>): Promise<Subject> =>
    to.identity.authenticate(await oidc.sign(claims));

  it('stays with whom it belonged to first, and is never that of a subject of the mesh', async () => {
    await using own = await openTestStore();
    const to = createTestControl(own, {
      time: new Date().toISOString(),
      oidc: (clock, crypto) => createOidcProvider({ settings: named(), clock, crypto }),
    });
    await register(to, platform);
    const first = { sub: '1', preferred_username: 'max', jti: 'a' };
    assert.equal((await enter(to, first)).id, 'corp:max');
    await assert.rejects(enter(to, { ...first, sub: '2', jti: 'b' }), /belongs to somebody else/);
    const renamed = { sub: '1', preferred_username: 'moritz', jti: 'c' };
    assert.equal((await enter(to, renamed)).id, 'corp:max', 'a new name is the same subject');
    await assert.rejects(
      to.identity.issueToken(platform, { subject: 'corp:max' }),
      /subject of the identity provider/,
    );
    await assert.rejects(
      to.users.change(platform, 'corp:max', { roles: ['platform'] }),
      /subject of the identity provider/,
    );
    assert.equal(
      (await enter(to, { sub: '3', preferred_username: 'platform', jti: 'd' })).id,
      'corp:platform',
    );
  });
});

describe('a browser', () => {
  const json = (response: Response) => response.json() as Promise<Record<string, unknown>>;
  const api = (
    browser: Browser,
    method: string,
    path: string,
    headers: Record<string, string> = {},
  ) => browser.fetch(`${mesh}${path}`, { method, headers });

  async function begin(browser: Browser, next = '/'): Promise<string> {
    const response = await browser.fetch(`${mesh}/auth/login?next=${encodeURIComponent(next)}`);
    assert.equal(response.status, 302);
    return response.headers.get('location') ?? '';
  }
  const back = (browser: Browser, from: string, login = 'ada') =>
    browser.signIn(from, { login, back: `${mesh}/auth/callback` });

  it('signs in with code and PKCE, is known by its cookie, and signs out', async () => {
    const browser = new Browser();
    const url = new URL(await begin(browser, '/?q=coupons'));
    for (const name of ['state', 'nonce', 'code_challenge']) {
      assert.ok((url.searchParams.get(name) ?? '').length >= 43, name);
    }
    assert.equal(url.searchParams.get('code_challenge_method'), 'S256');
    const ended = await browser.fetch(await back(browser, url.href));
    assert.equal(ended.status, 302, await ended.clone().text());
    assert.equal(ended.headers.get('location'), '/?q=coupons');
    const cookie = ended.headers.getSetCookie().find((line) => line.startsWith('weft_session='));
    assert.match(
      cookie ?? '',
      /^weft_session=weft_ses_\S+; Path=\/; Max-Age=3600; HttpOnly; SameSite=Strict$/,
    );
    assert.equal((await json(await api(browser, 'GET', '/api/v1/whoami')))['id'], 'corp:ada');
    const other = await api(browser, 'POST', '/auth/logout', { origin: 'http://127.0.0.1:1' });
    assert.equal(other.status, 403);
    const secret = browser.cookies(mesh).get('weft_session');
    const out = await api(browser, 'POST', '/auth/logout', { origin: mesh });
    assert.match(String((await json(out))['next']), /\/session\/end\?/);
    assert.equal(browser.cookies(mesh).size, 0);
    const again = await fetch(`${mesh}/api/v1/whoami`, {
      headers: { cookie: `weft_session=${secret}` },
    });
    assert.equal(again.status, 401, 'the session itself is over, not only the cookie');
  });

  it('changes nothing at the wish of another page', async () => {
    const browser = new Browser();
    await browser.fetch(await back(browser, await begin(browser)));
    const write = (headers: Record<string, string>) =>
      browser.fetch(`${mesh}/api/v1/keys`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ name: 'mine' }),
      });
    for (const origin of [
      'http://127.0.0.1:1',
      'null',
      'https://evil.example',
      `${mesh}.evil.example`,
    ]) {
      assert.equal((await write({ origin })).status, 403, origin);
    }
    assert.equal((await write({})).status, 403);
    assert.equal((await write({ origin: mesh })).status, 201);
    const planted = await fetch(`${mesh}/api/v1/whoami`, {
      headers: {
        cookie: `weft_session=x; weft_session=${browser.cookies(mesh).get('weft_session')}`,
      },
    });
    assert.equal(planted.status, 401, 'of two cookies none is believed');
  });

  it('ends a sign-in once, and only one that it began', async () => {
    const browser = new Browser();
    const answer = await back(browser, await begin(browser));
    const stranger = new Browser();
    await begin(stranger);
    assert.equal((await stranger.fetch(answer)).status, 401, 'in another browser');
    assert.equal((await fetch(answer)).status, 401, 'without a cookie');
    const other = new URL(answer);
    other.searchParams.set('state', 'x'.repeat(43));
    assert.equal((await browser.fetch(other.href)).status, 401, 'with another state');
    assert.equal((await browser.fetch(answer)).status, 302);
    assert.equal((await browser.fetch(answer)).status, 401, 'twice');
  });

  it('is not signed in by the code of another sign-in', async () => {
    const browser = new Browser();
    const stolen = new URL(
      await back(new Browser(), (await begin(new Browser())).toString(), 'bob'),
    );
    const own = new URL(await begin(browser));
    const mixed = new URL(`${mesh}/auth/callback`);
    mixed.searchParams.set('code', stolen.searchParams.get('code') ?? '');
    mixed.searchParams.set('state', own.searchParams.get('state') ?? '');
    mixed.searchParams.set('iss', oidc.issuer);
    assert.equal((await browser.fetch(mixed.href)).status, 401, 'verifier and nonce do not fit');
  });

  it('is not signed in when state, nonce or verifier is another one', async () => {
    const provider = control.oidc;
    assert.ok(provider !== null);
    const change = { state: 'x'.repeat(43), nonce: 'x'.repeat(43), verifier: 'x'.repeat(43) };
    for (const name of ['state', 'nonce', 'verifier'] as const) {
      const pending = await provider.beginSignIn(`${mesh}/auth/callback`);
      const answer = new URL(await back(new Browser(), pending.url));
      await assert.rejects(
        provider.endSignIn(answer, { ...pending, [name]: change[name] }),
        (error) => error instanceof WeftError && error.code === 'UNAUTHENTICATED',
        name,
      );
    }
  });

  it('goes on to pages of this mesh only', async () => {
    for (const next of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      '/a\r\nb',
      '',
    ]) {
      const browser = new Browser();
      const ended = await browser.fetch(await back(browser, await begin(browser, next)));
      assert.equal(ended.headers.get('location'), '/', next);
    }
  });

  it('that is disabled or signed out elsewhere is nobody', async () => {
    const browser = new Browser();
    await browser.fetch(await back(browser, await begin(browser), 'bob'));
    assert.equal((await api(browser, 'GET', '/api/v1/whoami')).status, 200);
    await control.users.step(platform, 'corp:bob', 'signout');
    assert.equal((await api(browser, 'GET', '/api/v1/whoami')).status, 401);
  });

  it('under another name of the host begins at the name that it comes back to', async () => {
    const elsewhere = mesh.replace('127.0.0.1', 'localhost');
    const response = await fetch(`${elsewhere}/auth/login?next=%2Fx`, { redirect: 'manual' });
    assert.equal(response.headers.get('location'), `${mesh}/auth/login?next=%2Fx`);
  });
});

describe('the command line', () => {
  it('signs in over the loopback address, and renews its token', async (t) => {
    const env = { WEFT_CONTEXT: join(tempFolder(t), 'context.json') };
    const browser = new Browser();
    const said = Promise.withResolvers<string>();
    // Why: tokens know the second of their issue, and one of the second in which rights changed counts as older.
    await sleep(1_000 - (Date.now() % 1_000));
    const login = runCli(['login', mesh, '--oidc', '--json'], {
      env,
      now: new Date(),
      onErr: (text) => {
        const url = /http\S+/.exec(text)?.[0];
        if (url !== undefined) said.resolve(url);
      },
    });
    const url = await said.promise;
    const redirect = new URL(new URL(url).searchParams.get('redirect_uri') ?? '');
    assert.equal(redirect.hostname, '127.0.0.1');
    assert.equal((await fetch(`${redirect.href}?state=wrong&code=x`)).status, 404);
    const answer = await browser.signIn(url, { login: 'ada', back: redirect.href });
    assert.equal((await fetch(answer)).status, 200);
    const { code, stdout, stderr } = await login;
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).subject, 'corp:ada');
    const { statSync, readFileSync } = await import('node:fs');
    assert.equal(statSync(env.WEFT_CONTEXT).mode & 0o777, 0o600);
    const { token } = JSON.parse(readFileSync(env.WEFT_CONTEXT, 'utf8'));
    const later = await runCli(['whoami', '--json'], { env, now: new Date(Date.now() + 290_000) });
    assert.equal(later.code, 0, later.stderr);
    assert.equal(JSON.parse(later.stdout).id, 'corp:ada');
    assert.notEqual(JSON.parse(readFileSync(env.WEFT_CONTEXT, 'utf8')).token, token);
  });

  it('signs in as a program', async (t) => {
    const env = { WEFT_CONTEXT: join(tempFolder(t), 'context.json') };
    const ask = ['login', mesh, '--client', 'weft-service', '--json'];
    assert.match((await runCli(ask, { env })).stderr, /WEFT_OIDC_CLIENT_SECRET/);
    const wrong = await runCli(ask, { env: { ...env, WEFT_OIDC_CLIENT_SECRET: 'wrong' } });
    assert.equal(wrong.code, 4);
    const right = await runCli(ask, {
      env: { ...env, WEFT_OIDC_CLIENT_SECRET: SECRET },
      now: new Date(),
    });
    assert.equal(right.code, 0, right.stderr);
    assert.equal(JSON.parse(right.stdout).subject, 'corp:weft-service');
  });
});

test('settings that are wrong or dangerous end the start and say which they are', (t) => {
  const file = join(tempFolder(t), 'oidc.yaml');
  const read = (text: string, env: Record<string, string> = {}) => {
    writeFileSync(file, text);
    return readOidc(file, env);
  };
  const usage = (part: RegExp) => (error: unknown) =>
    error instanceof WeftError && error.code === 'USAGE' && part.test(error.message);
  const issuer = 'issuer: https://idp.example.org\n';
  const good = read(
    `${issuer}name: corp\nroles: {a: [platform]}\nattributes: {region: address.region}\n`,
  );
  assert.deepEqual(good?.mapping.roles, { a: ['platform'] });
  assert.deepEqual(good?.mapping.everyone, ['consumer']);
  assert.equal(readOidc(undefined, {}), null);
  assert.equal(readOidc('https://idp.example.org', {})?.audience, 'weft-api');
  const bad: [string, RegExp][] = [
    ['name: corp\n', /issuer/],
    ['issuer: http://idp.example.org\n', /not encrypted/],
    [`${issuer}name: node\n`, /name/],
    [`${issuer}name: "a:b"\n`, /name/],
    [`${issuer}roles: {a: [node]}\n`, /roles\.a: a group cannot be given the role node/],
    [`${issuer}everyone: [node]\n`, /everyone/],
    [`${issuer}roles: {a: [root]}\n`, /no role "root"/],
    [`${issuer}roles: {a: platform}\n`, /roles\.a: it is no list/],
    [`${issuer}rolls: {}\n`, /rolls: there is no such setting/],
    [`${issuer}web: {clientId: x, secret: y}\n`, /web\.secret/],
    [`${issuer}audience: x\nweb: {clientId: x}\n`, /audience/],
    ['- a\n', /no document/],
  ];
  for (const [text, part] of bad) assert.throws(() => read(text), usage(part), text);
  assert.throws(() => readOidc('/nowhere.yaml', {}), usage(/ENOENT/));
  const secret = read(`${issuer}web: {clientId: x}\n`, { WEFT_OIDC_CLIENT_SECRET: 's' });
  assert.equal(secret?.web?.clientSecret, 's');
});
