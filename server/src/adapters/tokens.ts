/**
 * Bearer tokens: JWT (RFC 7519) signed with Ed25519 (`alg: EdDSA`, RFC 8037), issued and verified by this mesh.
 *
 * Not the subjects' register: claims are what counts until a token expires. Invariants: only EdDSA by the pinned issuer
 * key is accepted, whatever the token's header says; a token that once verified is taken from the cache only until its
 * own expiry; text of tokens is never kept, only its SHA-256.
 */
import { WeftError } from '@weft/core/lib/error';
import type { Clock, Crypto } from '@weft/core/lib/ports';
import { ROLES, type Role, type Subject } from '@weft/core/registry/types';
import { importJWK, type JWTPayload, jwtVerify } from 'jose';

export interface TokenOptions {
  crypto: Crypto;
  clock: Clock;
  /** Name of the issuer's key in the keyring, and its raw public key in base64url. */
  keyId: string;
  publicKey: string;
  /** The `iss` claim: the mesh. */
  issuer: string;
}

export interface Tokens {
  /** A signed token for the subject, valid for so many seconds from now. */
  issue(subject: Subject, seconds: number): { token: string; expires: string };
  /** The subject of a valid token; rejects with UNAUTHENTICATED. */
  verify(token: string): Promise<Subject>;
}

const CACHE_MAX = 10_000;
const TOKEN_LENGTH_MAX = 16_384;

export function createTokens(options: TokenOptions): Tokens {
  const cache = new Map<string, { subject: Subject; expires: number }>();
  const key = importJWK({ kty: 'OKP', crv: 'Ed25519', x: options.publicKey, alg: 'EdDSA' });
  return {
    issue: (subject, seconds) => issueToken(options, subject, seconds),
    async verify(token) {
      if (token.length > TOKEN_LENGTH_MAX) throw refused('it is too long');
      const hash = options.crypto.sha256(token);
      const known = cache.get(hash);
      if (known !== undefined && known.expires > options.clock.now()) return known.subject;
      cache.delete(hash);
      const payload = await verifiedPayload(options, token, await key);
      const subject = subjectOf(payload);
      const oldest = cache.keys().next().value;
      if (cache.size >= CACHE_MAX && oldest !== undefined) cache.delete(oldest);
      cache.set(hash, { subject, expires: (payload.exp ?? 0) * 1000 });
      return subject;
    },
  };
}

function issueToken(options: TokenOptions, subject: Subject, seconds: number) {
  const now = Math.floor(options.clock.now() / 1000);
  const expires = now + Math.floor(seconds);
  const claims = {
    iss: options.issuer,
    sub: subject.id,
    name: subject.name,
    roles: subject.roles,
    domains: subject.domains,
    attributes: subject.attributes,
    iat: now,
    exp: expires,
  };
  const head = encodePart({ alg: 'EdDSA', typ: 'JWT', kid: options.keyId });
  const signed = `${head}.${encodePart(claims)}`;
  const signature = options.crypto.sign(options.keyId, new TextEncoder().encode(signed));
  return {
    token: `${signed}.${Buffer.from(signature).toString('base64url')}`,
    expires: new Date(expires * 1000).toISOString(),
  };
}

async function verifiedPayload(
  options: TokenOptions,
  token: string,
  key: Awaited<ReturnType<typeof importJWK>>,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['EdDSA'],
      issuer: options.issuer,
      requiredClaims: ['sub', 'exp', 'roles'],
      currentDate: new Date(options.clock.now()),
    });
    return payload;
  } catch (error) {
    const expired = (error as { code?: string }).code === 'ERR_JWT_EXPIRED';
    throw refused(expired ? 'it has expired' : 'it was not issued by this mesh, or was changed');
  }
}

function subjectOf(payload: JWTPayload): Subject {
  const id = payload.sub ?? '';
  const name = payload['name'];
  const attributes = payload['attributes'];
  const known: readonly string[] = ROLES;
  return {
    id,
    name: typeof name === 'string' ? name : id,
    roles: textsOf(payload['roles']).filter((role): role is Role => known.includes(role)),
    domains: textsOf(payload['domains']),
    attributes:
      typeof attributes === 'object' && attributes !== null
        ? (attributes as Subject['attributes'])
        : {},
  };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function encodePart(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function refused(why: string): WeftError {
  return new WeftError('UNAUTHENTICATED', `the token is not valid: ${why}`);
}
