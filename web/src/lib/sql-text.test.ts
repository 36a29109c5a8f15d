/**
 * What is found in a query's text: columns that come of veiled ones, and places of names.
 */
import { expect, test } from 'vitest';
import {
  columnsFrom,
  hasStatement,
  orderedBy,
  placeOfName,
  quoteName,
  tokensOf,
} from './sql-text.ts';

test('comments, spaces and ends of statements alone are nothing to run', () => {
  for (const sql of ['', ' \n', ';', '-- SELECT 1', '/* SELECT 1 */ ;', ';;']) {
    expect(hasStatement(sql), sql).toBe(false);
  }
  expect(hasStatement('-- why\nSELECT 1;')).toBe(true);
  expect(hasStatement('"a"')).toBe(true);
});

test('texts and comments hold no words', () => {
  const words = tokensOf(
    `SELECT 'household_id' -- household_id\n/* household_id */ , "a""b" FROM t`,
  );
  expect(words.map(({ text }) => text)).toEqual(['SELECT', ',', 'a"b', 'FROM', 't']);
});

test('a veiled column is followed through other names, functions and subqueries', () => {
  const sql = `WITH s AS (SELECT household_id AS h, week FROM pos.lines)
    SELECT upper(h) AS top, week, arg_max(s.h, week) AS "The Best", count(DISTINCT h) AS homes FROM s`;
  const origins = columnsFrom(sql, ['household_id']);
  expect(origins.get('top')).toBe('household_id');
  expect(origins.get('the best')).toBe('household_id');
  expect(origins.has('week')).toBe(false);
  expect(origins.has('homes')).toBe(false);
});

test('a name of another item does not make its neighbour veiled', () => {
  const origins = columnsFrom('SELECT household_id, sum(sales) AS total, (1 + 2) AS three FROM t', [
    'household_id',
  ]);
  expect([...origins.keys()]).toEqual(['household_id']);
});

test('a name is found where it is a name', () => {
  expect(placeOfName("SELECT 'x' AS shop,\n  x FROM t", 'X')).toEqual({ line: 2, column: 3 });
  expect(placeOfName('SELECT 1', 'x')).toBeNull();
});

test('an order wraps the query, whatever ends it, and quotes the column', () => {
  expect(orderedBy('SELECT 1 AS "a""b" -- last ;\n;', 'a"b', true)).toBe(
    'SELECT * FROM (\nSELECT 1 AS "a""b" -- last ;\n\n) AS result ORDER BY "a""b" DESC NULLS LAST',
  );
  expect(quoteName('week')).toBe('week');
  expect(quoteName('Week 1')).toBe('"Week 1"');
});
