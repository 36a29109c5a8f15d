/**
 * The decision: may this subject read this table for this purpose, which columns, which rows. Pure and total.
 *
 * A read needs two things: a permit of the policies (`evaluate.ts`, narrowed by the owner's row filter and hidden classes)
 * and an active agreement, which narrows further. Not the registry (who calls brings agreements and what the policies
 * came to) and not the enforcement (`query/project.ts` builds the projection).
 *
 * Invariants: denied unless something below permits; a doubt (a filter that does not compile, a mask or a granularity
 * that does not fit) narrows or denies and never widens; agreements only narrow what the policy permits.
 * Subjects that own or produce for the table's domain see their own product whole, without agreement.
 */
import type { DataType } from '../contract/data-type.ts';
import type { ContractRef } from '../contract/plan.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { type Predicate, predicateColumns } from '../lib/predicate.ts';
import type { SetDeclarations } from '../lib/set-declaration.ts';
import { parseMask } from './annotations.ts';
import type { TableRules } from './evaluate.ts';
import { type DecisionSet, setsOf } from './key-sets.ts';
import { maskFits } from './mask-types.ts';
import { type Mask, type PlaceMask, type RollUp, stricterMask } from './obligations.ts';
import { and, or } from './residual.ts';
import { compileRowFilter } from './row-filter.ts';

/** What a decision takes from an agreement; `registry/types.ts` has the whole. */
export interface AgreementFacts {
  agreement: string;
  product: string;
  major: number;
  subject: string;
  purpose: string;
  columns: string[] | null;
  filter: string | null;
  masks: Record<string, string>;
  granularity: string | null;
  until: string | null;
  state: string;
  /** `policy:PRODUCT@VERSION` when no person decided. */
  decidedBy: string | null;
}

/** What a decision takes from the policy of a product. */
export interface PolicyFacts {
  version: number;
  rowFilter: string | null;
  hiddenClassifications: string[];
  /** None when absent. */
  sets?: SetDeclarations;
  /** Who put it in force: sets are read with his rights. */
  updatedBy?: string;
}

export interface TableId {
  domain: string;
  table: string;
  major: number;
}

export interface DecisionColumn {
  name: string;
  type: DataType;
  classification: string | null;
  /** Classifications of what is inside the column; a column that holds something hidden is hidden whole. */
  nestedClassifications?: readonly string[];
}

/** `granularity`: the column is none of the coarser form that is shown. */
export const HIDDEN_REASONS = [
  'classification',
  'policy',
  'agreement',
  'mask',
  'granularity',
] as const;
export type HiddenReason = (typeof HIDDEN_REASONS)[number];

/** The answer as it travels to the node; plain JSON. A denial has no columns and the row filter `false`. */
export interface AccessDecision {
  table: TableId;
  product: string;
  contract: ContractRef;
  decision: 'permit' | 'deny';
  /** A sentence for the subject. */
  reason: string;
  /** The agreement that permits it; null for a denial and for owners. */
  agreement: string | null;
  /** Visible columns in the table's order. */
  columns: string[];
  hidden: { column: string; why: HiddenReason }[];
  rowFilter: Predicate;
  /** The sets that the row filter asks; it is to be bound before anything is read. */
  sets: DecisionSet[];
  /** The filter in expression text, for people; null when every row is visible. */
  rowFilterText: string | null;
  /** Version of the policy that was applied; null when the product has none. */
  policyVersion: number | null;
  /** Version of the policy of the mesh that was applied with it; null where there is none. */
  meshPolicyVersion: number | null;
  /** What stands in place of values, each place once. A hidden column is not among them: `columns` lacks it. */
  masks: PlaceMask[];
  /** The coarser form that the subject gets; `columns` then names dimensions and measures of it. Null for single rows. */
  rollUp: RollUp | null;
  /** Rows that one answer may have; null for the limit of the node. */
  rowLimit: number | null;
  /** False when results must not leave as files. */
  mayExport: boolean;
}

