/**
 * What would be lost if this page were loaded anew: files on their way, a query that runs, a form that is not kept.
 *
 * Not the place where work is kept; that is `tab-memory.ts`.
 */
import { useEffect } from 'react';

const stakes = new Set<() => boolean>();

/** `isAtStake` is asked when it matters; what comes back ends that. */
export function stake(isAtStake: () => boolean): () => void {
  stakes.add(isAtStake);
  return () => stakes.delete(isAtStake);
}

export function isAnythingAtStake(): boolean {
  return [...stakes].some((isAtStake) => isAtStake());
}

/** While it is true, the browser asks before this page is closed. */
export function useAskBeforeClosing(isAtStake: boolean): void {
  useEffect(() => {
    if (!isAtStake) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    const end = stake(() => true);
    return () => {
      window.removeEventListener('beforeunload', ask);
      end();
    };
  }, [isAtStake]);
}
