/**
 * Row checks of a plan as DuckDB boolean SQL, in two forms that agree on every row.
 *
 * `offends` is TRUE for offenders and FALSE for all others; `ok` is TRUE for the others and never TRUE for an offender
 * (it may be NULL for one). Neither can throw. NULL passes every check but `required` and `missing`.
 * Not here: `type`, which the stager decides (`_lex`), and checks of whole sets (`set-sql.ts`).
 */
import type { DataType } from '../contract/data-type.ts';
import type { PlanColumn, RowCheck } from '../contract/plan.ts';
import { unreachable } from '../lib/assert.ts';
import { quoteIdent, quoteText } from '../lib/ident-sql.ts';
import { translatePattern } from '../lib/pattern-re2.ts';
import { readExpression, testSql } from './expression-sql.ts';
import { formatSql } from './format-sql.ts';
import { boundSql, divisorSql, literalSql } from './literal-sql.ts';
import { latestMoment, valueText } from './record-value.ts';

export interface RowSqlContext {
  columns: readonly PlanColumn[];
  /**
   * Relation (a quoted table name) with the one column `k` of distinct values, none NULL, for `table.target`; null when
   * the table is not on this node.
   */
  reference(table: string, target: string): string | null;
  /** When the check is made, RFC 3339: what is in the future is later than that. */
  now: string;
}

export interface RowSql {
  offends: string;
  /** `ok` without its own NULL guard: NULL for NULL. For columns that another rule requires. */
  test: string;
  ok: string;
}

/** The SQL of a check, or why there is none. `type` checks have no SQL of their own. */
export type RowSqlResult = RowSql | { problem: string };

/** Compiles one row check; problems are faults of the contract, in words. */
export function rowCheckSql(
  check: Exclude<RowCheck, { kind: 'type' }>,
  context: RowSqlContext,
): RowSqlResult {
  if (check.kind === 'expression') return expressionSql(check.sql, context.columns);
  const column = context.columns.find((c) => c.name === check.column);
  if (column === undefined) return { problem: `there is no column ${check.column}` };
  const name = quoteIdent(column.name);
  if (check.kind === 'required') {
    return { test: `${name} IS NOT NULL`, ok: `${name} IS NOT NULL`, offends: `(${name} IS NULL)` };
  }
  const test = columnTest(check, column, context);
  if (typeof test !== 'string') return test;
  if (check.kind === 'missing')
    return { test, ok: test, offends: `(NOT coalesce(${test}, FALSE))` };
  return {
    test,
    ok: `(${name} IS NULL OR ${test})`,
    offends: `(${name} IS NOT NULL AND NOT coalesce(${test}, FALSE))`,
  };
}

/** One AND of all `ok` forms; columns that a `required` check of the same list guards need no guard of their own. */
export function allOkSql(checks: readonly { check: RowCheck; sql: RowSql }[]): string {
  const required = new Set(
    checks.flatMap(({ check }) => (check.kind === 'required' ? [check.column] : [])),
  );
  const tests = checks.map(({ check, sql }) =>
    'column' in check && required.has(check.column) ? sql.test : sql.ok,
  );
  return tests.length === 0 ? 'TRUE' : `(${[...new Set(tests)].join(' AND ')})`;
}

type ColumnCheck = Exclude<RowCheck, { kind: 'type' | 'required' | 'expression' }>;

/** A test that is not NULL where the column is not NULL. */
function columnTest(
  check: ColumnCheck,
  column: PlanColumn,
  context: RowSqlContext,
): string | { problem: string } {
  switch (check.kind) {
    case 'missing':
      return missingTest(column, check.values);
    case 'range':
      return rangeTest(column, check);
    case 'length':
      return lengthTest(column, check);
    case 'pattern':
      return patternTest(column, check.pattern);
    case 'values':
      return valuesTest(column, check.values);
    case 'format':
      return isScalar(column.type)
        ? formatSql(check.format, textOf(column))
        : unfit(column, `the format ${check.format}`);
    case 'multipleOf':
      return multipleTest(column, check.divisor);
    case 'reference':
      return referenceTest(column, check, context);
    case 'notFuture':
      return notFutureTest(column, check.toleranceSeconds, context.now);
    default:
      return unreachable(check);
  }
}

function unfit(column: PlanColumn, what: string): { problem: string } {
  return {
    problem: `${what} cannot be checked on ${column.name}, a column of ${column.type.kind}`,
  };
}

function isScalar(type: DataType): boolean {
  return type.kind !== 'struct' && type.kind !== 'list' && type.kind !== 'map';
}

function textOf(column: PlanColumn): string {
  const name = quoteIdent(column.name);
  return column.type.kind === 'string' ? name : `CAST(${name} AS VARCHAR)`;
}

function valueList(column: PlanColumn, values: readonly string[]): string | null {
  const constants = values
    .map((value) => literalSql(column.type, value, column.defaultTimezone))
    .filter((sql) => sql !== null);
  return constants.length === 0 ? null : `[${[...new Set(constants)].join(', ')}]`;
}

