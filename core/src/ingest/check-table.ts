/**
 * Rules of a plan on the committed rows of a table, at times of their own.
 *
 * Not a batch: nothing is staged, refused or changed, so offenders are counted whatever the rule would do to a batch, and a
 * rule that compares with batches before has nothing to compare with and is skipped.
 */
import type { PlanRule } from '../contract/plan.ts';
import { must } from '../lib/assert.ts';
import { readyPlan } from './check-plan.ts';
import type { RowsRequest } from './check-ports.ts';
import type { RuleResult } from './report.ts';
import { tableRelation } from './rule-scope.ts';
import { checkSets, type RulePorts } from './set-rules.ts';

/** The result of each rule of the plan; those about types are none of a table, whose values have theirs. */
export async function checkTable(ports: RulePorts, request: RowsRequest): Promise<RuleResult[]> {
  const asked = request.plan.rules.filter(({ check }) => check.kind !== 'type');
  // Why without a key: a key that no rule speaks of is looked for in batches.
  const plan = { ...request.plan, rules: asked.map(countedRule), primaryKey: [] };
  const counted = { ...request, plan };
  const ready = await readyPlan(counted, ports.engine);
  const rows = tableRelation(counted);
  // Why no files: the rows are those of the table already, and a scope must not add them once more.
  const context = { ports, ready, request: { ...counted, tableFiles: [] } };
  const results = [
    ...ready.unchecked,
    ...(await checkSets(context, {
      good: rows,
      whole: rows,
      files: request.tableFiles,
      count: null,
    })),
  ];
  return asked.map(({ id, consequence }) => ({
    ...must(
      results.find((result) => result.id === id),
      `result of rule ${id}`,
    ),
    consequence,
  }));
}

function countedRule(rule: PlanRule): PlanRule {
  return rule.consequence === 'quarantine' ? { ...rule, consequence: 'hold' } : rule;
}
