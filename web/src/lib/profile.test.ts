/**
 * The query that profiles a table, and how its one row is read. That a real mesh takes it is shown by the browser suite.
 */
import { expect, test } from 'vitest';
import { isCounted, profileSql, readProfile, shownKind } from './profile.ts';

const columns = [
  { name: 'order', kind: 'int' as const },
  { name: 'lines', kind: 'list' as const },
  { name: 'city', kind: 'string' as const },
];

test('asks for every column by its quoted name, six values each', () => {
  const sql = profileSql({ domain: 'sales', table: 'orders', major: 2 }, columns);
  expect(sql).toContain(
    'SELECT "order" AS c0, "lines" AS c1, "city" AS c2 FROM "sales"."orders@2"',
  );
  const last = sql.split('\n').at(-2) ?? '';
  const depth = (at: number) =>
    [...last.slice(0, at)].reduce((sum, c) => sum + (c === '(' ? 1 : c === ')' ? -1 : 0), 0);
  const commas = [...last].filter((c, at) => c === ',' && depth(at) === 0);
  expect(commas).toHaveLength(18);
});

test('reads counts, ends, examples and spread back, and says nothing where nothing was told', () => {
  const row = [
    10,
    9,
    4,
    '1',
    '7',
    ['1', '2'],
    [
      { key: 0, value: 8 },
      { key: 15, value: 1 },
      { key: null, value: 1 },
    ],
  ];
  const nested = [10, null, null, null, null, null];
  const city = [0, 0, null, null, null, null];
  const profile = readProfile(columns, [...row, ...nested, ...city]);
  expect(profile.rows).toBe(10);
  expect(profile.columns[0]).toMatchObject({
    filled: 9,
    distinct: 4,
    least: '1',
    examples: ['1', '2'],
  });
  expect(profile.columns[0]?.spread).toEqual([8, ...Array(14).fill(0), 1]);
  expect(profile.columns[0]?.isCounted).toBe(false);
  expect(profile.columns[1]).toMatchObject({ filled: 10, distinct: null, spread: [] });
  expect(profile.columns[2]).toMatchObject({ filled: 0, least: null, examples: [] });
});

test('a mask that makes text of a number is profiled as text', () => {
  expect(shownKind('int', 'hash')).toBe('string');
  expect(shownKind('int', 'truncate')).toBe('int');
  expect(shownKind('date', null)).toBe('date');
});

test('different values are counted of as many rows as a page can wait for', () => {
  expect([isCounted(500_000), isCounted(500_001), isCounted(null)]).toEqual([true, false, false]);
  const sight = { domain: 'sales', table: 'orders', major: 2 };
  expect(profileSql(sight, columns, true)).toContain('count(DISTINCT c0)');
  expect(profileSql(sight, columns)).toContain('approx_count_distinct(c0)');
  const row = [3, 3, 3, 'a', 'c', [], null, null, null, null, null, null, null];
  expect(readProfile(columns, row, true).columns[0]?.isCounted).toBe(true);
});

test('few whole numbers have a part each, without gaps', () => {
  const parts = Array.from({ length: 12 }, (_, key) => ({ key, value: 1 }));
  const row = [12, 12, 12, '1', '12', [], parts];
  const [numbers] = readProfile(columns.slice(0, 1), row).columns;
  expect(numbers?.spread).toEqual(Array(12).fill(1));
});
