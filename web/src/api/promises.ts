/**
 * What a product promises beside what was measured: `products/{product}/promises` and the history of a rule.
 */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Answer, Item } from './answers.ts';
import { api, defined, take } from './client.ts';

export type ProductPromises = Answer<'/api/v1/products/{product}/promises', 'get'>;
export type MeasuredPromise = ProductPromises['promises'][number];
export type PromiseState = MeasuredPromise['state'];
export type PromiseDay = ProductPromises['days'][number];
export type RuleMoment = Item<Answer<'/api/v1/products/{product}/rules/{rule}/history', 'get'>>;

export const promisesQuery = (product: string, days = 30) =>
  queryOptions({
    queryKey: ['promises', product, days],
    queryFn: ({ signal }) =>
      take(
        api.GET('/api/v1/products/{product}/promises', {
          params: { path: { product }, query: { days } },
          signal,
        }),
      ),
    staleTime: 15_000,
  });

const HISTORY = 30;

export const ruleHistoryQuery = (product: string, rule: string) =>
  infiniteQueryOptions({
    queryKey: ['rule-history', product, rule],
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/api/v1/products/{product}/rules/{rule}/history', {
          params: {
            path: { product, rule },
            query: defined({ limit: HISTORY, after: pageParam }),
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 15_000,
  });

export function headroomNumber(headroom: MeasuredPromise['headroom']): number | null {
  return headroom === 'Infinity' ? Number.POSITIVE_INFINITY : headroom;
}

/** The worst of some states; unknown when nothing was measured. */
export function worstOf(promises: readonly Pick<MeasuredPromise, 'state'>[]): PromiseState {
  const order = ['missed', 'close', 'kept'] as const;
  return order.find((state) => promises.some((promise) => promise.state === state)) ?? 'unknown';
}
