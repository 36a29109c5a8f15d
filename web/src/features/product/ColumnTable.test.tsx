/** Figures that are not shown say why: there is no agreement, or nothing was measured. */

import { screen } from '@testing-library/react';
import type { ContractProperty } from '@weft/core/contract/model';
import { expect, test } from 'vitest';
import { show } from '../../testing/render.tsx';
import { ColumnTable } from './ColumnTable.tsx';
import { lacksAgreement } from './use-profile.ts';

const CITY = { name: 'city', logicalType: 'string', businessName: null } as ContractProperty;

const table = (isClosed: boolean) => (
  <ColumnTable
    reference="shop.stores"
    properties={[CITY]}
    explained={undefined}
    profile={undefined}
    isLoading={false}
    isClosed={isClosed}
    caption="Columns"
  />
);

test('without an agreement nothing is said to wait for a measurement', async () => {
  await show(table(true));
  screen.getByText('you have no agreement');
  expect(screen.queryByText('not measured yet')).toBeNull();
});

test('with one it is not measured yet', async () => {
  await show(table(false));
  screen.getByText('not measured yet');
});

test('what is not known yet is no lack of an agreement', () => {
  const explained = { data: undefined };
  expect(lacksAgreement({ purpose: null, isKnown: false, explained })).toBe(false);
  expect(lacksAgreement({ purpose: 'research', isKnown: true, explained })).toBe(false);
  expect(lacksAgreement({ purpose: null, isKnown: true, explained })).toBe(true);
});
