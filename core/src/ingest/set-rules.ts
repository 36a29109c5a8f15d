/**
 * Rules over the good records of a batch: offenders that are counted but stay, row counts, repeated keys, own queries.
 *
 * Invariants: a rule that the engine cannot compute is an `error`, never a pass; no message quotes a row.
 */
import { engineFault } from '../lib/engine-fault.ts';
import { quoteIdent } from '../lib/ident-sql.ts';
import { offenderCountsSql, setCheckSql } from '../quality/set-sql.ts';
import { BATCH_TABLE } from '../quality/sql-gate.ts';
import { offenderRatio, ratioOf } from '../quality/threshold.ts';
import type { PartContext } from './check-part.ts';
import type { ReadyPlan, RowRule } from './check-plan.ts';
import type { RuleResult } from './report.ts';
import { ruleResult, ruleWithoutResult } from './verdict.ts';

/** Results of all counted and set rules. `relation`: the good records with the plan's column names. */
export async function checkSets(context: PartContext, relation: string): Promise<RuleResult[]> {
  const { ready } = context;
  const results = await checkCounted(context, ready.counted, relation);
  if (ready.sets.some(({ check }) => check.kind === 'sql')) await createViews(context, relation);
  for (const set of ready.sets) results.push(await checkSet(context, set, relation));
  return results;
}

async function checkCounted(
  context: PartContext,
  rules: readonly RowRule[],
  relation: string,
): Promise<RuleResult[]> {
  if (rules.length === 0) return [];
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

/** The names under which the contract's own queries see the good records. */
async function createViews(context: PartContext, relation: string): Promise<void> {
  const { engine } = context.ports;
  for (const name of new Set([BATCH_TABLE, context.request.plan.table])) {
    await engine.run(
      `CREATE OR REPLACE TEMP VIEW ${quoteIdent(name)} AS SELECT * FROM ${relation}`,
    );
  }
}

async function checkSet(
  context: PartContext,
  { rule, check }: ReadyPlan['sets'][number],
  relation: string,
): Promise<RuleResult> {
  try {
    const rows = await context.ports.contractEngine.rows(setCheckSql(check, relation));
    const [row] = rows;
    if (row === undefined || rows.length > 1) {
      return ruleWithoutResult(rule, 'error', `the query gave ${rows.length} rows instead of one`);
    }
    const checked = Number(row['checked']);
    if (check.kind === 'duplicates') {
      const failed = Number(row['failed']);
      const value = offenderRatio(failed, checked, rule.must.unit);
      return ruleResult(rule, { checked, failed, value });
    }
    const value = typeof row['value'] === 'string' ? ratioOf(row['value']) : null;
    if (value === null) return ruleWithoutResult(rule, 'error', 'the query gave no number');
    return ruleResult(rule, { checked, failed: 0, value });
  } catch (error) {
    return ruleWithoutResult(rule, 'error', engineFault(error));
  }
}
