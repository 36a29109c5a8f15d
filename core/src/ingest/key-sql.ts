/**
 * SQL about the keys of a batch: how a key is written, where else it must not stand, and which records lose to others.
 *
 * Not the order of the steps (`dedupe.ts`, `set-aside.ts`). A key with a NULL in it is none.
 */
import { duckdbType } from '../contract/data-type.ts';
import type { TableFile } from '../lakehouse/types.ts';
import { quoteIdent } from '../lib/ident-sql.ts';
import type { BatchKey } from './batch-keys.ts';
import type { PartContext } from './check-part.ts';
import type { SqlEngine } from './ports.ts';
import { filesRelation, isTableKey } from './rule-scope.ts';

/** Rows of files of the table with the plan's column names. */
export function keyRelation(context: PartContext, files: readonly TableFile[]): string {
  return filesRelation(context.request, files);
}

/** Rows of files that the batch wrote, with the plan's column names. */
export function goodRelation(context: PartContext, paths: readonly string[]): string {
  return filesRelation(context.request, writtenFiles(paths));
}

/** Files that nobody has deleted a row of yet. */
export function writtenFiles(paths: readonly string[]): TableFile[] {
  return paths.map((path) => ({ path, deletes: [] }));
}

/** The files of the table in which a key must not stand either; none where it counts within the batch. */
export function keyFiles({ request }: PartContext, key: BatchKey): TableFile[] {
  return isTableKey(request.plan, key.rule) ? request.tableFiles : (request.familyFiles ?? []);
}

/** The plan's columns, as a list. */
export function planColumnsSql({ request }: PartContext): string {
  return request.plan.columns.map((c) => quoteIdent(c.name)).join(', ');
}

/** A whole record as one value, in the table's types: those of a batch may be narrower. */
export function recordSql({ request }: PartContext): string {
  const values = request.plan.columns.map(({ id, name, type }) => {
    const bound = request.columns.find((column) => column.id === id);
    return `CAST(${quoteIdent(name)} AS ${duckdbType(bound?.type ?? type)})`;
  });
  return `row(${values.join(', ')})`;
}

/** A key as one value that can be grouped by and compared. */
export function keySql(key: BatchKey): string {
  if (key.columns.length === 1) return namesSql(key);
  // Why: a table cannot hold a struct without names.
  return `{${key.columns.map((name, i) => `'k${i}': ${quoteIdent(name)}`).join(', ')}}`;
}

/** True for a record that has the key. */
export function hasKeySql(key: BatchKey): string {
  return key.columns.map((name) => `${quoteIdent(name)} IS NOT NULL`).join(' AND ');
}

/** The columns of a key, as a list. */
export function namesSql(key: BatchKey): string {
  return key.columns.map(quoteIdent).join(', ');
}

/**
 * Makes `_weft_removed`: records that lose to others. `part` is where their bytes are, `home` the part whose data file has
 * them, or NULL. `verdict` 1: the same record as an accepted one; 2: another with the same key, by reason `no`.
 */
export async function createRemoved(engine: SqlEngine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE _weft_removed (part INTEGER, home INTEGER, ord INTEGER, line INTEGER, off INTEGER,
      len INTEGER, verdict INTEGER, no INTEGER, val VARCHAR)`,
  );
}

/**
 * Adds to `_weft_removed` the losers among `suspects`, a relation of the plan's columns with _part, _home, _ord, _line, _off
 * and _len: those whose key stands in `tableFiles`, or in an accepted record (of `accepted`, where there are such), or in an
 * earlier suspect.
 */
export async function removeLosers(
  context: PartContext,
  options: { key: BatchKey; suspects: string; accepted: string | null },
): Promise<void> {
  const { ports, ready, reasons } = context;
  const { key, suspects, accepted } = options;
  const [k, record] = [keySql(key), recordSql(context)];
  const tableFiles = keyFiles(context, key);
  const recordsOf = (relation: string): string =>
    `SELECT ${k} AS k, list(${record}) AS records FROM ${relation}
      WHERE ${k} IN (SELECT _k FROM suspects) GROUP BY ALL`;
  const none = 'SELECT NULL AS k, NULL AS records WHERE FALSE';
  const isIn = (records: string, isKnown: boolean): string =>
    isKnown ? `CASE WHEN list_contains(${records}, _record) THEN 1 ELSE 2 END` : '2';
  const hasTable = tableFiles.length > 0;
  const no = reasons.firstKey + ready.keys.indexOf(key);
  await ports.engine.run(
    `INSERT INTO _weft_removed
      WITH suspects AS (SELECT *, ${k} AS _k, ${record} AS _record FROM ${suspects}),
      known AS (${hasTable ? recordsOf(keyRelation(context, tableFiles)) : none}),
      accepted AS (${accepted === null ? none : recordsOf(accepted)}),
      ranked AS (SELECT *, row_number() OVER w AS _rank, first_value(_record) OVER w AS _first
        FROM suspects WINDOW w AS (PARTITION BY _k ORDER BY _ord)),
      judged AS (SELECT ranked.*, CASE
          WHEN known.records IS NOT NULL THEN ${isIn('known.records', hasTable)}
          WHEN accepted.records IS NOT NULL THEN ${isIn('accepted.records', accepted !== null)}
          WHEN _rank = 1 THEN 0
          WHEN _record IS NOT DISTINCT FROM _first THEN 1 ELSE 2 END AS verdict
        FROM ranked LEFT JOIN known ON known.k = ranked._k LEFT JOIN accepted ON accepted.k = ranked._k)
      SELECT _part, _home, _ord, _line, _off, _len, verdict, ${no}, left(concat_ws(', ', ${namesSql(key)}), 500)
        FROM judged WHERE verdict > 0`,
  );
}
