/** Granularity is a partial order: each law is checked on all pairs of a small mesh. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  compareGranularity,
  type Granularity,
  isAtLeastAsFine,
  parseGranularity,
} from './granularity.ts';

const ORDER = { time: ['day', 'week', 'year'], place: ['store', 'region'] };
const read = (text: string): Granularity => {
  const granularity = parseGranularity(text, ORDER);
  assert.ok(granularity, text);
  return granularity;
};
const TEXTS = [
  'day',
  'week',
  'store',
  'region × year',
  'store × day',
  'store × week',
  'household × day',
];

it('reads the signs for "times", in any order and case', () => {
  for (const text of ['Store x Day', 'day*store', ' store ×  day']) {
    assert.ok(compareGranularity(read(text), '=', read('store × day')), text);
  }
  assert.equal(parseGranularity('day × week', ORDER), null);
  assert.equal(parseGranularity('store × ', ORDER), null);
});

it('compares in each dimension', () => {
  assert.ok(compareGranularity(read('store × day'), '<', read('store × week')));
  assert.ok(compareGranularity(read('store × day'), '<', read('day')));
  assert.ok(compareGranularity(read('region × year'), '>', read('store × day')));
  assert.ok(!compareGranularity(read('store × week'), '<=', read('household × day')));
  assert.ok(!compareGranularity(read('store × week'), '>=', read('household × day')));
  assert.ok(compareGranularity(read('store × week'), '!=', read('household × day')));
});

it('is reflexive, antisymmetric and transitive', () => {
  for (const a of TEXTS) {
    assert.ok(isAtLeastAsFine(read(a), read(a)));
    for (const b of TEXTS) {
      const both = isAtLeastAsFine(read(a), read(b)) && isAtLeastAsFine(read(b), read(a));
      assert.equal(both, a === b, `${a}, ${b}`);
      for (const c of TEXTS) {
        if (isAtLeastAsFine(read(a), read(b)) && isAtLeastAsFine(read(b), read(c))) {
          assert.ok(isAtLeastAsFine(read(a), read(c)), `${a}, ${b}, ${c}`);
        }
      }
    }
  }
});
