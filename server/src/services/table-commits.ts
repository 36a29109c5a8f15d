/**
 * Commits of batches into tables, in the order in which the batches came: those of one table that are ready while another
 * commit is under way become one version of it together, each with a snapshot and a number of its own.
 *
 * Not the transaction (`commit-groups.ts`), and not who may be checked beside whom (`ingest-service.ts`). Invariants: a batch
 * is committed after those that took their place before it, unless they left; a version that cannot be made takes no batch
 * with it: each is tried alone then; a lost answer is resolved by reading.
 */
import type { BatchReport } from '@weft/core/ingest/report';
import { commitWithRetry, stageAppends } from '@weft/core/lakehouse/commit';
import type { StagedAppends } from '@weft/core/lakehouse/types';
import { must } from '@weft/core/lib/assert';
import { findBatch, findTable, type TableName } from '../store/node-batches.ts';
import { type BatchCommit, createCommitGroups } from './commit-groups.ts';
import type { IngestDeps } from './ingest-ports.ts';
import { contractProperties, loadMetadata, nodeDb, writeHint } from './ingest-tables.ts';
import { laneOf } from './lanes.ts';

/** Attempts of a commit against other writers of the same table. */
const ATTEMPTS_MAX = 5;
/** Batches of one version. Why below the slack of a table's history: none of them may drop out of it at once. */
const BATCHES_MAX = 16;

/** A batch's place among those of its table. */
export interface Place {
  /** Commits it when its turn has come; resolves to its report once that is durable. */
  commit(batch: BatchCommit): Promise<BatchReport>;
  /** Lets the others pass; costs nothing when it was committed, or left before. */
  leave(): void;
}

export interface TableCommits {
  /** Takes the next place of a table. */
  take(table: TableName): Place;
}

interface Slot {
  state: 'taken' | 'ready' | 'gone';
  batch: BatchCommit | null;
  answer: PromiseWithResolvers<BatchReport>;
}

interface Queue {
  table: TableName;
  slots: Slot[];
  isBusy: boolean;
  /** The metadata file that the last commit made; undefined when it has to be asked for. */
  location: string | undefined;
}

export function createTableCommits(deps: IngestDeps): TableCommits {
  const queues = new Map<string, Queue>();
  const groups = createCommitGroups(deps);
  const pump = async (queue: Queue): Promise<void> => {
    if (queue.isBusy) return;
    queue.isBusy = true;
    for (let next = takeReady(queue); next.length > 0; next = takeReady(queue)) {
      await commitSlots(queue, next);
    }
    queue.isBusy = false;
    if (queue.slots.length === 0) queues.delete(laneOf(queue.table));
  };
  /** Never rejects: each batch gets its own answer. */
  const commitSlots = async (queue: Queue, slots: readonly Slot[]): Promise<void> => {
    const batches = slots.map(({ batch }) => must(batch, 'a batch that is ready'));
    try {
      const reports = await commitBatches({ deps, groups, queue, batches });
      for (const [i, { answer }] of slots.entries()) {
        answer.resolve(must(reports[i], 'report of a batch'));
      }
    } catch (error) {
      queue.location = undefined;
      if (slots.length === 1) slots[0]?.answer.reject(error);
      else for (const slot of slots) await commitSlots(queue, [slot]);
    }
  };
  return {
    take(table) {
      const lane = laneOf(table);
      const queue = queues.get(lane) ?? { table, slots: [], isBusy: false, location: undefined };
      queues.set(lane, queue);
      const slot: Slot = { state: 'taken', batch: null, answer: Promise.withResolvers() };
      queue.slots.push(slot);
      const change = (state: Slot['state']): void => {
        slot.state = state;
        void pump(queue);
      };
      return {
        commit(batch) {
          slot.batch = batch;
          change('ready');
          return slot.answer.promise;
        },
        leave() {
          if (slot.state === 'taken') change('gone');
        },
      };
    },
  };
}

/** The next of a table that can be committed together: nobody before them is still to come. */
function takeReady(queue: Queue): Slot[] {
  const ready: Slot[] = [];
  for (let [slot] = queue.slots; slot !== undefined; [slot] = queue.slots) {
    const isAlone = slot.batch?.isAlone === true;
    if (slot.state === 'taken' || ready.length === BATCHES_MAX) break;
    if (isAlone && ready.length > 0) break;
    queue.slots.shift();
    if (slot.state === 'ready') ready.push(slot);
    if (isAlone) break;
  }
  return ready;
}

interface CommitBatches {
  deps: IngestDeps;
  groups: ReturnType<typeof createCommitGroups>;
  queue: Queue;
  batches: readonly BatchCommit[];
}

/** Commits files as one version of the table. Resolves after the transaction is durable. */
async function commitBatches(options: CommitBatches): Promise<BatchReport[]> {
  const { deps, groups, queue, batches } = options;
  const { table } = queue;
  let reports: BatchReport[] | null = null;
  let known = queue.location ?? batches[0]?.location;
  const staged = await commitWithRetry<StagedAppends>({
    ports: deps.lakehouse,
    attemptsMax: ATTEMPTS_MAX,
    load: async () => {
      const location = known ?? (await pointerOf(deps, table));
      // Why: when the swap is lost, the pointer was another.
      known = undefined;
      return { metadata: await loadMetadata(deps, location), location };
    },
    stage: async ({ metadata, location }) => {
      const version = await stageAppends(deps.lakehouse, {
        base: metadata,
        appends: batches.map(({ plan, files, report }) => ({
          files,
          summary: { ...contractProperties(plan), 'weft.batch': report.batch },
        })),
        baseLocation: location,
      });
      deps.step?.('version-staged');
      return version;
    },
    swap: async (version, expected) => {
      reports = await groups.commit({ table, staged: version, expected, batches });
      return reports !== null;
    },
  });
  deps.step?.('commit-done');
  queue.location = staged.metadataLocation;
  deps.metadata.set(staged.metadataLocation, staged.metadata);
  await writeHint(deps, staged);
  deps.step?.('hint-written');
  for (const _ of batches) deps.onCommit?.(table);
  return reports ?? (await storedReports(deps, batches));
}

async function pointerOf(deps: IngestDeps, table: TableName): Promise<string> {
  const row = must(await findTable(nodeDb(deps), table), 'table of a batch');
  return must(row.metadata_location, 'metadata of an open table');
}

/** Of a commit whose answer was lost, and that was made all the same. */
async function storedReports(
  deps: IngestDeps,
  batches: readonly BatchCommit[],
): Promise<BatchReport[]> {
  const reports: BatchReport[] = [];
  for (const { report } of batches) {
    const row = await findBatch(nodeDb(deps), report.batch);
    reports.push(must(row, 'batch that was just stored').report);
  }
  return reports;
}
