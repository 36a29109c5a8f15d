/** Keys and tokens: files and their modes, jose as the oracle for what we sign, and what is refused. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { isWeftError } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';
import { exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT } from 'jose';
import { openKeyring } from './keyring.ts';
import { createTokens } from './tokens.ts';

const directory = mkdtempSync(join(tmpdir(), 'weft-keyring-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const SUBJECT: Subject = {
  id: 'olga',
  name: 'Olga Ö',
  roles: ['producer'],
  domains: ['sales'],
  attributes: { brands: ['a', 'b'] },
};

describe('the keyring', () => {
  it('keeps a key over reopening, in a file that only its owner reads', () => {
    const path = join(directory, 'keys');
    const first = openKeyring(path).ensureKey('mesh');
    const again = openKeyring(path);
    assert.equal(again.publicKey('mesh'), first);
    assert.equal(again.ensureKey('mesh'), first);
    assert.equal(statSync(path).mode & 0o777, 0o700);
    assert.equal(statSync(join(path, 'mesh.pem')).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(path), ['mesh.pem']);
    assert.equal(again.publicKey('other'), null);
    assert.throws(() => again.ensureKey('../mesh'));
    assert.throws(() => again.sign('other', new Uint8Array(1)));
  });

  it('signs what verifies, and nothing else', () => {
    const keys = openKeyring(join(directory, 'signing'));
    const key = keys.ensureKey('a');
    const data = new TextEncoder().encode('text');
    const signature = keys.sign('a', data);
    assert.equal(signature.length, 64);
    assert.ok(keys.verify(key, data, signature));
    assert.ok(!keys.verify(key, new TextEncoder().encode('texT'), signature));
    assert.ok(!keys.verify(keys.ensureKey('b'), data, signature));
    assert.ok(!keys.verify('rubbish', data, signature));
    assert.ok(!keys.verify(key, data, signature.slice(1)));
    assert.equal(keys.sha256('abc').slice(0, 16), 'ba7816bf8f01cfea');
  });
});

describe('tokens', () => {
  const keys = openKeyring(join(directory, 'tokens'));
  const publicKey = keys.ensureKey('tokens');
  const clock = { time: Date.parse('2026-03-01T10:00:00Z'), now: () => clock.time };
  const tokens = createTokens({
    crypto: keys,
    clock,
    keyId: 'tokens',
    publicKey,
    issuer: 'weft:test',
  });
  const refused = (error: unknown) => isWeftError(error, 'UNAUTHENTICATED');

  it('issues what jose verifies', async () => {
    const { token, expires } = tokens.issue(SUBJECT, 60, 'tok_1');
    const key = await importJWK({ kty: 'OKP', crv: 'Ed25519', x: publicKey, alg: 'EdDSA' });
    const { payload, protectedHeader } = await jwtVerify(token, key, {
      currentDate: new Date(clock.time),
    });
    assert.equal(protectedHeader.alg, 'EdDSA');
    assert.equal(payload.sub, 'olga');
    assert.equal(payload.jti, 'tok_1');
    assert.equal(payload.iss, 'weft:test');
    assert.equal(expires, '2026-03-01T10:01:00.000Z');
  });

  it('tells the instant of issue to the millisecond, and names a token without id by its hash', async () => {
    clock.time += 7;
    const { token } = tokens.issue(SUBJECT, 60, 'tok_2');
    assert.equal((await tokens.verify(token)).credential?.issued, clock.time);
    const [head = '', body = ''] = token.split('.');
    const { jti: _, ...claims } = JSON.parse(Buffer.from(body, 'base64url').toString());
    const signed = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
    const signature = keys.sign('tokens', new TextEncoder().encode(signed));
    const old = `${signed}.${Buffer.from(signature).toString('base64url')}`;
    assert.equal((await tokens.verify(old)).credential?.id, `tok_${keys.sha256(old)}`);
    clock.time -= 7;
  });

  it('gives back the subject until the token expires, cached or not', async () => {
    const { token } = tokens.issue(SUBJECT, 60, 'tok_1');
    const known = {
      ...SUBJECT,
      credential: { id: 'tok_1', issued: clock.time, expires: clock.time + 60_000 },
    };
    assert.deepEqual(await tokens.verify(token), known);
    clock.time += 59_000;
    assert.deepEqual(await tokens.verify(token), known);
    clock.time += 1_000;
    await assert.rejects(tokens.verify(token), refused);
  });

  it('refuses changed, foreign, unsigned and issuerless tokens', async () => {
    const { token } = tokens.issue(SUBJECT, 60, 'tok_1');
    const [head = '', body = '', signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const { privateKey, publicKey: foreign } = await generateKeyPair('EdDSA', {
      extractable: true,
    });
    const sign = (algorithm: string, key: Parameters<SignJWT['sign']>[0]) =>
      new SignJWT(claims).setProtectedHeader({ alg: algorithm }).sign(key);
    const forged = [
      `${head}.${encode({ ...claims, roles: ['platform'] })}.${signature}`,
      `${encode({ alg: 'none' })}.${body}.`,
      `${head}.${body}.`,
      await sign('EdDSA', privateKey),
      await sign('HS256', Buffer.from(publicKey)),
      'rubbish',
      `${token}${'x'.repeat(20_000)}`,
    ];
    assert.notEqual((await exportJWK(foreign)).x, publicKey);
    for (const text of forged)
      await assert.rejects(tokens.verify(text), refused, text.slice(0, 40));
    const other = createTokens({
      crypto: keys,
      clock,
      keyId: 'tokens',
      publicKey,
      issuer: 'weft:other',
    });
    await assert.rejects(tokens.verify(other.issue(SUBJECT, 60, 'tok_1').token), refused);
  });

  it('drops roles that it does not know', async () => {
    const odd: Subject = { ...SUBJECT, roles: ['producer', 'root' as never] };
    assert.deepEqual((await tokens.verify(tokens.issue(odd, 60, 'tok_1').token)).roles, [
      'producer',
    ]);
  });
});
