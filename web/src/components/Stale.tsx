/**
 * One line over a page whose answers are held but could not be asked for again: as of when, away since when, try again.
 *
 * Not for what never came: that is a problem in its place. Nothing is there while every answer in sight is fresh.
 */
import { Button } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { type Query, type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { isPassing } from '../api/problem.ts';
import { meQuery } from '../api/queries.ts';
import { Phrase } from './Phrase.tsx';
import classes from './Stale.module.css';
import { words } from './words.ts';

/** How often the mesh is asked whether it is there, while somebody looks. */
const BEAT_MS = 15_000;

export function Stale() {
  useQuery({ ...meQuery, refetchInterval: BEAT_MS });
  const client = useQueryClient();
  const { since, asOf } = useHeld(client);
  if (since === null) return null;
  return (
    <StaleLine
      since={since}
      asOf={asOf ?? since}
      onRetry={() => void client.refetchQueries({ type: 'active' })}
    />
  );
}

export interface StaleLineProps {
  since: string;
  asOf: string;
  onRetry: () => void;
}

/** The line itself, of times alone. */
export function StaleLine({ since, asOf, onRetry }: StaleLineProps) {
  return (
    <div className={classes['stale']} role="status">
      <IconCloudOff size={16} stroke={1.7} aria-hidden="true" />
      <span>
        <Phrase parts={words.stale(asOf, since)} />
      </span>
      <Button variant="default" size="compact-sm" onClick={onRetry}>
        {words.tryAgain}
      </Button>
    </div>
  );
}

interface Held {
  /** When the first of the answers in sight could not be had again; null while all can. */
  since: string | null;
  asOf: string | null;
}

function useHeld(client: QueryClient): Held {
  const [held, setHeld] = useState<Held>({ since: null, asOf: null });
  useEffect(() => {
    const look = (): void => {
      const kept = client.getQueryCache().findAll({ type: 'active' }).filter(hasData);
      const failing = kept.filter(isFailing);
      if (failing.length === 0) {
        setHeld((old) => (old.since === null ? old : { since: null, asOf: null }));
        return;
      }
      const ages = failing.map(({ state }) => state.dataUpdatedAt);
      const asOf = new Date(Math.min(...ages)).toISOString();
      setHeld((old) =>
        old.asOf === asOf ? old : { since: old.since ?? new Date().toISOString(), asOf },
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

function isFailing({ state }: Query): boolean {
  const { fetchFailureReason, error } = state;
  return (
    (state.fetchFailureCount > 0 && isPassing(fetchFailureReason)) ||
    (state.status === 'error' && isPassing(error))
  );
}
