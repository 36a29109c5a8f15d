/**
 * The queries that this node runs or ran lately: for looking one up and for cancelling it.
 *
 * Not the audit log: kept in memory, the oldest finished ones forgotten. Invariant: a query is shown to the subject that
 * asked it and to nobody else.
 */
import { WeftError } from '@weft/core/lib/error';
import type { Clock } from '@weft/core/lib/ports';
import type { QueryOutcome } from '@weft/core/query/ports';
import type { Subject } from '@weft/core/registry/types';
import type { QueryProduct } from './query-plan.ts';

export interface QueryRecord {
  query: string;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  purpose: string;
  products: QueryProduct[];
  rowCount: number | null;
  truncated: boolean | null;
  /** Error code of a failed query. */
  code: string | null;
  started: string;
  finished: string | null;
  /** How long it took; null while it runs. */
  seconds: number | null;
  /** Time of processors that it took; null where it did not come to its end, and for an export, which has no process of its own. */
  cpuSeconds: number | null;
}

/** What an answer was that came to its end. */
export type AnswerOutcome = Pick<QueryOutcome, 'rows' | 'truncated'> & {
  cpuSeconds: number | null;
};

interface Entry {
  subject: string;
  record: QueryRecord;
  controller: AbortController;
}

const KEPT_MAX = 1_000;

export class QueryJournal {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes a new query; the controller ends it. */
  open(request: { query: string; subject: string; purpose: string }): AbortController {
    this.#forgetOldest();
    const controller = new AbortController();
    const record: QueryRecord = {
      query: request.query,
      state: 'waiting',
      purpose: request.purpose,
      products: [],
      rowCount: null,
      truncated: null,
      code: null,
      started: this.#now(),
      finished: null,
      seconds: null,
      cpuSeconds: null,
    };
    this.#entries.set(request.query, { subject: request.subject, record, controller });
    return controller;
  }

  running(query: string, products: QueryProduct[]): void {
    this.#change(query, { state: 'running', products });
  }

  close(
    query: string,
    end: {
      state: 'done' | 'failed' | 'cancelled';
      outcome: AnswerOutcome | null;
      code: string | null;
    },
  ): void {
    const finished = this.#now();
    const started = this.#entries.get(query)?.record.started ?? finished;
    this.#change(query, {
      state: end.state,
      code: end.code,
      rowCount: end.outcome?.rows ?? null,
      truncated: end.outcome?.truncated ?? null,
      cpuSeconds: end.outcome?.cpuSeconds ?? null,
      finished,
      seconds: (Date.parse(finished) - Date.parse(started)) / 1000,
    });
  }

  /** Queries of the subject before one of them, the newest first. */
  list(subject: Subject, page: { before: string | null; limit: number }): QueryRecord[] {
    const own = [...this.#entries.values()].filter((entry) => entry.subject === subject.id);
    return own
      .map(({ record }) => record)
      .filter(({ query }) => page.before === null || query < page.before)
      .sort((a, b) => (a.query < b.query ? 1 : -1))
      .slice(0, page.limit);
  }

  show(query: string, subject: Subject): QueryRecord {
    return this.#own(query, subject).record;
  }

  cancel(query: string, subject: Subject): QueryRecord {
    const entry = this.#own(query, subject);
    entry.controller.abort();
    return entry.record;
  }

  #own(query: string, subject: Subject): Entry {
    const entry = this.#entries.get(query);
    if (entry?.subject === subject.id) return entry;
    throw new WeftError('NOT_FOUND', `There is no query ${query} of yours here.`, {
      remedy: 'Queries are kept for a while only, by the node that ran them.',
    });
  }

  #change(query: string, changes: Partial<QueryRecord>): void {
    const entry = this.#entries.get(query);
    if (entry !== undefined) entry.record = { ...entry.record, ...changes };
  }

  #forgetOldest(): void {
    if (this.#entries.size < KEPT_MAX) return;
    for (const [query, entry] of this.#entries) {
      if (entry.record.finished === null) continue;
      this.#entries.delete(query);
      return;
    }
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
