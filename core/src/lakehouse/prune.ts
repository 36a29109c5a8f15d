/**
 * Pruning: what the statistics of a file prove about a predicate.
 *
 * Not a row filter. Every part of a predicate is judged by two questions: may it be true for some row of the file, may it
 * be false for some row? Where the statistics do not tell, both answers are yes.
 * Invariant: a file for which the answer to the first question is no holds no row for which `evaluatePredicate` is true.
 */
import type { PrimitiveType } from '../contract/data-type.ts';
import { assert, unreachable } from '../lib/assert.ts';
import {
  boundKeys,
  type ComparisonOp,
  type Constant,
  type Predicate,
  splitPath,
} from '../lib/predicate.ts';
import { type BoundCell, decodeBound, encodeBound, parseCell, parseDecimal } from './bounds.ts';
import type { FileStats } from './manifest.ts';
import { applyTransform } from './partition.ts';
import type { PartitionRange } from './partition-range.ts';
import { type IcebergType, parsePrimitive } from './schema.ts';
import type { IcebergField, IcebergSchema } from './types.ts';

/** What may be the case for some row. */
interface Outcome {
  mayBeTrue: boolean;
  mayBeFalse: boolean;
}

/** What a pruner looks at. */
export interface PrunableFile {
  records: number;
  stats: Pick<
    FileStats,
    'valueCounts' | 'nullCounts' | 'nanCounts' | 'lowerBounds' | 'upperBounds'
  >;
  /** What the partition says beside the statistics. */
  ranges?: readonly PartitionRange[];
}

type Judge = (file: PrunableFile) => Outcome;

const UNKNOWN: Outcome = { mayBeTrue: true, mayBeFalse: true };
const TRUE: Outcome = { mayBeTrue: true, mayBeFalse: false };
const FALSE: Outcome = { mayBeTrue: false, mayBeFalse: true };

/** A function that is false only for files without a matching row. Paths are those of `schema`. */
export function compilePruner(
  predicate: Predicate,
  schema: IcebergSchema,
): (file: PrunableFile) => boolean {
  const judge = compileJudge(predicate, schema);
  return (file) => file.records > 0 && judge(file).mayBeTrue;
}

function compileJudge(predicate: Predicate, schema: IcebergSchema): Judge {
  switch (predicate.op) {
    case 'true':
      return () => TRUE;
    case 'false':
      return () => FALSE;
    case 'and':
      return combine(predicate.args, schema, {
        mayBeTrue: (parts) => parts.every((p) => p.mayBeTrue),
        mayBeFalse: (parts) => parts.some((p) => p.mayBeFalse),
      });
    case 'or':
      return combine(predicate.args, schema, {
        mayBeTrue: (parts) => parts.some((p) => p.mayBeTrue),
        mayBeFalse: (parts) => parts.every((p) => p.mayBeFalse),
      });
    case 'not': {
      const inner = compileJudge(predicate.arg, schema);
      return (file) => negate(inner(file));
    }
    case 'in':
      return judgeMembership(predicate.column, predicate.values, schema);
    case 'inSet':
      return judgeMembership(predicate.column, boundKeys(predicate), schema);
    case 'prefix':
      return judgePrefix(predicate.column, predicate.value, schema);
    default:
      return judgeComparison(predicate, schema);
  }
}

/** Of so many values no more are looked at: a file for each of them would cost more than to read it. */
const MEMBERS_MAX = 1_000;

function judgeMembership(
  column: string,
  values: readonly Constant[],
  schema: IcebergSchema,
): Judge {
  if (values.length > MEMBERS_MAX) return () => UNKNOWN;
  const equal = values
    .filter((value) => value.type !== 'null')
    .map((value): Predicate => ({ op: 'eq', column, value }));
  return combine(equal, schema, {
    mayBeTrue: (parts) => parts.some((p) => p.mayBeTrue),
    mayBeFalse: (parts) => parts.every((p) => p.mayBeFalse),
  });
}

function combine(
  args: Predicate[],
  schema: IcebergSchema,
  rule: Record<keyof Outcome, (parts: Outcome[]) => boolean>,
): Judge {
  const judges = args.map((arg) => compileJudge(arg, schema));
  return (file) => {
    const parts = judges.map((judge) => judge(file));
    return { mayBeTrue: rule.mayBeTrue(parts), mayBeFalse: rule.mayBeFalse(parts) };
  };
}

function negate(outcome: Outcome): Outcome {
  return { mayBeTrue: outcome.mayBeFalse, mayBeFalse: outcome.mayBeTrue };
}

