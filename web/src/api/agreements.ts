/**
 * Agreements: asking for one, deciding on one, talking about one. A step is taken only from the version that was seen.
 */
import { queryOptions } from '@tanstack/react-query';
import type { Answer, Item } from './answers.ts';
import { api, take } from './client.ts';
import type { paths } from './generated/openapi.js';
import type { Agreement } from './types.ts';

export type AgreementStep = 'approve' | 'deny' | 'revoke' | 'counter';

export type AgreementTerms =
  paths['/api/v1/agreements/{agreement}/counter']['post']['requestBody']['content']['application/json'];
export type AccessRequest =
  paths['/api/v1/agreements']['post']['requestBody']['content']['application/json'];

export const agreementQuery = (id: string) =>
  queryOptions({
    queryKey: ['agreement', id],
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/agreements/{agreement}', { ...ofAgreement(id), signal })),
    staleTime: 10_000,
  });

export function requestAccess(request: AccessRequest): Promise<Agreement> {
  return take(api.POST('/api/v1/agreements', { body: request }));
}

/** Rejects with PRECONDITION_FAILED when the agreement is no longer as it was seen. */
export function takeStep(
  { agreement, version }: Pick<Agreement, 'agreement' | 'version'>,
  step: AgreementStep,
  terms: AgreementTerms,
): Promise<Agreement> {
  const params = { path: { agreement }, header: { 'if-match': `"v${version}"` } };
  return take(api.POST(`/api/v1/agreements/{agreement}/${step}`, { params, body: terms }));
}

export type RenewalTerms =
  paths['/api/v1/agreements/{agreement}/renew']['post']['requestBody']['content']['application/json'];

/** Asks for the same for longer; the answer is the request for it. */
export function renewAgreement(id: string, body: RenewalTerms): Promise<Agreement> {
  return take(api.POST('/api/v1/agreements/{agreement}/renew', { ...ofAgreement(id), body }));
}

/** Whether two agreements of one subject and product are for the same, whenever they end. */
export function isSameAccess(one: Agreement, other: Agreement): boolean {
  const key = ({ major, purpose, columns, filter }: Agreement): string =>
    JSON.stringify([major, purpose, columns?.toSorted() ?? null, filter]);
  return (
    one.agreement !== other.agreement &&
    ['requested', 'countered', 'active'].includes(one.state) &&
    key(one) === key(other)
  );
}

type Comments = Answer<'/api/v1/agreements/{agreement}/comments', 'get'>;
export type Comment = Item<Comments>;

/**
 * How often an open page looks what the other side said.
 * Why not what it decided, too: terms must not change under the hand of who decides; he is told when he does.
 */
const TALK_MS = 5_000;

export const commentsQuery = (id: string) =>
  queryOptions({
    queryKey: ['agreement-comments', id],
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/agreements/{agreement}/comments', { ...ofAgreement(id), signal })),
    staleTime: 10_000,
    refetchInterval: TALK_MS,
  });

export function addComment(id: string, text: string): Promise<Comment> {
  return take(
    api.POST('/api/v1/agreements/{agreement}/comments', { ...ofAgreement(id), body: { text } }),
  );
}

const ofAgreement = (agreement: string) => ({ params: { path: { agreement } } });
