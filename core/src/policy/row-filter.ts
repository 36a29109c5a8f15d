/**
 * Row filters: expression text over the columns of one table, and over fields of their structs (`address.zip`), compiled
 * to the closed predicate form.
 *
 * Not the grammar (`lib/expression.ts`) and not the SQL (`lib/predicate-sql.ts`). What the predicate form cannot say
 * exactly is refused here, never weakened: a filter that is almost right shows rows that it should hide.
 *
 * Invariant: every constant of the result is in the canonical form of its column's type (a decimal carries the column's
 * scale, a timestamp six fractional digits and `Z`), so that the reference evaluator, SQL and file pruning agree and no
 * comparison needs a cast that could throw.
 */
import { resolveColumnPath } from '../contract/column-path.ts';
import { type DataType, typeName } from '../contract/data-type.ts';
import type { Checked, Diagnostic } from '../lib/diagnostic.ts';
import {
  type CompareOp,
  type Expression,
  type ExpressionField,
  type ExpressionValue,
  parseExpression,
} from '../lib/expression.ts';
import type { ComparisonOp, Constant, Predicate } from '../lib/predicate.ts';
import { readConstant } from './constant.ts';

export interface FilterColumn {
  name: string;
  type: DataType;
}

const OPERATORS: Readonly<Record<CompareOp, ComparisonOp>> = {
  '=': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
};

interface Context {
  columns: readonly FilterColumn[];
  diagnostics: Diagnostic[];
  path: string;
}

/**
 * Compiles a row filter; null or blank text permits every row. `value` is null when a diagnostic is an error. Columns of
 * the diagnostics count from 1 within the text; `path` is where the text stands in its document.
 */
export function compileRowFilter(
  text: string | null,
  columns: readonly FilterColumn[],
  path = '$',
): Checked<Predicate> {
  if (text === null || text.trim() === '') return { value: { op: 'true' }, diagnostics: [] };
  const parsed = parseExpression(text);
  const context: Context = {
    columns,
    diagnostics: [],
    path,
  };
  if (parsed.value === null) {
    const problem = parsed.error;
    report(context, {
      code: 'EXPRESSION_INVALID',
      at: (problem?.column ?? 1) - 1,
      message: problem?.message ?? 'cannot be read',
      remedy: "Write it as column op value, for example country = 'DE' and net_amount >= 0.",
    });
    return { value: null, diagnostics: context.diagnostics };
  }
  const predicate = lower(parsed.value, context);
  return {
    value: context.diagnostics.length === 0 ? predicate : null,
    diagnostics: context.diagnostics,
  };
}

const NOTHING: Predicate = { op: 'false' };

function lower(expression: Expression, context: Context): Predicate {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return { op: expression.kind, args: expression.args.map((arg) => lower(arg, context)) };
    case 'not':
      return { op: 'not', arg: lower(expression.arg, context) };
    case 'compare':
      return lowerComparison(expression, context);
    case 'in':
      return lowerMembership(expression, context);
    case 'like':
      return lowerPrefix(expression.field, expression.value, context);
    case 'is':
      return lowerNullTest(expression, context);
    case 'has':
      return refuseOperator(expression.field, context, '"has" is for searches, not for rows');
  }
}

function lowerComparison(
  expression: Extract<Expression, { kind: 'compare' }>,
  context: Context,
): Predicate {
  const column = findColumn(expression.field, context);
  if (column === null) return NOTHING;
  const op = OPERATORS[expression.op];
  if (column.type.kind === 'boolean' && op !== 'eq' && op !== 'ne') {
    return refuseOperator(expression.field, context, 'a boolean has no order');
  }
  const value = constantOf(column, expression.value, context);
  return value === null ? NOTHING : { op, column: column.name, value };
}

function lowerMembership(
  expression: Extract<Expression, { kind: 'in' }>,
  context: Context,
): Predicate {
  const column = findColumn(expression.field, context);
  if (column === null) return NOTHING;
  const values = expression.values.flatMap((value) => constantOf(column, value, context) ?? []);
  return { op: 'in', column: column.name, values };
}