interface Column {
  fieldId: number;
  type: PrimitiveType;
}

/**
 * The column or field of a struct at a path; null where it is nothing simple. Statistics of a field inside structs count
 * rows as those of a column do, with NULL for every row of which a struct on the way is NULL.
 */
function findColumn(path: string, schema: IcebergSchema): Column | null {
  let fields: readonly IcebergField[] = schema.fields;
  let field: IcebergField | undefined;
  for (const name of splitPath(path)) {
    field = fields.find((candidate) => candidate.name === name);
    const type = field?.type as IcebergType | undefined;
    fields = typeof type === 'object' && type.type === 'struct' ? type.fields : [];
  }
  if (field === undefined || typeof field.type !== 'string') return null;
  const type = parsePrimitive(field.type);
  return type === null ? null : { fieldId: field.id, type };
}

/**
 * What the statistics say of one column. Cells are between `lower` and `upper` in the order of the predicate form,
 * which puts NaN above all numbers; a limit is null when nothing is known.
 */
interface Range {
  mayBeNull: boolean;
  mayBeValue: boolean;
  lower: Limit | null;
  upper: Limit | null;
}

/** Text is compared as UTF-8 bytes, which is the order of code points and needs no whole characters. */
type Limit = Exclude<BoundCell, string> | Uint8Array;

function rangeOf(file: PrunableFile, column: Column): Range {
  const { fieldId, type } = column;
  const nulls = file.stats.nullCounts().get(fieldId);
  const values = file.stats.valueCounts().get(fieldId) ?? file.records;
  const mayBeNaN = type.kind === 'double' && file.stats.nanCounts().get(fieldId) !== 0;
  const upper = limitOf(type, file.stats.upperBounds().get(fieldId));
  const range = {
    mayBeNull: nulls !== 0,
    mayBeValue: nulls === undefined || nulls < values,
    lower: limitOf(type, file.stats.lowerBounds().get(fieldId)),
    upper: mayBeNaN ? null : upper,
  };
  return (file.ranges ?? [])
    .filter((known) => known.sourceId === fieldId && known.source.kind === type.kind)
    .reduce(narrow, range);
}

/** What statistics and partition say together. */
function narrow(range: Range, known: PartitionRange): Range {
  const lower = toLimit(known.lower, known.source);
  const upper = toLimit(known.upper, known.source);
  return {
    mayBeNull: range.mayBeNull && known.mayBeNull,
    mayBeValue: range.mayBeValue && known.mayBeValue,
    lower: pick(range.lower, lower, (order) => order >= 0),
    upper: pick(range.upper, upper, (order) => order <= 0),
  };
}

function pick(a: Limit | null, b: Limit | null, aWins: (order: number) => boolean): Limit | null {
  if (a === null || b === null) return a ?? b;
  return aWins(compareLimits(a, b)) ? a : b;
}

function toLimit(cell: BoundCell | null, type: PrimitiveType): Limit | null {
  return typeof cell === 'string' ? encodeBound(type, cell) : cell;
}

function limitOf(type: PrimitiveType, bytes: Uint8Array | undefined): Limit | null {
  if (bytes === undefined) return null;
  if (type.kind === 'string') return bytes;
  const cell = decodeBound(type, bytes);
  // Why: NaN is no bound that the format allows, so whatever wrote it cannot be relied on.
  return typeof cell === 'string' || Number.isNaN(cell) ? null : cell;
}

function judgeComparison(
  predicate: { op: ComparisonOp; column: string; value: Constant },
  schema: IcebergSchema,
): Judge {
  const { op, value } = predicate;
  if (op === 'ne') {
    const equal = judgeComparison({ ...predicate, op: 'eq' }, schema);
    return (file) => negate(equal(file));
  }
  const column = findColumn(predicate.column, schema);
  if (column === null) return () => UNKNOWN;
  if (value.type === 'null') {
    if (op !== 'eq') return () => FALSE;
    return (file) => {
      const { mayBeNull, mayBeValue } = rangeOf(file, column);
      return { mayBeTrue: mayBeNull, mayBeFalse: mayBeValue };
    };
  }
  const limit = constantLimit(column.type, value);
  if (limit === null) return () => UNKNOWN;
  if (op !== 'eq') return (file) => compareRange(op, rangeOf(file, column), limit);
  const hash = hasher(column.type, value);
  return (file) => {
    const outcome = compareRange(op, rangeOf(file, column), limit);
    return inOtherBucket(file, column, hash) ? { ...outcome, mayBeTrue: false } : outcome;
  };
}

