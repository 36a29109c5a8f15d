/**
 * Sign-in of the command line at an identity provider: loopback code flow with PKCE (RFC 8252), client credentials, and
 * the renewal of what they gave.
 *
 * Not the mesh's part: it verifies this token like every other one. Invariants: the listener answers on 127.0.0.1 only, for one
 * sign-in; an answer with another `state` neither ends nor spoils it; the client's secret comes from the environment and
 * is never written down. Loaded only when it is needed: client commands start without the library.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WeftError } from '@weft/core/lib/error';
import * as client from 'openid-client';

/** What the mesh says of its provider (`GET /api/v1/mesh`). */
export interface OidcOffer {
  issuer: string;
  /** Public client of the command line; null when the mesh has none. */
  clientId: string | null;
  scopes: string[];
  resource: string | null;
}

export interface SignedIn {
  token: string;
  /** Milliseconds since the epoch. */
  expires: number;
  refresh: string | null;
  clientId: string;
}

export interface CodeFlow {
  /** Fixed port of the listener, for providers that want one; zero takes any. */
  port: number;
  signal: AbortSignal;
  now(): Date;
  /** Shows the address that the user opens. */
  show(url: string): void;
}

const CALLBACK = '/callback';
/** Lifetime of a token whose answer does not say it. */
const EXPIRES_SECONDS = 300;

/** Resolves when the user signed in in a browser; rejects with UNAUTHENTICATED, or as `signal` says. */
export async function signInByCode(offer: OidcOffer, flow: CodeFlow): Promise<SignedIn> {
  const clientId = requireClient(offer);
  const config = await discover(offer.issuer, clientId, client.None());
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const nonce = client.randomNonce();
  const listener = await listen(flow.port, state);
  try {
    const redirectUri = `http://127.0.0.1:${listener.port}${CALLBACK}`;
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: offer.scopes.join(' '),
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      ...resourceOf(offer),
    });
    flow.show(url.href);
    const answer = await Promise.race([listener.answer, aborted(flow.signal)]);
    const tokens = await asking(() =>
      client.authorizationCodeGrant(
        config,
        new URL(answer, redirectUri),
        { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce },
        resourceOf(offer),
      ),
    );
    return signedIn(tokens, clientId, flow.now());
  } finally {
    listener.close();
  }
}

/** A token for a program that the provider knows; there is nothing to renew: it asks again. */
export async function signInAsClient(
  offer: OidcOffer,
  who: { clientId: string; secret: string; now: Date },
): Promise<SignedIn> {
  const config = await discover(offer.issuer, who.clientId, client.ClientSecretPost(who.secret));
  const tokens = await asking(() => client.clientCredentialsGrant(config, resourceOf(offer)));
  return { ...signedIn(tokens, who.clientId, who.now), refresh: null };
}

/** A new token for an old sign-in. */
export async function renewSignIn(
  before: { issuer: string; clientId: string; refresh: string; resource: string | null },
  now: Date,
): Promise<SignedIn> {
  const config = await discover(before.issuer, before.clientId, client.None());
  const tokens = await asking(() =>
    client.refreshTokenGrant(config, before.refresh, resourceOf(before)),
  );
  const renewed = signedIn(tokens, before.clientId, now);
  return { ...renewed, refresh: renewed.refresh ?? before.refresh };
}

function requireClient({ clientId }: OidcOffer): string {
  if (clientId !== null) return clientId;
  throw new WeftError('USAGE', 'this mesh has no sign-in for the command line', {
    remedy:
      'Its platform team sets `cli: {clientId: …}` in the OIDC settings; see docs/identity.md.',
  });
}

function resourceOf({ resource }: { resource: string | null }): Record<string, string> {
  return resource === null ? {} : { resource };
}

async function discover(
  issuer: string,
  clientId: string,
  auth: client.ClientAuth,
): Promise<client.Configuration> {
  const url = new URL(issuer);
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  const insecure = url.protocol === 'http:' && isLocal ? [client.allowInsecureRequests] : [];
  return asking(() =>
    client.discovery(url, clientId, undefined, auth, {
      execute: [client.enableNonRepudiationChecks, ...insecure],
      timeout: 10,
    }),
  );
}

async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { error: said, error_description: detail, message } = error as Record<string, unknown>;
    const reason = [said ?? message, detail].filter((text) => typeof text === 'string').join(': ');
    throw new WeftError('UNAUTHENTICATED', `the identity provider gave no token: ${reason}`, {
      remedy: 'Sign in again: weft login --oidc URL.',
      cause: error,
    });
  }
}

function signedIn(
  tokens: { access_token: string; expires_in?: number; refresh_token?: string },
  clientId: string,
  now: Date,
): SignedIn {
  const seconds = tokens.expires_in ?? EXPIRES_SECONDS;
  return {
    token: tokens.access_token,
    expires: now.getTime() + seconds * 1000,
    refresh: tokens.refresh_token ?? null,
    clientId,
  };
}

interface Listener {
  port: number;
  /** Path and query of the provider's answer. */
  answer: Promise<string>;
  close(): void;
}

async function listen(port: number, state: string): Promise<Listener> {
  const answered = Promise.withResolvers<string>();
  const server = createServer((request, response) =>
    receive({ request, response, state, done: answered.resolve }),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, port)));
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    answer: answered.promise,
    close: () => closeServer(server),
  };
}

function portError(error: NodeJS.ErrnoException, port: number): WeftError {
  return new WeftError('USAGE', `port ${port} cannot be listened on (${error.code ?? 'unknown'})`, {
    remedy: 'Leave --callback-port out, or name one that is free.',
  });
}

interface Receive {
  request: IncomingMessage;
  response: ServerResponse;
  state: string;
  done(answer: string): void;
}

function receive({ request, response, state, done }: Receive): void {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const isAnswer = request.method === 'GET' && url.pathname === CALLBACK;
  const isOurs = isAnswer && url.searchParams.get('state') === state;
  response.writeHead(isOurs ? 200 : 404, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  response.end(isOurs ? 'You can close this page and go on in the terminal.\n' : 'Not found.\n');
  if (isOurs) done(`${url.pathname}${url.search}`);
}

function closeServer(server: Server): void {
  server.close();
  server.closeIdleConnections();
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
