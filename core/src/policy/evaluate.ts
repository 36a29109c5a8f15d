/**
 * What the policies say of one table to one subject: rows, columns, masks, granularity, limits.
 *
 * The owner's policies and those of the mesh count alike. Rows: those of any permit, without those of any forbid. Columns and
 * masks: the strictest of all permits that apply, without what a forbid on columns hides.
 * Not agreements (`decide.ts`). Invariants: without a permit, nothing; a permit that fails or cannot be understood permits
 * nothing; a forbid that fails or cannot be understood forbids all that it could; two granularities at once permit nothing.
 */
import { assert, must } from '../lib/assert.ts';
import type { Predicate } from '../lib/predicate.ts';
import { type AnnotatedColumn, readAnnotations } from './annotations.ts';
import { entityTypeOf, rowPlaces } from './cedar-schema.ts';
import { NO_OBLIGATIONS, type Obligations, type PlaceMask, stricterMask } from './obligations.ts';
import {
  CEDAR_NAMESPACE,
  type CedarEngine,
  type CedarEntity,
  type CedarPolicy,
  type PolicyAction,
  type Residual,
  SETS,
} from './ports.ts';
import { and, certain, lowerConditions, not, or, type RowPlaces, Unsupported } from './residual.ts';

/** A policy and whose it is. */
export interface SourcedPolicy {
  origin: 'product' | 'mesh';
  policy: CedarPolicy;
}

export interface RulesSubject {
  id: string;
  roles: readonly string[];
  domains: readonly string[];
  attributes: Readonly<Record<string, string | readonly string[]>>;
}

export interface RulesColumn extends AnnotatedColumn {
  required: boolean;
}

export interface RulesTable {
  domain: string;
  /** `domain.product`. */
  product: string;
  table: string;
  /** The highest of its columns' classes; empty when none has one. */
  classification: string;
  tags: Readonly<Record<string, readonly string[]>>;
  columns: readonly RulesColumn[];
}

export interface RulesRequest {
  engine: CedarEngine;
  policies: readonly SourcedPolicy[];
  subject: RulesSubject;
  action: PolicyAction;
  purpose: string;
  table: RulesTable;
  /** Milliseconds since the epoch. */
  now: number;
}

/** What one policy came to. */
export interface PolicyOutcome {
  /** `mesh:ID` for those of the mesh. */
  id: string;
  effect: 'permit' | 'forbid';
  /** The rows that it speaks of. */
  rows: Predicate;
  obligations: Obligations;
  /** Why it was not taken as it is written, or null. */
  problem: string | null;
}

/** How outcomes name a policy. */
export function outcomeId({ origin, policy }: SourcedPolicy): string {
  return origin === 'mesh' ? `mesh:${policy.id}` : policy.id;
}

/** What all policies together permit of one table. Rows `false`: nothing. */
export interface TableRules {
  rows: Predicate;
  /** Visible columns, in the table's order. */
  columns: string[];
  masks: PlaceMask[];
  rollUp: Obligations['rollUp'];
  rowLimit: number | null;
  mayExport: boolean;
  /** A sentence for the subject; null when something is permitted. */
  denied: string | null;
  outcomes: PolicyOutcome[];
}

/** The permit of a product whose owner wrote no policy: an agreement is needed all the same. */
export const DEFAULT_POLICY = `@id("default")
@description("Whoever has an agreement may read and export.")
permit (principal, action, resource);
`;

