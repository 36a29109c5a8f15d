/**
 * Keys over a whole batch (rule 13 of the model): a record whose key and content equal an accepted one is a duplicate
 * and is skipped; the same key with other content goes to quarantine; the first record wins.
 *
 * Fast where there is nothing to find: the stager's proof, one bit per key, or one count. Only when the numbers differ
 * are the records compared, and only the parts that lose records are written again.
 * Invariant: afterwards no key of the good files occurs twice, nor in the given table files. A key with a NULL is none.
 */
import { pathOfUri } from '../lakehouse/paths.ts';
import type { DataFile } from '../lakehouse/types.ts';
import { must } from '../lib/assert.ts';
import { quoteIdent, quoteText } from '../lib/ident-sql.ts';
import { duplicatesSql } from '../quality/set-sql.ts';
import {
  type CheckedPart,
  goodRowsSql,
  type PartContext,
  recordBytes,
  writeGood,
  writeQuarantine,
} from './check-part.ts';
import type { KeyRule } from './check-plan.ts';
import { filesRelation, isTableKey } from './rule-scope.ts';

/** A bit per possible key is cheaper than a hash table while the keys are at most this sparse. */
const SPARSE_MAX = 20;

export interface DedupeResult {
  parts: CheckedPart[];
  duplicates: number;
  /** Records refused by each key rule, by id. */
  refused: Map<string, number>;
  /** Parquet files of refused and skipped records, in the scratch directory. */
  quarantinePaths: string[];
}

