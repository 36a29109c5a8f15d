/**
 * What people and domains are called. Their ids stand in addresses, filters and documents; a reader sees the name.
 *
 * Invariant: who has no name that the reader may know is shown by his id, as it is written. Ids that a page shows at the
 * same time are asked for in one request.
 */
import { queryOptions, useQueries, useQuery } from '@tanstack/react-query';
import { formatName } from '../lib/format.ts';
import { api, take } from './client.ts';

const MINUTE = 60_000;
const PAGE = 200;
/** Why a bound: titles are asked for on each page, and the id does where one is not known. */
const PAGES_MAX = 5;
const IDS_MAX = 100;

/** Titles of domains by their ids. */
export const domainTitlesQuery = queryOptions({
  queryKey: ['domains', 'titles'],
  queryFn: async ({ signal }) => {
    const titles: Record<string, string> = {};
    let after: string | null = null;
    for (let page = 0; page < PAGES_MAX; page++) {
      const query: { limit: number; after?: string } =
        after === null ? { limit: PAGE } : { limit: PAGE, after };
      const { items, next } = await take(api.GET('/api/v1/domains', { params: { query }, signal }));
      for (const { name, title } of items) titles[name] = title;
      after = next;
      if (after === null) break;
    }
    return titles;
  },
  staleTime: 5 * MINUTE,
});

/** How domains are called; where the title is not known, the id as words. */
export function useDomainTitles(): (domain: string) => string {
  const { data } = useQuery(domainTitlesQuery);
  return (domain) => titleIn(data, domain);
}

/** Why an own property alone: a domain may be called "constructor". */
function titleIn(titles: Record<string, string> | undefined, domain: string): string {
  const title = titles !== undefined && Object.hasOwn(titles, domain) ? titles[domain] : undefined;
  // Why: a domain that was made without a title has its id there.
  return title === undefined || title === domain ? formatName(domain) : title;
}

const nameQuery = (id: string) =>
  queryOptions({
    queryKey: ['name', id],
    queryFn: () => askName(id),
    staleTime: 5 * MINUTE,
  });

/** How the subjects are called; where it is not known, the id. */
export function usePersonNames(ids: readonly string[]): (id: string) => string {
  const wanted = [...new Set(ids)].filter((id) => id !== '');
  const names = useQueries({
    queries: wanted.map(nameQuery),
    combine: (answers) =>
      new Map(answers.flatMap(({ data }, at) => (data ? [[wanted[at] ?? '', data] as const] : []))),
  });
  return (id) => names.get(id) ?? id;
}

interface Waiting {
  done(name: string | null): void;
  fail(error: unknown): void;
}

const waiting = new Map<string, Waiting[]>();

function askName(id: string): Promise<string | null> {
  return new Promise((done, fail) => {
    if (waiting.size === 0) queueMicrotask(() => void askTogether());
    waiting.set(id, [...(waiting.get(id) ?? []), { done, fail }]);
  });
}

async function askTogether(): Promise<void> {
  const asked = [...waiting];
  waiting.clear();
  for (let from = 0; from < asked.length; from += IDS_MAX) {
    const some = asked.slice(from, from + IDS_MAX);
    const ids = some.map(([id]) => id).join(',');
    try {
      const { items } = await take(api.GET('/api/v1/names', { params: { query: { ids } } }));
      const names = new Map(items.map(({ id, name }) => [id, name]));
      for (const [id, all] of some) for (const { done } of all) done(names.get(id) ?? null);
    } catch (error) {
      for (const [, all] of some) for (const { fail } of all) fail(error);
    }
  }
}