export interface DecideTableInput {
  subject: { id: string };
  purpose: string;
  table: TableId;
  /** `domain.product`. */
  product: string;
  contract: ContractRef;
  /** What one row is, as the contract says; null when it does not. */
  granularity: string | null;
  columns: readonly DecisionColumn[];
  /** Any agreements; those of other subjects, products, majors, purposes or states are left aside here. */
  agreements: readonly AgreementFacts[];
  policy: PolicyFacts | null;
  /** The policy of the mesh that `rules` come of, too. */
  mesh: { version: number } | null;
  /** What the policies in Cedar permit of the table. */
  rules: TableRules;
  /** Milliseconds since the epoch. */
  now: number;
  /** Domains that the subject owns or produces for: `subject.domains` and those that name it among their owners. */
  ownerDomains: readonly string[];
}

/**
 * Decides one table. Several active agreements of one subject, product and purpose: those that show the most columns
 * count (of equally many, the oldest), and rows add up only among agreements that show exactly the same columns. So no
 * row is ever seen in a column that its own agreement does not show.
 */
export function decideTable(input: DecideTableInput): AccessDecision {
  if (input.purpose.trim() === '') return deny(input, 'A purpose is required.');
  if (input.ownerDomains.includes(input.table.domain)) return permitOwner(input);
  const usable = input.agreements.filter((agreement) => isUsable(agreement, input));
  if (usable.length === 0) {
    const detail = `No active agreement on ${input.product}@${input.table.major} for purpose "${input.purpose}".`;
    return deny(input, detail);
  }
  if (input.rules.denied !== null) return deny(input, input.rules.denied);
  const policy = compileRowFilter(input.policy?.rowFilter ?? null, input.columns);
  if (policy.value === null) {
    return deny(
      input,
      'The row filter of the policy does not fit the table; its owner has to correct it.',
    );
  }
  const views = usable.flatMap((agreement) => viewOf(agreement, input) ?? []);
  if (views.length === 0) {
    return deny(
      input,
      'The agreement narrows the table in a way that cannot be carried out; it has to be renewed.',
    );
  }
  return permitViews(input, policy.value, views);
}

/**
 * The major that an unqualified name means: the one agreed to for the purpose, or the only one there is for owners.
 * `majors` are those that the table has. Zero or several answers are errors of the caller's making.
 */
export function resolveMajor(
  input: Pick<
    DecideTableInput,
    'subject' | 'purpose' | 'product' | 'agreements' | 'now' | 'ownerDomains'
  > & { domain: string; majors: readonly number[] },
): number[] {
  if (input.ownerDomains.includes(input.domain)) return [...input.majors];
  return input.majors.filter((major) =>
    input.agreements.some((agreement) =>
      isUsable(agreement, { ...input, table: { domain: input.domain, table: '', major } }),
    ),
  );
}

/** True when the agreement permits reading now: right subject, product, major and purpose, active, not past `until`. */
function isUsable(
  agreement: AgreementFacts,
  input: Pick<DecideTableInput, 'subject' | 'purpose' | 'product' | 'table' | 'now'>,
): boolean {
  return (
    agreement.state === 'active' &&
    agreement.subject === input.subject.id &&
    agreement.product === input.product &&
    agreement.major === input.table.major &&
    agreement.purpose === input.purpose &&
    (agreement.until === null || Date.parse(agreement.until) > input.now)
  );
}

/** What one agreement shows. */
interface View {
  agreement: AgreementFacts;
  columns: string[];
  hidden: { column: string; why: HiddenReason }[];
  filter: Predicate;
  masks: PlaceMask[];
  rollUp: RollUp | null;
}

