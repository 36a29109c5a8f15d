/**
 * Sample data: the price of a question, an answer with its noise, its certificate.
 */
import type { CertificateRow } from '../../components/Certificate.tsx';
import type { BudgetAmounts } from '../../lib/budget.ts';
import type { IntervalRow } from '../../lib/intervals.ts';

export const BUDGETS: readonly (BudgetAmounts & { name: string })[] = [
  { name: 'enough', whole: '5.00', spent: '2.40', price: '0.40' },
  { name: 'untouched', whole: '5.00', spent: '0', price: '0.40' },
  { name: 'the last of it', whole: '2.50', spent: '2.10', price: '0.40' },
  { name: 'too dear', whole: '5.00', spent: '4.75', price: '0.40' },
  { name: 'a free question', whole: '100', spent: '37.125', price: '0' },
  { name: 'not known', whole: '', spent: '', price: '' },
];

const told = (label: string, estimate: number, by = 9): IntervalRow => ({
  label,
  estimate,
  low: estimate - by,
  high: estimate + by,
});

export const AGES: readonly IntervalRow[] = [
  { label: '19-24', withheld: true },
  told('25-34', 50),
  told('35-44', 69),
  told('45-54', 118),
  told('55-64', 24),
  told('65+', 25),
];

export const BASKETS: readonly IntervalRow[] = [
  { label: 'reached by the campaign', estimate: 1_234_567, low: 1_222_222, high: 1_250_000 },
  told('not reached', 1_180_000, 25_000),
  told('moved away since', -4_000, 25_000),
];

export const PROOF: readonly CertificateRow[] = [
  { term: 'Release', value: 'rel_01KAQDJ8W2XT5M3ZB7V4N6CY9F', isCode: true },
  { term: 'Rule', value: 'coupons@2, both owners' },
  { term: 'Charged', value: '0.40 of 5.00' },
  { term: 'Signed', value: 'both sides, 14:20' },
];

export const room = {
  ages: 'Redeeming households by age, campaign type A',
  households: 'households',
  baskets: 'Baskets, reached against not reached',
  unit: 'baskets',
  allWithheld: 'Redeeming households of one village',
  sharper: '1.10',
};
