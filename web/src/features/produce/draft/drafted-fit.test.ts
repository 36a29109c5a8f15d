/** A type is doubted only where nothing that the sample shows can be of it. */
import { expect, test } from 'vitest';
import { misfitOf } from './drafted-fit.ts';

const shown = (min: string | null, max: string | null, examples: string[], distinct = 3) => ({
  column: 'a',
  seen: 9,
  nulls: 0,
  distinct,
  min,
  max,
  examples,
  looksLike: null,
});

test.each([
  ['integer', ['A1', '1.0', '007']],
  ['number', ['1,5', 'A1', '+1']],
  ['boolean', ['yes', 'TRUE', '1']],
  ['date', ['01.01.2026', '2026-02-30', '2026-01-01 10:00:00']],
  ['timestamp', ['2026-01-01', '10:00:00', 'x']],
  ['time', ['10:00', '24:00:00', 'x']],
])('%s is doubted where all are as %j', (type, examples) => {
  const told = misfitOf(type, shown(null, null, examples));
  expect(told).toEqual({ type, such: examples[0], isWhole: true });
  expect(misfitOf(type, shown(null, null, examples, 4))?.isWhole).toBe(false);
});

test.each([
  ['integer', shown('A', 'B', ['7'])],
  ['number', shown('1', 'x', [])],
  ['date', shown('2026-01-01', 'n/a', ['n/a'])],
  ['timestamp', shown(null, null, ['2026-01-01T10:00:00Z'])],
  ['string', shown('1', '2', [])],
  ['object', shown('1', '2', [])],
  ['number', shown(null, null, ['9…'])],
  ['number', shown(null, null, [])],
  ['number', null],
  ['number', undefined],
])('%s is not doubted for %j', (type, evidence) => expect(misfitOf(type, evidence)).toBeNull());
