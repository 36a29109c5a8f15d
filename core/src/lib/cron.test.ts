/**
 * Schedules against the examples of crontab(5), and against a walk over every minute.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { cronProblem, nextRun } from './cron.ts';

const at = (text: string): number => Date.parse(text);

it('runs when crontab(5) says', () => {
  const cases: [string, string, string][] = [
    ['5 0 * * *', '2026-11-28T00:05:00Z', '2026-11-29T00:05:00Z'],
    ['15 14 1 * *', '2026-11-28T00:00:00Z', '2026-12-01T14:15:00Z'],
    ['0 22 * * 1-5', '2026-11-27T22:00:00Z', '2026-11-30T22:00:00Z'],
    ['23 0-23/2 * * *', '2026-11-28T00:22:59.999Z', '2026-11-28T00:23:00Z'],
    ['5 4 * * sun', '2026-11-28T00:00:00Z', '2026-11-29T04:05:00Z'],
    ['30 4 1,15 * 5', '2026-11-28T00:00:00Z', '2026-12-01T04:30:00Z'],
    ['0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
  ];
  for (const [schedule, after, expected] of cases) {
    assert.equal(nextRun(schedule, at(after)), at(expected), schedule);
  }
});

it('comes at the first minute that its fields name', () => {
  const minute = fc.integer({ min: 0, max: 59 });
  const hour = fc.integer({ min: 0, max: 23 });
  const time = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') });
  fc.assert(
    fc.property(minute, hour, time, (m, h, after) => {
      let expected = Math.floor(after / 60_000 + 1) * 60_000;
      while (new Date(expected).getUTCHours() !== h || new Date(expected).getUTCMinutes() !== m) {
        expected += 60_000;
      }
      assert.equal(nextRun(`${m} ${h} * * *`, after), expected);
    }),
    { numRuns: 50 },
  );
});

it('says what is no schedule', () => {
  assert.equal(cronProblem('0 6 * * 1-5'), null);
  for (const text of [
    '',
    'daily',
    '* * * *',
    '61 * * * *',
    '0 0 0 * * *',
    '0 6 * * mon-abc',
    '0 0 30 2 *',
  ]) {
    assert.match(cronProblem(text) ?? '', /cannot be read|never comes/, text);
  }
});
