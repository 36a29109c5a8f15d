/**
 * Why a subject may or may not see a product, and what is seen: `access/explain` as the API answers it.
 */
import { queryOptions } from '@tanstack/react-query';
import type { Answer } from './answers.ts';
import { api, take } from './client.ts';

export type AccessExplanation = Answer<'/api/v1/access/explain', 'get'>;
export type SeenView = NonNullable<AccessExplanation['seen']>;
export type RollUp = NonNullable<SeenView['granularity']>;
/** A kind, or several with the words that they hold in some rows. */
export type MaskKind = NonNullable<SeenView['columns'][number]['mask']>;

export interface ExplainInput {
  subject: string;
  product: string;
  purpose: string;
  table?: string;
  major?: number;
}

export const explainQuery = (input: ExplainInput) =>
  queryOptions({
    queryKey: ['explain', input],
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/access/explain', { params: { query: input }, signal })),
    staleTime: 30_000,
  });
