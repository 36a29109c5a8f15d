/** What is wrong with an expression is told where it is wrong, and as whoever wrote it can mend it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExpression } from './expression.ts';

const CASES: readonly (readonly [string, RegExp, number])[] = [
  ['measured.pass_rate >= 99,9%', /^a number has a point and no commas: 99\.9%$/, 25],
  ['rows > 1,000', /^a number has a point and no commas: 1000 or 1\.000$/, 9],
  ['rows > 1, and', /^"," does not belong here$/, 9],
  ["title = 'a' 7", /^"7" does not belong here$/, 13],
  ["title = 'a", /^the quote is never closed$/, 9],
  ['rows >', /./, 7],
];

test('faults are told in words and with their column', () => {
  for (const [source, message, column] of CASES) {
    const { value, error } = parseExpression(source);
    assert.equal(value, null, source);
    assert.match(error?.message ?? '', message, source);
    assert.equal(error?.column, column, source);
  }
});

test('lists keep their commas', () => {
  assert.equal(parseExpression('rows in (1, 2,3)').error, null);
});
