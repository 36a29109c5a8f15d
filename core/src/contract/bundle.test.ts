/**
 * The chain of proof: what verifies, and each way to forge it refused.
 * Oracles: node:crypto for hashes and signatures, the npm package canonicalize for RFC 8785, the DSSE test vector.
 */
import assert from 'node:assert/strict';
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { test } from 'node:test';
import canonicalizeModule from 'canonicalize';
import fc from 'fast-check';
import { parse } from 'yaml';
import { decodeBase64, decodeBase64Url, encodeBase64, encodeBase64Url } from '../lib/base64.ts';
import type { Crypto } from '../lib/ports.ts';
import { type ContractBundle, readBundle, verifyBundle } from './bundle.ts';
import { readDocument } from './document.ts';
import { preAuthEncoding } from './dsse.ts';
import { COMPLETE, changed } from './fixtures/complete-contract.ts';
import { contractHash, type FreezeInput, freezeContract } from './freeze.ts';
import { certifyDomainKey, isKeyValidAt, verifyDomainKey } from './keys.ts';

const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

function privateKey(name: string): KeyObject {
  const seed = createHash('sha256').update(`weft test key ${name}`).digest();
  return createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
}

/** Raw public key of a named test key, base64url. */
function publicKeyOf(name: string): string {
  const spki = createPublicKey(privateKey(name)).export({ format: 'der', type: 'spki' });
  return spki.subarray(SPKI.length).toString('base64url');
}

/** Signs with any named key; `held` limits which. */
function createTestCrypto(held?: string[]): Crypto {
  return {
    sha256: (data) => createHash('sha256').update(data).digest('hex'),
    sign(keyId, data) {
      if (held !== undefined && !held.includes(keyId)) throw new Error(`no key ${keyId}`);
      return sign(null, data, privateKey(keyId));
    },
    verify(key, data, signature) {
      try {
        const der = Buffer.concat([SPKI, Buffer.from(key, 'base64url')]);
        return verify(
          null,
          data,
          createPublicKey({ key: der, format: 'der', type: 'spki' }),
          signature,
        );
      } catch {
        return false;
      }
    },
  };
}

const canonicalize = canonicalizeModule as unknown as (value: unknown) => string;
const crypto = createTestCrypto();
const rootKey = publicKeyOf('root');

function certify(
  keyId: string,
  options: { root?: string; domain?: string; notAfter?: string } = {},
) {
  return certifyDomainKey(
    {
      domain: options.domain ?? 'point_of_sale',
      keyId,
      publicKey: publicKeyOf(keyId),
      notBefore: '2026-01-01T00:00:00Z',
      notAfter: options.notAfter ?? null,
    },
    { rootKeyId: options.root ?? 'root', crypto },
  );
}

function freeze(
  text: string,
  predecessor: string | null,
  over: Partial<FreezeInput> = {},
  keyId = 'pos',
) {
  const document = readDocument(text).value;
  assert.ok(document !== null);
  return freezeContract(
    {
      document,
      contractId: 'pos-daily-sales',
      version: String(document.data['version']),
      domain: 'point_of_sale',
      product: 'daily_sales',
      predecessor,
      publishedAt: '2026-02-01T10:00:00Z',
      publishedBy: 'maria',
      ...over,
    },
    { crypto, keyId },
  );
}

const SECOND = changed('version: 1.0.0', 'version: 1.1.0');
const THIRD = changed('version: 1.0.0', 'version: 2.0.0');

function makeBundle(): ContractBundle {
  const first = freeze(COMPLETE, null);
  const second = freeze(SECOND, first.statementHash);
  const third = freeze(THIRD, second.statementHash);
  return {
    contractId: 'pos-daily-sales',
    versions: [
      { source: COMPLETE, envelope: first.envelope },
      { source: SECOND, envelope: second.envelope },
      { source: THIRD, envelope: third.envelope },
    ],
    certificates: [certify('pos')],
  };
}

function codes(
  bundle: ContractBundle,
  options: { rootKey?: string; head?: string } = {},
): string[] {
  const { value, diagnostics } = verifyBundle(bundle, { rootKey, crypto, ...options });
  assert.equal(value, null, 'a forged bundle was accepted');
  return [...new Set(diagnostics.map((d) => d.code))];
}

function altered(edit: (bundle: ContractBundle) => void): ContractBundle {
  const bundle = structuredClone(makeBundle());
  edit(bundle);
  return bundle;
}

