/**
 * What a store cannot hold never reaches it, and all else does.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clipText, storableJson, storableText } from './storable-text.ts';

test('what no store can hold is replaced, all else stays', () => {
  assert.equal(storableText('a\0b\ud800c👍é'), 'a\ufffdb\ufffdc👍é');
  assert.equal(
    storableJson({ a: ['\0', 1, null, { b: '\udc00x' }] }),
    '{"a":["\ufffd",1,null,{"b":"\ufffdx"}]}',
  );
});

test('a text that is cut says so and breaks no character', () => {
  assert.equal(clipText('abc', 3), 'abc');
  assert.equal(clipText('abcd', 3), 'abc…');
  assert.ok(clipText('ab👍', 3).isWellFormed());
});
