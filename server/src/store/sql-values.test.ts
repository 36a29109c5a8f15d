/**
 * Values in PostgreSQL's text form. That the server agrees is the conformance suite's part (`test/conformance`).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeSqlParameter, parseSqlValue } from './sql-values.ts';

test('what JavaScript cannot hold exactly stays text or becomes bigint', () => {
  assert.equal(parseSqlValue(20, '9007199254740991'), 9007199254740991);
  assert.equal(parseSqlValue(20, '9007199254740993'), '9007199254740993');
  assert.equal(parseSqlValue(1700, '0.10'), '0.10');
  assert.deepEqual(parseSqlValue(3802, '{"id":9007199254740993}'), { id: 9007199254740993n });
});

test('instants are RFC 3339 in UTC, dates and infinities stay text', () => {
  assert.equal(parseSqlValue(1184, '2026-11-22 10:00:00.123456+00'), '2026-11-22T10:00:00.123456Z');
  assert.equal(parseSqlValue(1184, 'infinity'), 'infinity');
  assert.equal(parseSqlValue(1114, '2026-11-22 10:00:00'), '2026-11-22T10:00:00');
  assert.equal(parseSqlValue(1082, '2026-11-22'), '2026-11-22');
});

test('arrays keep quotes, backslashes, nesting, NULL and lower bounds', () => {
  assert.deepEqual(parseSqlValue(1009, '{a,"b,c","d\\"e\\\\",NULL,"NULL",""}'), [
    'a',
    'b,c',
    'd"e\\',
    null,
    'NULL',
    '',
  ]);
  assert.deepEqual(parseSqlValue(1007, '[0:1]={1,2}'), [1, 2]);
  assert.deepEqual(parseSqlValue(1007, '{{1,2},{3,4}}'), [
    [1, 2],
    [3, 4],
  ]);
  assert.deepEqual(parseSqlValue(1007, '{}'), []);
  assert.equal(encodeSqlParameter(['a"b', null, [1]]), '{"a\\"b",NULL,{"1"}}');
});

test('a function or a symbol is no parameter', () => {
  assert.throws(() => encodeSqlParameter(() => 1), /no SQL form/);
  assert.throws(() => encodeSqlParameter(Symbol('x')), /no SQL form/);
});
