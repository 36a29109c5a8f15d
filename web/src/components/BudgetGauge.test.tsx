/**
 * A budget in numbers and as a picture: both say the same, and a price that is not there is said.
 */
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { expectAccessible, show } from '../testing/render.tsx';
import { BudgetGauge } from './BudgetGauge.tsx';

const widthOf = (container: HTMLElement) =>
  container.querySelector('rect[data-kind=price]')?.getAttribute('width');
const legend = () => screen.getAllByRole('definition').map(({ textContent }) => textContent);

test('the picture has the finding as its name, the numbers stand below it', async () => {
  const { container } = await show(<BudgetGauge whole="5.00" spent="2.40" price="0.40" />);
  expect(screen.getByRole('img').getAttribute('aria-label')).toBe(
    '2.40 of 5.00 is spent, this question takes 0.40, 2.20 is left after it.',
  );
  expect(legend()).toEqual(['2.40', '0.40', '2.20']);
  expect(widthOf(container)).toBe('8%');
  await expectAccessible();
});

test('a price above what is left is said, and ends where the budget ends', async () => {
  const { container } = await show(<BudgetGauge whole="5" spent="4.75" price="0.40" />);
  expect(screen.getByText('Too dear: 0.40 is 0.15 more than the 0.25 that is left')).toBeTruthy();
  expect(screen.getByRole('img').getAttribute('aria-label')).toMatch(/^Too dear: 0\.40/);
  expect(widthOf(container)).toBe('5%');
  await expectAccessible();
});

test('digits that no float holds are shown as they are', async () => {
  await show(<BudgetGauge whole="1" spent="0.1" price="0.70000000000000000001" />);
  expect(legend()[2]).toBe('0.19999999999999999999');
});

test('what is no amount is not known, and nothing is drawn', async () => {
  await show(<BudgetGauge whole="many" spent="0" price="0" />);
  expect(screen.getByText('The budget is not known')).toBeTruthy();
  expect(screen.queryByRole('img')).toBeNull();
});
