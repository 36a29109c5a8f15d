/**
 * The session of a browser over HTTP, without an identity provider: what begins it, what ends it, and what is refused.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  analyst,
  createTestControl,
  node,
  owner,
  platform,
  register,
  type TestControl,
  testSubject,
} from '../../../test/support/control.ts';
import { openTestStore, silentLogger, type TestStore } from '../../../test/support/store.ts';
import { createApp, type WeftApp } from './app.ts';
import { registerAuth } from './auth.ts';
import { registerControl } from './platform/control.ts';

const HOME = 'http://127.0.0.1:8787';

describe('the session of a browser', () => {
  let store: TestStore;
  let control: TestControl;
  let app: WeftApp;

  before(async () => {
    store = await openTestStore();
    control = createTestControl(store, { sessionSeconds: 3600 });
    const origin = (): string => HOME;
    app = await createApp({
      version: '0.0.0',
      logger: silentLogger,
      authenticate: control.identity.authenticate,
      browser: { origin, authenticate: control.sessions.authenticate },
      requestsPerMinute: 100_000,
    });
    registerControl(app, control);
    registerAuth(app, { ...control, origin });
    await app.ready();
    await register(control, platform, analyst, owner);
  });
  after(async () => {
    await app.close();
    await store.close();
  });

  const tokenOf = async (subject = analyst, seconds = 86_400) =>
    control.identity.bootstrapToken(subject, seconds);

  let address = 0;
  interface From {
    origin?: string;
    host?: string;
    remoteAddress?: string;
    cookie?: string;
    headers?: Record<string, string>;
  }
  const send = async (url: string, json: unknown, from: From = {}) => {
    // Why another address each time: the limit of sign-ins is one test's subject and not the others'.
    address++;
    const { origin = HOME, host = '127.0.0.1:8787', cookie, headers = {} } = from;
    const answer = await app.inject({
      method: 'POST',
      url,
      remoteAddress: from.remoteAddress ?? `127.0.${address >> 8}.${address & 255}`,
      headers: {
        host,
        ...(origin === '' ? {} : { origin }),
        ...(cookie === undefined ? {} : { cookie }),
        'content-type': 'application/json',
        ...headers,
      },
      payload: JSON.stringify(json),
    });
    const set = String(answer.headers['set-cookie'] ?? '');
    return { status: answer.statusCode, set, cookie: set.split(';')[0] ?? '', text: answer.body };
  };
  const signIn = (proof: unknown, from?: From) => send('/auth/session', proof, from);
  const whoami = async (cookie: string) => {
    const answer = await app.inject({ url: '/api/v1/whoami', headers: { cookie } });
    return answer.statusCode === 200 ? String(JSON.parse(answer.body).id) : answer.statusCode;
  };
  const link = async (by: string, json: unknown) => {
    const headers = { authorization: `Bearer ${by}` };
    const answer = await send('/api/v1/sign-in-links', json, { headers });
    const body = JSON.parse(answer.text) as { url?: string; code?: string };
    return { status: answer.status, error: body.code, code: body.url?.split('#code=')[1] ?? '' };
  };

  it('begins with a token or a key, in a cookie that scripts and other sites do not get', async () => {
    const { token } = await tokenOf();
    const opened = await signIn({ token });
    assert.equal(opened.status, 204);
    assert.match(
      opened.set,
      /^weft_session=weft_ses_\S+; Path=\/; Max-Age=3600; HttpOnly; SameSite=Strict$/,
    );
    assert.equal(await whoami(opened.cookie), 'ana');
    const key = await control.secrets.createKey(analyst, { name: 'k' });
    assert.equal(await whoami((await signIn({ token: key.secret })).cookie), 'ana');
    const short = await tokenOf(analyst, 600);
    assert.match((await signIn({ token: short.token })).set, /Max-Age=600;/);
  });

  it('is refused to other pages, to nodes and to what is no credential, with one answer', async () => {
    const { token } = await tokenOf();
    for (const origin of ['', 'null', 'https://evil.example', 'http://127.0.0.1:9999'])
      assert.equal((await signIn({ token }, { origin })).status, 403, origin);
    const foreign = { origin: 'http://evil.example:8787', host: 'evil.example:8787' };
    assert.equal((await signIn({ token }, foreign)).status, 403);
    const local = { origin: 'http://localhost:8787', host: 'localhost:8787' };
    assert.equal((await signIn({ token }, local)).status, 204);
    const { secret } = await control.secrets.openSession({
      subject: 'ana',
      seconds: 60,
      parent: null,
    });
    const spoken = new Set<string>();
    const bad = [
      { token: 'x' },
      { token: (await tokenOf(node)).token },
      { token: secret },
      { code: secret },
      { code: 'weft_lnk_x' },
    ];
    for (const proof of bad) {
      const answer = await signIn(proof);
      assert.equal(answer.status, 401, JSON.stringify(proof));
      spoken.add(JSON.parse(answer.text).detail);
    }
    assert.equal(spoken.size, 1, [...spoken].join('\n'));
    assert.equal((await signIn({ token, code: 'x' })).status, 400);
    assert.equal((await signIn({})).status, 400);
  });

  it('ends with its credential, with its subject, and with signing out', async () => {
    const issued = await tokenOf();
    const first = await signIn({ token: issued.token });
    await control.secrets.revoke(platform, issued.id);
    assert.equal(await whoami(first.cookie), 401);
    const all = await control.secrets.list(platform, { subject: 'ana', all: true, limit: 200 });
    const id = first.cookie.slice('weft_session=weft_'.length, 'weft_session=weft_'.length + 30);
    const session = all.items.find((item) => item.id.toLowerCase() === id);
    // Why in the store as well: whoever holds an answer open for the session looks there.
    assert.equal(session?.state, 'revoked');

    const { token } = await tokenOf();
    const second = await signIn({ token });
    const out = await send('/auth/logout', {}, { cookie: second.cookie });
    assert.equal(out.status, 200);
    assert.equal(await whoami(second.cookie), 401);

    const third = await signIn({ token: (await tokenOf()).token });
    const fourth = await signIn({ token: (await tokenOf()).token }, { cookie: third.cookie });
    assert.equal(await whoami(third.cookie), 401, 'the one before is over');
    await control.users.step(platform, 'ana', 'disable');
    assert.equal(await whoami(fourth.cookie), 401);
    await control.users.step(platform, 'ana', 'enable');
    assert.equal(await whoami(fourth.cookie), 401, 'for good');
  });

  it('is not there for a session whose credential was revoked while it was being opened', async () => {
    control.clock.add(2);
    const issued = await tokenOf();
    const expires = issued.expires;
    await control.secrets.revoke(platform, issued.id);
    const parent = { id: issued.id, expires };
    const late = await control.secrets.openSession({ subject: 'ana', seconds: 60, parent });
    assert.equal(await whoami(`weft_session=${late.secret}`), 401);
  });

  it('begins by a link once, for oneself or by the platform team for a user', async () => {
    control.clock.add(2);
    const own = await tokenOf();
    const made = await link(own.token, {});
    assert.equal(made.status, 201);
    const opened = await signIn({ code: made.code });
    assert.equal(await whoami(opened.cookie), 'ana');
    assert.equal((await signIn({ code: made.code })).status, 401, 'twice');
    await control.secrets.revoke(platform, own.id);
    assert.equal(await whoami(opened.cookie), 401, 'it ends with the credential that made it');

    const late = await link((await tokenOf()).token, { seconds: 30 });
    control.clock.add(31);
    assert.equal((await signIn({ code: late.code })).status, 401, 'too late');

    assert.equal((await link((await tokenOf()).token, { subject: 'olga' })).status, 403);
    const admin = await tokenOf(platform);
    const forAna = await link(admin.token, { subject: 'ana' });
    const asAna = await signIn({ code: forAna.code });
    assert.equal(await whoami(asAna.cookie), 'ana');
    await control.secrets.revoke(platform, admin.id);
    assert.equal(await whoami(asAna.cookie), 401);
  });

  it('makes links for users of this mesh alone', async () => {
    const { token } = await tokenOf(platform);
    await control.users.create(platform, { id: 'loader', kind: 'service', roles: ['consumer'] });
    const nodeSubject = testSubject('node:sales', { roles: ['node'] });
    await control.identity.bootstrapToken(nodeSubject, 60);
    assert.equal((await link(token, { subject: 'loader' })).error, 'FORBIDDEN');
    assert.equal((await link(token, { subject: 'node:sales' })).error, 'NOT_FOUND');
    assert.equal((await link(token, { subject: 'nobody' })).error, 'NOT_FOUND');
  });

  it('is limited in how often it is tried from one address', async () => {
    const statuses = new Set<number>();
    for (let i = 0; i < 70; i++) {
      const { status } = await signIn({ token: 'x' }, { remoteAddress: '127.9.9.9' });
      statuses.add(status);
    }
    assert.deepEqual([...statuses], [401, 429]);
  });

  it('is open to the people of an example on this machine, and to nobody else', async () => {
    const people = async (from: { host?: string; remoteAddress?: string; via?: string } = {}) => {
      const { host = '127.0.0.1:8787', remoteAddress = '127.0.0.1', via } = from;
      const headers = { host, ...(via === undefined ? {} : { 'x-forwarded-for': via }) };
      const answer = await app.inject({ url: '/api/v1/mesh', headers, remoteAddress });
      return JSON.parse(answer.body).demo as { people: { id: string }[] } | null;
    };
    const demo = { demo: 'ana' };
    assert.equal(await people(), null);
    assert.equal((await signIn(demo)).status, 404, 'no example was loaded');
    control.demo.offer(['ana']);
    assert.deepEqual(await people(), {
      people: [{ id: 'ana', name: 'ana', roles: ['consumer'] }],
    });
    assert.equal(await whoami((await signIn(demo)).cookie), 'ana');
    assert.equal((await signIn({ demo: 'platform' })).status, 404, 'not of the example');
    for (const from of [
      { remoteAddress: '192.0.2.7' },
      { remoteAddress: '::ffff:192.0.2.7' },
      { host: 'mesh.example.org' },
      { via: '192.0.2.7' },
    ]) {
      assert.equal(await people(from), null, JSON.stringify(from));
      const headers: Record<string, string> =
        from.via === undefined ? {} : { 'x-forwarded-for': from.via };
      assert.equal((await signIn(demo, { ...from, headers })).status, 404, JSON.stringify(from));
    }
    assert.equal((await signIn(demo, { origin: 'https://evil.example' })).status, 403);
  });
});
