/**
 * Row checks of a plan as DuckDB boolean SQL, in two forms that agree on every row.
 *
 * `offends` is TRUE for offenders and FALSE for all others; `ok` is TRUE for the others and never TRUE for an offender
 * (it may be NULL for one). Neither can throw. NULL passes every check but `required` and `missing`.
 * Not here: `type`, which the stager decides (`_lex`), and checks of whole sets (`set-sql.ts`).
 */
import type { DataType } from '../contract/data-type.ts';
import { pathLabel, typeAt } from '../contract/nested-path.ts';
import type { PlanColumn, RowCheck, ValueCheck } from '../contract/plan.ts';
import { assert, unreachable } from '../lib/assert.ts';
import { quoteIdent, quoteText } from '../lib/ident-sql.ts';
import { translatePattern } from '../lib/pattern-re2.ts';
import { readExpression, testSql } from './expression-sql.ts';
import { formatSql } from './format-sql.ts';
import { boundSql, divisorSql, literalSql } from './literal-sql.ts';
import { anySql, countSql, insideSql, uniqueItemsSql } from './nested-sql.ts';
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
  const { within = [] } = check;
  if (within.length > 0) return nestedSql(check, column, context);
  return targetSql(check, { ...column, sql: quoteIdent(column.name) }, context);
}

/** What a check looks at: a column, or a place inside one. */
interface Target {
  name: string;
  type: DataType;
  defaultTimezone: string | null;
  sql: string;
}

function targetSql(check: ValueCheck, target: Target, context: RowSqlContext): RowSqlResult {
  const { sql: name } = target;
  if (check.kind === 'required') {
    return { test: `${name} IS NOT NULL`, ok: `${name} IS NOT NULL`, offends: `(${name} IS NULL)` };
  }
  const test = columnTest(check, target, context);
  if (typeof test !== 'string') return test;
  if (check.kind === 'missing')
    return { test, ok: test, offends: `(NOT coalesce(${test}, FALSE))` };
  return {
    test,
    ok: `(${name} IS NULL OR ${test})`,
    offends: `(${name} IS NOT NULL AND NOT coalesce(${test}, FALSE))`,
  };
}

/** A row offends when a value inside its column does. */
function nestedSql(check: ValueCheck, column: PlanColumn, context: RowSqlContext): RowSqlResult {
  const { within = [] } = check;
  const compiled = placeOffendsSql(check, column, context);
  if ('problem' in compiled) return compiled;
  const name = quoteIdent(column.name);
  if (check.kind === 'reference') {
    // Why: the engine looks nothing up inside of a lambda.
    const offends = `EXISTS (SELECT 1 FROM unnest(${insideSql(name, within)}) AS u(v) WHERE ${compiled.offends('v')})`;
    return { offends, test: `(NOT ${offends})`, ok: `(NOT ${offends})` };
  }
  const offends = anySql(name, within, compiled.offends);
  return { offends, test: `(NOT ${offends})`, ok: `(NOT ${offends})` };
}

/** The condition on one value at the place of a nested check: TRUE for one that offends, FALSE for all others. */
export function placeOffendsSql(
  check: ValueCheck,
  column: PlanColumn,
  context: RowSqlContext,
): { offends: (value: string) => string } | { problem: string } {
  const { within = [] } = check;
  const type = typeAt(column.type, within);
  const name = pathLabel(column.name, within);
  if (type === null) return { problem: `there is no ${name}` };
  const defaultTimezone = column.nestedZones?.[name] ?? null;
  const compile = (sql: string): RowSqlResult =>
    targetSql(check, { name, type, defaultTimezone, sql }, context);
  const tried = compile('v');
  if ('problem' in tried) return tried;
  return {
    offends(value) {
      const compiled = compile(value);
      assert(!('problem' in compiled), 'a check compiles for each value or for none');
      return compiled.offends;
    },
  };
}

/** One AND of all `ok` forms; columns that a `required` check of the same list guards need no guard of their own. */
export function allOkSql(checks: readonly { check: RowCheck; sql: RowSql }[]): string {
  const required = new Set(
    checks.flatMap(({ check }) =>
      check.kind === 'required' && isWhole(check) ? [check.column] : [],
    ),
  );
  const tests = checks.map(({ check, sql }) =>
    isWhole(check) && required.has(check.column) ? sql.test : sql.ok,
  );
  return tests.length === 0 ? 'TRUE' : `(${[...new Set(tests)].join(' AND ')})`;
}

/** True for a check of a column as a whole. */
function isWhole(check: RowCheck): check is Extract<RowCheck, { column: string }> {
  return 'column' in check && !('within' in check && check.within !== undefined);
}

type ColumnCheck = Exclude<ValueCheck, { kind: 'required' }>;

