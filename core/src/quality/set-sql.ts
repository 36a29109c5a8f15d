/**
 * Checks of whole sets as statements that give one row: `value` as text, `checked`, and for duplicates `failed`.
 *
 * Not here: what to do about it (`threshold.ts`, `ingest/verdict.ts`), and the guard of a contract's own query
 * (`sql-gate.ts`): `query` must be its judged and printed form.
 */
import type { SetCheck } from '../contract/plan.ts';
import { unreachable } from '../lib/assert.ts';
import { quoteIdent } from '../lib/ident-sql.ts';

/** The statement of one set check over `relation` (a quoted name or a table expression in parentheses). */
export function setCheckSql(check: SetCheck, relation: string): string {
  switch (check.kind) {
    case 'rowCount':
      return `SELECT CAST(count(*) AS VARCHAR) AS value, count(*) AS checked FROM ${relation}`;
    case 'duplicates':
      return duplicatesSql(check.columns, relation);
    case 'sql':
      return `SELECT CAST(value AS VARCHAR) AS value, checked FROM
        (SELECT ${numberSql('q.v')} AS value FROM (${check.query}) AS q(v)),
        (SELECT count(*) AS checked FROM ${relation})`;
    default:
      return unreachable(check);
  }
}

/** ODCS: a query gives a number or a truth value; TRUE counts as 1. */
function numberSql(value: string): string {
  return `CASE WHEN typeof(${value}) = 'BOOLEAN' THEN CASE WHEN CAST(${value} AS VARCHAR) = 'true' THEN '1' ELSE '0' END
    ELSE CAST(${value} AS VARCHAR) END`;
}

/** Rows beyond the first of each key; a key with a NULL in it is no key. `checked` counts all rows. */
export function duplicatesSql(columns: readonly string[], relation: string): string {
  const names = columns.map(quoteIdent);
  const present = names.map((name) => `${name} IS NOT NULL`).join(' AND ');
  return `SELECT CAST(coalesce(sum(n - 1), 0) AS VARCHAR) AS value, coalesce(sum(n - 1), 0)::BIGINT AS failed,
    (SELECT count(*) FROM ${relation}) AS checked
    FROM (SELECT count(*) AS n FROM ${relation} WHERE ${present} GROUP BY ${names.join(', ')})`;
}

/** Counts rows and the offenders of each `offends` expression in one pass: columns `checked`, `f0`, `f1` … */
export function offenderCountsSql(offends: readonly string[], relation: string): string {
  const flags = offends.map((sql, i) => `${sql} AS o${i}`);
  const counts = offends.map((_, i) => `count(*) FILTER (WHERE o${i}) AS f${i}`);
  return `SELECT ${['count(*) AS checked', ...counts].join(', ')}
    FROM (SELECT ${flags.length === 0 ? '1' : flags.join(', ')} FROM ${relation})`;
}
