/**
 * Sample data: what is empty, on its way, wrong, old, or still being done.
 */
import { Problem } from '../../api/problem.ts';
import type { PhraseParts } from '../../components/Phrase.tsx';
import type { Work } from '../../lib/work.ts';

export const PROBLEMS: readonly { name: string; error: unknown }[] = [
  {
    name: 'with a remedy',
    error: new Problem({
      status: 403,
      code: 'QUERY_COLUMN_HIDDEN',
      title: 'Not run: column income is hidden for your purpose',
      detail: 'Line 4 names it.',
      remedy: 'Leave it out, or ask Loyalty insights for it in bands.',
    }),
  },
  {
    name: 'in several places',
    error: new Problem({
      status: 422,
      code: 'CONTRACT_INVALID',
      title: 'The contract is not published',
      detail: 'Two things are wrong in it.',
      errors: [
        { message: 'a key column may not be empty', line: 12, remedy: 'Say that it is required.' },
        { message: 'there is no type "int32"', line: 31 },
      ],
    }),
  },
  {
    name: 'that passes',
    error: new Problem({
      status: 503,
      code: 'NODE_AWAY',
      title: 'The node of loyalty does not answer',
      detail: 'Nothing was changed.',
    }),
  },
  { name: 'of the page itself', error: new Error('rows of null is not a thing') },
];

const work = (facts: Partial<Work> & { id: string }): Work => ({
  title: 'transactions-2026-11-22.csv',
  product: 'point_of_sale.transactions',
  phase: 'Sending',
  state: 'running',
  done: 4_100_000,
  total: 12_000_000,
  unit: 'bytes',
  rate: 1_900_000,
  batch: null,
  outcome: null,
  standing: null,
  error: null,
  canPause: false,
  ...facts,
});

export const WORKS: readonly Work[] = [
  work({ id: 'sending', canPause: true }),
  work({ id: 'paused', state: 'paused', canPause: true, rate: null }),
  work({ id: 'checking', phase: 'Checking', unit: 'rows', done: 48_200, total: null }),
  work({
    id: 'done',
    state: 'done',
    batch: 'bat_1',
    outcome: '75,000 rows are in the table',
    standing: 'kept',
  }),
  work({
    id: 'held',
    state: 'done',
    batch: 'bat_2',
    outcome: 'Held: 405 of 75,000 rows refused. Nothing of it is visible yet',
    standing: 'missed',
  }),
  work({ id: 'failed', state: 'failed', error: new Error('The file changed while it was sent') }),
  work({ id: 'cancelled', state: 'cancelled' }),
];

const HOUR_MS = 3_600_000;
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

export const TIMES: readonly { name: string; at: string | null }[] = [
  { name: 'now', at: ago(3_000) },
  { name: 'within the hour', at: ago(14 * 60_000) },
  { name: 'within a day', at: ago(3 * HOUR_MS) },
  { name: 'before', at: ago(8 * 24 * HOUR_MS) },
  { name: 'another year', at: ago(600 * 24 * HOUR_MS) },
  { name: 'to come', at: ago(-2 * HOUR_MS) },
  { name: 'never', at: null },
];

export const AWAY = { asOf: ago(26 * 60_000), since: ago(25 * 60_000) };

export const SENTENCE: PhraseParts = [
  'Press ',
  { key: 'Ctrl K' },
  ' for ',
  { strong: 'everything' },
  ', or read ',
  { product: 'loyalty.households' },
  ' by ',
  { code: 'household_id' },
  ', changed ',
  { time: ago(HOUR_MS) },
  '.',
];

export const states = {
  emptyTitle: 'Nothing needs you',
  emptyText: 'Proposals, held batches and requests for your domains arrive here.',
  emptyAction: 'Start from a sample file',
  emptyAlone: 'No query is kept yet',
  takeOut: 'Take it out',
  more: 'Show the next 50',
  panel: 'A panel with something beside its title',
  aside: '9 of 21',
  panelText: 'The box that pages are made of.',
  flush: 'A panel whose content reaches the edge',
  names: 'a_domain.a_product_with_a_name_of_many_parts@2.3.1',
};
