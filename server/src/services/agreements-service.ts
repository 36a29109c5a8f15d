/**
 * Agreements: ask for access, decide, end. The state machine is `core/src/registry/agreement.ts`; here is who may move it.
 *
 * Not the decision at read time. Invariants: each step is one transaction with its event and audit entry; a step is
 * taken only from the revision that was read; nobody decides his own request unless he owns the product; a repeat of
 * what was done changes nothing and gives the same answer.
 */

import type { EventKind } from '@weft/core/events/event';
import { must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import {
  type AgreementEvent,
  agreementAt,
  narrowColumns,
  narrowFilter,
  narrowUntil,
  nextAgreementState,
} from '@weft/core/registry/agreement';
import {
  actsForDomain,
  decidesForDomain,
  seesAll,
  stewardsDomain,
} from '@weft/core/registry/authority';
import {
  AGREEMENT_STATES,
  type Agreement,
  type Domain,
  type Subject,
} from '@weft/core/registry/types';
import {
  readAgreement,
  readAgreements,
  readOverdue,
  type StoredAgreement,
  updateAgreement,
} from '../store/control-access.ts';
import {
  type ContractRow,
  readContract,
  readDomain,
  readDomains,
} from '../store/control-registry.ts';
import { requireColumns, requireFilter } from './access-facts.ts';
import type { AccessContext } from './access-service.ts';
import { readUntil } from './access-until.ts';
import {
  type AgreementRequest,
  announce,
  type RenewalTerms,
  renewAccess,
  requestAccess,
} from './agreement-requests.ts';
import { refuseBlindTerms } from './agreement-shows.ts';
import { type ControlContext, type ControlUnit, runControl } from './control-context.ts';
import { decodeCursor, encodeCursor, pageLimit, toPage } from './cursor.ts';
import { refreshProduct } from './registry-products.ts';
import type { Page, PageRequest } from './registry-service.ts';

/** What a decider says; terms narrow at approval and are free in a counter-offer. */
export interface AgreementTerms {
  because?: string | null;
  until?: string | null;
  columns?: string[] | null;
  filter?: string | null;
  /** The tag of the agreement as the decider saw it; another one now is refused. */
  ifMatch?: string | undefined;
}

export type AgreementStep = 'approve' | 'deny' | 'revoke' | 'counter';

export interface AgreementsService {
  /** Asks for access; an open agreement for the same is given back. Throws NOT_FOUND, REQUEST_INVALID, CONFLICT. */
  request(
    subject: Subject,
    request: AgreementRequest,
  ): Promise<{ agreement: Agreement; created: boolean }>;
  /**
   * Asks for the same for longer: a request of its own, while the agreement stays as it is. An open one is given back.
   * Throws NOT_FOUND, AGREEMENT_STATE (not in force, or without an end), REQUEST_INVALID (not later).
   */
  renew(
    subject: Subject,
    id: string,
    terms: RenewalTerms,
  ): Promise<{ agreement: Agreement; created: boolean }>;
  show(subject: Subject, id: string): Promise<Agreement>;
  list(
    subject: Subject,
    query: PageRequest & {
      state?: string | undefined;
      product?: string | undefined;
      subject?: string | undefined;
    },
  ): Promise<Page<Agreement>>;
  /** Approves (or accepts a counter-offer), denies, revokes, counters. Throws AGREEMENT_STATE, FORBIDDEN, PRECONDITION_FAILED. */
  decide(
    subject: Subject,
    id: string,
    step: AgreementStep,
    terms: AgreementTerms,
  ): Promise<Agreement>;
  /** Ends what is past its end; returns how many. Called on a timer. */
  expireOverdue(): Promise<number>;
}

export function createAgreementsService(context: AccessContext): AgreementsService {
  return {
    request: (subject, request) => requestAccess(context, subject, request),
    renew: async (subject, id, terms) =>
      renewAccess(context, await showAgreement(context, subject, id), { subject, terms }),
    show: (subject, id) => showAgreement(context, subject, id),
    list: (subject, query) => listAgreements(context, subject, query),
    decide: (subject, id, step, terms) => decideAgreement(context, { subject, id, step, terms }),
    expireOverdue: () => expireOverdue(context),
  };
}

async function showAgreement(
  context: ControlContext,
  subject: Subject,
  id: string,
): Promise<Agreement> {
  const stored = await readAgreement(context.db, id);
  const domain = stored === null ? null : await readDomain(context.db, stored.domain);
  if (stored === null || domain === null || !maySee(subject, stored, domain)) {
    throw noSuchAgreement(id);
  }
  return agreementAt(stored.agreement, context.clock.now());
}

function maySee(subject: Subject, stored: StoredAgreement, domain: Domain): boolean {
  return (
    stored.agreement.subject === subject.id || seesAll(subject) || decidesForDomain(subject, domain)
  );
}

async function listAgreements(
  context: ControlContext,
  subject: Subject,
  query: PageRequest & {
    state?: string | undefined;
    product?: string | undefined;
    subject?: string | undefined;
  },
): Promise<Page<Agreement>> {
  const { state } = query;
  if (state !== undefined && !AGREEMENT_STATES.some((known) => known === state)) {
    throw new WeftError('REQUEST_INVALID', `there is no state "${state}"`, {
      remedy: `There are: ${AGREEMENT_STATES.join(', ')}.`,
    });
  }
  const limit = pageLimit(query.limit);
  const now = context.clock.now();
  const rows = await readAgreements(context.db, {
    seenBy: seesAll(subject)
      ? null
      : { subject: subject.id, domains: await decidedDomains(context, subject) },
    state: state ?? null,
    product: query.product ?? null,
    subject: query.subject ?? null,
    before:
      query.after === undefined ? null : String(decodeCursor('agreements', query.after, 1)[0]),
    limit: limit + 1,
    now: new Date(now).toISOString(),
  });
  return toPage(rows, limit, {
    item: (row) => agreementAt(row, now),
    cursor: (row) => encodeCursor('agreements', [row.agreement]),
  });
}

async function decidedDomains(context: ControlContext, subject: Subject): Promise<string[]> {
  const domains = await readDomains(context.db, { after: '', limit: 10_000 });
  return domains.filter((domain) => decidesForDomain(subject, domain)).map(({ name }) => name);
}

interface Decision {
  subject: Subject;
  id: string;
  step: AgreementStep;
  terms: AgreementTerms;
}

function noSuchAgreement(id: string): WeftError {
  return new WeftError('NOT_FOUND', `there is no agreement "${id}" that you may see`, {
    remedy: '`weft agreements list` has them.',
  });
}

async function decideAgreement(context: AccessContext, decision: Decision): Promise<Agreement> {
  const { subject, id, step, terms } = decision;
  if (step === 'approve' || step === 'counter') {
    await refuseBlindTerms(context, { subject, id, ...terms });
  }
  return runControl(context, subject.id, async (unit) => {
    const stored = await readAgreement(unit.tx, id);
    const domain = stored === null ? null : await readDomain(unit.tx, stored.domain);
    if (stored === null || domain === null || !maySee(subject, stored, domain)) {
      throw noSuchAgreement(id);
    }
    const agreement = agreementAt(stored.agreement, context.clock.now());
    if (isRepeatedAcceptance(decision, agreement)) return agreement;
    const event = eventOf(decision, agreement);
    requireAuthority(decision, event, { agreement, domain });
    const next = nextAgreementState(agreement.state, event);
    if (next === 'same') return agreement;
    requireMatch(decision, agreement);
    if (next === 'refused') {
      throw new WeftError('AGREEMENT_STATE', `it is ${agreement.state}; ${event} is not possible`);
    }
    const changed = await changedAgreement(context, unit, { decision, event, agreement });
    if (!(await updateAgreement(unit.tx, changed, stored.revision))) {
      throw new WeftError('CONFLICT', 'somebody decided it at this moment');
    }
    announce(unit, changed, { kind: EVENT_OF[event], action: `agreement.${event}` });
    await refreshProduct(unit, context, agreement.product);
    return changed;
  });
}

/** Why: whoever did not hear the answer to his acceptance asks again, and is not to be told that he may not. */
function isRepeatedAcceptance({ subject, step }: Decision, agreement: Agreement): boolean {
  return step === 'approve' && subject.id === agreement.subject && agreement.state === 'active';
}

/** Why for every step: what is answered are the terms that were seen, and they may have been replaced since. */
function requireMatch({ terms }: Decision, { version }: Agreement): void {
  if (terms.ifMatch === undefined || [agreementTag({ version }), '*'].includes(terms.ifMatch))
    return;
  throw new WeftError('PRECONDITION_FAILED', `the agreement is at version ${version}`, {
    remedy: 'Look at its terms again, with `weft agreements show AGREEMENT`, and answer those.',
  });
}

/** The entity tag of an agreement. */
export function agreementTag({ version }: Pick<Agreement, 'version'>): string {
  return `"v${version}"`;
}

const EVENT_OF: Readonly<Record<AgreementEvent, EventKind>> = {
  approve: 'agreement.granted',
  accept: 'agreement.granted',
  activate: 'agreement.granted',
  deny: 'agreement.denied',
  counter: 'agreement.countered',
  expire: 'agreement.expired',
  revoke: 'agreement.revoked',
};

/** `approve` by the requester of a counter-offer means to accept it. */
function eventOf(decision: Decision, agreement: Agreement): AgreementEvent {
  const own = decision.subject.id === agreement.subject;
  return decision.step === 'approve' && own && agreement.state === 'countered'
    ? 'accept'
    : decision.step;
}

function requireAuthority(
  decision: Decision,
  event: AgreementEvent,
  about: { agreement: Agreement; domain: Domain },
): void {
  const { subject } = decision;
  const { agreement, domain } = about;
  const own = subject.id === agreement.subject;
  if (own && (event === 'accept' || event === 'revoke')) return;
  if (own && event === 'deny' && agreement.state === 'countered') return;
  if (event === 'revoke' && subject.roles.includes('privacy_officer')) return;
  const isOwner = actsForDomain(subject, domain);
  if (isOwner || (stewardsDomain(subject, domain) && !own)) return;
  throw new WeftError(
    'FORBIDDEN',
    own
      ? 'nobody decides his own request, unless he owns the product'
      : `only owners and stewards of domain ${domain.name} decide`,
  );
}

async function changedAgreement(
  context: ControlContext,
  unit: ControlUnit,
  options: { decision: Decision; event: AgreementEvent; agreement: Agreement },
): Promise<Agreement> {
  const { decision, event, agreement } = options;
  const decided = {
    ...agreement,
    decidedBy: decision.subject.id,
    decidedAt: unit.now,
    because: decision.terms.because ?? null,
    version: agreement.version + 1,
  };
  switch (event) {
    case 'approve': {
      const terms = await readTerms(context, unit, { agreement, terms: decision.terms });
      return {
        ...decided,
        ...narrowTerms(agreement, terms),
        state: activated('approve', agreement),
      };
    }
    case 'accept': {
      // Why not who accepts: the terms, and the reason for them, are those of whoever offered them.
      const { decidedBy, because } = agreement;
      return { ...decided, decidedBy, because, state: activated('accept', agreement) };
    }
    case 'counter': {
      const terms = await readTerms(context, unit, { agreement, terms: decision.terms });
      return { ...decided, ...terms, state: 'countered' };
    }
    case 'deny':
      return { ...decided, state: 'denied' };
    default:
      return { ...decided, state: 'revoked' };
  }
}

// Why two steps at once: this release has nothing to provision between approval and effect.
function activated(event: AgreementEvent, agreement: Agreement): Agreement['state'] {
  const approved = nextAgreementState(agreement.state, event);
  const active = approved === 'approved' ? nextAgreementState(approved, 'activate') : approved;
  if (active === 'active') return active;
  throw new WeftError('AGREEMENT_STATE', `it is ${agreement.state}; ${event} is not possible`);
}

type Terms = Pick<Agreement, 'columns' | 'filter' | 'until'>;

/** The terms a decider names, checked against the contract; what he does not name stays as it is. */
async function readTerms(
  context: ControlContext,
  unit: ControlUnit,
  named: { agreement: Agreement; terms: AgreementTerms },
): Promise<Terms> {
  const { agreement, terms } = named;
  const contract: ContractRow = must(
    await readContract(unit.tx, { product: agreement.product, major: agreement.major }),
    'the contract of an agreement',
  );
  const model = context.contracts.modelOf(contract);
  const columns = terms.columns === undefined ? agreement.columns : terms.columns;
  const filter = terms.filter === undefined ? agreement.filter : terms.filter?.trim() || null;
  requireColumns(columns, model);
  requireFilter(filter, model, { every: false, path: '$.filter' });
  const now = context.clock.now();
  const until = terms.until === undefined ? agreement.until : readUntil(terms.until, now);
  return { columns, filter, until };
}

/** At approval terms only narrow what was asked for. */
function narrowTerms(asked: Agreement, given: Terms): Terms {
  const columns = narrowColumns(asked.columns, given.columns);
  if (columns !== null && columns.length === 0) {
    throw new WeftError('REQUEST_INVALID', 'no column of the request would be left', {
      remedy: 'Make a counter-offer instead.',
    });
  }
  return {
    columns,
    filter: narrowFilter(asked.filter, given.filter),
    until: narrowUntil(asked.until, given.until),
  };
}

const SWEEP = 200;

async function expireOverdue(context: ControlContext): Promise<number> {
  const now = new Date(context.clock.now()).toISOString();
  const ids = await readOverdue(context.db, now, SWEEP);
  let ended = 0;
  for (const id of ids) {
    const done = await runControl(context, 'weft', async (unit) => {
      const stored = await readAgreement(unit.tx, id);
      if (stored === null) return false;
      const agreement = agreementAt(stored.agreement, context.clock.now());
      if (agreement.state !== 'expired' || stored.agreement.state === 'expired') return false;
      if (!(await updateAgreement(unit.tx, agreement, stored.revision))) return false;
      announce(unit, agreement, { kind: 'agreement.expired', action: 'agreement.expire' });
      await refreshProduct(unit, context, agreement.product);
      return true;
    });
    if (done) ended++;
  }
  return ended;
}
