/**
 * The cloth of promises for who does not see it: each row says what its days were, and the same stands in a table.
 */
import { screen, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import type { WeaveRow, WeaveState } from '../lib/weave.ts';
import { expectAccessible, focused, show } from '../testing/render.tsx';
import { Weave } from './Weave.tsx';

function row(title: string, states: WeaveState[]): WeaveRow {
  return {
    id: title,
    title,
    name: title,
    days: states.map((state, at) => ({
      day: `2026-11-${String(at + 1).padStart(2, '0')}`,
      state,
      batches: at,
      held: state === 'missed' ? 1 : 0,
      records: 1_000 * at,
    })),
  };
}

const ORDERS = row('ecommerce.orders', ['kept', 'close', 'missed', 'none', 'kept']);
const HOSTILE = row('<b>loyalty</b>', ['none', 'none']);

const texts = (elements: HTMLElement[]) => elements.map(({ textContent }) => textContent);

test('each row is a picture whose name is the finding', async () => {
  await show(<Weave label="Promises" rows={[ORDERS, HOSTILE]} />);
  expect(screen.getAllByRole('img').map((image) => image.getAttribute('aria-label'))).toEqual([
    'ecommerce.orders: 3 of 4 days kept, 1 of them close, 1 missed',
    '<b>loyalty</b>: nothing was due in 2 days',
  ]);
  expect(texts(within(screen.getByRole('list')).getAllByRole('listitem'))).toEqual([
    'kept',
    'close',
    'missed',
    'nothing due',
  ]);
  await expectAccessible();
});

test('a row without a name of its own is named by the label', async () => {
  await show(<Weave label="Days of orders" rows={[ORDERS]} hasNames={false} />);
  expect(screen.getByRole('img').getAttribute('aria-label')).toMatch(/^Days of orders: 3 of 4/);
});

test('kept, close, missed and nothing due are drawn apart without colour', async () => {
  const { container } = await show(<Weave label="Promises" rows={[ORDERS]} />);
  const drawn = [...container.querySelectorAll('svg[role=img] > g')].map((day) =>
    [...day.querySelectorAll('rect:not(:last-child), path')]
      .map(({ tagName }) => tagName)
      .join(' '),
  );
  const [kept, close, missed, none] = drawn;
  expect(none).toBe('rect');
  expect(new Set([kept, none]).size).toBe(2);
  const paths = [...container.querySelectorAll('svg[role=img] > g path')];
  expect(new Set(paths.map((path) => path.getAttribute('d'))).size).toBe(2);
  expect(close).toBe(missed);
  const titles = [...container.querySelectorAll('svg[role=img] > g > title')];
  expect(titles.map(({ textContent }) => textContent?.split(': ')[1])).toEqual([
    'kept',
    'close, 1 × sent',
    'missed, 2 × sent',
    'nothing due, 3 × sent',
    'kept, 4 × sent',
  ]);
});

test('several rows are a table of counted days, by keyboard and back', async () => {
  const { user } = await show(<Weave label="Promises" rows={[ORDERS, HOSTILE]} />);
  await user.tab();
  await user.keyboard('{Enter}');
  const table = screen.getByRole('table', { name: 'Promises' });
  expect(screen.queryByRole('img')).toBeNull();
  expect(texts(within(table).getAllByRole('columnheader'))).toEqual([
    'Product',
    'Days kept',
    'Days close',
    'Days missed',
    'Days nothing due',
    'Missed on',
  ]);
  const line = within(table).getByRole('row', { name: /ecommerce\.orders/ });
  expect(within(line).getByRole('rowheader').textContent).toBe('ecommerce.orders');
  expect(texts(within(line).getAllByRole('cell')).slice(0, 4)).toEqual(['2', '1', '1', '1']);
  expect(within(line).getAllByRole('cell').at(-1)?.textContent).toMatch(/3/);
  expect(table.querySelector('b')).toBeNull();
  await expectAccessible();
  const back = screen.getByRole('button', { expanded: true });
  expect(document.activeElement).toBe(back);
  await user.keyboard('{Enter}');
  expect(screen.queryByRole('table')).toBeNull();
});

test('one row is a table of days, the newest first', async () => {
  const { user } = await show(<Weave label="Days of orders" rows={[ORDERS]} />);
  await user.click(screen.getByRole('button', { expanded: false }));
  const table = screen.getByRole('table', { name: 'Days of orders' });
  const [, first, , third] = within(table).getAllByRole('row');
  if (first === undefined || third === undefined) throw new Error('rows are missing');
  expect(within(first).getByRole('rowheader').textContent).toMatch(/5/);
  expect(texts(within(first).getAllByRole('cell'))).toEqual(['kept', '4', '0', '0', '4,000']);
  expect(texts(within(third).getAllByRole('cell'))).toEqual(['missed', '2', '1', '0', '2,000']);
  await expectAccessible();
});

/** What is read of the day in focus, without its month, which each language has elsewhere. */
function dayInFocus(): string {
  const [day = '', state = ''] = focused().getAttribute('aria-label')?.split(': ') ?? [];
  return `${day.replace(/\D/g, '')}: ${state}`;
}

test('days that lead somewhere have one tab stop; arrows read them, Enter and Space choose', async () => {
  const onDay = vi.fn();
  const { user } = await show(
    <Weave label="Days of orders" rows={[ORDERS]} hasNames={false} onDay={onDay} />,
  );
  const list = screen.getByRole('listbox', { name: /^Days of orders: 3 of 4 days kept/ });
  expect(
    within(list)
      .getAllByRole('option')
      .map(({ tabIndex }) => tabIndex),
  ).toEqual([-1, -1, -1, -1, 0]);
  await user.tab();
  const read = [dayInFocus()];
  for (const key of [
    '{ArrowRight}',
    '{ArrowLeft}',
    '{ArrowLeft}',
    '{Home}',
    '{ArrowLeft}',
    '{End}',
  ]) {
    await user.keyboard(key);
    read.push(dayInFocus());
  }
  expect(read).toEqual([
    '5: kept, 4 × sent',
    '5: kept, 4 × sent',
    '4: nothing due, 3 × sent',
    '3: missed, 2 × sent',
    '1: kept',
    '1: kept',
    '5: kept, 4 × sent',
  ]);
  await user.keyboard('{ArrowLeft}{ArrowLeft}{Enter}{ArrowLeft}[Space]');
  expect(onDay.mock.calls.map(([, { day }]) => day)).toEqual(['2026-11-03', '2026-11-02']);
  await expectAccessible();
  await user.tab();
  expect(focused().textContent).toBe('Show as table');
});

test('the chosen day has the tab stop and says that it is chosen', async () => {
  const { user } = await show(
    <Weave label="Days" rows={[ORDERS]} hasNames={false} onDay={() => {}} chosen="2026-11-02" />,
  );
  await user.tab();
  expect(dayInFocus()).toBe('2: close, 1 × sent');
  expect(screen.getByRole('option', { selected: true })).toBe(focused());
});
