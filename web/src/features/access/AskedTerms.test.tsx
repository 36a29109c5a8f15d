/**
 * What was asked for stands beside what was offered, where they differ; nothing is claimed where it is not known.
 */
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Agreement } from '../../api/types.ts';
import { agreement } from '../../testing/facts.ts';
import { expectAccessible, show } from '../../testing/render.tsx';
import { AskedTerms } from './AskedTerms.tsx';

const ASKED = { columns: ['income', 'region'], filter: null, granularity: null, until: null };

const terms = (facts: Partial<Agreement>) => show(<AskedTerms agreement={agreement(facts)} />);

test('what was asked and what is offered stand side by side, and only what differs', async () => {
  await terms({ state: 'countered', asked: ASKED, columns: ['region'], until: null });
  await expectAccessible();
  const table = screen.getByRole('table');
  const cells = within(table)
    .getAllByRole('row')
    .map((row) => row.textContent);
  expect(cells).toEqual(['Asked forOffered', 'Columnsincome, regionregion']);
  expect(table.querySelector('del')?.textContent).toBe('income');
});

test('an end that was brought forward is told once it is agreed to', async () => {
  const until = '2027-02-01T22:59:59Z';
  await terms({ state: 'active', asked: { ...ASKED, columns: null }, until });
  const row = screen.getByRole('row', { name: /^Until/ });
  expect(row.textContent).toMatch(/without an end.*2027/);
  expect(screen.getByRole('columnheader', { name: 'Agreed to' })).toBeTruthy();
});

test('the same terms, in another order of columns, say nothing', async () => {
  const { container } = await terms({
    state: 'active',
    asked: ASKED,
    columns: ['region', 'income'],
  });
  expect(container.textContent).toBe('');
});

test('where it is not known what was asked for, an offer says so and nothing else is claimed', async () => {
  const { container } = await terms({ state: 'countered', asked: null, columns: ['region'] });
  expect(container.textContent).toMatch(/not known/);
  const { container: ended } = await terms({ state: 'denied', asked: null });
  expect(ended.textContent).toBe('');
});
