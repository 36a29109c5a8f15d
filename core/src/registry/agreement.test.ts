/** The agreement's table: total, with final ends, and access only by way of approval. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  AGREEMENT_EVENTS,
  AGREEMENT_TABLE,
  agreementAt,
  isOverdue,
  narrowColumns,
  narrowFilter,
  narrowUntil,
  nextAgreementState,
  OPEN_STATES,
} from './agreement.ts';
import { AGREEMENT_STATES, type Agreement } from './types.ts';

it('has an entry for each state and each event', () => {
  for (const state of AGREEMENT_STATES) {
    assert.deepEqual(Object.keys(AGREEMENT_TABLE[state]).sort(), [...AGREEMENT_EVENTS].sort());
    for (const event of AGREEMENT_EVENTS) {
      const next = nextAgreementState(state, event);
      const known: readonly string[] = [...AGREEMENT_STATES, 'same', 'refused'];
      assert.ok(known.includes(next), `${state} ${event}`);
    }
  }
});

it('never leaves an end', () => {
  for (const state of ['denied', 'expired', 'revoked'] as const) {
    for (const event of AGREEMENT_EVENTS) {
      assert.ok(
        ['same', 'refused'].includes(nextAgreementState(state, event)),
        `${state} ${event}`,
      );
    }
  }
});

it('reaches active only by activation of what was approved', () => {
  for (const state of AGREEMENT_STATES) {
    for (const event of AGREEMENT_EVENTS) {
      if (nextAgreementState(state, event) !== 'active') continue;
      assert.deepEqual([state, event], ['approved', 'activate']);
    }
  }
});

it('lets only the requester answer a counter-offer', () => {
  assert.equal(nextAgreementState('countered', 'approve'), 'refused');
  assert.equal(nextAgreementState('countered', 'accept'), 'approved');
  assert.equal(nextAgreementState('requested', 'accept'), 'refused');
});

it('says the same again to a repeat', () => {
  assert.equal(nextAgreementState('active', 'approve'), 'same');
  assert.equal(nextAgreementState('denied', 'deny'), 'same');
  assert.equal(nextAgreementState('revoked', 'revoke'), 'same');
});

it('reads as expired from its end on, before any sweep', () => {
  const agreement = { state: 'active', until: '2026-03-01T00:00:00.000Z' } as Agreement;
  const end = Date.parse('2026-03-01T00:00:00.000Z');
  assert.equal(agreementAt(agreement, end - 1).state, 'active');
  assert.equal(agreementAt(agreement, end).state, 'expired');
  assert.equal(isOverdue({ state: 'denied', until: agreement.until }, end), false);
  assert.deepEqual(OPEN_STATES, ['requested', 'approved', 'countered', 'active']);
});

it('only narrows terms', () => {
  assert.deepEqual(narrowColumns(null, ['a']), ['a']);
  assert.deepEqual(narrowColumns(['a', 'b'], ['b', 'c']), ['b']);
  assert.deepEqual(narrowColumns(['a'], null), ['a']);
  assert.equal(narrowFilter('a = 1', 'b = 2 or c = 3'), '(a = 1) and (b = 2 or c = 3)');
  assert.equal(narrowFilter(null, 'b = 2'), 'b = 2');
  assert.equal(narrowUntil('2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z'), '2026-01-01T00:00:00Z');
  assert.equal(narrowUntil('2026-01-01T00:00:00Z', null), '2026-01-01T00:00:00Z');
});
