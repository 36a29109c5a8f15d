/**
 * What becomes of a batch that cannot be finished: after an error at once, after a crash when the node starts again.
 *
 * Not the work itself (`ingest-service.ts`). Invariants: a batch ends as failed in the store before its files go; one that
 * was committed or held keeps its answer and its files.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchProblem, BatchReport, BatchState } from '@weft/core/ingest/report';
import { isWeftError, WeftError } from '@weft/core/lib/error';
import { clipText, storableText } from '@weft/core/lib/storable-text';
import { storageFault } from '@weft/core/lib/storage-fault';
import {
  type BatchRow,
  findBatch,
  readStates,
  saveReport,
  type TableName,
} from '../store/node-batches.ts';
import { emitBatchEvent, nowText } from './ingest-events.ts';
import type { IngestDeps, LandedBytes } from './ingest-ports.ts';
import { acknowledgedOf } from './ingest-resume.ts';
import { nodeDb } from './ingest-tables.ts';
import { endInterrupted } from './interrupted-batch.ts';
import { marksPathOf, sweepMarks } from './quarantine-marks.ts';

/** Between two tries to write a failure that the store did not take: twice as long each time. */
const FAILURE_RETRY_MS = 200;
const FAILURE_RETRY_MAX_MS = 30_000;

/** Why: reports are kept, listed and shown; what a file says of itself has no bound. */
const PLACES_MAX = 100;
const WORDS_MAX = 2_000;
/** A start asks the store for the batches of so many landings at once. */
const LANDINGS_AT_ONCE = 500;

const OPEN: readonly BatchState[] = ['landed', 'checking'];

/** A batch that was begun. */
export interface Begun {
  /** The table that it was for. */
  target: { domain: string; table: string; major: number };
  landed: LandedBytes;
  report: BatchReport;
}

/**
 * Writes the failure and removes what the batch left. A batch that was committed after all keeps its answer. Rejects when
 * the failure cannot be written now; it is tried on in the background, so that the batch does not stay open.
 */
export async function fail(deps: IngestDeps, options: Begun, error: unknown): Promise<BatchReport> {
  const { report } = options;
  const failed: BatchReport = {
    ...report,
    state: 'failed',
    ...failureOf(error),
    ...ended(deps, report),
  };
  logFailure(deps, failed, error);
  // Why first: what stands there is nobody's, and on a full disk it makes the room to write the failure.
  await removeScratch(deps, report.batch);
  try {
    return await recordFailure(deps, options, failed);
  } catch (another) {
    void recordLater(deps, options, failed);
    throw storageFault(another) ?? another;
  }
}

/** A batch that a rule rejects: failed with its counts, rules and samples, so that the producer sees what to correct. */
export async function rejectChecked(
  deps: IngestDeps,
  options: Begun,
  report: BatchReport,
): Promise<BatchReport> {
  const errors = report.rules
    .filter((rule) => rule.evaluation === 'fail' && rule.consequence === 'reject')
    .map(({ id, column, must }) => ({
      code: 'BATCH_REJECTED' as const,
      path: column ?? id,
      message: `rule ${id} must be ${must}`,
    }));
  const words = report.because ?? 'a rule rejects the batch';
  return await fail(
    deps,
    { ...options, report },
    new WeftError('BATCH_REJECTED', words, { errors }),
  );
}

async function recordFailure(
  deps: IngestDeps,
  { report, target, landed }: Begun,
  failed: BatchReport,
): Promise<BatchReport> {
  const { batch } = report;
  await nodeDb(deps)
    .transaction()
    .execute(async (tx) => {
      // Why it may not be: an answer of the store was lost, and the batch had ended all the same.
      const saved = await saveReport(tx, failed, { from: OPEN, now: nowText(deps) });
      if (saved) await emitBatchEvent(tx, deps, { kind: 'batch.failed', report: failed });
      deps.step?.('failure-in-transaction');
    });
  const present = await findBatch(nodeDb(deps), batch);
  if (present !== undefined && present.state !== 'failed') return present.report;
  deps.step?.('failure-recorded');
  await removeIfPossible(deps, batch, removeLeftovers(deps, { batch, ...target }));
  await removeIfPossible(deps, batch, deps.landings.remove(landed.path));
  deps.step?.('failure-swept');
  deps.onOutbox();
  return present?.report ?? failed;
}

