/**
 * Governed queries: gate, decide, project, run, record, for one subject and one purpose.
 *
 * Not who the subject is (the API) and not the SQL (`core/query`). Invariants: every query is decided anew, right before
 * it runs, and again whenever something that decides on access changed while its answer is open: what was revoked ends
 * it, also when it waits, prepares, or nobody reads it; no row leaves before the audit entry of its query is durable, and
 * the last byte of an answer leaves after the closing one; a text that the gate refuses reaches no process that holds
 * rows.
 */

import { WeftError } from '@weft/core/lib/error';
import type { IdSource } from '@weft/core/lib/id';
import type { Clock, Crypto, Logger } from '@weft/core/lib/ports';
import type { AccessDecision } from '@weft/core/policy/decide';
import { EngineProblem } from '@weft/core/query/engine-error';
import { checkQueryText } from '@weft/core/query/gate';
import type {
  AccessDecider,
  ProjectionFiles,
  QueryAudit,
  QueryEngine,
  QueryOutcome,
  RunLimits,
  RunningQuery,
  TableSource,
} from '@weft/core/query/ports';
import { openedTables, type ProjectTable } from '@weft/core/query/project';
import type { StandingView } from '@weft/core/registry/standing';
import type { Subject } from '@weft/core/registry/types';
import { decodeCursor, encodeCursor, pageLimit, toPage } from './cursor.ts';
import { Admission, type AdmissionLimits } from './query-admission.ts';
import {
  CONTENT_TYPES,
  formatResult,
  type QueryFormat,
  type ResultExporters,
  shapeOf,
} from './query-formats.ts';
import { QueryJournal, type QueryRecord } from './query-journal.ts';
import { resultRowsMax } from './query-obligations.ts';
import {
  confirmPlan,
  describeDecision,
  explainHidden,
  type PlannedQuery,
  planQuery,
} from './query-plan.ts';
import { QueryWatch } from './query-watch.ts';

/** A table that is written all the time may need new projections each time; the last attempt makes them in its place. */
const PREPARE_ATTEMPTS = 3;

export interface QueryServiceDeps {
  decide: AccessDecider;
  /** Who may act no more, and when to look again. */
  standing: StandingView;
  tables: TableSource;
  projections: ProjectionFiles;
  /** Told of the tables of each query, as they were permitted. */
  onPlanned?(tables: readonly ProjectTable[], subject: Subject): void;
  /** Told at the end of a query for which not all that it was permitted was ready. */
  onNarrow?(): void;
  engine: QueryEngine;
  exporters: ResultExporters;
  audit: QueryAudit;
  crypto: Pick<Crypto, 'sha256'>;
  ids: IdSource;
  clock: Clock;
  logger: Logger;
  limits: RunLimits;
  admission: AdmissionLimits;
}

export interface QueryRequest {
  subject: Subject;
  purpose: string;
  sql: string;
  format: QueryFormat;
  /** May only lower the limits of the node. */
  limits: Partial<RunLimits>;
  /** Aborts when whoever asked is gone. */
  signal: AbortSignal;
}

export interface QueryAnswer {
  query: string;
  contentType: string;
  /** To be read once; an error in it ends the answer in the middle. */
  body: AsyncIterable<Uint8Array>;
  /** Aborts when the answer may not go on: what of it is still on its way must not arrive. */
  revoked: AbortSignal;
}

export interface QueryService {
  /** Resolves when the first rows are there; rejects with WeftError before that. */
  submit(request: QueryRequest): Promise<QueryAnswer>;
  /** A query of the subject's own; rejects with NOT_FOUND. */
  show(query: string, subject: Subject): QueryRecord;
  /** The subject's own, the newest first, as long as the node keeps them. */
  list(
    subject: Subject,
    page: { limit?: number | undefined; after?: string | undefined },
  ): { items: QueryRecord[]; next: string | null };
  /** Ends a query of the subject's own; says what it is now. */
  cancel(query: string, subject: Subject): QueryRecord;
}

export function createQueryService(deps: QueryServiceDeps): QueryService {
  const admission = new Admission(deps.admission);
  const journal = new QueryJournal(deps.clock);
  return {
    submit: async (request) => {
      if (request.purpose.trim() === '') {
        throw new WeftError('PURPOSE_REQUIRED', 'A query says what its result is for.');
      }
      checkQueryText(request.sql);
      const query = deps.ids.next('qry');
      const controller = journal.open({
        query,
        subject: request.subject.id,
        purpose: request.purpose,
      });
      const submission = new Submission({ deps, request, query, journal, controller });
      return await submission.answer(admission);
    },
    list(subject, page) {
      const limit = pageLimit(page.limit);
      const before =
        page.after === undefined ? null : String(decodeCursor('queries', page.after, 1)[0]);
      return toPage(journal.list(subject, { before, limit: limit + 1 }), limit, {
        item: (record) => record,
        cursor: ({ query }) => encodeCursor('queries', [query]),
      });
    },
    show: (query, subject) => journal.show(query, subject),
    cancel: (query, subject) => journal.cancel(query, subject),
  };
}

