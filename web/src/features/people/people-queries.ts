/**
 * What the pages of people and domains ask the API for. What is changed is changed over what was seen.
 *
 * Not keys (`api/keys.ts`). Invariant: a sign-in link is in the answer of one call and in no cache.
 */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Answer, Item } from '../../api/answers.ts';
import { api, take } from '../../api/client.ts';
import type { paths } from '../../api/generated/openapi.js';
import { Problem } from '../../api/problem.ts';
import type { Domain } from '../../api/types.ts';

export type User = Answer<'/api/v1/users/{user}', 'get'>;
export type Role = User['roles'][number];
export type DomainItem = Item<Answer<'/api/v1/domains', 'get'>>;
export type UserStep = 'disable' | 'enable' | 'signout';

type Body<Operation> = Operation extends {
  requestBody: { content: { 'application/json': infer Json } };
}
  ? Json
  : never;

export type NewUser = Body<paths['/api/v1/users']['post']>;
export type UserChange = Body<paths['/api/v1/users/{user}']['patch']>;
export type DomainBody = Body<paths['/api/v1/domains']['post']>;

/** A document with the tag of its state. */
export interface Seen<T> {
  value: T;
  etag: string;
}

const PAGE = 50;

export const usersQuery = (q: string, limit = PAGE) =>
  infiniteQueryOptions({
    queryKey: ['users', q, limit],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        limit,
        ...(q === '' ? {} : { q }),
        ...(pageParam === '' ? {} : { after: pageParam }),
      };
      return take(api.GET('/api/v1/users', { params: { query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 10_000,
  });

const MEANT_MAX = 20;

/** Ids of those whom a text means: whose id it is, else who are called so. */
export const lookUpQuery = (text: string) =>
  queryOptions({
    queryKey: ['users', 'meant', text],
    queryFn: async ({ signal }): Promise<string[]> => {
      const query = { q: text, limit: MEANT_MAX };
      const { items } = await take(api.GET('/api/v1/users', { params: { query }, signal }));
      if (items.some(({ id }) => id === text)) return [text];
      const name = text.toLowerCase();
      return items.filter((one) => one.name.toLowerCase() === name).map(({ id }) => id);
    },
    staleTime: 10_000,
  });

export const userQuery = (user: string) =>
  queryOptions({
    queryKey: ['user', user],
    queryFn: ({ signal }) =>
      seen<User>(api.GET('/api/v1/users/{user}', { params: { path: { user } }, signal })),
    staleTime: 10_000,
  });

export const domainsQuery = infiniteQueryOptions({
  queryKey: ['domains', 'pages'],
  queryFn: ({ pageParam, signal }) => {
    const query = { limit: 200, ...(pageParam === '' ? {} : { after: pageParam }) };
    return take(api.GET('/api/v1/domains', { params: { query }, signal }));
  },
  initialPageParam: '',
  getNextPageParam: (last) => last.next ?? undefined,
  staleTime: 10_000,
});

export const domainQuery = (domain: string) =>
  queryOptions({
    queryKey: ['domain', domain, 'seen'],
    queryFn: ({ signal }) =>
      seen<Domain>(api.GET('/api/v1/domains/{domain}', { params: { path: { domain } }, signal })),
    staleTime: 10_000,
  });

export function makeUser(body: NewUser): Promise<User> {
  return take(api.POST('/api/v1/users', { body }));
}

/** Rejects with PRECONDITION_FAILED when the subject is no longer as it was seen. */
export function changeUser({ value, etag }: Seen<User>, body: UserChange): Promise<Seen<User>> {
  const params = { path: { user: value.id }, header: { 'if-match': etag } };
  return seen<User>(api.PATCH('/api/v1/users/{user}', { params, body }));
}

export function stepUser(user: string, step: UserStep): Promise<User> {
  return take(api.POST(`/api/v1/users/{user}/${step}`, { params: { path: { user } } }));
}

export interface SignInLink {
  url: string;
  expires: string;
}

/** A whole address that signs a browser in, once. */
export async function makeSignInLink(subject: string, seconds: number): Promise<SignInLink> {
  const { url, expires } = await take(
    api.POST('/api/v1/sign-in-links', { body: { subject, seconds } }),
  );
  return { url: location.origin + url, expires };
}

/** Makes a domain where there is none, or changes it over what was seen; rejects with PRECONDITION_FAILED else. */
export function putDomain(body: DomainBody, over: Seen<Domain> | null): Promise<Domain> {
  const header = over === null ? ({ 'if-none-match': '*' } as const) : { 'if-match': over.etag };
  return take(api.POST('/api/v1/domains', { params: { header }, body }));
}

/** Whether somebody else was faster. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof Problem && error.status === 412;
}

async function seen<T>(asked: Promise<{ data?: T; response: Response }>): Promise<Seen<T>> {
  const { data, response } = await asked;
  return { value: data as T, etag: response.headers.get('etag') ?? '' };
}
