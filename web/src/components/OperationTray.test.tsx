/**
 * Work in the background as it is told: folded in a line, open as a list, and its end said to who does not see it.
 */
import { act, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { Problem } from '../api/problem.ts';
import {
  cancelWork,
  currentWork,
  dismissWork,
  type Outcome,
  startWork,
  type WorkHandle,
} from '../lib/work.ts';
import { expectAccessible, show } from '../testing/render.tsx';
import { OperationTray } from './OperationTray.tsx';

afterEach(() => {
  for (const { id } of currentWork()) {
    cancelWork(id);
    dismissWork(id);
  }
});

interface Begun {
  handle: WorkHandle;
  end(outcome: Outcome): Promise<void>;
  fail(error: Error): Promise<void>;
}

/** Work that goes on until the test ends it. */
function begin(title: string): Begun {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const held: { handle?: WorkHandle } = {};
  act(() => {
    startWork(
      { title, product: 'loyalty.households', phase: 'Sending', unit: 'bytes', total: 4_000 },
      (handle) => {
        held.handle = handle;
        return promise;
      },
    );
  });
  if (held.handle === undefined) throw new Error('the work did not start');
  return {
    handle: held.handle,
    end: (outcome) => act(async () => resolve(outcome)),
    fail: (error) => act(async () => reject(error)),
  };
}

const tray = () => screen.getByRole('region', { name: 'Work in the background' });
const fold = () => within(tray()).getByRole('button', { expanded: false });
const said = () => within(tray()).getByRole('status').textContent;

test('what was sent and not taken has its mark, and counts as failed', async () => {
  const { user } = await show(<OperationTray />);
  const [good, bad] = [begin('may.csv'), begin('june.csv')];
  await good.end({ says: '3 rows are in the table', standing: 'kept' });
  await bad.end({ says: 'Not taken: it cannot be read', standing: 'missed' });
  expect(fold().textContent).toMatch(/1 of 2/);
  await user.click(fold());
  const told = (text: string) => within(tray()).getAllByText(text)[0]?.closest('[data-kind]');
  expect(told('3 rows are in the table')?.getAttribute('data-kind')).toBe('kept');
  expect(told('Not taken: it cannot be read')?.getAttribute('data-kind')).toBe('missed');
});

test('a batch that is held is said to be held, and not to have failed', async () => {
  await show(<OperationTray />);
  const held = begin('june.csv');
  await held.end({ says: 'Held: 5 of 5 rows refused', standing: 'missed' });
  expect(fold().textContent).toBe('june.csv: Held: 5 of 5 rows refused');
  const good = begin('may.csv');
  await good.end({ says: '3 rows are in the table', standing: 'kept' });
  expect(fold().textContent).toBe('1 of 2 not in the table');
});

test('what it takes of the window is told to the page, and given back', async () => {
  const { user } = await show(<OperationTray />);
  const room = () => document.documentElement.style.getPropertyValue('--w-tray-tall');
  expect(room()).toBe('');
  const work = begin('may.csv');
  expect(room()).toMatch(/px$/);
  await work.end('done');
  await user.click(screen.getByRole('button', { name: 'Put away' }));
  await waitFor(() => expect(room()).toBe(''));
});

test('nothing is there while nothing goes on', async () => {
  const { container } = await show(<OperationTray />);
  expect(container.textContent).toBe('');
});

test('folded it says how far the work is; open it shows the bar, and what can be done', async () => {
  const { user } = await show(<OperationTray />);
  const work = begin('may.csv');
  act(() => work.handle.report({ done: 1_000 }));
  expect(fold().textContent).toMatch(/^may\.csv: Sending 1\.0\skB of 4\.0\skB$/);
  await user.click(fold());
  const bar = screen.getByRole('progressbar', { name: 'Sending may.csv' });
  expect(bar.getAttribute('aria-valuenow')).toBe('25');
  expect(screen.queryByRole('button', { name: 'Pause may.csv' })).toBeNull();
  act(() => work.handle.onPause({ pause: () => {}, resume: () => {} }));
  expect(screen.getByRole('button', { name: 'Pause may.csv' })).toBeTruthy();
  await expectAccessible();
});

test('where nobody knows how long it takes, the bar gives no number', async () => {
  const { user } = await show(<OperationTray />);
  const work = begin('may.csv');
  act(() => work.handle.report({ phase: 'Checking', unit: 'rows', done: 0, total: null }));
  await user.click(fold());
  expect(
    screen.getByRole('progressbar', { name: 'Checking may.csv' }).hasAttribute('aria-valuenow'),
  ).toBe(false);
});

test('Pause and Go on reach the work, by keyboard', async () => {
  const { user } = await show(<OperationTray />);
  const work = begin('may.csv');
  const steps: string[] = [];
  act(() =>
    work.handle.onPause({ pause: () => steps.push('pause'), resume: () => steps.push('resume') }),
  );
  await user.click(fold());
  screen.getByRole('button', { name: 'Pause may.csv' }).focus();
  await user.keyboard('{Enter}');
  expect(screen.getByText(/^Paused at/)).toBeTruthy();
  screen.getByRole('button', { name: 'Go on with may.csv' }).focus();
  await user.keyboard('{Enter}');
  expect(steps).toEqual(['pause', 'resume']);
});

test('Cancel aborts that work and no other, and says that nothing of it is visible', async () => {
  const { user } = await show(<OperationTray />);
  const first = begin('may.csv');
  const second = begin('june.csv');
  expect(fold().textContent).toBe('2 things under way');
  await user.click(fold());
  await user.click(screen.getByRole('button', { name: 'Cancel may.csv' }));
  expect(first.handle.signal.aborted).toBe(true);
  expect(second.handle.signal.aborted).toBe(false);
  expect(screen.getByText(/^Cancelled\. Nothing of it is visible/)).toBeTruthy();
  expect(said()).toBe('may.csv: cancelled');
});

test('an end is said, with how it ended', async () => {
  await show(<OperationTray />);
  const work = begin('may.csv');
  expect(said()).toBe('');
  await work.end('74,778 rows in the table');
  expect(said()).toBe('may.csv: 74,778 rows in the table');
  expect(fold().textContent).toBe('may.csv: 74,778 rows in the table');
});

test('a failure is said with its reason', async () => {
  const { user } = await show(<OperationTray />);
  const work = begin('may.csv');
  await work.fail(
    new Problem({ status: 409, code: 'HELD', title: 'Held', detail: '<b>Three</b> rules failed.' }),
  );
  expect(said()).toBe('may.csv: <b>Three</b> rules failed.');
  expect(fold().textContent).toBe('1 of 1 failed');
  await user.click(fold());
  expect(tray().querySelector('li b')).toBeNull();
  expect(within(screen.getByRole('listitem')).getByText('<b>Three</b> rules failed.')).toBeTruthy();
});

test('what ended is put away, one by one or together; what goes on stays', async () => {
  const { user } = await show(<OperationTray />);
  const first = begin('may.csv');
  const second = begin('june.csv');
  await first.end('done');
  expect(screen.queryByRole('button', { name: 'Put away' })).toBeNull();
  await user.click(fold());
  await user.click(screen.getByRole('button', { name: 'Put may.csv away' }));
  expect(currentWork().map(({ title }) => title)).toEqual(['june.csv']);
  await second.end('done');
  await user.click(screen.getByRole('button', { name: 'Put away' }));
  await waitFor(() => expect(screen.queryByRole('region')).toBeNull());
});
