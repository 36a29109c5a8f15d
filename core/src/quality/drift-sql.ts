/**
 * How far the values of a column lie from earlier ones, as one number.
 *
 * `psi`: population stability index, Σ (aᵢ − eᵢ) · ln(aᵢ / eᵢ) over bins, aᵢ and eᵢ the shares of the new and of the
 * earlier rows in bin i. Numbers and moments are cut at the quantiles of the earlier values (`quantile_disc` at 1/n … (n−1)/n,
 * a value on a cut belongs below it); texts and truth values have a bin for each of the n commonest earlier values and one
 * for all others; NULL is a bin of its own. A share of 0 counts as 0.0001, since the logarithm has no value there. Below 0.1
 * is usually called stable, above 0.25 a shift. Source: N. Siddiqi, "Credit Risk Scorecards" (2006), chapter 9.
 *
 * `ks`: the two-sample Kolmogorov–Smirnov statistic, sup |F₁(x) − F₂(x)| over the two empirical distribution functions,
 * without NULL, from 0 to 1. Source: F. J. Massey, "The Kolmogorov-Smirnov Test for Goodness of Fit", JASA 46 (1951).
 *
 * Not a test of significance. The value is NULL when one of the two sides has no row.
 */
import type { DataType } from '../contract/data-type.ts';
import type { SetCheck } from '../contract/plan.ts';
import { quoteIdent } from '../lib/ident-sql.ts';

/** Stands for a share of 0. */
const SHARE_MIN = '0.0001';

/** The statement of a drift check: new rows in `relation`, earlier ones in `earlier`. */
export function driftSql(
  check: Extract<SetCheck, { kind: 'drift' }>,
  type: DataType,
  options: { relation: string; earlier: string },
): string {
  const name = quoteIdent(check.column);
  const all = `rows AS (SELECT ${name} AS v, TRUE AS fresh FROM ${options.relation}
    UNION ALL SELECT ${name} AS v, FALSE AS fresh FROM ${options.earlier})`;
  const value = check.method === 'ks' ? ksSql() : psiSql(check.bins, type);
  return `WITH ${all}, ${value}
    SELECT CAST(d.value AS VARCHAR) AS value, (SELECT count(*) FROM rows WHERE fresh) AS checked FROM d`;
}

function ksSql(): string {
  const count = (side: string): string => `count(*) FILTER (WHERE ${side})`;
  return `steps AS (SELECT v, ${count('fresh')} AS a, ${count('NOT fresh')} AS e FROM rows WHERE v IS NOT NULL GROUP BY v),
    curves AS (SELECT sum(a) OVER w / nullif(sum(a) OVER (), 0) AS fa, sum(e) OVER w / nullif(sum(e) OVER (), 0) AS fe FROM steps
      WINDOW w AS (ORDER BY v ROWS UNBOUNDED PRECEDING)),
    d AS (SELECT max(abs(fa - fe)) AS value FROM curves)`;
}

function psiSql(bins: number, type: DataType): string {
  const isListed = type.kind === 'string' || type.kind === 'boolean';
  const bin = isListed ? listedBins(bins) : orderedBins(bins);
  return `${bin.with},
    shares AS (SELECT ${bin.sql} AS bin, count(*) FILTER (WHERE fresh) AS a, count(*) FILTER (WHERE NOT fresh) AS e
      FROM rows GROUP BY 1),
    totals AS (SELECT sum(a) AS a, sum(e) AS e FROM shares),
    d AS (SELECT CASE WHEN any_value(t.a) > 0 AND any_value(t.e) > 0
        THEN sum((${share('a')} - ${share('e')}) * ln(${share('a')} / ${share('e')})) END AS value
      FROM shares AS s, totals AS t)`;
}

function share(side: 'a' | 'e'): string {
  return `greatest(s.${side} / nullif(t.${side}, 0), ${SHARE_MIN})`;
}

function orderedBins(bins: number): { with: string; sql: string } {
  const cuts = Array.from({ length: bins - 1 }, (_, i) => `${i + 1}.0 / ${bins}`);
  return {
    with: `edges AS (SELECT quantile_disc(v, [${cuts.join(', ')}]) AS cuts FROM rows WHERE NOT fresh AND v IS NOT NULL)`,
    sql: `CASE WHEN v IS NULL THEN -1 ELSE len(list_filter((SELECT cuts FROM edges), x -> x < v)) END`,
  };
}

function listedBins(bins: number): { with: string; sql: string } {
  return {
    with: `common AS (SELECT list(v) AS names FROM (SELECT v FROM rows WHERE NOT fresh AND v IS NOT NULL
      GROUP BY v ORDER BY count(*) DESC, v LIMIT ${bins}))`,
    sql: `CASE WHEN v IS NULL THEN -1 ELSE coalesce(list_position((SELECT names FROM common), v), 0) END`,
  };
}