/**
 * A batch whose first row the store did not confirm: it has none, or gets its end here, so that its key is free again. Its
 * landed bytes are gone already.
 */
export function abandon(deps: IngestDeps, options: Begun, error: unknown): void {
  const { report } = options;
  const failure = { ...failureOf(error), ...ended(deps, report) };
  void recordLater(deps, options, { ...report, state: 'failed', ...failure });
}

/** Tries until the failure is written; what is still open when the process ends is found by `recover`. */
async function recordLater(deps: IngestDeps, options: Begun, failed: BatchReport): Promise<void> {
  let wait = FAILURE_RETRY_MS;
  for (let isOpen = true; isOpen; wait = Math.min(wait * 2, FAILURE_RETRY_MAX_MS)) {
    await sleep(wait, undefined, { ref: false });
    // Why also when the store is gone: a server that was restarted, and a database that recovered, are there again.
    isOpen = await recordFailure(deps, options, failed).then(
      () => false,
      () => true,
    );
  }
}

/**
 * Removes what the check of a batch made for itself. Why it never fails: on a disk that became read-only the batch has to end
 * all the same, and the next start sweeps what is left.
 */
export async function removeScratch(deps: IngestDeps, batch: string): Promise<void> {
  await removeIfPossible(deps, batch, deps.files.removeDirectory(scratchOf(deps, batch)));
}

/** Resolves also when the disk does not let it happen: then a stray is left, and named in the log. */
export async function removeIfPossible(
  deps: IngestDeps,
  batch: string,
  removal: Promise<void>,
): Promise<void> {
  try {
    await removal;
  } catch (error) {
    deps.logger.warn('files of a batch could not be removed', { batch, error: String(error) });
  }
}

export function scratchOf(deps: IngestDeps, batch: string): string {
  return `${deps.directories.scratch}/${batch}`;
}

function failureOf(error: unknown): { because: string; problem: BatchProblem } {
  const words = 'the node failed while it checked the batch; nothing was committed';
  const known = isWeftError(error)
    ? error
    : (storageFault(error) ?? new WeftError('INTERNAL', words));
  const { code, remedy, message } = known;
  const errors = known.errors.slice(0, PLACES_MAX).map((place) => ({
    ...place,
    message: storableText(clipText(place.message, WORDS_MAX)),
    ...(place.path === undefined ? {} : { path: storableText(clipText(place.path, WORDS_MAX)) }),
  }));
  const because = storableText(clipText(message, WORDS_MAX));
  return { because, problem: { code, remedy, errors } };
}

/** Why not the words of a refused file: they may quote it. */
function logFailure(deps: IngestDeps, report: BatchReport, error: unknown): void {
  const { batch } = report;
  const code = report.problem?.code ?? 'INTERNAL';
  if (code === 'INTERNAL' || code.startsWith('DISK_')) {
    const text = error instanceof Error ? error.message : String(error);
    deps.logger.error('batch failed', { batch, code, error: text });
  } else deps.logger.info('batch failed', { batch, code });
}

/** Deletes data and quarantine files that carry the name of a batch which is not to be seen. */
async function removeLeftovers(
  deps: IngestDeps,
  batch: { batch: string; domain: string; table: string; major: number },
): Promise<void> {
  const { directories, files } = deps;
  const data = `${directories.tables}/${batch.domain}/${batch.table}/v${batch.major}/data`;
  const names = await files.names(data);
  const own = names.filter((name) => name.startsWith(`${batch.batch}-`));
  await Promise.all(own.map((name) => files.removeFile(`${data}/${name}`)));
  const quarantine = `${directories.quarantine}/${batch.domain}`;
  await files.removeFile(`${quarantine}/${batch.batch}.parquet`);
  await files.removeFile(marksPathOf(quarantine, batch.batch));
}

