/**
 * From a syntax tree to what will run: gate, decisions, tables, projection, and what the audit log will say of them.
 *
 * Invariants: the order is gate, decide, load, project; one denial ends the whole query; each table is loaded once, so
 * that its files, its columns and the snapshot that is reported belong together.
 */
import { findSnapshot } from '@weft/core/lakehouse/scan';
import { currentColumns, everyFieldId, groupingFieldIds } from '@weft/core/lakehouse/table';
import type { TableMetadata } from '@weft/core/lakehouse/types';
import { must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import type { AccessDecision } from '@weft/core/policy/decide';
import type { RollUp } from '@weft/core/policy/obligations';
import { type GateTable, gateQuery } from '@weft/core/query/gate';
import type {
  AccessDecider,
  ProjectionFiles,
  QueryAuditTable,
  TableSource,
} from '@weft/core/query/ports';
import { buildProjection, type Projection, type ProjectTable } from '@weft/core/query/project';
import type { Subject } from '@weft/core/registry/types';

export interface QueryProduct {
  product: string;
  /** `id@version#hash` of the contract. */
  contract: string;
  snapshot: string | null;
  agreement: string | null;
  /** Version of the policy that was applied. */
  policy: number | null;
}

export interface PlannedQuery {
  tables: LoadedTable[];
  projection: Projection;
  /** True when the projection has only what the text needs, since not all that is permitted was ready. */
  isNarrow: boolean;
  products: QueryProduct[];
  audit: QueryAuditTable[];
  decisions: AccessDecision[];
}

export interface PlanRequest {
  deps: {
    decide: AccessDecider;
    tables: TableSource;
    projections: Pick<ProjectionFiles, 'keyGeneration' | 'has'>;
  };
  request: { subject: Subject; purpose: string; sql: string };
  /** The syntax tree of `request.sql`. */
  tree: unknown;
  /** Hears of the decisions once they are made, also of those that end the query. */
  onDecided?: (decisions: readonly AccessDecision[]) => void;
}

/** Throws QUERY_REFUSED, ACCESS_DENIED or NOT_FOUND; a decider that fails makes the query fail. */
export async function planQuery(asked: PlanRequest): Promise<PlannedQuery> {
  const { deps, request, tree, onDecided } = asked;
  const gate = gateQuery(request.sql, tree);
  const decisions = await decideAll(deps.decide, request, gate.tables);
  onDecided?.(decisions);
  refuseDenied(decisions, request.purpose);
  const loaded: LoadedTable[] = [];
  for (const [i, table] of gate.tables.entries()) {
    const decision = must(decisions[i], 'one decision per table');
    loaded.push(await loadTable(deps, table, decision));
  }
  const { projection, isNarrow } = readyOrNarrow(loaded, deps.projections);
  return {
    tables: loaded,
    projection,
    isNarrow,
    decisions,
    products: loaded.map(describeProduct),
    audit: loaded.map((table, i) => describeAudit(table, projection.used[i] ?? [])),
  };
}

/** All that is permitted, where that is ready; else the least that answers the text. */
function readyOrNarrow(
  tables: readonly ProjectTable[],
  projections: PlanRequest['deps']['projections'],
): Pick<PlannedQuery, 'projection' | 'isNarrow'> {
  const { keyGeneration } = projections;
  const whole = buildProjection(tables, { keyGeneration });
  if (projections.has(whole.parts)) return { projection: whole, isNarrow: false };
  const projection = buildProjection(tables, { keyGeneration, isNarrow: true });
  const isNarrow = projection.parts.some(({ form }, i) => form !== whole.parts[i]?.form);
  return { projection, isNarrow };
}

async function decideAll(
  decider: AccessDecider,
  request: { subject: Subject; purpose: string },
  tables: readonly Pick<GateTable, 'domain' | 'table' | 'major'>[],
): Promise<AccessDecision[]> {
  if (tables.length === 0) return [];
  const asked = tables.map(({ domain, table, major }) => ({ domain, table, major }));
  const { subject, purpose } = request;
  const decisions = await decider.decide({ subject, purpose, tables: asked });
  const fits = decisions.length === asked.length && decisions.every((d, i) => answers(d, asked[i]));
  if (!fits) throw new WeftError('UNAVAILABLE', 'The decision does not fit the question.');
  return decisions;
}

/** Throws ACCESS_DENIED, with every table that is denied. */
function refuseDenied(decisions: readonly AccessDecision[], purpose: string): void {
  const denied = decisions.filter((decision) => decision.decision !== 'permit');
  if (denied.length === 0) return;
  const products = [...new Set(denied.map((decision) => decision.product))];
  const requests = products.map((product) => `\`weft request ${product} --purpose ${purpose}\``);
  throw new WeftError('ACCESS_DENIED', denied.map((decision) => decision.reason).join(' '), {
    remedy: `Ask for access with ${requests.join(' and ')}.`,
    errors: denied.map((decision) => ({
      code: 'ACCESS_DENIED',
      message: decision.reason,
      path: `${decision.table.domain}.${decision.table.table}`,
    })),
  });
}

/** Refuses to go on when a decision that is made now differs from the one that the answer was begun under. */
export async function confirmPlan(
  decide: AccessDecider,
  request: { subject: Subject; purpose: string },
  plan: PlannedQuery,
): Promise<void> {
  const tables = plan.decisions.map(({ table }) => table);
  if (tables.length === 0) return;
  const now = await decideAll(decide, request, tables);
  refuseDenied(now, request.purpose);
  if (now.every((decision, i) => rightsOf(decision) === rightsOf(plan.decisions[i]))) return;
  throw new WeftError('ACCESS_DENIED', 'What you may see was changed while the answer was given.', {
    remedy: 'Ask again: the new answer has what you may see now.',
  });
}

/** All that a consumer gets by a decision; the version of a policy that changes none of it is no part of that. */
function rightsOf(decision: AccessDecision | undefined): string {
  if (decision === undefined) return '';
  const {
    policyVersion: _version,
    meshPolicyVersion: _ofMesh,
    reason: _reason,
    rowFilterText: _text,
    ...rights
  } = decision;
  return JSON.stringify(rights);
}

// Why: a decision about another table would open the wrong rows.
function answers(
  decision: AccessDecision,
  asked: { domain: string; table: string; major: number | null } | undefined,
): boolean {
  return (
    decision.table.domain === asked?.domain &&
    decision.table.table === asked.table &&
    (asked.major === null || decision.table.major === asked.major)
  );
}

/** A table of the query, as it was when it was planned. */
export interface LoadedTable extends ProjectTable {
  metadata: TableMetadata;
}

async function loadTable(
  deps: PlanRequest['deps'],
  gate: GateTable,
  decision: AccessDecision,
): Promise<LoadedTable> {
  const metadata = await deps.tables.load(decision.table);
  if (metadata === null) {
    const name = `${decision.table.domain}.${decision.table.table}@${decision.table.major}`;
    throw new WeftError('NOT_FOUND', `${name} holds no data on this node.`, {
      remedy: 'Wait for its first batch; `weft events` tells of it.',
    });
  }
  const files = await deps.tables.files(metadata, decision.rowFilter);
  return {
    gate,
    decision,
    metadata,
    columns: currentColumns(metadata),
    storedFieldIds: everyFieldId(metadata),
    groupedBy: groupingFieldIds(metadata),
    files,
  };
}

function describeProduct(table: LoadedTable): QueryProduct {
  const { product, contract, agreement, policyVersion } = table.decision;
  return {
    product,
    contract: `${contract.id}@${contract.version}#${contract.hash}`,
    snapshot: snapshotOf(table.metadata),
    agreement,
    policy: policyVersion,
  };
}

function describeAudit({ decision, metadata }: LoadedTable, used: string[]): QueryAuditTable {
  const columns = decision.rollUp === null ? used : storedColumns(decision.rollUp, used);
  return { ...describeDecision(decision), columns, snapshot: snapshotOf(metadata) };
}

/** What a decision alone tells of a table: all that there is where it denies. */
export function describeDecision(decision: AccessDecision): QueryAuditTable {
  const { product, agreement, policyVersion, meshPolicyVersion, reason } = decision;
  const versions = { policyVersion, meshPolicyVersion };
  return {
    ...decision.table,
    product,
    agreement,
    ...versions,
    columns: [],
    snapshot: null,
    reason,
  };
}

/** Why: who asks who saw a column means that of the table, whatever the roll-up calls what it makes of it. */
function storedColumns({ by, measures }: RollUp, used: readonly string[]): string[] {
  const measured = measures
    .filter(({ as }) => used.includes(as))
    .flatMap(({ column }) => column ?? []);
  const dimensions = by.map(({ column }) => column).filter((column) => used.includes(column));
  return [...new Set([...dimensions, ...measured])];
}

function snapshotOf(metadata: TableMetadata): string | null {
  const snapshot = findSnapshot(metadata);
  return snapshot === null ? null : String(snapshot['snapshot-id']);
}

function remedyOf({ rollUp, columns }: AccessDecision): string {
  return rollUp === null
    ? 'Leave the column out, or ask its owner for access.'
    : `The table shows groups of rows alone, with ${columns.join(', ')}: ask for these, or ask its owner for access.`;
}

/** Tells a consumer that a column which the engine did not find is there, but hidden from him. */
export function explainHidden(error: unknown, plan: PlannedQuery | null): unknown {
  if (!(error instanceof WeftError) || error.code !== 'QUERY_FAILED' || plan === null) return error;
  // Why a table, too: `address.zip` without a column address reads like a column of a table.
  const missing = /(?:Referenced (?:column|table)|have a column named|column) "([^"]+)"/i.exec(
    error.message,
  )?.[1];
  for (const decision of plan.decisions) {
    const hidden = decision.hidden.find((entry) => entry.column === missing?.toLowerCase());
    if (hidden === undefined) continue;
    const table = `${decision.table.domain}.${decision.table.table}`;
    return new WeftError(
      'ACCESS_DENIED',
      `The column "${hidden.column}" of ${table} is hidden from you (${hidden.why}).`,
      { remedy: remedyOf(decision) },
    );
  }
  return error;
}