/** The bucket of the constant among so many, or null when the constant has no exact cell. */
function hasher(type: PrimitiveType, constant: Constant): (width: number) => BoundCell | null {
  const text = 'value' in constant ? String(constant.value) : '';
  const cell = parseCell(type, text);
  return (width) => (cell === null ? null : applyTransform({ kind: 'bucket', width }, type, cell));
}

function inOtherBucket(
  file: PrunableFile,
  column: Column,
  hash: (width: number) => BoundCell | null,
): boolean {
  return (file.ranges ?? []).some((known) => {
    if (known.sourceId !== column.fieldId || known.buckets === null) return false;
    const { width, low, high } = known.buckets;
    // Why: a bucket is of the value in the column's own type when the file was written.
    if (known.source.kind !== column.type.kind) return false;
    const bucket = hash(width);
    return typeof bucket === 'bigint' && (bucket < low || bucket > high);
  });
}

function compareRange(op: Exclude<ComparisonOp, 'ne'>, range: Range, limit: Limit): Outcome {
  // Orders of the lowest and the highest possible cell against the constant; unknown ends reach everywhere.
  const low = range.lower === null ? -1 : compareLimits(range.lower, limit);
  const high = range.upper === null ? 1 : compareLimits(range.upper, limit);
  const [mayHold, mayFail] = possible(op, low, high);
  return {
    mayBeTrue: range.mayBeValue && mayHold,
    mayBeFalse: range.mayBeNull || (range.mayBeValue && mayFail),
  };
}

/** Whether a cell between the ends may satisfy the comparison, and whether one may fail it. */
function possible(op: Exclude<ComparisonOp, 'ne'>, low: number, high: number): [boolean, boolean] {
  switch (op) {
    case 'eq':
      return [low <= 0 && high >= 0, low < 0 || high > 0];
    case 'lt':
      return [low < 0, high >= 0];
    case 'le':
      return [low <= 0, high > 0];
    case 'gt':
      return [high > 0, low <= 0];
    case 'ge':
      return [high >= 0, low < 0];
    default:
      return unreachable(op);
  }
}

/**
 * The constant in the column's own terms, or null when the two types do not compare exactly here. A decimal constant
 * with more places than the column falls between two cells and is left to the engine.
 */
function constantLimit(type: PrimitiveType, constant: Constant): Limit | null {
  if (constant.type === 'null') return null;
  if (constant.type === 'boolean') return type.kind === 'boolean' ? constant.value : null;
  if (constant.type === 'double') {
    return type.kind === 'double' && !Number.isNaN(constant.value) ? constant.value : null;
  }
  const text = constant.value;
  switch (constant.type) {
    case 'int':
    case 'long':
    case 'decimal':
      return numericLimit(type, constant.type, text);
    case 'string':
      return type.kind === 'string' && text.isWellFormed() ? encodeBound(type, text) : null;
    case 'date':
    case 'timestamp':
    case 'timestamptz': {
      const cell = type.kind === constant.type ? parseCell(type, text) : null;
      return typeof cell === 'bigint' ? cell : null;
    }
    default:
      return unreachable(constant);
  }
}

function numericLimit(type: PrimitiveType, from: string, text: string): Limit | null {
  if (type.kind === 'decimal') return parseDecimal(text, type.scale);
  if (type.kind === 'int' || type.kind === 'long') return parseDecimal(text, 0);
  if (type.kind !== 'double' || from === 'decimal') return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
}

function compareLimits(a: Limit, b: Limit): number {
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    assert(a instanceof Uint8Array && b instanceof Uint8Array, 'limits of one type are compared');
    return compareBytes(a, b);
  }
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = (a[i] ?? 0) - (b[i] ?? 0);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function judgePrefix(name: string, prefix: string, schema: IcebergSchema): Judge {
  const column = findColumn(name, schema);
  if (column?.type.kind !== 'string' || !prefix.isWellFormed()) return () => UNKNOWN;
  const bytes = encodeBound(column.type, prefix);
  const order = (limit: Limit): number => {
    assert(limit instanceof Uint8Array, 'a limit of a text column is bytes');
    return compareBytes(limit.subarray(0, bytes.length), bytes);
  };
  return (file) => {
    const { mayBeNull, mayBeValue, lower, upper } = rangeOf(file, column);
    const low = lower === null ? -1 : order(lower);
    const high = upper === null ? 1 : order(upper);
    return {
      mayBeTrue: mayBeValue && low <= 0 && high >= 0,
      mayBeFalse: mayBeNull || (mayBeValue && (low < 0 || high > 0)),
    };
  };
}