/**
 * What was not acknowledged is absent: open batches end as failed, and files that no batch knows are deleted. Those that
 * were acknowledged are returned, rid of what their first try left, to be taken up again. Only what an earlier process left
 * is touched, so new batches may come meanwhile.
 */
export async function recover(
  deps: IngestDeps,
  since: string,
): Promise<{ ended: number; resumable: BatchRow[] }> {
  const db = nodeDb(deps);
  const open = await db
    .selectFrom('batches')
    .selectAll()
    .where('state', 'in', [...OPEN])
    .where('batch', '<', since)
    .execute();
  const resumable = await acknowledgedOf(deps, open);
  for (const row of resumable) await removeLeftovers(deps, leftoversOf(row));
  const lost = open.filter((row) => !resumable.includes(row));
  for (const row of lost) {
    await endInterrupted(db, { row, now: deps.clock.now(), eventId: deps.ids.next('evt') });
    deps.step?.('recovery-ended-one');
    await removeLeftovers(deps, leftoversOf(row));
  }
  const { scratch } = deps.directories;
  for (const name of await deps.files.names(scratch)) {
    if (name < since) await forgetScratch(deps, name);
  }
  await removeUnknownLandings(deps, since);
  await sweepMarks(deps, since);
  if (lost.length > 0) deps.onOutbox();
  deps.step?.('recovery-done');
  return { ended: lost.length, resumable };
}

/** Landings whose batch the store does not know, or that failed. Many at a time: all that were kept are asked for. */
async function removeUnknownLandings(deps: IngestDeps, since: string): Promise<void> {
  const landings = (await deps.landings.list()).filter(({ batch }) => batch < since);
  for (let at = 0; at < landings.length; at += LANDINGS_AT_ONCE) {
    const some = landings.slice(at, at + LANDINGS_AT_ONCE);
    const states = await readStates(
      nodeDb(deps),
      some.map(({ batch }) => batch),
    );
    for (const { batch, path } of some) {
      const state = states.get(batch);
      if (state === undefined || state === 'failed') await deps.landings.remove(path);
    }
  }
}

/** Where a check that begins before its batch is in the store says which table it is for. */
function notePath(deps: IngestDeps, batch: string): string {
  return `${scratchOf(deps, batch)}/table.json`;
}

/** Says for which table files may come that carry the name of a batch which the store does not know yet. */
export async function noteEarly(deps: IngestDeps, batch: string, table: TableName): Promise<void> {
  await deps.files.makeDirectory(scratchOf(deps, batch));
  // Why durable: it explains data files that are.
  await deps.files.writeDurably(notePath(deps, batch), JSON.stringify(table));
}

/** Removes what the check of a batch left that the store never heard of. */
export async function forgetEarly(
  deps: IngestDeps,
  batch: string,
  table: TableName,
): Promise<void> {
  await removeLeftovers(deps, { batch, ...table });
  await deps.files.removeDirectory(scratchOf(deps, batch));
}

async function forgetScratch(deps: IngestDeps, batch: string): Promise<void> {
  if ((await findBatch(nodeDb(deps), batch)) === undefined) {
    const table = await readNote(deps, batch);
    if (table !== null) await removeLeftovers(deps, { batch, ...table });
  }
  await deps.files.removeDirectory(scratchOf(deps, batch));
}

async function readNote(deps: IngestDeps, batch: string): Promise<TableName | null> {
  try {
    const pieces: Uint8Array[] = [];
    for await (const piece of deps.files.read(notePath(deps, batch))) pieces.push(piece);
    return JSON.parse(Buffer.concat(pieces).toString('utf8')) as TableName;
  } catch {
    // Why no error: most checks began after their batch was in the store, and write none.
    return null;
  }
}

function leftoversOf({ batch, domain, table_name: table, major }: BatchRow) {
  return { batch, domain, table, major };
}

export function ended(
  deps: IngestDeps,
  report: BatchReport,
): { finished: string; seconds: number } {
  const now = deps.clock.now();
  const seconds = Math.max(0, now - Date.parse(report.started)) / 1_000;
  return { finished: new Date(now).toISOString(), seconds };
}
