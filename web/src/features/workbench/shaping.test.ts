/**
 * Rules are told as the API explains them, and cells are veiled where a masked column went.
 */
import { expect, test } from 'vitest';
import type { AccessExplanation } from '../../api/access.ts';
import { exportRefusal, rulesOf, veiledColumns } from './shaping.ts';

const seen = {
  columns: [
    { name: 'household_id', mask: 'hash' },
    { name: 'week', mask: null },
  ],
  hidden: [{ column: 'income', why: 'policy' }],
  rows: 'quantity <= 1000',
  granularity: null,
  rowLimit: null,
  mayExport: true,
  rowsAbout: null,
};
const explanation = { product: 'pos.lines', table: 'lines', seen } as unknown as AccessExplanation;

const COLUMNS = [
  { name: 'top_household', type: 'VARCHAR' },
  { name: 'week', type: 'INTEGER' },
];
const SQL = 'SELECT week, max(household_id) AS top_household FROM pos.lines GROUP BY ALL';

test('a column that comes of a masked one is veiled and says what stands there', () => {
  expect(veiledColumns(COLUMNS, SQL, [explanation])).toEqual([
    { ...COLUMNS[0], veil: 'a stand-in, the same in all your queries' },
    COLUMNS[1],
  ]);
  expect(veiledColumns(COLUMNS, SQL, [])).toEqual(COLUMNS);
});

test('every rule is told once, a mask only when the answer has something of its column', () => {
  expect(rulesOf([explanation], COLUMNS, SQL).map(({ kind, subject }) => [kind, subject])).toEqual([
    ['mask', 'top_household'],
    ['rows', 'pos.lines'],
    ['hidden', 'income'],
  ]);
  const kinds = rulesOf(
    [explanation],
    [{ name: 'week', type: 'INTEGER' }],
    'SELECT week FROM pos.lines',
  );
  expect(kinds.map(({ kind }) => kind)).toEqual(['rows', 'hidden']);
});

test('one product that forbids export forbids that of the answer', () => {
  expect(exportRefusal([explanation])).toBeNull();
  const closed = {
    ...explanation,
    product: 'a.b',
    seen: { ...seen, mayExport: false },
  } as AccessExplanation;
  expect(exportRefusal([explanation, closed])).toContain('a.b');
});
