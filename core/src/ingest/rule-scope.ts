/**
 * Which rows a rule looks at: those of the batch, or those of the table with them, or a window of both.
 *
 * Not the rules themselves. Invariant: rows of the table are the committed ones at the time of the check, since a table has
 * one writer at a time.
 */
import { duckdbType } from '../contract/data-type.ts';
import {
  type IngestPlan,
  isSetCheck,
  type PlanColumn,
  type PlanRule,
  type RuleScope,
} from '../contract/plan.ts';
import { readTableSql } from '../lakehouse/sql.ts';
import type { BoundColumn, TableFile } from '../lakehouse/types.ts';
import { quoteIdent, quoteText } from '../lib/ident-sql.ts';
import { latestMoment, valueText } from '../quality/record-value.ts';
import type { RowsRequest } from './check-ports.ts';

/** True when a rule or a key of the plan needs the rows of the table. */
export function needsTable(plan: IngestPlan): boolean {
  return plan.duplicateScope === 'table' || plan.rules.some(looksBeyondBatch);
}

/**
 * True when the verdict on a batch is the same whatever other batches of its table are committed: such batches may be checked
 * side by side.
 */
export function isIndependent(plan: IngestPlan): boolean {
  return !needsTable(plan) && batchesCompared(plan) === 0 && !plan.rules.some(namesOwnTable(plan));
}

function namesOwnTable({ domain: own, table }: IngestPlan): (rule: PlanRule) => boolean {
  return ({ check }) => {
    if (check.kind !== 'reference') return false;
    const [name, domain = own] = check.table.split('.').reverse();
    return name === table && domain === own;
  };
}

function looksBeyondBatch({ check, scope }: PlanRule): boolean {
  return check.kind === 'drift' || reachesTable(scope);
}

/** Rules about the rows of the table as a whole, for which a batch would be held or refused. */
export function tableRules(plan: IngestPlan): PlanRule[] {
  return plan.rules.filter(
    ({ check, scope, consequence }) =>
      isSetCheck(check) &&
      reachesTable(scope) &&
      (consequence === 'hold' || consequence === 'reject') &&
      // Why: these compare what comes with what is there, and nothing comes.
      check.kind !== 'rowCountChange' &&
      check.kind !== 'drift',
  );
}

/** True when rows of the table are looked at together with those of the batch. */
export function reachesTable(
  scope: RuleScope | undefined,
): scope is Exclude<RuleScope, { kind: 'batch' }> {
  return scope !== undefined && scope.kind !== 'batch';
}

/** How many committed batches before a batch the plan compares with. */
export function batchesCompared(plan: IngestPlan): number {
  const counts = plan.rules.map(({ check }) =>
    check.kind === 'rowCountChange' ? check.batches : 0,
  );
  return Math.max(0, ...counts);
}

/** True when a key is looked for in the table, too. */
export function isTableKey(plan: IngestPlan, rule: PlanRule | null): boolean {
  return plan.duplicateScope === 'table' || rule?.scope?.kind === 'table';
}

/** The committed rows of the table with the plan's column names; of an empty table there are none. */
export function tableRelation(request: RowsRequest): string {
  return filesRelation(request, request.tableFiles);
}

/** Rows of data files with the plan's column names, whatever the table calls its columns now. */
export function filesRelation(
  { columns, plan }: Pick<RowsRequest, 'columns' | 'plan'>,
  files: readonly TableFile[],
): string {
  if (files.length === 0) {
    const none = plan.columns.map(
      (c) => `CAST(NULL AS ${duckdbType(c.type)}) AS ${quoteIdent(c.name)}`,
    );
    return `(SELECT ${none.join(', ')} WHERE FALSE)`;
  }
  return planRowsSql({ columns, plan }, readTableSql(files, columns));
}

/** Rows with the table's column names, by the plan's; `more` are columns that are kept besides. */
export function planRowsSql(
  { columns, plan }: Pick<RowsRequest, 'columns' | 'plan'>,
  relation: string,
  more: readonly string[] = [],
): string {
  const names = plan.columns.map((column) => sourceSql(column, columns));
  return `(SELECT ${[...names, ...more].join(', ')} FROM ${relation})`;
}

/** A column that the table does not have has no value in it. */
function sourceSql(column: PlanColumn, columns: readonly BoundColumn[]): string {
  const bound = columns.find((c) => c.id === column.id);
  const value =
    bound === undefined ? `CAST(NULL AS ${duckdbType(column.type)})` : quoteIdent(bound.name);
  return `${value} AS ${quoteIdent(column.name)}`;
}

/** The rows that a rule looks at; `good` are those of the batch. */
export function scopeRelation(
  request: RowsRequest,
  scope: RuleScope | undefined,
  good: string,
): string {
  if (!reachesTable(scope)) return good;
  const all = `(SELECT * FROM ${good} UNION ALL BY NAME SELECT * FROM ${tableRelation(request)})`;
  return scope.kind === 'table' ? all : windowSql(request, scope, all);
}

/** The earlier rows that a drift compares with: of the table, or of the window. */
export function earlierRelation(request: RowsRequest, scope: RuleScope | undefined): string {
  const table = tableRelation(request);
  return scope?.kind === 'window' ? windowSql(request, scope, table) : table;
}

function windowSql(
  { plan, now }: RowsRequest,
  { column, seconds }: Extract<RuleScope, { kind: 'window' }>,
  relation: string,
): string {
  const found = plan.columns.find((c) => c.name === column);
  const kind = found?.type.kind;
  if (found === undefined || (kind !== 'date' && kind !== 'timestamp' && kind !== 'timestamptz')) {
    return `(SELECT * FROM ${relation} WHERE FALSE)`;
  }
  const zone = found.defaultTimezone;
  const first = latestMoment(kind, now, { toleranceSeconds: -seconds, zone });
  if (first === null) return `(SELECT * FROM ${relation} WHERE FALSE)`;
  const literal = `${kind.toUpperCase()} ${quoteText(valueText({ kind }, first))}`;
  return `(SELECT * FROM ${relation} WHERE ${quoteIdent(column)} >= ${literal})`;
}
