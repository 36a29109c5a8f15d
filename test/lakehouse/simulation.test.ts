/**
 * The simulation over many seeds, and its control: a build from which one safeguard is taken must be found out. A seed of
 * its own: `WEFT_SEED=17`; more of them: `WEFT_SIMULATIONS=2000`.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Weakness } from './simulated-world.ts';
import { simulate } from './simulation.ts';

const SEED = Number(process.env['WEFT_SEED'] ?? 1);
const RUNS = Number(process.env['WEFT_SIMULATIONS'] ?? 20);
/** Within so many seeds a weakened build is found out. */
const SEEDS_MAX = 200;

test('whatever fails or crashes, every acknowledged row is there once, and nothing vanishes under a reader', async () => {
  const total: Record<string, number> = {};
  for (let seed = SEED; seed < SEED + RUNS; seed++) {
    const { violations, counts } = await simulate({ seed });
    assert.deepEqual(violations, [], `WEFT_SEED=${seed}`);
    for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + count;
  }
  // All of it did happen.
  for (const name of [
    'committed',
    'read',
    'merged',
    'restated',
    'expired',
    'deleted',
    'swept',
    'crashes',
    'failures',
    'lost races',
  ]) {
    assert.ok((total[name] ?? 0) >= 5, `${name}: ${total[name] ?? 0}`);
  }
});

for (const weakness of ['compare-and-set', 'orphan-age', 'grace-time'] satisfies Weakness[]) {
  test(`without ${weakness} the simulation is red`, async () => {
    for (let seed = 1; seed <= SEEDS_MAX; seed++) {
      const { violations } = await simulate({ seed, weakness });
      if (violations.length > 0) return;
    }
    assert.fail(`${SEEDS_MAX} seeds did not notice`);
  });
}

test('a seed gives the same run again', async () => {
  const [first, second] = [await simulate({ seed: 5 }), await simulate({ seed: 5 })];
  assert.deepEqual(first, second);
});
