/**
 * The eight operators of ODCS on exact numbers, and their words for reports.
 *
 * Source: spec/odcs/docs/data-quality.md, "Valid Properties for Operator". The standard's table says that
 * `mustBeBetween` is ∈ [a, b] and its prose that it is `>` and `<`; here it is closed at both ends, and
 * `mustNotBeBetween` is its negation.
 */
import { type Check, hasOwnValue, type Threshold } from '../contract/plan.ts';
import { assert, must, unreachable } from '../lib/assert.ts';
import { plainDecimal } from '../lib/decimal-text.ts';

/** An exact number: `numerator / denominator`, the denominator above 0. */
export interface Ratio {
  numerator: bigint;
  denominator: bigint;
}

/** A decimal text (`12`, `-0.5`, `1e3`) as an exact number; null for anything else, NaN and infinity included. */
export function ratioOf(text: string): Ratio | null {
  const plain = plainDecimal(text);
  if (plain === null) return null;
  const scale = plain.includes('.') ? plain.length - plain.indexOf('.') - 1 : 0;
  return { numerator: BigInt(plain.replace('.', '')), denominator: 10n ** BigInt(scale) };
}

/** What a threshold on offenders is tested on: their number, or their share in percent (0 of 0 is 0 %). */
export function offenderRatio(failed: number, checked: number, unit: Threshold['unit']): Ratio {
  assert(failed >= 0 && failed <= checked, 'more offenders than records');
  if (unit === 'rows' || checked === 0) return { numerator: BigInt(failed), denominator: 1n };
  return { numerator: BigInt(failed) * 100n, denominator: BigInt(checked) };
}

/** True when `value` is what the threshold wants. */
export function meetsThreshold(threshold: Threshold, value: Ratio): boolean {
  const [first, second] = threshold.values.map((n) => must(ratioOf(String(n)), 'threshold number'));
  const a = must(first, 'threshold without a number');
  const order = compareRatios(value, a);
  switch (threshold.op) {
    case 'mustBe':
      return order === 0;
    case 'mustNotBe':
      return order !== 0;
    case 'mustBeGreaterThan':
      return order > 0;
    case 'mustBeGreaterOrEqualTo':
      return order >= 0;
    case 'mustBeLessThan':
      return order < 0;
    case 'mustBeLessOrEqualTo':
      return order <= 0;
    case 'mustBeBetween':
      return order >= 0 && compareRatios(value, must(second, 'upper end of the range')) <= 0;
    case 'mustNotBeBetween':
      return order < 0 || compareRatios(value, must(second, 'upper end of the range')) > 0;
    default:
      return unreachable(threshold.op);
  }
}

/** Negative, zero or positive. */
export function compareRatios(a: Ratio, b: Ratio): number {
  const left = a.numerator * b.denominator;
  const right = b.numerator * a.denominator;
  return left === right ? 0 : left < right ? -1 : 1;
}

/** Decimal text of an exact number, rounded half away from zero at six places, without trailing zeros. */
export function ratioText(value: Ratio): string {
  const places = 6;
  const negative = value.numerator < 0n;
  const size = negative ? -value.numerator : value.numerator;
  const scaled = (size * 10n ** BigInt(places) * 2n + value.denominator) / (value.denominator * 2n);
  const digits = String(scaled).padStart(places + 1, '0');
  const cut = digits.length - places;
  const fraction = digits.slice(cut).replace(/0+$/, '');
  const body = fraction === '' ? digits.slice(0, cut) : `${digits.slice(0, cut)}.${fraction}`;
  return negative && body !== '0' ? `-${body}` : body;
}

const SYMBOLS = {
  mustBe: '=',
  mustNotBe: '!=',
  mustBeGreaterThan: '>',
  mustBeGreaterOrEqualTo: '>=',
  mustBeLessThan: '<',
  mustBeLessOrEqualTo: '<=',
  mustBeBetween: 'between',
  mustNotBeBetween: 'not between',
} as const;

/**
 * The threshold in words: `= 0 rows`, `< 5 %`, `between 100 and 2000`. A value of the rule's own has no unit, but for shares
 * and ages.
 */
export function thresholdWords(threshold: Threshold, check: Check): string {
  return `${SYMBOLS[threshold.op]} ${threshold.values.join(' and ')}${unitWords(threshold, check)}`;
}

function unitWords(threshold: Threshold, check: Check): string {
  if (threshold.unit === 'percent') return ' %';
  if (check.kind === 'freshness') return ' seconds';
  return hasOwnValue(check) ? '' : ' rows';
}
