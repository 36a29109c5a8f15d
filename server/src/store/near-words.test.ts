/**
 * What is near to a word.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
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

/** The same by the whole table, as the definition has it. */
function reckoned(word: string, other: string): number {
  const table = Array.from({ length: word.length + 1 }, (_, i) => [i]);
  for (let j = 1; j <= other.length; j++) (table[0] ?? [])[j] = j;
  const at = (i: number, j: number): number => table[i]?.[j] ?? 0;
  for (let i = 1; i <= word.length; i++) {
    for (let j = 1; j <= other.length; j++) {
      const kept = at(i - 1, j - 1) + (word[i - 1] === other[j - 1] ? 0 : 1);
      const isSwapped = word[i - 1] === other[j - 2] && word[i - 2] === other[j - 1];
      const swapped = i > 1 && j > 1 && isSwapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      (table[i] ?? [])[j] = Math.min(kept, at(i - 1, j) + 1, at(i, j - 1) + 1, swapped);
    }
  }
  return at(word.length, other.length);
}

test('what lies far from the diagonal changes no number of slips', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(word, word, fc.nat(3), (one, other, most) => {
      const slips = reckoned(one, other);
      assert.equal(slipsBetween(one, other, most), slips <= most ? slips : null);
    }),
    { seed: Number(process.env['WEFT_SEED'] ?? 7), numRuns: 3_000 },
  );
  assert.equal(slipsBetween('a'.repeat(100), 'a'.repeat(100), 1), null, 'no word is so long');
});

test('the nearest come first, a short word has few and a very short one none', () => {
  const words = ['orders', 'borders', 'older', 'order', 'stores', 'id', 'ida'];
  assert.deepEqual(nearestOf('oders', words), ['orders']);
  assert.deepEqual(nearestOf('odrers', words), ['orders', 'order', 'borders']);
  assert.deepEqual(nearestOf('order', words), ['orders', 'older']);
  assert.deepEqual(nearestOf('is', words), []);
});
