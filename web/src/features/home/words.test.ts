/**
 * What the first page says of events and offers: each event in words, told apart where there are several.
 */
import { EVENT_KINDS } from '@weft/core/events/event';
import { expect, test } from 'vitest';
import { tell, tellEvent } from './words.ts';

const of = (kind: string, purpose: string | null = null) => ({
  type: `io.weft.${kind}.v1`,
  purpose,
});

test('each event that the mesh sends is told in words, and no two alike', () => {
  const told = EVENT_KINDS.map((kind) => tellEvent(of(kind), 'sales.orders'));
  for (const [at, text] of told.entries()) {
    expect(text).toContain('sales.orders');
    expect(text).not.toBe(`sales.orders: ${EVENT_KINDS[at]?.replaceAll('.', ' ')}`);
  }
  expect(new Set(told).size).toBe(EVENT_KINDS.length);
});

test('a new contract is told with its version', () => {
  const published = { ...of('contract.published'), version: '2.0.0' };
  expect(tellEvent(published, 'sales.orders')).toBe('sales.orders has version 2.0.0');
});

test('two agreements on one product are told apart by their purposes', () => {
  const granted = (purpose: string) => tellEvent(of('agreement.granted', purpose), 'sales.orders');
  expect(granted('demand_planning')).toBe('Access to sales.orders for demand planning was granted');
  expect(granted('research')).not.toBe(granted('demand_planning'));
});

test('an agreement is told with its major, and a new major to whom it breaks', () => {
  const denied = { ...of('agreement.denied', 'research'), major: 2 };
  expect(tellEvent(denied, 'sales.orders')).toBe(
    'Access to sales.orders@2 for research was denied',
  );
  const published = (version: string, ownMajor: number | null) =>
    tellEvent({ ...of('contract.published'), version, ownMajor }, 'sales.orders');
  expect(published('2.0.0', 1)).toBe(
    'sales.orders has version 2.0.0; you read 1.x, ask for it on its page',
  );
  expect(published('2.1.0', 2)).toBe('sales.orders has version 2.1.0');
  expect(published('2.1.0', null)).toBe('sales.orders has version 2.1.0');
});

test('the end that an offer has is told as such, and not as a day to answer by', () => {
  const due = null;
  const { why } = tell(
    {
      id: 'countered:agr_1',
      kind: 'countered',
      product: 'sales.orders',
      domain: 'sales',
      since: '2026-11-20T08:00:00Z',
      due,
      facts: { purpose: 'research', until: '2027-06-30T12:00:00Z' },
      batch: null,
      agreement: 'agr_1',
    },
    String,
  );
  expect(why).toMatch(
    /^Your purpose was research; access is offered until 30 Jun 2027\.$|until Jun 30, 2027\.$/,
  );
});
