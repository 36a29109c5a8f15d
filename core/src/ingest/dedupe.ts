/**
 * Keys over a whole batch (rule 13 of the model): a record whose key and content equal an accepted one is a duplicate
 * and is skipped; the same key with other content goes to quarantine; the first record wins.
 *
 * Fast where there is nothing to find: the stager's proof, one bit per key, or one count. Only when the numbers differ
 * are the records compared, and only the parts that lose records are written again. Records that a reader marked were set
 * aside before (`set-aside.ts`). Where several keys have repeats of their own, those records are judged in their order by
 * all keys at once (`key-order.ts`).
 * Invariant: afterwards no key of the good files occurs twice, nor in the given table files. A key with a NULL is none.
 */
import { decodeBound } from '../lakehouse/bounds.ts';
import { pathOfUri } from '../lakehouse/paths.ts';
import type { BoundColumn, DataFile } from '../lakehouse/types.ts';
import { must } from '../lib/assert.ts';
import { quoteIdent } from '../lib/ident-sql.ts';
import { duplicatesSql } from '../quality/set-sql.ts';
import { type BatchKey, markedKey } from './batch-keys.ts';
import {
  type CheckedPart,
  goodRowsSql,
  type PartContext,
  recordBytes,
  writeQuarantine,
} from './check-part.ts';
import { goodFiles, writeGood } from './good-files.ts';
import { removeLosersInOrder } from './key-order.ts';
import {
  createRemoved,
  goodRelation,
  hasKeySql,
  keyFiles,
  keyRelation,
  keySql,
  planColumnsSql,
  removeLosers,
} from './key-sql.ts';
import type { StageSummary } from './ports.ts';
import { dropAside, judgeAside, letIn } from './set-aside.ts';

/** What the stager knows about keys, as in `StageSummary`. */
export type KeyProof = Pick<StageSummary, 'keyAscending' | 'keysMarked'>;

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

/** Removes what the keys forbid. */
export async function dedupe(
  context: PartContext,
  checked: readonly CheckedPart[],
  proof: KeyProof,
): Promise<DedupeResult> {
  const { engine } = context.ports;
  const isMarked = checked.some(({ part }) => part.seen > 0);
  const parts = await judgeKeys(context, checked, proof);
  if (isMarked) await dropAside(engine);
  return parts === null
    ? { parts: [...checked], duplicates: 0, refused: new Map(), quarantinePaths: [] }
    : await applyRemoved(context, parts);
}

/**
 * Fills `_weft_removed`; returns the parts with the one of the records that are let in, or null where no key forbids anything.
 * Why one key may decide alone: where what it leaves has no repeat in any other key, each record that it took away lost to one
 * that stays, as it would have with all keys in the order of the records.
 */
async function judgeKeys(
  context: PartContext,
  checked: readonly CheckedPart[],
  proof: KeyProof,
): Promise<CheckedPart[] | null> {
  const hasAside = checked.some(({ aside }) => aside > 0);
  const parts = [...checked];
  if (hasAside) {
    await createRemoved(context.ports.engine);
    const key = must(markedKeyOf(context), 'the key of records that were set aside');
    parts.push(...listOf(await judgeAside(context, parts, key)));
  }
  const suspicious: BatchKey[] = [];
  for (const key of context.ready.keys) {
    if (await hasRepeats(context, { key, parts, proof })) suspicious.push(key);
  }
  const [only, ...more] = suspicious;
  if (only === undefined) return hasAside ? parts : null;
  const isOne = more.length === 0 && (!hasAside || only === markedKeyOf(context));
  if (!hasAside || !isOne) await createRemoved(context.ports.engine);
  if (!isOne) return await judgeInOrder(context, checked, parts);
  await findRemoved(context, parts, only);
  return parts;
}

function listOf(part: CheckedPart | null): CheckedPart[] {
  return part === null ? [] : [part];
}

