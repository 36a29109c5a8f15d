/**
 * Governed queries: gate, decide, project, run, for one subject and one purpose.
 *
 * Not who the subject is (the API), not the SQL (`core/query`), and not how an answer is admitted, watched and recorded
 * (`governed-answer.ts`). Invariant: a text that the gate refuses reaches no process that holds rows.
 */
import type { QueryEngine, RunLimits, RunningQuery } from '@weft/core/query/ports';
import { openedTables } from '@weft/core/query/project';
import type { Subject } from '@weft/core/registry/types';
import { decodeCursor, encodeCursor, pageLimit, toPage } from './cursor.ts';
import {
  type Answer,
  type AnswerDeps,
  type AnswerRequest,
  type AnswerWork,
  governAnswer,
  type OpenAnswer,
} from './governed-answer.ts';
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
import type { PlannedQuery } from './query-plan.ts';

export interface QueryServiceDeps extends AnswerDeps {
  engine: QueryEngine;
  exporters: ResultExporters;
  limits: RunLimits;
  admission: AdmissionLimits;
}

export interface QueryRequest extends AnswerRequest {
  format: QueryFormat;
  /** May only lower the limits of the node. */
  limits: Partial<RunLimits>;
}

export interface QueryAnswer extends Answer {
  contentType: string;
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

/** With a journal that others write, too, theirs are shown and cancelled like queries. */
export function createQueryService(
  deps: QueryServiceDeps,
  journal: QueryJournal = new QueryJournal(deps.clock),
): QueryService {
  const admission = new Admission(deps.admission);
  return {
    async submit(request) {
      const work = workOf(deps, request, admission);
      const answer = await governAnswer({ deps, request, journal }, work);
      return { ...answer, contentType: CONTENT_TYPES[request.format] };
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

/** Seconds beyond those of the query itself that its answer may take to be read. */
const READ_SECONDS = 10;

function workOf(deps: QueryServiceDeps, request: QueryRequest, admission: Admission): AnswerWork {
  const limits = lowerLimits(deps.limits, request.limits);
  let rowsMax = 0;
  return {
    admission,
    seconds: { prepare: limits.seconds, deliver: limits.seconds + READ_SECONDS },
    oblige(decisions) {
      // What the decisions leave of the limit of rows.
      rowsMax = resultRowsMax(decisions, request.format) ?? deps.limits.rows;
    },
    async start(plan, answer) {
      const rows = Math.min(limits.rows, rowsMax);
      const running = { deps, request, plan, answer, limits: { ...limits, rows } };
      const [query] = await Promise.all([run(running), answer.permit()]);
      return resultOf(running, query);
    },
  };
}

interface Running {
  deps: QueryServiceDeps;
  request: QueryRequest;
  plan: PlannedQuery;
  answer: OpenAnswer;
  limits: RunLimits;
}

async function run({ deps, request, plan, answer, limits }: Running): Promise<RunningQuery> {
  const { parts } = plan.projection;
  const { signal } = answer;
  const opened = await deps.projections.open(parts, { seconds: limits.seconds, signal });
  return await deps.engine.run({
    tables: openedTables(plan.projection, opened),
    session: JSON.stringify([request.subject.id, request.purpose]),
    sql: request.sql,
    shape: shapeOf(request.format, deps.exporters),
    limits,
    signal,
  });
}

function resultOf(
  { deps, request, plan, answer }: Running,
  running: RunningQuery,
): AsyncGenerator<Uint8Array> {
  const { outcome } = running;
  const tail = async (): Promise<Record<string, unknown>> => {
    const seconds = await answer.finish(outcome);
    const { rows, truncated, cpuSeconds } = outcome;
    return { rowCount: rows, truncated, cpuSeconds, products: plan.products, seconds };
  };
  const { format } = request;
  return formatResult({ format, running, exporters: deps.exporters, tail });
}

function lowerLimits(limits: RunLimits, asked: Partial<RunLimits>): RunLimits {
  return {
    seconds: Math.min(limits.seconds, asked.seconds ?? limits.seconds),
    rows: Math.min(limits.rows, asked.rows ?? limits.rows),
    bytes: Math.min(limits.bytes, asked.bytes ?? limits.bytes),
  };
}
