/**
 * Predicates as Trino SQL, for row filters that Trino itself applies. The rules of `predicate-sql.ts` hold here, too.
 *
 * Columns have the types of Trino's Iceberg connector: `timestamp(6)`, `timestamp(6) with time zone`, `varchar`.
 */
import { unreachable } from './assert.ts';
import { quoteIdent, quoteText } from './ident-sql.ts';
import type { Predicate } from './predicate.ts';
import type { PlainConstant } from './predicate-normal.ts';
import { type PredicateDialect, predicateToSql } from './predicate-sql.ts';

const TRINO: PredicateDialect = {
  cell(path) {
    const [column = '', ...fields] = path.map(quoteIdent);
    if (fields.length === 0) return column;
    // Why not `a.b`: it also means column b of a table a, and that reading would win. The optimiser makes it one again.
    return [`coalesce(${column}, ${column})`, ...fields].join('.');
  },
  constant: literal,
  isNaN: (cell) => `is_nan(${cell})`,
};

/** A Trino expression that is TRUE or FALSE, never NULL, for every row. */
export function predicateToTrino(predicate: Predicate): string {
  return predicateToSql(predicate, TRINO);
}

function literal(constant: PlainConstant): string {
  switch (constant.type) {
    case 'boolean':
      return constant.value ? 'TRUE' : 'FALSE';
    case 'int':
      return `INTEGER ${quoteText(constant.value)}`;
    case 'long':
      return `BIGINT ${quoteText(constant.value)}`;
    case 'decimal':
      return `DECIMAL ${quoteText(constant.value)}`;
    case 'double':
      return `DOUBLE ${quoteText(String(constant.value))}`;
    case 'date':
      return `DATE ${quoteText(constant.value)}`;
    case 'timestamp':
      return `TIMESTAMP ${quoteText(clock(constant.value))}`;
    case 'timestamptz':
      return `TIMESTAMP ${quoteText(`${clock(constant.value)} UTC`)}`;
    case 'string':
      return quoteText(constant.value);
    default:
      return unreachable(constant);
  }
}

/** `2026-01-31 08:30:00.000000` of the canonical form. */
function clock(timestamp: string): string {
  return timestamp.replace('T', ' ').replace('Z', '');
}
