/**
 * The normal form of a predicate: the one that SQL engines and Iceberg's expressions are told.
 *
 * Negation is gone, and what engines disagree about is spelled out, so that each back end only has to write leaves down:
 * - NULL: a leaf that is unknown for NULL stands beside a test of its own place for NULL, `x IS NOT NULL AND x < 1` or
 *   `x IS NULL OR x >= 1`, so no unknown ever decides. This form, unlike `coalesce(x < 1, FALSE)`, is one that engines
 *   use to skip files and row groups.
 * - NaN: never a constant. Where it would satisfy a comparison, `isNaN` stands beside it.
 * - Zeros: comparisons with zero are comparisons with the smallest numbers, since orders that tell -0 from 0 (those of
 *   Iceberg's bounds in Java) would otherwise leave out one of the two.
 * - Infinities: never constants, since JSON has none: what is above the greatest number is infinite.
 * - Booleans have equality only.
 *
 * Not the meaning of a predicate, which is `evaluatePredicate`. Invariant: with three-valued logic and IEEE comparisons or
 * with a total order of numbers, the normal form is true for exactly the rows for which the predicate is.
 */
import { unreachable } from './assert.ts';
import { boundKeys, type ComparisonOp, type Constant, type Predicate } from './predicate.ts';

/** A constant that every engine compares alike: not null, and a finite number other than zero where it is a double. */
export type PlainConstant = Exclude<Constant, { type: 'null' }>;

export type NormalLeaf =
  | { kind: 'isNull' | 'notNull' | 'isNaN' | 'notNaN'; column: string }
  | { kind: 'compare'; op: ComparisonOp; column: string; value: PlainConstant }
  /** At least two values. */
  | { kind: 'in' | 'notIn'; column: string; values: PlainConstant[] }
  /** The value is not empty. */
  | { kind: 'prefix' | 'notPrefix'; column: string; value: string };

export type NormalPredicate =
  | { kind: 'always'; value: boolean }
  /** At least two arguments, none of which is `always` or of the same kind. */
  | { kind: 'and' | 'or'; args: NormalPredicate[] }
  | NormalLeaf;

/** The normal form of a predicate. */
export function normalizePredicate(predicate: Predicate): NormalPredicate {
  return normalize(predicate, true);
}

/** Of the predicate, or of its negation where `wanted` is false. */
function normalize(predicate: Predicate, wanted: boolean): NormalPredicate {
  switch (predicate.op) {
    case 'true':
    case 'false':
      return always((predicate.op === 'true') === wanted);
    case 'and':
    case 'or': {
      const args = predicate.args.map((arg) => normalize(arg, wanted));
      return join((predicate.op === 'and') === wanted ? 'and' : 'or', args);
    }
    case 'not':
      return normalize(predicate.arg, !wanted);
    case 'in':
    case 'inSet': {
      const { column } = predicate;
      const values = predicate.op === 'in' ? predicate.values : boundKeys(predicate);
      return guard(column, membership(column, values.filter(isValue), wanted), wanted);
    }
    case 'prefix': {
      const { column, value } = predicate;
      if (value === '') return { kind: wanted ? 'notNull' : 'isNull', column };
      return guard(column, { kind: wanted ? 'prefix' : 'notPrefix', column, value }, wanted);
    }
    default:
      return comparison(predicate, wanted);
  }
}

const OPPOSITE: Readonly<Record<ComparisonOp, ComparisonOp>> = {
  eq: 'ne',
  ne: 'eq',
  lt: 'ge',
  ge: 'lt',
  gt: 'le',
  le: 'gt',
};

function comparison(
  predicate: { op: ComparisonOp; column: string; value: Constant },
  wanted: boolean,
): NormalPredicate {
  const { column, value } = predicate;
  if (!isValue(value)) {
    if (predicate.op !== 'eq' && predicate.op !== 'ne') return always(!wanted);
    return { kind: (predicate.op === 'eq') === wanted ? 'isNull' : 'notNull', column };
  }
  const op = wanted ? predicate.op : OPPOSITE[predicate.op];
  // Why so: `ne` is the one comparison that NULL satisfies, and a negated one is satisfied where the plain one is not.
  return guard(column, compareValues(column, op, value), (predicate.op !== 'ne') === wanted);
}

function isValue(constant: Constant): constant is PlainConstant {
  return constant.type !== 'null';
}

/** Makes a test two-valued: false for NULL where `strict`, else true for NULL. */
function guard(column: string, test: NormalPredicate, strict: boolean): NormalPredicate {
  if (strict) return join('and', [{ kind: 'notNull', column }, test]);
  return join('or', [{ kind: 'isNull', column }, test]);
}

/** A comparison of values that are there; may be unknown for NULL. */
function compareValues(column: string, op: ComparisonOp, value: PlainConstant): NormalPredicate {
  if (value.type === 'double') return compareNumbers(column, op, value.value);
  if (value.type === 'boolean') return compareTruths(column, op, value.value);
  return { kind: 'compare', op, column, value };
}

