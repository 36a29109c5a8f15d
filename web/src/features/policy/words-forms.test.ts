/**
 * What the forms of a policy say of purposes that its contract does not name.
 */
import { expect, test } from 'vitest';
import { purposeDoubt } from './words-forms.ts';

const KNOWN = ['shelf_research', 'demand_planning'];

test('a purpose that the contract does not name is doubted, and none that it names', () => {
  expect(purposeDoubt(['shelf'], KNOWN)).toBe(
    'The contract names no purpose shelf: nobody can have an agreement for it.',
  );
  expect(purposeDoubt(['shelf', 'demand_planing', 'shelf_research'], KNOWN)).toBe(
    'The contract names no purposes shelf, demand_planing: nobody can have an agreement for them.',
  );
  expect(purposeDoubt(KNOWN, KNOWN)).toBeNull();
});

test('where nothing can be known, nothing is doubted', () => {
  expect(purposeDoubt(['anything'], [])).toBeNull();
  expect(purposeDoubt(['privacy_request'], KNOWN)).toBeNull();
});
