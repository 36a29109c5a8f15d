/**
 * What the API answers, by path and method, taken from its generated types; and the one way to send what is not JSON.
 *
 * Not for JSON requests: those go through `api` of `client.ts`. Invariant: no type of an answer is written by hand.
 */
import { reach } from './client.ts';
import type { paths } from './generated/openapi.js';

export type Path = keyof paths;
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

type JsonOf<Response> = Response extends { content: { 'application/json': infer Body } }
  ? Body
  : never;

/** The document of the answer, whichever of the good codes it has. */
export type Answer<P extends Path, M extends Method> = paths[P][M] extends {
  responses: infer Responses;
}
  ? JsonOf<Responses[keyof Responses & (200 | 201 | 202)]>
  : never;

export type Item<List> = List extends { items: (infer One)[] } ? One : never;

/** Paths whose POST answers with a document. */
export type PostPath = {
  [P in Path]: [Answer<P, 'post'>] extends [never] ? never : P;
}[Path];

export interface RawRequest {
  /** Values of `{name}` in the path. */
  params?: Record<string, string>;
  query?: Record<string, string>;
  headers: Record<string, string> & { 'content-type': string };
  body: BodyInit;
  signal?: AbortSignal;
}

/** Posts a body as it is: a file, a text of its own type. Rejects with a `Problem`. */
export async function sendRaw<P extends PostPath>(
  path: P,
  { params = {}, query = {}, headers, body, signal }: RawRequest,
): Promise<{ document: Answer<P, 'post'>; headers: Headers }> {
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const asked = new URLSearchParams(query).toString();
  const response = await reach(asked === '' ? filled : `${filled}?${asked}`, {
    method: 'POST',
    headers,
    body,
    ...(signal === undefined ? {} : { signal }),
  });
  return { document: (await response.json()) as Answer<P, 'post'>, headers: response.headers };
}
