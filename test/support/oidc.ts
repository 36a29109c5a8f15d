/**
 * A real OpenID Connect provider in the test's process (`oidc-provider`), with people, clients and keys of the test, and a
 * browser without a screen that signs in at it.
 *
 * Not Keycloak (`test/oidc`). The test has the provider's private keys, so that it can sign what the provider never would.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from 'jose';
import Provider from 'oidc-provider';

export const AUDIENCE = 'urn:weft:api';
export const SECRET = 'a-secret-of-forty-characters-for-the-test';

export interface Person {
  name: string;
  groups: string[];
  region?: string;
}

export interface OidcServer {
  issuer: string;
  people: Map<string, Person>;
  /** Opens the provider, once the mesh's address is known. */
  serve(meshUrl: string): Promise<void>;
  /** From now on there is another key, and only that. */
  rotate(): Promise<void>;
  /** A token as `weft-service` gets it. */
  serviceToken(): Promise<string>;
  /** Signs claims with the provider's key, or as `options` say; missing claims are those of a good access token. */
  sign(claims?: Record<string, unknown>, options?: SignOptions): Promise<string>;
  /** How often the keys were asked for. */
  keysAsked(): number;
  /** From now on it answers nothing but 503. */
  fail(isDown: boolean): void;
  close(): Promise<void>;
}

export interface SignOptions {
  header?: Partial<JWTHeaderParameters>;
  /** Another key than the provider's. */
  key?: Parameters<SignJWT['sign']>[0];
}

interface SigningKey {
  key: Parameters<SignJWT['sign']>[0];
  jwk: JWK;
}

export async function startOidc(): Promise<OidcServer> {
  let handler: ((request: IncomingMessage, response: ServerResponse) => void) | null = null;
  let asked = 0;
  let isDown = false;
  const server = createServer((request, response) => {
    if (request.url === '/jwks') asked++;
    if (handler === null || isDown) response.writeHead(503).end();
    else handler(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, Person>();
  let signing = await makeKey('first');
  let mesh = '';
  const open = (): void => {
    handler = new Provider(issuer, configuration({ people, mesh, jwk: signing.jwk })).callback();
  };
  return {
    issuer,
    people,
    async serve(meshUrl) {
      mesh = meshUrl;
      open();
    },
    async rotate() {
      signing = await makeKey('second');
      open();
    },
    serviceToken: () => serviceToken(issuer),
    sign: (claims = {}, options = {}) => sign({ issuer, signing, claims, options }),
    keysAsked: () => asked,
    fail(value) {
      isDown = value;
    },
    close: () => closeServer(server),
  };
}

async function makeKey(kid: string): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' };
  return { key: privateKey, jwk };
}

function configuration(options: { people: Map<string, Person>; mesh: string; jwk: JWK }) {
  const { people, mesh, jwk } = options;
  const claimsOf = (id: string) => ({ sub: id, ...people.get(id) });
  return {
    jwks: { keys: [jwk] },
    cookies: { keys: ['only-for-tests'] },
    clients: clients(mesh),
    claims: { openid: ['sub'], profile: ['name', 'groups', 'region'] },
    conformIdTokenClaims: false,
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    pkce: { required: () => true },
    issueRefreshToken: async () => true,
    findAccount: async (_context: unknown, id: string) =>
      people.has(id) ? { accountId: id, claims: async () => claimsOf(id) } : undefined,
    extraTokenClaims: async (_context: unknown, token: { accountId?: string }) =>
      token.accountId === undefined ? { groups: ['loaders'] } : claimsOf(token.accountId),
    ttl: { Interaction: 600, Session: 600, Grant: 600, IdToken: 300, AccessToken: 300 },
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      rpInitiatedLogout: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => AUDIENCE,
        useGrantedResource: async () => true,
        getResourceServerInfo: async () => ({
          scope: 'openid profile',
          audience: AUDIENCE,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 300,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  };
}

function clients(mesh: string) {
  return [
    {
      client_id: 'weft-web',
      client_secret: SECRET,
      token_endpoint_auth_method: 'client_secret_post',
      redirect_uris: [`${mesh}/auth/callback`],
      post_logout_redirect_uris: [`${mesh}/`],
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'],
    },
    {
      client_id: 'weft-cli',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1/callback'],
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'],
    },
    {
      client_id: 'weft-service',
      client_secret: SECRET,
      token_endpoint_auth_method: 'client_secret_post',
      redirect_uris: [],
      response_types: [],
      grant_types: ['client_credentials'],
    },
  ];
}

async function serviceToken(issuer: string): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'weft-service',
    client_secret: SECRET,
    resource: AUDIENCE,
  });
  const response = await fetch(`${issuer}/token`, { method: 'POST', body });
  const { access_token: token } = (await response.json()) as { access_token?: string };
  assert.ok(token !== undefined, `HTTP ${response.status}`);
  return token;
}

function sign(input: {
  issuer: string;
  signing: SigningKey;
  claims: Record<string, unknown>;
  options: SignOptions;
}): Promise<string> {
  const { issuer, signing, claims, options } = input;
  const now = Math.floor(Date.now() / 1000);
  const whole = {
    iss: issuer,
    aud: AUDIENCE,
    sub: 'ada',
    jti: 'one',
    iat: now,
    exp: now + 300,
    groups: ['sales'],
    ...claims,
  };
  const known = Object.entries(whole).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(known))
    .setProtectedHeader({
      alg: 'ES256',
      typ: 'at+jwt',
      kid: signing.jwk.kid ?? '',
      ...options.header,
    })
    .sign(options.key ?? signing.key);
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

/** A browser: cookies by host and path of their kind, one request after the other, no scripts. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();

  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const { origin } = new URL(url);
    const jar = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = {
      ...(init.headers as Record<string, string>),
      ...(cookie === '' ? {} : { cookie }),
    };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  /** The cookies of an address by name. */
  cookies(url: string): Map<string, string> {
    return this.#cookies.get(new URL(url).origin) ?? new Map();
  }

  /** Signs in at the provider, from its authorization address until it sends the browser to `back`. */
  async signIn(from: string, options: { login: string; back: string }): Promise<string> {
    let url = from;
    for (let step = 0; step < 20; step++) {
      if (url.startsWith(options.back)) return url;
      const response = await this.fetch(url);
      const next = response.headers.get('location');
      if (next !== null) {
        url = new URL(next, url).href;
        continue;
      }
      url = await this.#submit(url, await response.text(), options.login);
    }
    throw new Error(`the sign-in does not end: ${url}`);
  }

  async #submit(url: string, page: string, login: string): Promise<string> {
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    const action = /action="([^"]+)"/.exec(page)?.[1];
    assert.ok(prompt !== undefined && action !== undefined, page.slice(0, 2000));
    const fields = prompt === 'login' ? { prompt, login, password: 'any' } : { prompt };
    const answer = await this.fetch(new URL(action, url).href, {
      method: 'POST',
      body: new URLSearchParams(fields),
    });
    const next = answer.headers.get('location');
    assert.ok(next !== null, `HTTP ${answer.status}`);
    return new URL(next, url).href;
  }
}
