/**
 * The end of a checked batch: committed in one transaction with the table's pointer, or held with its files kept.
 *
 * Invariant: what a report says and what the store holds change together, with the event that tells of it.
 */

import type { IngestPlan } from '@weft/core/contract/plan';
import { type EventKind, tableSource } from '@weft/core/events/event';
import type { CheckedBatch } from '@weft/core/ingest/check-ports';
import { layoutOfBatch } from '@weft/core/ingest/quarantine-files';
import type { BatchReport } from '@weft/core/ingest/report';
import { assert, must } from '@weft/core/lib/assert';
import { proofsOf, saveFileProofs } from '../store/file-proofs.ts';
import {
  addEvent,
  findBatch,
  type NodeTx,
  saveHeldFiles,
  saveReport,
} from '../store/node-batches.ts';
import { addMark, saveQuarantine } from '../store/node-quarantine.ts';
import type { IngestDeps, Replay } from './ingest-ports.ts';
import { commitFiles, nodeDb, type OpenTable } from './ingest-tables.ts';

export interface BatchEnd {
  report: BatchReport;
  checked: CheckedBatch;
  plan: IngestPlan;
  table: OpenTable;
  /** Of a batch that repairs another. */
  replay?: Replay | undefined;
}

/** Commits the good records. Returns the report as it was stored. */
export async function commitChecked(deps: IngestDeps, end: BatchEnd): Promise<BatchReport> {
  const { report, checked, plan, table } = end;
  await commitFiles(deps, {
    name: table.name,
    batch: report.batch,
    plan,
    files: checked.files,
    within: async (tx, { sequence, snapshot }) => {
      const committed: BatchReport = { ...report, state: 'committed', sequence, snapshot };
      const now = nowText(deps);
      const saved = await saveReport(tx, committed, { from: ['checking'], now });
      assert(saved, `batch ${report.batch} was being checked`);
      await saveRefused(tx, deps, end);
      await emitCommitted(tx, deps, { report: committed, table: table.name, sequence });
      await saveReplay(tx, deps, end);
    },
  });
  deps.onOutbox();
  return await storedReport(deps, report.batch);
}

/** Keeps good and refused records of a batch that a person has to look at. */
export async function holdChecked(deps: IngestDeps, end: BatchEnd): Promise<BatchReport> {
  const { report, checked } = end;
  await nodeDb(deps)
    .transaction()
    .execute(async (tx) => {
      const saved = await saveReport(tx, report, { from: ['checking'], now: nowText(deps) });
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

/** The data event of a commit, with the table's own gapless sequence. */
export async function emitCommitted(
  tx: NodeTx,
  deps: IngestDeps,
  options: {
    report: BatchReport;
    table: { domain: string; table: string; major: number };
    sequence: number;
  },
): Promise<void> {
  const { report, table, sequence } = options;
  await addEvent(tx, {
    ...eventHead(deps, report),
    kind: 'batch.committed',
    source: tableSource(table),
    sequence,
    // Why thin: counts of rows would tell readers with a row filter what they may not see.
    data: {
      batch: report.batch,
      table: report.table,
      snapshot: must(report.snapshot, 'snapshot of a commit'),
    },
  });
}

/** An event about a batch that changes no data: order is promised, a sequence without gaps is not. */
export async function emitBatchEvent(
  tx: NodeTx,
  deps: IngestDeps,
  options: {
    kind: Extract<EventKind, `batch.${string}` | 'rows.quarantined'>;
    report: BatchReport;
  },
): Promise<void> {
  const { kind, report } = options;
  const domain = report.product.split('.')[0] ?? '';
  await addEvent(tx, {
    ...eventHead(deps, report),
    kind,
    source: `/domains/${domain}/batches`,
    sequence: null,
    data: { batch: report.batch, table: report.table, state: report.state },
  });
}

function eventHead(deps: IngestDeps, report: BatchReport) {
  return {
    id: deps.ids.next('evt'),
    subject: `${report.product}@${report.contract.version}`,
    time: deps.clock.now(),
    dataref: `/api/v1/batches/${report.batch}`,
    contractHash: report.contract.hash,
  };
}

export async function storedReport(deps: IngestDeps, batch: string): Promise<BatchReport> {
  return must(await findBatch(nodeDb(deps), batch), 'batch that was just stored').report;
}

export function nowText(deps: IngestDeps): string {
  return new Date(deps.clock.now()).toISOString();
}
