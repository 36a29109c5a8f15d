/**
 * Why a decision is as it is, what would be seen, and the smallest change that would turn it.
 *
 * Not the decision: every answer here comes from the very function that decides reads (`decideFrom`), over facts as they are
 * or as they might be. Invariants: nothing is changed; a suggested change, carried out, turns the decision, and no
 * smaller set of the changes that were considered does.
 */
import { WeftError } from '@weft/core/lib/error';
import { predicateColumns } from '@weft/core/lib/predicate';
import { predicateText } from '@weft/core/lib/predicate-text';
import type { AccessDecision } from '@weft/core/policy/decide';
import { estimateRows } from '@weft/core/policy/estimate-rows';
import type { PolicyOutcome, TableRules } from '@weft/core/policy/evaluate';
import { maskWord } from '@weft/core/policy/obligations';
import { decidesForDomain, seesAll } from '@weft/core/registry/authority';
import type { Subject } from '@weft/core/registry/types';
import { readMeasurement } from '../store/control-decisions.ts';
import { readContract, readDomain } from '../store/control-registry.ts';
import {
  type AccessEdit,
  applyEdits,
  attributeEdit,
  editsFor,
  type Supposed,
} from './access-edits.ts';
import { type ExplainedSet, explainSets } from './access-explain-sets.ts';
import {
  type AccessContext,
  decideFrom,
  type Question,
  readableMajors,
  readFacts,
} from './access-service.ts';
import type { IdentityService } from './identity-service.ts';

export interface ExplainRequest {
  subject: string;
  /** `domain.product`. */
  product: string;
  purpose: string;
  /** A table of the product; its first when left out. */
  table?: string | undefined;
  /** The newest that is read for the purpose when left out. */
  major?: number | undefined;
  /** `subject`: no more than the subject himself would be told; else as much as the one who asks may know. */
  told?: 'subject' | undefined;
}

export interface ExplainedPolicy {
  id: string;
  effect: 'permit' | 'forbid';
  applies: 'all rows' | 'some rows' | 'no row';
  rows: string | null;
  columns: string[] | null;
  problem: string | null;
}

export interface AccessExplanation {
  subject: string;
  product: string;
  table: string;
  /** Of the contract that the answer speaks of. */
  major: number;
  /** Those that the subject may read for the purpose, the newest first: of several a query names one. */
  majors: number[];
  purpose: string;
  decision: 'permit' | 'deny';
  reason: string;
  agreement: string | null;
  policies: ExplainedPolicy[];
  /** The sets that choose the rows which are seen. */
  sets: ExplainedSet[];
  /** What would be seen; null for a denial. */
  seen: ExplainedView | null;
  /** The smallest change that would turn the decision; null when up to three steps do not. */
  change: ExplainedChange | null;
}

export interface ExplainedChange {
  edits: AccessEdit[];
  decision: 'permit' | 'deny';
  /** What would be seen then. To the subject himself only after an agreement: what other roles see is not his to know. */
  seen: ExplainedView | null;
}

/** What the subject would see, with about how many rows: null when that is not known, or not his to know. */
type ExplainedView = SeenView & { rowsAbout: number | null };

export interface SeenView {
  columns: { name: string; mask: string | null }[];
  hidden: AccessDecision['hidden'];
  /** Condition on rows; null for all. */
  rows: string | null;
  granularity: AccessDecision['rollUp'];
  rowLimit: number | null;
  mayExport: boolean;
}

export type ExplainIdentity = Pick<IdentityService, 'findSubject'>;

/** Steps of a suggested change. */
const STEPS_MAX = 3;
/** Evaluations of a policy that the search for a change may take; each decision takes one for each policy. */
const EVALUATIONS_MAX = 20_000;
const TRIES_MIN = 30;
const TRIES_MAX = 2_000;

/** Throws NOT_FOUND (subject, product), FORBIDDEN (not about oneself, and no steward, owner, privacy officer or platform). */
export async function explainAccess(
  context: AccessContext,
  identity: ExplainIdentity,
  { by, request }: { by: Subject; request: ExplainRequest },
): Promise<AccessExplanation> {
  const { question: asked, isDecider } = await questionOf(context, identity, { by, request });
  const facts = await readFacts(context, asked);
  const majors = readableMajors(context, asked, facts);
  const major = asked.table.major ?? majors[0] ?? null;
  const question = { ...asked, table: { ...asked.table, major } };
  const { decision, rules } = await decideFrom(context, question, facts);
  const start: Supposed = { question, facts, instead: undefined };
  const change = await smallestChange(context, start, { decision, rules });
  return {
    subject: question.subject.id,
    product: request.product,
    table: question.table.table,
    major: decision.table.major,
    majors,
    purpose: request.purpose,
    decision: decision.decision,
    reason: decision.reason,
    agreement: decision.agreement,
    policies: rules.outcomes.map((outcome) => explainPolicy(outcome, isDecider)),
    sets: await explainSets(context, decision, isDecider),
    seen: await viewOf(context, decision, isDecider),
    change: change === null ? null : await explainChange(context, change, isDecider),
  };
}

async function explainChange(
  context: AccessContext,
  { edits, after }: FoundChange,
  isDecider: boolean,
): Promise<ExplainedChange> {
  const isTold = isDecider || edits.every(({ kind }) => kind === 'agreement');
  return {
    edits: isDecider ? edits : edits.map(untold),
    decision: after.decision,
    seen: isTold ? await viewOf(context, after, isDecider) : null,
  };
}

