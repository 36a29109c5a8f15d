/**
 * What pages ask for, each with its key: one place decides how long an answer stays fresh.
 *
 * Not for what one feature alone asks: that stands with the feature.
 */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, defined, take } from './client.ts';

const MINUTE = 60_000;

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => take(api.GET('/api/v1/whoami')),
  staleTime: 5 * MINUTE,
});

export const meshQuery = queryOptions({
  queryKey: ['mesh'],
  queryFn: () => take(api.GET('/api/v1/mesh')),
  staleTime: 5 * MINUTE,
});

export interface SearchInput {
  q?: string | undefined;
  where?: string | undefined;
  sort?: string | undefined;
  facet?: string | undefined;
}

const PAGE = 25;

export const searchQuery = (input: SearchInput) =>
  infiniteQueryOptions({
    queryKey: ['search', input],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        ...defined(input),
        limit: PAGE,
        ...(pageParam === '' ? {} : { after: pageParam }),
      };
      return take(api.GET('/api/v1/search', { params: { query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 10_000,
  });

export const productQuery = (product: string) =>
  queryOptions({
    queryKey: ['product', product],
    queryFn: () => take(api.GET('/api/v1/products/{product}', { params: { path: { product } } })),
    staleTime: MINUTE,
  });

export const contractQuery = (ref: string) =>
  queryOptions({
    queryKey: ['contract', ref],
    queryFn: () => take(api.GET('/api/v1/contracts/{ref}', { params: { path: { ref } } })),
    staleTime: MINUTE,
  });

export const agreementsQuery = (
  filter: { subject?: string; product?: string; state?: string } = {},
) =>
  queryOptions({
    queryKey: ['agreements', filter],
    queryFn: () =>
      take(api.GET('/api/v1/agreements', { params: { query: { ...filter, limit: 200 } } })),
    staleTime: 30_000,
  });