function viewOf(agreement: AgreementFacts, input: DecideTableInput): View | null {
  const filter = compileRowFilter(agreement.filter, input.columns).value;
  if (filter === null) return null;
  if (agreement.granularity !== null && agreement.granularity !== input.granularity) return null;
  const masks = masksOf(agreement, input);
  const hidden = input.columns.flatMap((column) => {
    const why = hiddenReason(column, { agreement, input, masks });
    return why === null ? [] : [{ column: column.name, why }];
  });
  const away = new Set(hidden.map((entry) => entry.column));
  const columns = input.columns.map((column) => column.name).filter((name) => !away.has(name));
  if (isUnseenFilter(agreement, { filter, hidden, masks })) return null;
  const rollUp = narrowRollUp(input.rules.rollUp, away);
  if (columns.length === 0 || (input.rules.rollUp !== null && rollUp === null)) return null;
  const shown = rollUp === null ? columns : namesOf(rollUp);
  const kept = [...masks].filter(([place]) => !away.has(place.split('.')[0] ?? ''));
  const list = kept.flatMap(([place, mask]) => (mask === null ? [] : [{ place, mask }]));
  const rolledUp = columns
    .filter((column) => !shown.includes(column))
    .map((column) => ({ column, why: 'granularity' as const }));
  return {
    agreement,
    columns: shown,
    hidden: [...hidden, ...rolledUp],
    filter,
    masks: list,
    rollUp,
  };
}

/** Why: rows chosen by what is not shown tell it; a person may allow that, and no machine did with today's policy. */
function isUnseenFilter(
  { decidedBy }: AgreementFacts,
  view: { filter: Predicate; hidden: View['hidden']; masks: ReadonlyMap<string, Mask | null> },
): boolean {
  if (decidedBy?.startsWith('policy:') !== true) return false;
  const unseen = new Set([
    ...view.hidden.filter(({ why }) => why !== 'agreement').map(({ column }) => column),
    ...[...view.masks.keys()].map((place) => place.split('.')[0] ?? ''),
  ]);
  return predicateColumns(view.filter).some((column) => unseen.has(column));
}

/** Masks of policies and agreement by place; null where two have no order, or the agreement's is none for the column. */
function masksOf(
  agreement: AgreementFacts,
  { rules, columns }: DecideTableInput,
): Map<string, Mask | null> {
  const masks = new Map<string, Mask | null>(rules.masks.map(({ place, mask }) => [place, mask]));
  for (const { name, type } of columns) {
    const text = Object.hasOwn(agreement.masks, name) ? agreement.masks[name] : undefined;
    if (text === undefined) continue;
    const agreed = parseMask(text, type);
    const before = masks.get(name);
    const isFit = agreed !== null && maskFits(agreed, type) === null;
    if (!isFit || before === null) masks.set(name, null);
    else masks.set(name, before === undefined ? agreed : stricterMask(before, agreed));
  }
  return masks;
}

/** Without what the agreement does not show; null when a dimension or every measure goes, for then other cells would be shown. */
function narrowRollUp(rollUp: RollUp | null, away: ReadonlySet<string>): RollUp | null {
  if (rollUp === null || rollUp.by.some(({ column }) => away.has(column))) return null;
  const measures = rollUp.measures.filter(({ column }) => column === null || !away.has(column));
  return measures.length === 0 ? null : { ...rollUp, measures };
}

function namesOf({ by, measures }: RollUp): string[] {
  return [...by.map(({ column }) => column), ...measures.map((measure) => measure.as)];
}

function hiddenReason(
  column: DecisionColumn,
  parts: {
    agreement: AgreementFacts;
    input: DecideTableInput;
    masks: ReadonlyMap<string, Mask | null>;
  },
): HiddenReason | null {
  const { agreement, input, masks } = parts;
  if (isHiddenByPolicy(column, input.policy)) return 'classification';
  if (!input.rules.columns.includes(column.name)) return 'policy';
  if (agreement.columns !== null && !agreement.columns.includes(column.name)) return 'agreement';
  // Why hidden: showing a column otherwise than agreed would be weaker than what was agreed.
  const mask = masks.get(column.name);
  return mask === null || mask?.kind === 'hide' ? 'mask' : null;
}