async function viewOf(
  context: AccessContext,
  decision: AccessDecision,
  isDecider: boolean,
): Promise<ExplainedView | null> {
  if (decision.decision === 'deny') return null;
  const about = await rowsAbout(context, decision, isDecider);
  return { ...seenBy(decision, isDecider), rowsAbout: about };
}

async function questionOf(
  context: AccessContext,
  identity: ExplainIdentity,
  { by, request }: { by: Subject; request: ExplainRequest },
): Promise<{ question: Question; isDecider: boolean }> {
  const { product, purpose, major = null } = request;
  const [domain = ''] = product.split('.');
  const contract = await readContract(context.db, { product, major });
  const people = await readDomain(context.db, domain);
  if (contract === null || people === null) {
    const which = major === null ? '' : ` of the major ${major}`;
    throw new WeftError('NOT_FOUND', `there is no product "${product}" with a contract${which}`);
  }
  const mayKnow = (who: Subject): boolean => seesAll(who) || decidesForDomain(who, people);
  if (by.id !== request.subject && !mayKnow(by)) {
    throw new WeftError('FORBIDDEN', `the access of ${request.subject} is not shown to ${by.id}`);
  }
  const subject = by.id === request.subject ? by : await identity.findSubject(request.subject);
  if (subject === null)
    throw new WeftError('NOT_FOUND', `there is no subject "${request.subject}"`, {
      remedy: '`weft access who PRODUCT.COLUMN` and `weft agreements list` name subjects.',
    });
  const table = request.table ?? contract.tables[0] ?? '';
  if (!contract.tables.includes(table)) {
    throw new WeftError('NOT_FOUND', `${product} has no table "${table}"`, {
      remedy: `It has: ${contract.tables.join(', ')}.`,
    });
  }
  const isDecider = mayKnow(request.told === 'subject' ? subject : by);
  return { question: { subject, purpose, table: { domain, table, major } }, isDecider };
}

/** Why not all to everybody: a condition may name values of rows and columns that the one it keeps them from must not learn. */
function explainPolicy(
  { id, effect, rows, obligations, problem }: PolicyOutcome,
  isDecider: boolean,
): ExplainedPolicy {
  const applies = rows.op === 'true' ? 'all rows' : rows.op === 'false' ? 'no row' : 'some rows';
  const text = applies === 'some rows' && isDecider ? predicateText(rows) : null;
  return { id, effect, applies, rows: text, columns: obligations.columns, problem };
}

const UNSEEN_CONDITION = 'some, by a condition on what is not shown';

/** What is seen, as the one who sees it may know it: no condition on columns that are hidden, masked or rolled up. */
function seenBy(decision: AccessDecision, isDecider: boolean): SeenView {
  const seen = seenOf(decision);
  const masked = new Set(decision.masks.map(({ place }) => place.split('.')[0]));
  const isShown = (column: string): boolean =>
    decision.rollUp === null && decision.columns.includes(column) && !masked.has(column);
  const isOpen = isDecider || [...predicateColumns(decision.rowFilter)].every(isShown);
  return isOpen || seen.rows === null ? seen : { ...seen, rows: UNSEEN_CONDITION };
}

/** Why to himself of all rows alone: what is left of hidden ones tells about them, and all rows he could count. */
async function rowsAbout(
  { db }: AccessContext,
  { table, product, rowFilter, rollUp }: AccessDecision,
  isDecider: boolean,
): Promise<number | null> {
  if (rollUp !== null || (!isDecider && rowFilter.op !== 'true')) return null;
  const measured = await readMeasurement(db, { ...table, product });
  return measured === null ? null : estimateRows(rowFilter, measured);
}

/** A step without the value that a policy asks for: only who decides on the product may know it. */
function untold(edit: AccessEdit): AccessEdit {
  return edit.kind === 'attribute' ? attributeEdit(edit.do, { ...edit, value: null }) : edit;
}

/** What a permitting decision shows. */
export function seenOf(decision: AccessDecision): SeenView {
  const masks = new Map(decision.masks.map(({ place, mask }) => [place, maskWord(mask)]));
  return {
    columns: decision.columns.map((name) => ({ name, mask: masks.get(name) ?? null })),
    hidden: decision.hidden,
    rows: decision.rowFilter.op === 'true' ? null : predicateText(decision.rowFilter),
    granularity: decision.rollUp,
    rowLimit: decision.rowLimit,
    mayExport: decision.mayExport,
  };
}

interface FoundChange {
  edits: AccessEdit[];
  after: AccessDecision;
}

async function smallestChange(
  context: AccessContext,
  start: Supposed,
  { decision, rules }: { decision: AccessDecision; rules: TableRules },
): Promise<FoundChange | null> {
  const edits = await editsFor(context, start, {
    isPermitted: decision.decision === 'permit',
    rules,
  });
  const budget = Math.floor(EVALUATIONS_MAX / (rules.outcomes.length + 10));
  const triesMax = Math.min(TRIES_MAX, Math.max(TRIES_MIN, budget));
  let tries = 0;
  for (let size = 1; size <= STEPS_MAX; size++) {
    for (const chosen of subsets(edits, size)) {
      if (++tries > triesMax) return null;
      const supposed = applyEdits(start, chosen);
      if (supposed === null) continue;
      const { question, facts, instead } = supposed;
      const after = await decideFrom(context, question, facts, instead);
      if (after.decision.decision === decision.decision) continue;
      return { edits: chosen, after: after.decision };
    }
  }
  return null;
}

function* subsets<T>(items: readonly T[], size: number, from = 0): Generator<T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let i = from; i <= items.length - size; i++) {
    const item = items[i] as T;
    for (const rest of subsets(items, size - 1, i + 1)) yield [item, ...rest];
  }
}
