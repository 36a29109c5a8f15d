/**
 * Sample data: promises and what was measured, thirty days, the spread of values.
 */
import type { LedgerRow } from '../../components/ContractLedger.tsx';
import type { StatusKind } from '../../components/Status.tsx';
import type { WeaveDay, WeaveRow, WeaveState } from '../../lib/weave.ts';

export const THREADS: readonly { name: string; headroom: number | null }[] = [
  { name: 'kept, eight times', headroom: 8 },
  { name: 'kept, twice', headroom: 2 },
  { name: 'kept, nothing missed', headroom: Number.POSITIVE_INFINITY },
  { name: 'close', headroom: 1.05 },
  { name: 'missed by a little', headroom: 0.9 },
  { name: 'missed by far', headroom: 0.1 },
  { name: 'not measured', headroom: null },
];

/** Of which the side alone is told. */
export const SIDES = ['kept', 'close', 'missed'] as const;

export const PICKS: readonly { allowed: number; left: number }[] = [
  { allowed: 5, left: 5 },
  { allowed: 5, left: 4 },
  { allowed: 5, left: 2 },
  { allowed: 5, left: 1 },
  { allowed: 5, left: 0 },
  { allowed: 1, left: 1 },
  { allowed: 100, left: 37 },
];

export const STATUSES: readonly { kind: StatusKind; says: string }[] = [
  { kind: 'kept', says: 'Every promise is kept' },
  { kind: 'close', says: '1 of 5 misses left' },
  { kind: 'missed', says: '405 rows refused' },
  { kind: 'unknown', says: 'Not measured yet' },
  { kind: 'waiting', says: 'Waits for you since 9 min' },
];

const PATTERNS: readonly { product: string; days: string }[] = [
  { product: 'point_of_sale.transactions', days: 'kkkkkkkkckkkkkkkkkkmkkkkkkkkkk' },
  { product: 'loyalty.households', days: 'nnnnnknnnnnncnnnnnnknnnnnnknnn' },
  { product: 'trade_promotion.campaigns', days: 'kkkkkkkkkkkkkkkkkkkkkkkkkkkkmm' },
  { product: 'ecommerce.orders', days: 'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn' },
];
const STATES: Readonly<Record<string, WeaveState>> = { k: 'kept', c: 'close', m: 'missed' };

function daysOf(pattern: string): WeaveDay[] {
  return [...pattern].map((letter, at) => {
    const state = STATES[letter] ?? 'none';
    const day = new Date(Date.UTC(2026, 9, 24 + at)).toISOString().slice(0, 10);
    const batches = state === 'none' ? 0 : 1;
    return { day, state, batches, held: state === 'missed' ? 1 : 0, records: batches * 2_500 };
  });
}

export const WEAVE: readonly WeaveRow[] = PATTERNS.map(({ product, days }) => ({
  id: product,
  title: product,
  name: product,
  days: daysOf(days),
}));

export const SPREADS: readonly { name: string; counts: number[]; isVeiled: boolean }[] = [
  { name: 'sales_value', counts: [12, 90, 210, 160, 80, 44, 21, 9, 4, 2], isVeiled: false },
  { name: 'age', counts: [0, 0, 40, 80, 120, 60, 0, 0], isVeiled: true },
  { name: 'store_id', counts: [10, 10, 11, 10, 9, 10, 10, 11], isVeiled: false },
];

export const LEDGER: readonly LedgerRow[] = [
  {
    id: 'fresh',
    sentence: ['New rows within ', { strong: '24 h' }],
    headroom: 4,
    state: 'kept',
    finding: '6 h old',
    note: null,
  },
  {
    id: 'never',
    sentence: [{ code: 'household_id' }, ' is never empty'],
    headroom: Number.POSITIVE_INFINITY,
    state: 'kept',
    finding: '75,000 of 75,000 rows',
    note: null,
  },
  {
    id: 'known',
    sentence: ['At least ', { strong: '99.9 %' }, ' of products are known'],
    headroom: 1.04,
    state: 'close',
    finding: '99.904 %',
    note: '1 of 5 misses left',
  },
  {
    id: 'reference',
    sentence: ['Each row is in ', { product: 'loyalty.households' }],
    headroom: 0.4,
    state: 'missed',
    finding: '405 rows are not',
    note: 'since 22 Nov',
  },
  {
    id: 'latency',
    sentence: ['Arrives within ', { strong: '2 h' }, ' of what it tells of'],
    headroom: null,
    state: 'unknown',
    finding: 'not measured yet',
    note: null,
  },
];

export const trust = {
  weave: 'Promises of thirty days',
  days: 'Days of one product, to choose from',
  ledger: 'Promises and measurements',
  told: (side: string): string => `${side}, told alone`,
  raised: 'On a ground of its own',
  iconAlone: 'The icon alone',
  plain: 'as they are',
  veiled: 'changed by a policy',
};
