/**
 * The closed predicate form: the one shape in which row filters are kept and enforced.
 *
 * Total and null-safe: every predicate is true or false for every row, never unknown, and no part of it can throw.
 * Comparisons with NULL are decided as written here, so all back ends agree (reference evaluator below, DuckDB SQL in
 * `predicate-sql.ts`, file pruning in `lakehouse/prune.ts`).
 *
 * Invariant: `eq` with null is true exactly for NULL; `lt`, `le`, `gt`, `ge`, `in`, `prefix` are false for NULL;
 * `not` negates the two-valued result. Text compares by code points (UTF-8 bytes). NaN equals NaN and is above all
 * numbers, as Iceberg and DuckDB order it.
 */
import { unreachable } from './assert.ts';

/**
 * A constant. Dates are `YYYY-MM-DD`, timestamps RFC 3339 in UTC, decimals and 64-bit integers text of digits; a decimal
 * is written with exactly the scale of its column.
 */
export type Constant =
  | { type: 'null' }
  | { type: 'boolean'; value: boolean }
  | {
      type: 'int' | 'long' | 'decimal' | 'string' | 'date' | 'timestamp' | 'timestamptz';
      value: string;
    }
  | { type: 'double'; value: number };

export type ComparisonOp = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

export type Predicate =
  | { op: 'true' }
  | { op: 'false' }
  | { op: ComparisonOp; column: string; value: Constant }
  | { op: 'in'; column: string; values: Constant[] }
  | { op: 'prefix'; column: string; value: string }
  | { op: 'and' | 'or'; args: Predicate[] }
  | { op: 'not'; arg: Predicate };

/** A cell for the reference evaluator: text for text-like types, bigint for integers and unscaled decimals of one scale. */
export type Cell = null | boolean | number | bigint | string;

/** Decides one row; `row` gives the cell of a column and constants are compared in the cell's own type. */
export function evaluatePredicate(predicate: Predicate, row: (column: string) => Cell): boolean {
  switch (predicate.op) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'and':
      return predicate.args.every((arg) => evaluatePredicate(arg, row));
    case 'or':
      return predicate.args.some((arg) => evaluatePredicate(arg, row));
    case 'not':
      return !evaluatePredicate(predicate.arg, row);
    case 'in':
      return predicate.values.some(
        (value) => value.type !== 'null' && compares('eq', row(predicate.column), value),
      );
    case 'prefix': {
      const cell = row(predicate.column);
      return typeof cell === 'string' && cell.startsWith(predicate.value);
    }
    default:
      return compares(predicate.op, row(predicate.column), predicate.value);
  }
}

function compares(op: ComparisonOp, cell: Cell, constant: Constant): boolean {
  if (op === 'ne') return !compares('eq', cell, constant);
  if (constant.type === 'null' || cell === null) {
    return op === 'eq' && constant.type === 'null' && cell === null;
  }
  const order = compareCells(cell, constantCell(constant, cell));
  switch (op) {
    case 'eq':
      return order === 0;
    case 'lt':
      return order < 0;
    case 'le':
      return order <= 0;
    case 'gt':
      return order > 0;
    case 'ge':
      return order >= 0;
    default:
      return unreachable(op);
  }
}

function constantCell(
  constant: Exclude<Constant, { type: 'null' }>,
  like: Cell,
): Exclude<Cell, null> {
  if (typeof constant.value !== 'string') return constant.value;
  if (typeof like === 'bigint') return BigInt(constant.value.replace('.', ''));
  if (typeof like === 'number') return Number(constant.value);
  return constant.value;
}

/** Order of two cells of one type: negative, zero or positive. Text by code points, NaN last. */
export function compareCells(a: Exclude<Cell, null>, b: Exclude<Cell, null>): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'number' && typeof b === 'number' && (Number.isNaN(a) || Number.isNaN(b))) {
    return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  }
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Order by code points: unlike `<`, right for characters beyond the basic plane. */
export function compareText(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** The columns that a predicate reads, each once, in order of first use. */
export function predicateColumns(predicate: Predicate): string[] {
  switch (predicate.op) {
    case 'true':
    case 'false':
      return [];
    case 'and':
    case 'or':
      return [...new Set(predicate.args.flatMap(predicateColumns))];
    case 'not':
      return predicateColumns(predicate.arg);
    default:
      return [predicate.column];
  }
}