export function evaluateRules(request: RulesRequest): TableRules {
  const outcomes = outcomesOf(request);
  const names = request.table.columns.map(({ name }) => name);
  const applying = outcomes.filter(
    ({ effect, rows }) => effect === 'permit' && rows.op !== 'false',
  );
  const forbids = outcomes.filter(({ effect, rows }) => effect === 'forbid' && rows.op !== 'false');
  const hidden = new Set(forbids.flatMap(({ obligations }) => obligations.columns ?? []));
  const forbidden = or(
    forbids.filter(({ obligations }) => obligations.columns === null).map(({ rows }) => rows),
  );
  const rows = and([or(applying.map((outcome) => outcome.rows)), not(forbidden)]);
  const obligations = applying.map((outcome) => outcome.obligations);
  const masks = strictest(obligations);
  const rollUps = new Map(
    obligations.flatMap(({ rollUp }) =>
      rollUp === null ? [] : [[JSON.stringify(rollUp), rollUp]],
    ),
  );
  const columns = names.filter(
    (name) =>
      !hidden.has(name) &&
      obligations.every((o) => o.columns?.includes(name) ?? true) &&
      masks?.get(name)?.kind !== 'hide',
  );
  const denied = reasonToDeny({ applying, forbids, rows, columns, masks, rollUps: rollUps.size });
  return {
    rows: denied === null ? rows : { op: 'false' },
    columns: denied === null ? columns : [],
    masks: [...(masks ?? [])]
      .filter(([place]) => columns.includes(place.split('.')[0] ?? ''))
      .map(([place, mask]) => ({ place, mask })),
    rollUp: [...rollUps.values()][0] ?? null,
    rowLimit: obligations.reduce<number | null>(
      (least, { rowLimit }) => smaller(least, rowLimit),
      null,
    ),
    mayExport: obligations.every(({ mayExport }) => mayExport),
    denied,
    outcomes,
  };
}

function reasonToDeny(parts: {
  applying: readonly PolicyOutcome[];
  forbids: readonly PolicyOutcome[];
  rows: Predicate;
  columns: readonly string[];
  masks: ReadonlyMap<string, unknown> | null;
  rollUps: number;
}): string | null {
  const { applying, forbids, rows, columns, masks, rollUps } = parts;
  if (applying.length === 0) return 'No policy permits it.';
  const closing = forbids.filter(({ obligations }) => obligations.columns === null);
  const because = closing.map(({ id }) => id).join(', ');
  if (rows.op === 'false') return `Forbidden by ${because}.`;
  if (masks === null)
    return 'Policies give one column masks of which none is stricter; the owner has to choose.';
  if (rollUps > 1) return 'Policies permit two granularities at once; the owner has to choose.';
  return columns.length === 0 ? 'The policies together show no column.' : null;
}