/** A test that is not NULL where the column is not NULL. */
function columnTest(
  check: ColumnCheck,
  column: Target,
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
    case 'items':
      return itemsTest(column, check);
    case 'uniqueItems':
      return column.type.kind === 'list'
        ? uniqueItemsSql(column.sql)
        : unfit(column, 'whether items stand twice');
    default:
      return unreachable(check);
  }
}

function unfit(column: Target, what: string): { problem: string } {
  return {
    problem: `${what} cannot be checked on ${column.name}, a column of ${column.type.kind}`,
  };
}

function isScalar(type: DataType): boolean {
  return type.kind !== 'struct' && type.kind !== 'list' && type.kind !== 'map';
}

function textOf(column: Target): string {
  const name = column.sql;
  return column.type.kind === 'string' ? name : `CAST(${name} AS VARCHAR)`;
}

function valueList(column: Target, values: readonly string[]): string | null {
  const constants = values
    .map((value) => literalSql(column.type, value, column.defaultTimezone))
    .filter((sql) => sql !== null);
  return constants.length === 0 ? null : `[${[...new Set(constants)].join(', ')}]`;
}

function missingTest(column: Target, values: readonly string[]): string {
  const name = column.sql;
  const list = isScalar(column.type) ? valueList(column, values) : null;
  return list === null ? `${name} IS NOT NULL` : `(NOT list_contains(${list}, ${name}))`;
}

function valuesTest(column: Target, values: readonly string[]): string | { problem: string } {
  if (!isScalar(column.type)) return unfit(column, 'a list of allowed values');
  const list = valueList(column, values);
  return list === null ? 'FALSE' : `list_contains(${list}, ${column.sql})`;
}

function rangeTest(
  column: Target,
  check: Extract<RowCheck, { kind: 'range' }>,
): string | { problem: string } {
  const name = column.sql;
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
  // Why: DuckDB orders NaN above every number, but it lies in no range. An upper bound that is tested says so already.
  const isBounded = tests.some((test) => test.startsWith(`${name} <`));
  if (column.type.kind === 'double' && !isBounded) tests.push(`NOT isnan(${name})`);
  return tests.length === 0 ? 'TRUE' : `(${tests.join(' AND ')})`;
}

function lengthTest(
  column: Target,
  check: Extract<RowCheck, { kind: 'length' }>,
): string | { problem: string } {
  if (column.type.kind !== 'string') return unfit(column, 'a length');
  const name = column.sql;
  const tests = [
    ...(check.min === null ? [] : [`length(${name}) >= ${check.min}`]),
    ...(check.max === null ? [] : [`length(${name}) <= ${check.max}`]),
  ];
  return tests.length === 0 ? 'TRUE' : `(${tests.join(' AND ')})`;
}

/** JSON Schema's `pattern`: found anywhere in the text unless it is anchored. */
function patternTest(column: Target, pattern: string): string | { problem: string } {
  if (!isScalar(column.type)) return unfit(column, 'a pattern');
  const translated = translatePattern(pattern);
  if (translated.re2 === null) {
    return { problem: `the pattern ${pattern} ${translated.problem}` };
  }
  // Why no search: the engine asks a full match once for each entry of a dictionary, a search for each row.
  return `regexp_full_match(${textOf(column)}, ${quoteText(translated.whole)})`;
}

function multipleTest(column: Target, divisor: string): string | { problem: string } {
  const name = column.sql;
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
  column: Target,
  check: Extract<RowCheck, { kind: 'reference' }>,
  context: RowSqlContext,
): string | { problem: string } {
  if (!isScalar(column.type)) return unfit(column, 'a reference');
  const relation = context.reference(check.table, check.target);
  if (relation === null) return { problem: `the table ${check.table} is not on this node` };
  return `${column.sql} IN (SELECT k FROM ${relation})`;
}

function notFutureTest(
  column: Target,
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
  return `${column.sql} <= ${constant}`;
}

function itemsTest(
  column: Target,
  { min, max }: Extract<RowCheck, { kind: 'items' }>,
): string | { problem: string } {
  if (isScalar(column.type)) return unfit(column, 'a number of items');
  const count = countSql(column.sql, column.type);
  const tests = [
    ...(min === null ? [] : [`${count} >= ${min}`]),
    ...(max === null ? [] : [`${count} <= ${max}`]),
  ];
  return tests.length === 0 ? 'TRUE' : `(${tests.join(' AND ')})`;
}

/** A row is good when the expression is true or unknown, as in an SQL CHECK. */
function expressionSql(text: string, columns: readonly PlanColumn[]): RowSqlResult {
  const read = readExpression(text, columns);
  if ('problem' in read) return { problem: `the expression ${text} ${read.problem}` };
  const test = `coalesce(${testSql(read.test)}, TRUE)`;
  return { test, ok: test, offends: `(NOT ${test})` };
}
