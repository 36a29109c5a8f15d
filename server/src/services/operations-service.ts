/**
 * Long work that outlives its request: start it, look at it, cancel it.
 *
 * Not a queue: the work runs in this process, and its own room makes it durable. Invariants: an operation that says it is
 * running runs in a process that lives; one whose process ended says how its batch ended, or that it was
 * taken up again, instead of running for ever; only who started
 * it, who acts for its domain, or the platform team sees it, and none of them sees values of rows that he may not see.
 */
import type { BatchReport } from '@weft/core/ingest/report';
import { assert } from '@weft/core/lib/assert';
import { isWeftError, type ProblemDocument, toProblem, WeftError } from '@weft/core/lib/error';
import type { IdSource } from '@weft/core/lib/id';
import type { Clock, Logger } from '@weft/core/lib/ports';
import type { StepHook } from '@weft/core/lib/steps';
import { storableJson } from '@weft/core/lib/storable-text';
import type { Subject } from '@weft/core/registry/types';
import type { Kysely, Selectable } from 'kysely';
import { findBatch } from '../store/node-batches.ts';
import { findRestatementByOperation } from '../store/node-restatements.ts';
import type { NodeTables, OperationState, OperationsTable } from '../store/node-tables.ts';
import type { Store } from '../store/store.ts';
import { withoutValues } from './ingest-access.ts';

export interface Operation {
  operation: string;
  kind: string;
  state: OperationState;
  /** Numbers that grow, such as bytes and records. */
  progress: Record<string, number>;
  batch: string | null;
  result: unknown;
  problem: ProblemDocument | null;
  created: string;
  updated: string;
}

/** The outcome of the work: `failed` when it ended without what was asked for, though it has a result to show. */
export interface OperationOutcome {
  failed: boolean;
  result: unknown;
}

export interface BegunOperation {
  readonly op: string;
  readonly signal: AbortSignal;
  progress(progress: Record<string, number>): void;
}

export interface TrackedWork {
  kind: string;
  subject: Subject;
  domain: string;
  batch: string | null;
  done: Promise<OperationOutcome>;
}

export interface OperationsService {
  /** An id, a signal and a place for progress, before the work starts; nothing is stored yet. */
  begin(): BegunOperation;
  /** Stores the operation and follows the work to its end. */
  track(begun: BegunOperation, work: TrackedWork): Promise<Operation>;
  show(op: string, subject: Subject): Promise<Operation>;
  /** Asks running work to stop; the answer may still say that it runs. */
  cancel(op: string, subject: Subject): Promise<Operation>;
}

export interface OperationsDeps {
  store: Store;
  ids: IdSource;
  clock: Clock;
  logger: Logger;
  /** Stops a batch that was taken up again after its process had ended. */
  cancelBatch?(batch: string, reason: WeftError): void;
  /** Told of each step; only tests pass it. */
  step?: StepHook;
}

type Row = Selectable<OperationsTable>;

class Running implements BegunOperation {
  readonly op: string;
  readonly controller = new AbortController();
  latest: Record<string, number> = {};

