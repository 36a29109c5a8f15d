/**
 * The focus of who works by keyboard: given back by a button that waited, taken up by the heading where the button went, and left
 * alone where he pressed beside it.
 */
import { act, screen, waitFor } from '@testing-library/react';
import { useRef, useState } from 'react';
import { expect, test } from 'vitest';
import { focused, show } from '../testing/render.tsx';
import { useFocusKept } from './use-focus-kept.ts';

let put: (state: 'ready' | 'waiting' | 'gone') => void = () => {};

function Decision({ state }: { state: 'ready' | 'waiting' | 'gone' }) {
  return state === 'gone' ? (
    <p>Done</p>
  ) : (
    <button type="button" disabled={state === 'waiting'}>
      Let her in
    </button>
  );
}

function Frame({ isDialog = false }: { isDialog?: boolean }) {
  const main = useRef<HTMLElement>(null);
  const [state, setState] = useState<'ready' | 'waiting' | 'gone'>('ready');
  put = setState;
  useFocusKept(main);
  return (
    <>
      <main ref={main} tabIndex={-1}>
        <h1>The page</h1>
        <section>
          <h2>Your decision</h2>
          <div>{isDialog ? null : <Decision state={state} />}</div>
        </section>
      </main>
      {isDialog ? (
        <div role="dialog" aria-label="Keys">
          <h2>Keys</h2>
          <Decision state={state} />
        </div>
      ) : null}
    </>
  );
}

const button = () => screen.getByRole('button', { name: 'Let her in' });
const wait = () => new Promise((resolve) => setTimeout(resolve, 120));

/** As browsers do with a button that may be pressed no more; jsdom leaves the focus on it. */
const loseFocus = () => {
  const taken = document.activeElement as HTMLElement;
  Object.defineProperty(document, 'activeElement', { value: document.body, configurable: true });
  return () => {
    Reflect.deleteProperty(document, 'activeElement');
    return taken;
  };
};

test('where the button goes the heading of its part has the focus', async () => {
  await show(<Frame />);
  act(() => button().focus());
  act(() => put('gone'));
  await waitFor(() => expect(focused()).toBe(screen.getByRole('heading', { level: 2 })));
});

test('in a dialog its own heading has it', async () => {
  await show(<Frame isDialog />);
  act(() => button().focus());
  act(() => put('gone'));
  await waitFor(() => expect(focused()).toBe(screen.getByRole('heading', { name: 'Keys' })));
});

test('a button that waited has the focus again', async () => {
  await show(<Frame />);
  act(() => button().focus());
  act(() => put('waiting'));
  const back = loseFocus();
  const given: string[] = [];
  button().focus = () => void given.push('focus');
  await wait();
  expect(given).toEqual([]);
  act(() => put('ready'));
  await waitFor(() => expect(given).toEqual(['focus']));
  back();
});

test('who pressed beside everything is left there', async () => {
  const { user } = await show(<Frame />);
  act(() => button().focus());
  await user.click(document.body);
  await wait();
  expect(focused()).toBe(document.body);
  act(() => put('gone'));
  await wait();
  expect(focused()).toBe(document.body);
});
