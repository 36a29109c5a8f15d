/**
 * What people decide about a batch: release it, discard it, look at what was refused.
 *
 * Invariants: only a held batch can be decided, once; the decision, who made it and why are in the audit log in the same
 * transaction; keys that were committed since are not committed again where the contract looks for them in the table.
 */
import { placeInFiles } from '@weft/core/ingest/batch-files';
import { batchKeys } from '@weft/core/ingest/batch-keys';
import type { QuarantineItem } from '@weft/core/ingest/quarantine';
import type { BatchReport } from '@weft/core/ingest/report';
import { isTableKey } from '@weft/core/ingest/rule-scope';
import { must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';
import {
  type BatchRow,
  dropHeldFiles,
  findBatch,
  findTable,
  loadHeldFiles,
  type NodeTx,
  saveReport,
} from '../store/node-batches.ts';
import { dropReplay, findQuarantine, listFamilies } from '../store/node-quarantine.ts';
import { decodePosition, encodeCursor } from './cursor.ts';
import { assertMayReadValues } from './ingest-access.ts';
import { planOf } from './ingest-check.ts';
import { emitBatchEvent, nowText } from './ingest-events.ts';
import type { IngestDeps } from './ingest-ports.ts';
import { nodeDb } from './ingest-tables.ts';
import type { TableCommits } from './table-commits.ts';

export interface QuarantineRequest {
  rule?: string | undefined;
  limit?: number | undefined;
  after?: string | undefined;
}

/** Most records of one page of a quarantine. */
const PAGE_RECORDS_MAX = 1000;

interface Decision {
  because: string | null;
  subject: Subject;
}

/** Commits a held batch. Call it in the lane of the table. */
export async function releaseBatch(
  deps: IngestDeps & { commits: TableCommits },
  batch: string,
  decision: Decision,
): Promise<BatchReport> {
  const row = await heldBatch(deps, batch);
  const name = { domain: row.domain, table: row.table_name, major: row.major };
  await refuseNewerRows(deps, row);
  await refuseNewerRepair(deps, row);
  const [domain = '', product = ''] = row.product.split('.');
  // Why before the place is taken: one that nobody gives back keeps all later batches of the table waiting.
  const files = await loadHeldFiles(nodeDb(deps), batch);
  const report = await deps.commits.take(name).commit({
    report: decidedReport(row, 'committed', decision),
    from: ['held'],
    decidedBy: decision.subject.id,
    plan: { contract: row.report.contract, domain, product },
    files,
    isAlone: true,
    within: async (tx, report) => {
      await dropHeldFiles(tx, batch);
      await auditDecision(tx, deps, { report, decision, action: 'batch.release' });
    },
  });
  deps.onOutbox();
  return report;
}

/** Marks a held batch as discarded. */
export async function discardBatch(
  deps: IngestDeps,
  batch: string,
  decision: Decision,
): Promise<BatchReport> {
  const row = await heldBatch(deps, batch);
  const report = decidedReport(row, 'discarded', decision);
  await nodeDb(deps)
    .transaction()
    .execute(async (tx) => {
      if (row.root !== null) await dropReplay(tx, batch, nowText(deps));
      await emitBatchEvent(tx, deps, { kind: 'batch.discarded', report });
      await saveDecision(tx, deps, { report, decision, action: 'batch.discard' });
      deps.step?.('discard-in-transaction');
    });
  deps.step?.('discard-done');
  deps.onOutbox();
  return report;
}

/** Why the reason of the hold moves: a report that says `because` of a rule reads as if it were still held. */
function decidedReport(
  { report }: BatchRow,
  state: 'committed' | 'discarded',
  { because }: Decision,
): BatchReport {
  const heldBecause = report.because;
  return { ...report, state, because, ...(heldBecause === null ? {} : { heldBecause }) };
}

async function heldBatch(deps: IngestDeps, batch: string): Promise<BatchRow> {
  const row = must(await findBatch(nodeDb(deps), batch), 'batch that was seen');
  if (row.state === 'held') return row;
  throw new WeftError(
    'BATCH_STATE',
    `${batch} is ${row.state}, and only a held batch can be decided`,
  );
}

/**
 * Where keys are unique in the table, a held batch was compared with the table of its time. Rows that came since could
 * have its keys.
 */
async function refuseNewerRows(deps: IngestDeps, row: BatchRow): Promise<void> {
  const { model, ref } = await deps.contracts.current(
    `${row.product}@${row.report.contract.version}`,
  );
  const plan = planOf(model, ref.hash, row.report.table);
  const hasKey = batchKeys(plan).some(({ rule }) => isTableKey(plan, rule));
  const name = { domain: row.domain, table: row.table_name, major: row.major };
  const table = await findTable(nodeDb(deps), name);
  const since = table?.last_commit ?? null;
  if (!hasKey || since === null || since <= must(row.report.finished, 'end of a held batch'))
    return;
  throw new WeftError('CONFLICT', `rows were committed since ${row.batch} was checked`, {
    remedy:
      'Discard the batch and send it again, so that its keys are compared with the present table.',
  });
}

/** Another repair of the same batch may have brought the same keys since this one was held. */
async function refuseNewerRepair(deps: IngestDeps, row: BatchRow): Promise<void> {
  if (row.root === null) return;
  const since = must(row.report.finished, 'end of a held batch');
  const family = await listFamilies(nodeDb(deps), [row.root]);
  const newer = family.find(
    ({ batch, root, state, changed }) =>
      batch !== row.batch && batch !== root && state === 'committed' && changed > since,
  );
  if (newer === undefined) return;
  throw new WeftError('CONFLICT', `${newer.batch} repaired records of the same batch since`, {
    remedy: 'Discard the batch and replay its records again.',
  });
}

async function saveDecision(tx: NodeTx, deps: IngestDeps, options: Decided): Promise<void> {
  const { report, decision } = options;
  const decidedBy = decision.subject.id;
  const saved = await saveReport(tx, report, { from: ['held'], now: nowText(deps), decidedBy });
  if (!saved) throw new WeftError('BATCH_STATE', `${report.batch} was decided meanwhile`);
  await auditDecision(tx, deps, options);
}

interface Decided {
  report: BatchReport;
  decision: Decision;
  action: string;
}

/** Why last in its transaction: from the audit entry on, every other entry waits for its end. */
async function auditDecision(tx: NodeTx, deps: IngestDeps, options: Decided): Promise<void> {
  const { report, decision, action } = options;
  const { subject, because } = decision;
  await deps.audit.appendWithin(tx, {
    actor: subject.id,
    action,
    subject: report.batch,
    details: { product: report.product, because },
  });
}

/** A page of refused and skipped records, for owners and producers of the domain. */
export async function readBatchQuarantine(
  deps: IngestDeps,
  row: BatchRow,
  { query, subject }: { query: QuarantineRequest; subject: Subject },
): Promise<{ items: QuarantineItem[]; next: string | null }> {
  assertMayReadValues(subject, row.domain);
  const found = await findQuarantine(nodeDb(deps), row.batch);
  if (found === undefined) return { items: [], next: null };
  const page = await deps.checker.readQuarantine({
    path: found.path,
    rule: query.rule ?? null,
    limit: Math.min(query.limit ?? 50, PAGE_RECORDS_MAX),
    after: query.after === undefined ? -1 : decodePosition(row.batch, query.after),
  });
  const next = page.next === null ? null : encodeCursor(row.batch, [page.next]);
  const { files } = row.report.source;
  return {
    items: page.items.map((item) => ({ ...placeInFiles(files, item.record), ...item })),
    next,
  };
}
