/**
 * A plan made ready for one batch: which rules take records away, which are counted, which cannot be checked.
 *
 * Not the SQL of single checks (`quality/row-sql.ts`). Invariant: every rule of the plan stands in exactly one of the
 * lists, so that none is added and none dropped.
 */

import { duckdbType } from '../contract/data-type.ts';
import { typeAt } from '../contract/nested-path.ts';
import {
  type IngestPlan,
  isSetCheck,
  type PlanRule,
  type RowCheck,
  type SetCheck,
} from '../contract/plan.ts';
import { readTableSql } from '../lakehouse/sql.ts';
import { quoteIdent, quoteText } from '../lib/ident-sql.ts';
import { allOkSql, placeOffendsSql, type RowSql, rowCheckSql } from '../quality/row-sql.ts';
import { type BatchKey, batchKeys } from './batch-keys.ts';
import type { ReferencedTable, RowsRequest } from './check-ports.ts';
import { gateQuery } from './contract-sql.ts';
import type { SqlEngine } from './ports.ts';
import type { RuleResult } from './report.ts';
import { ruleWithoutResult } from './verdict.ts';

export interface RowRule {
  rule: PlanRule;
  check: Exclude<RowCheck, { kind: 'type' }>;
  sql: RowSql;
}

export interface ReadyPlan {
  /** Offenders go to quarantine. */
  quarantine: RowRule[];
  /** Decided by the stager; offenders go to quarantine whatever the rule says, since they have no value. */
  types: PlanRule[];
  /** Offenders are counted among the good records. */
  counted: RowRule[];
  /** A record whose key an accepted one has is skipped or goes to quarantine. */
  keys: BatchKey[];
  sets: { rule: PlanRule; check: SetCheck }[];
  /** Results of rules that cannot be checked. */
  unchecked: RuleResult[];
  /** Of checks inside nested columns, the condition on one value there. */
  inside: Map<RowCheck, (value: string) => string>;
  /** TRUE for records that no quarantine rule refuses, NULL or FALSE for the others. */
  ok: string;
}

/** Compiles the rules, gates SQL of the contract and loads referenced keys into the engine. */
export async function readyPlan(request: RowsRequest, engine: SqlEngine): Promise<ReadyPlan> {
  const { plan } = request;
  const references = await loadReferences(request, engine);
  const ready: ReadyPlan = {
    quarantine: [],
    types: [],
    counted: [],
    keys: batchKeys(plan),
    sets: [],
    unchecked: [],
    inside: new Map(),
    ok: 'TRUE',
  };
  for (const rule of plan.rules) {
    const { check } = rule;
    if (check.kind === 'type') ready.types.push(rule);
    else if (isSetCheck(check)) await addSetRule(ready, { rule, check, plan, engine });
    else addRowRule(ready, { rule, check, references, request });
  }
  await dropUnbindable(ready, plan, engine);
  ready.ok = allOkSql(ready.quarantine);
  return ready;
}

/** The rows of a relation with nothing in it but the plan's columns; for trying whether SQL binds. */
export function emptyRowSql(plan: IngestPlan): string {
  const columns = plan.columns.map(
    (c) => `CAST(NULL AS ${duckdbType(c.type)}) AS ${quoteIdent(c.name)}`,
  );
  return `(SELECT ${columns.join(', ')})`;
}

async function addSetRule(
  ready: ReadyPlan,
  options: { rule: PlanRule; check: SetCheck; plan: IngestPlan; engine: SqlEngine },
): Promise<void> {
  const { rule, check, plan, engine } = options;
  const unknown = setColumns(check).find((name) => !plan.columns.some((c) => c.name === name));
  if (unknown !== undefined) {
    ready.unchecked.push(ruleWithoutResult(rule, 'error', `there is no column ${unknown}`));
    return;
  }
  // One of `batchKeys`.
  if (check.kind === 'duplicates' && rule.consequence === 'quarantine') return;
  if (check.kind !== 'sql') {
    ready.sets.push({ rule, check });
    return;
  }
  const gated = await gateQuery(engine, check.query, [plan.table]);
  if ('sql' in gated) ready.sets.push({ rule, check: { kind: 'sql', query: gated.sql } });
  else ready.unchecked.push(ruleWithoutResult(rule, 'error', gated.problem));
}

function setColumns(check: SetCheck): string[] {
  if (check.kind === 'duplicates') return check.columns;
  return 'column' in check ? [check.column] : [];
}

