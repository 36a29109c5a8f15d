/**
 * Sample data: what is typed and chosen, and the faults that are found in it.
 */
import type { Slot, SlotPart } from '../../components/SlotSentence.tsx';

export const TOKENS = ['campaign_analysis', 'category_planning'];
export const PURPOSES = [...TOKENS, 'research'];

const slot = (name: string, label: string, ...labels: string[]): Slot => ({
  name,
  label,
  options: labels.map((text) => ({ value: text, label: text })),
});

export const QUESTION: readonly SlotPart[] = [
  'How many ',
  slot('what', 'What is counted', 'households', 'coupons', 'baskets'),
  ' redeemed a coupon of ',
  slot('campaign', 'Which campaign', 'campaign type A', 'campaign type B', 'any campaign'),
  ', by ',
  slot('by', 'Grouped by', 'age', 'region', 'size of the household'),
  ', in ',
  slot('when', 'When', 'all of 2017', 'the first half of 2017'),
  '?',
];

export const SQL = `SELECT age, count(*) AS households
FROM loyalty.households
WHERE income > 40
GROUP BY age`;

export const FAULT = {
  line: 3,
  column: 7,
  endColumn: 13,
  message: 'income is hidden for your purpose',
  remedy: 'Leave it out, or ask for it in bands.',
};

export const POLICY = `permit (
  principal in Role::"analyst",
  action == Action::"read",
  resource == Product::"loyalty.households"
);`;

export const forms = {
  withValues: 'Purposes',
  doubted: 'Purposes, with a doubt',
  doubt: 'research is no purpose of this product',
  readOnly: 'Purposes, to read alone',
  none: 'No purposes',
  placeholder: 'a purpose',
  product: 'Product',
  question: 'The question',
  asText: 'As it stands',
  sql: 'A query with a fault',
  cedar: 'A policy to read',
  copy: 'Copy the hash',
  copied: 'sha256:9b35d0e2a7c41f86',
  split: 'Between the two',
  left: 'At the left',
  right: 'At the right',
  leads: 'To the market',
};
