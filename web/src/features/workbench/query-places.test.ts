/**
 * Problems as the API tells them are marked where they lie.
 */
import { expect, test } from 'vitest';
import { headOf, placesOf } from './query-places.ts';

const problem = (detail: string, errors: object[] = []) =>
  ({
    status: 422,
    code: 'QUERY_FAILED',
    title: 'The query failed',
    detail,
    errors,
    remedy: 'Correct it.',
  }) as never;

test('a place that is told is taken', () => {
  const places = placesOf(
    problem('x (line 2, column 3)', [{ message: 'x', line: 2, column: 3 }]),
    '',
  );
  expect(places).toEqual([{ line: 2, column: 3, message: 'x' }]);
});

test('the caret of the engine is read, in a line that it cut as well', () => {
  const sql = 'SELECT\n  stor_id, sum(1)\nFROM t';
  const detail =
    'Binder Error: Referenced column "stor_id" not found in FROM clause!\nCandidate bindings: "store_id"\n\nLINE 2:   stor_id, sum(1)\n          ^';
  expect(placesOf(problem(detail), sql)).toMatchObject([{ line: 2, column: 3 }]);
  expect(headOf(detail)).not.toContain('LINE');
  const long = `SELECT ${'a, '.repeat(60)}nope FROM t`;
  const cut = `Binder Error: x\n\nLINE 1: ...a, a, nope FROM t\n${' '.repeat('LINE 1: ...a, a, '.length)}^`;
  expect(placesOf(problem(cut), long)).toMatchObject([
    { line: 1, column: long.indexOf('nope') + 1 },
  ]);
});

test('a hidden column and a product without agreement are marked by their names', () => {
  const sql = 'SELECT week,\n  household_id FROM point_of_sale.transactions';
  const hidden =
    'The column "household_id" of point_of_sale.transactions is hidden from you (policy).';
  expect(placesOf(problem(hidden), sql)).toMatchObject([{ line: 2, column: 3 }]);
  const denied = 'No active agreement on point_of_sale.transactions@1 for purpose "x".';
  expect(placesOf(problem(denied), sql)).toMatchObject([{ line: 2, column: 35 }]);
  expect(placesOf(problem('The query ran longer than 3 s.'), sql)).toEqual([]);
});
