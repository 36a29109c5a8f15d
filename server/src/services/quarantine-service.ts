/**
 * Reading the quarantine of a node over all batches: causes, batches with their balance, records, exports.
 *
 * Not decisions (`quarantine-decide.ts`). Invariants: counts are for whoever sees the batches, values for those who act for
 * the domain; whoever reads values stands in the audit log, with counts and never with values; values never leave the node
 * but by these answers.
 */
import type { QuarantineCause, QuarantineRowItem } from '@weft/core/ingest/quarantine-search';
import type { ExportFormat } from '@weft/core/ingest/repair-ports';
import { WeftError } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';
import { findBatch } from '../store/node-batches.ts';
import { listFamilies, listQuarantines, type QuarantinedBatch } from '../store/node-quarantine.ts';
import { decodeCursor, encodeCursor, notOfThisList, pageLimit } from './cursor.ts';
import {
  actsFor,
  assertMayReadValues,
  assertMaySee,
  batchesOf,
  domainsSeen,
  noSuchBatch,
} from './ingest-access.ts';
import type { IngestDeps } from './ingest-ports.ts';
import { nodeDb } from './ingest-tables.ts';
import { type Lineage, type LineageCounts, lineagesOf, sumCounts } from './quarantine-lineage.ts';
import { type RowQuery, sourcesOf, type Target, targetOf } from './quarantine-scope.ts';

/** Files that one statement reads. */
const FILES_AT_ONCE = 200;
/** Batches whose causes are counted; the newest ones. */
export const BATCHES_COUNTED = 2_000;
const ROWS_MAX = 1_000;

export interface Paged {
  limit?: number | undefined;
  after?: string | undefined;
}

export interface CauseItem extends Omit<QuarantineCause, 'firstBatch' | 'lastBatch'> {
  product: string;
  /** When the first and the last batch with it came. */
  first: string;
  last: string;
  firstBatch: string;
  lastBatch: string;
}

export interface ProductBalance extends LineageCounts {
  product: string;
  /** How many batches that were sent are summed: those with refused or repeated records, and no others of the product. */
  batches: number;
}

export interface CauseList {
  items: CauseItem[];
  next: string | null;
  /** Sums over the batches with refused or repeated records, repairs included. */
  balance: ProductBalance[];
  /** True when there are older batches that were not looked at. */
  truncated: boolean;
}

export interface BatchBalance {
  batch: string;
  product: string;
  state: string;
  started: string;
  lineage: Lineage;
}

export interface Asking {
  subject: Subject;
  /** Aborted when nobody waits for the answer any more: its work stops. */
  signal: AbortSignal;
}

export interface QuarantineReads {
  causes(query: RowQuery & Paged, asking: Asking): Promise<CauseList>;
  batches(
    query: RowQuery & Paged,
    subject: Subject,
  ): Promise<{ items: BatchBalance[]; next: string | null }>;
  rows(
    query: RowQuery & Paged,
    asking: Asking,
  ): Promise<{ items: QuarantineRowItem[]; next: string | null }>;
  /** All records of a query as one file; whoever takes the body reads it to its end or destroys it. */
  export(
    query: RowQuery & { format: ExportFormat },
    asking: Asking,
  ): Promise<{ body: AsyncIterable<Uint8Array>; records: number; name: string }>;
  lineage(batch: string, subject: Subject): Promise<Lineage>;
}

export function createQuarantineReads(deps: IngestDeps): QuarantineReads {
  return {
    causes: (query, asking) => causes(deps, query, asking),
    batches: (query, subject) => batches(deps, query, subject),
    rows: (query, asking) => rows(deps, query, asking),
    export: (query, asking) => exportAll(deps, query, asking),
    lineage: (batch, subject) => lineage(deps, batch, subject),
  };
}

async function causes(
  deps: IngestDeps,
  query: RowQuery & Paged,
  { subject, signal }: Asking,
): Promise<CauseList> {
  const db = nodeDb(deps);
  const { domains, target } = await visible(deps, query, subject);
  const { scope, filter } = target;
  const limit = pageLimit(query.limit);
  const from = query.after === undefined ? 0 : numberOf(decodeCursor('causes', query.after, 1)[0]);
  const found = await listQuarantines(db, {
    ...scope,
    domains,
    openOnly: filter.state === 'open',
    after: null,
    order: 'desc',
    limit: BATCHES_COUNTED + 1,
  });
  const looked = found.slice(0, BATCHES_COUNTED).filter(isShown(query));
  const items: CauseItem[] = [];
  for (const [product, own] of byProduct(looked)) {
    const maySee = actsFor(subject, product.split('.')[0] ?? '');
    items.push(...(await causesOf(deps, { product, own, target, signal, withExamples: maySee })));
  }
  items.sort((a, b) => b.open - a.open || b.records - a.records || order(a.product, b.product));
  const roots = [...new Set(looked.map(({ batch, root }) => root ?? batch))];
  const lineages = lineagesOf(await listFamilies(db, roots));
  const balance = [...byProduct(looked)].map(([product, own]) => {
    const ids = new Set(own.map(({ batch, root }) => root ?? batch));
    const counts = sumCounts([...ids].flatMap((id) => lineages.get(id)?.records ?? []));
    return { product, batches: ids.size, ...counts };
  });
  const shown = items.slice(from, from + limit);
  const isMore = items.length > from + limit;
  return {
    items: shown,
    next: isMore ? encodeCursor('causes', [from + limit]) : null,
    balance,
    truncated: found.length > BATCHES_COUNTED,
  };
}

