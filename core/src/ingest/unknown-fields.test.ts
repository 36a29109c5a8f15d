/** Reasons that name the fields which the contract does not know, and stay as they are where nobody can tell. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tellUnknownFields, UNKNOWN_FIELD } from './unknown-fields.ts';

const REASON = { rule: UNKNOWN_FIELD, column: null, message: 'unknown field' };
const told = (raw: string | null, reason: Parameters<typeof tellUnknownFields>[0] = REASON) =>
  tellUnknownFields(reason, new Set(['id', 'sku']), raw);

test('unknown fields are named, a few of them, in the order of the record', () => {
  assert.equal(told('{"id":1,"colour":"red","sku":"a"}'), 'unknown field: `colour`');
  const many = JSON.stringify(
    Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((n) => [n, 1])),
  );
  assert.equal(told(many), 'unknown field: `a`, `b`, `c`, `d`, `e` and 2 more');
  assert.equal(told('{"constructor":1}'), 'unknown field: `constructor`');
  assert.ok(told(JSON.stringify({ ['x'.repeat(5_000)]: 1 })).length < 200);
});

test('a record that cannot be read, or another reason, keeps its words', () => {
  for (const raw of [null, '{"id":', '[1]', '7', '{"id":1}', '['.repeat(100_000)]) {
    assert.equal(told(raw), 'unknown field');
  }
  assert.equal(told('{"colour":1}', { ...REASON, rule: 'id.type' }), 'unknown field');
  assert.equal(told('{"colour":1}', { ...REASON, column: 'address' }), 'unknown field');
});
