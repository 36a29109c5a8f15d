/**
 * Domain keys and who vouches for them: the mesh root key signs one certificate per domain key.
 *
 * Not key storage: private keys stay in the crypto port. Source: DESIGN.md, rules of the model 4.
 * Invariant: a domain key is trusted only through a certificate that the pinned root key signed.
 */
import type { Crypto } from '../lib/ports.ts';
import {
  type DsseEnvelope,
  isEnvelope,
  readStatement,
  signStatement,
  verifyEnvelope,
} from './dsse.ts';
import { isObject } from './json-access.ts';

export const DOMAIN_KEY_TYPE = 'application/vnd.weft.domain-key+json';

/** What the root key signs. Times are RFC 3339 in UTC. */
export interface DomainKeyStatement {
  domain: string;
  keyId: string;
  /** Raw Ed25519 public key, base64url. */
  publicKey: string;
  notBefore: string;
  /** Null while the key is in use without an end. */
  notAfter: string | null;
}

/** Certifies a domain key with the root key `rootKeyId` of the crypto port. */
export function certifyDomainKey(
  statement: DomainKeyStatement,
  options: { rootKeyId: string; crypto: Crypto },
): DsseEnvelope {
  return signStatement(
    { ...statement },
    { payloadType: DOMAIN_KEY_TYPE, keyId: options.rootKeyId, crypto: options.crypto },
  );
}

/** The certified key, or null when the root key did not sign this certificate. `rootKey` is raw, base64url. */
export function verifyDomainKey(
  certificate: unknown,
  options: { rootKey: string; crypto: Crypto },
): DomainKeyStatement | null {
  if (!isEnvelope(certificate)) return null;
  if (!verifyEnvelope(certificate, options.rootKey, options.crypto)) return null;
  const statement = readStatement(certificate, DOMAIN_KEY_TYPE);
  return isDomainKey(statement) ? statement : null;
}

/** True when the key could sign at `time` (RFC 3339). */
export function isKeyValidAt(key: DomainKeyStatement, time: string): boolean {
  const at = Date.parse(time);
  if (Number.isNaN(at) || at < Date.parse(key.notBefore)) return false;
  return key.notAfter === null || at <= Date.parse(key.notAfter);
}

function isDomainKey(value: unknown): value is DomainKeyStatement {
  if (!isObject(value) || Object.keys(value).length !== 5) return false;
  const { domain, keyId, publicKey, notBefore, notAfter } = value;
  const texts = [domain, keyId, publicKey, notBefore].every((text) => typeof text === 'string');
  return texts && (notAfter === null || typeof notAfter === 'string');
}
