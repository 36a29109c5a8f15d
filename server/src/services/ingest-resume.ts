/**
 * Batches that were acknowledged before their verdict, and whose node stopped in between: they are taken up again.
 *
 * Not the batches whose sender never got an answer: he sends them again, so they end as failed (`ingest-failure.ts`).
 * Invariants: only bytes with the acknowledged hash are checked; a batch is checked under the contract version that it was
 * acknowledged under; one that the node stops over again and again ends as failed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchReport } from '@weft/core/ingest/report';
import { isWeftError, WeftError } from '@weft/core/lib/error';
import type { BatchRow } from '../store/node-batches.ts';
import type { IngestDeps, LandedBytes, PublishedContract } from './ingest-ports.ts';
import { nodeDb } from './ingest-tables.ts';

const RESUMED_MAX = 3;
/** Between two tries to get a contract that the node has not kept. */
const CONTRACT_RETRY_MS = 2_000;

/** Those of the open batches whose sender was told that their bytes are safe. */
export async function acknowledgedOf(
  deps: IngestDeps,
  open: readonly BatchRow[],
): Promise<BatchRow[]> {
  if (open.length === 0) return [];
  const rows = await nodeDb(deps)
    .selectFrom('operations')
    .select('batch')
    .where('state', '=', 'running')
    .where(
      'batch',
      'in',
      open.map((row) => row.batch),
    )
    .execute();
  const acknowledged = new Set(rows.map((row) => row.batch));
  return open.filter(
    (row) =>
      acknowledged.has(row.batch) &&
      row.landing !== null &&
      (row.report.resumed ?? 0) < RESUMED_MAX,
  );
}

export interface Resumable {
  contract: PublishedContract;
  landed: LandedBytes;
  report: BatchReport;
}

/** What is needed to check the batch again. Rejects when its bytes or its contract are not those of the acknowledgement. */
export async function reopenBatch(
  deps: IngestDeps,
  row: BatchRow,
  stopping: AbortSignal,
): Promise<Resumable> {
  const { report } = row;
  const contract = await contractOf(deps, row, stopping);
  const names = (report.source.files ?? []).map((file) => file.name);
  const landed = row.landing === null ? null : await deps.landings.reopen(row.landing, names);
  if (landed === null || landed.sha256 !== report.source.sha256) {
    throw new WeftError(
      'DISK_FAILED',
      'the landed bytes are gone or are not those that were received',
    );
  }
  if (contract.ref.hash !== report.contract.hash) {
    throw new WeftError(
      'CONTRACT_UNTRUSTED',
      'the contract is not the one that the batch came under',
    );
  }
  restoreStated(landed, report);
  return { contract, landed, report: { ...report, resumed: (report.resumed ?? 0) + 1 } };
}

/** What the sender said of his files is not in their bytes. */
function restoreStated(landed: LandedBytes, { source }: BatchReport): void {
  if (source.stated !== undefined) landed.stated = source.stated;
  for (const [i, file] of (landed.files ?? []).entries()) {
    const stated = source.files?.[i]?.stated;
    if (stated !== undefined) file.stated = stated;
  }
}

/** Waits for a control plane that is away until the node stops: the batch stays open meanwhile. */
async function contractOf(deps: IngestDeps, { product, report }: BatchRow, stopping: AbortSignal) {
  for (;;) {
    try {
      return await deps.contracts.current(`${product}@${report.contract.version}`);
    } catch (error) {
      if (!isWeftError(error, 'UNAVAILABLE')) throw error;
      await sleep(CONTRACT_RETRY_MS, undefined, { ref: false, signal: stopping });
    }
  }
}