interface SubmissionParts {
  deps: QueryServiceDeps;
  request: QueryRequest;
  query: string;
  journal: QueryJournal;
  controller: AbortController;
}

/** One query on its way through. */
class Submission {
  readonly #parts: SubmissionParts;
  readonly #started: number;
  readonly #signal: AbortSignal;
  #plan: PlannedQuery | null = null;
  #decided: readonly AccessDecision[] = [];
  /** What the decisions leave of the limit of rows. */
  #rowsMax = 0;
  #release: () => void = () => undefined;
  #timer: NodeJS.Timeout | null = null;
  #settled = false;
  readonly #watch: QueryWatch;
  readonly #since: number | null;
  readonly #revoked = new AbortController();

  constructor(parts: SubmissionParts) {
    const { deps, request, controller } = parts;
    this.#parts = parts;
    this.#started = deps.clock.now();
    this.#signal = AbortSignal.any([request.signal, controller.signal]);
    this.#since = deps.standing.since(request.subject.id);
    // Why before anything is decided: a change in the middle of that must not be missed.
    this.#watch = new QueryWatch({
      standing: deps.standing,
      confirm: () => this.#confirm(),
      end: (error) => this.#revoked.abort(error),
    });
    this.#revoked.signal.addEventListener('abort', () => controller.abort(), { once: true });
  }

  async answer(admission: Admission): Promise<QueryAnswer> {
    const { deps, request, query, journal } = this.#parts;
    try {
      const tree = await deps.engine.parse(request.sql);
      const heard = this.#watch.heard();
      this.#plan = await this.#admit(admission, tree);
      // Why: what was confirmed while there was no plan says nothing of the decisions in it.
      if (this.#watch.heard() !== heard) this.#watch.doubt();
      await this.#watch.certain();
      journal.running(query, this.#plan.products);
      const body = this.#whileCertain(await this.#start(this.#plan));
      const revoked = this.#revoked.signal;
      return { query, contentType: CONTENT_TYPES[request.format], body, revoked };
    } catch (error) {
      throw await this.#fail(error);
    }
  }

  /** Whether what permitted the answer still does. */
  async #confirm(): Promise<void> {
    const { deps, request } = this.#parts;
    const { subject } = request;
    const refusal = deps.standing.refusal(subject);
    if (refusal !== null) throw new WeftError('UNAUTHENTICATED', refusal);
    if (deps.standing.since(subject.id) !== this.#since) {
      throw new WeftError('ACCESS_DENIED', `the rights of "${subject.id}" were changed meanwhile`, {
        remedy: 'Ask again, with a token that was issued since.',
      });
    }
    if (this.#plan !== null) await confirmPlan(deps.decide, request, this.#plan);
  }

  /** Takes a place and decides in it. What has to be made first is made outside of it, and decided again. */
  async #admit(admission: Admission, tree: unknown): Promise<PlannedQuery> {
    const { deps, request } = this.#parts;
    for (let attempt = 1; ; attempt++) {
      this.#release = await admission.acquire(request.subject.id, this.#signal);
      const onDecided = (decisions: readonly AccessDecision[]): void => {
        this.#decided = decisions;
      };
      const plan = await planQuery({ deps, request, tree, onDecided });
      this.#rowsMax = resultRowsMax(plan.decisions, request.format) ?? deps.limits.rows;
      deps.onPlanned?.(plan.tables, request.subject);
      const { parts } = plan.projection;
      if (deps.projections.has(parts) || attempt === PREPARE_ATTEMPTS) return plan;
      this.#release();
      this.#release = () => undefined;
      await deps.projections.open(parts, this.#patience());
    }
  }

  #patience(): { seconds: number; signal: AbortSignal } {
    const { deps, request } = this.#parts;
    return { seconds: lowerLimits(deps.limits, request.limits).seconds, signal: this.#signal };
  }

  #limits(): RunLimits {
    const { deps, request } = this.#parts;
    const limits = lowerLimits(deps.limits, request.limits);
    return { ...limits, rows: Math.min(limits.rows, this.#rowsMax) };
  }

  async #start(plan: PlannedQuery): Promise<AsyncIterable<Uint8Array>> {
    const { deps } = this.#parts;
    const [running] = await Promise.all([this.#run(plan), this.#record('permitted', null)]);
    // Why: an answer that nobody reads would hold its place for ever.
    const seconds = this.#patience().seconds + 10;
    this.#timer = setTimeout(() => this.#parts.controller.abort(), seconds * 1_000);
    const { outcome } = running;
    const tail = async (): Promise<Record<string, unknown>> => {
      await this.#watch.certain();
      await this.#record('finished', null, outcome);
      const seconds = (deps.clock.now() - this.#started) / 1_000;
      this.#settle('done', outcome, null);
      return {
        rowCount: outcome.rows,
        truncated: outcome.truncated,
        cpuSeconds: outcome.cpuSeconds,
        products: plan.products,
        seconds,
      };
    };
    const { format } = this.#parts.request;
    const bytes = formatResult({ format, running, exporters: deps.exporters, tail });
    return await startReading(this.#guard(bytes));
  }

  async #run(plan: PlannedQuery): Promise<RunningQuery> {
    const { deps, request } = this.#parts;
    const opened = await deps.projections.open(plan.projection.parts, this.#patience());
    return await deps.engine.run({
      tables: openedTables(plan.projection, opened),
      session: JSON.stringify([request.subject.id, request.purpose]),
      sql: request.sql,
      shape: shapeOf(request.format, deps.exporters),
      limits: this.#limits(),
      signal: this.#signal,
    });
  }

  /** Gives a block away only when nothing speaks against it that is known by then, however long it lay here. */
  async *#whileCertain(blocks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const block of blocks) {
        await this.#watch.certain();
        yield block;
      }
    } catch (error) {
      throw await this.#fail(error);
    }
  }

  /** Whatever ends the reading early (an error, a reader who left) is recorded, too. */
  async *#guard(bytes: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* bytes;
    } catch (error) {
      throw await this.#fail(error);
    } finally {
      if (!this.#settled) await this.#fail(new WeftError('CANCELLED', 'The reader left.'));
    }
  }

  /** Records the failure and gives the error for the consumer. */
  async #fail(thrown: unknown): Promise<unknown> {
    // Why first: what was revoked makes everything else fail that is under way.
    const error = this.#revoked.signal.aborted ? this.#revoked.signal.reason : thrown;
    if (this.#settled) return error;
    const { deps, query } = this.#parts;
    const shown =
      this.#signal.aborted && !(error instanceof WeftError)
        ? new WeftError('CANCELLED', 'The query was cancelled.')
        : explainHidden(error, this.#plan);
    const code = shown instanceof WeftError ? shown.code : 'INTERNAL';
    this.#settle(code === 'CANCELLED' ? 'cancelled' : 'failed', null, code);
    // Why: when its entry in the log failed, the query itself is running still.
    this.#parts.controller.abort();
    const event = this.#plan === null ? 'refused' : 'finished';
    await this.#record(event, code, null, causeOf(error)).catch((problem: unknown) => {
      const message = problem instanceof Error ? problem.message : 'unknown';
      deps.logger.error('audit entry of a query lost', { query, message });
    });
    return shown;
  }

  #settle(
    state: 'done' | 'failed' | 'cancelled',
    outcome: QueryOutcome | null,
    code: string | null,
  ): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#watch.stop();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#release();
    const { deps, journal, query } = this.#parts;
    journal.close(query, { state, outcome, code });
    // Why now: making the rest while the query runs would keep it waiting.
    if (this.#plan?.isNarrow === true) deps.onNarrow?.();
  }

  async #record(
    event: 'permitted' | 'finished' | 'refused',
    code: string | null,
    outcome: QueryOutcome | null = null,
    problem: string | null = null,
  ): Promise<void> {
    const { deps, request, query } = this.#parts;
    await deps.audit.record({
      event,
      query,
      subject: request.subject.id,
      purpose: request.purpose,
      sqlSha256: deps.crypto.sha256(request.sql),
      tables: this.#plan?.audit ?? this.#decided.map(describeDecision),
      rowCount: outcome?.rows ?? null,
      truncated: outcome?.truncated ?? null,
      code,
      problem,
    });
  }
}

