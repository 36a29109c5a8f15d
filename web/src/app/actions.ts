/**
 * One registry of what can be done now: it feeds the palette, the keys and the list of keys.
 *
 * Not for buttons alone: what has a name and can be done without a pointer is registered, for as long as it is in sight.
 * Invariant: a single key never does what cannot be undone, and does nothing while somebody types.
 */
import { useEffect, useSyncExternalStore } from 'react';

export interface Action {
  id: string;
  label: string;
  /** As typed: "g m", "/", "mod+k". */
  shortcut?: string;
  /** What it belongs to; the palette says it beside its name. */
  group: 'go' | 'here' | 'purpose' | 'looks';
  run(): void;
}

let actions: readonly Action[] = [];
const listeners = new Set<() => void>();

function change(next: readonly Action[]): void {
  actions = next;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function currentActions(): readonly Action[] {
  return actions;
}

export function useCurrentActions(): readonly Action[] {
  return useSyncExternalStore(subscribe, currentActions);
}

/** Offers actions for as long as the component is there. `own` must keep its identity between renders. */
export function useActions(own: readonly Action[]): void {
  useEffect(() => {
    change([...actions.filter((action) => !own.some(({ id }) => id === action.id)), ...own]);
    return () => change(actions.filter((action) => !own.includes(action)));
  }, [own]);
}
