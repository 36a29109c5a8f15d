/** Subjects, keys and their standing on a real store: who may make and change what, and what takes effect at once. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isWeftError } from '@weft/core/lib/error';
import type { ErrorCode } from '@weft/core/lib/error-catalog';
import type { Standing } from '@weft/core/registry/standing';
import type { Subject } from '@weft/core/registry/types';
import { sql } from 'kysely';
import {
  analyst,
  createSales,
  createTestControl,
  node,
  platform,
  register,
  steward,
  type TestControl,
  testSubject,
} from '../../../test/support/control.ts';
import { openTestStore, type TestStore } from '../../../test/support/store.ts';

const fails =
  (code: ErrorCode, part = /./) =>
  (error: unknown) =>
    isWeftError(error, code) && part.test(`${error.message} ${error.remedy}`);

describe('subjects and keys', () => {
  let store: TestStore;
  let control: TestControl;
  const who = (bearer: string): Promise<Subject> => control.identity.authenticate(bearer);
  const tokenOf = async (subject: string): Promise<string> => {
    control.clock.add(1);
    return (await control.identity.issueToken(platform, { subject })).token;
  };
  const keyOf = (subject: string) =>
    control.secrets.createKey(platform, { subject, name: 'test', ttlSeconds: 3600 });

  before(async () => {
    store = await openTestStore();
    control = createTestControl(store);
    await register(control, platform, analyst, steward);
  });
  after(() => store.close());

  it('are made and changed by the platform team alone', async () => {
    const request = { id: 'nina', kind: 'user' as const, roles: ['consumer' as const] };
    for (const by of [analyst, steward, node]) {
      await assert.rejects(control.users.create(by, request), fails('FORBIDDEN'));
    }
    await control.users.create(platform, { ...request, attributes: { region: 'EU' } });
    await assert.rejects(control.users.create(platform, request), fails('CONFLICT'));
    const nina = await who(await tokenOf('nina'));
    for (const change of [{ roles: ['platform' as const] }, { attributes: { region: 'US' } }]) {
      await assert.rejects(control.users.change(nina, 'nina', change), fails('FORBIDDEN'));
    }
    await assert.rejects(control.users.step(nina, 'ana', 'disable'), fails('FORBIDDEN'));
    assert.equal((await control.users.show(nina, 'nina')).attributes['region'], 'EU');
    await assert.rejects(control.users.show(nina, 'ana'), fails('NOT_FOUND'));
    await assert.rejects(control.users.list(nina, {}), fails('FORBIDDEN'));
    const listed = await control.users.list(platform, { limit: 200 });
    assert.ok(listed.items.some(({ id, kind }) => id === 'nina' && kind === 'user'));
  });

  it('have names in which everything can be seen', async () => {
    const made = { id: 'umm', kind: 'user' as const, roles: ['consumer' as const] };
    const unseen = (error: unknown): boolean =>
      fails('REQUEST_INVALID', /U\+202E/)(error) &&
      isWeftError(error, 'REQUEST_INVALID') &&
      error.errors[0]?.path === '$.name';
    await assert.rejects(control.users.create(platform, { ...made, name: 'Umm\u202e' }), unseen);
    await control.users.create(platform, { ...made, name: 'أم كلثوم' });
    await assert.rejects(control.users.change(platform, 'umm', { name: '\u202eUmm' }), unseen);
    await control.users.change(platform, 'umm', { roles: ['consumer', 'producer'] });
    const token = { subject: 'umm', name: 'Umm \u202e' };
    await assert.rejects(control.identity.issueToken(platform, token), unseen);
    const key = control.secrets.createKey(platform, { subject: 'umm', name: 'k\u202ex' });
    await assert.rejects(key, unseen);
  });

  it('are found by a part of their id or name, as it is written', async () => {
    for (const [id, name] of [
      ['find_me', 'Ada Lovelace'],
      ['findXme', 'Max 100%'],
    ] as const)
      await control.users.create(platform, { id, kind: 'user', name, roles: ['consumer'] });
    const found = async (q: string) =>
      (await control.users.list(platform, { q })).items.map(({ id }) => id);
    assert.deepEqual(await found('LOVE'), ['find_me']);
    assert.deepEqual(await found('d_m'), ['find_me'], 'an underscore is one');
    assert.deepEqual(await found('0%'), ['findXme'], 'a percent sign is one');
    assert.deepEqual(await found('\\'), []);
    const first = await control.users.list(platform, { q: ' find', limit: 1 });
    assert.deepEqual(first.items.length, 1);
    const rest = await control.users.list(platform, { q: ' find', after: first.next ?? '' });
    assert.equal(rest.items.length, 1);
    assert.notEqual(rest.items[0]?.id, first.items[0]?.id);
  });

  it('are changed over what was seen alone, where that is said', async () => {
    const seen = await control.users.create(platform, {
      id: 'tess',
      kind: 'user',
      roles: ['consumer'],
    });
    const ifMatch = control.users.tagOf(seen);
    const change = { roles: ['consumer' as const, 'steward' as const] };
    const changed = await control.users.change(platform, 'tess', change, { ifMatch });
    assert.notEqual(control.users.tagOf(changed), ifMatch);
    await assert.rejects(
      control.users.change(platform, 'tess', { roles: ['platform'] }, { ifMatch }),
      fails('PRECONDITION_FAILED', /Read it again/),
    );
    assert.deepEqual((await control.users.show(platform, 'tess')).roles, change.roles);
  });

  it('are never given the role of a node, nor a name that belongs to another place', async () => {
    const make = (id: string, roles: Subject['roles']) =>
      control.users.create(platform, { id, kind: 'service', roles });
    await assert.rejects(make('n1', ['node']), fails('REQUEST_INVALID', /role node/));
    await assert.rejects(
      control.users.change(platform, 'ana', { roles: ['node'] }),
      fails('REQUEST_INVALID'),
    );
    for (const id of ['node:x', 'corp:ada', 'a b', ' a', '', 'a\nb', 'ä:b']) {
      await assert.rejects(make(id, ['consumer']), fails('REQUEST_INVALID'), id);
      await assert.rejects(
        control.identity.issueToken(platform, { subject: id, roles: ['consumer'] }),
        fails('REQUEST_INVALID'),
        id,
      );
    }
    await control.users.create(platform, { id: 'ö.b+c@d-e_f', kind: 'user', roles: ['consumer'] });
  });

  it('lose old tokens with a change of rights, and keys follow it', async () => {
    await control.users.create(platform, { id: 'carl', kind: 'user', roles: ['steward'] });
    const old = await tokenOf('carl');
    const { secret } = await keyOf('carl');
    assert.deepEqual((await who(secret)).roles, ['steward']);
    control.clock.add(1);
    await control.users.change(platform, 'carl', { roles: ['consumer'] });
    await assert.rejects(who(old), fails('UNAUTHENTICATED', /before the rights of "carl"/));
    assert.deepEqual((await who(await tokenOf('carl'))).roles, ['consumer']);
    assert.deepEqual((await who(secret)).roles, ['consumer']);
  });

  it('are nobody once disabled, until enabled again: then keys work and old tokens do not', async () => {
    await control.users.create(platform, { id: 'dora', kind: 'user', roles: ['consumer'] });
    const old = await tokenOf('dora');
    const { secret } = await keyOf('dora');
    control.clock.add(1);
    await control.users.step(platform, 'dora', 'disable');
    for (const bearer of [old, secret, await tokenOf('dora')]) {
      await assert.rejects(who(bearer), fails('UNAUTHENTICATED', /disabled/));
    }
    await assert.rejects(
      control.access.decide(node, {
        subject: 'dora',
        purpose: 'reporting',
        tables: [{ domain: 'sales', table: 'orders', major: null }],
      }),
      fails('UNAUTHENTICATED', /disabled/),
    );
    await control.users.step(platform, 'dora', 'enable');
    assert.equal((await who(secret)).id, 'dora');
    await assert.rejects(who(old), fails('UNAUTHENTICATED'));
    await assert.rejects(control.users.step(platform, 'platform', 'disable'), fails('CONFLICT'));
  });

  it('sign themselves out, and nobody else', async () => {
    const token = await tokenOf('ana');
    const { secret } = await keyOf('ana');
    const session = await control.secrets.openSession({
      subject: 'ana',
      seconds: 3600,
      parent: null,
    });
    control.clock.add(1);
    await assert.rejects(control.users.step(analyst, 'dora', 'signout'), fails('FORBIDDEN'));
    await control.users.step(analyst, 'ana', 'signout');
    await assert.rejects(who(token), fails('UNAUTHENTICATED'));
    const again = control.identity.authenticateSession(session.secret);
    await assert.rejects(again, fails('UNAUTHENTICATED', /revoked/));
    assert.equal((await who(secret)).id, 'ana');
  });

  it('have keys that are kept as hashes and found by scanners', async () => {
    const { id, secret } = await keyOf('ana');
    assert.match(secret, /^weft_key_[0-9a-z]{26}_[A-Za-z0-9_-]{43}$/);
    const { rows } = await sql<{ whole: string }>`
      select c::text as whole from control.credentials c where id = ${id}`.execute(
      store.schema('control'),
    );
    const bits = secret.slice(-43);
    assert.ok(!(rows[0]?.whole ?? bits).includes(bits));
    assert.ok(rows[0]?.whole.includes(control.keys.sha256(secret)));
    const audit = await control.audit.list({ limit: 200 });
    assert.ok(!JSON.stringify(audit).includes(bits), 'not in the audit log either');
    for (const wrong of [
      `${secret}x`,
      secret.slice(0, -1),
      secret.replace('key', 'ses'),
      'weft_',
    ]) {
      await assert.rejects(who(wrong), fails('UNAUTHENTICATED'), wrong);
    }
    const swapped = `${secret.slice(0, -43)}${'A'.repeat(43)}`;
    await assert.rejects(who(swapped), fails('UNAUTHENTICATED'));
  });

  it('have keys that end, are revoked, and tell their last use', async () => {
    const first = await keyOf('ana');
    const second = await keyOf('ana');
    const seen = async (id: string) =>
      (await control.secrets.list(analyst, { limit: 200 })).items.find((key) => key.id === id);
    assert.equal((await seen(first.id))?.lastUsedAt, null);
    await who(first.secret);
    assert.equal((await seen(first.id))?.lastUsedAt, new Date(control.clock.now()).toISOString());
    const stranger = testSubject('sven');
    await assert.rejects(control.secrets.revoke(stranger, first.id), fails('NOT_FOUND'));
    await control.secrets.revoke(analyst, first.id);
    assert.equal((await control.secrets.revoke(analyst, first.id)).state, 'revoked');
    await assert.rejects(who(first.secret), fails('UNAUTHENTICATED', /revoked/));
    control.clock.add(3601);
    await assert.rejects(who(second.secret), fails('UNAUTHENTICATED', /expired/));
    assert.equal((await seen(second.id))?.state, 'expired');
  });

  it('make keys for themselves only, and none for nodes', async () => {
    const request = { subject: 'stella', name: 'mine' };
    await assert.rejects(control.secrets.createKey(analyst, request), fails('FORBIDDEN'));
    await assert.rejects(control.secrets.list(analyst, { subject: 'stella' }), fails('FORBIDDEN'));
    await assert.rejects(
      control.secrets.createKey(platform, { name: 'x', ttlSeconds: 367 * 86_400 }),
      fails('REQUEST_INVALID'),
    );
    await assert.rejects(
      control.secrets.createKey(platform, { subject: 'nobody', name: 'x' }),
      fails('NOT_FOUND', /weft user create nobody/),
    );
    await register(control, node);
    await assert.rejects(
      control.secrets.createKey(platform, { subject: node.id, name: 'x' }),
      fails('REQUEST_INVALID'),
    );
    const own = await control.secrets.createKey(analyst, { name: 'mine' });
    assert.equal(own.subject, 'ana');
  });

  it('have tokens that are revoked by their id', async () => {
    control.clock.add(1);
    const { id, token } = await control.identity.issueToken(platform, { subject: 'ana' });
    assert.equal((await who(token)).credential?.id, id);
    await control.secrets.revoke(platform, id);
    await assert.rejects(who(token), fails('UNAUTHENTICATED', /revoked/));
    await assert.rejects(control.secrets.revoke(platform, 'tok_unknown'), fails('NOT_FOUND'));
    await assert.rejects(control.secrets.revoke(analyst, 'corp:abc'), fails('NOT_FOUND'));
    assert.equal((await control.secrets.revoke(platform, 'corp:abc')).state, 'revoked');
  });

  it('tell whoever waits for a change, and nothing of those who may act', async () => {
    const now: Standing = await control.standing.current();
    const waiting = control.standing.wait(now.version, 60_000, new AbortController().signal);
    await control.users.step(platform, 'ana', 'disable');
    const heard = await waiting;
    assert.notEqual(heard.version, now.version);
    assert.equal(heard.subjects['ana']?.disabled, true);
    assert.equal(heard.subjects['stella'], undefined);
    await control.users.step(platform, 'ana', 'enable');
  });

  it('are known before they own a domain', async () => {
    await createSales(control);
    const domain = await control.registry.domain('sales');
    const put = (owners: string[], stewards: string[] = []) =>
      control.registry.putDomain(platform, { ...domain, owners, stewards });
    await assert.rejects(
      put(['olga', 'nobody']),
      fails('REQUEST_INVALID', /weft user create nobody/),
    );
    await assert.rejects(put(['olga'], ['nobody']), fails('REQUEST_INVALID', /"nobody"/));
    await assert.rejects(put(['corp:ada']), fails('REQUEST_INVALID', /first sign-in/));
    await put(['olga', 'ana'], ['stella']);
    const titled = (title: string) => control.registry.putDomain(platform, { ...domain, title });
    await assert.rejects(titled('Sa\u200bles'), fails('REQUEST_INVALID', /U\+200B/));
    await titled('Продажи');
    await titled(domain.title);
  });
});
