/**
 * What a product costs, as a person of the reader's locale says it.
 */
import { formatMoney } from '../lib/format.ts';

export interface Price {
  amount: string | null;
  currency: string | null;
  unit: string | null;
}

/** "US$4.67 per megabyte"; null where the contract names no amount. */
export function priceWords(price: Price | null): string | null {
  const { amount = null, currency = null, unit = null } = price ?? {};
  if (amount === null) return null;
  if (Number.parseFloat(amount) === 0) return 'free';
  return formatMoney(amount, currency) + (unit === null ? '' : ` per ${unit}`);
}
