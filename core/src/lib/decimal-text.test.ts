/**
 * Decimals as text against the arithmetic of bigint.
 *
 * Invariant under test: one number has one plain form, and order and rounding are exact.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { compareDecimals, plainDecimal, roundDecimal } from './decimal-text.ts';

it('writes one plain form of every decimal', () => {
  const cases: [string, string | null][] = [
    ['1e3', '1000'],
    ['+01.50', '1.5'],
    ['-0', '0'],
    ['1.5e-3', '0.0015'],
    ['-12.340E1', '-123.4'],
    ['.5', null],
    ['abc', null],
    ['1e999', null],
  ];
  for (const [text, plain] of cases) assert.equal(plainDecimal(text), plain, text);
});

it('orders and rounds as whole-number arithmetic does', () => {
  const scaled = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
  const write = (n: bigint): string => {
    const digits = String(n < 0n ? -n : n).padStart(4, '0');
    return `${n < 0n ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`;
  };
  fc.assert(
    fc.property(scaled, scaled, (a, b) => {
      const left = plainDecimal(write(a)) ?? '';
      const right = plainDecimal(write(b)) ?? '';
      assert.equal(Math.sign(compareDecimals(left, right)), a < b ? -1 : a > b ? 1 : 0);
      const down = roundDecimal(left, 'down');
      const up = roundDecimal(left, 'up');
      assert.ok(down * 1000n <= a && a < (down + 1n) * 1000n);
      assert.ok((up - 1n) * 1000n < a && a <= up * 1000n);
    }),
  );
});
