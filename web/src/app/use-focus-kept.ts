/**
 * Who works by keyboard stays where he is: a button that waits for an answer has the focus again when it can be pressed, and where
 * it went with what it did, the heading of its part has the focus.
 *
 * Not where a page changes (`use-arrival.ts`), nor where a part leads the focus on itself: only a focus that is nowhere is taken up.
 * Invariant: who pressed beside everything is left there.
 */
import { type RefObject, useEffect } from 'react';

/** Why a moment: a part that leads the focus on does so once it is drawn. */
const SETTLED_MS = 60;

export function useFocusKept(main: RefObject<HTMLElement | null>): void {
  useEffect(() => (main.current === null ? undefined : keepFocus(main.current)), [main]);
}

function keepFocus(main: HTMLElement): () => void {
  let last: HTMLElement | null = null;
  let around: HTMLElement[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onFocus = ({ target }: FocusEvent): void => {
    const place = target instanceof HTMLElement && target !== main ? placeOf(target, main) : null;
    last = place === null ? null : (target as HTMLElement);
    around = last === null || place === null ? [] : placesOf(last, place);
  };
  const onBlur = ({ target }: FocusEvent): void => {
    // Why later: what blurs because it goes, or may be pressed no more, is not yet gone.
    setTimeout(() => {
      if (last !== null && last === target && isNowhere() && isUsable(last)) last = null;
    });
  };
  const take = (): void => {
    if (last === null || !isNowhere()) return;
    if (last.isConnected) {
      if (isUsable(last)) last.focus({ preventScroll: true });
      return;
    }
    last = null;
    const heading = around.find((place) => place.isConnected && headingOf(place) !== null);
    if (heading !== undefined) focusHeading(headingOf(heading));
  };
  const watcher = new MutationObserver(() => {
    if (last === null || !isNowhere()) return;
    clearTimeout(timer);
    timer = setTimeout(take, SETTLED_MS);
  });
  // Why all of it: what floats over the page stands beside it.
  watcher.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] });
  document.addEventListener('focusin', onFocus);
  document.addEventListener('focusout', onBlur);
  return () => {
    watcher.disconnect();
    clearTimeout(timer);
    document.removeEventListener('focusin', onFocus);
    document.removeEventListener('focusout', onBlur);
  };
}

/** The page, or the dialog over it, that an element stands in. */
function placeOf(element: HTMLElement, main: HTMLElement): HTMLElement | null {
  return main.contains(element) ? main : element.closest<HTMLElement>('[role="dialog"]');
}

/** What an element stands in, the nearest first, up to the last. */
function placesOf(element: HTMLElement, last: HTMLElement): HTMLElement[] {
  const places: HTMLElement[] = [];
  for (let at = element.parentElement; at !== null; at = at.parentElement) {
    places.push(at);
    if (at === last) break;
  }
  return places;
}

const headingOf = (place: HTMLElement): HTMLElement | null => place.querySelector('h1, h2, h3');

function focusHeading(heading: HTMLElement | null): void {
  if (heading === null) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

const isNowhere = (): boolean =>
  document.activeElement === null || document.activeElement === document.body;

const isUsable = (element: HTMLElement): boolean =>
  element.isConnected && !element.matches(':disabled');
