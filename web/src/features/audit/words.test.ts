/**
 * What an entry of the log says in a line.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reader } from '../../lib/format.ts';
import { factsOf, words } from './words.ts';

const own = { ...reader };
beforeEach(() => Object.assign(reader, { locale: 'en-GB', timeZone: 'Asia/Kolkata' }));
afterEach(() => Object.assign(reader, own));

test('times among the facts are told in the zone of the reader', () => {
  const facts = { until: '2024-11-20T20:10:00Z', since: ['2024-11-20T08:00:00.5+02:00'] };
  expect(factsOf(facts)).toBe('until 21 Nov 2024 01:40 · since 20 Nov 2024 11:30');
});

test('what only looks like a time stays as it is', () => {
  expect(factsOf({ a: '2024-11-20', b: '2024-99-99T00:00Z', c: 7 })).toBe(
    'a 2024-11-20 · b 2024-99-99T00:00Z · c 7',
  );
});

test('the time of an entry that is open is told in the zone of the reader, with the exact one', () => {
  const told = words.place(3, 'mesh', '2024-11-20T20:10:00Z');
  expect(told).toContain('21 November 2024');
  expect(told).toContain('2024-11-20T20:10:00.000Z');
});
