/**
 * Noisy answers as bands, and as a table: what is withheld has no number in either, nor in what is heard.
 */
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { IntervalRow } from '../lib/intervals.ts';
import { expectAccessible, show } from '../testing/render.tsx';
import { IntervalChart } from './IntervalChart.tsx';

const ROWS: IntervalRow[] = [
  { label: 'young', withheld: true },
  { label: 'middle', estimate: 50, low: 41, high: 59 },
  { label: '<i>old</i>', estimate: 24, low: 20, high: 33 },
];
const chart = (rows = ROWS) => (
  <IntervalChart title="Households by age" rows={rows} unit="households" />
);

test('the picture is named by its finding, and each band says its numbers', async () => {
  const { container } = await show(chart());
  expect(screen.getByRole('img').getAttribute('aria-label')).toBe(
    'Households by age: highest estimate middle, 50 ± 9; lowest <i>old</i>, 24 (20 to 33). young: withheld: too few to say.',
  );
  expect(screen.getByText('50 ± 9')).toBeTruthy();
  expect(screen.getByText('24 (20 to 33)')).toBeTruthy();
  expect(container.querySelectorAll('circle').length).toBe(2);
  await expectAccessible();
});

/** The row of the group that is withheld, with all that its markup says. */
const withheldMarkup = () =>
  screen.getByText('young').parentElement?.outerHTML.replaceAll(/<svg.*?<\/svg>/gs, '') ?? '';

test('what is withheld is drawn alike, whatever there would be, without a number', async () => {
  await show(chart());
  expect(withheldMarkup()).toContain('withheld: too few to say');
  expect(withheldMarkup().replaceAll(/class="[^"]*"/g, '')).not.toMatch(/\d/);
  expect(screen.getByText('young').parentElement?.querySelector('circle, rect')).toBeNull();
});

test('the same stands in a table, by keyboard and back', async () => {
  const { user } = await show(chart());
  await user.tab();
  await user.keyboard('{Enter}');
  const table = screen.getByRole('table', { name: 'Households by age' });
  const cells = within(table)
    .getAllByRole('row')
    .slice(1)
    .map((row) =>
      within(row)
        .getAllByRole('cell')
        .map(({ textContent }) => textContent),
    );
  expect(cells).toEqual([['withheld: too few to say'], ['50', '41', '59'], ['24', '20', '33']]);
  expect(screen.queryByRole('img')).toBeNull();
  expect(table.querySelector('i')).toBeNull();
  await expectAccessible();
  await user.keyboard('{Enter}');
  expect(screen.getByRole('img')).toBeTruthy();
});

test('where all is withheld there is an axis and no finding', async () => {
  await show(chart([{ label: 'young', withheld: true }]));
  expect(screen.getByRole('img').getAttribute('aria-label')).toBe(
    'Households by age: No group is told. young: withheld: too few to say.',
  );
  await expectAccessible();
});
