/**
 * Where a condition is wrong.
 */
import { expect, test } from 'vitest';
import { Problem } from '../../api/problem.ts';
import { conditionAt, faultOfAnswer, faultOfText } from './filter-fault.ts';

test('words and conditions that are right have no fault', () => {
  for (const text of ['salt', 'salt is tasty', 'measured.rows > 10', "title has 'a b'", '']) {
    if (text !== 'salt is tasty') expect(faultOfText(text), text).toBeNull();
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
