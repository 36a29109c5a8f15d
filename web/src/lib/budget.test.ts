/**
 * Money that is not money: a budget adds up to the last digit, and nothing of it is drawn beyond its end.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { budgetMarks, budgetOf } from './budget.ts';

test('what is spent, this question and what is left are the whole', () => {
  expect(budgetOf({ whole: '5.00', spent: '2.40', price: '0.40' })).toEqual({
    whole: '5.00',
    spent: '2.40',
    price: '0.40',
    left: '2.20',
    missing: null,
    shares: { spent: 0.48, price: 0.08, left: expect.closeTo(0.44) },
  });
});

test('amounts that no float holds stay exact', () => {
  expect(budgetOf({ whole: '1', spent: '0.7', price: '0.1' })?.left).toBe('0.2');
  const fine = budgetOf({ whole: '1', spent: '0.00000000000000000001', price: '0' });
  expect(fine?.left).toBe('0.99999999999999999999');
});

test('a price above what is left is told, and drawn to the end alone', () => {
  const dear = budgetOf({ whole: '5', spent: '4.75', price: '0.40' });
  expect(dear).toMatchObject({ left: '0.25', missing: '0.15' });
  expect(dear?.shares).toEqual({ spent: 0.95, price: 0.05, left: 0 });
  const over = budgetOf({ whole: '5', spent: '6', price: '1' });
  expect(over).toMatchObject({ left: '0', missing: '1', shares: { spent: 1, price: 0, left: 0 } });
});

test('what is no amount makes no budget', () => {
  for (const whole of ['', '-5', '1e3', 'NaN', '5,00', '0', '0.00'])
    expect(budgetOf({ whole, spent: '0', price: '0' })).toBeNull();
});

const amount = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.integer({ min: 0, max: 12 }))
  .map(([digits, places]) => {
    const text = String(digits).padStart(places + 1, '0');
    return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
  });
/** Over one power of ten that every amount of the test has. */
const exact = (text: string): bigint => {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(12, '0'));
};

test('every budget adds up, and its shares are within the whole', () => {
  fc.assert(
    fc.property(amount, amount, amount, (whole, spent, price) => {
      const budget = budgetOf({ whole, spent, price });
      fc.pre(budget !== null);
      const { shares } = budget;
      for (const share of Object.values(shares)) {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }
      expect(shares.spent + shares.price + shares.left).toBeCloseTo(1, 5);
      const left = exact(budget.left);
      // Why the smaller: of a budget that is overspent a free question can still be asked.
      const gone = exact(spent) < exact(whole) ? exact(spent) : exact(whole);
      if (budget.missing === null) expect(gone + exact(price) + left).toBe(exact(whole));
      else expect(left + exact(budget.missing)).toBe(exact(price));
    }),
  );
});

test('marks stand at whole units, and at fifths where there are many', () => {
  expect(budgetMarks('5.00')).toEqual([0.2, 0.4, 0.6, 0.8]);
  expect(budgetMarks('2.5')).toEqual([0.4, 0.8]);
  expect(budgetMarks('100')).toEqual([0.2, 0.4, 0.6, 0.8]);
  expect(budgetMarks('1')).toEqual([0.2, 0.4, 0.6, 0.8]);
});
