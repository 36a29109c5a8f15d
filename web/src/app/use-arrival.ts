/**
 * After a change of page its heading has the focus, and what it says is announced: at once, or when the page has it.
 *
 * Invariant: who pressed something meanwhile is where that led; only a focus that is nowhere is taken to the heading.
 */
import { useRouterState } from '@tanstack/react-router';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { words } from './words.ts';

export interface Arrival {
  main: RefObject<HTMLElement | null>;
  announced: string;
}

export function useArrival(): Arrival {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname ?? '' });
  const main = useRef<HTMLElement>(null);
  const last = useRef(path);
  const [announced, setAnnounced] = useState('');
  useEffect(() => {
    const page = main.current;
    if (page === null) return;
    const heading = page.querySelector('h1');
    document.title = titleOf(heading);
    if (last.current === path) {
      // Why the title alone: where the page was loaded anew the browser says it by its title.
      return heading === null ? whenHeaded(page, (late) => setTitle(late)) : undefined;
    }
    last.current = path;
    const arrive = (at: HTMLElement): void => {
      setAnnounced(at.textContent);
      at.tabIndex = -1;
      at.focus({ preventScroll: true });
    };
    if (heading !== null) arrive(heading);
    return whenHeaded(page, (late) => {
      setTitle(late);
      arrive(late);
    });
  }, [path]);
  return { main, announced };
}

function titleOf(heading: HTMLElement | null): string {
  const name = heading?.textContent ?? '';
  return name === '' ? words.name : words.pageTitle(name);
}

/** A page that waited for an answer may have said its title itself. */
function setTitle(heading: HTMLElement): void {
  if (document.title === words.name) document.title = titleOf(heading);
}

const isNowhere = (): boolean =>
  document.activeElement === null || document.activeElement === document.body;

/** Calls with a heading that comes, or comes in the place of another, while the focus is nowhere; until something is pressed. */
function whenHeaded(page: HTMLElement, onHeading: (heading: HTMLElement) => void): () => void {
  let known = page.querySelector('h1');
  const watcher = new MutationObserver(() => {
    const heading = page.querySelector('h1');
    if (heading === known) return;
    known = heading;
    if (heading !== null && isNowhere()) onHeading(heading);
  });
  const stop = (): void => {
    watcher.disconnect();
    removeEventListener('keydown', stop, true);
    removeEventListener('pointerdown', stop, true);
  };
  watcher.observe(page, { childList: true, subtree: true });
  addEventListener('keydown', stop, true);
  addEventListener('pointerdown', stop, true);
  return stop;
}