function smaller(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

/** The strictest mask of each place; null when two of one place have no order. */
function strictest(obligations: readonly Obligations[]): Map<string, PlaceMask['mask']> | null {
  const masks = new Map<string, PlaceMask['mask']>();
  for (const { place, mask } of obligations.flatMap((o) => o.masks)) {
    const before = masks.get(place);
    const stricter = before === undefined ? mask : stricterMask(before, mask);
    if (stricter === null) return null;
    masks.set(place, stricter);
  }
  return masks;
}

function outcomesOf(request: RulesRequest): PolicyOutcome[] {
  const places = rowPlaces(request.table.columns);
  const texts = request.policies.map(({ policy }) => policy);
  // Why by number: the owner and the mesh may use the same ids.
  const numbered = texts.map((policy, i) => ({ ...policy, id: String(i) }));
  const residuals = request.engine.residuals(numbered, cedarRequest(request));
  return request.policies.map(({ policy, origin }, i) => {
    const residual = must(residuals[i], 'a residual for each policy');
    assert(residual.id === String(i), 'residuals in the order of the policies');
    const id = outcomeId({ origin, policy });
    return outcomeOf({ id, isOfMesh: origin === 'mesh', policy, residual, places, request });
  });
}

interface OutcomeParts {
  id: string;
  isOfMesh: boolean;
  policy: CedarPolicy;
  residual: Residual;
  places: RowPlaces;
  request: RulesRequest;
}

function outcomeOf(parts: OutcomeParts): PolicyOutcome {
  const { id, policy, request } = parts;
  const { effect } = policy;
  const { obligations, problems } = readAnnotations(policy, request.table.columns, {
    isLenient: parts.isOfMesh,
  });
  const { rows, problem } = rowsOf(parts);
  const [first] = problems;
  const doubt: Predicate = { op: effect === 'permit' ? 'false' : 'true' };
  if (first !== undefined) {
    const all = { ...NO_OBLIGATIONS };
    return {
      id,
      effect,
      rows: rows.op === 'false' ? rows : doubt,
      obligations: all,
      problem: first.message,
    };
  }
  const isOver = obligations.until !== null && Date.parse(obligations.until) <= request.now;
  if (effect === 'permit' && isOver)
    return { id, effect, rows: { op: 'false' }, obligations, problem: 'it is over' };
  return { id, effect, rows, obligations, problem };
}

function rowsOf({ policy, residual, places }: OutcomeParts): {
  rows: Predicate;
  problem: string | null;
} {
  const isPermit = policy.effect === 'permit';
  const doubt: Predicate = { op: isPermit ? 'false' : 'true' };
  switch (residual.state) {
    case 'true':
    case 'false':
      return { rows: { op: residual.state }, problem: null };
    case 'error':
      return { rows: doubt, problem: 'its conditions cannot be evaluated for this subject' };
    case 'open':
      break;
  }
  try {
    const rows = lowerConditions(residual.conditions, places);
    return { rows: guarded(rows, isPermit, places), problem: null };
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    return { rows: doubt, problem: error.message };
  }
}

/** Where a value is missing that the policy takes for granted, Cedar fails: not permitted, and forbidden. */
function guarded(rows: Predicate, isPermit: boolean, places: RowPlaces): Predicate {
  return isPermit ? certain(rows, places) : not(certain(not(rows), places));
}

function cedarRequest({ subject, action, purpose, table, now }: RulesRequest) {
  const product: CedarEntity = entity('Product', table.product, {
    parents: [{ type: 'Domain', id: table.domain }],
  });
  const attributes = Object.entries(subject.attributes).map(([name, value]) => [
    name,
    textsOf(value),
  ]);
  return {
    principal: entity('Subject', subject.id, {
      attributes: {
        ...Object.fromEntries(attributes),
        numbers: { record: numbersOf(subject.attributes) },
        id: subject.id,
        roles: [...subject.roles],
        domains: [...subject.domains],
      },
    }),
    action,
    resource: {
      type: entityTypeOf(table.table),
      id: `${table.domain}.${table.table}`,
      attributes: {
        domain: table.domain,
        product: table.product,
        table: table.table,
        classification: table.classification,
        row: { unknown: 'row' },
        // Why here: keys of sets are known where the rows are, and not where policies are evaluated.
        [SETS]: { unknown: SETS },
      },
      tags: table.tags,
      parents: [{ type: `${CEDAR_NAMESPACE}::Product`, id: table.product }],
    },
    context: { purpose, now: { datetime: new Date(now).toISOString() } },
    others: [product, entity('Domain', table.domain, {})],
  };
}

function entity(
  type: string,
  id: string,
  more: { attributes?: CedarEntity['attributes']; parents?: CedarEntity['parents'] },
): CedarEntity {
  const parents = (more.parents ?? []).map((parent) => ({
    ...parent,
    type: `${CEDAR_NAMESPACE}::${parent.type}`,
  }));
  return { type: `${CEDAR_NAMESPACE}::${type}`, id, attributes: more.attributes ?? {}, parents };
}

/** Attributes of which every value is a whole number, as numbers. */
function numbersOf(attributes: RulesSubject['attributes']): Record<string, readonly number[]> {
  const entries = Object.entries(attributes).map(
    ([name, value]) => [name, textsOf(value)] as const,
  );
  return Object.fromEntries(
    entries
      .filter(([, texts]) => texts.length > 0 && texts.every(isWholeNumber))
      .map(([name, texts]) => [name, texts.map(Number)]),
  );
}

function isWholeNumber(text: string): boolean {
  return /^-?(?:0|[1-9]\d{0,15})$/.test(text) && Number.isSafeInteger(Number(text));
}

function textsOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
