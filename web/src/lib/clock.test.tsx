/**
 * Times that are told from now stay true, and cost nothing that nobody sees.
 */
import { act, render } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useTold } from './clock.ts';
import { formatWhen, reader } from './format.ts';

const NOW = new Date('2026-11-29T12:00:00Z');
const drawn = { text: 0, page: 0 };

function Text({ at }: { at: string }) {
  drawn.text++;
  return <time>{useTold(at, formatWhen)}</time>;
}

function Page({ times }: { times: readonly string[] }) {
  drawn.page++;
  return times.map((at) => <Text key={at} at={at} />);
}

const before = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000).toISOString();
const pass = (seconds: number) => act(() => vi.advanceTimersByTime(seconds * 1_000));
const told = (of: HTMLElement) => of.textContent;

function hide(isHidden: boolean): void {
  Object.defineProperty(document, 'hidden', { configurable: true, value: isHidden });
  act(() => void document.dispatchEvent(new Event('visibilitychange')));
}

const own = { ...reader };
beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  Object.assign(reader, { locale: 'en' });
  Object.assign(drawn, { text: 0, page: 0 });
});
afterEach(() => {
  vi.useRealTimers();
  Reflect.deleteProperty(document, 'hidden');
  Object.assign(reader, own);
});

test('a time below a minute is renewed each second, by itself alone', () => {
  const { container } = render(<Page times={[before(1), before(7_200)]} />);
  expect(told(container)).toContain('1 sec. ago');
  const { text, page } = drawn;
  for (let second = 0; second < 3; second++) pass(1);
  expect(told(container)).toContain('4 sec. ago');
  expect(told(container)).toContain('2 hr. ago');
  expect(drawn).toEqual({ text: text + 3, page });
});

test('once all are older, one look a minute is enough', () => {
  const { container } = render(<Page times={[before(300)]} />);
  expect(vi.getTimerCount()).toBe(1);
  const { text } = drawn;
  pass(59);
  expect(drawn.text).toBe(text);
  pass(62);
  expect(told(container)).toBe('7 min. ago');
});

test('nothing runs while the page is hidden, and it is true again at sight', () => {
  const { container } = render(<Page times={[before(1)]} />);
  hide(true);
  expect(vi.getTimerCount()).toBe(0);
  pass(40);
  expect(told(container)).toBe('1 sec. ago');
  hide(false);
  expect(told(container)).toBe('41 sec. ago');
});

test('one timer for all, and none when they are gone', () => {
  const { unmount } = render(<Page times={[before(1), before(2), before(3)]} />);
  expect(vi.getTimerCount()).toBe(1);
  unmount();
  expect(vi.getTimerCount()).toBe(0);
});
