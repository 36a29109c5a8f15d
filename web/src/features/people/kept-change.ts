/**
 * A change over what was seen, as the tab of its writer keeps it: who leaves the page or loads it anew finds it again.
 *
 * Never for credentials. Invariant: what was seen is kept with what was written over it, so that whoever was slower is told so;
 * what comes later takes its place only while nothing is written.
 */
import { useEffect } from 'react';
import { type Kept, useKept } from '../../components/use-kept.ts';
import type { Seen } from './people-queries.ts';

interface KeptChange<T, D> {
  base: Seen<T>;
  draft: D;
}

export interface Change<T, D> {
  base: Seen<T>;
  draft: D;
  isChanged: boolean;
  put(part: Partial<D>): void;
  /** Forgets what was written. */
  drop(): void;
}

export interface ChangeOf<T, D> {
  /** Of what it is kept: `rights:ID`. */
  place: string;
  seen: Seen<T>;
  draftOf(value: T): D;
  isDraft(value: unknown): value is D;
  isOther(value: T, draft: D): boolean;
}

export function useKeptChange<T, D extends object>(of: ChangeOf<T, D>): Change<T, D> {
  const { place, seen, draftOf, isDraft, isOther } = of;
  const { value, put }: Kept<KeptChange<T, unknown>> = useKept(place, isKeptChange<T>);
  const kept = value !== undefined && isDraft(value.draft) ? value : undefined;
  const base = kept?.base ?? seen;
  const draft = kept === undefined ? draftOf(seen.value) : (kept.draft as D);
  const isChanged = isOther(base.value, draft);
  const isAsSeen = JSON.stringify(draft) === JSON.stringify(draftOf(base.value));
  // Why not whenever nothing is changed: a row in which nothing is written yet is in sight.
  const isIdle = isAsSeen || (!isChanged && seen.etag !== base.etag);
  useEffect(() => {
    if (kept !== undefined && isIdle) put(undefined);
  });
  return {
    base,
    draft,
    isChanged,
    put: (part) =>
      put((before) => ({
        base: before?.base ?? base,
        draft: { ...(before === undefined ? draft : (before.draft as D)), ...part },
      })),
    drop: () => put(undefined),
  };
}

function isKeptChange<T>(value: unknown): value is KeptChange<T, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const { base, draft } = value as Partial<KeptChange<T, unknown>>;
  return (
    typeof base?.etag === 'string' &&
    typeof base.value === 'object' &&
    typeof draft === 'object' &&
    draft !== null
  );
}