function lowerPrefix(field: ExpressionField, value: ExpressionValue, context: Context): Predicate {
  const column = findColumn(field, context);
  if (column === null) return NOTHING;
  if (column.type.kind !== 'string') {
    return refuseOperator(
      field,
      context,
      `"like" needs text, and ${column.name} is ${typeName(column.type)}`,
    );
  }
  const prefix = value.text.slice(0, -1);
  if (!value.text.endsWith('%') || /[%_\\\0]/.test(prefix) || !prefix.isWellFormed()) {
    report(context, {
      code: 'FILTER_PATTERN_UNSUPPORTED',
      at: value.at,
      message: '"like" is possible only with a prefix, such as \'abc%\'',
      remedy: 'Write the beginning of the text followed by one %, without other % or _.',
    });
    return NOTHING;
  }
  return { op: 'prefix', column: column.name, value: prefix };
}

function lowerNullTest(
  expression: Extract<Expression, { kind: 'is' }>,
  context: Context,
): Predicate {
  const column = findColumn(expression.field, context, { anyType: true });
  if (column === null) return NOTHING;
  if (expression.what === 'unknown') {
    return refuseOperator(
      expression.field,
      context,
      '"is unknown" is for searches; rows have "is null"',
    );
  }
  const op = expression.negated ? 'ne' : 'eq';
  return { op, column: column.name, value: { type: 'null' } };
}

/** The column, or field of a struct, that is meant; its name is then the whole path. */
function findColumn(
  field: ExpressionField,
  context: Context,
  options: { anyType: boolean } = { anyType: false },
): FilterColumn | null {
  const found =
    field.argument === null
      ? resolveColumnPath(context.columns, field.path)
      : resolveColumnPath(context.columns, [field.source]);
  if (found.type === null) {
    report(context, {
      code: 'FILTER_COLUMN_UNKNOWN',
      at: field.at,
      message: found.problem,
      remedy: found.remedy,
    });
    return null;
  }
  const column = { name: field.path.join('.'), type: found.type };
  const kind = column.type.kind;
  const comparable = kind !== 'struct' && kind !== 'list' && kind !== 'map' && kind !== 'time';
  if (!comparable && !options.anyType) {
    report(context, {
      code: 'FILTER_TYPE_WRONG',
      at: field.at,
      message: `${column.name} is ${typeName(column.type)}, which a row filter cannot compare`,
      remedy:
        kind === 'struct'
          ? `Filter on one of its fields, such as ${fieldExample(column)}, or ask only whether it is null.`
          : 'Filter on a column of a simple type, or ask only whether it is null.',
    });
    return null;
  }
  return column;
}

function fieldExample({ name, type }: FilterColumn): string {
  const fields = type.kind === 'struct' ? type.fields : [];
  return `${name}.${fields[0]?.name ?? 'field'}`;
}

function constantOf(
  column: FilterColumn,
  value: ExpressionValue,
  context: Context,
): Constant | null {
  const read = readConstant(column.type, value);
  if (read.value !== null) return read.value;
  report(context, {
    code: 'FILTER_TYPE_WRONG',
    at: value.at,
    message: `"${value.text}" is not a value of ${column.name} (${typeName(column.type)}): ${read.problem}`,
    remedy: read.remedy,
  });
  return null;
}

function refuseOperator(field: ExpressionField, context: Context, message: string): Predicate {
  report(context, {
    code: 'FILTER_OPERATOR_UNSUPPORTED',
    at: field.at,
    message,
    remedy: "Use = != < <= > >=, in (…), like 'abc%', is null, and, or, not.",
  });
  return NOTHING;
}

function report(
  context: Context,
  problem: { code: string; at: number; message: string; remedy: string },
): void {
  context.diagnostics.push({
    code: problem.code,
    severity: 'error',
    message: problem.message,
    path: context.path,
    line: 1,
    column: problem.at + 1,
    remedy: problem.remedy,
  });
}
