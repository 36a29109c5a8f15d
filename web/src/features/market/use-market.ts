/**
 * The market's state: what stands in the address, what the API answers to it, and how it is changed.
 */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { searchQuery } from '../../api/queries.ts';
import type { ProductHit } from '../../api/types.ts';
import { joinFilter, splitFilter } from '../../lib/filter.ts';
import { type FilterFault, faultOfAnswer } from './filter-fault.ts';
import type { MarketSearch, Sort } from './market-search.ts';
import { FACET_TITLES } from './words.ts';

const FACETS = Object.keys(FACET_TITLES).join(',');

/** How the API names what people sort by. */
const SORT_FIELDS: Record<Sort, string | undefined> = {
  fit: undefined,
  title: 'title',
  freshness: '-measured.last_batch',
  frequency: 'frequency',
  good: '-measured.pass_rate',
  consumers: '-measured.consumers',
  rows: '-measured.rows',
};

export function useMarket() {
  const search = useSearch({ from: '/market' });
  const navigate = useNavigate({ from: '/market' });
  const router = useRouter();
  const conditions = useMemo(() => splitFilter(search.where ?? ''), [search.where]);
  const answer = useInfiniteQuery({
    ...searchQuery({
      q: search.q,
      where: search.where,
      sort: SORT_FIELDS[search.sort ?? 'fit'],
      facet: FACETS,
    }),
    placeholderData: (old) => old,
  });
  const put = useCallback(
    (next: Partial<MarketSearch>, replace: boolean) => {
      // Why: words are asked for a moment after they are typed, and whoever went on by then must not be brought back.
      if (router.latestLocation.pathname !== '/market') return;
      const search = (old: MarketSearch) => withoutEmpty({ ...old, ...next });
      void navigate({ search, replace, resetScroll: false });
    },
    [navigate, router],
  );
  const change = useCallback((next: Partial<MarketSearch>) => put(next, false), [put]);
  const changeWords = useCallback((q: string) => put({ q }, true), [put]);
  const setConditions = useCallback(
    (next: readonly string[]) => change({ where: joinFilter(next) }),
    [change],
  );
  const hits = useMemo(
    (): ProductHit[] => answer.data?.pages.flatMap(({ items }) => items) ?? [],
    [answer.data],
  );
  const [typed, setTyped] = useState<FilterFault | null>(null);
  const answered = faultOfAnswer(answer.error, search.where ?? '');
  const first = answer.data?.pages[0];
  const [facets, setFacets] = useState(first?.facets);
  if (first !== undefined && first.facets !== facets) setFacets(first.facets);
  return {
    ...{ search, conditions, setConditions, answer, hits, first },
    /** A step that Back undoes. */
    change,
    /** Words as they are typed: Back leads to what was before all of them. */
    changeWords,
    /** Those of the answer before where a condition is wrong: they are how it is mended. Of what is refused otherwise, none. */
    facets: answered === null ? first?.facets : facets,
    /** What is wrong with a condition that was typed, or with one that the mesh was asked: then nothing was found, nor nothing. */
    faults: { typed, answered },
    setTyped,
  };
}

export type Market = ReturnType<typeof useMarket>;

function withoutEmpty<T extends object>(search: T): T {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined && value !== ''),
  ) as T;
}
