/**
 * SQL that stands in a contract or a repair, gated by the engine: text in, printed form of the judged tree out.
 *
 * Not the rules of what is allowed (`quality/sql-gate.ts`). Problems are words about the contract, never exceptions.
 */
import {
  expressionStatement,
  judgeQuery,
  judgeRepair,
  printedExpression,
  printTreeSql,
  problemAtEnd,
  syntaxTreeSql,
} from '../quality/sql-gate.ts';
import type { SqlEngine } from './ports.ts';

export type GatedSql = { sql: string } | { problem: string };

/** The form in which an expression that repairs records may run, or why it may not. */
export async function gateRepair(
  engine: SqlEngine,
  text: string,
  columns: readonly string[],
): Promise<GatedSql> {
  const ast = await syntaxTree(engine, expressionStatement(text));
  const verdict = judgeRepair(ast, columns);
  if (!verdict.ok) return { problem: problemAtEnd(ast, text) ?? verdict.problem };
  const sql = printedExpression(await printTree(engine, ast));
  return sql === null ? { problem: 'it is no single expression' } : { sql };
}

/** The form in which a query over the batch may run, or why it may not. `tables`: other names of the batch. */
export async function gateQuery(
  engine: SqlEngine,
  text: string,
  tables: readonly string[],
): Promise<GatedSql> {
  const ast = await syntaxTree(engine, text);
  const verdict = judgeQuery(ast, tables);
  return verdict.ok ? { sql: await printTree(engine, ast) } : { problem: verdict.problem };
}

async function syntaxTree(engine: SqlEngine, statement: string): Promise<string> {
  if (statement.includes('\0')) return '{"error":true,"error_message":"it holds a NUL character"}';
  const [row] = await engine.rows(syntaxTreeSql(statement));
  return String(row?.['ast']);
}

async function printTree(engine: SqlEngine, ast: string): Promise<string> {
  const [row] = await engine.rows(printTreeSql(ast));
  return String(row?.['sql']);
}