/** Judges the records of all parts and those that were set aside by all keys at once, as if no key had decided yet. */
async function judgeInOrder(
  context: PartContext,
  checked: readonly CheckedPart[],
  tried: readonly CheckedPart[],
): Promise<CheckedPart[]> {
  for (const { path } of goodFiles(tried.filter(({ isLetIn }) => isLetIn))) {
    await context.ports.files.remove(pathOfUri(path));
  }
  const hasAside = checked.some(({ aside }) => aside > 0);
  const staged = stagedRows(context, checked);
  const keyed = [
    `SELECT * FROM ${goodRelation(
      context,
      goodFiles(checked).map(({ path }) => path),
    )}`,
  ];
  if (hasAside) {
    staged.push('SELECT _part, NULL::INTEGER AS _home, * EXCLUDE _part FROM _weft_aside');
    keyed.push(`SELECT ${planColumnsSql(context)} FROM _weft_aside`);
  }
  await removeLosersInOrder(context, {
    keys: keysInOrder(context),
    staged: `(${staged.join(' UNION ALL ')})`,
    keyed: `(${keyed.join(' UNION ALL ')})`,
  });
  return [...checked, ...listOf(hasAside ? await letIn(context, checked) : null)];
}

/** The marked key first: where it decides alone, it is the one that a refused record is told of. */
function keysInOrder(context: PartContext): BatchKey[] {
  const marked = markedKeyOf(context);
  const { keys } = context.ready;
  return [...keys.filter((key) => key === marked), ...keys.filter((key) => key !== marked)];
}

/** The key whose possible repeats readers mark. */
function markedKeyOf({ ready, request }: PartContext): BatchKey | undefined {
  const marked = markedKey(request.plan);
  return ready.keys.find(({ id }) => id === marked?.id);
}

/** True when some key occurs twice, in the good files or with the table. */
export async function hasRepeatedKeys(
  context: PartContext,
  parts: readonly CheckedPart[],
  proof: KeyProof,
): Promise<boolean> {
  for (const key of context.ready.keys) {
    if (await hasRepeats(context, { key, parts, proof })) return true;
  }
  return false;
}

async function hasRepeats(
  context: PartContext,
  options: { key: BatchKey; parts: readonly CheckedPart[]; proof: KeyProof },
): Promise<boolean> {
  const { key, parts, proof } = options;
  const files = goodFiles(parts).map((file) => file.path);
  if (files.length === 0) return false;
  const relation = goodRelation(context, files);
  if (await isInTable(context, key, relation)) return true;
  const { plan } = context.request;
  // Why: what was marked was set aside and judged.
  if (proof.keysMarked && key === markedKeyOf(context)) return false;
  const isPrimary = key.columns.length === 1 && key.columns[0] === plan.primaryKey[0];
  if (proof.keyAscending && isPrimary && plan.primaryKey.length === 1) return false;
  const unique = await isProvablyUnique(context, key, { files: goodFiles(parts), relation });
  if (unique !== null) return !unique;
  const [row] = await context.ports.engine.rows(duplicatesSql(key.columns, relation));
  return Number(row?.['failed']) > 0;
}

/** One bit per whole-number key; null when the key is of another kind or too sparse for that. */
async function isProvablyUnique(
  { ports, request }: PartContext,
  key: BatchKey,
  good: { files: readonly DataFile[]; relation: string },
): Promise<boolean | null> {
  const column = request.plan.columns.find((c) => c.name === key.columns[0]);
  const bound = request.columns.find((c) => c.id === column?.id);
  if (key.columns.length !== 1 || column === undefined || bound === undefined) return null;
  const range = wholeRange(good.files, bound);
  if (range === null || range.high - range.low >= BigInt(SPARSE_MAX) * range.count) return null;
  const { low, high, count } = range;
  const [bits] = await ports.engine.rows(
    `SELECT bit_count(bitstring_agg(${quoteIdent(column.name)}, ${low}, ${high})) AS n FROM ${good.relation}`,
  );
  return BigInt(Number(bits?.['n'])) === count;
}

/** Range and number of the values of a whole-number column, from the files' own statistics, which we computed; or null. */
function wholeRange(
  files: readonly DataFile[],
  { fieldId, type }: BoundColumn,
): { low: bigint; high: bigint; count: bigint } | null {
  if (type.kind !== 'int' && type.kind !== 'long') return null;
  const bounds: bigint[] = [];
  let count = 0n;
  for (const { records, nullCounts, lowerBounds, upperBounds } of files) {
    const [lower, upper] = [lowerBounds.get(fieldId), upperBounds.get(fieldId)];
    const values = records - (nullCounts.get(fieldId) ?? 0);
    if (values === 0) continue;
    if (lower === undefined || upper === undefined) return null;
    count += BigInt(values);
    bounds.push(BigInt(decodeBound(type, lower)), BigInt(decodeBound(type, upper)));
  }
  const [low, high] = [smallest(bounds), smallest(bounds.map((bound) => -bound))];
  return low === null || high === null ? null : { low, high: -high, count };
}

