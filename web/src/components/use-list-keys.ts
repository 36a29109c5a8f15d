/**
 * j and k move along the rows of a table, ↵ follows the link of the row at hand.
 */
import { type RefObject, useMemo } from 'react';
import { type Action, useActions } from '../app/actions.ts';
import { words } from './words.ts';

export function useListKeys(body: RefObject<HTMLElement | null>, count: number): void {
  const actions = useMemo((): Action[] => {
    const move = (step: number) => () => {
      const links = [...(body.current?.querySelectorAll<HTMLElement>('tr') ?? [])].flatMap(
        (row) => row.querySelector<HTMLElement>('a, button') ?? [],
      );
      const now = links.indexOf(document.activeElement as HTMLElement);
      const next = links[Math.max(0, Math.min(Math.min(count, links.length) - 1, now + step))];
      next?.focus();
      next?.scrollIntoView({ block: 'nearest' });
    };
    return [
      { id: 'row-next', label: words.nextRow, group: 'here', shortcut: 'j', run: move(1) },
      { id: 'row-last', label: words.rowBefore, group: 'here', shortcut: 'k', run: move(-1) },
    ];
  }, [body, count]);
  useActions(actions);
}
