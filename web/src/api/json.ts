/**
 * Asks for a document whose shape the OpenAPI document leaves open: the caller names the type that the docs describe.
 *
 * Not for what the generated types know: that goes through `client.ts`.
 */
import { reach } from './client.ts';

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await reach(path, signal === undefined ? {} : { signal });
  return (await response.json()) as T;
}

export async function sendJson<T>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  { body, ifMatch, signal }: { body?: unknown; ifMatch?: string; signal?: AbortSignal } = {},
): Promise<T> {
  const headers: Record<string, string> = {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    // Why: a request that is sent again after a broken connection must not be done twice.
    ...(method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {}),
  };
  const response = await reach(path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** A path with its parameters escaped and what is undefined left out of its query. */
export function pathOf(
  parts: readonly string[],
  query: Record<string, string | number | undefined> = {},
): string {
  const path = parts.map((part) => encodeURIComponent(part)).join('/');
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(
    entries.map(([name, value]) => [name, String(value)]),
  ).toString();
  return `/api/v1/${path}${text === '' ? '' : `?${text}`}`;
}
