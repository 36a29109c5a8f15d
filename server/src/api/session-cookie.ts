/**
 * The cookies of a browser's sign-in, and what a request that comes with one must show.
 *
 * Not the sessions (`services/web-sessions.ts`). Invariants: a cookie is for this host alone, out of reach of scripts, and
 * no other site sends it along; a request that may change something is believed to come from a page of this mesh only
 * when the browser says so by `Origin`, since pages on other ports of one host share its cookies.
 */
import { WeftError } from '@weft/core/lib/error';
import type { FastifyRequest } from 'fastify';
import { isLocalHost } from './local-request.ts';

export const SESSION_COOKIE = 'weft_session';
export const SIGN_IN_COOKIE = 'weft_sign_in';

/** The value of a cookie; null when there is none, or more than one: then somebody planted one of them. */
export function readCookie(request: FastifyRequest, name: string, origin: string): string | null {
  const wanted = cookieName(name, origin);
  const values = (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${wanted}=`))
    .map((pair) => pair.slice(wanted.length + 1));
  return values.length === 1 && values[0] !== '' ? (values[0] ?? null) : null;
}

export interface CookieOptions {
  name: string;
  value: string;
  /** Of this mesh, as browsers see it. */
  origin: string;
  seconds: number;
  /** Lax only where the provider's redirect has to bring it. */
  sameSite: 'Strict' | 'Lax';
  path: string;
}

/** The header that sets a cookie; zero seconds take it away. */
export function cookieHeader(options: CookieOptions): string {
  const { value, origin, seconds, sameSite, path } = options;
  const name = cookieName(options.name, origin);
  const secure = isEncrypted(origin) ? '; Secure' : '';
  return `${name}=${value}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=${sameSite}${secure}`;
}

// Why: with this prefix a browser takes the cookie only over TLS, and no other host of the domain can set it.
function cookieName(name: string, origin: string): string {
  return isEncrypted(origin) && name === SESSION_COOKIE ? `__Host-${name}` : name;
}

function isEncrypted(origin: string): boolean {
  return origin.startsWith('https:');
}

const HARMLESS = ['GET', 'HEAD', 'OPTIONS'];

/** Refuses a request with a cookie that may change something and does not come from a page of this mesh. Throws FORBIDDEN. */
export function requireOwnPage(request: FastifyRequest, origin: string): void {
  if (HARMLESS.includes(request.method) || isOwnOrigin(request, origin)) return;
  throw new WeftError('FORBIDDEN', 'the request does not come from a page of this mesh', {
    remedy: `Open the page at ${origin}; programs send a token or an API key instead of a cookie.`,
  });
}

function isOwnOrigin({ headers, host }: FastifyRequest, origin: string): boolean {
  if (headers.origin === origin) return true;
  // Why: a mesh on this machine answers to localhost as well as to 127.0.0.1, and the page came from where it asks now.
  if (!URL.canParse(origin)) return false;
  const own = new URL(origin);
  const isSamePort = own.port === (/:(\d+)$/.exec(host)?.[1] ?? '');
  const isLocal = isLocalHost(own.host) && isLocalHost(host) && isSamePort;
  return isLocal && headers.origin === `${own.protocol}//${host}`;
}
