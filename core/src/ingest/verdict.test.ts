/**
 * A batch whose records do not add up is held, whatever else is true of it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideVerdict } from './verdict.ts';

const decide = (records: { in: number; good: number; quarantined: number; duplicates: number }) =>
  decideVerdict({ records, rules: [], badShareMax: null, ambiguous: [], miscounts: [] });

test('one record too few or too many anywhere holds the batch', () => {
  const whole = { in: 10, good: 6, quarantined: 3, duplicates: 1 };
  assert.deepEqual(decide(whole), { state: 'committed', because: null });
  for (const part of ['in', 'good', 'quarantined', 'duplicates'] as const) {
    for (const step of [-1, 1]) {
      const verdict = decide({ ...whole, [part]: whole[part] + step });
      assert.equal(verdict.state, 'held', `${part} ${step}`);
      assert.match(verdict.because ?? '', /records do not add up/);
    }
  }
});
