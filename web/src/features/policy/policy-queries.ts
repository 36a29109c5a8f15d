/**
 * What the policy pages ask the API for.
 */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, take } from '../../api/client.ts';
import type { paths } from '../../api/generated/openapi.js';

type Json<Operation> = Operation extends {
  responses: { 200: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;

export type Policy = Json<paths['/api/v1/policies/{product}']['get']>;
export type MeshPolicy = Json<paths['/api/v1/policies/mesh']['get']>;
export type Lint = Json<paths['/api/v1/policies/{product}/lint']['post']>;
export type Fault = Lint['faults'][number];
export type Plan = Json<paths['/api/v1/access/plan']['post']>;
export type PlannedEffect = Plan['items'][number];
export type Explanation = Json<paths['/api/v1/access/explain']['get']>;
export type Viewers = Json<paths['/api/v1/access/who']['get']>;

/** What of a policy is written, without its version. */
export type PolicyContent = Omit<Policy, 'product' | 'version' | 'updatedBy' | 'updatedAt'>;
export type PolicyBody = NonNullable<
  paths['/api/v1/policies/{product}']['put']['requestBody']
>['content']['application/json'];

export interface Tagged<T> {
  policy: T;
  /** Of the version that was seen: a change is taken only against it. */
  etag: string;
}

const MINUTE = 60_000;

export const policyQuery = (product: string) =>
  queryOptions({
    queryKey: ['policy', product],
    queryFn: () =>
      tagged<Policy>(api.GET('/api/v1/policies/{product}', { params: { path: { product } } })),
    staleTime: MINUTE,
  });

export const meshPolicyQuery = queryOptions({
  queryKey: ['policy', 'mesh'],
  queryFn: () => tagged<MeshPolicy>(api.GET('/api/v1/policies/mesh')),
  staleTime: MINUTE,
});

export async function tagged<T>(
  asked: Promise<{ data?: T; response: Response }>,
): Promise<Tagged<T>> {
  const { data, response } = await asked;
  return { policy: data as T, etag: response.headers.get('etag') ?? '' };
}

export const schemaQuery = (product: string) =>
  queryOptions({
    queryKey: ['policy-schema', product],
    queryFn: () =>
      take(api.GET('/api/v1/policies/{product}/schema', { params: { path: { product } } })),
    staleTime: 5 * MINUTE,
  });

export const lintQuery = (product: string, content: PolicyContent) =>
  queryOptions({
    queryKey: ['policy-lint', product, content],
    queryFn: ({ signal }) =>
      take<Lint>(
        api.POST('/api/v1/policies/{product}/lint', {
          params: { path: { product } },
          body: content as PolicyBody,
          signal,
        }),
      ),
    staleTime: MINUTE,
  });

export const explainQuery = (asked: ExplainAsked) =>
  queryOptions({
    queryKey: ['explain', asked],
    queryFn: ({ signal }) =>
      take<Explanation>(api.GET('/api/v1/access/explain', { params: { query: asked }, signal })),
    staleTime: 0,
  });

export interface ExplainAsked {
  subject: string;
  product: string;
  purpose: string;
  table?: string;
  told?: 'subject';
}

export const whoQuery = (asked: { product: string; column: string; table?: string }) =>
  queryOptions({
    queryKey: ['who', asked],
    queryFn: ({ signal }) =>
      take<Viewers>(api.GET('/api/v1/access/who', { params: { query: asked }, signal })),
    staleTime: 0,
  });

export const domainQuery = (domain: string) =>
  queryOptions({
    queryKey: ['domain', domain],
    queryFn: () => take(api.GET('/api/v1/domains/{domain}', { params: { path: { domain } } })),
    staleTime: MINUTE,
  });

export const domainsQuery = queryOptions({
  queryKey: ['domains'],
  queryFn: () => take(api.GET('/api/v1/domains', { params: { query: { limit: 200 } } })),
  staleTime: MINUTE,
});

export const productsQuery = (domain: string | null) =>
  infiniteQueryOptions({
    queryKey: ['products', domain],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        limit: 50,
        ...(domain === null ? {} : { domain }),
        ...(pageParam === '' ? {} : { after: pageParam }),
      };
      return take(api.GET('/api/v1/products', { params: { query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: MINUTE,
  });
