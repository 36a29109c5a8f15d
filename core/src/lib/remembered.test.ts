/** Answers that are kept: how many, which, and that a failure is not one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Remembered } from './remembered.ts';

test('an answer is worked out once, also for those who ask meanwhile', async () => {
  const remembered = new Remembered<string, number>(2);
  let made = 0;
  const make = async () => ++made;
  assert.deepEqual(
    await Promise.all([remembered.get('a', make), remembered.get('a', make)]),
    [1, 1],
  );
  assert.equal(await remembered.get('a', make), 1);
});

test('what was used longest ago is forgotten first', async () => {
  const remembered = new Remembered<string, string>(2);
  const ask = (key: string, answer: string) => remembered.get(key, async () => answer);
  await ask('a', 'first');
  await ask('b', 'first');
  await ask('a', 'second');
  await ask('c', 'first');
  assert.equal(await ask('a', 'second'), 'first');
  assert.equal(await ask('b', 'second'), 'second');
});

test('a failure is told to all who asked, and then asked for again', async () => {
  const remembered = new Remembered<string, number>(2);
  const fail = async (): Promise<number> => {
    throw new Error('no');
  };
  await assert.rejects(remembered.get('a', fail), /no/);
  assert.equal(await remembered.get('a', async () => 7), 7);
});

test('an answer that is known already is kept like one that was worked out', async () => {
  const remembered = new Remembered<string, number>(1);
  remembered.set('a', 1);
  assert.equal(await remembered.get('a', async () => 2), 1);
  remembered.set('b', 3);
  assert.equal(await remembered.get('a', async () => 2), 2);
});

test('of keys that share a place only the last one is kept, and each gets its own answer', async () => {
  const remembered = new Remembered<string, string>(2, (key) => key[0]);
  const ask = (key: string, answer: string) => remembered.get(key, async () => answer);
  await ask('b1', 'kept');
  for (const key of ['a1', 'a2', 'a3']) assert.equal(await ask(key, key), key);
  assert.equal(await ask('b1', 'forgotten'), 'kept');
  assert.equal(await ask('a3', 'new'), 'a3');
  assert.equal(await ask('a1', 'new'), 'new');
});
