/**
 * Work alone and work that shares, in random orders: who may run beside whom, and in which order all begin.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLanes } from './lanes.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Piece {
  isAlone: boolean;
  turns: number;
  fails: boolean;
}

const pieces = fc.array(
  fc.record({ isAlone: fc.boolean(), turns: fc.nat({ max: 4 }), fails: fc.boolean() }),
  { maxLength: 25 },
);

/** Runs the pieces in one lane; resolves to when each began and ended, in steps. */
async function runAll(all: readonly Piece[]) {
  const lanes = createLanes();
  let now = 0;
  const spans = all.map(() => ({ began: -1, ended: -1 }));
  const works = all.map(async ({ isAlone, turns, fails }, i) => {
    const span = spans[i];
    assert.ok(span);
    const work = async (): Promise<void> => {
      span.began = now++;
      for (let n = 0; n < turns; n++) await turn();
      span.ended = now++;
      if (fails) throw new Error('planned');
    };
    await (isAlone ? lanes.run('a', work) : lanes.share('a', work)).catch(() => {});
  });
  await Promise.all(works);
  return spans;
}

test('work alone meets nobody, and all begins in the order it came', async () => {
  await fc.assert(
    fc.asyncProperty(pieces, async (all) => {
      const spans = await runAll(all);
      for (const [i, span] of spans.entries()) {
        assert.ok(span.began >= 0 && span.ended > span.began, `piece ${i} ran`);
        for (const [j, other] of spans.slice(0, i).entries()) {
          assert.ok(other.began < span.began, `piece ${j} begins before ${i}`);
          if (all[i]?.isAlone || all[j]?.isAlone) assert.ok(other.ended < span.began, `${j}, ${i}`);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('work that shares runs side by side, so many at a time', async () => {
  const lanes = createLanes();
  let running = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await turn();
    running--;
  };
  await Promise.all(Array.from({ length: 20 }, () => lanes.share('a', work)));
  assert.equal(most, 6);
});

test('lanes of other names do not wait', async () => {
  const lanes = createLanes();
  const first = Promise.withResolvers<void>();
  const blocked = lanes.run('a', () => first.promise);
  assert.equal(await lanes.run('b', async () => 'through'), 'through');
  first.resolve();
  await blocked;
});
