/**
 * An OpenID Connect provider: its metadata and keys, its JWT access tokens (RFC 9068), and the code flow of browsers.
 *
 * Not who the subject is here (`services/external-subjects.ts`). Invariants: a token counts only with a signature by a
 * key that the provider publishes now, by an asymmetric algorithm of the list below, and with issuer, audience and times
 * that fit; the header never chooses more than one of those keys; an ID token is none; a provider that does not answer
 * is UNAVAILABLE and never a yes. Keys are fetched once and kept for ten minutes; a key that is not among them is looked
 * for again, at most every few seconds. Text of tokens is never kept, only its SHA-256.
 */
import { WeftError } from '@weft/core/lib/error';
import type { Clock, Crypto } from '@weft/core/lib/ports';
import { createRemoteJWKSet, decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import * as client from 'openid-client';
import type { OidcSettings } from '../config-oidc.ts';
import type { OidcPort, PendingSignIn, VerifiedClaims } from '../services/external-subjects.ts';

export interface OidcOptions {
  settings: OidcSettings;
  clock: Clock;
  crypto: Pick<Crypto, 'sha256'>;
  /** How long an unknown key is not looked for again. */
  cooldownMs?: number;
}

const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const TOKEN_TYPES = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];
/** Clocks of two machines differ. */
const SKEW_SECONDS = 5;
const KEYS_KEPT_MS = 600_000;
const KEYS_COOLDOWN_MS = 5_000;
const ANSWER_SECONDS = 5;
const CACHE_MAX = 10_000;
const TOKEN_LENGTH_MAX = 16_384;

interface Provider {
  config: client.Configuration;
  keys: ReturnType<typeof createRemoteJWKSet>;
}

export function createOidcProvider(options: OidcOptions): OidcPort {
  const { settings, clock } = options;
  const cache = new Map<string, VerifiedClaims>();
  const provider = remembering(() => discover(options));
  return {
    settings,
    isIssuerOf: (token) => issuerOf(token) === settings.issuer,
    async verify(token) {
      if (token.length > TOKEN_LENGTH_MAX) throw refused('it is too long');
      const hash = options.crypto.sha256(token);
      const known = cache.get(hash);
      if (known !== undefined && known.expires > clock.now()) return known;
      cache.delete(hash);
      const payload = await verifiedPayload(options, token, (await provider()).keys);
      const verified = verifiedClaims(settings, payload, hash);
      const oldest = cache.keys().next().value;
      if (cache.size >= CACHE_MAX && oldest !== undefined) cache.delete(oldest);
      cache.set(hash, verified);
      return verified;
    },
    beginSignIn: async (redirectUri) =>
      beginSignIn(settings, (await provider()).config, redirectUri),
    endSignIn: async (answer, pending) => endSignIn((await provider()).config, answer, pending),
    async signOutUrl(back) {
      const { config } = await provider();
      if (config.serverMetadata().end_session_endpoint === undefined) return null;
      return client.buildEndSessionUrl(config, { post_logout_redirect_uri: back }).href;
    },
  };
}

/** Asks once and remembers the answer, but not a failure. */
function remembering<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
}

async function discover({ settings, cooldownMs }: OidcOptions): Promise<Provider> {
  const issuer = new URL(settings.issuer);
  const { clientId, clientSecret } = settings.web ?? {
    clientId: settings.audience,
    clientSecret: null,
  };
  try {
    const config = await client.discovery(
      issuer,
      clientId,
      undefined,
      clientSecret === null ? client.None() : client.ClientSecretPost(clientSecret),
      {
        // Why signatures, too: the token answer comes over TLS, but a proxy in front of the provider may end that.
        execute: [
          client.enableNonRepudiationChecks,
          // Settings take http:// for this machine alone.
          ...(issuer.protocol === 'http:' ? [client.allowInsecureRequests] : []),
        ],
        timeout: ANSWER_SECONDS,
      },
    );
    const { jwks_uri: address } = config.serverMetadata();
    if (address === undefined) throw new Error('its metadata name no keys');
    const keys = createRemoteJWKSet(new URL(address), {
      cacheMaxAge: KEYS_KEPT_MS,
      cooldownDuration: cooldownMs ?? KEYS_COOLDOWN_MS,
      timeoutDuration: ANSWER_SECONDS * 1000,
    });
    return { config, keys };
  } catch (error) {
    throw unreachable(settings.issuer, error);
  }
}

