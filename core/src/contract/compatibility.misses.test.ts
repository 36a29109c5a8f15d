/**
 * `weftMissesAllowed` of two versions: whoever relies on few misses, and whoever has to keep to them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareContracts } from './compatibility.ts';
import { buildModel } from './fixtures/model-builder.ts';
import type { ContractModel } from './model.ts';

function allowing(missesAllowed: ContractModel['weft']['missesAllowed']): ContractModel {
  return buildModel([], { weft: { missesAllowed } });
}

test('more misses break consumers, fewer break producers, and what is neither breaks both', () => {
  const five = { count: 5, period: 'P30D' };
  const cases: [typeof five | null, typeof five | null, string][] = [
    [five, { count: 6, period: 'P30D' }, 'break/safe'],
    [five, { count: 4, period: 'P30D' }, 'safe/break'],
    [five, { count: 5, period: 'P7D' }, 'break/safe'],
    [five, { count: 5, period: 'P3M' }, 'safe/break'],
    [five, { count: 6, period: 'P3M' }, 'break/break'],
    [five, null, 'break/safe'],
    [null, five, 'safe/break'],
  ];
  for (const [before, after, sides] of cases) {
    const [change, ...more] = compareContracts(allowing(before), allowing(after));
    assert.equal(`${change?.consumer}/${change?.producer}`, sides, JSON.stringify([before, after]));
    assert.deepEqual([change?.kind, more], ['missesAllowed.changed', []]);
  }
  assert.deepEqual(compareContracts(allowing(five), allowing({ ...five })), []);
});