function smallest(numbers: readonly bigint[]): bigint | null {
  return numbers.reduce<bigint | null>(
    (least, each) => (least === null || each < least ? each : least),
    null,
  );
}

async function isInTable(context: PartContext, key: BatchKey, relation: string): Promise<boolean> {
  const files = keyFiles(context, key);
  if (files.length === 0) return false;
  const row = keySql(key);
  const [found] = await context.ports.engine.rows(
    `SELECT EXISTS (SELECT 1 FROM ${relation} AS g WHERE ${hasKeySql(key)}
      AND ${row} IN (SELECT ${row} FROM ${keyRelation(context, files)})) AS found`,
  );
  return found?.['found'] === true;
}

/** Adds to `_weft_removed` what one key forbids. */
async function findRemoved(
  context: PartContext,
  parts: readonly CheckedPart[],
  key: BatchKey,
): Promise<void> {
  const keyed = `(SELECT * FROM (${stagedRows(context, parts).join(' UNION ALL ')}) AS s WHERE ${hasKeySql(key)})`;
  const tableFiles = keyFiles(context, key);
  const k = keySql(key);
  // Why: the good files have the same keys, in one column that is read without the rules.
  const good = goodRelation(
    context,
    goodFiles(parts).map((file) => file.path),
  );
  const inTable = `UNION SELECT ${k} FROM ${keyRelation(context, tableFiles)} WHERE ${k} IN (SELECT ${k} FROM ${keyed})`;
  await context.ports.engine.run(
    `CREATE OR REPLACE TEMP TABLE _weft_repeated AS
      SELECT ${k} AS k FROM ${good} WHERE ${hasKeySql(key)} GROUP BY ALL HAVING count(*) > 1 ${tableFiles.length > 0 ? inTable : ''}`,
  );
  const suspects = `(SELECT * FROM ${keyed} WHERE ${k} IN (SELECT k FROM _weft_repeated))`;
  await removeLosers(context, { key, suspects, accepted: null });
}

function stagedRows(context: PartContext, parts: readonly CheckedPart[]): string[] {
  return parts.flatMap((checked) =>
    checked.part.path === null ? [] : [stagedSql(context, checked)],
  );
}

/** The records of a part's data files, from its stage. */
function stagedSql(context: PartContext, { part, isLetIn }: CheckedPart): string {
  const path = must(part.path, 'stage of a part');
  const from = isLetIn ? '_from' : String(part.index);
  return `SELECT ${from} AS _part, ${part.index} AS _home, _ord, _line, _off, _len, ${planColumnsSql(context)}
    FROM ${goodRowsSql(path, context.ready)}`;
}

/** Writes the parts that lose records again, and lists what they lost. */
async function applyRemoved(context: PartContext, parts: CheckedPart[]): Promise<DedupeResult> {
  const { engine } = context.ports;
  const counts = await engine.rows(
    'SELECT verdict, no, part, home, count(*) AS n FROM _weft_removed GROUP BY ALL',
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
  const parted = (column: string): Set<number> =>
    new Set(counts.flatMap((row) => (row[column] === null ? [] : [Number(row[column])])));
  const [homes, origins] = [parted('home'), parted('part')];
  for (const [i, checked] of parts.entries()) {
    const { part } = checked;
    if (homes.has(part.index)) result.parts[i] = await rewritePart(context, checked);
    if (origins.has(part.index))
      result.quarantinePaths.push(...(await listRemoved(context, checked)));
  }
  return result;
}

/** The data files of a part without what was removed from them. */
async function rewritePart(context: PartContext, checked: CheckedPart): Promise<CheckedPart> {
  const { part } = checked;
  const rows = `${goodRowsSql(must(part.path, 'stage of a part'), context.ready)}
    AND _ord NOT IN (SELECT ord FROM _weft_removed WHERE home = ${part.index})`;
  const files = await writeGood(context, part, rows, '-unique');
  for (const { path } of checked.files) await context.ports.files.remove(pathOfUri(path));
  return { ...checked, files };
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
