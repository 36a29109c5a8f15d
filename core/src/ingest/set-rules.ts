/**
 * Rules over the good records of a batch: offenders that are counted but stay, row counts, repeated keys, own queries.
 *
 * Invariants: a rule that the engine cannot compute is an `error`, never a pass; no message quotes a row; a query of the
 * contract runs in an engine that reaches the files of its rows and nothing else.
 */
import type { IngestPlan, PlanRule, RuleScope, SetCheck } from '../contract/plan.ts';
import { pathOfUri } from '../lakehouse/paths.ts';
import type { TableFile } from '../lakehouse/types.ts';
import { must } from '../lib/assert.ts';
import { engineFault } from '../lib/engine-fault.ts';
import { quoteIdent } from '../lib/ident-sql.ts';
import { allThere } from '../lib/report-words.ts';
import { offenderCountsSql, type SqlSetCheck, setCheckSql } from '../quality/set-sql.ts';
import { BATCH_TABLE } from '../quality/sql-gate.ts';
import { offenderRatio, ratioOf } from '../quality/threshold.ts';
import type { ReadyPlan, RowRule } from './check-plan.ts';
import type { CheckPorts, RowsRequest } from './check-ports.ts';
import type { SqlEngine } from './ports.ts';
import type { RuleResult } from './report.ts';
import { earlierRelation, reachesTable, scopeRelation } from './rule-scope.ts';
import { ruleResult, ruleWithoutResult } from './verdict.ts';

export type RulePorts = Pick<CheckPorts, 'engine' | 'contractEngine' | 'openRules'>;

/** What the rules need: a batch has more. */
export interface SetContext {
  ports: RulePorts;
  request: RowsRequest;
  ready: ReadyPlan;
}

/** Relations with the plan's column names. */
export interface GoodRows {
  /** The good records of the batch. */
  good: string;
  /** With them those of the batch that it repairs; the same where it repairs none. */
  whole: string;
  /** The files of `whole`. */
  files: readonly TableFile[];
  /** How many `whole` has, where that is known. */
  count: number | null;
}

/** Results of all counted and set rules. */
export async function checkSets(context: SetContext, rows: GoodRows): Promise<RuleResult[]> {
  const { ready, request } = context;
  const { contractEngine } = context.ports;
  // Why: what is looked at with the table must not bring the rows along that the table has already.
  const relationOf = (scope: RuleScope | undefined): string =>
    scopeRelation(request, scope, reachesTable(scope) ? rows.good : rows.whole);
  const results: RuleResult[] = [];
  for (const [scope, rules] of byScope(ready.counted)) {
    results.push(...(await checkCounted(context, rules, relationOf(scope))));
  }
  const queries = await openQueries(context, rows);
  try {
    for (const [scope, sets] of byScope(ready.sets)) {
      const relation = relationOf(scope);
      if (sets.some(({ check }) => check.kind === 'sql')) {
        await createViews(must(queries, 'engine for queries'), context.request.plan, relation);
      }
      for (const { rule, check } of sets) {
        if (check.kind === 'rowCountChange') {
          results.push(await checkChange(context, { rule, check }, rows.whole));
        } else if (check.kind === 'rowCount' && !reachesTable(scope) && rows.count !== null) {
          // Why not asked: the files were counted when they were written, and small batches wait for each statement.
          results.push(resultOf(rule, { value: String(rows.count), checked: rows.count }));
        } else {
          const engine =
            check.kind === 'sql' ? must(queries, 'engine for queries') : contractEngine;
          results.push(await checkSet({ engine, request }, { rule, check }, relation));
        }
      }
    }
  } finally {
    queries?.close();
  }
  return results;
}

/** The engine in which the contract's own queries run, or null when it has none. */
async function openQueries(
  { ports, ready, request }: SetContext,
  rows: GoodRows,
): Promise<SqlEngine | null> {
  const queries = ready.sets.filter(({ check }) => check.kind === 'sql');
  if (queries.length === 0) return null;
  const hasTable = queries.some(({ rule }) => reachesTable(rule.scope));
  const files = [...rows.files, ...(hasTable ? request.tableFiles : [])];
  const paths = files.flatMap(({ path, deletes }) => [path, ...deletes]);
  return await ports.openRules([...new Set(paths.map(pathOfUri))]);
}

