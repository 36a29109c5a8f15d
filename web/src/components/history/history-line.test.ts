/**
 * What is drawn of a rule's results, and what it says.
 */
import { expect, test } from 'vitest';
import type { MeasuredPromise, RuleMoment } from '../../api/promises.ts';
import { reader } from '../../lib/format.ts';
import { historyLine, worstRule } from './history-line.ts';
import { historyFinding } from './words.ts';

reader.locale = 'en-GB';

const moment = (failed: number, more: Partial<RuleMoment> = {}): RuleMoment => ({
  batch: 'bat_1',
  at: '2026-11-22T10:00:00Z',
  checked: 100,
  failed,
  value: String(failed),
  must: '= 0 rows',
  evaluation: failed === 0 ? 'pass' : 'fail',
  ...more,
});

const missing = (promised: string) => ({ promised, isSetAside: false });

test('rows that keep a rule are drawn as a share, the oldest first', () => {
  const line = historyLine([moment(3), moment(0)], missing('0'));
  expect(line).toMatchObject({ unit: 'share', bounds: [1] });
  expect(line.points.map(({ value }) => value)).toEqual([1, 0.97]);
  expect(historyFinding(line)).toBe('Missed in 1 of 2 batches, the newest among them');
});

test('a rule on the whole is drawn by its own value between its bounds', () => {
  const line = historyLine(
    [moment(0, { value: '18997' }), moment(0, { value: null })],
    missing('1000..100000'),
  );
  expect(line).toMatchObject({ unit: 'number', bounds: [1000, 100000] });
  expect(line.points.map(({ value }) => value)).toEqual([null, 18997]);
  expect(historyFinding(line)).toBe('Kept in its one batch');
});

test('rows that were set aside are told as such, and not as a miss', () => {
  const line = historyLine([moment(3), moment(0)], { promised: '0', isSetAside: true });
  expect(historyFinding(line)).toBe('Set rows aside in 1 of 2 batches, the newest among them');
});

test('a batch without rows says nothing', () => {
  expect(historyFinding(historyLine([moment(0, { checked: 0 })], missing('0')))).toBe(
    'No batch was checked yet',
  );
});

test('the worst rule is the missed one, then the one that sets most rows aside', () => {
  const rule = (id: string, more: Partial<MeasuredPromise>) =>
    ({
      id,
      kind: 'rule',
      checked: 10,
      refused: null,
      headroom: 'Infinity',
      state: 'kept',
      ...more,
    }) as MeasuredPromise;
  const quiet = rule('quiet', {});
  const aside = rule('aside', { refused: 7 });
  const missed = rule('missed', { state: 'missed', headroom: 0 });
  const never = rule('never', { checked: null, state: 'unknown' });
  expect(worstRule([quiet, aside, missed, never])?.id).toBe('missed');
  expect(worstRule([never, quiet, aside])?.id).toBe('aside');
  expect(worstRule([never])).toBeNull();
});
