/**
 * The pages of a browser's sign-in: to the provider, back from it, out again.
 *
 * Not the API: nothing here is under /api/. Invariants: the session's secret leaves in a cookie and never in an address
 * or a body; a sign-in begins at the address that the provider sends the browser back to, since cookies go with that.
 */
import { WeftError } from '@weft/core/lib/error';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { WebSessions } from '../services/web-sessions.ts';
import type { WeftApp } from './app.ts';
import {
  cookieHeader,
  readCookie,
  requireOwnPage,
  SESSION_COOKIE,
  SIGN_IN_COOKIE,
} from './session-cookie.ts';

export interface AuthDeps {
  sessions: WebSessions;
  /** Address of this mesh as browsers and the provider know it: scheme, host, port. */
  origin(): string;
  sessionSeconds: number;
}

const CALLBACK = '/auth/callback';
const SIGN_IN_SECONDS = 600;
const NO_STORE = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };

export function registerAuth(app: WeftApp, deps: AuthDeps): void {
  registerSignIn(app, deps);
  registerCallback(app, deps);
  registerSignOut(app, deps);
}

function registerSignIn(app: WeftApp, { sessions, origin }: AuthDeps): void {
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
      const { url, binding } = await sessions.begin({ callback: `${home}${CALLBACK}`, next });
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

function registerCallback(app: WeftApp, { sessions, origin, sessionSeconds }: AuthDeps): void {
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
      const ended = await sessions.end(answer, readCookie(request, SIGN_IN_COOKIE, home));
      const cookies = [
        cookieHeader({
          name: SESSION_COOKIE,
          value: ended.secret,
          origin: home,
          seconds: sessionSeconds,
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
    remedy: 'Sign in at /auth/login.',
  });
}

function emptyCookie(name: string, origin: string, path: string): string {
  const sameSite = name === SESSION_COOKIE ? 'Strict' : 'Lax';
  return cookieHeader({ name, value: '', origin, seconds: 0, sameSite, path });
}
