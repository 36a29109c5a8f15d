/**
 * Queries about what batches say of promises.
 *
 * Not the judgement (`core/src/ingest/promises.ts`). Invariant: of the rules of older batches only those are read that were
 * not kept, so that a history of thousands of batches stays small.
 */
import type { ContractModel } from '@weft/core/contract/model';
import { budgetDays, type MissBudget, missBudget } from '@weft/core/ingest/promise-days';
import {
  type MeasuredPromise,
  measurePromises,
  nextTurn,
  type PromiseBatch,
  worstBadShare,
  worstState,
} from '@weft/core/ingest/promises';
import type { BatchState, RecordCounts, RuleResult } from '@weft/core/ingest/report';
import { type Kysely, sql } from 'kysely';
import { instant, optionalInstant } from './control-rows.ts';
import type { ControlTables } from './control-tables.ts';

type Db = Kysely<ControlTables>;

/** Which batches are meant: those of one major version of a product's contract. */
export interface PromiseScope {
  product: string;
  major: number;
}

const BATCHES_MAX = 5_000;
const DAY_MS = 86_400_000;

/**
 * The newest batch of each table whose rules were judged, with all of them.
 * Why without repairs: what is true of two mended records says nothing of the file that they came with.
 */
export async function readNewestJudged(
  db: Db,
  { product, major }: PromiseScope,
): Promise<Map<string, PromiseBatch>> {
  const { rows } = await sql<BatchRow>`
    select distinct on (table_name) ${columns(sql`report->'rules'`)} from batches
    where product = ${product} and state in ('committed', 'held') and ${ofMajor(major)}
      and report->'parents' is null
    order by table_name, started desc`.execute(db);
  return new Map(rows.map((row) => [row.table_name, batchOf(row)]));
}

/** When the product got its first batch; null before it. */
export async function readFirstBatch(db: Db, { product, major }: PromiseScope) {
  const row = await db
    .selectFrom('batches')
    .select('started')
    .where('product', '=', product)
    .where('state', '=', 'committed')
    .where(ofMajor(major))
    .orderBy('started')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : instant(row.started);
}

/** Batches since an instant, and the one of each table before it, in order of arrival; of rules those that were not kept. */
export async function readBatchesSince(
  db: Db,
  { product, major }: PromiseScope,
  since: string,
): Promise<PromiseBatch[]> {
  const broken = sql`jsonb_path_query_array(report->'rules', '$[*] ? (@.evaluation == "fail" || @.evaluation == "warn")')`;
  const ended = sql`product = ${product} and state in ('committed', 'held', 'discarded', 'failed') and ${ofMajor(major)}`;
  const { rows } = await sql<BatchRow>`
    (select ${columns(broken)} from batches where ${ended} and started >= ${since}
      order by started desc limit ${BATCHES_MAX})
    union all
    (select distinct on (table_name) ${columns(broken)} from batches
      where product = ${product} and state = 'committed' and ${ofMajor(major)} and started < ${since}
      order by table_name, started desc)
    order by started`.execute(db);
  return rows.map(batchOf);
}

function ofMajor(major: number) {
  return sql<boolean>`report->'contract'->>'version' like ${`${major}.%`}`;
}

interface BatchRow {
  batch: string;
  table_name: string;
  state: BatchState;
  started: string;
  finished: string | null;
  records: RecordCounts;
  rules: RuleResult[];
}

function columns(rules: ReturnType<typeof sql>) {
  return sql`batch, table_name, state, started, finished, report->'records' as records, ${rules} as rules`;
}

function batchOf(row: BatchRow): PromiseBatch {
  const { batch, table_name: table, state, records, rules } = row;
  const [started, finished] = [instant(row.started), optionalInstant(row.finished)];
  return { batch, table, state, started, finished, records, rules };
}

/** What discovery keeps of a product's promises. */
export interface ProductStanding {
  /** Null: nothing was measured. */
  state: 'kept' | 'close' | 'missed' | null;
  since: string | null;
  until: string | null;
  budget: MissBudget | null;
  badShare: number | null;
  /** Ids of those that are missed. */
  missed: string[];
}

