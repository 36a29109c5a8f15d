/** Which purpose a request begins with. */
import { expect, it } from 'vitest';
import type { SeenView } from '../../api/access.ts';
import { chosenOf, type PurposeOffer } from './offers.ts';
import { isNothing } from './once-agreed.ts';

const view = { columns: [{ name: 'id', mask: null }], granularity: null } as unknown as SeenView;
const offer = (purpose: string, facts: Partial<PurposeOffer> = {}): PurposeOffer => ({
  ...{ purpose, isAllowed: true, explained: null, isAsking: false, view, agreement: null },
  ...facts,
});
const empty = offer('audit', { view: null });
const closed = offer('research', { isAllowed: false, view: null });

it('is the one that was chosen, whatever it shows', () => {
  expect(chosenOf([offer('planning'), empty], 'audit')).toBe(empty);
});

it('is the first that shows anything, where none or a closed one was chosen', () => {
  const planning = offer('planning');
  expect(chosenOf([empty, planning, closed], undefined)).toBe(planning);
  expect(chosenOf([empty, planning, closed], 'research')).toBe(planning);
  expect(chosenOf([empty, closed], undefined)).toBe(empty);
});

it('waits for the answers that it depends on', () => {
  const asking = offer('planning', { isAsking: true, view: null });
  expect(chosenOf([empty, asking], undefined)).toBeNull();
  expect(chosenOf([empty, asking], 'audit')).toBe(empty);
});

it('is none where the contract allows none', () => {
  expect(chosenOf([closed], undefined)).toBe('none');
});

it('an offer of columns that the policy hides shows nothing', () => {
  expect(isNothing(view, null)).toBe(false);
  expect(isNothing(view, ['id', 'name'])).toBe(false);
  expect(isNothing(view, ['name'])).toBe(true);
  expect(isNothing(null, null)).toBe(true);
});
