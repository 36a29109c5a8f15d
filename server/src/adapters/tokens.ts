/**
 * Bearer tokens: JWT (RFC 7519) signed with Ed25519 (`alg: EdDSA`, RFC 8037), issued and verified by this mesh.
 *
 * Not the subjects' register: claims are what counts until a token expires, unless its standing is taken away
 * (`core/src/registry/standing.ts`, asked by whoever verifies). Invariants: only EdDSA by the pinned issuer
 * key is accepted, whatever the token's header says; a token that once verified is taken from the cache only until its
 * own expiry; text of tokens is never kept, only its SHA-256.
 */
import { WeftError } from '@weft/core/lib/error';
import type { Clock, Crypto } from '@weft/core/lib/ports';
import { ROLES, type Role, type Subject } from '@weft/core/registry/types';
import { decodeJwt, importJWK, type JWTPayload, jwtVerify } from 'jose';

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
  /** A signed token for the subject, valid for so many seconds from now; `id` is its `jti`, by which it can be revoked. */
  issue(subject: Subject, seconds: number, id: string): { token: string; expires: string };
  /** The subject of a valid token, with the token as its credential; rejects with UNAUTHENTICATED. */
  verify(token: string): Promise<Subject>;
}

const CACHE_MAX = 10_000;
const TOKEN_LENGTH_MAX = 16_384;

export function createTokens(options: TokenOptions): Tokens {
  const cache = new Map<string, { subject: Subject; expires: number }>();
  const key = importJWK({ kty: 'OKP', crv: 'Ed25519', x: options.publicKey, alg: 'EdDSA' });
  return {
    issue: (subject, seconds, id) => issueToken(options, { subject, seconds, id }),
    async verify(token) {
      if (token.length > TOKEN_LENGTH_MAX) throw refused('it is too long');
      const hash = options.crypto.sha256(token);
      const known = cache.get(hash);
      if (known !== undefined && known.expires > options.clock.now()) return known.subject;
      cache.delete(hash);
      const payload = await verifiedPayload(options, token, await key);
      const subject = subjectOf(payload, `tok_${hash}`);
      const oldest = cache.keys().next().value;
      if (cache.size >= CACHE_MAX && oldest !== undefined) cache.delete(oldest);
      cache.set(hash, { subject, expires: (payload.exp ?? 0) * 1000 });
      return subject;
    },
  };
}

/** The issuer that a JWT names, unproven; null for what is none. */
export function issuerOf(token: string): string | null {
  try {
    return decodeJwt(token).iss ?? null;
  } catch {
    return null;
  }
}

function issueToken(
  options: TokenOptions,
  { subject, seconds, id }: { subject: Subject; seconds: number; id: string },
) {
  const time = options.clock.now();
  const expires = Math.floor(time / 1000) + Math.floor(seconds);
  const claims = {
    jti: id,
    iss: options.issuer,
    sub: subject.id,
    name: subject.name,
    roles: subject.roles,
    domains: subject.domains,
    attributes: subject.attributes,
    // Why a fraction (RFC 7519, NumericDate): a change of rights within the same second must tell old from new.
    iat: time / 1000,
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

/** `otherId` stands for the token where it has no id of its own, as those of older versions. */
function subjectOf(payload: JWTPayload, otherId: string): Subject {
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
    credential: {
      id: payload.jti ?? otherId,
      issued: Math.round((payload.iat ?? 0) * 1000),
      expires: (payload.exp ?? 0) * 1000,
    },
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
