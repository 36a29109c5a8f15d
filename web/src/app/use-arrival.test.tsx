/**
 * A change of page leads the focus to the heading, also where the page has none before its answer came.
 */

import { Link, useLocation } from '@tanstack/react-router';
import { act, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { focused, show } from '../testing/render.tsx';
import { useArrival } from './use-arrival.ts';

let answer: (heading: string | null) => void = () => {};

function Frame() {
  const { main, announced } = useArrival();
  return (
    <>
      <main ref={main}>
        <Page />
      </main>
      <button type="button">Elsewhere</button>
      <p data-testid="said">{announced}</p>
    </>
  );
}

function Page() {
  const { pathname } = useLocation();
  const [heading, setHeading] = useState<string | null>(null);
  answer = setHeading;
  if (pathname === '/') {
    return (
      <Link to="/p/$product" params={{ product: 'a.b' }}>
        Open
      </Link>
    );
  }
  return heading === null ? <p>Waiting</p> : <h1 key={heading}>{heading}</h1>;
}

async function open() {
  const shown = await show(<Frame />);
  act(() => screen.getByRole('link').focus());
  await shown.user.keyboard('{Enter}');
  await screen.findByText('Waiting');
  expect(focused()).toBe(document.body);
  return shown;
}

const say = (heading: string) => act(() => answer(heading));
const said = () => screen.getByTestId('said').textContent;

test('the heading of a page that waited for its answer has the focus, and is said', async () => {
  await open();
  say('Transactions');
  await waitFor(() => expect(focused()).toBe(screen.getByRole('heading', { level: 1 })));
  expect(said()).toBe('Transactions');
  expect(document.title).toBe('Transactions · Weft');
});

test('a heading in the place of another one has it in turn', async () => {
  await open();
  say('Loading');
  await waitFor(() => expect(focused().textContent).toBe('Loading'));
  say('Transactions');
  await waitFor(() => expect(focused().textContent).toBe('Transactions'));
});

test('who went elsewhere meanwhile stays there', async () => {
  const { user } = await open();
  await user.click(screen.getByRole('button', { name: 'Elsewhere' }));
  say('Transactions');
  await screen.findByRole('heading', { level: 1 });
  expect(focused().textContent).toBe('Elsewhere');
});
