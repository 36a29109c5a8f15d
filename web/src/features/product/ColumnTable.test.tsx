/** Figures that are not shown say why: there is no agreement, or nothing was measured. */

import { screen } from '@testing-library/react';
import type { ContractProperty } from '@weft/core/contract/model';
import { expect, test } from 'vitest';
import type { AccessExplanation } from '../../api/access.ts';
import { show } from '../../testing/render.tsx';
import { ColumnTable } from './ColumnTable.tsx';
import { type Closed, closedBy } from './use-profile.ts';

const CITY = { name: 'city', logicalType: 'string', businessName: null } as ContractProperty;

const table = (closed: Closed | null) => (
  <ColumnTable
    reference="shop.stores"
    properties={[CITY]}
    explained={undefined}
    profile={undefined}
    isLoading={false}
    closed={closed}
    caption="Columns"
  />
);

test('without an agreement nothing is said to wait for a measurement', async () => {
  await show(table('agreement'));
  screen.getByText('you have no agreement');
  expect(screen.queryByText('not measured yet')).toBeNull();
});

test('with one it is not measured yet', async () => {
  await show(table(null));
  screen.getByText('not measured yet');
});

test('who has an agreement is not told that he has none where a policy hides all', async () => {
  await show(table('policy'));
  screen.getByText('a policy hides it from you');
  expect(screen.queryByText('you have no agreement')).toBeNull();
});

test('why nothing is shown is an agreement that is not there, or a policy in spite of one', () => {
  const known = { purpose: 'research', isKnown: true, isAgreed: true };
  const explained = { data: undefined };
  const denied = { data: { decision: 'deny', seen: null } as unknown as AccessExplanation };
  const empty = {
    data: { decision: 'permit', seen: { columns: [] } } as unknown as AccessExplanation,
  };
  expect(closedBy({ ...known, purpose: null, isKnown: false, explained })).toBeNull();
  expect(closedBy({ ...known, explained })).toBeNull();
  expect(closedBy({ ...known, purpose: null, explained })).toBe('agreement');
  expect(closedBy({ ...known, isAgreed: false, explained: denied })).toBe('agreement');
  expect(closedBy({ ...known, explained: denied })).toBe('policy');
  const reason = 'No active agreement on shop.stores@1 for purpose "research".';
  const gone = { data: { ...denied.data, reason } };
  expect(closedBy({ ...known, explained: gone }), 'it ended since').toBe('agreement');
  expect(closedBy({ ...known, isAgreed: false, explained: empty })).toBe('policy');
});
