/**
 * Thresholds against the operator table of the standard, on all small numbers, and exact where doubles are not.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Check, ThresholdOp } from '../contract/plan.ts';
import { meetsThreshold, offenderRatio, ratioOf, ratioText, thresholdWords } from './threshold.ts';

const REQUIRED: Check = { kind: 'required', column: 'a' };
const RANGE_OPS: ThresholdOp[] = ['mustBeBetween', 'mustNotBeBetween'];
/** The table "Valid Properties for Operator" of the standard, on small whole numbers. */
const ORACLE: Record<ThresholdOp, (v: number, a: number, b: number) => boolean> = {
  mustBe: (v, a) => v === a,
  mustNotBe: (v, a) => v !== a,
  mustBeGreaterThan: (v, a) => v > a,
  mustBeGreaterOrEqualTo: (v, a) => v >= a,
  mustBeLessThan: (v, a) => v < a,
  mustBeLessOrEqualTo: (v, a) => v <= a,
  mustBeBetween: (v, a, b) => v >= a && v <= b,
  mustNotBeBetween: (v, a, b) => !(v >= a && v <= b),
};

describe('thresholds', () => {
  it('mean what the operator table says, for all small numbers', () => {
    for (const op of Object.keys(ORACLE) as ThresholdOp[]) {
      for (let v = -2; v <= 4; v++) {
        for (let a = -1; a <= 2; a++) {
          for (let b = a; b <= 3; b++) {
            const values = RANGE_OPS.includes(op) ? [a, b] : [a];
            const ratio = ratioOf(String(v));
            assert.ok(ratio !== null);
            assert.equal(meetsThreshold({ op, values, unit: 'rows' }, ratio), ORACLE[op](v, a, b));
          }
        }
      }
    }
  });

  it('compare shares exactly, where doubles would not', () => {
    // 29/100 is 28.999999999999996 % in doubles.
    const share = offenderRatio(29, 100, 'percent');
    assert.ok(meetsThreshold({ op: 'mustBe', values: [29], unit: 'percent' }, share));
    const third = offenderRatio(1, 3, 'percent');
    assert.equal(ratioText(third), '33.333333');
    assert.ok(!meetsThreshold({ op: 'mustBe', values: [33.333333], unit: 'percent' }, third));
    assert.ok(
      meetsThreshold(
        { op: 'mustBe', values: [0.1], unit: 'rows' },
        { numerator: 1n, denominator: 10n },
      ),
    );
    assert.ok(
      meetsThreshold(
        { op: 'mustBe', values: [0], unit: 'percent' },
        offenderRatio(0, 0, 'percent'),
      ),
    );
    assert.equal(ratioOf('NaN'), null);
  });

  it('write a decimal as it was read', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.nat(6), (n, places) => {
        const text = ratioText({ numerator: n, denominator: 10n ** BigInt(places) });
        assert.equal(Number(text), Number(n) / 10 ** places);
      }),
    );
  });

  it('have words', () => {
    assert.equal(thresholdWords({ op: 'mustBe', values: [0], unit: 'rows' }, REQUIRED), '= 0 rows');
    assert.equal(
      thresholdWords({ op: 'mustBeLessThan', values: [5], unit: 'percent' }, REQUIRED),
      '< 5 %',
    );
    assert.equal(
      thresholdWords(
        { op: 'mustBeBetween', values: [100, 2000], unit: 'rows' },
        { kind: 'rowCount' },
      ),
      'between 100 and 2000',
    );
  });
});
