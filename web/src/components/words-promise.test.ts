/**
 * What is said of a measured promise: never that nothing was measured where it was, whoever may see the value.
 */
import { expect, test } from 'vitest';
import type { MeasuredPromise } from '../api/promises.ts';
import { measuredWords, promiseSentence } from './words-promise.ts';

const RULE: MeasuredPromise = {
  id: 'transactions.coupon_never_above_value',
  kind: 'rule',
  table: 'transactions',
  rule: 'coupon_never_above_value',
  column: null,
  dimension: null,
  statement: { subject: 'query', operator: 'equals', value: '0', unit: null },
  promised: '0',
  measured: null,
  headroom: null,
  state: 'kept',
  checked: 18_997,
  failed: 0,
  refused: null,
  batch: null,
};

test('a rule that has to be nought and is kept is nought, although its value is not told', () => {
  expect(measuredWords(RULE)).toEqual({ finding: '0', note: '18,997 rows checked' });
});

test('where the value is not told, it is said how the rule stands, and that it was checked', () => {
  const statement = { ...RULE.statement, operator: 'atMost' };
  for (const state of ['kept', 'close', 'missed'] as const) {
    const { finding, note } = measuredWords({ ...RULE, statement, state });
    expect(finding.startsWith(state)).toBe(true);
    expect(note).toBe('18,997 rows checked');
  }
  const missed = measuredWords({ ...RULE, state: 'missed' });
  expect(missed.finding).not.toBe('0');
});

test('a key that holds within a batch is not said to hold over the table', () => {
  const key = { subject: 'id', operator: 'unique', value: null, unit: null };
  const said = (within: 'batch' | 'table') =>
    promiseSentence({ ...RULE, statement: { ...key, within } })[0];
  expect(said('batch')).toBe('No two rows of a batch share ');
  expect(said('table')).toBe('No two rows share ');
});

test('what was not measured says so', () => {
  const unknown = { ...RULE, state: 'unknown' as const, checked: null, failed: null };
  expect(measuredWords(unknown)).toEqual({ finding: 'not measured yet', note: null });
});