/** Removes what the keys forbid. `keyAscending`: the stager saw the plan's primary key strictly ascend. */
export async function dedupe(
  context: PartContext,
  parts: CheckedPart[],
  keyAscending: boolean,
): Promise<DedupeResult> {
  const { engine } = context.ports;
  const { keys } = context.ready;
  const suspicious: KeyRule[] = [];
  for (const key of keys) {
    if (await hasRepeats(context, { key, parts, keyAscending })) suspicious.push(key);
  }
  const none = { parts, duplicates: 0, refused: new Map(), quarantinePaths: [] };
  if (suspicious.length === 0) return none;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE _weft_removed (part INTEGER, ord INTEGER, line INTEGER, off INTEGER, len INTEGER,
      verdict INTEGER, no INTEGER, val VARCHAR)`,
  );
  for (const [i, key] of suspicious.entries()) {
    await findRemoved(context, { parts, key, isFirst: i === 0 });
  }
  return await applyRemoved(context, parts);
}

/** True when some key occurs twice, in the good files or with the table. */
export async function hasRepeatedKeys(
  context: PartContext,
  parts: readonly CheckedPart[],
  keyAscending: boolean,
): Promise<boolean> {
  for (const key of context.ready.keys) {
    if (await hasRepeats(context, { key, parts, keyAscending })) return true;
  }
  return false;
}

async function hasRepeats(
  context: PartContext,
  options: { key: KeyRule; parts: readonly CheckedPart[]; keyAscending: boolean },
): Promise<boolean> {
  const { key, parts, keyAscending } = options;
  const files = goodFiles(parts).map((file) => file.path);
  if (files.length === 0) return false;
  const relation = goodRelation(context, files);
  if (await isInTable(context, key, relation)) return true;
  const { plan } = context.request;
  const isPrimary = key.columns.length === 1 && key.columns[0] === plan.primaryKey[0];
  if (keyAscending && isPrimary && plan.primaryKey.length === 1) return false;
  const unique = await isProvablyUnique(context, key, relation);
  if (unique !== null) return !unique;
  const [row] = await context.ports.engine.rows(duplicatesSql(key.columns, relation));
  return Number(row?.['failed']) > 0;
}

/** One bit per whole-number key; null when the key is of another kind or too sparse for that. */
async function isProvablyUnique(
  context: PartContext,
  key: KeyRule,
  relation: string,
): Promise<boolean | null> {
  const { engine } = context.ports;
  const column = context.request.plan.columns.find((c) => c.name === key.columns[0]);
  const isWhole = column?.type.kind === 'int' || column?.type.kind === 'long';
  if (key.columns.length !== 1 || column === undefined || !isWhole) return null;
  const name = quoteIdent(column.name);
  const [range] = await engine.rows(
    `SELECT CAST(min(${name}) AS VARCHAR) AS low, CAST(max(${name}) AS VARCHAR) AS high, count(${name}) AS n FROM ${relation}`,
  );
  const count = Number(range?.['n']);
  if (count === 0) return true;
  const low = BigInt(String(range?.['low']));
  const high = BigInt(String(range?.['high']));
  if (high - low >= BigInt(SPARSE_MAX) * BigInt(count)) return null;
  const [bits] = await engine.rows(
    `SELECT bit_count(bitstring_agg(${name}, ${low}, ${high})) AS n FROM ${relation}`,
  );
  return Number(bits?.['n']) === count;
}

async function isInTable(context: PartContext, key: KeyRule, relation: string): Promise<boolean> {
  const files = keyFiles(context, key);
  if (files.length === 0) return false;
  const row = rowSql(key);
  const [found] = await context.ports.engine.rows(
    `SELECT EXISTS (SELECT 1 FROM ${relation} AS g WHERE ${presentSql(key)}
      AND ${row} IN (SELECT ${row} FROM ${goodRelation(context, files)})) AS found`,
  );
  return found?.['found'] === true;
}

function keyNames(key: KeyRule): string {
  return key.columns.map(quoteIdent).join(', ');
}

function rowSql(key: KeyRule): string {
  if (key.columns.length === 1) return keyNames(key);
  // Why: a table cannot hold a struct without names.
  return `{${key.columns.map((name, i) => `'k${i}': ${quoteIdent(name)}`).join(', ')}}`;
}

function presentSql(key: KeyRule): string {
  return key.columns.map((name) => `${quoteIdent(name)} IS NOT NULL`).join(' AND ');
}

/** Rows of data files with the plan's column names. */
export function goodRelation(context: PartContext, files: readonly string[]): string {
  return filesRelation(context.request, files);
}

/** The files of the table in which a key must not stand either; none where it counts within the batch. */
function keyFiles({ request }: PartContext, key: KeyRule): string[] {
  return isTableKey(request.plan, key.rule) ? request.tableFiles : (request.familyFiles ?? []);
}

export function goodFiles(parts: readonly CheckedPart[]): DataFile[] {
  return parts.flatMap((part) => part.files);
}

/** Adds to `_weft_removed` what one key forbids among the records that earlier keys left. */
async function findRemoved(
  context: PartContext,
  options: { parts: readonly CheckedPart[]; key: KeyRule; isFirst: boolean },
): Promise<void> {
  const { parts, key, isFirst } = options;
  const { ports, request, ready, reasons } = context;
  const { engine } = ports;
  const names = request.plan.columns.map((c) => quoteIdent(c.name)).join(', ');
  const staged = parts.flatMap(({ part }) =>
    part.path === null
      ? []
      : [
          `SELECT ${part.index} AS _part, _ord, _line, _off, _len, ${names} FROM ${goodRowsSql(part.path, ready)}`,
        ],
  );
  const left = `(SELECT * FROM (${staged.join(' UNION ALL ')}) AS s WHERE ${presentSql(key)}
    AND (_part, _ord) NOT IN (SELECT (part, ord) FROM _weft_removed))`;
  const tableFiles = keyFiles(context, key);
  const accepted = goodRelation(context, tableFiles);
  const hasTable = tableFiles.length > 0;
  const row = rowSql(key);
  // Why: while nothing is removed, the good files have the same keys, in one column that is read without the rules.
  const good = goodFiles(parts).map((file) => file.path);
  const keyed = isFirst ? `${goodRelation(context, good)} WHERE ${presentSql(key)}` : left;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE _weft_repeated AS
      SELECT ${row} AS k FROM ${keyed} GROUP BY ALL HAVING count(*) > 1
      ${hasTable ? `UNION SELECT ${row} FROM ${accepted} WHERE ${row} IN (SELECT ${row} FROM ${left})` : ''}`,
  );
  const known = hasTable
    ? `SELECT ${row} AS k, list(row(${names})) AS records FROM ${accepted} WHERE ${row} IN (SELECT k FROM _weft_repeated) GROUP BY ALL`
    : 'SELECT NULL AS k, NULL AS records WHERE FALSE';
  const no = reasons.firstKey + ready.keys.indexOf(key);
  const value = `left(concat_ws(', ', ${keyNames(key)}), 500)`;
  await engine.run(
    `INSERT INTO _weft_removed
      WITH suspects AS (SELECT *, ${row} AS _k, row(${names}) AS _record FROM ${left} WHERE ${row} IN (SELECT k FROM _weft_repeated)),
      known AS (${known}),
      ranked AS (SELECT *, row_number() OVER w AS _rank, first_value(_record) OVER w AS _first
        FROM suspects WINDOW w AS (PARTITION BY _k ORDER BY _part, _ord)),
      judged AS (SELECT _part, _ord, _line, _off, _len, ${value} AS val, CASE
          WHEN known.records IS NOT NULL THEN CASE WHEN ${hasTable ? 'list_contains(known.records, _record)' : 'FALSE'} THEN 1 ELSE 2 END
          WHEN _rank = 1 THEN 0
          WHEN _record IS NOT DISTINCT FROM _first THEN 1 ELSE 2 END AS verdict
        FROM ranked LEFT JOIN known ON known.k = ranked._k)
      SELECT _part, _ord, _line, _off, _len, verdict, ${no}, val FROM judged WHERE verdict > 0`,
  );
}

