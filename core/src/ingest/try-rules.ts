/**
 * The SQL rules of a contract, tried on tables of its shape without a row: what the engine cannot bind would be an error of
 * every batch.
 *
 * Not their check (`set-rules.ts`): what depends on rows shows only with rows. Invariant: text of a contract runs only in the
 * form that the gate printed.
 */
import { duckdbType } from '../contract/data-type.ts';
import type { IngestPlan } from '../contract/plan.ts';
import { engineFault } from '../lib/engine-fault.ts';
import { quoteIdent } from '../lib/ident-sql.ts';
import { setCheckSql } from '../quality/set-sql.ts';
import { BATCH_TABLE } from '../quality/sql-gate.ts';
import { gateQuery } from './contract-sql.ts';
import type { SqlEngine } from './ports.ts';

/** A rule that cannot be carried out. */
export interface SqlRuleProblem {
  objectId: string;
  query: string;
  problem: string;
}

/** Types whose values are no numbers and no texts of numbers. */
const NO_NUMBER = /^(DATE|TIME|INTERVAL|BLOB|UUID|BIT|STRUCT|MAP|UNION)|\[\]$/;

/** Every SQL rule of the plans that the engine cannot carry out, with why. */
export async function trySqlRules(
  engine: SqlEngine,
  plans: readonly IngestPlan[],
): Promise<SqlRuleProblem[]> {
  const problems: SqlRuleProblem[] = [];
  for (const plan of plans) {
    const queries = plan.rules.flatMap(({ check }) => (check.kind === 'sql' ? [check.query] : []));
    if (queries.length > 0) await createEmptyTables(engine, plan);
    for (const query of new Set(queries)) {
      const problem = await problemOf(engine, plan, query);
      if (problem !== null) problems.push({ objectId: plan.objectId, query, problem });
    }
  }
  return problems;
}

async function createEmptyTables(engine: SqlEngine, { columns, table }: IngestPlan): Promise<void> {
  const empty = columns.map(({ name, type }) => `${quoteIdent(name)} ${duckdbType(type)}`);
  for (const name of new Set([BATCH_TABLE, table])) {
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${quoteIdent(name)} (${empty.join(', ')})`);
  }
}

async function problemOf(
  engine: SqlEngine,
  { columns, table }: IngestPlan,
  query: string,
): Promise<string | null> {
  try {
    const gated = await gateQuery(engine, query, [table]);
    if ('problem' in gated) return gated.problem;
    const [first] = await engine.rows(`DESCRIBE ${gated.sql}`);
    const type = String(first?.['column_type']);
    if (NO_NUMBER.test(type)) return `it gives a ${type.toLowerCase()} instead of a number`;
    const relation = quoteIdent(BATCH_TABLE);
    const now = '2026-01-01T00:00:00.000Z';
    const context = { columns, relation, earlier: relation, now };
    await engine.rows(setCheckSql({ kind: 'sql', query: gated.sql }, context));
    return null;
  } catch (error) {
    return engineFault(error);
  }
}
