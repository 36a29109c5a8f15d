/**
 * Row checks of a plan decided on one record in plain TypeScript, for streams and events.
 *
 * The other back end is `row-sql.ts`; a test holds the two equal over every check, type and NULL, and finds every operator
 * that is changed in either. Not here: whether a value is of its type (`ingest/validate-record.ts`), keys and sets, which
 * need more than one record. Invariants: total and without effect; NULL passes every check but `required` and `missing`; a
 * check that SQL cannot say is refused here, too.
 */
import type { DataType } from '../contract/data-type.ts';
import { pathLabel, typeAt } from '../contract/nested-path.ts';
import type { Bound, PlanColumn, RowCheck, ValueCheck } from '../contract/plan.ts';
import { unreachable } from '../lib/assert.ts';
import { plainDecimal } from '../lib/decimal-text.ts';
import { matchesFormat } from '../lib/formats.ts';
import { compileMatch } from '../lib/pattern-match.ts';
import { readExpression } from './expression-sql.ts';
import { countItems, hasUniqueItems, type PlacedValue, placedValues } from './nested-record.ts';
import { evaluateTest, type RecordValues } from './record-expression.ts';
import {
  compareValues,
  constantValue,
  latestMoment,
  type NestedValue,
  type RecordValue,
  scaledConstant,
  valueText,
} from './record-value.ts';

export interface RecordContext {
  columns: readonly PlanColumn[];
  /** When the record is checked, RFC 3339. */
  now: string;
  /** Whether a value stands in `table.target`; null when that table is not here. */
  reference(table: string, target: string): ((value: RecordValue) => boolean) | null;
}

/**
 * `offends`: true for a record that breaks the check. `places`: of a check inside a column, the values that break it.
 */
export type RecordCheck =
  | {
      offends: (record: RecordValues) => boolean;
      places?: (record: RecordValues) => Iterable<PlacedValue>;
    }
  | { problem: string };

/** Whether a value that is not NULL passes. */
type ValueTest = (value: RecordValue) => boolean;
type Problem = { problem: string };

/** Compiles one row check; problems are faults of the contract, in words. */
export function compileRecordCheck(
  check: Exclude<RowCheck, { kind: 'type' }>,
  context: RecordContext,
): RecordCheck {
  if (check.kind === 'expression') return expressionCheck(check.sql, context.columns);
  const column = context.columns.find((c) => c.name === check.column);
  if (column === undefined) return { problem: `there is no column ${check.column}` };
  const { name } = column;
  const { within = [] } = check;
  if (within.length > 0) return nestedCheck(check, column, context);
  const offends = valueOffends(check, column, context);
  return 'problem' in offends ? offends : { offends: (record) => offends(record(name)) };
}

/** Whether a value, NULL included, breaks a check of its column. */
function valueOffends(
  check: ValueCheck,
  column: PlanColumn,
  context: RecordContext,
): ((value: RecordValue) => boolean) | Problem {
  if (check.kind === 'required') return (value) => value === null;
  const test = valueTest(check, column, context);
  if ('problem' in test) return test;
  const whenNull = check.kind === 'missing';
  return (value) => (value === null ? whenNull : !test(value));
}

/** A record offends when a value inside its column does. */
function nestedCheck(check: ValueCheck, column: PlanColumn, context: RecordContext): RecordCheck {
  const { within = [] } = check;
  const type = typeAt(column.type, within);
  const label = pathLabel(column.name, within);
  if (type === null) return { problem: `there is no ${label}` };
  const defaultTimezone = column.nestedZones?.[label] ?? null;
  const inner = { ...column, name: label, type, defaultTimezone };
  const offends = valueOffends(check, inner, context);
  if ('problem' in offends) return offends;
  const { name } = column;
  const places = function* (record: RecordValues): Generator<PlacedValue> {
    const whole = { type: column.type, place: name, value: record(name) };
    for (const placed of placedValues(whole, within)) if (offends(placed.value)) yield placed;
  };
  return { places, offends: (record) => places(record).next().done !== true };
}

/** A record is good when the expression is true or unknown, as in an SQL CHECK. */
function expressionCheck(text: string, columns: readonly PlanColumn[]): RecordCheck {
  const read = readExpression(text, columns);
  if ('problem' in read) return { problem: `the expression ${text} ${read.problem}` };
  return { offends: (record) => evaluateTest(read.test, record) === false };
}

type ColumnCheck = Exclude<ValueCheck, { kind: 'required' }>;

function valueTest(
  check: ColumnCheck,
  column: PlanColumn,
  context: RecordContext,
): ValueTest | Problem {
  switch (check.kind) {
    case 'missing': {
      const among = isAmong(column, check.values);
      return (value) => !among(value);
    }
    case 'values':
      return isScalar(column.type)
        ? isAmong(column, check.values)
        : unfit(column, 'a list of allowed values');
    case 'range':
      return rangeTest(column, check);
    case 'length':
      return lengthTest(column, check);
    case 'pattern':
      return patternTest(column, check.pattern);
    case 'format':
      return isScalar(column.type)
        ? (value) => matchesFormat(check.format, valueText(column.type, value))
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
        ? (value) => hasUniqueItems(value as Extract<NestedValue, { kind: 'list' }>)
        : unfit(column, 'whether items stand twice');
    default:
      return unreachable(check);
  }
}

function unfit(column: PlanColumn, what: string): Problem {
  return {
    problem: `${what} cannot be checked on ${column.name}, a column of ${column.type.kind}`,
  };
}

function isScalar(type: DataType): boolean {
  return type.kind !== 'struct' && type.kind !== 'list' && type.kind !== 'map';
}

