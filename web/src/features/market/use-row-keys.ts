/**
 * j and k move along a list, ↵ opens what is at hand: the focus goes with it, so that readers without sight follow.
 */
import { type RefObject, useEffect, useMemo, useState } from 'react';
import { type Action, useActions } from '../../app/actions.ts';
import { words } from './words.ts';

interface RowKeys {
  count: number;
  list: RefObject<HTMLUListElement | null>;
}

/** The row at hand; -1 before the first key. */
export function useRowKeys({ count, list }: RowKeys): number {
  const [at, setAt] = useState(-1);
  const actions = useMemo((): Action[] => {
    const move = (step: number) => () =>
      setAt((old) => Math.max(0, Math.min(count - 1, old + step)));
    return [
      { id: 'row-next', label: words.nextProduct, group: 'here', shortcut: 'j', run: move(1) },
      {
        id: 'row-last',
        label: words.productBefore,
        group: 'here',
        shortcut: 'k',
        run: move(-1),
      },
    ];
  }, [count]);
  useActions(actions);
  useEffect(() => {
    if (at < 0) return;
    const row = list.current?.children[at];
    const link = row?.querySelector('a');
    link?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: 'nearest' });
  }, [at, list]);
  return at;
}
