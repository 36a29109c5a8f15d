/**
 * What a row of days says.
 */
import { expect, test } from 'vitest';
import { reader } from './format.ts';
import { daySummary, monthMarks, type WeaveState } from './weave.ts';

reader.locale = 'en-GB';

const daysOf = (states: string) =>
  [...states].map((letter, at) => ({
    day: `2026-11-${String(at + 1).padStart(2, '0')}`,
    state:
      ({ k: 'kept', c: 'close', m: 'missed', n: 'none' } as Record<string, WeaveState>)[letter] ??
      'none',
  }));

test('days on which nothing was due are not counted as kept', () => {
  expect(daySummary(daysOf('kknnm'))).toBe('2 of 3 days kept, 1 missed');
  expect(daySummary(daysOf('kc'))).toBe('2 of 2 days kept, 1 of them close');
  expect(daySummary(daysOf('nn'))).toBe('nothing was due in 2 days');
});

test('today is always named, and no date touches it', () => {
  const marks = monthMarks(daysOf('k'.repeat(30)));
  expect(marks.map(({ at }) => at)).toEqual([0, 7, 14, 21, 29]);
  expect(monthMarks(daysOf('k'.repeat(24))).map(({ at }) => at)).toEqual([0, 7, 14, 23]);
  expect(monthMarks([])).toEqual([]);
});
