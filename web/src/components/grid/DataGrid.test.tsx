/**
 * The grid of results by keyboard and by ear: one tab stop, arrows, selection, copying by right, what a policy did to a column.
 */
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { expectAccessible, focused, show } from '../../testing/render.tsx';
import { DataGrid, type DataGridProps } from './DataGrid.tsx';
import type { GridColumn } from './grid-cells.ts';

const COLUMNS: GridColumn[] = [
  { name: 'store_id', type: 'INTEGER' },
  { name: 'amount', type: 'DECIMAL(9,2)' },
  { name: 'note', type: 'VARCHAR', veil: 'a stand-in' },
];
const HOSTILE = '<img src=x onerror="globalThis.pwned=1">';
const ROWS: unknown[][] = [
  [1001, '1234567.10', HOSTILE],
  [1002, null, 'tab\there'],
  [1003, '3.00', 'plain'],
];

async function* rowsOf(from: number, to: number) {
  yield* ROWS.slice(from, to);
}

const grid = (props: Partial<DataGridProps> = {}) => (
  <DataGrid
    label="Result"
    columns={COLUMNS}
    rowCount={ROWS.length}
    rowAt={(index) => ROWS[index] ?? null}
    version={1}
    rowsOf={rowsOf}
    {...props}
  />
);

const cell = (row: number, column: number) =>
  document.querySelector<HTMLElement>(`[data-place="${row} ${column}"]`);
const said = () => screen.getByRole('status').textContent;
const copied = () => navigator.clipboard.readText();

test('it tells how large it is, and each cell where it stands', async () => {
  await show(grid({ rowCount: 1_000_000, rowAt: (index) => ROWS[index % 3] ?? null }));
  const shown = screen.getByRole('grid', { name: 'Result' });
  expect(shown.getAttribute('aria-rowcount')).toBe('1000001');
  expect(shown.getAttribute('aria-colcount')).toBe('3');
  const rows = within(shown).getAllByRole('row');
  expect(rows.length).toBeLessThan(60);
  expect(rows.map((row) => row.getAttribute('aria-rowindex')).slice(0, 3)).toEqual(['1', '2', '3']);
  expect(cell(0, 2)?.getAttribute('aria-colindex')).toBe('3');
});

test('values are exact, empty ones say so, and markup stays text', async () => {
  const { container } = await show(grid());
  expect(cell(0, 0)?.textContent).toBe('1001');
  expect(cell(0, 1)?.textContent).toBe('1,234,567.10');
  expect(cell(1, 1)?.textContent).toBe('empty');
  expect(cell(0, 2)?.textContent).toBe(HOSTILE);
  expect(container.querySelector('img')).toBeNull();
  await expectAccessible();
});

test('what a policy did to a column is part of its name', async () => {
  await show(grid());
  expect(screen.getByRole('columnheader', { name: 'note, a stand-in' })).toBeTruthy();
  expect(screen.getByRole('columnheader', { name: 'amount' })).toBeTruthy();
});

test('one cell has the tab stop; arrows move it and the focus with it, and stop at the edges', async () => {
  const { user } = await show(
    <>
      {grid()}
      <button type="button">After</button>
    </>,
  );
  expect(document.querySelectorAll('[role=grid] [tabindex="0"]').length).toBe(1);
  await user.tab();
  expect(focused()).toBe(cell(0, 0));
  await user.keyboard('{ArrowLeft}{ArrowRight}{ArrowDown}');
  expect(focused()).toBe(cell(1, 1));
  await user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{End}');
  expect(focused()).toBe(cell(2, 2));
  await user.keyboard('{Home}{ArrowUp}{ArrowUp}{ArrowUp}');
  expect(focused().getAttribute('role')).toBe('columnheader');
  expect(document.querySelectorAll('[role=grid] [tabindex="0"]').length).toBe(1);
  await user.tab();
  expect(focused()).toBe(screen.getByRole('button', { name: 'After' }));
});

test('Shift selects, and what is selected is told', async () => {
  const { user } = await show(grid());
  await user.tab();
  expect(screen.queryByRole('gridcell', { selected: true })).toBeNull();
  await user.keyboard('{Shift>}{ArrowDown}{ArrowRight}{/Shift}');
  const selected = screen.getAllByRole('gridcell', { selected: true });
  expect(selected.map((one) => one.dataset['place'])).toEqual(['0 0', '0 1', '1 0', '1 1']);
});

