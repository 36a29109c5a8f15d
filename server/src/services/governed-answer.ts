/**
 * One governed answer on its way: admit, decide, watch, record. What queries and exports have in common.
 *
 * Not what the answer is made of (`query-service.ts`, `export-service.ts` give it as `AnswerWork`). Invariants: every
 * answer is decided anew, right before it is made, and again whenever something that decides on access changed while it is
 * open: what was revoked ends it, also when it waits, prepares, or nobody reads it; no byte leaves before the audit entry
 * is durable, and the last one leaves after the closing entry.
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
  QueryEvent,
  TableSource,
} from '@weft/core/query/ports';
import type { ProjectTable } from '@weft/core/query/project';
import type { StandingView } from '@weft/core/registry/standing';
import type { Subject } from '@weft/core/registry/types';
import type { Admission } from './query-admission.ts';
import type { AnswerOutcome, QueryJournal } from './query-journal.ts';
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

export interface AnswerDeps {
  decide: AccessDecider;
  /** Who may act no more, and when to look again. */
  standing: StandingView;
  tables: TableSource;
  projections: ProjectionFiles;
  /** Told of the tables of each answer, as they were permitted. */
  onPlanned?(tables: readonly ProjectTable[], subject: Subject): void;
  /** Told at the end of an answer for which not all that it was permitted was ready. */
  onNarrow?(): void;
  engine: Pick<QueryEngine, 'parse'>;
  audit: QueryAudit;
  crypto: Pick<Crypto, 'sha256'>;
  ids: IdSource;
  clock: Clock;
  logger: Logger;
}

export interface AnswerRequest {
  subject: Subject;
  purpose: string;
  sql: string;
  /** Aborts when whoever asked is gone. */
  signal: AbortSignal;
}

export interface Answer {
  query: string;
  /** To be read once; an error in it ends the answer in the middle. */
  body: AsyncIterable<Uint8Array>;
  /** Aborts when the answer may not go on: what of it is still on its way must not arrive. */
  revoked: AbortSignal;
}

/** What is done for the answer while it is governed. */
export interface AnswerWork {
  admission: Admission;
  /** Wall time of preparing, and again of making and delivering. */
  seconds: { prepare: number; deliver: number };
  isExport?: true;
  /** Throws ACCESS_DENIED for what the decisions do not allow of such an answer. */
  oblige(decisions: readonly AccessDecision[]): void;
  /** Begins the answer; it calls `permit` before it resolves, and its bytes end after `finish`. */
  start(plan: PlannedQuery, answer: OpenAnswer): Promise<AsyncGenerator<Uint8Array>>;
}

/** What the work may ask of the answer that it is done for. */
export interface OpenAnswer {
  /** Aborts when nobody waits for the answer, or it may not go on. */
  signal: AbortSignal;
  /** Resolves when the entry that permits the answer is durable. `rows` when they are known by then. */
  permit(rows?: number): Promise<void>;
  /** Closes the answer: confirms it once more, records it, and gives its place back. Resolves to the seconds it took. */
  finish(outcome: AnswerOutcome): Promise<number>;
}

/** Opens an answer for a text; rejects with PURPOSE_REQUIRED, QUERY_REFUSED, and what its work rejects with. */
export async function governAnswer(
  parts: { deps: AnswerDeps; request: AnswerRequest; journal: QueryJournal },
  work: AnswerWork,
): Promise<Answer> {
  const { deps, request, journal } = parts;
  if (request.purpose.trim() === '') {
    throw new WeftError('PURPOSE_REQUIRED', 'A query says what its result is for.');
  }
  checkQueryText(request.sql);
  const query = deps.ids.next('qry');
  const { subject, purpose } = request;
  const controller = journal.open({ query, subject: subject.id, purpose });
  return await new Governed({ ...parts, query, controller, work }).answer();
}

interface GovernedParts {
  deps: AnswerDeps;
  request: AnswerRequest;
  query: string;
  journal: QueryJournal;
  controller: AbortController;
  work: AnswerWork;
}