interface RowRuleOptions {
  rule: PlanRule;
  check: Exclude<RowCheck, { kind: 'type' }>;
  references: ReadonlyMap<string, string>;
  request: RowsRequest;
}

function addRowRule(ready: ReadyPlan, options: RowRuleOptions): void {
  const { rule, check, references, request } = options;
  const reference = (table: string, target: string): string | null =>
    references.get(referenceKey(table, target)) ?? null;
  if (check.kind === 'reference' && reference(check.table, check.target) === null) {
    ready.unchecked.push(ruleWithoutResult(rule, 'skip', whyUnchecked(check, request)));
    return;
  }
  const context = { columns: request.plan.columns, reference, now: request.now };
  const sql = rowCheckSql(check, context);
  if ('problem' in sql) {
    ready.unchecked.push(ruleWithoutResult(rule, 'error', sql.problem));
    return;
  }
  ready[rule.consequence === 'quarantine' ? 'quarantine' : 'counted'].push({ rule, check, sql });
  const column = context.columns.find(({ name }) => 'column' in check && name === check.column);
  if (!('within' in check) || column === undefined) return;
  const inside = placeOffendsSql(check, column, context);
  if (!('problem' in inside)) ready.inside.set(check, inside.offends);
}

function whyUnchecked(
  { table, target }: { table: string; target: string },
  { plan, references }: RowsRequest,
): string {
  const isClosed = references.find((each) => each.table === table)?.closed?.includes(target);
  return isClosed === true
    ? `${table}.${target} is not open to references of domain ${plan.domain}`
    : `${table}.${target} is not on this node`;
}

/** Takes rules out that the engine cannot bind, for example a pattern that is too large for it. */
async function dropUnbindable(
  ready: ReadyPlan,
  plan: IngestPlan,
  engine: SqlEngine,
): Promise<void> {
  const mayFail = (r: RowRule): boolean =>
    r.check.kind === 'pattern' || r.check.kind === 'reference';
  for (const list of ['quarantine', 'counted'] as const) {
    for (const row of ready[list].filter(mayFail)) {
      try {
        await engine.rows(`SELECT ${row.sql.offends} AS o FROM ${emptyRowSql(plan)} LIMIT 0`);
      } catch (error) {
        const message =
          error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
        ready.unchecked.push(ruleWithoutResult(row.rule, 'error', message));
        ready[list] = ready[list].filter((other) => other !== row);
      }
    }
  }
}

function referenceKey(table: string, target: string): string {
  return JSON.stringify([table, target]);
}

/** One temporary table of distinct keys for each `reference` rule whose target is on this node. */
async function loadReferences(
  request: RowsRequest,
  engine: SqlEngine,
): Promise<Map<string, string>> {
  const loaded = new Map<string, string>();
  for (const { check } of request.plan.rules) {
    if (check.kind !== 'reference') continue;
    const key = referenceKey(check.table, check.target);
    const column = request.plan.columns.find((c) => c.name === check.column);
    const type = column === undefined ? null : typeAt(column.type, check.within ?? []);
    const source = referenceSource(request.references, check);
    if (loaded.has(key) || type === null || source === null) continue;
    const name = `_weft_ref_${loaded.size}`;
    const value = `TRY_CAST(${quoteIdent(source.column)} AS ${duckdbType(type)})`;
    await engine.run(
      `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT DISTINCT ${value} AS k FROM ${source.relation} WHERE ${value} IS NOT NULL`,
    );
    loaded.set(key, name);
  }
  return loaded;
}

/** The referenced rows, by the name or the stable id of the column; null when they are not on this node. */
function referenceSource(
  tables: readonly ReferencedTable[],
  check: { table: string; target: string },
): { relation: string; column: string } | null {
  const found = tables.find((t) => t.table === check.table);
  if (found === undefined || found.files === null) return null;
  const { columns, files } = found;
  const { target } = check;
  const column = columns.find((c) => c.name === target) ?? columns.find((c) => c.id === target);
  return column === undefined
    ? null
    : { relation: readTableSql(files, columns), column: column.name };
}

/** `(VALUES …)` of reason numbers, rule ids, columns and words. */
export function reasonTableSql(
  reasons: readonly { id: string; column: string | null; words: string }[],
): string {
  const rows = reasons.map(
    ({ id, column, words }, i) =>
      `(${i}, ${quoteText(id)}, ${column === null ? 'NULL' : quoteText(column)}, ${quoteText(words.replaceAll('\0', ''))})`,
  );
  return `(VALUES ${rows.join(', ')}) AS w(no, id, col, words)`;
}
