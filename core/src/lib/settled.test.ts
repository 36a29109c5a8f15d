/** Waiting for all, also where one fails. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allEnded } from './settled.ts';

test('what each gives comes back in order', async () => {
  const slow = new Promise<string>((resolve) => setTimeout(resolve, 5, 'a'));
  assert.deepEqual(await allEnded([slow, 2, undefined]), ['a', 2, undefined]);
  assert.deepEqual(await allEnded([]), []);
});

test('the first error is thrown when nothing works on', async () => {
  let isOver = false;
  const slow = new Promise((resolve) => setTimeout(resolve, 20)).then(() => {
    isOver = true;
    throw new Error('second');
  });
  await assert.rejects(allEnded([Promise.reject(new Error('first')), slow]), /first/);
  assert.ok(isOver);
});
