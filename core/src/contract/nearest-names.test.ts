/** Names that may have been meant by one that nothing has: near ones first, and few. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestNames } from './schema-check.ts';

test('names a few edits away come first, then those that one is a part of, and never all', () => {
  const known = ['brand', 'brands', 'brand_owner', 'grand', 'household_id', 'week'];
  assert.deepEqual(nearestNames('brnd', known), ['brand', 'brands', 'grand']);
  assert.deepEqual(nearestNames('household', known), ['household_id']);
  assert.deepEqual(nearestNames('BRAND', known, 1), ['brand']);
  assert.deepEqual(nearestNames('owner', known), ['brand_owner']);
  assert.deepEqual(nearestNames('price', known), []);
  const many = Array.from({ length: 120 }, (_, at) => `column_${at}`);
  assert.equal(nearestNames('column', many).length, 3);
});
