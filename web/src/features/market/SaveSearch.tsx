/**
 * "Tell me when new ones appear": keeps what is searched for; what fits it later is told on the first page.
 */
import { Tooltip } from '@mantine/core';
import { IconBell, IconBellRinging } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, take } from '../../api/client.ts';
import { Problem } from '../../api/problem.ts';
import { useSending } from '../../components/use-sending.ts';
import { describeCondition } from '../../lib/filter.ts';
import classes from './SaveSearch.module.css';
import type { Market } from './use-market.ts';
import { words } from './words.ts';

const savedSearches = ['saved', 'search'];

export function SaveSearch({ market }: { market: Market }) {
  const { search, conditions } = market;
  const body = { q: search.q ?? '', where: search.where ?? '', sort: search.sort ?? '' };
  const queries = useQueryClient();
  const saved = useQuery({
    queryKey: savedSearches,
    queryFn: () =>
      take(api.GET('/api/v1/saved', { params: { query: { kind: 'search', limit: 200 } } })),
    staleTime: 60_000,
  });
  const save = useSending({
    mutationFn: () =>
      take(
        api.POST('/api/v1/saved', {
          body: { kind: 'search', name: nameOf(body.q, conditions), body, product: null },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ['saved'] }),
  });
  const kept = saved.data?.items.find(
    (item) => item.body['q'] === body.q && item.body['where'] === body.where,
  );
  const isShown = market.first !== undefined && !market.answer.isPlaceholderData;
  useSeen(isShown ? kept?.saved : undefined);
  if (body.q === '' && body.where === '') return null;
  const isKept = save.isSuccess || kept !== undefined;
  const refused = save.error instanceof Problem ? save.error.document.detail : null;
  const Icon = isKept ? IconBellRinging : IconBell;
  const said = isKept ? words.isTold : words.tellMe;
  return (
    <Tooltip label={refused ?? said} disabled={refused === null}>
      <button
        type="button"
        className={classes['save']}
        aria-pressed={isKept}
        disabled={isKept || save.isPending}
        onClick={() => save.mutate()}
      >
        <Icon size={16} stroke={1.7} aria-hidden="true" />
        <span>{refused === null ? said : words.notSaved}</span>
      </button>
    </Tooltip>
  );
}

/** Tells the mesh that its owner looks at what a search found: then that is no news any more. */
function useSeen(saved: string | undefined): void {
  const queries = useQueryClient();
  const { mutate } = useSending(
    {
      mutationFn: (id: string) =>
        take(api.POST('/api/v1/saved/{saved}/seen', { params: { path: { saved: id } } })),
      onSuccess: () => queries.invalidateQueries({ queryKey: ['news'] }),
    },
    (id) => id,
  );
  useEffect(() => {
    if (saved !== undefined) mutate(saved);
  }, [saved, mutate]);
}

/** What a saved search is called: its words and conditions, as they are read. */
function nameOf(q: string, conditions: readonly string[]): string {
  const said = conditions.map((condition) => {
    const { subject, said } = describeCondition(condition);
    return `${subject} ${said}`.trim();
  });
  return [...(q === '' ? [] : [`“${q}”`]), ...said].join(', ').slice(0, 200);
}
