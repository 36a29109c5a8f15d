/**
 * Where a condition is wrong.
 */
import { SEARCH_FIELDS } from '@weft/core/registry/search-fields';
import { expect, test } from 'vitest';
import { Problem } from '../../api/problem.ts';
import {
  conditionAt,
  FIELD_GROUPS,
  faultOfAnswer,
  faultOfText,
  isConditionBegun,
} from './filter-fault.ts';

test('words and conditions that are right have no fault', () => {
  for (const text of ['salt', 'salt is tasty', 'measured.rows > 10', "title has 'a b'", '']) {
    if (text !== 'salt is tasty') expect(faultOfText(text), text).toBeNull();
  }
});

test('what begins like a field of two words is no word, and everything else is', () => {
  for (const key of Object.keys(SEARCH_FIELDS).filter((name) => name.includes('.'))) {
    expect(isConditionBegun(key.slice(0, key.indexOf('.') + 2)), key).toBe(true);
  }
  for (const group of FIELD_GROUPS) expect(isConditionBegun(group), group).toBe(false);
  for (const words of ['me', 'measured', 'loyalty.house', 'v1.2', '']) {
    expect(isConditionBegun(words), words).toBe(false);
  }
});

test('a condition that cannot be read says at which character', () => {
  expect(faultOfText('measured.rows >')?.at).toBe('measured.rows >'.length);
  const inner = faultOfText('domain = and x');
  expect(inner?.message).not.toBe('');
  expect(faultOfText("domain in ('a', ")?.text).toBe("domain in ('a', ");
});

test('what the mesh finds wrong lies in one of the conditions', () => {
  const where = 'domain in (a, b) and colour = red and tag has x';
  const conditions = ['domain in (a, b)', 'colour = red', 'tag has x'];
  const document = {
    status: 400,
    code: 'EXPRESSION_INVALID',
    title: '',
    detail: '',
    errors: [{ message: 'there is no field colour', line: 1, column: 22 }],
  };
  const fault = faultOfAnswer(new Problem(document), where);
  expect(fault).toEqual({ text: where, at: 21, message: 'there is no field colour' });
  expect(conditionAt(where, conditions, fault?.at ?? 0)).toBe(1);
  expect(conditionAt(where, conditions, 0)).toBe(0);
  expect(conditionAt(where, conditions, where.length)).toBe(2);
  expect(faultOfAnswer(new Problem({ ...document, code: 'NOT_FOUND' }), where)).toBeNull();
});