/** The issuer that a token names, unproven; null when it is no JWT. */
function issuerOf(token: string): string | null {
  try {
    return decodeJwt(token).iss ?? null;
  } catch {
    return null;
  }
}

async function verifiedPayload(
  { settings, clock }: OidcOptions,
  token: string,
  keys: Provider['keys'],
): Promise<JWTPayload> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      algorithms: ALGORITHMS,
      issuer: settings.issuer,
      audience: settings.audience,
      requiredClaims: ['sub', 'exp', 'iat'],
      clockTolerance: SKEW_SECONDS,
      currentDate: new Date(clock.now()),
    });
    if (!TOKEN_TYPES.includes(protectedHeader.typ?.toLowerCase())) {
      throw refused(`it is of the type ${protectedHeader.typ}`);
    }
    return payload;
  } catch (error) {
    if (error instanceof WeftError) throw error;
    if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) {
      throw unreachable(settings.issuer, error);
    }
    // Why by the code: an answer that is no key set is a plain JOSEError, and says nothing of the token.
    if (error.code === 'ERR_JOSE_GENERIC' || error.code === 'ERR_JWKS_INVALID') {
      throw unreachable(settings.issuer, error);
    }
    throw refused(reasonOf(error, settings));
  }
}

function reasonOf(error: errors.JOSEError, { issuer, audience }: OidcSettings): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return `it is not for this mesh (its audience is not "${audience}")`;
    if (error.claim === 'nbf') return 'it does not hold yet';
    return `its claim ${error.claim} is missing or wrong`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its signature algorithm is not allowed';
  return `it is not signed by a key of ${issuer}`;
}

function verifiedClaims(settings: OidcSettings, payload: JWTPayload, hash: string): VerifiedClaims {
  return {
    claims: payload,
    subject: payload.sub ?? '',
    token: `${settings.name}:${payload.jti ?? `sha256-${hash}`}`,
    issued: Math.round((payload.iat ?? 0) * 1000),
    expires: (payload.exp ?? 0) * 1000,
  };
}

async function beginSignIn(
  settings: OidcSettings,
  config: client.Configuration,
  redirectUri: string,
): Promise<PendingSignIn> {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const nonce = client.randomNonce();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: settings.scopes.join(' '),
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  return { url: url.href, state, verifier, nonce };
}

async function endSignIn(
  config: client.Configuration,
  answer: URL,
  { state, verifier, nonce }: PendingSignIn,
): Promise<VerifiedClaims> {
  const { issuer } = config.serverMetadata();
  try {
    const tokens = await client.authorizationCodeGrant(config, answer, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw refused('the provider gave no ID token');
    const { sub, iat, exp } = claims;
    return {
      claims: { ...claims },
      subject: sub,
      token: '',
      issued: iat * 1000,
      expires: exp * 1000,
    };
  } catch (error) {
    if (error instanceof WeftError) throw error;
    const said = error as { error?: unknown; code?: unknown; message?: string };
    if (error instanceof TypeError && said.code === undefined) throw unreachable(issuer, error);
    const reason = typeof said.error === 'string' ? said.error : (said.message ?? 'unknown');
    throw new WeftError('UNAUTHENTICATED', `the sign-in did not succeed: ${reason}`, {
      remedy:
        'Begin again at /auth/login; when it stays so, the settings of the client do not fit.',
      cause: error,
    });
  }
}

function refused(why: string): WeftError {
  return new WeftError(
    'UNAUTHENTICATED',
    `the token of the identity provider is not valid: ${why}`,
  );
}

function unreachable(issuer: string, cause: unknown): WeftError {
  return new WeftError('UNAVAILABLE', `the identity provider ${issuer} does not answer as one`, {
    remedy:
      'Look whether its /.well-known/openid-configuration answers, and what the log of the mesh says.',
    cause,
  });
}
