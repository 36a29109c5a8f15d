/**
 * Predicate form to DuckDB SQL. Null-safe and without anything that can throw, so that no engine may reorder it into an
 * error that tells of hidden rows (reference: the rules of `predicate.ts`).
 */
import { unreachable } from './assert.ts';
import { quoteIdent, quoteText } from './ident-sql.ts';
import type { Constant, Predicate } from './predicate.ts';

/** A DuckDB expression that is TRUE or FALSE, never NULL, for every row. */
export function predicateToDuckdb(predicate: Predicate): string {
  switch (predicate.op) {
    case 'true':
      return 'TRUE';
    case 'false':
      return 'FALSE';
    case 'and':
      return predicate.args.length === 0
        ? 'TRUE'
        : `(${predicate.args.map(predicateToDuckdb).join(' AND ')})`;
    case 'or':
      return predicate.args.length === 0
        ? 'FALSE'
        : `(${predicate.args.map(predicateToDuckdb).join(' OR ')})`;
    case 'not':
      return `(NOT ${predicateToDuckdb(predicate.arg)})`;
    case 'in':
      return membership(predicate.column, predicate.values);
    case 'prefix':
      return `coalesce(starts_with(${quoteIdent(predicate.column)}, ${quoteText(predicate.value)}), FALSE)`;
    case 'eq':
      return `(${quoteIdent(predicate.column)} IS NOT DISTINCT FROM ${constantSql(predicate.value)})`;
    case 'ne':
      return `(${quoteIdent(predicate.column)} IS DISTINCT FROM ${constantSql(predicate.value)})`;
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
      if (predicate.value.type === 'null') return 'FALSE';
      return `coalesce(${quoteIdent(predicate.column)} ${SYMBOL[predicate.op]} ${constantSql(predicate.value)}, FALSE)`;
    default:
      return unreachable(predicate);
  }
}

const SYMBOL = { lt: '<', le: '<=', gt: '>', ge: '>=' } as const;

function membership(column: string, values: readonly Constant[]): string {
  const constants = values.filter((value) => value.type !== 'null').map(constantSql);
  if (constants.length === 0) return 'FALSE';
  return `coalesce(${quoteIdent(column)} IN (${constants.join(', ')}), FALSE)`;
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
