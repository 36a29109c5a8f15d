/** What of an engine's error reaches the consumer and what reaches the log. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consumerError, redactError } from './engine-error.ts';

test('errors about values lose their text, errors about the query keep it', () => {
  const leaky = "Conversion Error: Could not convert string 'cell-51202' to INT32";
  assert.doesNotMatch(consumerError(leaky).message, /cell/);
  assert.equal(consumerError(leaky).code, 'QUERY_FAILED');
  for (const kind of ['Invalid Input', 'Out of Range', 'Constraint', 'INTERNAL', 'Serialization']) {
    assert.doesNotMatch(consumerError(`${kind} Error: 'cell'`).message, /cell/, kind);
  }
  assert.doesNotMatch(consumerError('cell without a head').message, /cell/);
  const binder = 'Binder Error: Referenced column "nosuch" not found in FROM clause!';
  assert.equal(consumerError(binder).message, binder);
  assert.equal(consumerError('Out of Memory Error: x').code, 'QUERY_LIMIT');
  assert.equal(consumerError('Permission Error: x').code, 'QUERY_REFUSED');
});

test('the log gets neither quoted texts nor digits', () => {
  const text = `Conversion Error: 'it''s cell' of "cell" is 4711, 'never closed cell`;
  assert.equal(redactError(text), 'Conversion Error: … of … is #, …');
});