/**
 * Results of the same rules for a batch that adds nothing, because each of its records was accepted before. Why they are not
 * checked: such a batch changes no row, so there is nothing that they could keep out.
 */
export function skipSets(ready: ReadyPlan, records: number): RuleResult[] {
  const rules = [...ready.counted, ...ready.sets].map(({ rule }) => rule);
  const message = `${allThere(records)}, so there is nothing new to look at`;
  return rules.map((rule) => ruleWithoutResult(rule, 'skip', message));
}

/** Rules that look at the same rows share their statements. */
function byScope<T extends { rule: PlanRule }>(
  rules: readonly T[],
): [RuleScope | undefined, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of rules) {
    const key = JSON.stringify(item.rule.scope ?? null);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()].map((group) => [group[0]?.rule.scope, group]);
}

async function checkCounted(
  context: SetContext,
  rules: readonly RowRule[],
  relation: string,
): Promise<RuleResult[]> {
  const { contractEngine } = context.ports;
  try {
    const offends = rules.map(({ sql }) => sql.offends);
    const [row] = await contractEngine.rows(offenderCountsSql(offends, relation));
    const checked = Number(row?.['checked']);
    return rules.map(({ rule }, i) => {
      const failed = Number(row?.[`f${i}`]);
      const value = offenderRatio(failed, checked, rule.must.unit);
      return ruleResult(rule, { checked, failed, value });
    });
  } catch (error) {
    return rules.map(({ rule }) => ruleWithoutResult(rule, 'error', engineFault(error)));
  }
}

/** Against the mean of the batches before: exact, since all are whole numbers. */
async function checkChange(
  { ports, request }: SetContext,
  { rule, check }: { rule: PlanRule; check: Extract<SetCheck, { kind: 'rowCountChange' }> },
  good: string,
): Promise<RuleResult> {
  const before = request.earlierRows.slice(0, check.batches);
  const sum = before.reduce((total, rows) => total + BigInt(rows), 0n);
  if (sum === 0n) return ruleWithoutResult(rule, 'skip', 'no batch with records came before');
  const [row] = await ports.engine.rows(`SELECT count(*) AS n FROM ${good}`);
  const checked = Number(row?.['n']);
  const now = BigInt(checked) * BigInt(before.length);
  const value = { numerator: (now - sum) * 100n, denominator: sum };
  return ruleResult(rule, { checked, failed: 0, value });
}

/** The names under which the contract's own queries see the good records. */
async function createViews(engine: SqlEngine, plan: IngestPlan, relation: string): Promise<void> {
  for (const name of new Set([BATCH_TABLE, plan.table])) {
    await engine.run(
      `CREATE OR REPLACE TEMP VIEW ${quoteIdent(name)} AS SELECT * FROM ${relation}`,
    );
  }
}

async function checkSet(
  { engine, request }: { engine: SqlEngine; request: RowsRequest },
  { rule, check }: { rule: PlanRule; check: SqlSetCheck },
  relation: string,
): Promise<RuleResult> {
  const earlier = earlierRelation(request, rule.scope);
  const options = { columns: request.plan.columns, relation, earlier, now: request.now };
  try {
    const rows = await engine.rows(setCheckSql(check, options));
    const [row] = rows;
    if (row === undefined || rows.length > 1) {
      return ruleWithoutResult(rule, 'error', `the query gave ${rows.length} rows instead of one`);
    }
    return resultOf(rule, row);
  } catch (error) {
    return ruleWithoutResult(rule, 'error', engineFault(error));
  }
}

function resultOf(rule: PlanRule, row: Record<string, unknown>): RuleResult {
  const { kind } = rule.check;
  const checked = Number(row['checked']);
  if (kind === 'duplicates') {
    const failed = Number(row['failed']);
    const value = offenderRatio(failed, checked, rule.must.unit);
    return ruleResult(rule, { checked, failed, value });
  }
  const written = row['value'];
  if (kind !== 'sql' && written === null) {
    return ruleWithoutResult(rule, 'skip', 'there is no value to measure');
  }
  const value = typeof written === 'string' ? ratioOf(written) : null;
  if (value === null) return ruleWithoutResult(rule, 'error', 'the query gave no number');
  const divisor = BigInt(Number(row['divisor'] ?? 1));
  const ratio = { numerator: value.numerator, denominator: value.denominator * divisor };
  return ruleResult(rule, { checked, failed: 0, value: ratio });
}