test('the hash is SHA-256 over RFC 8785, equal for documents that say the same', () => {
  const document = readDocument(COMPLETE).value;
  assert.ok(document !== null);
  const hash = contractHash(document, crypto);
  const expected = createHash('sha256').update(canonicalize(parse(COMPLETE, { schema: 'core' })));
  assert.equal(hash, expected.digest('hex'));
  const asJson = readDocument(JSON.stringify(document.data)).value;
  assert.ok(asJson !== null);
  assert.equal(contractHash(asJson, crypto), hash);
  const other = readDocument(changed('mustBeLessThan: 1', 'mustBeLessThan: 2')).value;
  assert.ok(other !== null);
  assert.notEqual(contractHash(other, crypto), hash);
});

test('pre-authentication encoding is that of the DSSE specification', () => {
  const bytes = preAuthEncoding(
    'http://example.com/HelloWorld',
    new TextEncoder().encode('hello world'),
  );
  assert.equal(
    Buffer.from(bytes).toString(),
    'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  );
  const wide = preAuthEncoding('ü', new TextEncoder().encode('é'));
  assert.equal(Buffer.from(wide).toString(), 'DSSEv1 2 ü 2 é');
});

test('an honest bundle is proven, also after a trip through JSON', () => {
  const bundle = makeBundle();
  const { value, diagnostics } = verifyBundle(bundle, { rootKey, crypto });
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    value?.versions.map((v) => [v.statement.version, v.keyId]),
    [
      ['1.0.0', 'pos'],
      ['1.1.0', 'pos'],
      ['2.0.0', 'pos'],
    ],
  );
  const again = readBundle(JSON.stringify(bundle)).value;
  assert.ok(again !== null);
  const pinned = verifyBundle(again, { rootKey, crypto, head: value?.head });
  assert.equal(pinned.value?.head, value?.head);
});

test('changed bytes are found, even a comment or a line end', () => {
  const edit = (by: (source: string) => string) =>
    codes(
      altered((b) => {
        const v = b.versions[1];
        assert.ok(v);
        v.source = by(v.source);
      }),
    );
  assert.deepEqual(
    edit((s) => s.replace('# Point of sale', '# Point of Sale')),
    ['PROOF_HASH'],
  );
  assert.deepEqual(
    edit((s) => s.replaceAll('\n', '\r\n')),
    ['PROOF_HASH'],
  );
  assert.deepEqual(
    edit((s) => s.replace('mustBeLessThan: 1', 'mustBeLessThan: 99')),
    ['PROOF_HASH'],
  );
});

test('a document signed again by a stranger is refused, whatever he ships with it', () => {
  const forged = freeze(THIRD, null, {}, 'stranger');
  const bundle = {
    contractId: 'pos-daily-sales',
    versions: [{ source: THIRD, envelope: forged.envelope }],
    certificates: [certify('pos')],
  };
  assert.deepEqual(codes(bundle), ['PROOF_UNTRUSTED_KEY']);
  const ownCertificate = { ...bundle, certificates: [certify('stranger', { root: 'stranger' })] };
  assert.deepEqual(codes(ownCertificate), ['PROOF_UNTRUSTED_KEY']);
  const borrowedName = freeze(THIRD, null, {}, 'stranger');
  for (const signature of borrowedName.envelope.signatures) signature.keyid = 'pos';
  assert.deepEqual(
    codes({ ...bundle, versions: [{ source: THIRD, envelope: borrowedName.envelope }] }),
    ['PROOF_SIGNATURE'],
  );
});

test('a key inside the document or the envelope proves nothing', () => {
  const text = changed(
    'customProperties:\n',
    `customProperties:\n  - property: publicKey\n    value: ${publicKeyOf('stranger')}\n`,
  );
  const forged = freeze(text, null, {}, 'stranger');
  const signatures = forged.envelope.signatures.map((s) => ({
    ...s,
    publicKey: publicKeyOf('stranger'),
  }));
  const bundle = {
    contractId: 'pos-daily-sales',
    versions: [{ source: text, envelope: { ...forged.envelope, signatures } }],
    certificates: [],
    rootKey: publicKeyOf('stranger'),
  };
  assert.deepEqual(codes(bundle), ['PROOF_UNTRUSTED_KEY']);
});

test('a version taken out, moved, put in or repeated breaks the chain', () => {
  assert.deepEqual(codes(altered((b) => b.versions.splice(1, 1))), ['PROOF_CHAIN']);
  assert.deepEqual(codes(altered((b) => b.versions.shift())), ['PROOF_CHAIN']);
  assert.deepEqual(codes(altered((b) => b.versions.reverse())), ['PROOF_CHAIN']);
  assert.deepEqual(codes(altered((b) => b.versions.push(...b.versions.slice(-1)))), [
    'PROOF_CHAIN',
  ]);
  assert.deepEqual(
    codes(
      altered((b) => {
        b.versions = [];
      }),
    ),
    ['PROOF_CHAIN'],
  );
  const head = verifyBundle(makeBundle(), { rootKey, crypto }).value?.head;
  assert.ok(head !== undefined);
  assert.deepEqual(
    codes(
      altered((b) => b.versions.pop()),
      { head },
    ),
    ['PROOF_CHAIN'],
  );
});

