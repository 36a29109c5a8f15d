/**
 * The work on one batch, from landed to its end: check, then commit, hold or failure.
 *
 * Not the landing and the key (`ingest-service.ts`). Whoever calls this runs in the lane of the table. Invariants: a batch ends in
 * exactly one state; its place among the commits of the table is left whatever happens.
 */
import type { ContractModel } from '@weft/core/contract/model';
import type { IngestPlan } from '@weft/core/contract/plan';
import type { BatchReport } from '@weft/core/ingest/report';
import { isWeftError } from '@weft/core/lib/error';
import { storageFault } from '@weft/core/lib/storage-fault';
import { saveReport } from '../store/node-batches.ts';
import { type CheckDeps, checkBatch, type TableCheck } from './ingest-check.ts';
import { commitChecked, holdChecked } from './ingest-commit.ts';
import { nowText } from './ingest-events.ts';
import { fail, forgetEarly, rejectChecked, removeScratch } from './ingest-failure.ts';
import { landingOf } from './ingest-format.ts';
import type { IngestRequest, LandedBytes, Replay } from './ingest-ports.ts';
import { finish } from './ingest-report.ts';
import { nodeDb, tableNameOf } from './ingest-tables.ts';
import type { TableCommits } from './table-commits.ts';

/** A check that is under way for so long is shown to be so by the store as well. */
const LONG_CHECK_MS = 1_000;

export interface WorkContext {
  deps: CheckDeps & { commits: TableCommits };
  /** Batches whose check began. */
  checking: Set<string>;
}

export interface Work {
  plan: IngestPlan;
  model: ContractModel;
  landed: LandedBytes;
  report: BatchReport;
  request: Pick<IngestRequest, 'format' | 'name' | 'signal' | 'onProgress'>;
  /** Resolves when the landed bytes are on disk. */
  durable: Promise<void>;
  /** Of a batch that repairs another. */
  replay?: Replay;
  /** The check that began before all bytes were there. */
  early?: Promise<TableCheck> | null;
}

/** From landed to the end. Rejects only when not even the failure could be written. */
export async function work(running: WorkContext, options: Work): Promise<BatchReport> {
  const { deps } = running;
  const { plan, report } = options;
  const place = deps.commits.take(tableNameOf(plan));
  const checking: BatchReport = { ...report, state: 'checking' };
  try {
    const { table, checked } = await checkAgain(running, options, checking);
    await options.durable.then(() => deps.step?.('bytes-safe'));
    const end = {
      report: finish(deps, checking, checked),
      checked,
      plan,
      table,
      replay: options.replay,
    };
    if (checked.verdict.state === 'committed') return await commitChecked(deps, end, place);
    place.leave();
    if (end.report.state === 'held') return await holdChecked(deps, end);
    return await rejectChecked(deps, { ...options, target: table.name }, end.report);
  } catch (error) {
    place.leave();
    return await fail(deps, { ...options, target: tableNameOf(plan) }, error);
  } finally {
    running.checking.delete(report.batch);
    await removeScratch(deps, report.batch);
  }
}

/**
 * Why again: a fault of the node itself may be over by then, and its sender was perhaps told that his bytes are safe. A process
 * that ended in an early check ended over bytes that were not all there.
 */
async function checkAgain(
  running: WorkContext,
  options: Work,
  checking: BatchReport,
): Promise<TableCheck> {
  const { deps } = running;
  const { batch } = checking;
  try {
    return await checkShown(running, options, checking);
  } catch (error) {
    const isGone = options.early != null && isWeftError(error, 'UNAVAILABLE');
    if (!(isOwnFault(error) || isGone) || options.request.signal?.aborted === true) throw error;
    deps.logger.warn('a check failed and is tried again', { batch, error: String(error) });
    await forgetEarly(deps, batch, tableNameOf(options.plan));
    return await checkShown(running, { ...options, early: null }, checking);
  }
}

function isOwnFault(error: unknown): boolean {
  return isWeftError(error) ? error.code === 'INTERNAL' : storageFault(error) === null;
}

/**
 * Checks a batch, and lets it be seen. Why not in the store at once: most checks are over before anybody looks, and what is
 * written costs a sync of the disk.
 */
async function checkShown(
  running: WorkContext,
  options: Work,
  checking: BatchReport,
): Promise<TableCheck> {
  const { deps } = running;
  const { batch, resumed } = checking;
  options.request.signal?.throwIfAborted();
  const save = (): Promise<unknown> =>
    saveReport(nodeDb(deps), checking, { from: ['landed', 'checking'], now: nowText(deps) });
  // Why at once: how often it was taken up has to outlive the next end of the process.
  if (resumed !== undefined) await save();
  const long = setTimeout(() => void save().catch(() => {}), LONG_CHECK_MS);
  running.checking.add(batch);
  try {
    return await (options.early ?? check(deps, options));
  } finally {
    clearTimeout(long);
  }
}

async function check(deps: CheckDeps, options: Work): Promise<TableCheck> {
  const { plan, model, landed, report, request } = options;
  const { batch, started } = report;
  const landing = landingOf(landed, request);
  const root = options.replay?.root ?? null;
  return await checkBatch(
    deps,
    { batch, started, plan, model, landing, root },
    {
      signal: request.signal ?? new AbortController().signal,
      ...(request.onProgress === undefined ? {} : { onProgress: request.onProgress }),
    },
  );
}
