/**
 * What a product promises beside what was measured: `products/{product}/promises` and the history of a rule.
 */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { getJson, pathOf } from './json.ts';

export type PromiseState = 'kept' | 'close' | 'missed' | 'unknown';

export interface MeasuredPromise {
  id: string;
  kind: 'freshness' | 'frequency' | 'latency' | 'retention' | 'availability' | 'rule' | 'rows';
  table: string | null;
  rule: string | null;
  column: string | null;
  dimension: string | null;
  statement: { subject: string; operator: string; value: string | null; unit: string | null };
  promised: string | null;
  measured: string | null;
  headroom: number | 'Infinity' | null;
  state: PromiseState;
  checked: number | null;
  failed: number | null;
  /** Records that were set aside for it, so that nobody reads them. */
  refused: number | null;
  batch: string | null;
}

export interface PromiseDay {
  day: string;
  state: 'kept' | 'close' | 'missed' | 'none';
  batches: number;
  held: number;
  failed: number;
  records: number;
}

export interface ProductPromises {
  product: string;
  version: string;
  promises: MeasuredPromise[];
  days: PromiseDay[];
  budget: { allowed: number; spent: number; left: number; since: string } | null;
}

export interface RuleMoment {
  batch: string;
  at: string;
  checked: number;
  failed: number;
  value: string | null;
  must: string;
  evaluation: 'pass' | 'fail' | 'warn' | 'error' | 'skip';
}

export const promisesQuery = (product: string, days = 30) =>
  queryOptions({
    queryKey: ['promises', product, days],
    queryFn: ({ signal }) =>
      getJson<ProductPromises>(pathOf(['products', product, 'promises'], { days }), signal),
    staleTime: 15_000,
  });

const HISTORY = 30;

export const ruleHistoryQuery = (product: string, rule: string) =>
  infiniteQueryOptions({
    queryKey: ['rule-history', product, rule],
    queryFn: ({ pageParam, signal }) =>
      getJson<{ items: RuleMoment[]; next: string | null }>(
        pathOf(['products', product, 'rules', rule, 'history'], {
          limit: HISTORY,
          after: pageParam,
        }),
        signal,
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
