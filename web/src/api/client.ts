/**
 * The one door to the mesh: the public API, typed by its own OpenAPI document.
 *
 * Not a cache (TanStack Query is). The session is a cookie that no script can read, so nothing here knows a token.
 * Invariant: whatever goes wrong arrives as a `Problem` with code, place and remedy.
 */
import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from './generated/openapi.js';
import { notTheMesh, problemOf, unreachable } from './problem.ts';

const idempotent: Middleware = {
  onRequest({ request }) {
    // Why: a request that is sent again after a broken connection must not be done twice.
    if (request.method === 'POST' && !request.headers.has('idempotency-key')) {
      request.headers.set('idempotency-key', crypto.randomUUID());
    }
    return request;
  },
};

const client = createClient<paths>({ baseUrl: location.origin, fetch: (input) => reach(input) });
client.use(idempotent);

export const api = client;

const onSignedOut = new Set<() => void>();

/** Tells when the API says that nobody is signed in (any more). */
export function whenSignedOut(listener: () => void): () => void {
  onSignedOut.add(listener);
  return () => onSignedOut.delete(listener);
}

/** `fetch` that fails with a `Problem`, also when no answer comes. */
export async function reach(input: Request | string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(input, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw unreachable();
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    // Why not of the sign-in itself: there it says that the credential is none.
    if (problem.status === 401 && !new URL(response.url).pathname.startsWith('/auth/')) {
      for (const listener of onSignedOut) listener();
    }
    throw problem;
  }
  if (!isOfMesh(response)) throw notTheMesh();
  return response;
}

/** The page at an address of the mesh, as text; a page is no answer of the API, so it has a way of its own. */
export async function readPage(address: string, init?: RequestInit): Promise<string> {
  const response = await fetch(address, init);
  if (!response.ok) throw await problemOf(response);
  return response.text();
}

/** What a proxy or a network answers in its place, such as one that wants a sign-in of its own, is a page, or does not say whose it is. */
function isOfMesh({ headers }: Response): boolean {
  const isPage = headers.get('content-type')?.startsWith('text/html') ?? false;
  return !isPage && headers.has('weft-version');
}

interface Answer<T> {
  data?: T;
  response: Response;
}

/** The document of an answer; errors were thrown before. */
export async function take<T>(answer: Promise<Answer<T>>): Promise<T> {
  try {
    return (await answer).data as T;
  } catch (error) {
    // Why of the text: an answer that was cut off on its way is no fault of the app.
    throw error instanceof SyntaxError ? notTheMesh() : error;
  }
}

/** Without what is undefined: a query parameter is there or it is not. */
export function defined<T extends object>(input: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(input).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
