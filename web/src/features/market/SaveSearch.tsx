/**
 * "Tell me when new ones appear": keeps what is searched for; what fits it later is told on the first page.
 */
import { Tooltip } from '@mantine/core';
import { IconBell, IconBellRinging } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
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
  const isThis = (item: { body: Record<string, unknown> }): boolean =>
    item.body['q'] === body.q && item.body['where'] === body.where;
  const kept = saved.data?.items.find(isThis);
  const isShown = market.first !== undefined && !market.answer.isPlaceholderData;
  useSeen(isShown ? kept?.saved : undefined);
  if (body.q === '' && body.where === '') return null;
  const isNew = save.data !== undefined && isThis(save.data);
  const refused = save.error instanceof Problem ? save.error.document.detail : null;
  if (isNew || kept !== undefined) return <Kept isNew={isNew} />;
  return (
    <Tooltip label={refused ?? words.tellMe} disabled={refused === null}>
      <button
        type="button"
        className={classes['save']}
        disabled={save.isPending}
        onClick={() => save.mutate()}
      >
        <IconBell size={16} stroke={1.7} aria-hidden="true" />
        <span>{refused === null ? words.tellMe : words.notSaved}</span>
      </button>
    </Tooltip>
  );
}

/** Leads to where it is named, shared and ended. */
function Kept({ isNew }: { isNew: boolean }) {
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    // Why: the button that was pressed is gone, and the focus with it.
    if (isNew) link.current?.focus();
  }, [isNew]);
  return (
    <Link ref={link} to="/saved" className={classes['save']} title={words.isToldHelp}>
      <IconBellRinging size={16} stroke={1.7} aria-hidden="true" />
      <span>{words.isTold}</span>
    </Link>
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
