/**
 * The addresses of a browser's sign-in: by what it holds, at the provider and back from it, out again.
 *
 * Not the API: nothing here is under /api/. Invariants: the session's secret leaves in a cookie and never in an address
 * or a body; a sign-in begins at the address that the provider sends the browser back to, since cookies go with that; a
 * session begins only from a page of this mesh, and as one of an example's people only on the machine of the mesh.
 */
import { WeftError } from '@weft/core/lib/error';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { OidcSignIn } from '../services/oidc-sign-in.ts';
import type { SignInProof, WebSessions } from '../services/web-sessions.ts';
import type { WeftApp } from './app.ts';
import { isLocalRequest } from './local-request.ts';
import {
  cookieHeader,
  readCookie,
  requireOwnPage,
  SESSION_COOKIE,
  SIGN_IN_COOKIE,
} from './session-cookie.ts';

export interface AuthDeps {
  sessions: WebSessions;
  /** Null where browsers cannot sign in at an identity provider. */
  signIn: OidcSignIn | null;
  /** Address of this mesh as browsers and the provider know it: scheme, host, port. */
  origin(): string;
}

const CALLBACK = '/auth/callback';
const SIGN_IN_SECONDS = 600;
const NO_STORE = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };

export function registerAuth(app: WeftApp, deps: AuthDeps): void {
  const { signIn } = deps;
  if (signIn !== null) {
    registerSignIn(app, { ...deps, signIn });
    registerCallback(app, { ...deps, signIn });
  }
  registerSession(app, deps);
  registerSignOut(app, deps);
}

type OidcDeps = AuthDeps & { signIn: OidcSignIn };

/** Sign-ins a minute and address: guessing is hopeless anyway, but each costs a statement. */
const SESSIONS_PER_MINUTE = 60;

const SessionBody = Type.Object(
  {
    token: Type.Optional(
      Type.String({ minLength: 1, maxLength: 20_000, description: 'A token or an API key.' }),
    ),
    code: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'The code of a sign-in link.' }),
    ),
    demo: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: "One of the example's people (`demo` of `GET /api/v1/mesh`).",
      }),
    ),
  },
  { additionalProperties: false, minProperties: 1, maxProperties: 1 },
);

function registerSession(app: WeftApp, { sessions, origin }: AuthDeps): void {
  app.post(
    '/auth/session',
    {
      config: { rateLimit: { max: SESSIONS_PER_MINUTE, timeWindow: '1 minute' } },
      schema: {
        tags: ['mesh'],
        summary: 'Sign a browser in by a token, an API key or the code of a link; sets its cookie',
        security: [],
        body: SessionBody,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const home = origin();
      requireOwnPage(request, home);
      const proof = request.body as SignInProof;
      if ('demo' in proof && !isLocalRequest(request)) throw nobodyHere();
      const session = await sessions.open(proof);
      // Why: whoever signs in as somebody else has left the one before.
      const before = readCookie(request, SESSION_COOKIE, home);
      if (before !== null) await sessions.signOut(before, home);
      const cookie = cookieHeader({
        name: SESSION_COOKIE,
        value: session.secret,
        origin: home,
        seconds: session.seconds,
        sameSite: 'Strict',
        path: '/',
      });
      return reply
        .code(204)
        .headers({ ...NO_STORE, 'set-cookie': cookie })
        .send(null);
    },
  );
}

function nobodyHere(): WeftError {
  return new WeftError('NOT_FOUND', 'there is nobody like that');
}

function registerSignIn(app: WeftApp, { signIn, origin }: OidcDeps): void {
  const querystring = Type.Object({ next: Type.Optional(Type.String({ maxLength: 2000 })) });
  app.get(
    '/auth/login',
    { schema: { tags: ['mesh'], summary: 'Sign in a browser', querystring, security: [] } },
    async (request, reply) => {
      const next = request.query.next ?? '/';
      const home = origin();
      // Why: signed in under another name of this host, the browser would come back without its cookie.
      if (request.host !== new URL(home).host) {
        const there = new URL('/auth/login', home);
        there.searchParams.set('next', next);
        return reply.headers(NO_STORE).redirect(there.href);
      }
      const { url, binding } = await signIn.begin({ callback: `${home}${CALLBACK}`, next });
      const cookie = cookieHeader({
        name: SIGN_IN_COOKIE,
        value: binding,
        origin: home,
        seconds: SIGN_IN_SECONDS,
        sameSite: 'Lax',
        path: '/auth',
      });
      return reply.headers({ ...NO_STORE, 'set-cookie': cookie }).redirect(url);
    },
  );
}

function registerCallback(app: WeftApp, { signIn, origin }: OidcDeps): void {
  app.get(
    CALLBACK,
    {
      schema: {
        tags: ['mesh'],
        summary: 'Where the identity provider sends a browser back',
        security: [],
      },
    },
    async (request, reply) => {
      const home = origin();
      const answer = new URL(request.url, home);
      const ended = await signIn.end(answer, readCookie(request, SIGN_IN_COOKIE, home));
      const cookies = [
        cookieHeader({
          name: SESSION_COOKIE,
          value: ended.secret,
          origin: home,
          seconds: ended.seconds,
          sameSite: 'Strict',
          path: '/',
        }),
        emptyCookie(SIGN_IN_COOKIE, home, '/auth'),
      ];
      return reply.headers({ ...NO_STORE, 'set-cookie': cookies }).redirect(ended.next);
    },
  );
}

function registerSignOut(app: WeftApp, { sessions, origin }: AuthDeps): void {
  app.post(
    '/auth/logout',
    {
      schema: {
        tags: ['mesh'],
        summary: 'Sign a browser out; `next` is the page that signs out of the provider as well',
        security: [],
        response: { 200: Type.Object({ next: Type.Union([Type.Null(), Type.String()]) }) },
      },
    },
    async (request, reply) => {
      const home = origin();
      requireOwnPage(request, home);
      const next = await sessions.signOut(requireSession(request, home), `${home}/`);
      return reply
        .headers({ ...NO_STORE, 'set-cookie': emptyCookie(SESSION_COOKIE, home, '/') })
        .send({ next });
    },
  );
}

function requireSession(request: FastifyRequest, origin: string): string {
  const secret = readCookie(request, SESSION_COOKIE, origin);
  if (secret !== null) return secret;
  throw new WeftError('UNAUTHENTICATED', 'this browser is not signed in', {
    remedy: 'Sign in on the first page of the mesh.',
  });
}

function emptyCookie(name: string, origin: string, path: string): string {
  const sameSite = name === SESSION_COOKIE ? 'Strict' : 'Lax';
  return cookieHeader({ name, value: '', origin, seconds: 0, sameSite, path });
}
