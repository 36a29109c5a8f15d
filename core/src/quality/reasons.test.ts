/** A value that is not of its column's type is told so in the words of the contract. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataType } from '../contract/data-type.ts';
import { nestedTypeWords } from './reasons.ts';

test('a reason names the logical type, not what holds the value', () => {
  const said = (
    kind: 'int' | 'long' | 'double' | 'string' | 'timestamptz' | 'timestamp' | 'date',
  ) => nestedTypeWords({ kind } satisfies DataType);
  assert.deepEqual(
    [said('int'), said('long'), said('double'), said('string')],
    ['is no integer', 'is no integer of up to 64 bits', 'is no number', 'is no string'],
  );
  assert.deepEqual(
    [said('date'), said('timestamp'), said('timestamptz')],
    ['is no date', 'is no timestamp', 'is no timestamp with a time zone'],
  );
});
