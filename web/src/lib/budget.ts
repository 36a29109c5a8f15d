/**
 * A privacy budget and the price of a question: what is spent, what this takes, what is left, to the last digit.
 *
 * Amounts come and go as decimal text and are added as whole numbers; a share of the width alone is a float. Invariant: what
 * is drawn never reaches beyond the whole; a price that is not there is told as `missing`.
 */
export interface BudgetAmounts {
  whole: string;
  spent: string;
  /** The price of this question. */
  price: string;
}

export interface Budget extends BudgetAmounts {
  /** After this question; what was there before it, where it costs more than that. */
  left: string;
  /** What is lacking for it; null where it can be paid. */
  missing: string | null;
  /** Of the width, from 0 to 1; together the whole. */
  shares: { spent: number; price: number; left: number };
}

const AMOUNT = /^\d+(?:\.(\d+))?$/;
/** Steps of a share: finer than any screen. */
const STEPS = 1_000_000n;

/** Null where an amount is none, is below zero, or where the whole is nothing. What is spent, asked and left gets the places of the finest. */
export function budgetOf(amounts: BudgetAmounts): Budget | null {
  const texts = [amounts.whole, amounts.spent, amounts.price];
  if (!texts.every((text) => AMOUNT.test(text))) return null;
  const places = Math.max(...texts.map((text) => AMOUNT.exec(text)?.[1]?.length ?? 0));
  const [whole = 0n, spent = 0n, price = 0n] = texts.map((text) => unscaled(text, places));
  if (whole === 0n) return null;
  const before = whole > spent ? whole - spent : 0n;
  const isPaid = price <= before;
  const taken = isPaid ? price : before;
  const share = (amount: bigint): number => Number((amount * STEPS) / whole) / Number(STEPS);
  const told = (amount: bigint): string => scaled(amount, places);
  const shares = {
    spent: share(whole - before),
    price: share(taken),
    left: share(before - taken),
  };
  return {
    whole: amounts.whole,
    spent: told(spent),
    price: told(price),
    left: told(isPaid ? before - price : before),
    missing: isPaid ? null : told(price - before),
    shares,
  };
}

function unscaled(text: string, places: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(places, '0'));
}

function scaled(amount: bigint, places: number): string {
  if (places === 0) return String(amount);
  const digits = String(amount).padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

const MARKS_MAX = 10;

/** Where whole units stand on the gauge, or fifths where there are too many of them; the ends are not among them. */
export function budgetMarks(whole: string): number[] {
  const units = Number(whole);
  const isFew = units > 1 && units <= MARKS_MAX;
  const count = isFew ? Math.ceil(units) - 1 : 4;
  return Array.from({ length: count }, (_, at) => (at + 1) / (isFew ? units : 5));
}