test('the key of another domain, or of another time, does not count', () => {
  assert.deepEqual(
    codes({ ...makeBundle(), certificates: [certify('pos', { domain: 'loyalty' })] }),
    ['PROOF_UNTRUSTED_KEY'],
  );
  const ended = certify('pos', { notAfter: '2026-01-15T00:00:00Z' });
  assert.deepEqual(codes({ ...makeBundle(), certificates: [ended] }), ['PROOF_UNTRUSTED_KEY']);
  assert.deepEqual(codes(makeBundle(), { rootKey: publicKeyOf('stranger') }), [
    'PROOF_UNTRUSTED_KEY',
  ]);
});

test('a statement about another document, or one that is not canonical, is refused', () => {
  const lying = freeze(COMPLETE, null, { version: '9.0.0' });
  const bundle = (envelope: typeof lying.envelope): ContractBundle => ({
    contractId: 'pos-daily-sales',
    versions: [{ source: COMPLETE, envelope }],
    certificates: [certify('pos')],
  });
  assert.deepEqual(codes(bundle(lying.envelope)), ['PROOF_HASH']);
  assert.deepEqual(codes({ ...bundle(freeze(COMPLETE, null).envelope), contractId: 'other' }), [
    'PROOF_CHAIN',
  ]);
  const { envelope } = freeze(COMPLETE, null);
  const spaced = Buffer.from(` ${Buffer.from(envelope.payload, 'base64')}`).toString('base64');
  assert.deepEqual(codes(bundle({ ...envelope, payload: spaced })), ['PROOF_ENVELOPE']);
  assert.deepEqual(codes(bundle({ ...envelope, payloadType: 'text/plain' })), ['PROOF_ENVELOPE']);
  assert.equal(readBundle('{"contractId": "a"}').diagnostics[0]?.code, 'PROOF_ENVELOPE');
  assert.equal(readBundle('nonsense').diagnostics[0]?.code, 'PROOF_ENVELOPE');
});

test('any single changed character of a bundle is noticed', () => {
  const text = JSON.stringify(makeBundle());
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom('A', '0', 'z', ' ', '"'), (at, letter) => {
      const forged = text.slice(0, at) + letter + text.slice(at + 1);
      fc.pre(forged !== text);
      const read = readBundle(forged);
      if (read.value === null) return;
      const proven = verifyBundle(read.value, { rootKey, crypto });
      // Why: a name or space that is no part of the bundle's own form may change without changing what is proven.
      const isSame =
        proven.value !== null &&
        JSON.stringify(pick(read.value)) === JSON.stringify(pick(makeBundle()));
      assert.ok(proven.value === null || isSame, forged.slice(Math.max(0, at - 20), at + 20));
    }),
    { numRuns: 200 },
  );
});

function pick(bundle: ContractBundle) {
  return {
    contractId: bundle.contractId,
    versions: bundle.versions.map((v) => [v.source, v.envelope.payload, v.envelope.signatures]),
  };
}

test('certificates: whom the root vouches for, and when', () => {
  const key = verifyDomainKey(certify('pos'), { rootKey, crypto });
  assert.equal(key?.publicKey, publicKeyOf('pos'));
  assert.ok(key !== null && isKeyValidAt(key, '2026-01-01T00:00:00Z'));
  assert.equal(isKeyValidAt(key, '2025-12-31T23:59:59Z'), false);
  assert.equal(isKeyValidAt(key, 'yesterday'), false);
  assert.equal(
    verifyDomainKey(freeze(COMPLETE, null).envelope, { rootKey: publicKeyOf('pos'), crypto }),
    null,
  );
  assert.equal(verifyDomainKey({}, { rootKey, crypto }), null);
});

test('base64 is strict, and agrees with node', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const buffer = Buffer.from(bytes);
      assert.equal(encodeBase64(bytes), buffer.toString('base64'));
      assert.equal(encodeBase64Url(bytes), buffer.toString('base64url'));
      assert.deepEqual(decodeBase64(buffer.toString('base64')), bytes);
      assert.deepEqual(decodeBase64Url(buffer.toString('base64url')), bytes);
    }),
  );
  for (const bad of ['A', 'AB', 'AB=', 'AB===', 'A B=', 'AR==', 'AB=C'])
    assert.equal(decodeBase64(bad), null, bad);
});