/** True when the policy shows the column, or something inside it, to nobody outside the domain. */
export function isHiddenByPolicy(
  column: Pick<DecisionColumn, 'classification' | 'nestedClassifications'>,
  policy: Pick<PolicyFacts, 'hiddenClassifications'> | null,
): boolean {
  const hidden = (policy?.hiddenClassifications ?? []).map((name) => name.toLowerCase());
  const { classification, nestedClassifications = [] } = column;
  const own = classification === null ? [] : [classification];
  return [...own, ...nestedClassifications].some((name) => hidden.includes(name.toLowerCase()));
}

function permitViews(
  input: DecideTableInput,
  policy: Predicate,
  views: readonly View[],
): AccessDecision {
  const ordered = [...views].sort(
    (a, b) =>
      b.columns.length - a.columns.length ||
      (a.agreement.agreement < b.agreement.agreement ? -1 : 1),
  );
  const first = ordered[0];
  if (first === undefined) return deny(input, 'No agreement covers this.');
  const same = ordered.filter((view) => shapeOf(view) === shapeOf(first));
  const rowFilter = and([policy, input.rules.rows, or(same.map((view) => view.filter))]);
  const { sets: declared = {}, updatedBy: owner = '' } = input.policy ?? {};
  const sets = setsOf(rowFilter, { declared, owner }, input.columns);
  if (sets === null) {
    return deny(input, 'The policy asks a set that is not declared; its owner has to correct it.');
  }
  return {
    ...base(input),
    decision: 'permit',
    reason: `Agreement ${first.agreement.agreement} for purpose "${input.purpose}".`,
    agreement: first.agreement.agreement,
    columns: first.columns,
    hidden: first.hidden,
    rowFilter,
    sets,
    rowFilterText: filterText(input.policy?.rowFilter ?? null, same),
    masks: first.masks,
    rollUp: first.rollUp,
    rowLimit: input.rules.rowLimit,
    mayExport: input.rules.mayExport,
  };
}

function permitOwner(input: DecideTableInput): AccessDecision {
  return {
    ...base(input),
    decision: 'permit',
    reason: `The subject owns or produces for the domain ${input.table.domain}.`,
    agreement: null,
    columns: input.columns.map((column) => column.name),
    hidden: [],
    rowFilter: { op: 'true' },
    rowFilterText: null,
  };
}

function deny(input: DecideTableInput, reason: string): AccessDecision {
  return {
    ...base(input),
    decision: 'deny',
    reason,
    agreement: null,
    columns: [],
    hidden: [],
    rowFilter: { op: 'false' },
    rowFilterText: null,
  };
}

function base(
  input: DecideTableInput,
): Omit<
  AccessDecision,
  'decision' | 'reason' | 'agreement' | 'columns' | 'hidden' | 'rowFilter' | 'rowFilterText'
> {
  return {
    table: { ...input.table },
    product: input.product,
    contract: input.contract,
    policyVersion: input.policy?.version ?? null,
    meshPolicyVersion: input.mesh?.version ?? null,
    sets: [],
    masks: [],
    rollUp: null,
    rowLimit: null,
    mayExport: true,
  };
}

/** What tells apart two views that must not be mixed: a row is seen only as its own agreement shows it. */
function shapeOf({ columns, masks, rollUp }: View): string {
  return canonicalJson({ columns, masks, rollUp });
}

function filterText(policy: string | null, views: readonly View[]): string | null {
  const filters = views.map((view) => view.agreement.filter?.trim() ?? '');
  const agreed = filters.includes('') ? '' : joinTexts(filters, ' or ');
  const parts = [policy?.trim() ?? '', agreed].filter((part) => part !== '');
  return parts.length === 0 ? null : joinTexts(parts, ' and ');
}

function joinTexts(texts: readonly string[], glue: string): string {
  return texts.length === 1 ? (texts[0] ?? '') : texts.map((text) => `(${text})`).join(glue);
}