/** Writes the parts that lose records again, and lists what they lost. */
async function applyRemoved(context: PartContext, parts: CheckedPart[]): Promise<DedupeResult> {
  const { engine, files } = context.ports;
  const counts = await engine.rows(
    'SELECT verdict, no, part, count(*) AS n FROM _weft_removed GROUP BY ALL',
  );
  const result: DedupeResult = {
    parts: [...parts],
    duplicates: 0,
    refused: new Map(),
    quarantinePaths: [],
  };
  for (const row of counts) {
    const n = Number(row['n']);
    if (row['verdict'] === 1) result.duplicates += n;
    else {
      const { id } = must(context.reasons.list[Number(row['no'])], 'reason of a key');
      result.refused.set(id, (result.refused.get(id) ?? 0) + n);
    }
  }
  const touched = new Set(counts.map((row) => Number(row['part'])));
  for (const [i, checked] of parts.entries()) {
    const { part } = checked;
    if (!touched.has(part.index)) continue;
    const excluded = `SELECT ord FROM _weft_removed WHERE part = ${part.index}`;
    const rows = `${goodRowsSql(must(part.path, 'stage of a part'), context.ready)} AND _ord NOT IN (${excluded})`;
    const unique = await writeGood(context, part, rows, '-unique');
    for (const { path } of checked.files) await files.remove(pathOfUri(path));
    result.parts[i] = { ...checked, files: unique };
    result.quarantinePaths.push(...(await listRemoved(context, checked)));
  }
  return result;
}

async function listRemoved(context: PartContext, checked: CheckedPart): Promise<string[]> {
  const { engine } = context.ports;
  const { part } = checked;
  const paths: string[] = [];
  for (const [verdict, kind] of [
    [1, 'duplicate'],
    [2, 'quarantined'],
  ] as const) {
    const from = `FROM _weft_removed WHERE part = ${part.index} AND verdict = ${verdict}`;
    await engine.run(
      `CREATE OR REPLACE TEMP TABLE _weft_pos AS SELECT ord, line, off, len ${from}`,
    );
    await engine.run(
      `CREATE OR REPLACE TEMP TABLE _weft_why AS SELECT ord, no, val, NULL::VARCHAR AS place ${from}`,
    );
    const path = `${context.request.scratch}/${kind}-${part.index}.parquet`;
    const body = await recordBytes(context, part);
    const written = await writeQuarantine(context, { part, path, kind, body });
    if (written > 0) paths.push(path);
  }
  return paths;
}

/** Joins the files of refused and skipped records into one; returns its number of records per kind. */
export async function joinQuarantine(
  context: PartContext,
  paths: readonly string[],
): Promise<{ quarantined: number; duplicates: number }> {
  const { engine, files } = context.ports;
  const { quarantinePath } = context.request;
  const [only, ...more] = paths;
  if (only !== undefined && more.length === 0) await files.move(only, quarantinePath);
  else {
    await engine.run(
      `COPY (FROM read_parquet([${paths.map(quoteText).join(', ')}])) TO ${quoteText(quarantinePath)}
        (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`,
    );
  }
  await files.syncFile(quarantinePath);
  context.ports.step?.('quarantine-synced');
  const rows = await engine.rows(
    `SELECT kind, count(*) AS n FROM read_parquet(${quoteText(quarantinePath)}) GROUP BY kind`,
  );
  const count = (kind: string): number =>
    Number(rows.find((row) => row['kind'] === kind)?.['n'] ?? 0);
  return { quarantined: count('quarantined'), duplicates: count('duplicate') };
}