  constructor(op: string) {
    this.op = op;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  progress(progress: Record<string, number>): void {
    this.latest = { ...progress };
  }
}

export function createOperationsService(deps: OperationsDeps): OperationsService {
  const running = new Map<string, Running>();
  const db = deps.store.schema<NodeTables>('node');
  const find = async (op: string, subject: Subject): Promise<Row> => {
    const row = await db
      .selectFrom('operations')
      .selectAll()
      .where('op', '=', op)
      .executeTakeFirst();
    if (row === undefined || !maySee(subject, row)) {
      throw new WeftError('NOT_FOUND', `there is no operation ${op}`);
    }
    return row;
  };
  const show = async (op: string, subject: Subject): Promise<Operation> => {
    const row = await find(op, subject);
    const live = running.get(op);
    if (row.state !== 'running') return toOperation(row, subject);
    if (live !== undefined) return { ...toOperation(row, subject), progress: live.latest };
    const ending = await endingOfEarlier(db, row);
    if (ending === null) return toOperation(row, subject);
    await finish(db, deps, op, ending);
    return toOperation(await find(op, subject), subject);
  };
  return {
    begin: () => new Running(deps.ids.next('op')),
    show,
    async track(begun, work) {
      assert(begun instanceof Running, 'an operation of this service');
      running.set(begun.op, begun);
      await insert(db, deps, begun, work);
      deps.step?.('operation-stored');
      void follow(db, deps, begun, work.done).finally(() => running.delete(begun.op));
      return await show(begun.op, work.subject);
    },
    async cancel(op, subject) {
      const { state, batch } = await find(op, subject);
      const reason = new WeftError('CANCELLED', `${subject.id} cancelled it`);
      const live = running.get(op);
      if (live !== undefined) live.controller.abort(reason);
      else if (state === 'running' && batch !== null) deps.cancelBatch?.(batch, reason);
      return await show(op, subject);
    },
  };
}

function maySee(subject: Subject, row: Row): boolean {
  return (
    row.subject === subject.id ||
    subject.domains.includes(row.domain) ||
    subject.roles.includes('platform')
  );
}

async function insert(
  db: Kysely<NodeTables>,
  deps: OperationsDeps,
  begun: Running,
  work: TrackedWork,
): Promise<void> {
  const now = new Date(deps.clock.now()).toISOString();
  const { kind, subject, domain, batch } = work;
  await db
    .insertInto('operations')
    .values({
      op: begun.op,
      kind,
      subject: subject.id,
      domain,
      batch,
      state: 'running',
      progress: JSON.stringify(begun.latest),
      result: null,
      problem: null,
      created_at: now,
      updated_at: now,
    })
    .execute();
}

interface Ending {
  state: OperationState;
  progress?: Record<string, number>;
  result: unknown;
  problem: ProblemDocument | null;
}

async function follow(
  db: Kysely<NodeTables>,
  deps: OperationsDeps,
  begun: Running,
  done: Promise<OperationOutcome>,
): Promise<void> {
  try {
    await finish(db, deps, begun.op, await endingOf(begun, done));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    deps.logger.error('operation could not be ended', { op: begun.op, error: message });
  }
}

async function endingOf(begun: Running, done: Promise<OperationOutcome>): Promise<Ending> {
  try {
    const { failed, result } = await done;
    const state = !failed ? 'done' : begun.signal.aborted ? 'cancelled' : 'failed';
    return { state, progress: begun.latest, result, problem: null };
  } catch (error) {
    const known = isWeftError(error) ? error : new WeftError('INTERNAL', 'the work failed');
    const state = begun.signal.aborted ? 'cancelled' : 'failed';
    return { state, progress: begun.latest, result: null, problem: toProblem(known, begun.op) };
  }
}

/** How the work ended that an earlier process began; null while it is open, because it was taken up again. */
async function endingOfEarlier(db: Kysely<NodeTables>, row: Row): Promise<Ending | null> {
  if (row.kind === 'restate') {
    const made = await findRestatementByOperation(db, row.op);
    if (made !== undefined) return { state: 'done', result: made.report, problem: null };
  }
  const batch = row.batch === null ? undefined : await findBatch(db, row.batch);
  if (batch === undefined) return interrupted(row.op);
  if (batch.state === 'landed' || batch.state === 'checking') return null;
  const ended = batch.report.problem?.code === 'CANCELLED' ? 'cancelled' : 'failed';
  const state = batch.state === 'failed' ? ended : 'done';
  return { state, result: batch.report, problem: null };
}

function interrupted(op: string): Ending {
  const error = new WeftError('UNAVAILABLE', 'the node stopped before the work was done');
  return { state: 'failed', result: null, problem: toProblem(error, op) };
}

async function finish(
  db: Kysely<NodeTables>,
  deps: OperationsDeps,
  op: string,
  ending: Ending,
): Promise<void> {
  const { state, progress, result, problem } = ending;
  await db
    .updateTable('operations')
    .set({
      state,
      result: result === null ? null : storableJson(result),
      problem: problem === null ? null : storableJson(problem),
      updated_at: new Date(deps.clock.now()).toISOString(),
      ...(progress === undefined ? {} : { progress: JSON.stringify(progress) }),
    })
    .where('op', '=', op)
    .where('state', '=', 'running')
    .execute();
}

function toOperation(row: Row, subject: Subject): Operation {
  return {
    operation: row.op,
    kind: row.kind,
    state: row.state,
    progress: row.progress,
    batch: row.batch,
    result: resultFor(row, subject),
    problem: row.problem ?? null,
    created: row.created_at,
    updated: row.updated_at,
  };
}

/** Why: the result was kept as who started the work may see it; others may see the operation and not the values. */
function resultFor(row: Row, subject: Subject): unknown {
  const result = row.result ?? null;
  return row.kind === 'ingest' && result !== null
    ? withoutValues(result as BatchReport, subject)
    : result;
}
