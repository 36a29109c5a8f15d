/**
 * API keys: list, make, revoke. Those of others are for the platform team. The text of a key is in one answer and is kept nowhere in the app.
 */
import { queryOptions } from '@tanstack/react-query';
import { api, take } from './client.ts';
import type { paths } from './generated/openapi.js';

export const keysQuery = (subject: string) =>
  queryOptions({
    queryKey: ['keys', subject],
    queryFn: () => take(api.GET('/api/v1/keys', { params: { query: { subject, limit: 100 } } })),
  });

export type ApiKey =
  paths['/api/v1/keys']['get']['responses'][200]['content']['application/json']['items'][number];

export interface NewKey {
  id: string;
  key: string;
  expires: string;
}

export async function makeKey(subject: string, name: string, ttlSeconds: number): Promise<NewKey> {
  return take(api.POST('/api/v1/keys', { body: { subject, name, ttlSeconds } }));
}

export async function revokeKey(key: string): Promise<void> {
  await take(api.DELETE('/api/v1/keys/{key}', { params: { path: { key } } }));
}
