/**
 * Predicates as SQL: what dialects share, and DuckDB's (`predicate-trino.ts` has Trino's).
 *
 * Null-safe and without anything that can throw, so that no engine may reorder it into an error that tells of hidden rows:
 * no cast of a cell, no arithmetic, constants of exactly the column's type. Invariant: the result is TRUE or FALSE, never
 * NULL, for every row (reference: `evaluatePredicate`); it holds no name and no text that `ident-sql.ts` did not quote.
 */
import { unreachable } from './assert.ts';
import { quoteIdent, quoteText } from './ident-sql.ts';
import { type Constant, type Predicate, splitPath } from './predicate.ts';
import {
  type NormalLeaf,
  type NormalPredicate,
  normalizePredicate,
  type PlainConstant,
} from './predicate-normal.ts';

/** What dialects say differently. */
export interface PredicateDialect {
  /** The cell at a path of names, the first of them a column's. */
  cell(path: readonly string[]): string;
  /** A literal; of doubles only finite ones come. */
  constant(constant: PlainConstant): string;
  isNaN(cell: string): string;
}

const DUCKDB: PredicateDialect = {
  // Why a function and no dots: `a.b` also means column b of a table a, and that reading would win.
  cell: (path) => duckdbCell(path, ''),
  constant: constantSql,
  isNaN: (cell) => `isnan(${cell})`,
};

function duckdbCell([column = '', ...fields]: readonly string[], relation: string): string {
  return fields.reduce(
    (inner, field) => `struct_extract(${inner}, ${quoteText(field)})`,
    `${relation}${quoteIdent(column)}`,
  );
}

/** A DuckDB expression that is TRUE or FALSE, never NULL, for every row. */
export function predicateToDuckdb(predicate: Predicate): string {
  return predicateToSql(predicate, DUCKDB);
}

/** The same over the columns of a relation that is named, for a list of a SELECT that has others of the same names. */
export function predicateOverToDuckdb(relation: string, predicate: Predicate): string {
  const cell: PredicateDialect['cell'] = (path) => duckdbCell(path, `${relation}.`);
  return predicateToSql(predicate, { ...DUCKDB, cell });
}

/** An expression of the dialect that is TRUE or FALSE, never NULL, for every row. */
export function predicateToSql(predicate: Predicate, dialect: PredicateDialect): string {
  return toSql(normalizePredicate(predicate), dialect);
}

const SYMBOL = { eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=' } as const;
const WORD = { and: ' AND ', or: ' OR ' } as const;

function toSql(predicate: NormalPredicate, dialect: PredicateDialect): string {
  switch (predicate.kind) {
    case 'always':
      return predicate.value ? 'TRUE' : 'FALSE';
    case 'and':
    case 'or':
      return `(${predicate.args.map((arg) => toSql(arg, dialect)).join(WORD[predicate.kind])})`;
    default:
      return leafToSql(predicate, dialect);
  }
}

/** In brackets, since users put it beside `NOT` and `AND`. */
function leafToSql(leaf: NormalLeaf, dialect: PredicateDialect): string {
  const cell = dialect.cell(splitPath(leaf.column));
  switch (leaf.kind) {
    case 'isNull':
      return `(${cell} IS NULL)`;
    case 'notNull':
      return `(${cell} IS NOT NULL)`;
    case 'isNaN':
      return dialect.isNaN(cell);
    case 'notNaN':
      return `(NOT ${dialect.isNaN(cell)})`;
    case 'compare':
      return `(${cell} ${SYMBOL[leaf.op]} ${dialect.constant(leaf.value)})`;
    case 'in':
    case 'notIn': {
      const list = leaf.values.map((value) => dialect.constant(value)).join(', ');
      return `(${cell}${leaf.kind === 'in' ? '' : ' NOT'} IN (${list}))`;
    }
    case 'prefix':
      return `starts_with(${cell}, ${quoteText(leaf.value)})`;
    case 'notPrefix':
      return `(NOT starts_with(${cell}, ${quoteText(leaf.value)}))`;
    default:
      return unreachable(leaf);
  }
}

/** A typed DuckDB literal. */
export function constantSql(constant: Constant): string {
  switch (constant.type) {
    case 'null':
      return 'NULL';
    case 'boolean':
      return constant.value ? 'TRUE' : 'FALSE';
    case 'int':
      return `CAST(${quoteText(constant.value)} AS INTEGER)`;
    case 'long':
      return `CAST(${quoteText(constant.value)} AS BIGINT)`;
    case 'decimal':
      return `CAST(${quoteText(constant.value)} AS DECIMAL(38, ${decimalScale(constant.value)}))`;
    case 'double':
      return `CAST(${quoteText(String(constant.value))} AS DOUBLE)`;
    case 'date':
      return `CAST(${quoteText(constant.value)} AS DATE)`;
    case 'timestamp':
      return `CAST(${quoteText(constant.value.replace(/Z$/, ''))} AS TIMESTAMP)`;
    case 'timestamptz':
      return `CAST(${quoteText(constant.value)} AS TIMESTAMPTZ)`;
    case 'string':
      return quoteText(constant.value);
    default:
      return unreachable(constant);
  }
}

function decimalScale(text: string): number {
  return text.split('.')[1]?.length ?? 0;
}
