/**
 * What people decide about refused records: look at a repair before it is done, send records again, give them up.
 *
 * Not the check and the commit of what is sent again: that is the way of every batch (`ingest-service.ts`). Decisions about the
 * records of a domain come one after the other.
 * Invariants: a preview changes nothing; a record is sent again at most once, and the batch that has it commits (or is held)
 * in the transaction that marks it; a record that cannot be repaired stays as it is; nothing is deleted.
 */
import type { PreparedRecords } from '@weft/core/ingest/repair-ports';
import type { RepairRule } from '@weft/core/ingest/repair-rule';
import type { BatchReport } from '@weft/core/ingest/report';
import { must } from '@weft/core/lib/assert';
import { isWeftError } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';
import { saveFileProofs } from '../store/file-proofs.ts';
import { addMark, type QuarantinedBatch } from '../store/node-quarantine.ts';
import { decodeCursor, encodeCursor, notOfThisList } from './cursor.ts';
import { nowText } from './ingest-events.ts';
import type { IngestDeps } from './ingest-ports.ts';
import type { IngestService } from './ingest-service.ts';
import { comparedWith, nodeDb, previewTable } from './ingest-tables.ts';
import { createLanes, type Lanes } from './lanes.ts';
import { marksPathOf, proofOfMarks } from './quarantine-marks.ts';
import {
  type Asked,
  type Family,
  type Prepared,
  withAsked,
  withPrepared,
} from './quarantine-prepare.ts';
import { type RowQuery, sourcesOf, type Target } from './quarantine-scope.ts';
import {
  type Asking,
  createQuarantineReads,
  type QuarantineReads,
  readable,
} from './quarantine-service.ts';

/** Batches that one request repairs. */
const REPLAYED_AT_ONCE = 50;
/** After so long a preview answers with what it has; it looks at one batch at least. */
const PREVIEW_MS = 10_000;
/** Batches of which one discard takes records. */
const DISCARDED_AT_ONCE = 1_000;
/** Skipped records named in an answer. */
const SKIPPED_SHOWN = 10;

export interface RepairRequest {
  /** Whose records; only open ones are taken. */
  where: RowQuery;
  rule: RepairRule;
  /** People's own fixes as NDJSON, instead of a rule. */
  fixes: AsyncIterable<Uint8Array> | null;
  because: string | null;
  /** `next` of the answer before: go on behind the batches that it was about. */
  after?: string | undefined;
}

/** Totals over the batches that a repair is for. */
interface RepairCounts {
  /** Records that are taken, and what becomes of them. */
  records: number;
  good: number;
  quarantined: number;
  duplicates: number;
  /** Records that are not taken, by why; they stay as they are. */
  skipped: PreparedRecords['skipped'];
  skippedSample: PreparedRecords['skippedSample'];
  /** Records that are not taken before it is decided about their batches. */
  held: Asked['held'];
  /** Null when these were all: else send the request again, with it as `after`. */
  next: string | null;
  /** True when more batches are open than one request looks through. */
  truncated: boolean;
}

/** What a repair would do. */
export interface RepairPreview extends RepairCounts {
  /** Why records would be refused again: number by rule. */
  byRule: Record<string, number>;
  sample: PreparedRecords['sample'];
  /** The batches that would be repaired, and what would become of each. */
  batches: { root: string; records: number; state: string; because: string | null }[];
  /** Batches with such records that this preview did not come to; it goes on from `next`. */
  notLookedAt: number;
}

export interface ReplayResult extends RepairCounts {
  /** The new batches; one for each batch that is repaired. */
  batches: BatchReport[];
  /** True when there are more batches to repair: send it again, with `next` as `after`. */
  more: boolean;
}

export interface DiscardResult {
  mark: string | null;
  records: number;
  batches: { batch: string; records: number }[];
  /** Records that are not taken before it is decided about their batches. */
  held: Asked['held'];
  more: boolean;
}

interface DiscardRequest {
  where: RowQuery;
  because: string;
}

export interface QuarantineDecisions {
  /** `samples`: changed records to show. When its signal aborts, the work stops: it decides nothing. */
  preview(request: RepairRequest, asking: Asking, samples: number): Promise<RepairPreview>;
  replay(request: RepairRequest, subject: Subject): Promise<ReplayResult>;
  discard(request: DiscardRequest, subject: Subject): Promise<DiscardResult>;
}

interface Deciding {
  deps: IngestDeps;
  ingest: Pick<IngestService, 'take'>;
  lanes: Lanes;
}

/** All that people do with the quarantine of a node. */
export function createQuarantine(
  deps: IngestDeps,
  ingest: Pick<IngestService, 'take'>,
): { reads: QuarantineReads; decisions: QuarantineDecisions } {
  return {
    reads: createQuarantineReads(deps),
    decisions: createQuarantineDecisions(deps, ingest),
  };
}

function createQuarantineDecisions(
  deps: IngestDeps,
  ingest: Pick<IngestService, 'take'>,
): QuarantineDecisions {
  const deciding: Deciding = { deps, ingest, lanes: createLanes() };
  return {
    preview: (request, asking, samples) => preview(deps, { ...asking, request, samples }),
    replay: (request, subject) => replay(deciding, { request, subject }),
    discard: (request, subject) => discard(deciding, { request, subject }),
  };
}

