/**
 * The ledger of promises as a table that is read aloud: each promise with what was measured beside it, in words.
 */
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { expectAccessible, show } from '../testing/render.tsx';
import { ContractLedger, type LedgerRow } from './ContractLedger.tsx';

const HOSTILE = '<script>globalThis.pwned=1</script>';

const ROWS: LedgerRow[] = [
  {
    id: 'freshness',
    sentence: ['New rows within ', { strong: '24 h' }],
    headroom: 4,
    state: 'kept',
    finding: '6 h old',
    note: null,
  },
  {
    id: 'rule',
    sentence: [{ code: HOSTILE }, ' is never empty'],
    headroom: 0.5,
    state: 'missed',
    finding: HOSTILE,
    note: 'since 22 Nov',
  },
  {
    id: 'reference',
    sentence: ['Each row is in ', { product: 'loyalty.households' }],
    headroom: null,
    state: 'unknown',
    finding: 'not measured yet',
    note: null,
  },
];

test('each promise heads its row, with its thread and its finding', async () => {
  await show(<ContractLedger rows={ROWS} caption="Promises and measurements" />);
  const table = screen.getByRole('table', { name: 'Promises and measurements' });
  expect(within(table).getAllByRole('columnheader').length).toBe(3);
  const row = within(table).getByRole('row', { name: /New rows within 24 h/ });
  expect(within(row).getByRole('rowheader').textContent).toBe('New rows within 24 h');
  expect(within(row).getByRole('img').getAttribute('aria-label')).toMatch(
    /^New rows within 24 h: kept/,
  );
  expect(within(row).getAllByRole('cell').at(-1)?.textContent).toBe('6 h old');
  await expectAccessible();
});

test('only what deviates has an icon', async () => {
  const { container } = await show(<ContractLedger rows={ROWS} caption="Promises" />);
  const icons = [...container.querySelectorAll('tbody tr')].map(
    (row) => row.querySelectorAll('td:last-child svg').length,
  );
  expect(icons).toEqual([0, 1, 0]);
});

test('names and findings of a contract stay text', async () => {
  const { container } = await show(<ContractLedger rows={ROWS} caption="Promises" />);
  expect(container.querySelector('script')).toBeNull();
  expect(container.querySelector('th code')?.textContent).toBe(HOSTILE);
  const image = within(screen.getByRole('row', { name: /never empty/ })).getByRole('img');
  expect(image.getAttribute('aria-label')).toMatch(/^<script>.*<\/script> is never empty: missed/);
});

test('a product in a promise leads to its page', async () => {
  const { user, where } = await show(<ContractLedger rows={ROWS} caption="Promises" />);
  await user.click(screen.getByRole('link', { name: 'loyalty.households' }));
  expect(where()).toBe('/p/loyalty.households');
});
