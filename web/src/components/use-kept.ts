/**
 * A state that outlives its page: kept in this tab for who is signed in, until he is done with it.
 */
import { useCallback, useSyncExternalStore } from 'react';
import { useMe } from '../app/session.tsx';
import { keep, recall, whenKeptChanges } from '../lib/tab-memory.ts';

export interface Kept<T> {
  /** Undefined while nothing is kept. */
  value: T | undefined;
  /** Undefined forgets. */
  put(next: T | undefined | ((before: T | undefined) => T | undefined)): void;
}

/** `isOne` says whether what was kept, by an older app perhaps, is still what is expected here. */
export function useKept<T>(place: string, isOne: (value: unknown) => value is T): Kept<T> {
  const { id } = useMe();
  const read = useCallback((): T | undefined => {
    const value = recall(id, place);
    return isOne(value) ? value : undefined;
  }, [id, place, isOne]);
  const value = useSyncExternalStore(whenKeptChanges, read);
  const put: Kept<T>['put'] = (next) =>
    keep(id, place, next instanceof Function ? next(read()) : next);
  return { value, put };
}