/** The families behind those that the answers before were about. */
function comingFamilies({ families }: Asked, after: string | undefined): Family[] {
  if (after === undefined) return families;
  const [last] = decodeCursor('repairs', after, 1);
  if (typeof last !== 'string') throw notOfThisList();
  return families.filter(({ root }) => root > last);
}

function cursorAfter(looked: readonly Family[], left: number): string | null {
  const last = looked.at(-1);
  return left === 0 || last === undefined ? null : encodeCursor('repairs', [last.root]);
}

/** Why strays at first only: a later answer would count them again, and with them what the ones before it have done. */
function emptyCounts(
  { strays, held, truncated }: Asked,
  { after }: Pick<RepairRequest, 'after'>,
): RepairCounts {
  const decided = after === undefined ? strays : 0;
  return {
    records: 0,
    good: 0,
    quarantined: 0,
    duplicates: 0,
    skipped: { unreadable: 0, expression: 0, unwritable: 0, unchanged: 0, decided },
    skippedSample: [],
    held,
    next: null,
    truncated,
  };
}

function addSkipped(counts: RepairCounts, { skipped, skippedSample }: PreparedRecords): void {
  for (const name of Object.keys(skipped) as (keyof PreparedRecords['skipped'])[]) {
    counts.skipped[name] += skipped[name];
  }
  counts.skippedSample.push(...skippedSample);
  counts.skippedSample = counts.skippedSample.slice(0, SKIPPED_SHOWN);
}

function addRecords(counts: RepairCounts, records: BatchReport['records']): void {
  counts.records += records.in;
  counts.good += records.good;
  counts.quarantined += records.quarantined;
  counts.duplicates += records.duplicates;
}

async function preview(
  deps: IngestDeps,
  options: { request: RepairRequest; samples: number } & Asking,
): Promise<RepairPreview> {
  const { request, subject, samples, signal } = options;
  return await withAsked(deps, { ...request, subject, signal }, async (asked) => {
    const coming = comingFamilies(asked, request.after);
    const result: RepairPreview = {
      ...emptyCounts(asked, request),
      byRule: {},
      sample: [],
      batches: [],
      notLookedAt: 0,
    };
    const looked: Family[] = [];
    const begun = deps.clock.now();
    for (const family of coming) {
      if (looked.length > 0 && deps.clock.now() - begun >= PREVIEW_MS) break;
      await previewFamily(deps, { family, asked, rule: request.rule, samples, signal, result });
      looked.push(family);
    }
    result.notLookedAt = coming.length - looked.length;
    result.next = cursorAfter(looked, result.notLookedAt);
    await auditPreview(deps, { where: request.where, subject, records: result.records });
    return result;
  });
}

async function previewFamily(
  deps: IngestDeps,
  options: {
    family: Family;
    asked: Asked;
    rule: RepairRule;
    samples: number;
    signal: AbortSignal;
    result: RepairPreview;
  },
): Promise<void> {
  const { family, asked, rule, signal, result } = options;
  const samples = Math.max(0, options.samples - result.sample.length);
  await withPrepared(deps, { family, asked, rule, marks: false, samples, signal }, async (made) => {
    addSkipped(result, made.prepared);
    result.sample.push(...made.prepared.sample);
    if (made.prepared.records === 0) return;
    const { records, quarantine, verdict } = await checkApart(deps, made, signal);
    addRecords(result, records);
    for (const [id, count] of Object.entries(quarantine.byRule)) {
      result.byRule[id] = (result.byRule[id] ?? 0) + count;
    }
    result.batches.push({ root: family.root, records: records.in, ...verdict });
  });
}

/** Checks repaired records as a batch would be, with every file in the scratch directory. */
async function checkApart(deps: IngestDeps, made: Prepared, signal: AbortSignal) {
  const { batch, scratch, outPath, plan, model, format, family } = made;
  const table = await previewTable(deps, plan, model);
  const landing = { path: outPath, name: null, bytes: 0, sha256: '', format } as const;
  return await deps.checker.check(
    {
      batch,
      landing: { ...landing, compression: 'none' },
      plan,
      now: nowText(deps),
      columns: table.columns,
      layout: table.layout,
      scratch,
      dataDirectory: scratch,
      quarantinePath: `${scratch}/quarantine.parquet`,
      ...(await comparedWith(deps, { plan, table, root: family.root })),
    },
    { signal },
  );
}

async function replay(
  deciding: Deciding,
  options: { request: RepairRequest; subject: Subject },
): Promise<ReplayResult> {
  const { deps, lanes } = deciding;
  const { request, subject } = options;
  const { domain } = await readable(deps, request.where, subject);
  // Why: what is open is looked up when it is this decision's turn, so two of the same find different records.
  return await lanes.run(domain, () =>
    withAsked(deps, { ...request, subject }, async (asked) => {
      const coming = comingFamilies(asked, request.after);
      const families = coming.slice(0, REPLAYED_AT_ONCE);
      const next = cursorAfter(families, coming.length - families.length);
      const more = next !== null;
      const result: ReplayResult = { ...emptyCounts(asked, request), batches: [], more, next };
      for (const family of families) {
        await replayFamily(deciding, { ...options, family, asked, result });
      }
      return result;
    }),
  );
}

