/**
 * The end of a checked batch: committed in one transaction with the table's pointer, or held with its files kept.
 *
 * Invariant: what a report says and what the store holds change together, with the event that tells of it.
 */

import type { IngestPlan } from '@weft/core/contract/plan';
import type { CheckedBatch } from '@weft/core/ingest/check-ports';
import { layoutOfBatch } from '@weft/core/ingest/quarantine-files';
import type { BatchReport, BatchState } from '@weft/core/ingest/report';
import { assert } from '@weft/core/lib/assert';
import { proofsOf, saveFileProofs } from '../store/file-proofs.ts';
import { type NodeTx, saveHeldFiles, saveReport } from '../store/node-batches.ts';
import { addMark, saveQuarantine } from '../store/node-quarantine.ts';
import { emitBatchEvent, nowText } from './ingest-events.ts';
import type { IngestDeps, Replay } from './ingest-ports.ts';
import { nodeDb, type OpenTable } from './ingest-tables.ts';
import type { Place } from './table-commits.ts';

export interface BatchEnd {
  report: BatchReport;
  checked: CheckedBatch;
  plan: IngestPlan;
  table: OpenTable;
  /** Of a batch that repairs another. */
  replay?: Replay | undefined;
}

/** States of a batch whose work goes on. */
const OPEN: readonly BatchState[] = ['landed', 'checking'];

/** Commits the good records when the turn of the batch has come. Returns the report as it was stored. */
export async function commitChecked(
  deps: IngestDeps,
  end: BatchEnd,
  place: Place,
): Promise<BatchReport> {
  const { report, checked, plan, table, replay } = end;
  const committed = await place.commit({
    report: { ...report, state: 'committed' },
    from: OPEN,
    plan,
    files: checked.files,
    location: table.location,
    isAlone: replay !== undefined,
    within: async (tx) => {
      await saveRefused(tx, deps, end);
      await saveReplay(tx, deps, end);
    },
  });
  deps.onOutbox();
  return committed;
}

/** Keeps good and refused records of a batch that a person has to look at. */
export async function holdChecked(deps: IngestDeps, end: BatchEnd): Promise<BatchReport> {
  const { report, checked } = end;
  await nodeDb(deps)
    .transaction()
    .execute(async (tx) => {
      const saved = await saveReport(tx, report, { from: OPEN, now: nowText(deps) });
      assert(saved, `batch ${report.batch} was being checked`);
      await saveHeldFiles(tx, report.batch, checked.files);
      await saveFileProofs(tx, proofsOf(checked.files), nowText(deps));
      await saveRefused(tx, deps, end);
      await emitBatchEvent(tx, deps, { kind: 'batch.held', report });
      await saveReplay(tx, deps, end);
      deps.step?.('hold-in-transaction');
    });
  deps.step?.('hold-done');
  deps.onOutbox();
  return report;
}

/** Marks the records that were sent again. Why last in its transaction: from an audit entry on, every other entry waits. */
async function saveReplay(tx: NodeTx, deps: IngestDeps, end: BatchEnd): Promise<void> {
  const { report, replay } = end;
  if (replay === undefined) return;
  const { marksPath, marksProof, parents, because, subject } = replay;
  const taken = parents.reduce((sum, parent) => sum + parent.records, 0);
  assert(report.records.in === taken, 'a repaired file holds the records that were taken');
  await addMark(tx, {
    mark: report.batch,
    kind: 'replayed',
    path: marksPath,
    child: report.batch,
    because,
    decidedBy: subject.id,
    now: nowText(deps),
    batches: parents,
  });
  await saveFileProofs(tx, marksProof, nowText(deps));
  const { product, records } = report;
  await deps.audit.appendWithin(tx, {
    actor: subject.id,
    action: 'quarantine.replay',
    subject: report.batch,
    details: {
      product,
      root: replay.root,
      because,
      records: records.in,
      good: records.good,
      quarantined: records.quarantined,
      duplicates: records.duplicates,
    },
  });
  deps.step?.('replay-in-transaction');
}

async function saveRefused(tx: NodeTx, deps: IngestDeps, end: BatchEnd): Promise<void> {
  const { report, checked, plan } = end;
  const { file, byRule } = checked.quarantine;
  if (file === null) return;
  await saveQuarantine(tx, {
    batch: report.batch,
    product: report.product,
    path: file.path,
    bytes: file.bytes,
    records: report.records.quarantined,
    duplicates: report.records.duplicates,
    by_rule: byRule,
    layout: layoutOfBatch(plan, report.source.format, checked.fields),
    created_at: nowText(deps),
  });
  const { path: uri, bytes, sha256 } = file;
  await saveFileProofs(tx, [{ uri, bytes, sha256 }], nowText(deps));
  if (report.records.quarantined > 0) {
    await emitBatchEvent(tx, deps, { kind: 'rows.quarantined', report });
  }
}
