/**
 * Headlines of producers are true of every state that a batch can have, and after its repairs.
 */
import { expect, test } from 'vitest';
import { releaseWords, words } from './batch/words-batch.ts';
import type { Batch, Lineage } from './types.ts';
import { headlineOf, makeHeadline, repairedOf } from './words.ts';
import { words as makeWords } from './words-make.ts';

const records = (facts: Partial<Batch['records']>): Batch['records'] => ({
  in: 5,
  good: 0,
  quarantined: 5,
  duplicates: 0,
  ...facts,
});

test('nothing is said to be visible where the last batch of a product was not taken', () => {
  const none = { held: 0, products: 3 };
  expect(makeHeadline({ ...none, failed: 0 })).toBe('Nothing is held. What came in is visible.');
  expect(makeHeadline({ ...none, failed: 1 })).toBe(
    'Nothing is held. The last batch of 1 product was not taken.',
  );
  expect(makeHeadline({ ...none, failed: null })).toBe('Nothing is held.');
  expect(makeHeadline({ held: 1, products: 3, failed: 2 })).toBe(
    'A batch is held. The last batches of 2 products were not taken.',
  );
  expect(makeHeadline({ held: 0, products: 0, failed: 0 })).toBe('My products');
});

test('a batch whose rows came by a repair has brought them', () => {
  const batch = { state: 'committed', records: records({}) } as const;
  expect(headlineOf(batch)).toBe('This batch brought no new rows.');
  expect(headlineOf(batch, { rows: 0, open: 5 })).toBe('This batch brought no new rows.');
  expect(headlineOf(batch, { rows: 5, open: 0 })).toBe('5 rows are in the table, after a repair.');
  expect(headlineOf(batch, { rows: 3, open: 2 })).toBe(
    '3 rows are in the table, after a repair, 2 are open.',
  );
  const some = { state: 'committed', records: records({ good: 4, quarantined: 1 }) } as const;
  expect(headlineOf(some, { rows: 1, open: 0 })).toBe(
    '5 rows are in the table, 1 of them after a repair.',
  );
});

test('what repairs did is told of the batch that they repaired', () => {
  const one = { records: { good: 1 } };
  const lineage = {
    records: { committed: 5, open: 0 },
    generations: [
      { batch: 'bat_1', ...one },
      { batch: 'bat_2', records: { good: 4 } },
    ],
  } as Lineage;
  expect(repairedOf(lineage, 'bat_1')).toEqual({ rows: 4, open: 0 });
  expect(repairedOf(lineage, 'bat_2')).toBeNull();
});

test('a batch without a good row is not offered as the release of none', () => {
  for (const said of [words.releaseGood(0), words.releaseRows(0), makeWords.decide(0)])
    expect(said).not.toContain('0');
  expect(releaseWords({ good: 0, quarantined: 5 }, 'too many are bad')).toBe(
    'No row of it becomes visible. The 5 refused rows open for repair. This cannot be taken back.',
  );
  expect(words.releaseGood(74_778)).toMatch(/^Release the 74/);
});
