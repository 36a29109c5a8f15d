/**
 * Checks of whole sets as statements that give one row: `value` as text (NULL for none), `checked`, for duplicates
 * `failed`; where a value is a ratio, `value` is its numerator and `divisor` stands beside it.
 *
 * Not here: what to do about it (`threshold.ts`, `ingest/verdict.ts`), and the guard of a contract's own query
 * (`sql-gate.ts`): `query` must be its judged and printed form.
 */
import type { PlanColumn, SetCheck } from '../contract/plan.ts';
import { must, unreachable } from '../lib/assert.ts';
import { quoteIdent } from '../lib/ident-sql.ts';
import { driftSql } from './drift-sql.ts';
import { latestMoment } from './record-value.ts';

export interface SetSqlContext {
  columns: readonly PlanColumn[];
  /** A quoted name or a table expression in parentheses: the rows that the check looks at. */
  relation: string;
  /** The rows that were there before, for a check that compares. */
  earlier: string;
  /** When the check is made, RFC 3339. */
  now: string;
}

/** A check whose value is not computed from rows. */
export type SqlSetCheck = Exclude<SetCheck, { kind: 'rowCountChange' }>;

/** The statement of one set check. */
export function setCheckSql(check: SqlSetCheck, context: SetSqlContext): string {
  const { relation } = context;
  switch (check.kind) {
    case 'rowCount':
      return `SELECT CAST(count(*) AS VARCHAR) AS value, count(*) AS checked FROM ${relation}`;
    case 'duplicates':
      return duplicatesSql(check.columns, relation);
    case 'measure':
      return measureSql(check, context);
    case 'freshness':
      return freshnessSql(columnOf(check.column, context), context);
    case 'drift':
      return driftSql(check, columnOf(check.column, context).type, context);
    case 'sql':
      return `SELECT CAST(value AS VARCHAR) AS value, checked FROM
        (SELECT ${numberSql('q.v')} AS value FROM (${check.query}) AS q(v)),
        (SELECT count(*) AS checked FROM ${relation})`;
    default:
      return unreachable(check);
  }
}

function columnOf(name: string, { columns }: SetSqlContext): PlanColumn {
  return must(
    columns.find((column) => column.name === name),
    `column ${name} of a rule`,
  );
}

/** Exact wherever the column is: a mean is a sum and a count, never a rounded quotient. */
function measureSql(check: Extract<SetCheck, { kind: 'measure' }>, context: SetSqlContext): string {
  const { type } = columnOf(check.column, context);
  const name = quoteIdent(check.column);
  const select = (value: string, divisor = '1'): string =>
    `SELECT CAST(${value} AS VARCHAR) AS value, ${divisor} AS divisor, count(*) AS checked FROM ${context.relation}`;
  switch (check.measure) {
    case 'completeness':
      return select(
        `CASE WHEN count(*) = 0 THEN 100 ELSE 100 * count(${name}) END`,
        'greatest(count(*), 1)',
      );
    case 'distinct':
      return select(`count(DISTINCT ${name})`);
    case 'minimum':
      return select(`min(${name})`);
    case 'maximum':
      return select(`max(${name})`);
    case 'sum':
      return select(sumSql(name, type.kind));
    case 'mean':
      return select(sumSql(name, type.kind), `greatest(count(${name}), 1)`);
    case 'standardDeviation':
      return select(`stddev_samp(CAST(${name} AS DOUBLE))`);
    case 'quantile':
      return select(`quantile_disc(${name}, ${check.quantile ?? 0.5})`);
    default:
      return unreachable(check.measure);
  }
}

// Why fsum: the order of rows must not matter much to a sum of doubles. Sums of exact numbers have 38 digits.
function sumSql(name: string, kind: string): string {
  return kind === 'double' ? `fsum(${name})` : `sum(${name})`;
}

/** Seconds from the newest moment to now, on the clock of the column's own zone where it has none in its values. */
function freshnessSql(column: PlanColumn, { relation, now }: SetSqlContext): string {
  const { kind } = column.type;
  const isMoment = kind === 'date' || kind === 'timestamp' || kind === 'timestamptz';
  const zone = column.defaultTimezone;
  const clock = kind === 'date' ? 'timestamp' : kind;
  const present = isMoment
    ? latestMoment(clock as 'timestamp' | 'timestamptz', now, { toleranceSeconds: 0, zone })
    : null;
  const newest = `epoch_us(CAST(max(${quoteIdent(column.name)}) AS ${kind === 'timestamptz' ? 'TIMESTAMPTZ' : 'TIMESTAMP'}))`;
  return `SELECT CAST(${must(present, 'zone of a column')} - ${newest} AS VARCHAR) AS value, 1000000 AS divisor, count(*) AS checked
    FROM ${relation}`;
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
