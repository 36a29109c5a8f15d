/**
 * The focus in a list of which one at a time is open as a form: the form that opens gets it; when it closes, what stands for it
 * gets it back, or what adds one.
 */
import { type RefObject, useEffect, useRef } from 'react';

/** `open` is null while no form is; `cardOf` finds what stands for a form that was. */
export function useFormFocus<Open>(
  open: Open | null,
  cardOf: (before: Open, cards: readonly HTMLElement[]) => HTMLElement | undefined,
): RefObject<HTMLDivElement | null> {
  const list = useRef<HTMLDivElement>(null);
  const last = useRef(open);
  const find = useRef(cardOf);
  find.current = cardOf;
  useEffect(() => {
    const before = last.current;
    last.current = open;
    // Why not when the page comes with it: the focus is where the page begins.
    if (before === open) return;
    if (open !== null) list.current?.querySelector('form')?.querySelector('input')?.focus();
    else if (before !== null) {
      const card = find.current(before, [...(list.current?.querySelectorAll('article') ?? [])]);
      (card?.querySelector('button') ?? list.current?.querySelector('button'))?.focus();
    }
  }, [open]);
  return list;
}
