/**
 * Batches of a node: landing, idempotency, checking, commit or hold, release, discard, recovery.
 *
 * Not the checking (a child process does that) and not the table format. A batch without a key gets none: sending the
 * same bytes again makes a second batch, whose records are duplicates only where the contract looks for them.
 * Invariants: a report that says committed or held was durable before anyone saw it; of one key at most one attempt
 * counts; one writer per table at a time; a batch that fails leaves nothing visible.
 */
import type { ContractModel } from '@weft/core/contract/model';
import type { IngestPlan } from '@weft/core/contract/plan';
import type { QuarantineItem } from '@weft/core/ingest/quarantine';
import { BATCH_STATES, type BatchReport } from '@weft/core/ingest/report';
import { isIndependent } from '@weft/core/ingest/rule-scope';
import { must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';
import { type BatchRow, claimBatch, findBatch, listBatches } from '../store/node-batches.ts';
import { decodeCursor, encodeCursor, pageLimit, toPage } from './cursor.ts';
import {
  assertHeld,
  assertMayIngest,
  assertMaySee,
  domainsSeen,
  noSuchBatch,
  splitProduct,
  withoutValues,
} from './ingest-access.ts';
import { planOf, tableMeant } from './ingest-check.ts';
import {
  discardBatch,
  type QuarantineRequest,
  readBatchQuarantine,
  releaseBatch,
} from './ingest-decide.ts';
import { EarlyCheck } from './ingest-early.ts';
import { abandon, fail, recover, removeIfPossible } from './ingest-failure.ts';
import type {
  IngestDeps,
  IngestRequest,
  LandedBytes,
  RepairedBatch,
  StartedBatch,
} from './ingest-ports.ts';
import { newReport } from './ingest-report.ts';
import { reopenBatch } from './ingest-resume.ts';
import { nodeDb, tableNameOf } from './ingest-tables.ts';
import { type WorkContext, work } from './ingest-work.ts';
import { createLanes, type Lanes, laneOf } from './lanes.ts';
import { createTableCommits } from './table-commits.ts';

export interface BatchQuery {
  product?: string | undefined;
  state?: string | undefined;
  /** True: only batches with records in quarantine. */
  quarantined?: boolean | undefined;
  /** Those that began on this day of UTC, `YYYY-MM-DD`. */
  day?: string | undefined;
  limit?: number | undefined;
  after?: string | undefined;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface IngestService {
  /** Rejects as `start` would before it takes any bytes: who may not send, which product takes no batch. */
  assertTakes(product: string, subject: Subject): Promise<void>;
  /** Lands the body, then checks and commits; resolves when the batch is landed and has its key. */
  start(request: IngestRequest): Promise<StartedBatch>;
  /** `start` and its report. */
  ingest(request: IngestRequest): Promise<BatchReport>;
  list(query: BatchQuery, subject: Subject): Promise<Page<BatchReport>>;
  show(batch: string, subject: Subject): Promise<BatchReport>;
  /** Commits a held batch. */
  release(batch: string, because: string | null, subject: Subject): Promise<BatchReport>;
  /** Marks a held batch as discarded; its good rows go with the next sweep of its table, its landing stays. */
  discard(batch: string, because: string | null, subject: Subject): Promise<BatchReport>;
  quarantine(
    batch: string,
    query: QuarantineRequest,
    subject: Subject,
  ): Promise<Page<QuarantineItem>>;
  /** Takes a batch that repairs another through check and commit; resolves with its verdict. */
  take(repaired: RepairedBatch): Promise<BatchReport>;
  /**
   * Ends what a crash left open, and takes up again what had been acknowledged; call it before the first batch. Returns how
   * many it ended.
   */
  recover(): Promise<number>;
  /** Stops a batch that was taken up again; nothing when it has ended. */
  cancel(batch: string, reason: WeftError): void;
  /** For the stop of the node: resolves when no batch is running. */
  settle(): Promise<void>;
}

/** Why no more: large batches of one table side by side would keep those of others waiting. */
const SHARED_BYTES_MAX = 4 << 20;

interface Running extends WorkContext {
  /** Ids before this one were made by an earlier process. */
  since: string;
  lanes: Lanes;
  /** Batches that this process works on. */
  present: Map<string, Present>;
  /** Aborts when the node stops: what waits for a control plane waits no longer. */
  stopping: AbortController;
}

interface Present {
  durable: Promise<void>;
  report: Promise<BatchReport>;
  /** Of a batch that was taken up again; who sent one to this process has a signal of his own. */
  cancel?(reason: WeftError): void;
}

export function createIngestService(deps: IngestDeps): IngestService {
  const running: Running = {
    deps: { ...deps, commits: createTableCommits(deps), opening: createLanes() },
    since: deps.ids.next('bat'),
    lanes: deps.lanes ?? createLanes(),
    present: new Map(),
    checking: new Set(),
    stopping: new AbortController(),
  };
  const start = async (request: IngestRequest): Promise<StartedBatch> => {
    const started = await startBatch(running, request);
    const report = started.report.then((r) => withoutValues(r, request.subject));
    // Why: who only starts a batch need not wait for it, and its failure is in the store.
    report.catch(() => {});
    return { ...started, landed: withoutValues(started.landed, request.subject), report };
  };
  return {
    start,
    assertTakes: async (product, subject) => void (await contractFor(deps, product, subject)),
    ingest: async (request) => await (await start(request)).report,
    list: (query, subject) => list(running, query, subject),
    show: async (batch, subject) =>
      withoutValues(shown(running, await visibleBatch(deps, batch, subject)), subject),
    async release(batch, because, subject) {
      const row = await visibleBatch(deps, batch, subject);
      assertMayIngest(subject, row.domain);
      const report = await running.lanes.run(laneOfRow(row), () =>
        releaseBatch(running.deps, batch, { because, subject }),
      );
      return withoutValues(report, subject);
    },
    async discard(batch, because, subject) {
      const row = await visibleBatch(deps, batch, subject);
      assertMayIngest(subject, row.domain);
      const report = await running.lanes.run(laneOfRow(row), () =>
        discardBatch(deps, batch, { because, subject }),
      );
      return withoutValues(report, subject);
    },
    quarantine: async (batch, query, subject) =>
      await readBatchQuarantine(deps, await visibleBatch(deps, batch, subject), { query, subject }),
    take: (repaired) => takeRepaired(running, repaired),
    async recover() {
      const { ended, resumable } = await recover(deps, running.since);
      for (const row of resumable) resume(running, row);
      return ended;
    },
    cancel: (batch, reason) => running.present.get(batch)?.cancel?.(reason),
    async settle() {
      running.stopping.abort();
      await Promise.allSettled([...running.present.values()].map(({ report }) => report));
    },
  };
}

async function startBatch(running: Running, request: IngestRequest): Promise<StartedBatch> {
  const { deps } = running;
  const { domain, name, ref, model } = await contractFor(deps, request.product, request.subject);
  const plan = planOf(model, ref.hash, request.object ?? tableMeant(model, name));
  const batch = deps.ids.next('bat');
  const early = new EarlyCheck(deps, { batch, plan, model, request, lanes: running.lanes });
  try {
    return await claimLanded(running, { batch, domain, plan, model, request, early });
  } catch (error) {
    await early.giveUp();
    throw error;
  }
}

interface Landing {
  batch: string;
  domain: string;
  plan: IngestPlan;
  model: ContractModel;
  request: IngestRequest;
  early: EarlyCheck;
}

/** Lands the bytes and takes the key; the check goes on, or begins, behind it. */
async function claimLanded(running: Running, options: Landing): Promise<StartedBatch> {
  const { deps } = running;
  const { batch, domain, plan, model, request, early } = options;
  const landed = await land(deps, batch, request, early);
  early.whole(landed);
  deps.step?.('landing-written');
  const first = await reportOrRemove(deps, { batch, plan, landed, request });
  const report = early.started === null ? first : { ...first, started: early.started };
  // Why not awaited here: the bytes reach the disk while they are checked; nothing is answered before they have.
  const durable = deps.landings.sync(landed.path).then(() => deps.step?.('landing-synced'));
  durable.catch(() => {});
  const holder = await claim(deps, { plan, landed, report, request });
  if (holder !== null) {
    await early.giveUp();
    return await repeat(running, { holder, landed, plan });
  }
  deps.step?.('batch-claimed');
  const final = early.run(
    (begun) => work(running, { plan, model, landed, report, request, durable, early: begun }),
    landed.bytes <= SHARED_BYTES_MAX && isIndependent(plan),
  );
  follow(running, batch, { durable, report: final });
  return { batch, domain, landed: report, durable, report: final };
}

/** The contract of a product that takes batches of the subject. */
async function contractFor(deps: IngestDeps, product: string, subject: Subject) {
  const { domain, name } = splitProduct(product);
  assertHeld(deps.domains, domain);
  assertMayIngest(subject, domain);
  const { ref, model, isRetired } = await deps.contracts.current(`${domain}.${name}`);
  if (!isRetired) return { domain, name, ref, model };
  throw new WeftError('CONFLICT', `${product} is retired and takes no batch`, {
    remedy: 'Send the data to the product that took its place.',
  });
}

/** Lands the bytes; rejects with CHECKSUM_MISMATCH, and keeps nothing, when they are not those that were stated. */
async function land(
  deps: IngestDeps,
  batch: string,
  request: IngestRequest,
  early: EarlyCheck,
): Promise<LandedBytes> {
  const { body, sha256: stated = null } = request;
  if ('adopt' in body) return await deps.landings.adopt(batch, await body.adopt(batch));
  const landed = await deps.landings.land(batch, body, (written) => early.written(written));
  if (stated === null || stated === landed.sha256) return landed;
  await deps.landings.remove(landed.path);
  throw new WeftError(
    'CHECKSUM_MISMATCH',
    `the bytes have the SHA-256 ${landed.sha256}, not ${stated}`,
  );
}

/** The first report; what was landed goes again when there can be none. */
async function reportOrRemove(
  deps: IngestDeps,
  options: { batch: string; plan: IngestPlan; landed: LandedBytes; request: IngestRequest },
): Promise<BatchReport> {
  try {
    return newReport(deps, options);
  } catch (error) {
    await deps.landings.remove(options.landed.path);
    throw error;
  }
}

/** A batch whose bytes the node made itself, from records that it had refused. */
async function takeRepaired(running: Running, repaired: RepairedBatch): Promise<BatchReport> {
  const { deps } = running;
  const { batch, plan, model, format, name, body, replay } = repaired;
  const landed = await deps.landings.land(batch, body);
  deps.step?.('replay-landed');
  const request = { product: plan.product, body, key: null, format, name, subject: replay.subject };
  const report: BatchReport = {
    ...newReport(deps, { batch, plan, landed, request }),
    parents: replay.parents.map(({ batch: parent, records }) => ({ batch: parent, records })),
  };
  const durable = deps.landings.sync(landed.path);
  durable.catch(() => {});
  await claim(deps, { plan, landed, report, request, root: replay.root });
  deps.step?.('replay-claimed');
  const lane = laneOf(tableNameOf(plan));
  const final = running.lanes.run(lane, () =>
    work(running, { plan, model, landed, report, request, durable, replay }),
  );
  follow(running, batch, { durable, report: final });
  return await final;
}

function follow(running: Running, batch: string, present: Present): void {
  running.present.set(batch, present);
  present.report.catch(() => {}).finally(() => running.present.delete(batch));
}

/** Takes up a batch of an earlier process that had been acknowledged. */
function resume(running: Running, row: BatchRow): void {
  const cancelling = new AbortController();
  const { signal } = cancelling;
  const final = running.lanes.run(laneOfRow(row), () => workAgain(running, row, signal));
  const cancel = (reason: WeftError): void => cancelling.abort(reason);
  follow(running, row.batch, { durable: Promise.resolve(), report: final, cancel });
}

async function workAgain(
  running: Running,
  row: BatchRow,
  signal: AbortSignal,
): Promise<BatchReport> {
  const { deps, stopping } = running;
  const landed = { path: row.landing ?? '', bytes: 0, sha256: '', head: new Uint8Array() };
  try {
    const ending = AbortSignal.any([stopping.signal, signal]);
    const { contract, ...reopened } = await reopenBatch(deps, row, ending);
    const { ref, model } = contract;
    const plan = planOf(model, ref.hash, row.report.table);
    const { format, name } = row.report.source;
    const durable = deps.landings.sync(reopened.landed.path);
    return await work(running, {
      ...reopened,
      plan,
      model,
      request: { format, name, signal },
      durable,
    });
  } catch (error) {
    // Why: it was not taken up yet, and the next start tries again.
    if (!signal.aborted && error instanceof Error && error.name === 'AbortError') throw error;
    const { domain, table_name: table, major } = row;
    return await fail(
      deps,
      { target: { domain, table, major }, landed, report: row.report },
      signal.aborted ? signal.reason : error,
    );
  }
}

/** Takes the key; the batch that has it already, or null. */
async function claim(
  deps: IngestDeps,
  options: {
    plan: IngestPlan;
    landed: LandedBytes;
    report: BatchReport;
    request: IngestRequest;
    root?: string;
  },
): Promise<BatchRow | null> {
  const { plan, landed, report, request, root = null } = options;
  try {
    return await claimBatch(nodeDb(deps), {
      report,
      table: tableNameOf(plan),
      root,
      landing: landed.path,
      submittedBy: request.subject.id,
      now: report.started,
    });
  } catch (error) {
    await removeIfPossible(deps, report.batch, deps.landings.remove(landed.path));
    abandon(deps, { target: tableNameOf(plan), landed, report }, error);
    throw error;
  }
}

async function repeat(
  running: Running,
  same: { holder: BatchRow; landed: LandedBytes; plan: IngestPlan },
): Promise<StartedBatch> {
  const first = await firstAnswer(running, same);
  const landed: BatchReport = { ...first.landed, repeated: true };
  const report = first.report.then((final): BatchReport => ({ ...final, repeated: true }));
  // Why: who asked not to wait looks at the first one only.
  report.catch(() => {});
  return { ...first, landed, report };
}

/** The same key again: the first answer for the same bytes, an error for others. */
async function firstAnswer(
  running: Running,
  { holder, landed, plan }: { holder: BatchRow; landed: LandedBytes; plan: IngestPlan },
): Promise<StartedBatch> {
  await removeIfPossible(running.deps, holder.batch, running.deps.landings.remove(landed.path));
  if (holder.sha256 !== landed.sha256) {
    throw new WeftError(
      'BATCH_KEY_REUSED',
      `the key ${holder.key} is that of ${holder.batch}, with other bytes`,
    );
  }
  if (laneOfRow(holder) !== laneOf({ ...tableNameOf(plan), domain: holder.domain })) {
    throw new WeftError(
      'BATCH_KEY_REUSED',
      `the key ${holder.key} is that of ${holder.batch}, for ${holder.domain}.${holder.table_name}@${holder.major}`,
    );
  }
  const { batch, domain } = holder;
  const present = running.present.get(batch);
  const first = { batch, domain, landed: holder.report, durable: Promise.resolve() };
  if (present !== undefined) {
    const { durable, report } = present;
    return { ...first, durable, report };
  }
  if (holder.state === 'committed' || holder.state === 'held') {
    return { ...first, report: Promise.resolve(holder.report) };
  }
  // Why: it may have ended between the two looks.
  const now = must(await findBatch(nodeDb(running.deps), batch), 'batch that has the key');
  if (now.state === 'landed' || now.state === 'checking') {
    throw new WeftError('UNAVAILABLE', `${batch} has this key and is still being checked`);
  }
  return { ...first, report: Promise.resolve(now.report) };
}

/** A report as it is at this moment. */
function shown({ checking }: Running, { report }: BatchRow): BatchReport {
  return report.state === 'landed' && checking.has(report.batch)
    ? { ...report, state: 'checking' }
    : report;
}

async function visibleBatch(deps: IngestDeps, batch: string, subject: Subject): Promise<BatchRow> {
  const row = await findBatch(nodeDb(deps), batch);
  if (row === undefined) throw noSuchBatch(batch);
  assertMaySee(subject, row.domain, `batch ${batch}`);
  return row;
}

async function list(
  running: Running,
  query: BatchQuery,
  subject: Subject,
): Promise<Page<BatchReport>> {
  const limit = pageLimit(query.limit);
  const state = BATCH_STATES.find((known) => known === query.state);
  if (query.state !== undefined && state === undefined) {
    throw new WeftError('REQUEST_INVALID', `${query.state} is no state of a batch`, {
      remedy: `States: ${BATCH_STATES.join(', ')}.`,
    });
  }
  const before =
    query.after === undefined ? null : String(decodeCursor('batches', query.after, 1)[0]);
  const domains = domainsSeen(subject);
  const rows = await listBatches(nodeDb(running.deps), {
    domains,
    product: query.product,
    quarantined: query.quarantined ?? false,
    day: query.day,
    state,
    before,
    limit: limit + 1,
  });
  return toPage(rows, limit, {
    item: (row) => withoutFiles(withoutValues(shown(running, row), subject)),
    cursor: (row) => encodeCursor('batches', [row.batch]),
  });
}

/** Why: a page of reports with a thousand files each would be megabytes. */
function withoutFiles(report: BatchReport): BatchReport {
  const { files: _, ...source } = report.source;
  return { ...report, source };
}

function laneOfRow({ domain, table_name: table, major }: LaneRow): string {
  return laneOf({ domain, table, major });
}

type LaneRow = Pick<BatchRow, 'domain' | 'table_name' | 'major'>;
