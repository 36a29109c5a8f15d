/** Rows and formats of a result by the decisions of its tables: the strictest counts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWeftError } from '@weft/core/lib/error';
import { QUERY_FORMATS, type QueryFormat } from './query-formats.ts';
import { LOOK_ROWS_MAX, resultRowsMax } from './query-obligations.ts';

const said = (table: string, rowLimit: number | null, mayExport = true) => ({
  table: { domain: 'd', table, major: 1 },
  rowLimit,
  mayExport,
});

test('without obligations every format has the limit of the node', () => {
  for (const format of QUERY_FORMATS) {
    assert.equal(resultRowsMax([], format), null);
    assert.equal(resultRowsMax([said('a', null), said('b', null)], format), null);
  }
});

test('the least of several limits counts, none at all included', () => {
  assert.equal(resultRowsMax([said('a', 50), said('b', null), said('c', 20)], 'csv'), 20);
  assert.equal(resultRowsMax([said('a', 0), said('b', 20)], 'json'), 0);
});

test('what one table forbids holds for the result: no file, and few rows to look at', () => {
  const decisions = [said('open', 5_000), said('kept', null, false)];
  const refused = QUERY_FORMATS.filter((format: QueryFormat) => {
    try {
      return resultRowsMax(decisions, format) !== LOOK_ROWS_MAX;
    } catch (error) {
      assert.ok(isWeftError(error, 'ACCESS_DENIED'));
      assert.match(error.message, /of d\.kept may be looked at and not exported/);
      return true;
    }
  });
  assert.deepEqual(refused, ['csv', 'parquet', 'arrow']);
  assert.equal(resultRowsMax([said('kept', 10, false)], 'json'), 10);
});
