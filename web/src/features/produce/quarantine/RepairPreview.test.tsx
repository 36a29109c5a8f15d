/**
 * What a repair would do, shown before it is done: nothing that is refused looks as if it passed, and nothing useless is offered.
 */
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { expectAccessible, show } from '../../../testing/render.tsx';
import { words } from '../batch/words-batch.ts';
import type { Cause, Preview } from '../types.ts';
import { shareIn, shareOfOpen } from '../words.ts';
import { RepairFoot, RepairTable } from './RepairPreview.tsx';
import { draftFor } from './repair.ts';

const ROWS = 97;

const cause: Cause = {
  product: 'loyalty.households',
  rule: 'income_bands',
  column: 'income',
  message: 'is none of the allowed values',
  open: ROWS,
  held: 0,
  records: ROWS,
  batches: 1,
  first: '2026-11-20T08:00:00Z',
  last: '2026-11-20T08:00:00Z',
  firstBatch: 'bat_1',
  lastBatch: 'bat_1',
  examples: ['low'],
};

const preview = (good: number, facts: Partial<Preview> = {}): Preview => ({
  batches: [{ root: 'bat_1', records: ROWS, state: 'committed', because: null }],
  byRule: {},
  duplicates: 0,
  good,
  held: [],
  next: null,
  notLookedAt: 0,
  quarantined: ROWS - good,
  records: ROWS,
  sample: [1, 70].map((record) => ({
    ref: `bat_1:${record}`,
    batch: 'bat_1',
    record,
    line: record + 1,
    before: { income: 'low' },
    after: { income: 'lower' },
    raw: `${record},low`,
  })),
  skipped: { decided: 0, expression: 0, unchanged: 0, unreadable: 0, unwritable: 0 },
  skippedSample: [],
  truncated: false,
  ...facts,
});

function tried(data: Preview) {
  return (
    <main>
      <RepairTable preview={data} isOld={false} />
      <RepairFoot
        where={{ product: cause.product }}
        cause={cause}
        draft={draftFor(cause, 'same')}
        preview={{ data, isFetching: false, error: null, isWritten: true }}
        onDone={() => undefined}
        onGone={() => undefined}
      />
    </main>
  );
}

const send = () => screen.getByRole('button', { name: /^Send/ });
const outcomes = (of: HTMLElement) => [
  ...new Set(
    [...of.querySelectorAll('[data-outcome]')].map((one) => one.getAttribute('data-outcome')),
  ),
];

test('rows of which none would pass cannot be sent, and it is said why', async () => {
  const { container } = await show(tried(preview(0)));
  expect(send()).toHaveProperty('disabled', true);
  const why = document.getElementById(send().getAttribute('aria-describedby') ?? '');
  expect(why?.textContent).toContain('0 rows pass, 97 stay refused.');
  expect(why?.textContent).toContain('There is nothing to send while no row passes');
  expect(outcomes(container)).toEqual(['stay']);
  await expectAccessible();
});

test('rows that pass, or are there already, are sent with their number', async () => {
  const { container } = await show(tried(preview(ROWS)));
  expect(send().textContent).toBe('Send 97 rows again');
  expect(send()).toHaveProperty('disabled', false);
  expect(outcomes(container)).toEqual(['pass']);
});

test('rows that are there already may be sent: that decides about them', async () => {
  await show(tried(preview(0, { quarantined: 95, duplicates: 2 })));
  expect(send()).toHaveProperty('disabled', false);
});

test('where some pass and some stay, no single row is said to pass', async () => {
  const { container } = await show(tried(preview(90)));
  expect(outcomes(container)).toEqual(['unknown']);
});

test('each row that is shown stands as it came, however far down it is', async () => {
  await show(tried(preview(ROWS)));
  expect(screen.getByTitle('70,low')).toBeTruthy();
});

test('what is open is said of the cause that is looked at', () => {
  expect(words.openOfCause(0)).toBe('Nothing of this cause is open.');
  expect(words.openOfCause(2)).toBe('2 rows of this cause are open.');
  expect(shareOfOpen(shareIn(1, 4))).toMatch(/of open rows$/);
});
