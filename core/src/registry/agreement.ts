/**
 * The life of an agreement as a total table: for each state and each event, what happens. SPEC:
 *
 * - A1 Nobody reads under an agreement that is not `active`. *Enforcement:* only `activate` leads to `active`, and
 *   `policy/decide.ts` looks at the state and the clock itself.
 * - A2 An end is final: `denied`, `expired` and `revoked` are never left. Whoever wants access again asks again.
 *   *Enforcement:* no entry of the table leaves them; the test walks all of it.
 * - A3 A repeat is not an error: doing again what was done gives `same` and changes nothing.
 * - A4 The decider cannot answer his own counter-offer; only the requester accepts it. *Enforcement:* `approve` is refused
 *   in `countered`, `accept` everywhere else.
 *
 * Not here: who may cause an event (`registry/authority.ts`, the service) and the store.
 */
import { AGREEMENT_STATES, type Agreement, type AgreementState } from './types.ts';

export const AGREEMENT_EVENTS = [
  /** The owner or a steward agrees. */
  'approve',
  /** The requester agrees to a counter-offer. */
  'accept',
  /** The owner or a steward refuses, or the requester refuses a counter-offer. */
  'deny',
  /** The owner or a steward offers other terms. */
  'counter',
  /** Approved access takes effect. */
  'activate',
  /** `until` has passed. */
  'expire',
  /** Access is taken back, or a request is withdrawn. */
  'revoke',
] as const;
export type AgreementEvent = (typeof AGREEMENT_EVENTS)[number];

/** The next state; `same` when it was done before, `refused` when it cannot be done in this state. */
export type Transition = AgreementState | 'same' | 'refused';

export const AGREEMENT_TABLE: Readonly<
  Record<AgreementState, Readonly<Record<AgreementEvent, Transition>>>
> = {
  requested: {
    approve: 'approved',
    accept: 'refused',
    deny: 'denied',
    counter: 'countered',
    activate: 'refused',
    expire: 'expired',
    revoke: 'revoked',
  },
  countered: {
    approve: 'refused',
    accept: 'approved',
    deny: 'denied',
    counter: 'countered',
    activate: 'refused',
    expire: 'expired',
    revoke: 'revoked',
  },
  approved: {
    approve: 'same',
    accept: 'same',
    deny: 'refused',
    counter: 'refused',
    activate: 'active',
    expire: 'expired',
    revoke: 'revoked',
  },
  active: {
    approve: 'same',
    accept: 'same',
    deny: 'refused',
    counter: 'refused',
    activate: 'same',
    expire: 'expired',
    revoke: 'revoked',
  },
  denied: {
    approve: 'refused',
    accept: 'refused',
    deny: 'same',
    counter: 'refused',
    activate: 'refused',
    expire: 'same',
    revoke: 'refused',
  },
  expired: {
    approve: 'refused',
    accept: 'refused',
    deny: 'refused',
    counter: 'refused',
    activate: 'refused',
    expire: 'same',
    revoke: 'same',
  },
  revoked: {
    approve: 'refused',
    accept: 'refused',
    deny: 'refused',
    counter: 'refused',
    activate: 'refused',
    expire: 'same',
    revoke: 'same',
  },
};

/** States in which an agreement can still become or be access; a request that repeats one of these finds it. */
export const OPEN_STATES: readonly AgreementState[] = AGREEMENT_STATES.filter(
  (state) => AGREEMENT_TABLE[state].expire === 'expired',
);

/** What `event` does to an agreement in `state`. */
export function nextAgreementState(state: AgreementState, event: AgreementEvent): Transition {
  return AGREEMENT_TABLE[state][event];
}

/** True when the agreement's end has passed but its state does not say so yet. `now` in milliseconds. */
export function isOverdue(agreement: Pick<Agreement, 'state' | 'until'>, now: number): boolean {
  return (
    agreement.until !== null &&
    Date.parse(agreement.until) <= now &&
    OPEN_STATES.includes(agreement.state)
  );
}

/** The agreement as it is at `now`: an open one whose end has passed reads `expired`, whether swept or not. */
export function agreementAt(agreement: Agreement, now: number): Agreement {
  return isOverdue(agreement, now) ? { ...agreement, state: 'expired' } : agreement;
}

/** Narrower terms of two: the columns of both (null is all). */
export function narrowColumns(
  asked: readonly string[] | null,
  given: readonly string[] | null,
): string[] | null {
  if (asked === null) return given === null ? null : [...given];
  return given === null ? [...asked] : asked.filter((column) => given.includes(column));
}

/** Narrower terms of two: rows that both filters let through. */
export function narrowFilter(asked: string | null, given: string | null): string | null {
  if (asked === null || given === null || asked === given) return asked ?? given;
  return `(${asked}) and (${given})`;
}

/** Narrower terms of two: the earlier end. Both RFC 3339 or null for no end. */
export function narrowUntil(asked: string | null, given: string | null): string | null {
  if (asked === null || given === null) return asked ?? given;
  return Date.parse(given) < Date.parse(asked) ? given : asked;
}
