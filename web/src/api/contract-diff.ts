/**
 * What changes from one contract to another, for each side: a published version by its reference, a draft by its text.
 */
import { queryOptions } from '@tanstack/react-query';
import type { Answer } from './answers.ts';
import { api, take } from './client.ts';

export type ContractDiff = Answer<'/api/v1/contracts/diff', 'post'>;
export type ContractChange = ContractDiff['changes'][number];

/** `a` and `b` are references such as `sales.orders@1.0.0`, or texts of documents. */
export const contractDiffQuery = (a: string, b: string) =>
  queryOptions({
    queryKey: ['contract-diff', a, b],
    queryFn: ({ signal }) => take(api.POST('/api/v1/contracts/diff', { body: { a, b }, signal })),
    // Why for ever: what a version says never changes, and a text is its own key.
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
