/**
 * What a literal of an expression means: a slip must be an error, never a condition that nothing meets.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSearchValue } from './search-fields.ts';

const orders = { classification: ['public', 'internal'], granularity: {} };
const percentage = (text: string) => readSearchValue('percentage', text, orders as never);

test('a percentage has its sign or is a share from 0 to 1', () => {
  assert.equal(percentage('99.9%'), 0.999);
  assert.equal(percentage('0.999'), 0.999);
  assert.equal(percentage('150%'), 1.5);
  assert.equal(percentage('99.9'), null);
  assert.equal(percentage('2'), null);
});
