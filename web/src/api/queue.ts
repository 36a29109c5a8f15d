/**
 * What waits for the reader: the first page lists it, the rail counts it.
 */
import { queryOptions } from '@tanstack/react-query';
import type { Answer } from './answers.ts';
import { api, take } from './client.ts';

export type QueueItem = Answer<'/api/v1/queue', 'get'>['items'][number];

const HALF_MINUTE = 30_000;

export const queueQuery = queryOptions({
  queryKey: ['queue'],
  queryFn: () => take(api.GET('/api/v1/queue', { params: { query: { limit: 50 } } })),
  refetchInterval: HALF_MINUTE,
});
