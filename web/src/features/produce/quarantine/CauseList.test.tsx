/**
 * The causes of refused rows: each with its share of the rows, and none out of sight without a word.
 */
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { expectAccessible, show } from '../../../testing/render.tsx';
import type { Cause } from '../types.ts';
import { shareIn, shareOfRefused } from '../words.ts';
import { CauseList } from './CauseList.tsx';

const REFUSED = 523;

const causesOf = (counts: readonly number[]): Cause[] =>
  counts.map((records, at) => ({
    product: 'point_of_sale.transactions',
    rule: `rule_${at}`,
    column: `column_${at}`,
    message: 'is out of its range',
    open: records,
    held: 0,
    records,
    batches: 1,
    first: '2026-11-20T08:00:00Z',
    last: '2026-11-20T08:00:00Z',
    firstBatch: 'bat_1',
    lastBatch: 'bat_1',
    examples: [],
  }));

function listOf(causes: readonly Cause[]) {
  const [selected] = causes;
  if (selected === undefined) throw new Error('a list has causes');
  return (
    <CauseList
      causes={causes}
      selected={selected}
      onSelect={() => undefined}
      shareOf={({ records }) => shareOfRefused(shareIn(records, REFUSED))}
    />
  );
}

test('a share is one of the refused rows, not of the reasons: a row may have two', async () => {
  await show(listOf(causesOf([416, 331, 1])));
  const told = screen.getAllByRole('button').map(({ textContent }) => textContent ?? '');
  expect(told[0]).toMatch(/79\.54.%.of refused rows/);
  expect(told[1]).toMatch(/63\.2\d.%.of refused rows/);
  expect(shareIn(0, 0)).toBeNull();
});

test('causes that are not in sight are named by a button that shows them', async () => {
  const { user } = await show(listOf(causesOf([9, 8, 7, 6, 5, 4, 3, 2, 1])));
  expect(screen.getAllByRole('listitem')).toHaveLength(6);
  await expectAccessible();
  await user.click(screen.getByRole('button', { name: 'Show all 9 causes' }));
  expect(screen.getAllByRole('listitem')).toHaveLength(9);
});

test('a cause of which nothing waits any more is behind a button, unless nothing else is left', async () => {
  const [first, second, third] = causesOf([3, 2, 1]);
  if (first === undefined || second === undefined || third === undefined) throw new Error('three');
  const { user } = await show(
    listOf([first, { ...second, open: 0 }, { ...third, open: 0, held: 1 }]),
  );
  expect(screen.getAllByRole('listitem')).toHaveLength(2);
  await user.click(screen.getByRole('button', { name: 'Show 1 cause that was decided about' }));
  expect(screen.getAllByRole('listitem')).toHaveLength(3);
  await show(listOf(causesOf([3, 2]).map((cause) => ({ ...cause, open: 0 }))));
  expect(screen.getAllByRole('listitem')).toHaveLength(5);
});
