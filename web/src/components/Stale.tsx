/**
 * One line over a page whose answers are held but could not be asked for again: as of when, away since when, try again.
 *
 * Not for what never came: that is a problem in its place. Nothing is there while every answer in sight is fresh.
 */
import { Button } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { type Query, type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { isPassing, NOT_AN_ANSWER, Problem } from '../api/problem.ts';
import { meQuery } from '../api/queries.ts';
import { Phrase } from './Phrase.tsx';
import classes from './Stale.module.css';
import { words } from './words.ts';

/** How often the mesh is asked whether it is there, while somebody looks. */
const BEAT_MS = 15_000;

export function Stale() {
  useQuery({ ...meQuery, refetchInterval: BEAT_MS });
  const client = useQueryClient();
  const { since, asOf, why } = useHeld(client);
  if (since === null) return null;
  return (
    <StaleLine
      since={since}
      asOf={asOf ?? since}
      why={why}
      onRetry={() => void client.refetchQueries({ type: 'active' })}
    />
  );
}

export interface StaleLineProps {
  since: string;
  asOf: string;
  why?: WhyHeld;
  onRetry: () => void;
}

/** The line itself, of times alone. */
export function StaleLine({ since, asOf, why = 'away', onRetry }: StaleLineProps) {
  return (
    <div className={classes['stale']} role="status">
      <IconCloudOff size={16} stroke={1.7} aria-hidden="true" />
      <span>
        <Phrase parts={words.stale(asOf, since, words.whyHeld[why])} />
      </span>
      <Button variant="default" size="compact-sm" onClick={onRetry}>
        {words.tryAgain}
      </Button>
    </div>
  );
}

/** Nothing answers; something else does, such as a network that wants a sign-in; or too much was asked at once. */
export type WhyHeld = 'away' | 'foreign' | 'busy';

interface Held {
  /** When the first of the answers in sight could not be had again; null while all can. */
  since: string | null;
  asOf: string | null;
  why: WhyHeld;
}

const NOTHING: Held = { since: null, asOf: null, why: 'away' };

function useHeld(client: QueryClient): Held {
  const [held, setHeld] = useState(NOTHING);
  useEffect(() => {
    const look = (): void => {
      const kept = client.getQueryCache().findAll({ type: 'active' }).filter(hasData);
      const failing = kept.filter(isFailing);
      if (failing.length === 0) {
        setHeld((old) => (old.since === null ? old : NOTHING));
        return;
      }
      const ages = failing.map(({ state }) => state.dataUpdatedAt);
      const asOf = new Date(Math.min(...ages)).toISOString();
      const why = whyOf(failing[0]);
      setHeld((old) =>
        old.asOf === asOf && old.why === why
          ? old
          : { since: old.since ?? new Date().toISOString(), asOf, why },
      );
    };
    look();
    return client.getQueryCache().subscribe(look);
  }, [client]);
  return held;
}

function hasData({ state }: Query): boolean {
  return state.data !== undefined;
}

function whyOf(query: Query | undefined): WhyHeld {
  const error = query?.state.fetchFailureReason ?? query?.state.error;
  if (!(error instanceof Problem)) return 'away';
  if (error.status === 429) return 'busy';
  return error.status === 407 || error.document.code === NOT_AN_ANSWER ? 'foreign' : 'away';
}

function isFailing({ state }: Query): boolean {
  const { fetchFailureReason, error } = state;
  return (
    (state.fetchFailureCount > 0 && isPassing(fetchFailureReason)) ||
    (state.status === 'error' && isPassing(error))
  );
}
