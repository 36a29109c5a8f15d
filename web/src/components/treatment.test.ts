/**
 * What a view does to columns, told so that nothing is left out.
 */
import { expect, test } from 'vitest';
import type { SeenView } from '../api/access.ts';
import { reader } from '../lib/format.ts';
import { reasonsOf, treatmentSummary, treatmentsOf } from './treatment.ts';
import { rowsWords } from './words.ts';

reader.locale = 'en-GB';

const view: SeenView = {
  columns: [
    { name: 'age', mask: 'bucket' },
    { name: 'city', mask: null },
    { name: 'size', mask: null },
  ],
  hidden: [{ column: 'income', why: 'classification' }],
  rows: null,
  granularity: null,
  rowLimit: null,
  mayExport: true,
  rowsAbout: 1559,
};

test('every column of the contract is told, also one that the view does not name', () => {
  const all = treatmentsOf(view, ['age', 'city', 'size', 'income', 'new']);
  expect(treatmentSummary(all)).toBe('2 as they are, 1 changed, 2 hidden');
  expect(all.map(({ isHidden }) => isHidden)).toEqual([false, false, false, true, true]);
  expect(reasonsOf(all).flatMap(({ columns }) => columns)).toEqual(['age', 'income', 'new']);
});

test('an agreement narrows and never widens', () => {
  const some = treatmentsOf(view, ['age', 'city', 'income'], ['city', 'income']);
  expect(some.map(({ isHidden }) => isHidden)).toEqual([true, false, true]);
});

test('rows are told as all, as a condition, or as groups', () => {
  expect(rowsWords(view)).toBe('all rows, about 1,559');
  expect(rowsWords({ ...view, rows: 'quantity <= 10', rowsAbout: null })).toBe(
    'rows where quantity <= 10',
  );
  const granularity = { by: [], measures: [], minimum: { units: 10, of: 'household_id' } };
  expect(rowsWords({ ...view, granularity })).toBe(
    'groups of rows alone, each of at least 10 different household_id',
  );
});
