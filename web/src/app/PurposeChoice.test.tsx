/**
 * The purpose that one looks at data for: chosen by keyboard, told as chosen, and kept in the address.
 */
import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { agreement } from '../testing/facts.ts';
import { startMesh } from '../testing/mesh.ts';
import { expectAccessible, focused, show } from '../testing/render.tsx';
import { PurposeChoice } from './PurposeChoice.tsx';

function withPurposes(...purposes: string[]) {
  const mesh = startMesh();
  mesh.on('get', '/api/v1/agreements', ({ query }) => {
    expect(query.get('subject')).toBe('anna@cpg');
    expect(query.get('state')).toBe('active');
    return { items: purposes.map((purpose) => agreement({ purpose })), next: null };
  });
}

test('who has no agreement is told how one comes to a purpose', async () => {
  withPurposes();
  const { user } = await show(<PurposeChoice />);
  await user.click(await screen.findByRole('button', { name: /Not chosen/ }));
  await screen.findByText(/No purpose is open to you yet/);
  expect(screen.queryAllByRole('menuitemradio')).toEqual([]);
});

test('each purpose of the agreements is offered once; the one in the address is told as chosen', async () => {
  withPurposes('research', 'fraud_detection', 'research');
  const { user } = await show(<PurposeChoice />, { at: '/market?purpose=research' });
  const button = await screen.findByRole('button', { name: /Research/ });
  await expectAccessible();
  await user.click(button);
  const choices = await screen.findAllByRole('menuitemradio');
  expect(choices.map(({ textContent }) => textContent)).toEqual(['Fraud detection', 'Research']);
  expect(choices.map((choice) => choice.getAttribute('aria-checked'))).toEqual(['false', 'true']);
});

test('by keyboard: opened, moved through and chosen; the rest of the address stays', async () => {
  withPurposes('research', 'fraud_detection');
  const { user, where } = await show(<PurposeChoice />, { at: '/market?q=cards&purpose=research' });
  const button = await screen.findByRole('button', { name: /Research/ });
  button.focus();
  await user.keyboard('{Enter}');
  await screen.findAllByRole('menuitemradio');
  await user.keyboard('{ArrowDown}');
  await waitFor(() => expect(focused().textContent).toBe('Fraud detection'));
  await user.keyboard('{Enter}');
  await waitFor(() => expect(where()).toBe('/market?q=cards&purpose=fraud_detection'));
  await screen.findByRole('button', { name: /Fraud detection/ });
});

test('Escape changes nothing and gives the focus back', async () => {
  withPurposes('research', 'fraud_detection');
  const { user, where } = await show(<PurposeChoice />, { at: '/market' });
  const button = await screen.findByRole('button', { name: /Not chosen/ });
  await user.click(button);
  await screen.findByRole('menu');
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());
  expect(where()).toBe('/market');
  await waitFor(() => expect(focused()).toBe(button));
});
