/**
 * Asking for access: a request, and the renewal of what one has, which is a request for the same with a later end.
 *
 * Not the decision (`agreements-service.ts`). Invariants: of one thing a subject has one open request; nothing that is in
 * force changes because somebody asks.
 */

import type { ContractModel } from '@weft/core/contract/model';
import type { EventKind } from '@weft/core/events/event';
import { must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import { agreementAt } from '@weft/core/registry/agreement';
import type { Agreement, Subject } from '@weft/core/registry/types';
import { insertAgreement, readOpenAgreements, updateAgreement } from '../store/control-access.ts';
import { readMeshPolicy, readPolicy } from '../store/control-policies.ts';
import { type ContractRow, lockProduct } from '../store/control-registry.ts';
import { looksAtHidden, requireColumns, requireFilter, requirePurpose } from './access-facts.ts';
import { readUntil } from './access-until.ts';
import { type ControlContext, type ControlUnit, runControl } from './control-context.ts';
import { refreshProduct } from './registry-products.ts';
import { resolveContract } from './registry-service.ts';

export interface AgreementRequest {
  /** `domain.product` or `domain.product@major`. */
  product: string;
  purpose: string;
  columns?: string[] | null;
  filter?: string | null;
  /** RFC 3339 or an ISO 8601 duration from now. */
  until?: string | null;
  why?: string | null;
}

export async function requestAccess(
  context: ControlContext,
  subject: Subject,
  request: AgreementRequest,
) {
  const contract = await resolveContract(context, request.product);
  const model = context.contracts.modelOf(contract);
  const columns = request.columns ?? null;
  const filter = request.filter?.trim() ? request.filter : null;
  requirePurpose(request.purpose, model);
  requireColumns(columns, model);
  requireFilter(filter, model, { every: false, path: '$.filter' });
  const until = readUntil(request.until ?? null, context.clock.now());
  const asked = { columns, filter, until, purpose: request.purpose, why: request.why ?? null };
  return runControl(context, subject.id, async (unit) => {
    const draft = draftOf(context, unit, { contract, subject, ...asked });
    const same = await findSame(unit, context, draft);
    if (same !== null) return { agreement: same, created: false };
    return { agreement: await open(unit, context, { draft, model }), created: true };
  });
}

interface Asked extends Pick<Agreement, 'columns' | 'filter' | 'until' | 'purpose' | 'why'> {
  contract: Pick<ContractRow, 'product' | 'major'>;
  subject: Subject;
}

function draftOf(
  context: ControlContext,
  unit: ControlUnit,
  { contract, subject, ...asked }: Asked,
): Agreement {
  const { columns, filter, until } = asked;
  return {
    agreement: context.ids.next('agr'),
    product: contract.product,
    major: contract.major,
    subject: subject.id,
    ...asked,
    masks: {},
    granularity: null,
    asked: { columns, filter, granularity: null, until },
    state: 'requested',
    requestedAt: unit.now,
    decidedBy: null,
    decidedAt: null,
    because: null,
    version: 1,
  };
}

/** Keeps a request, and approves it where the policy does. */
async function open(
  unit: ControlUnit,
  context: ControlContext,
  { draft, model }: { draft: Agreement; model: ContractModel },
): Promise<Agreement> {
  const product = must(await lockProduct(unit.tx, draft.product), 'product of a contract');
  if (product.status === 'retired') {
    throw new WeftError('CONFLICT', `${product.product} is retired`);
  }
  await insertAgreement(unit.tx, draft, product.domain);
  announce(unit, draft, { kind: 'agreement.requested', action: 'agreement.request' });
  return approveByPolicy(unit, context, { draft, model });
}

export interface RenewalTerms {
  /** RFC 3339 or an ISO 8601 duration from now; later than the agreement ends. */
  until: string;
  why?: string | null;
}

/** Why a request of its own: the owner decides as on any other, and what is in force stays so until he does, and to its end. */
export async function renewAccess(
  context: ControlContext,
  agreement: Agreement,
  { subject, terms }: { subject: Subject; terms: RenewalTerms },
): Promise<{ agreement: Agreement; created: boolean }> {
  const { product, major, columns, filter, purpose } = agreement;
  if (agreement.subject !== subject.id) {
    throw new WeftError('FORBIDDEN', 'who has an agreement renews it');
  }
  if (agreement.state !== 'active' || agreement.until === null) {
    const how = agreement.state === 'active' ? 'has no end' : `is ${agreement.state}`;
    throw new WeftError('AGREEMENT_STATE', `it ${how}, so there is nothing to renew`);
  }
  const until = must(readUntil(terms.until, context.clock.now()), 'an end that was named');
  if (Date.parse(until) <= Date.parse(agreement.until)) {
    throw new WeftError('REQUEST_INVALID', `it lasts until ${agreement.until} as it is`, {
      remedy: 'Name a later end.',
    });
  }
  const contract = await resolveContract(context, `${product}@${major}`);
  const model = context.contracts.modelOf(contract);
  return runControl(context, subject.id, async (unit) => {
    const asked = { columns, filter, until, purpose, why: terms.why ?? null };
    const draft = draftOf(context, unit, { contract, subject, ...asked });
    const renewal = (await findAllSame(unit, context, draft)).find(
      (same) => same.state !== 'active' || lasts(same, until),
    );
    if (renewal !== undefined) return { agreement: renewal, created: false };
    return { agreement: await open(unit, context, { draft, model }), created: true };
  });
}

function lasts({ until }: Agreement, end: string): boolean {
  return until === null || Date.parse(until) >= Date.parse(end);
}

/** An open agreement of the same subject for the same thing. */
async function findSame(
  unit: ControlUnit,
  context: ControlContext,
  draft: Agreement,
): Promise<Agreement | null> {
  const [first] = await findAllSame(unit, context, draft);
  return first ?? null;
}

async function findAllSame(
  unit: ControlUnit,
  context: ControlContext,
  draft: Agreement,
): Promise<Agreement[]> {
  const open = await readOpenAgreements(unit.tx, {
    subject: draft.subject,
    products: [draft.product],
  });
  const wanted = sameness(draft);
  return open
    .map((agreement) => agreementAt(agreement, context.clock.now()))
    .filter((agreement) => agreement.state !== 'expired' && sameness(agreement) === wanted);
}

function sameness(agreement: Agreement): string {
  const { major, purpose, columns, filter } = agreement;
  return JSON.stringify([major, purpose, columns === null ? null : [...columns].sort(), filter]);
}

async function approveByPolicy(
  unit: ControlUnit,
  context: ControlContext,
  { draft, model }: { draft: Agreement; model: ContractModel },
): Promise<Agreement> {
  const stored = await readPolicy(unit.tx, draft.product);
  if (stored === null || !stored.policy.autoApprovePurposes.includes(draft.purpose)) return draft;
  // Why: whoever may choose rows by a hidden column reads that column; only a person can allow it.
  const isHidingByCedar =
    stored.policy.cedar !== null || (await readMeshPolicy(unit.tx))?.policy.cedar.trim();
  if (draft.filter !== null && isHidingByCedar) return draft;
  if (looksAtHidden(draft.filter, model, stored.policy)) return draft;
  const approved: Agreement = {
    ...draft,
    state: 'active',
    decidedBy: `policy:${draft.product}@${stored.policy.version}`,
    decidedAt: unit.now,
    because: `the policy approves the purpose ${draft.purpose}`,
    version: draft.version + 1,
  };
  await updateAgreement(unit.tx, approved, draft.version);
  announce(unit, approved, { kind: 'agreement.granted', action: 'agreement.approve' });
  await refreshProduct(unit, context, draft.product);
  return approved;
}

export function announce(
  unit: ControlUnit,
  agreement: Agreement,
  what: { kind: EventKind; action: string },
): void {
  const { kind, action } = what;
  const { product, major, purpose, state, columns, filter, until, because } = agreement;
  // Why no subject in the event: everybody reads the log; who it is stands behind the dataref, under rights.
  unit.emit({
    kind,
    subject: `${product}@${major}`,
    dataref: `/api/v1/agreements/${agreement.agreement}`,
    data: { agreement: agreement.agreement, product, purpose, state },
  });
  unit.record({
    action,
    subject: agreement.agreement,
    details: {
      product,
      major,
      for: agreement.subject,
      purpose,
      state,
      columns,
      filter,
      until,
      because,
    },
  });
}