function missingTest(column: PlanColumn, values: readonly string[]): string {
  const name = quoteIdent(column.name);
  const list = isScalar(column.type) ? valueList(column, values) : null;
  return list === null ? `${name} IS NOT NULL` : `(NOT list_contains(${list}, ${name}))`;
}

function valuesTest(column: PlanColumn, values: readonly string[]): string | { problem: string } {
  if (!isScalar(column.type)) return unfit(column, 'a list of allowed values');
  const list = valueList(column, values);
  return list === null ? 'FALSE' : `list_contains(${list}, ${quoteIdent(column.name)})`;
}

function rangeTest(
  column: PlanColumn,
  check: Extract<RowCheck, { kind: 'range' }>,
): string | { problem: string } {
  const name = quoteIdent(column.name);
  const zone = column.defaultTimezone;
  const tests: string[] = [];
  for (const side of ['min', 'max'] as const) {
    const bound = check[side];
    if (bound === null) continue;
    if (!isScalar(column.type)) return unfit(column, 'a range');
    const sql = boundSql(column.type, bound, { side, zone });
    if (sql === null) return { problem: `${bound.value} is no bound for ${column.name}` };
    if (sql === 'never') tests.push('FALSE');
    else if (sql !== 'always') tests.push(`${name} ${sql.op} ${sql.sql}`);
  }
  // Why: DuckDB orders NaN above every number, but it lies in no range.
  if (column.type.kind === 'double') tests.push(`NOT isnan(${name})`);
  return tests.length === 0 ? 'TRUE' : `(${tests.join(' AND ')})`;
}

function lengthTest(
  column: PlanColumn,
  check: Extract<RowCheck, { kind: 'length' }>,
): string | { problem: string } {
  if (column.type.kind !== 'string') return unfit(column, 'a length');
  const name = quoteIdent(column.name);
  const tests: string[] = [];
  // Why: strlen counts bytes without reading them, and a code point has one to four; length counts code points.
  if (check.min !== null) {
    tests.push(`(strlen(${name}) >= ${check.min * 4} OR length(${name}) >= ${check.min})`);
  }
  if (check.max !== null) {
    tests.push(`(strlen(${name}) <= ${check.max} OR length(${name}) <= ${check.max})`);
  }
  return tests.length === 0 ? 'TRUE' : `(${tests.join(' AND ')})`;
}

/** JSON Schema's `pattern`: found anywhere in the text unless it is anchored. */
function patternTest(column: PlanColumn, pattern: string): string | { problem: string } {
  if (!isScalar(column.type)) return unfit(column, 'a pattern');
  const { re2, problem } = translatePattern(pattern);
  if (re2 === null) return { problem: `the pattern ${pattern} ${problem}` };
  return `regexp_matches(${textOf(column)}, ${quoteText(re2)})`;
}

function multipleTest(column: PlanColumn, divisor: string): string | { problem: string } {
  const name = quoteIdent(column.name);
  const { type } = column;
  if (type.kind === 'double') {
    const number = Number(divisor);
    if (!(number > 0) || !Number.isFinite(number)) return { problem: `${divisor} divides nothing` };
    const quotient = `(${name} / ${quoteText(String(number))}::DOUBLE)`;
    const error = `abs(${quotient} - round(${quotient}))`;
    return `(isfinite(${name}) AND ${error} <= 1e-9 * greatest(1, abs(${quotient})))`;
  }
  if (type.kind !== 'int' && type.kind !== 'long' && type.kind !== 'decimal') {
    return unfit(column, 'multipleOf');
  }
  const sql = divisorSql(type, divisor);
  if (sql === null) return { problem: `${divisor} divides nothing` };
  return sql === 'zero' ? `${name} = 0` : `${name} % ${sql} = 0`;
}

function referenceTest(
  column: PlanColumn,
  check: Extract<RowCheck, { kind: 'reference' }>,
  context: RowSqlContext,
): string | { problem: string } {
  if (!isScalar(column.type)) return unfit(column, 'a reference');
  const relation = context.reference(check.table, check.target);
  if (relation === null) return { problem: `the table ${check.table} is not on this node` };
  return `${quoteIdent(column.name)} IN (SELECT k FROM ${relation})`;
}

function notFutureTest(
  column: PlanColumn,
  toleranceSeconds: number,
  now: string,
): string | { problem: string } {
  const { kind } = column.type;
  if (kind !== 'date' && kind !== 'timestamp' && kind !== 'timestamptz') {
    return unfit(column, 'whether it is in the future');
  }
  const zone = column.defaultTimezone;
  const latest = latestMoment(kind, now, { toleranceSeconds, zone });
  if (latest === null) return { problem: `there is no time zone ${zone}` };
  const constant = `${kind.toUpperCase()} ${quoteText(valueText({ kind }, latest))}`;
  return `${quoteIdent(column.name)} <= ${constant}`;
}

/** A row is good when the expression is true or unknown, as in an SQL CHECK. */
function expressionSql(text: string, columns: readonly PlanColumn[]): RowSqlResult {
  const read = readExpression(text, columns);
  if ('problem' in read) return { problem: `the expression ${text} ${read.problem}` };
  const test = `coalesce(${testSql(read.test)}, TRUE)`;
  return { test, ok: test, offends: `(NOT ${test})` };
}
