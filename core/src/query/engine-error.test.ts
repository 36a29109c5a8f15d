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

test('the log gets the kind of an error about values and nothing that it says', () => {
  const texts = [
    "Conversion Error: Could not convert string 'it's a cell' to INT32",
    'Invalid Input Error: missing ): cell(',
    'Invalid Input Error: Could not parse string "x" according to "%d"\ncell\n^\nError: Expected a number',
    'Syntax Error: cell',
  ];
  for (const text of texts) {
    const kind = text.slice(0, text.indexOf(':'));
    assert.equal(redactError(text), kind);
    assert.equal(redactError(`terminated\nError: ${text}`), `terminated\nError: ${kind}`);
  }
  const what = 'what(): {"exception_type":"Invalid Input","exception_message":"\\"cell"}';
  assert.equal(redactError(what), 'what(): {…:…,…');
});

test('it gets what is about the text, files and memory, without quoted texts and digits', () => {
  const binder = `Binder Error: "it""s" of 'o''x' is 4711, 'never closed`;
  assert.equal(redactError(binder), 'Binder Error: … of … is #, …');
  assert.match(redactError('IO Error: No such file "/a/b"'), /^IO Error: No such file …$/);
  assert.match(redactError('Out of Memory Error: 12 GiB'), /^Out of Memory Error: # GiB$/);
});
