/**
 * What the audit pages ask the API for.
 */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Answer, Item } from '../../api/answers.ts';
import { api, take } from '../../api/client.ts';
import { durationMs } from '../../lib/format.ts';
import type { AuditSearch } from './audit-search.ts';
import { actionsMeant } from './words.ts';

export type AuditEntry = Item<Answer<'/api/v1/audit', 'get'>>;

export type ChainReport = Extract<
  Answer<'/api/v1/audit/verify', 'get'>,
  { chains: unknown }
>['chains'][number];

const PAGE = 100;

/** The actions that the log has. */
export const actionsQuery = queryOptions({
  queryKey: ['audit-actions'],
  queryFn: async ({ signal }) => (await take(api.GET('/api/v1/audit/actions', { signal }))).items,
  staleTime: 60_000,
});

/** `actions` are those that the log has. */
export const auditQuery = (search: AuditSearch, actions: readonly string[]) =>
  infiniteQueryOptions({
    queryKey: ['audit', asked(search, actions)],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        ...asked(search, actions),
        ...timesOf(search, Date.now()),
        order: 'newest' as const,
        limit: PAGE,
        ...(pageParam === '' ? {} : { after: pageParam }),
      };
      return take(api.GET('/api/v1/audit', { params: { query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 10_000,
  });

/** All but the entry that is open. */
function asked(
  { entry: _entry, span, since, until, action, ...fields }: AuditSearch,
  actions: readonly string[],
) {
  const meant = action === undefined ? [] : actionsMeant(action, actions);
  return {
    ...fields,
    ...(action === undefined ? {} : { action: meant.length === 0 ? action : meant.join(',') }),
    ...(span === undefined ? { ...day('since', since), ...day('until', until) } : {}),
  };
}

function timesOf({ span }: AuditSearch, now: number): { since?: string } {
  return span === undefined ? {} : { since: new Date(now - (durationMs(span) ?? 0)).toISOString() };
}

function day(name: 'since' | 'until', text: string | undefined) {
  return text === undefined ? {} : { [name]: new Date(text).toISOString() };
}

export async function verifyChains(): Promise<ChainReport[]> {
  const answer = await take(api.GET('/api/v1/audit/verify'));
  return 'chains' in answer ? answer.chains : [answer];
}
