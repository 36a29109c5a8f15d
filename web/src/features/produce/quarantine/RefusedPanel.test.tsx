/**
 * Refused rows that are given up: the buttons are none while it goes on, and the focus is not lost with them.
 */
import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { currentWork, dismissWork } from '../../../lib/work.ts';
import { startMesh } from '../../../testing/mesh.ts';
import { focused, show } from '../../../testing/render.tsx';
import type { Cause, Row } from '../types.ts';
import { RefusedPanel } from './RefusedPanel.tsx';

afterEach(() => {
  for (const { id } of currentWork()) dismissWork(id);
});

const CAUSE: Cause = {
  product: 'loyalty.households',
  rule: 'income_bands',
  column: 'income',
  message: 'is none of the allowed values',
  open: 2,
  held: 0,
  records: 2,
  batches: 1,
  first: '2026-11-20T08:00:00Z',
  last: '2026-11-20T08:00:00Z',
  firstBatch: 'bat_1',
  lastBatch: 'bat_1',
  examples: ['low'],
};

const ROW: Row = {
  ref: 'bat_1/1',
  batch: 'bat_1',
  kind: 'quarantined',
  line: 2,
  record: 1,
  origin: null,
  replay: null,
  state: 'open',
  raw: '1,low,x',
  reasons: [{ rule: CAUSE.rule, column: 'income', value: 'low', message: CAUSE.message }],
};

test('after rows were given up the focus is on the heading of what is left', async () => {
  const mesh = startMesh();
  let causes = [CAUSE];
  mesh.on('get', '/api/v1/quarantine/causes', () => ({
    items: causes,
    balance: [],
    next: null,
    truncated: false,
  }));
  mesh.on('get', '/api/v1/quarantine/rows', { items: [], next: null });
  mesh.on('post', '/api/v1/quarantine/discards', () => {
    causes = [{ ...CAUSE, open: 0 }];
    return { mark: 'mrk_1', records: 2, batches: [], held: [], more: false };
  });
  const { user } = await show(
    <RefusedPanel
      title="Repair the 2 rows"
      where={{ product: CAUSE.product, batch: 'bat_1' }}
      selected={{}}
      onSelect={() => undefined}
      shareOf={() => ''}
      mayAct
      footOf={() => <p>Nothing is open.</p>}
      empty={null}
    />,
  );
  await user.click(await screen.findByRole('button', { name: 'Give up 2 rows' }));
  const dialog = await screen.findByRole('dialog');
  await user.type(within(dialog).getByRole('textbox', { name: /^Why/ }), 'They are tests');
  await user.click(within(dialog).getByRole('button', { name: 'Give up 2 rows' }));
  await screen.findByText('Nothing is open.');
  await waitFor(() =>
    expect(focused()).toBe(screen.getByRole('heading', { name: 'Repair the 2 rows' })),
  );
});

test('the cause that waits is the first one in sight, and its repair stands above the rows that it changes', async () => {
  const mesh = startMesh();
  const decided = { ...CAUSE, rule: 'other', message: 'has no value', open: 0 };
  const items = [decided, CAUSE];
  mesh.on('get', '/api/v1/quarantine/causes', { items, balance: [], next: null, truncated: false });
  mesh.on('get', '/api/v1/quarantine/rows', { items: [ROW], next: null });
  await show(
    <RefusedPanel
      title="Repair the 2 rows"
      where={{ product: CAUSE.product, batch: 'bat_1' }}
      selected={{}}
      onSelect={() => undefined}
      shareOf={() => ''}
      mayAct
      footOf={() => null}
      empty={null}
    />,
  );
  const rows = await screen.findByRole('table');
  const form = screen.getByRole('group', { name: 'Try a repair' });
  const send = screen.getByRole('button', { name: 'Send again' });
  expect(form.compareDocumentPosition(send)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  expect(send.compareDocumentPosition(rows)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  expect(within(rows).getByText('low', { selector: 'mark' })).toBeTruthy();
});