export interface StandingSources extends PromiseScope {
  model: ContractModel;
  lastBatch: string | null;
  now: string;
}

/** The standing of a product, from what the store has now. */
export async function readProductStanding(
  db: Db,
  sources: StandingSources,
): Promise<ProductStanding> {
  const now = Date.parse(sources.now);
  const promises = await readMeasuredPromises(db, sources);
  const state = worstState(promises);
  const before = await readStateBefore(db, sources.product);
  const known = state === 'unknown' ? null : state;
  const since = before !== null && before.state === known ? before.since : sources.now;
  return {
    state: known,
    since: known === null ? null : since,
    until: untilOf(promises, sources, now),
    budget: await readBudget(db, sources),
    badShare: worstBadShare(promises),
    missed: promises.filter((promise) => promise.state === 'missed').map((promise) => promise.id),
  };
}

export async function readMeasuredPromises(
  db: Db,
  sources: StandingSources,
): Promise<MeasuredPromise[]> {
  const newest = await readNewestJudged(db, sources);
  const firstBatch = newest.size === 0 ? null : await readFirstBatch(db, sources);
  const { model, lastBatch, now } = sources;
  return measurePromises(model, { now: Date.parse(now), lastBatch, firstBatch, newest });
}

export async function readBudget(db: Db, sources: StandingSources): Promise<MissBudget | null> {
  const { model } = sources;
  if (model.weft.missesAllowed === null) return null;
  const now = Date.parse(sources.now);
  const first = (Math.floor(now / DAY_MS) - budgetDays(model) + 1) * DAY_MS;
  const batches = await readBatchesSince(db, sources, new Date(first).toISOString());
  return missBudget({ model, batches, now });
}

function untilOf(
  promises: readonly MeasuredPromise[],
  { model, lastBatch }: StandingSources,
  now: number,
): string | null {
  const turn = nextTurn(promises, lastBatch);
  // Why: a day that ends may have been missed, or may leave the period that counts.
  const isCounted = model.weft.missesAllowed !== null && lastBatch !== null;
  const dayEnd = isCounted ? (Math.floor(now / DAY_MS) + 1) * DAY_MS : null;
  const times = [turn, dayEnd].filter((time) => time !== null && time > now) as number[];
  return times.length === 0 ? null : new Date(Math.min(...times)).toISOString();
}

async function readStateBefore(db: Db, product: string) {
  const row = await db
    .selectFrom('search_documents')
    .select(['state', 'state_since'])
    .where('product', '=', product)
    .executeTakeFirst();
  return row === undefined ? null : { state: row.state, since: optionalInstant(row.state_since) };
}

/** Products whose standing may have changed by time alone. */
export async function readTurned(db: Db, now: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('search_documents')
    .select('product')
    .where('state_until', '<=', now)
    .orderBy('state_until')
    .limit(limit)
    .execute();
  return rows.map((row) => row.product);
}

export interface RuleMoment {
  batch: string;
  at: string;
  result: RuleResult;
}

/** Results of one rule, the newest first. */
export async function readRuleHistory(
  db: Db,
  query: { product: string; rule: string; before: string | null; limit: number },
): Promise<RuleMoment[]> {
  const found = sql<RuleResult>`jsonb_path_query_first(report->'rules', '$[*] ? (@.id == $id)', jsonb_build_object('id', ${query.rule}::text))`;
  let rows = db
    .selectFrom('batches')
    .select(['batch', 'started', found.as('result')])
    .where('product', '=', query.product)
    .where('state', 'in', ['committed', 'held', 'discarded', 'failed'])
    .where(sql<boolean>`${found} is not null`)
    .orderBy('batch', 'desc')
    .limit(query.limit);
  if (query.before !== null) rows = rows.where('batch', '<', query.before);
  return (await rows.execute()).map((row) => ({
    batch: row.batch,
    at: instant(row.started),
    result: row.result,
  }));
}
