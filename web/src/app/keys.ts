/**
 * Keys to actions: chords such as "g m", single keys, and combinations with ⌘ or Ctrl.
 *
 * Invariant: single keys rest while somebody types, while a dialog is open, and when they are switched off.
 */
import { useEffect } from 'react';
import { currentActions } from './actions.ts';
import { words } from './words.ts';

const CHORD_MS = 1_200;
const OFF = 'weft-keys-off';

export function areSingleKeysOff(): boolean {
  return localStorage.getItem(OFF) === 'yes';
}

export function switchSingleKeys(isOff: boolean): void {
  if (isOff) localStorage.setItem(OFF, 'yes');
  else localStorage.removeItem(OFF);
}

export function useKeys(): void {
  useEffect(() => {
    let started = '';
    let startedAt = 0;
    const onKey = (event: KeyboardEvent): void => {
      const pressed = nameOf(event);
      if (pressed === null || event.defaultPrevented) return;
      const isSingle = !pressed.startsWith('mod+');
      if (
        isSingle &&
        (isTyping(event.composedPath()[0] ?? null) || isDialogOpen() || areSingleKeysOff())
      )
        return;
      const isChord = started !== '' && event.timeStamp - startedAt < CHORD_MS;
      const wanted = isChord && isSingle ? `${started} ${pressed}` : pressed;
      const found = currentActions().find((action) => action.shortcut === wanted);
      started = found === undefined && isSingle && !isChord ? pressed : '';
      startedAt = event.timeStamp;
      if (found === undefined) return;
      event.preventDefault();
      found.run();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

function nameOf(event: KeyboardEvent): string | null {
  if (event.altKey || event.isComposing) return null;
  const key = event.key === 'Enter' ? 'enter' : event.key;
  if (key.length > 1 && key !== 'enter') return null;
  return event.metaKey || event.ctrlKey ? `mod+${key.toLowerCase()}` : key;
}

// Why the first of the path: an editor lives in a shadow root, whose events name its host as their target.
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"][aria-modal="true"]') !== null;
}

const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** A shortcut as it stands on the reader's keyboard. */
export function formatShortcut(shortcut: string): string[] {
  return shortcut.split(' ').flatMap((part) => {
    if (!part.startsWith('mod+')) return [part === 'enter' ? '↵' : part.toUpperCase()];
    const key = part.slice(4);
    return [`${isMac ? '⌘' : `${words.control} `}${key === 'enter' ? '↵' : key.toUpperCase()}`];
  });
}
