/**
 * How a batch ends that its node stopped over before its sender was answered.
 *
 * Not which batches those are. Invariant: the end and the event that tells of it change in one transaction, and a batch
 * that ended otherwise meanwhile keeps its end.
 */
import type { BatchReport } from '@weft/core/ingest/report';
import { addEvent, type BatchRow, type NodeDb, saveReport } from '../store/node-batches.ts';

/** Ends the batch as failed. `now` in milliseconds since the epoch. */
export async function endInterrupted(
  db: NodeDb,
  { row, now, eventId }: { row: BatchRow; now: number; eventId: string },
): Promise<void> {
  const at = new Date(now).toISOString();
  const report: BatchReport = {
    ...row.report,
    state: 'failed',
    because: 'interrupted: the node stopped before the batch was committed; send it again',
    finished: at,
    seconds: Math.max(0, now - Date.parse(row.report.started)) / 1_000,
  };
  await db.transaction().execute(async (tx) => {
    const saved = await saveReport(tx, report, { from: ['landed', 'checking'], now: at });
    if (!saved) return;
    await addEvent(tx, {
      id: eventId,
      kind: 'batch.failed',
      source: `/domains/${row.domain}/batches`,
      subject: `${report.product}@${report.contract.version}`,
      time: now,
      sequence: null,
      dataref: `/api/v1/batches/${report.batch}`,
      contractHash: report.contract.hash,
      data: { batch: report.batch, table: report.table, state: report.state },
    });
  });
}
