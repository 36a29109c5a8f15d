/**
 * What is near to a word.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestOf, slipsBetween } from './near-words.ts';

test('letters left out, put in, mistaken and changed are slips, and no more than are forgiven', () => {
  const slips: [string, string, number | null][] = [
    ['household', 'household', 0],
    ['hosehold', 'household', 1],
    ['househould', 'household', 1],
    ['housahold', 'household', 1],
    ['huosehold', 'household', 1],
    ['hosehodl', 'household', 2],
    ['hosehodls', 'household', null],
    ['store', 'household', null],
    ['größe', 'grösse', 2],
  ];
  for (const [word, other, count] of slips) {
    assert.equal(slipsBetween(word, other, 2), count, `${word} ${other}`);
    assert.equal(slipsBetween(other, word, 2), count, `${other} ${word}`);
  }
});

test('the nearest come first, a short word has few and a very short one none', () => {
  const words = ['orders', 'borders', 'older', 'order', 'stores', 'id', 'ida'];
  assert.deepEqual(nearestOf('oders', words), ['orders']);
  assert.deepEqual(nearestOf('odrers', words), ['orders', 'order', 'borders']);
  assert.deepEqual(nearestOf('order', words), ['orders', 'older']);
  assert.deepEqual(nearestOf('is', words), []);
});
