/**
 * What a repair does to a record: a mapping of old values to new ones, or an expression, for a column or for the raw text.
 *
 * Not where it runs (`repair-prepare.ts`). An expression sees the record's own columns, as text, by the contract's names;
 * one for the raw text sees it as `raw`. It passes the same gate as expressions of contracts, with a few functions more.
 * Invariant: every column is repaired from the record as it was, so that the order of the columns does not matter.
 */

import type { ErrorPlace } from '../lib/error.ts';
import { WeftError } from '../lib/error.ts';
import { quoteIdent, quoteText } from '../lib/ident-sql.ts';
import { gateRepair } from './contract-sql.ts';
import type { SqlEngine } from './ports.ts';

/** Old value to new one; null or nothing stands for no value. */
export type ValueMap = Record<string, string | null>;

export interface RepairRule {
  columns: Record<string, { map: ValueMap } | { sql: string }>;
  /** An expression for the whole text of the record; then there are no columns. */
  raw: string | null;
}

export const NO_RULE: RepairRule = { columns: {}, raw: null };

/** The name of the raw text in an expression about it. */
const RAW = 'raw';

export function isEmptyRule(rule: RepairRule): boolean {
  return rule.raw === null && Object.keys(rule.columns).length === 0;
}

/** Expressions as they may run: printed from the tree that the gate judged. */
export interface GatedRule {
  columns: { name: string; sql: string }[];
  raw: string | null;
}

/** Gates a rule. Throws REPAIR_INVALID with every fault. `columns`: those of the contract. */
export async function gateRule(
  engine: SqlEngine,
  rule: RepairRule,
  columns: readonly string[],
): Promise<GatedRule> {
  const faults: ErrorPlace[] = [];
  const gated: GatedRule = { columns: [], raw: null };
  const gate = async (text: string, names: readonly string[], path: string): Promise<string> => {
    const result = await gateRepair(engine, text, names);
    const problem = 'sql' in result ? await bindProblem(engine, result.sql, names) : result.problem;
    if (problem !== null) faults.push({ code: 'REPAIR_INVALID', path, message: problem });
    return 'sql' in result ? result.sql : 'NULL';
  };
  if (rule.raw !== null) gated.raw = await gate(rule.raw, [RAW], '$.raw');
  for (const [name, change] of Object.entries(rule.columns)) {
    const path = `$.columns.${name}`;
    if (!columns.includes(name)) {
      faults.push({ code: 'REPAIR_INVALID', path, message: `the contract has no column ${name}` });
    } else if ('sql' in change) {
      gated.columns.push({ name, sql: await gate(change.sql, columns, path) });
    }
  }
  if (rule.raw !== null && Object.keys(rule.columns).length > 0) {
    faults.push({
      code: 'REPAIR_INVALID',
      path: '$',
      message: 'a repair is of the raw text or of columns, not of both',
    });
  }
  if (faults.length === 0) return gated;
  const told = faults.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new WeftError('REPAIR_INVALID', told, { errors: faults });
}

/** What the engine says against an expression that passed the gate, for example about types. */
async function bindProblem(
  engine: SqlEngine,
  sql: string,
  columns: readonly string[],
): Promise<string | null> {
  const names = columns.map((name) => `NULL::VARCHAR AS ${quoteIdent(name)}`).join(', ');
  try {
    await engine.rows(`SELECT ${resultSql(sql)} AS x FROM (SELECT ${names}) AS batch LIMIT 0`);
    return null;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}

/** A list with the value as text, or NULL when it cannot be computed: no value is another thing than an error. */
function resultSql(sql: string): string {
  return `TRY([CAST((${sql}) AS VARCHAR)])`;
}

export interface Evaluation {
  /** NDJSON: `n` and, of each column, its text as `cN` (columns in order), in ascending `n`. */
  fieldsPath: string;
  /** NDJSON: `n`, and for each expression in order `oN` (false after an error) and `vN`. */
  valuesPath: string;
  names: readonly string[];
  expressions: readonly string[];
}

/** Evaluates expressions over a file of records. `engine` reaches nothing but the directory of the two files. */
export async function evaluateRule(engine: SqlEngine, evaluation: Evaluation): Promise<void> {
  const { fieldsPath, valuesPath, names, expressions } = evaluation;
  const types = names.map((_, i) => `'c${i}': 'VARCHAR'`);
  const columns = names.map((name, i) => `c${i} AS ${quoteIdent(name)}`);
  const results = expressions.map((sql, i) => `${resultSql(sql)} AS x${i}`);
  const values = expressions.map((_, i) => `x${i} IS NOT NULL AS o${i}, x${i}[1] AS v${i}`);
  await engine.run(
    `COPY (SELECT _weft_n AS n, ${values.join(', ')} FROM (SELECT _weft_n, ${results.join(', ')} FROM
        (SELECT n AS _weft_n, ${columns.join(', ')} FROM read_json(${quoteText(fieldsPath)}, format = 'newline_delimited',
          columns = {'n': 'BIGINT', ${types.join(', ')}})) AS batch) ORDER BY n) TO ${quoteText(valuesPath)} (FORMAT json)`,
  );
}