/** Whether a value equals one of the texts, read as values of the column's type. */
function isAmong(column: PlanColumn, texts: readonly string[]): ValueTest {
  const constants = texts
    .map((text) => constantValue(column.type, text, column.defaultTimezone))
    .filter((constant) => constant !== undefined);
  return (value) => constants.some((constant) => compareValues(value, constant) === 0);
}

function rangeTest(
  column: PlanColumn,
  { min, max }: Extract<RowCheck, { kind: 'range' }>,
): ValueTest | Problem {
  const tests: ValueTest[] = [];
  for (const [bound, side] of [
    [min, 'min'],
    [max, 'max'],
  ] as const) {
    if (bound === null) continue;
    if (!isScalar(column.type)) return unfit(column, 'a range');
    const test = boundTest(column, bound, side);
    if (test === null) return { problem: `${bound.value} is no bound for ${column.name}` };
    tests.push(test);
  }
  // Why: NaN is ordered above every number, but it lies in no range.
  return (value) => !Number.isNaN(value) && tests.every((test) => test(value));
}

function boundTest(column: PlanColumn, bound: Bound, side: 'min' | 'max'): ValueTest | null {
  const { type } = column;
  if (type.kind === 'boolean') return null;
  if (type.kind === 'int' || type.kind === 'long' || type.kind === 'decimal') {
    return exactBoundTest(type.kind === 'decimal' ? type.scale : 0, bound, side);
  }
  const limit = constantValue(type, bound.value, column.defaultTimezone);
  if (limit === undefined) return null;
  return (value) => isWithin(compareValues(value, limit), bound.inclusive, side);
}

function exactBoundTest(scale: number, bound: Bound, side: 'min' | 'max'): ValueTest | null {
  const limit = scaledConstant(bound.value, scale);
  if (limit === null) return null;
  // Why: of a bound between two values, its floor is still below the range and above all that is lower.
  const inclusive = limit.isBetween ? side === 'max' : bound.inclusive;
  return (value) => {
    const exact = BigInt(value as number | bigint);
    return isWithin(compareValues(exact, limit.value), inclusive, side);
  };
}

function isWithin(order: number, inclusive: boolean, side: 'min' | 'max'): boolean {
  const inwards = side === 'min' ? order : -order;
  return inclusive ? inwards >= 0 : inwards > 0;
}

function lengthTest(
  column: PlanColumn,
  { min, max }: Extract<RowCheck, { kind: 'length' }>,
): ValueTest | Problem {
  if (column.type.kind !== 'string') return unfit(column, 'a length');
  return (value) => {
    const length = [...(value as string)].length;
    return (min === null || length >= min) && (max === null || length <= max);
  };
}

/** JSON Schema's `pattern`: found anywhere in the text unless it is anchored. */
function patternTest(column: PlanColumn, pattern: string): ValueTest | Problem {
  if (!isScalar(column.type)) return unfit(column, 'a pattern');
  const { matches, problem } = compileMatch(pattern);
  if (matches === null) return { problem: `the pattern ${pattern} ${problem}` };
  return (value) => matches(valueText(column.type, value));
}

function multipleTest(column: PlanColumn, divisor: string): ValueTest | Problem {
  const { type } = column;
  if (type.kind === 'double') return doubleMultipleTest(Number(divisor), divisor);
  if (type.kind !== 'int' && type.kind !== 'long' && type.kind !== 'decimal') {
    return unfit(column, 'multipleOf');
  }
  const plain = plainDecimal(divisor);
  if (plain === null || plain === '0' || plain.startsWith('-')) {
    return { problem: `${divisor} divides nothing` };
  }
  const scale = type.kind === 'decimal' ? type.scale : 0;
  const [whole = '', fraction = ''] = plain.split('.');
  const places = Math.max(scale, fraction.length);
  const step = BigInt(whole + fraction.padEnd(places, '0'));
  const factor = 10n ** BigInt(places - scale);
  return (value) => (BigInt(value as number | bigint) * factor) % step === 0n;
}

/** Doubles are multiples within a billionth of their quotient, since hardly any decimal is a double. */
function doubleMultipleTest(number: number, divisor: string): ValueTest | Problem {
  if (!(number > 0) || !Number.isFinite(number)) return { problem: `${divisor} divides nothing` };
  return (value) => {
    if (!Number.isFinite(value)) return false;
    const quotient = (value as number) / number;
    const error = Math.abs(quotient - Math.round(quotient));
    return error <= 1e-9 * Math.max(1, Math.abs(quotient));
  };
}

function referenceTest(
  column: PlanColumn,
  check: Extract<RowCheck, { kind: 'reference' }>,
  context: RecordContext,
): ValueTest | Problem {
  if (!isScalar(column.type)) return unfit(column, 'a reference');
  const has = context.reference(check.table, check.target);
  return has ?? { problem: `the table ${check.table} is not on this node` };
}

function notFutureTest(
  column: PlanColumn,
  toleranceSeconds: number,
  now: string,
): ValueTest | Problem {
  const { kind } = column.type;
  if (kind !== 'date' && kind !== 'timestamp' && kind !== 'timestamptz') {
    return unfit(column, 'whether it is in the future');
  }
  const zone = column.defaultTimezone;
  const latest = latestMoment(kind, now, { toleranceSeconds, zone });
  if (latest === null) return { problem: `there is no time zone ${zone}` };
  return (value) => compareValues(value, latest) <= 0;
}

function itemsTest(
  column: PlanColumn,
  { min, max }: Extract<RowCheck, { kind: 'items' }>,
): ValueTest | Problem {
  if (isScalar(column.type)) return unfit(column, 'a number of items');
  return (value) => {
    const count = countItems(value as NestedValue);
    return (min === null || count >= min) && (max === null || count <= max);
  };
}
