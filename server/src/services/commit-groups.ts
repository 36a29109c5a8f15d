/**
 * Store transactions that several commits share: those of other tables that come while one is under way go into the next
 * one together, and are durable by one sync of the disk.
 *
 * Not the versions of the tables (`table-commits.ts`). Invariants: in one transaction a table's pointer, its batches, their
 * quarantine and their events change together; a commit that lost its race, or is refused, takes no other with it: what
 * made a transaction fail is found by trying each alone; a transaction whose answer was lost is never tried again here.
 */
import type { IngestPlan } from '@weft/core/contract/plan';
import type { BatchReport, BatchState } from '@weft/core/ingest/report';
import type { DataFile, StagedAppends } from '@weft/core/lakehouse/types';
import { assert, must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import type { NodeTx, TableName, TableRow } from '../store/node-batches.ts';
import { addEvents, lockTables, moveTables, saveReports } from '../store/node-commits.ts';
import { noteUnreachable } from '../store/node-files.ts';
import { committedEvent, nowText } from './ingest-events.ts';
import type { IngestDeps } from './ingest-ports.ts';
import { compareVersions, keepProofs, nodeDb } from './ingest-tables.ts';
import { laneOf } from './lanes.ts';

/** Tables of one transaction. */
const TABLES_MAX = 16;

/** A batch that is checked, or decided, and whose files shall be seen. */
export interface BatchCommit {
  /** Committed, but for its number and snapshot. */
  report: BatchReport;
  /** States in which it may still be. */
  from: readonly BatchState[];
  decidedBy?: string;
  plan: Pick<IngestPlan, 'contract' | 'domain' | 'product'>;
  files: DataFile[];
  /** The metadata file that the table had when the batch was checked; it may have another by now. */
  location?: string;
  /** True for what keeps others waiting: its transaction is its own. */
  isAlone: boolean;
  /** What else the transaction does. */
  within(tx: NodeTx, report: BatchReport): Promise<void>;
}

/** A staged version of a table, with one snapshot for each of its batches. */
export interface TableSwap {
  table: TableName;
  staged: StagedAppends;
  /** What the pointer must be. */
  expected: string | null;
  batches: readonly BatchCommit[];
}

export interface CommitGroups {
  /**
   * The reports as they were stored, or null when the pointer was another. Rejects when the change was refused, or when it is
   * unknown whether it was made.
   */
  commit(swap: TableSwap): Promise<BatchReport[] | null>;
}

interface Waiting {
  swap: TableSwap;
  answer: PromiseWithResolvers<BatchReport[] | null>;
}

export function createCommitGroups(deps: IngestDeps): CommitGroups {
  const waiting: Waiting[] = [];
  let isRunning = false;
  const runAll = async (): Promise<void> => {
    isRunning = true;
    while (waiting.length > 0) await runGroup(deps, takeGroup(waiting));
    isRunning = false;
  };
  return {
    commit(swap) {
      const answer = Promise.withResolvers<BatchReport[] | null>();
      waiting.push({ swap, answer });
      if (!isRunning) void runAll();
      return answer.promise;
    },
  };
}

/** The first that wait, as many as may share. */
function takeGroup(waiting: Waiting[]): Waiting[] {
  const isAlone = ({ swap }: Waiting): boolean => swap.batches.some((batch) => batch.isAlone);
  const alone = waiting.findIndex(isAlone);
  const together = alone < 0 ? waiting.length : Math.max(1, alone);
  return waiting.splice(0, Math.min(together, TABLES_MAX));
}

/** Never rejects: each asker gets his own answer. */
async function runGroup(deps: IngestDeps, group: readonly Waiting[]): Promise<void> {
  let isDecided = false;
  try {
    const results = await nodeDb(deps)
      .transaction()
      .execute(async (tx) => {
        const swapped = await swapTables(
          tx,
          deps,
          group.map(({ swap }) => swap),
        );
        deps.step?.('commit-in-transaction');
        // Why: from here on the store may have made it durable, whatever it answers.
        isDecided = true;
        return swapped;
      });
    for (const [i, { answer }] of group.entries()) answer.resolve(results[i] ?? null);
  } catch (error) {
    if (group.length === 1 || isDecided) {
      for (const { answer } of group) answer.reject(error);
      return;
    }
    for (const each of group) await runGroup(deps, [each]);
  }
}

/** All that changes with the pointers of the tables. */
async function swapTables(
  tx: NodeTx,
  deps: IngestDeps,
  swaps: readonly TableSwap[],
): Promise<(BatchReport[] | null)[]> {
  const now = nowText(deps);
  const rows = await lockTables(
    tx,
    swaps.map(({ table }) => table),
  );
  const won: Swapped[] = [];
  for (const swap of swaps) {
    const row = must(rows.find(isRowOf(swap.table)), `table ${laneOf(swap.table)} of a batch`);
    if (row.metadata_location !== swap.expected) continue;
    won.push({ ...swap, row, reports: reportsOf(swap, row) });
  }
  if (won.length > 0) await applySwaps(tx, deps, { swaps: won, now });
  return swaps.map(({ table }) => won.find((swap) => swap.table === table)?.reports ?? null);
}

interface Swapped extends TableSwap {
  row: TableRow;
  reports: BatchReport[];
}

function isRowOf({ domain, table, major }: TableName): (row: TableRow) => boolean {
  return (row) => row.domain === domain && row.table_name === table && row.major === major;
}

/** Each batch takes the next number of its table. */
function reportsOf({ batches, staged }: TableSwap, row: TableRow): BatchReport[] {
  const first = Number(row.next_sequence);
  return batches.map(({ report }, i) => ({
    ...report,
    sequence: first + i,
    snapshot: String(must(staged.snapshotIds[i], 'snapshot of a batch')),
  }));
}

async function applySwaps(
  tx: NodeTx,
  deps: IngestDeps,
  { swaps, now }: { swaps: readonly Swapped[]; now: string },
): Promise<void> {
  await moveTables(tx, swaps.map(moveOf), now);
  await keepProofs(tx, {
    staged: {
      proofs: swaps.flatMap(({ staged }) => staged.proofs),
      unreachable: swaps.flatMap(({ staged }) => staged.unreachable),
    },
    files: swaps.flatMap(({ batches }) => batches.flatMap(({ files }) => files)),
    now,
  });
  for (const { table, staged } of swaps) {
    await noteUnreachable(tx, table, { uris: staged.unreachable, now });
  }
  await saveAll(tx, swaps, now);
  await addEvents(
    tx,
    swaps.flatMap(({ reports, table }) =>
      reports.map((report) => committedEvent(deps, { report, table })),
    ),
  );
  for (const { batches, reports } of swaps) {
    for (const [i, batch] of batches.entries()) {
      await batch.within(tx, must(reports[i], 'report of a batch'));
    }
  }
}

function moveOf({ table, staged, batches, row }: Swapped) {
  const files = batches.flatMap((batch) => batch.files);
  const { contract_id: id, contract_version: version, contract_hash: hash } = row;
  const contract = batches
    .map(({ plan }) => plan.contract)
    .reduce((newest, each) => (compareVersions(each.version, newest.version) < 0 ? newest : each), {
      id,
      version,
      hash,
    });
  return {
    ...table,
    location: staged.metadataLocation,
    batches: batches.length,
    rows: files.reduce((sum, file) => sum + file.records, 0),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    contract_id: contract.id,
    contract_version: contract.version,
    contract_hash: contract.hash,
  };
}

/** Stores the reports, and puts them as they were stored in the place of those that were made here. */
async function saveAll(tx: NodeTx, swaps: readonly Swapped[], now: string): Promise<void> {
  const [first] = swaps.flatMap(({ batches }) => batches);
  const { from, decidedBy = null } = must(first, 'batch of a commit');
  const reports = swaps.flatMap((swap) => swap.reports);
  const saved = await saveReports(tx, reports, { from, now, decidedBy });
  for (const { reports: own } of swaps) {
    for (const [i, report] of own.entries()) {
      own[i] = saved.get(report.batch) ?? refuseEnded(report.batch, from);
    }
  }
}

function refuseEnded(batch: string, from: readonly BatchState[]): never {
  if (from.includes('held')) throw new WeftError('BATCH_STATE', `${batch} was decided meanwhile`);
  assert(false, `batch ${batch} was being checked`);
}
