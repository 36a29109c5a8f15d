/**
 * What may be said, in sentences: nothing of what is withheld, and nothing that the bands do not bear.
 */
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { IntervalRow } from '../lib/intervals.ts';
import { expectAccessible, show } from '../testing/render.tsx';
import { MaySay } from './MaySay.tsx';

const told = (label: string, estimate: number): IntervalRow => ({
  label,
  estimate,
  low: estimate - 9,
  high: estimate + 9,
});
const ROWS = [
  told('25-34', 50),
  told('35-44', 69),
  told('45-54', 118),
  told('55-64', 24),
  told('65+', 25),
];
const said = () => screen.queryAllByRole('listitem').map(({ textContent }) => textContent);

test('what is apart and what is too close, as sentences', async () => {
  await show(<MaySay rows={ROWS} sharper="1.10" />);
  expect(said()).toEqual([
    '45-54 is the highest: its lowest (109) is above every other highest (78).',
    '35-44 is above 25-34: 60 to 78 against 41 to 59.',
    '25-34 is above 65+ and 55-64: its lowest (41) is above their highest (34).',
    '65+ against 55-64: too close to tell. Sharper costs 1.10 more.',
  ]);
  await expectAccessible();
});

test('a group that is withheld makes the highest one of those told, and is named without a number', async () => {
  const { container } = await show(<MaySay rows={[{ label: 'young', withheld: true }, ...ROWS]} />);
  expect(said()[0]).toMatch(/^45-54 is the highest of those told:/);
  const [line] = [...container.querySelectorAll('p')].map(({ textContent }) => textContent);
  expect(line).toBe('Of young nothing may be said: withheld.');
  expect(said().join(' ')).not.toContain('young');
});

test('with fewer than two groups nothing can be compared', async () => {
  await show(<MaySay rows={[told('a', 1)]} />);
  expect(said()).toEqual([]);
  expect(screen.getByText(/^Nothing can be compared/)).toBeTruthy();
});
