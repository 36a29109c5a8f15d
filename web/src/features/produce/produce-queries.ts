/**
 * What the pages of producers ask for.
 */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, take } from '../../api/client.ts';
import type { Batch, RowState, Where } from './types.ts';

/** Refused rows that are asked for at once. */
export const ROWS = 50;
const CAUSES = 50;
const POLL_MS = 1_000;

const isMoving = (batch: Batch | undefined): boolean =>
  batch?.state === 'landed' || batch?.state === 'checking';

export const batchQuery = (batch: string) =>
  queryOptions({
    queryKey: ['batch', batch],
    queryFn: () => take(api.GET('/api/v1/batches/{batch}', { params: { path: { batch } } })),
    staleTime: 5_000,
    refetchInterval: (query) => (isMoving(query.state.data) ? POLL_MS : false),
  });

export interface BatchFilter {
  product?: string;
  state?: string;
  limit?: number;
}

export const batchesQuery = (filter: BatchFilter) =>
  queryOptions({
    queryKey: ['batches', filter],
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/batches', { params: { query: filter }, signal })),
    staleTime: 10_000,
  });

export const lineageQuery = (batch: string) =>
  queryOptions({
    queryKey: ['lineage', batch],
    queryFn: () =>
      take(api.GET('/api/v1/batches/{batch}/lineage', { params: { path: { batch } } })),
    staleTime: 5_000,
  });

export const causesQuery = (where: Where) =>
  queryOptions({
    queryKey: ['causes', where],
    queryFn: ({ signal }) =>
      take(
        api.GET('/api/v1/quarantine/causes', {
          params: { query: { ...where, limit: CAUSES } },
          signal,
        }),
      ),
    staleTime: 5_000,
  });

export const rowsQuery = (where: Where, state: RowState | undefined) =>
  infiniteQueryOptions({
    queryKey: ['rows', where, state],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        ...where,
        limit: ROWS,
        ...(state === undefined ? {} : { state }),
        ...(pageParam === '' ? {} : { after: pageParam }),
      };
      return take(api.GET('/api/v1/quarantine/rows', { params: { query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 5_000,
  });

export const domainQuery = (domain: string) =>
  queryOptions({
    queryKey: ['domain', domain],
    queryFn: () => take(api.GET('/api/v1/domains/{domain}', { params: { path: { domain } } })),
    staleTime: 60_000,
  });

/** Keys of everything that a decision about rows or a batch changes. */
export const CHANGED_BY_DECISION = [
  'batch',
  'batches',
  'lineage',
  'causes',
  'rows',
  'product',
  'search',
];