async function causesOf(
  deps: IngestDeps,
  options: {
    product: string;
    own: QuarantinedBatch[];
    target: Target;
    signal: AbortSignal;
    withExamples: boolean;
  },
): Promise<CauseItem[]> {
  const { product, own, target, signal, withExamples } = options;
  const { source } = await sourcesOf(nodeDb(deps), own);
  const { filter } = target;
  const answer = await deps.checker.work<'causes'>(
    { task: 'causes', source, filter, withExamples },
    signal,
  );
  const started = new Map(own.map((row) => [row.batch, row.report.started]));
  return answer.causes.map((cause) => ({
    product,
    ...cause,
    first: started.get(cause.firstBatch) ?? '',
    last: started.get(cause.lastBatch) ?? '',
  }));
}

async function batches(
  deps: IngestDeps,
  query: RowQuery & Paged,
  subject: Subject,
): Promise<{ items: BatchBalance[]; next: string | null }> {
  const db = nodeDb(deps);
  const { domains, target } = await visible(deps, query, subject);
  const limit = pageLimit(query.limit);
  const after =
    query.after === undefined ? null : String(decodeCursor('quarantines', query.after, 1)[0]);
  const found = await listQuarantines(db, {
    ...target.scope,
    domains,
    rootsOnly: true,
    openOnly: false,
    after,
    order: 'desc',
    limit: limit + 1,
  });
  const shown = found.slice(0, limit);
  const lineages = lineagesOf(
    await listFamilies(
      db,
      shown.map(({ batch }) => batch),
    ),
  );
  const items = shown.flatMap(({ batch, product, state, report }): BatchBalance[] => {
    const own = lineages.get(batch);
    return own === undefined
      ? []
      : [{ batch, product, state, started: report.started, lineage: own }];
  });
  const last = shown.at(-1);
  const isMore = found.length > limit && last !== undefined;
  return { items, next: isMore ? encodeCursor('quarantines', [last.batch]) : null };
}

async function rows(
  deps: IngestDeps,
  query: RowQuery & Paged,
  { subject, signal }: Asking,
): Promise<{ items: QuarantineRowItem[]; next: string | null }> {
  const { domain, target } = await readable(deps, query, subject);
  const limit = Math.min(Math.max(1, query.limit ?? 50), ROWS_MAX);
  const items: QuarantineRowItem[] = [];
  let after = query.after === undefined ? null : positionOf(query.after);
  let batch: string | null = after?.batch ?? null;
  let isMore = true;
  while (isMore && items.length < limit) {
    const found = await listQuarantines(nodeDb(deps), {
      ...target.scope,
      domains: [domain],
      openOnly: target.filter.state === 'open',
      after: batch,
      inclusive: after !== null && batch === after.batch,
      order: 'desc',
      limit: FILES_AT_ONCE,
    });
    isMore = found.length === FILES_AT_ONCE;
    batch = found.at(-1)?.batch ?? batch;
    const own = found.filter(isShown(query));
    if (own.length === 0) continue;
    const page = await searchIn(deps, {
      own,
      target,
      limit: limit - items.length,
      after,
      signal,
    });
    items.push(...page.items);
    if (page.more) {
      isMore = true;
      break;
    }
    after = null;
  }
  await auditRead(deps, {
    query,
    subject,
    domain,
    action: 'quarantine.read',
    records: items.length,
  });
  const last = items.at(-1);
  const hasNext = isMore && last !== undefined;
  return { items, next: hasNext ? encodeCursor('rows', [last.batch, last.record]) : null };
}

async function searchIn(
  deps: IngestDeps,
  options: {
    own: QuarantinedBatch[];
    target: Target;
    limit: number;
    after: { batch: string; record: number } | null;
    signal: AbortSignal;
  },
) {
  const { own, target, limit, after, signal } = options;
  const sources = await sourcesOf(nodeDb(deps), own);
  const query = { ...sources, filter: target.filter, limit, after };
  return await deps.checker.work<'rows'>({ task: 'rows', query }, signal);
}

