/**
 * What rules say, and how near they are to breaking.
 */
import { beforeEach, expect, test } from 'vitest';
import { reader } from '../../../lib/format.ts';
import { threadState } from '../../../lib/thread.ts';
import type { RuleResult } from '../types.ts';
import { checksOf, headroomOfRule } from './rules.ts';
import { rulesHeadline } from './words-batch.ts';
import { measuredWords, mustWords, ruleSays } from './words-rules.ts';

beforeEach(() => {
  reader.locale = 'en-GB';
});

const rule = (facts: Partial<RuleResult>): RuleResult => ({
  id: 'quantity.range',
  column: 'quantity',
  dimension: 'conformity',
  severity: null,
  consequence: 'quarantine',
  evaluation: 'pass',
  checked: 100,
  failed: 0,
  value: '0',
  must: '= 0 rows',
  ...facts,
});

test('a thread crosses the warp exactly when the rule passed', () => {
  const bounds: [string, string, boolean][] = [
    ['= 0 rows', '0', true],
    ['= 0 rows', '1', false],
    ['between 1000 and 100000', '33', false],
    ['between 1000 and 100000', '1000', true],
    ['between 1000 and 100000', '100001', false],
    ['< 5 %', '1.974631', true],
    ['< 5 %', '5.1', false],
    ['< 5 %', '5', false],
    ['>= 99.5', '99.4', false],
    ['>= 99.5', '99.5', true],
  ];
  for (const [must, value, isKept] of bounds) {
    const evaluation = isKept ? 'pass' : 'fail';
    const state = threadState(headroomOfRule(rule({ must, value, evaluation })));
    expect([must, value, state !== 'missed']).toEqual([must, value, isKept]);
  }
});

test('what cannot be compared has no thread', () => {
  expect(headroomOfRule(rule({ evaluation: 'skip', value: null }))).toBeNull();
  expect(headroomOfRule(rule({ evaluation: 'error', value: '3' }))).toBeNull();
  expect(headroomOfRule(rule({ must: 'not between a and b', value: '3' }))).toBeNull();
});

test('rules are sentences', () => {
  expect(ruleSays(rule({}))).toBe('quantity is within its range');
  expect(ruleSays(rule({ id: 'batch_size', column: null }))).toBe('Batch size');
  expect(mustWords('between 1000 and 100000')).toBe('must be between 1,000 and 100,000');
  expect(measuredWords(rule({ failed: 97, checked: 19147 }))).toBe('97 of 19,147 rows fail');
  expect(measuredWords(rule({ must: '< 5 %', value: '1.974631' }))).toBe('1.974631\u202f%');
});

test('each refused row is counted at the check that refused it', () => {
  const rules = [rule({}), rule({ id: 'product_id.reference', dimension: 'consistency' })];
  const byRule = { 'quantity.range': 3, 'product_id.reference': 4, 'structure.too_long': 1 };
  expect(checksOf(rules, byRule)).toEqual([
    { id: 'framed', label: 'framed', failed: 1 },
    { id: 'conformity', label: 'typed', failed: 3 },
    { id: 'consistency', label: 'known', failed: 4 },
  ]);
});

test('all rules are said to be kept only where each of them is', () => {
  const none = { missed: 0, warned: 0, unknown: 0 };
  expect(rulesHeadline({ ...none, all: 26 })).toBe('All 26 rules kept');
  expect(rulesHeadline({ ...none, all: 1 })).toBe('The rule is kept');
  expect(rulesHeadline({ ...none, warned: 1, all: 26 })).toBe(
    'Of 26 rules 1 broken with a warning',
  );
  expect(rulesHeadline({ missed: 2, warned: 1, unknown: 3, all: 26 })).toBe(
    'Of 26 rules 2 missed, 1 broken with a warning, 3 not checked',
  );
});
