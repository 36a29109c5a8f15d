/**
 * What an id names, as `resolve/{id}` answers: for what the reader may know of, else 404.
 */
import { queryOptions } from '@tanstack/react-query';
import type { Answer } from '../../api/answers.ts';
import { api, take } from '../../api/client.ts';

export type Resolved = Answer<'/api/v1/resolve/{id}', 'get'>;

export const resolvedQuery = (id: string) =>
  queryOptions({
    queryKey: ['resolve', id],
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/resolve/{id}', { params: { path: { id } }, signal })),
    staleTime: 60_000,
  });