/** Of true and false, false is the lesser. */
function compareTruths(column: string, op: ComparisonOp, value: boolean): NormalPredicate {
  const equal = (truth: boolean): NormalPredicate => ({
    kind: 'compare',
    op: 'eq',
    column,
    value: { type: 'boolean', value: truth },
  });
  switch (op) {
    case 'eq':
      return equal(value);
    case 'ne':
      return equal(!value);
    case 'lt':
      return value ? equal(false) : always(false);
    case 'le':
      return value ? always(true) : equal(false);
    case 'gt':
      return value ? always(false) : equal(true);
    case 'ge':
      return value ? equal(true) : always(true);
    default:
      return unreachable(op);
  }
}

function compareNumbers(column: string, op: ComparisonOp, value: number): NormalPredicate {
  if (Number.isNaN(value)) return compareWithNaN(column, op);
  const notNumber: NormalPredicate = { kind: 'isNaN', column };
  switch (op) {
    case 'lt':
      return below(column, value, false);
    case 'le':
      return below(column, value, true);
    case 'gt':
      return join('or', [above(column, value, false), notNumber]);
    case 'ge':
      return join('or', [above(column, value, true), notNumber]);
    case 'eq':
      return equals(column, value);
    case 'ne': {
      if (isPlain(value)) return compareNumber(column, 'ne', value);
      return join('or', [below(column, value, false), above(column, value, false), notNumber]);
    }
    default:
      return unreachable(op);
  }
}

function compareWithNaN(column: string, op: ComparisonOp): NormalPredicate {
  switch (op) {
    case 'eq':
    case 'ge':
      return { kind: 'isNaN', column };
    case 'ne':
    case 'lt':
      return { kind: 'notNaN', column };
    case 'le':
      return always(true);
    case 'gt':
      return always(false);
    default:
      return unreachable(op);
  }
}

/** The least number above zero, and the greatest below infinity. */
const LEAST = Number.MIN_VALUE;
const GREATEST = Number.MAX_VALUE;

function isPlain(value: number): boolean {
  return value !== 0 && Number.isFinite(value);
}

function equals(column: string, value: number): NormalPredicate {
  if (isPlain(value)) return compareNumber(column, 'eq', value);
  return join('and', [below(column, value, true), above(column, value, true)]);
}

/** Numbers below the value, or at it where `inclusive`; NaN is not among them. */
function below(column: string, value: number, inclusive: boolean): NormalPredicate {
  if (value === 0) {
    return inclusive ? compareNumber(column, 'lt', LEAST) : compareNumber(column, 'le', -LEAST);
  }
  if (value === Infinity) {
    return inclusive ? { kind: 'notNaN', column } : compareNumber(column, 'le', GREATEST);
  }
  if (value === -Infinity) {
    return inclusive ? compareNumber(column, 'lt', -GREATEST) : always(false);
  }
  return compareNumber(column, inclusive ? 'le' : 'lt', value);
}

/** Numbers above the value, or at it where `inclusive`; whether NaN is among them is left to the engine. */
function above(column: string, value: number, inclusive: boolean): NormalPredicate {
  if (value === 0) {
    return inclusive ? compareNumber(column, 'gt', -LEAST) : compareNumber(column, 'ge', LEAST);
  }
  if (value === Infinity) {
    return inclusive ? compareNumber(column, 'gt', GREATEST) : always(false);
  }
  if (value === -Infinity) {
    return inclusive ? { kind: 'notNaN', column } : compareNumber(column, 'ge', -GREATEST);
  }
  return compareNumber(column, inclusive ? 'ge' : 'gt', value);
}

function compareNumber(column: string, op: ComparisonOp, value: number): NormalPredicate {
  return { kind: 'compare', op, column, value: { type: 'double', value } };
}

/** Membership of values that are there, or its negation; may be unknown for NULL. */
function membership(column: string, values: PlainConstant[], wanted: boolean): NormalPredicate {
  const listed = values.filter(isListed);
  const single = listed.length === 1 ? values : values.filter((value) => !isListed(value));
  const op = wanted ? 'eq' : 'ne';
  const tests = single.map((value) => compareValues(column, op, value));
  if (listed.length > 1) {
    tests.unshift({ kind: wanted ? 'in' : 'notIn', column, values: listed });
  }
  return join(wanted ? 'or' : 'and', tests);
}

/** Constants that a list of an engine compares as `eq` does here. */
function isListed(value: PlainConstant): boolean {
  if (value.type === 'double') return isPlain(value.value);
  return value.type !== 'boolean';
}

function always(value: boolean): NormalPredicate {
  return { kind: 'always', value };
}

/** Joins tests, without those that say nothing. */
function join(kind: 'and' | 'or', parts: readonly NormalPredicate[]): NormalPredicate {
  const neutral = kind === 'and';
  const args = parts.flatMap((part) =>
    (part.kind === 'and' || part.kind === 'or') && part.kind === kind ? part.args : [part],
  );
  if (args.some((arg) => arg.kind === 'always' && arg.value !== neutral)) return always(!neutral);
  const rest = args.filter((arg) => arg.kind !== 'always');
  const [only] = rest;
  if (only === undefined) return always(neutral);
  return rest.length === 1 ? only : { kind, args: rest };
}
