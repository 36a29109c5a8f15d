/**
 * What stands around each test of a component: what jsdom lacks of a browser, a page that starts empty, and the rule that
 * whatever is complained about on the console has failed.
 *
 * Not a fake of anything that a test is about: sizes are those of a window in which everything has room.
 */
import { cleanup, configure } from '@testing-library/react';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { forgetAll } from '../lib/tab-memory.ts';

const WIDTH = 1_200;
const HEIGHT = 600;

class StillObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

function lend(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { configurable: true, writable: true, value });
}

function lendSize(name: string, px: number): void {
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => px });
}

/** jsdom draws nothing, so it has no sizes, no media and nothing to scroll. */
function furnish(): void {
  lend(globalThis, 'ResizeObserver', StillObserver);
  lend(globalThis, 'IntersectionObserver', StillObserver);
  lend(window, 'matchMedia', (media: string) => ({
    media,
    matches: false,
    addEventListener: () => {},
    removeEventListener: () => {},
  }));
  lend(window, 'scrollTo', () => {});
  lend(document, 'fonts', { addEventListener: () => {}, removeEventListener: () => {} });
  lend(Element.prototype, 'scrollIntoView', () => {});
  lend(Range.prototype, 'getClientRects', () => []);
  lend(HTMLCanvasElement.prototype, 'getContext', () => null);
  lendCapture();
  lendSize('clientWidth', WIDTH);
  lendSize('clientHeight', HEIGHT);
  lendSize('offsetWidth', WIDTH);
  lendSize('offsetHeight', HEIGHT);
}

/** Which element has which pointer. */
function lendCapture(): void {
  const captured = new Map<number, Element>();
  lend(Element.prototype, 'setPointerCapture', function (this: Element, id: number) {
    captured.set(id, this);
  });
  lend(Element.prototype, 'releasePointerCapture', (id: number) => captured.delete(id));
  lend(Element.prototype, 'hasPointerCapture', function (this: Element, id: number) {
    return captured.get(id) === this;
  });
}

furnish();
configure({ asyncUtilTimeout: 10_000 });

let complaints: string[] = [];

beforeEach(() => {
  complaints = [];
  const note = (...words: unknown[]) => {
    // Why not this one: browsers know the element, jsdom does not yet.
    if (String(words[0]).startsWith('The tag <%s> is unrecognized') && words[1] === 'search')
      return;
    complaints.push(words.map(String).join(' '));
  };
  vi.spyOn(console, 'error').mockImplementation(note);
  vi.spyOn(console, 'warn').mockImplementation(note);
});

afterEach(() => {
  cleanup();
  localStorage.clear();
  forgetAll();
  document.body.replaceChildren();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  expect(complaints).toEqual([]);
});
