/**
 * Two versions on one line of time: their order, the days that are left, and days on which nothing serves.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sunsetOf } from './sunset.ts';

const at = (until: string, starts: string, now: string) =>
  sunsetOf({ from: { version: '2.x', until }, to: { version: '3.0.0', starts }, now });

test('days are counted to the end, and the day that has begun counts', () => {
  const sunset = at('2027-02-22T00:00:00Z', '2026-11-22T14:20:00Z', '2026-11-22T14:20:00Z');
  expect(sunset).toMatchObject({ days: 92, gap: 0, isOver: false, hasBegun: true });
  expect(at('2026-11-22T15:00:00Z', '2026-11-01', '2026-11-22T14:20:00Z')?.days).toBe(1);
});

test('what is over has no days left, and a late successor leaves a gap', () => {
  expect(at('2026-11-01', '2026-10-01', '2026-11-22')).toMatchObject({ days: 0, isOver: true });
  expect(at('2026-12-01', '2026-12-08', '2026-11-22')).toMatchObject({
    gap: 7,
    hasBegun: false,
  });
});

test('what is no time has no line', () => {
  expect(at('P1Y', '2026-12-08', '2026-11-22')).toBeNull();
  expect(at('2026-12-08', '', '2026-11-22')).toBeNull();
});

const time = fc.date({
  min: new Date('2020-01-01'),
  max: new Date('2040-01-01'),
  noInvalidDate: true,
});

test('places keep the order of the times, and the end has room at its right', () => {
  fc.assert(
    fc.property(time, time, time, (until, starts, now) => {
      const sunset = at(until.toISOString(), starts.toISOString(), now.toISOString());
      if (sunset === null) throw new Error('there are three times');
      const pairs = [
        [until, sunset.until],
        [starts, sunset.starts],
        [now, sunset.now],
      ] as const;
      for (const [time, place] of pairs) {
        expect(place).toBeGreaterThan(0);
        expect(place).toBeLessThanOrEqual(0.761);
        for (const [other, beside] of pairs) if (time < other) expect(place).toBeLessThan(beside);
      }
    }),
  );
});
