/**
 * Row expressions decided on one record: true, false, or null where a NULL leaves it unknown, as SQL does.
 *
 * Not the typing (`contract/row-expression-types.ts`), after which nothing can fail here. The other back end is
 * `expression-sql.ts`; a test holds the two equal. Exact numbers are integers over the scale of their type.
 */
import type { PrimitiveType } from '../contract/data-type.ts';
import type { TypedTest, TypedValue, ValueType } from '../contract/row-expression-types.ts';
import { must } from '../lib/assert.ts';
import { compareValues, constantValue, type RecordValue, scaledConstant } from './record-value.ts';

/** The values of one record by column. */
export type RecordValues = (column: string) => RecordValue;

/** Decides a test on one record. */
export function evaluateTest(test: TypedTest, record: RecordValues): boolean | null {
  switch (test.kind) {
    case 'and':
      return allOf(test.args.map((arg) => evaluateTest(arg, record)));
    case 'or':
      return not(allOf(test.args.map((arg) => not(evaluateTest(arg, record)))));
    case 'not':
      return not(evaluateTest(test.arg, record));
    case 'isNull':
      return evaluateValue(test.arg, record) === null;
    case 'truth':
      return evaluateValue(test.arg, record) as boolean | null;
    case 'compare':
      return compare(test, record);
  }
}

/** Unknown only where no part is false and one is unknown. */
function allOf(parts: readonly (boolean | null)[]): boolean | null {
  if (parts.includes(false)) return false;
  return parts.includes(null) ? null : true;
}

function not(value: boolean | null): boolean | null {
  return value === null ? null : !value;
}

function compare(
  test: Extract<TypedTest, { kind: 'compare' }>,
  record: RecordValues,
): boolean | null {
  const left = convert(evaluateValue(test.left, record), test.left.type, test.type);
  const right = convert(evaluateValue(test.right, record), test.right.type, test.type);
  if (left === null || right === null) return null;
  const order = compareValues(left, right);
  switch (test.op) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function evaluateValue(value: TypedValue, record: RecordValues): RecordValue {
  switch (value.kind) {
    case 'column':
      return columnValue(value, record);
    case 'constant':
      return constant(value);
    case 'length': {
      const text = evaluateValue(value.arg, record);
      return text === null ? null : BigInt([...(text as string)].length);
    }
    case 'negate':
      return signed(evaluateValue(value.arg, record), false);
    case 'abs':
      return signed(evaluateValue(value.arg, record), true);
    default:
      return calculate(value, record);
  }
}

/** All exact numbers are bigints here, also those of an int column. */
function columnValue(
  { column, type }: Extract<TypedValue, { kind: 'column' }>,
  record: RecordValues,
): RecordValue {
  const value = record(column.name);
  return type.kind === 'exact' && typeof value === 'number' ? BigInt(value) : value;
}

function constant({ text, type, zone }: Extract<TypedValue, { kind: 'constant' }>): RecordValue {
  if (type.kind === 'exact') return must(scaledConstant(text, type.scale), 'exact constant').value;
  return must(constantValue(primitive(type), text, zone), 'constant that was typed') ?? null;
}

function primitive(type: Exclude<ValueType, { kind: 'exact' }>): PrimitiveType {
  return { kind: type.kind };
}

function signed(value: RecordValue, isAbsolute: boolean): RecordValue {
  if (typeof value === 'bigint') return isAbsolute && value >= 0n ? value : -value;
  if (typeof value === 'number') return isAbsolute ? Math.abs(value) : -value;
  return null;
}

function calculate(
  value: Extract<TypedValue, { left: TypedValue }>,
  record: RecordValues,
): RecordValue {
  const { kind, type } = value;
  // Why: a product has the digits of both factors behind the point, so its factors keep their own scales.
  const sideType = (side: TypedValue): ValueType =>
    kind === '*' && type.kind === 'exact' ? side.type : type;
  const [left, right] = [value.left, value.right].map((side) =>
    convert(evaluateValue(side, record), side.type, sideType(side)),
  );
  if (typeof left === 'number' && typeof right === 'number') {
    return kind === '*' ? left * right : kind === '+' ? left + right : left - right;
  }
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    return kind === '*' ? left * right : kind === '+' ? left + right : left - right;
  }
  return null;
}

/** A value as one of a type that can hold it. */
function convert(value: RecordValue, from: ValueType, to: ValueType): RecordValue {
  if (typeof value !== 'bigint' || from.kind !== 'exact') return value;
  if (to.kind === 'double') return Number(value);
  return to.kind === 'exact' ? value * 10n ** BigInt(to.scale - from.scale) : value;
}