/** One answer on its way through. */
class Governed {
  readonly #parts: GovernedParts;
  readonly #started: number;
  readonly #signal: AbortSignal;
  #plan: PlannedQuery | null = null;
  #decided: readonly AccessDecision[] = [];
  #release: () => void = () => undefined;
  #timer: NodeJS.Timeout | null = null;
  #settled = false;
  #isPermitted = false;
  #isRead = false;
  readonly #watch: QueryWatch;
  readonly #since: number | null;
  readonly #revoked = new AbortController();

  constructor(parts: GovernedParts) {
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

  async answer(): Promise<Answer> {
    const { deps, request, query, journal } = this.#parts;
    try {
      const tree = await deps.engine.parse(request.sql);
      const heard = this.#watch.heard();
      this.#plan = await this.#admit(tree);
      // Why: what was confirmed while there was no plan says nothing of the decisions in it.
      if (this.#watch.heard() !== heard) this.#watch.doubt();
      await this.#watch.certain();
      journal.running(query, this.#plan.products);
      const body = this.#whileCertain(await this.#start(this.#plan));
      this.#signal.addEventListener('abort', () => this.#endUnread(), { once: true });
      if (this.#signal.aborted) this.#endUnread();
      return { query, body, revoked: this.#revoked.signal };
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
  async #admit(tree: unknown): Promise<PlannedQuery> {
    const { deps, request, work } = this.#parts;
    for (let attempt = 1; ; attempt++) {
      this.#release = await work.admission.acquire(request.subject.id, this.#signal);
      const onDecided = (decisions: readonly AccessDecision[]): void => {
        this.#decided = decisions;
      };
      const plan = await planQuery({ deps, request, tree, onDecided });
      work.oblige(plan.decisions);
      deps.onPlanned?.(plan.tables, request.subject);
      const { parts } = plan.projection;
      if (deps.projections.has(parts) || attempt === PREPARE_ATTEMPTS) return plan;
      this.#release();
      this.#release = () => undefined;
      const patience = { seconds: work.seconds.prepare, signal: this.#signal };
      await deps.projections.open(parts, patience);
    }
  }

  async #start(plan: PlannedQuery): Promise<AsyncIterable<Uint8Array>> {
    const { work, controller } = this.#parts;
    const bytes = await work.start(plan, {
      signal: this.#signal,
      permit: async (rows) => {
        this.#isPermitted = true;
        await this.#record('permitted', null, rows === undefined ? null : { rows });
      },
      finish: (outcome) => this.#finish(outcome),
    });
    // Why: an answer that nobody reads would hold its place for ever.
    this.#timer = setTimeout(() => controller.abort(), work.seconds.deliver * 1_000);
    return await startReading(this.#guard(bytes));
  }

  async #finish(outcome: AnswerOutcome): Promise<number> {
    await this.#watch.certain();
    await this.#record('finished', null, outcome);
    const seconds = (this.#parts.deps.clock.now() - this.#started) / 1_000;
    this.#settle('done', outcome, null);
    return seconds;
  }

  /** Why: nothing in an answer that nobody began to read comes to its end by itself. */
  #endUnread(): void {
    if (!this.#isRead) void this.#fail(new WeftError('CANCELLED', 'Nobody read the answer.'));
  }

  /** Gives a block away only when nothing speaks against it that is known by then, however long it lay here. */
  async *#whileCertain(blocks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    this.#isRead = true;
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
    const unlet = code === 'CANCELLED' ? 'cancelled' : 'refused';
    const event = this.#isPermitted ? 'finished' : unlet;
    await this.#record(event, code, null, causeOf(error)).catch((problem: unknown) => {
      const message = problem instanceof Error ? problem.message : 'unknown';
      deps.logger.error('audit entry of a query lost', { query, message });
    });
    return shown;
  }

  #settle(
    state: 'done' | 'failed' | 'cancelled',
    outcome: AnswerOutcome | null,
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
    event: QueryEvent,
    code: string | null,
    outcome: Partial<AnswerOutcome> | null = null,
    problem: string | null = null,
  ): Promise<void> {
    const { deps, request, query, work } = this.#parts;
    await deps.audit.record({
      event,
      query,
      subject: request.subject.id,
      purpose: request.purpose,
      ...(work.isExport === true ? { isExport: true } : {}),
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