/** What the engine said, as far as it is about no value. */
function causeOf(error: unknown): string | null {
  const cause = error instanceof WeftError ? error.cause : null;
  return cause instanceof EngineProblem ? cause.message : null;
}

function lowerLimits(limits: RunLimits, asked: Partial<RunLimits>): RunLimits {
  return {
    seconds: Math.min(limits.seconds, asked.seconds ?? limits.seconds),
    rows: Math.min(limits.rows, asked.rows ?? limits.rows),
    bytes: Math.min(limits.bytes, asked.bytes ?? limits.bytes),
  };
}

/** Waits for the first bytes beyond an opening, so that an early failure is an error and not half an answer. */
async function startReading(
  source: AsyncGenerator<Uint8Array>,
): Promise<AsyncIterable<Uint8Array>> {
  const head: Uint8Array[] = [];
  for (let i = 0; i < 2; i++) {
    const step = await source.next();
    if (step.done === true) return once(head, null);
    head.push(step.value);
  }
  return once(head, source);
}

async function* once(
  head: readonly Uint8Array[],
  rest: AsyncGenerator<Uint8Array> | null,
): AsyncGenerator<Uint8Array> {
  try {
    yield* head;
    if (rest !== null) yield* rest;
  } finally {
    await rest?.return(undefined);
  }
}
