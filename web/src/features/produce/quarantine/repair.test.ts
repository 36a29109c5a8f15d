/**
 * Drafts of repairs become what the API takes, or nothing while they say nothing.
 */
import { expect, test } from 'vitest';
import type { Cause, Preview } from '../types.ts';
import { columnOf, draftFor, effectOf, kindsFor, previewAll, repairOf } from './repair.ts';

const cause = (facts: Partial<Cause>): Cause => ({
  product: 'sales.orders',
  rule: 'country.values',
  column: 'country',
  message: 'is none of the allowed values',
  open: 3,
  held: 0,
  records: 3,
  batches: 1,
  first: '2026-11-22T05:12:00Z',
  last: '2026-11-22T05:12:00Z',
  firstBatch: 'bat_1',
  lastBatch: 'bat_1',
  examples: ['Deutschland', 'Schweiz'],
  ...facts,
});

test('a draft that says nothing is no repair', () => {
  for (const kind of ['map', 'set', 'raw'] as const) {
    expect(repairOf(draftFor(cause({}), kind))).toBeNull();
  }
  expect(repairOf(draftFor(cause({}), 'same'))).toBeUndefined();
});

test('only pairs that are filled in are sent', () => {
  const draft = draftFor(cause({}), 'map');
  const pairs = draft.pairs.map((pair, at) => (at === 0 ? { ...pair, to: 'DE' } : pair));
  expect(repairOf({ ...draft, pairs })).toEqual({
    columns: { country: { map: { Deutschland: 'DE' } } },
  });
});

test('expressions go to their column, texts to the record', () => {
  const draft = { ...draftFor(cause({}), 'set'), expression: 'upper(country)' };
  expect(repairOf(draft)).toEqual({ columns: { country: { sql: 'upper(country)' } } });
  expect(repairOf({ ...draft, kind: 'raw' })).toEqual({ raw: 'upper(country)' });
});

test('a place inside of a column is mended by its column', () => {
  expect(columnOf('lines[].qty')).toBe('lines');
  expect(columnOf('key of attributes.size')).toBe('attributes');
  expect(columnOf(null)).toBeNull();
  expect(kindsFor(cause({ column: 'lines[].qty' }))).not.toContain('map');
  expect(kindsFor(cause({ rule: 'structure.too_many_fields', column: null }))).toEqual(['raw']);
  expect(kindsFor(cause({ message: 'does not exist in a.b.c' }))[0]).toBe('same');
});

test('what is left as it is counts over all reasons', () => {
  const skipped = { unreadable: 1, expression: 2, unwritable: 0, unchanged: 4, decided: 0 };
  expect(effectOf({ good: 5, quarantined: 1, duplicates: 0, skipped })).toEqual({
    passes: 5,
    stays: 1,
    duplicates: 0,
    leftAsIs: 7,
  });
});

test('a preview of many batches goes on until all were looked at, and adds up', async () => {
  const part = (facts: Partial<Preview>): Preview => ({
    records: 1,
    good: 1,
    quarantined: 0,
    duplicates: 0,
    skipped: { decided: 0, expression: 0, unchanged: 1, unreadable: 0, unwritable: 0 },
    skippedSample: [],
    held: [],
    byRule: { 'sku.pattern': 2 },
    sample: [],
    batches: [{ root: 'bat_1', records: 1, state: 'committed', because: null }],
    notLookedAt: 0,
    next: null,
    truncated: false,
    ...facts,
  });
  const asked: (string | undefined)[] = [];
  const parts: number[] = [];
  const all = await previewAll(
    async ({ after }) => {
      asked.push(after);
      return part(after === undefined ? { next: 'a', notLookedAt: 1 } : {});
    },
    { samples: 10, onPart: ({ notLookedAt }) => parts.push(notLookedAt) },
  );
  expect(asked).toEqual([undefined, 'a']);
  expect(parts).toEqual([1]);
  expect(all).toMatchObject({
    records: 2,
    good: 2,
    skipped: { unchanged: 2 },
    byRule: { 'sku.pattern': 4 },
    notLookedAt: 0,
    next: null,
  });
  expect(all.batches).toHaveLength(2);
});
