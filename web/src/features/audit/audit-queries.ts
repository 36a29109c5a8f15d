/**
 * What the audit pages ask the API for.
 */
import { infiniteQueryOptions } from '@tanstack/react-query';
import type { Answer, Item } from '../../api/answers.ts';
import { api, take } from '../../api/client.ts';
import { durationMs } from '../../lib/format.ts';
import type { AuditSearch } from './audit-search.ts';
import { actionOf } from './words.ts';

export type AuditEntry = Item<Answer<'/api/v1/audit', 'get'>>;

export type ChainReport = Extract<
  Answer<'/api/v1/audit/verify', 'get'>,
  { chains: unknown }
>['chains'][number];

const PAGE = 100;

export const auditQuery = (search: AuditSearch) =>
  infiniteQueryOptions({
    queryKey: ['audit', asked(search)],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        ...asked(search),
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
function asked({ entry: _entry, span, since, until, action, ...fields }: AuditSearch) {
  return {
    ...fields,
    ...(action === undefined ? {} : { action: actionOf(action) }),
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
