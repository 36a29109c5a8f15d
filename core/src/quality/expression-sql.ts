/**
 * Row expressions as DuckDB SQL that cannot throw: every number is cast to the digits that its step needs.
 *
 * Not the typing (`contract/row-expression-types.ts`). The other back end is `record-expression.ts`; a test holds the two
 * equal. Nothing of the contract's own text gets here but columns, which are quoted, and constants, which are read and
 * written anew.
 */
import type { DataType } from '../contract/data-type.ts';
import type { PlanColumn } from '../contract/plan.ts';
import {
  type TypedTest,
  type TypedValue,
  typeRowExpression,
  type ValueType,
} from '../contract/row-expression-types.ts';
import { must } from '../lib/assert.ts';
import { quoteIdent, quoteText } from '../lib/ident-sql.ts';
import { literalSql } from './literal-sql.ts';
import { constantValue } from './record-value.ts';

/** A typed expression all of whose constants are values of their types, or what is wrong with it. */
export function readExpression(
  text: string,
  columns: readonly PlanColumn[],
): { test: TypedTest } | { problem: string } {
  const { test, problem } = typeRowExpression(text, columns);
  if (test === null) return { problem };
  const wrong = constantsOf(test).find(({ text: written, type, zone }) => {
    return type.kind !== 'exact' && constantValue({ kind: type.kind }, written, zone) === undefined;
  });
  return wrong === undefined ? { test } : { problem: `holds ${wrong.text}, no ${wrong.type.kind}` };
}

type Constant = Extract<TypedValue, { kind: 'constant' }>;

function constantsOf(test: TypedTest): Constant[] {
  const values = (value: TypedValue): Constant[] => {
    if (value.kind === 'constant') return [value];
    if ('left' in value) return [value.left, value.right].flatMap(values);
    return 'arg' in value ? values(value.arg) : [];
  };
  switch (test.kind) {
    case 'and':
    case 'or':
      return test.args.flatMap(constantsOf);
    case 'not':
      return constantsOf(test.arg);
    case 'compare':
      return [test.left, test.right].flatMap(values);
    default:
      return values(test.arg);
  }
}

/** The SQL of a test: TRUE, FALSE or NULL. */
export function testSql(test: TypedTest): string {
  switch (test.kind) {
    case 'and':
      return `(${test.args.map(testSql).join(' AND ')})`;
    case 'or':
      return `(${test.args.map(testSql).join(' OR ')})`;
    case 'not':
      return `(NOT ${testSql(test.arg)})`;
    case 'isNull':
      return `(${valueSql(test.arg)} IS NULL)`;
    case 'truth':
      return valueSql(test.arg);
    case 'compare': {
      const [left, right] = [test.left, test.right].map((side) => castSql(side, test.type));
      return `(${left} ${test.op} ${right})`;
    }
  }
}

/** A value as one of `type`; a column that has it already is read as it is. */
function castSql(value: TypedValue, type: ValueType): string {
  const sql = valueSql(value);
  if (type.kind !== 'exact' && type.kind === value.type.kind) return sql;
  const isSame = value.kind === 'column' && sameExact(value.column.type, type);
  return isSame ? sql : `CAST(${sql} AS ${typeSql(type)})`;
}

/** True for a decimal column of exactly this type: casting an int costs little, casting a decimal to itself is waste. */
function sameExact(column: DataType, type: ValueType): boolean {
  if (column.kind !== 'decimal' || type.kind !== 'exact') return false;
  return column.precision === type.digits && column.scale === type.scale;
}

function valueSql(value: TypedValue): string {
  switch (value.kind) {
    case 'column':
      return quoteIdent(value.column.name);
    case 'constant':
      return constantSql(value);
    case 'length':
      return `length(${valueSql(value.arg)})`;
    case 'negate':
      return `(- ${castSql(value.arg, value.type)})`;
    case 'abs':
      return `abs(${castSql(value.arg, value.type)})`;
    default:
      return calculationSql(value);
  }
}

function constantSql({ text, type, zone }: Constant): string {
  if (type.kind === 'exact') return `${quoteText(text)}::${typeSql(type)}`;
  return must(literalSql({ kind: type.kind }, text, zone), 'constant that was read');
}

/** Digits up to which the engine multiplies in 64 bits, however wide the product is. */
const NARROW_DIGITS = 18;

function calculationSql(value: Extract<TypedValue, { left: TypedValue }>): string {
  const { kind, type, left, right } = value;
  if (kind !== '*' || type.kind !== 'exact') {
    return `(${castSql(left, type)} ${kind} ${castSql(right, type)})`;
  }
  // Why: the engine makes the product of two narrow decimals narrow, and a wide factor makes it wide.
  const isWide = type.digits > NARROW_DIGITS;
  return `(${castSql(left, isWide ? widened(left.type) : left.type)} * ${castSql(right, right.type)})`;
}

function widened(type: ValueType): ValueType {
  return type.kind === 'exact'
    ? { ...type, digits: Math.max(type.digits, NARROW_DIGITS + 1) }
    : type;
}

function typeSql(type: ValueType): string {
  if (type.kind === 'exact') return `DECIMAL(${type.digits}, ${type.scale})`;
  return type.kind === 'string' ? 'VARCHAR' : type.kind.toUpperCase();
}
