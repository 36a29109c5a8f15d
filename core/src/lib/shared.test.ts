/**
 * One answer for all who ask at the same time: whose question it is, and that nobody gets the answer to an older one.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Shared } from './shared.ts';

/** A question whose answers are given by hand. */
function questions() {
  const asked: PromiseWithResolvers<number>[] = [];
  const ask = (): Promise<number> => {
    const question = Promise.withResolvers<number>();
    asked.push(question);
    return question.promise;
  };
  return { asked, ask };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('who asks while a question is under way gets the answer of the next one, all together', async () => {
  const shared = new Shared<string, number>();
  const { asked, ask } = questions();
  const first = shared.get('a', ask);
  const others = [shared.get('a', ask), shared.get('a', ask)];
  await turn();
  assert.equal(asked.length, 1, 'the next question waits for the end of the first');
  asked[0]?.resolve(1);
  assert.equal(await first, 1);
  await turn();
  assert.equal(asked.length, 2, 'one question for both');
  asked[1]?.resolve(2);
  assert.deepEqual(await Promise.all(others), [2, 2]);
  await turn();
  const late = shared.get('a', ask);
  assert.equal(asked.length, 3, 'nothing is remembered');
  asked[2]?.resolve(3);
  assert.equal(await late, 3);
});

test('a question that fails fails for those who waited for it, and the next is asked', async () => {
  const shared = new Shared<string, number>();
  const { asked, ask } = questions();
  const first = shared.get('a', ask);
  const second = shared.get('a', ask);
  asked[0]?.reject(new Error('away'));
  await assert.rejects(first, /away/);
  await turn();
  asked[1]?.resolve(2);
  assert.equal(await second, 2);
});

test('keys do not wait for each other', async () => {
  const shared = new Shared<string, number>();
  const { asked, ask } = questions();
  const answers = [shared.get('a', ask), shared.get('b', ask)];
  assert.equal(asked.length, 2);
  for (const [i, question] of asked.entries()) question.resolve(i);
  assert.deepEqual(await Promise.all(answers), [0, 1]);
});
