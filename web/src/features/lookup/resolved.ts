/**
 * What an id names, as `resolve/{id}` answers: for what the reader may know of, else 404.
 */
import { queryOptions } from '@tanstack/react-query';
import { getJson, pathOf } from '../../api/json.ts';

export interface Resolved {
  kind:
    | 'batch'
    | 'agreement'
    | 'contract'
    | 'product'
    | 'domain'
    | 'event'
    | 'operation'
    | 'query'
    | 'saved'
    | 'subject';
  id: string;
  product: string | null;
  domain: string | null;
}

export const resolvedQuery = (id: string) =>
  queryOptions({
    queryKey: ['resolve', id],
    queryFn: ({ signal }) => getJson<Resolved>(pathOf(['resolve', id]), signal),
    staleTime: 60_000,
  });