async function exportAll(
  deps: IngestDeps,
  query: RowQuery & { format: ExportFormat },
  { subject, signal }: Asking,
): Promise<{ body: AsyncIterable<Uint8Array>; records: number; name: string }> {
  const { domain, target } = await readable(deps, query, subject);
  const found = await listQuarantines(nodeDb(deps), {
    ...target.scope,
    domains: [domain],
    openOnly: target.filter.state === 'open',
    after: null,
    order: 'desc',
    limit: BATCHES_COUNTED + 1,
  });
  const own = found.filter(isShown(query));
  if (own.length > BATCHES_COUNTED) {
    throw new WeftError(
      'PAYLOAD_TOO_LARGE',
      `more than ${BATCHES_COUNTED} batches have such records`,
      {
        remedy: 'Export a shorter time with `since` and `until`.',
      },
    );
  }
  const id = deps.ids.next('bat');
  const scratch = `${deps.directories.scratch}/${id}`;
  const outPath = `${scratch}/export`;
  const done = (): Promise<void> => deps.files.removeDirectory(scratch);
  try {
    await deps.files.makeDirectory(scratch);
    const request = { filter: target.filter, format: query.format, scratch, outPath };
    const records = own.length === 0 ? 0 : await exportOf(deps, { own, request, signal });
    await auditRead(deps, { query, subject, domain, action: 'quarantine.export', records });
    const body = own.length === 0 ? nothing() : untilDone(deps.files.read(outPath), done);
    if (own.length === 0) await done();
    const name = query.batch ?? query.product ?? 'quarantine';
    return { body, records, name: `${name}.${query.format}` };
  } catch (error) {
    await done();
    throw error;
  }
}

async function exportOf(
  deps: IngestDeps,
  options: {
    own: readonly QuarantinedBatch[];
    request: { filter: Target['filter']; format: ExportFormat; scratch: string; outPath: string };
    signal: AbortSignal;
  },
): Promise<number> {
  const { own, request, signal } = options;
  const sources = await sourcesOf(nodeDb(deps), own);
  const task = { task: 'export' as const, request: { ...sources, ...request } };
  return (await deps.checker.work<'export'>(task, signal)).records;
}

async function* nothing(): AsyncIterable<Uint8Array> {}

async function* untilDone(
  body: AsyncIterable<Uint8Array>,
  done: () => Promise<void>,
): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } finally {
    await done();
  }
}

async function lineage(deps: IngestDeps, batch: string, subject: Subject): Promise<Lineage> {
  const db = nodeDb(deps);
  const row = await findBatch(db, batch);
  if (row === undefined) throw noSuchBatch(batch);
  assertMaySee(subject, row.domain, `batch ${batch}`);
  const root = row.root ?? batch;
  const found = lineagesOf(await listFamilies(db, [root])).get(root);
  if (found === undefined) throw noSuchBatch(batch);
  return found;
}

/** What a subject may see the counts of. Why by values only for those who may read them: counts would tell them. */
async function visible(
  deps: IngestDeps,
  query: RowQuery,
  subject: Subject,
): Promise<{ domains: string[] | null; target: Target }> {
  const target = await targetOf(nodeDb(deps), query);
  const { domain } = target;
  if (domain !== null) assertMaySee(subject, domain, askedFor(query));
  if (query.value !== undefined) {
    if (domain === null) {
      throw new WeftError('REQUEST_INVALID', 'a search by value is of one product or batch');
    }
    assertMayReadValues(subject, domain);
  }
  return { domains: domain === null ? domainsSeen(subject) : [domain], target };
}

function askedFor({ batch, product }: RowQuery): string {
  return batch === undefined ? batchesOf(product ?? '') : `batch ${batch}`;
}

/** One domain whose values the subject may read. */
export async function readable(
  deps: IngestDeps,
  query: RowQuery,
  subject: Subject,
): Promise<{ domain: string; target: Target }> {
  const target = await targetOf(nodeDb(deps), query);
  const { domain } = target;
  if (domain === null) {
    throw new WeftError('REQUEST_INVALID', 'name a product or a batch');
  }
  assertMaySee(subject, domain, askedFor(query));
  assertMayReadValues(subject, domain);
  return { domain, target };
}

/** Of a product only what counts: batches that failed have none, and those that were given up are asked for by name. */
function isShown(query: RowQuery): (row: QuarantinedBatch) => boolean {
  return ({ state }) => query.batch !== undefined || state === 'committed' || state === 'held';
}

function byProduct(all: readonly QuarantinedBatch[]): Map<string, QuarantinedBatch[]> {
  const groups = new Map<string, QuarantinedBatch[]>();
  for (const row of all) groups.set(row.product, [...(groups.get(row.product) ?? []), row]);
  return groups;
}

async function auditRead(
  deps: IngestDeps,
  options: {
    query: RowQuery;
    subject: Subject;
    domain: string;
    action: string;
    records: number;
  },
): Promise<void> {
  const { query, subject, domain, action, records } = options;
  const { rule = null, column = null, state = null, batch = null } = query;
  await nodeDb(deps)
    .transaction()
    .execute(async (tx) => {
      await deps.audit.appendWithin(tx, {
        actor: subject.id,
        action,
        subject: batch ?? query.product ?? domain,
        details: { rule, column, state, records },
      });
    });
}

function positionOf(text: string): { batch: string; record: number } {
  const [batch, record] = decodeCursor('rows', text, 2);
  if (typeof batch === 'string' && typeof record === 'number') return { batch, record };
  throw notOfThisList();
}

function numberOf(part: unknown): number {
  if (typeof part === 'number' && Number.isSafeInteger(part) && part >= 0) return part;
  throw notOfThisList();
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
