/**
 * The closed predicate form: the one shape in which row filters are kept and enforced.
 *
 * Total and null-safe: every predicate is true or false for every row, never unknown, and no part of it can throw.
 * Comparisons with NULL are decided as written here, so all back ends agree: the reference evaluator below, DuckDB SQL
 * (`predicate-sql.ts`), Trino SQL (`predicate-trino.ts`), Iceberg expressions (`predicate-iceberg.ts`), which all speak of
 * the normal form of `predicate-normal.ts`, and file pruning (`lakehouse/prune.ts`).
 * `inSet` is a semi-join with a list of keys that is read from other rows: whoever decides names the set, and the node that
 * holds the list binds it (`policy/key-sets.ts`). Not bound, it is no predicate: every back end stops at it, and nothing is
 * read.
 * Not here: whether a predicate fits a table (`policy/filter-fit.ts`), nor columns against columns, of which Iceberg
 * expressions cannot speak.
 *
 * Invariant: `eq` with null is true exactly for NULL; `lt`, `le`, `gt`, `ge`, `in`, `inSet`, `prefix` are false for NULL;
 * `not` negates the two-valued result. Text compares by code points (UTF-8 bytes). NaN equals NaN and is above all
 * numbers, as Iceberg and DuckDB order it; the two zeros are equal. A field of a struct that is NULL is NULL.
 */
import { must, unreachable } from './assert.ts';

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

/** The keys of a set, as they were at one time. */
export interface KeyList {
  /** Another content, another version; tells nothing of the keys. */
  version: string;
  /** Values of the column's type, none of them NULL. */
  keys: readonly Constant[];
}

/** `column` is a column of the table, or the path of a field inside structs, such as `address.zip`; names hold no dots. */
export type Predicate =
  | { op: 'true' }
  | { op: 'false' }
  | { op: ComparisonOp; column: string; value: Constant }
  | { op: 'in'; column: string; values: Constant[] }
  /** `list` is null until the node that has it binds it. */
  | { op: 'inSet'; column: string; set: string; list: KeyList | null }
  | { op: 'prefix'; column: string; value: string }
  | { op: 'and' | 'or'; args: Predicate[] }
  | { op: 'not'; arg: Predicate };

/**
 * A cell for the reference evaluator: bigint for integers and unscaled decimals of one scale; text for text. Dates and
 * timestamps are text in the form of constants, or bigint: days, or microseconds, since 1970.
 */
export type Cell = null | boolean | number | bigint | string;

/** Decides one row; `row` gives the cell at a path and constants are compared in the cell's own type. */
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
      return isMember(row(predicate.column), predicate.values);
    case 'inSet':
      return isMember(row(predicate.column), boundKeys(predicate));
    case 'prefix': {
      const cell = row(predicate.column);
      return typeof cell === 'string' && cell.startsWith(predicate.value);
    }
    default:
      return compares(predicate.op, row(predicate.column), predicate.value);
  }
}

function isMember(cell: Cell, values: readonly Constant[]): boolean {
  return values.some((value) => value.type !== 'null' && compares('eq', cell, value));
}

/** The keys of a set; fails where nobody bound it, for no answer would be right. */
export function boundKeys({
  list,
  set,
}: Pick<Extract<Predicate, { op: 'inSet' }>, 'list' | 'set'>): readonly Constant[] {
  return must(list, `the list of the set ${set}`).keys;
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
  if (typeof like === 'bigint') return wholeCell(constant.type, constant.value);
  if (typeof like === 'number') return Number(constant.value);
  return constant.value;
}

function wholeCell(type: Constant['type'], text: string): bigint {
  switch (type) {
    case 'date':
      return BigInt(Date.parse(`${text}T00:00:00Z`) / MILLISECONDS_PER_DAY);
    case 'timestamp':
    case 'timestamptz':
      // Why in two parts: milliseconds are all that a date of the language holds.
      return BigInt(Date.parse(`${text.slice(0, 19)}Z`)) * 1000n + BigInt(text.slice(20, 26));
    default:
      return BigInt(text.replace('.', ''));
  }
}

const MILLISECONDS_PER_DAY = 86_400_000;

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
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rankOfUnit(left) - rankOfUnit(right);
  }
  return a.length - b.length;
}

/** Halves of characters beyond the basic plane come after all other units, as those characters do. */
function rankOfUnit(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** The names of a path, outermost first. */
export function splitPath(path: string): string[] {
  return path.split('.');
}

/** The cell at a path of a row that is given as objects inside objects; NULL where a struct on the way is. */
export function cellAt(row: Readonly<Record<string, unknown>>, path: string): Cell {
  let value: unknown = row;
  for (const name of splitPath(path)) {
    if (value === null || value === undefined) return null;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return (value ?? null) as Cell;
}

/** The paths that a predicate compares, each once, in order of first use. */
export function predicatePaths(predicate: Predicate): string[] {
  switch (predicate.op) {
    case 'true':
    case 'false':
      return [];
    case 'and':
    case 'or':
      return [...new Set(predicate.args.flatMap(predicatePaths))];
    case 'not':
      return predicatePaths(predicate.arg);
    default:
      return [predicate.column];
  }
}

/** The columns of the table that have to be read to decide a predicate, each once, in order of first use. */
export function predicateColumns(predicate: Predicate): string[] {
  return [...new Set(predicatePaths(predicate).map((path) => splitPath(path)[0] ?? path))];
}

/** The predicate with each of its sets replaced; `replace` gives another node for one. */
export function mapSets(
  predicate: Predicate,
  replace: (node: Extract<Predicate, { op: 'inSet' }>) => Predicate,
): Predicate {
  switch (predicate.op) {
    case 'and':
    case 'or':
      return { op: predicate.op, args: predicate.args.map((arg) => mapSets(arg, replace)) };
    case 'not':
      return { op: 'not', arg: mapSets(predicate.arg, replace) };
    case 'inSet':
      return replace(predicate);
    default:
      return predicate;
  }
}

/** The sets that a predicate asks, with the paths that it asks them for. */
export function predicateSets(predicate: Predicate): { set: string; column: string }[] {
  switch (predicate.op) {
    case 'and':
    case 'or':
      return predicate.args.flatMap(predicateSets);
    case 'not':
      return predicateSets(predicate.arg);
    case 'inSet':
      return [{ set: predicate.set, column: predicate.column }];
    default:
      return [];
  }
}