test('one cell is copied as its bare value, several with their names, and it is said', async () => {
  const { user } = await show(grid());
  await user.tab();
  await user.keyboard('{ArrowRight}{Control>}c{/Control}');
  await waitFor(() => expect(said()).toBe('Copied 1 cell.'));
  expect(await copied()).toBe('1234567.10');
  await user.keyboard('{Control>}a{/Control}{Control>}c{/Control}');
  await waitFor(() => expect(said()).toBe('Copied 9 cells.'));
  const quoted = `"${HOSTILE.replaceAll('"', '""')}"`;
  expect(await copied()).toBe(
    `store_id\tamount\tnote\n1001\t1234567.10\t${quoted}\n1002\t\t"tab\there"\n1003\t3.00\tplain`,
  );
});

test('who may not take rows away is told why, and nothing is copied but a single value', async () => {
  const { user } = await show(grid({ copyRefusal: 'The policy lets you look only.' }));
  await navigator.clipboard.writeText('as it was');
  await user.tab();
  await user.keyboard('{Control>}a{/Control}{Control>}c{/Control}');
  await waitFor(() => expect(said()).toBe('The policy lets you look only.'));
  expect(await copied()).toBe('as it was');
  await user.keyboard('{Home}{Control>}c{/Control}');
  await waitFor(() => expect(said()).toBe('Copied 1 cell.'));
  expect(await copied()).toBe('1003');
});

test('without a clipboard it is said, and the cells stand in a field to copy from', async () => {
  const { user } = await show(grid());
  vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('refused'));
  await user.tab();
  await user.keyboard('{Shift>}{ArrowRight}{/Shift}{Control>}c{/Control}');
  const field = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Text to copy' });
  expect(field.value).toBe('store_id\tamount\n1001\t1234567.10');
  expect(screen.getByRole('status', { hidden: true }).textContent).toBe(
    'Not copied: no clipboard here.',
  );
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(screen.getByRole('grid').contains(focused())).toBe(true);
});

test('what may not be taken away is not put into a field either', async () => {
  const { user } = await show(grid({ copyRefusal: 'The policy lets you look only.' }));
  vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('refused'));
  await user.tab();
  await user.keyboard('{Control>}a{/Control}{Control>}c{/Control}');
  await waitFor(() => expect(said()).toBe('The policy lets you look only.'));
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('Enter in a head sorts by that column, and the order is told', async () => {
  const onSort = vi.fn();
  const { user } = await show(grid({ onSort, sort: { column: 'amount', isDescending: true } }));
  expect(screen.getByRole('columnheader', { name: 'amount' }).getAttribute('aria-sort')).toBe(
    'descending',
  );
  await user.tab();
  await user.keyboard('{ArrowUp}{ArrowRight}{Enter}');
  expect(onSort).toHaveBeenCalledWith('amount');
  onSort.mockClear();
  await user.keyboard('{ArrowDown}{Enter}');
  expect(onSort).not.toHaveBeenCalled();
});

test('Alt and an arrow make a column wider from its head', async () => {
  const { user } = await show(grid());
  await user.tab();
  await user.keyboard('{ArrowUp}');
  const head = screen.getByRole('columnheader', { name: 'store_id' });
  const before = Number.parseFloat(head.style.width);
  await user.keyboard('{Alt>}{ArrowRight}{/Alt}');
  expect(Number.parseFloat(head.style.width)).toBe(before + 16);
});

test('rows that are on their way are blank, not empty', async () => {
  await show(grid({ rowAt: () => null }));
  expect(cell(0, 0)?.textContent).toBe('');
  expect(cell(0, 0)?.hasAttribute('data-loading')).toBe(true);
});

test('a grid without rows is reached at its head', async () => {
  const { user } = await show(grid({ rowCount: 0 }));
  await user.tab();
  expect(screen.getByRole('grid').contains(focused())).toBe(true);
  fireEvent.keyDown(focused(), { key: 'ArrowDown' });
  expect(screen.getByRole('grid').contains(focused())).toBe(true);
});