async function replayFamily(
  { deps, ingest }: Deciding,
  options: {
    request: RepairRequest;
    subject: Subject;
    family: Family;
    asked: Asked;
    result: ReplayResult;
  },
): Promise<void> {
  const { request, subject, family, asked, result } = options;
  const { rule, because } = request;
  const wanted = { family, asked, rule, marks: true, samples: 0 };
  await withPrepared(deps, wanted, async (made) => {
    const { batch, plan, model, format, prepared, outPath, marksPath } = made;
    addSkipped(result, prepared);
    if (prepared.records === 0) return;
    deps.step?.('replay-prepared');
    const { root } = family;
    const parents = withVersions(prepared.perBatch, family.quarantines);
    const marksProof = await proofOfMarks(deps, marksPath);
    const report = await ingest.take({
      batch,
      plan,
      model,
      format,
      name: `repair-of-${root}.${format}`,
      body: deps.files.read(outPath),
      replay: { root, marksPath, marksProof, parents, because, subject },
    });
    result.batches.push(report);
    addRecords(result, report.records);
  });
}

function withVersions(
  counts: readonly { batch: string; records: number }[],
  seen: readonly QuarantinedBatch[],
): { batch: string; records: number; version: number }[] {
  const versions = new Map(seen.map((row) => [row.batch, Number(row.version)]));
  return counts.map((count) => ({
    ...count,
    version: must(versions.get(count.batch), 'version of a batch whose records are taken'),
  }));
}

async function discard(
  { deps, lanes }: Deciding,
  { request, subject }: { request: DiscardRequest; subject: Subject },
): Promise<DiscardResult> {
  const { domain } = await readable(deps, request.where, subject);
  return await lanes.run(domain, () =>
    withAsked(deps, { where: request.where, fixes: null, subject }, async (asked) => {
      const all = asked.families.flatMap(({ quarantines }) => quarantines);
      const taken = all.slice(0, DISCARDED_AT_ONCE);
      const more = taken.length < all.length;
      const mark = deps.ids.next('mrk');
      const path = marksPathOf(`${deps.directories.quarantine}/${domain}`, mark);
      const batches = await markAll(deps, { taken, target: asked.target, path });
      const { held } = asked;
      if (batches.length === 0) return { mark: null, records: 0, batches, held, more };
      deps.step?.('marks-written');
      const records = batches.reduce((sum, batch) => sum + batch.records, 0);
      const decided = withVersions(batches, taken);
      await saveDiscard(deps, { mark, path, batches: decided, records, request, subject });
      deps.step?.('marks-done');
      return { mark, records, batches, held, more };
    }),
  );
}

async function markAll(
  deps: IngestDeps,
  { taken, target, path }: { taken: QuarantinedBatch[]; target: Target; path: string },
): Promise<{ batch: string; records: number }[]> {
  if (taken.length === 0) return [];
  const { source } = await sourcesOf(nodeDb(deps), taken);
  const { filter } = target;
  return (await deps.checker.work<'mark'>({ task: 'mark', source, filter, path })).marked;
}

async function saveDiscard(
  deps: IngestDeps,
  options: {
    mark: string;
    path: string;
    batches: { batch: string; records: number; version: number }[];
    records: number;
    request: DiscardRequest;
    subject: Subject;
  },
): Promise<void> {
  const { mark, path, batches, records, request, subject } = options;
  const { because, where } = request;
  const { rule = null, column = null } = where;
  const proof = await proofOfMarks(deps, path);
  try {
    await nodeDb(deps)
      .transaction()
      .execute(async (tx) => {
        const head = { mark, kind: 'discarded' as const, path, child: null, because };
        await addMark(tx, { ...head, decidedBy: subject.id, now: nowText(deps), batches });
        await saveFileProofs(tx, proof, nowText(deps));
        await deps.audit.appendWithin(tx, {
          actor: subject.id,
          action: 'quarantine.discard',
          subject: where.batch ?? where.product ?? '',
          details: { mark, rule, column, because, records, batches: batches.length },
        });
        deps.step?.('marks-in-transaction');
      });
  } catch (error) {
    // Why only then: of a decision whose answer was lost the store may name the file; the next start sweeps what it does not.
    if (isWeftError(error) && !error.retryable) await deps.files.removeFile(path);
    throw error;
  }
}

async function auditPreview(
  deps: IngestDeps,
  options: { where: RowQuery; subject: Subject; records: number },
): Promise<void> {
  const { where, subject, records } = options;
  const { rule = null, column = null, batch, product = '' } = where;
  await nodeDb(deps)
    .transaction()
    .execute(async (tx) => {
      await deps.audit.appendWithin(tx, {
        actor: subject.id,
        action: 'quarantine.preview',
        subject: batch ?? product,
        details: { rule, column, records },
      });
    });
}
