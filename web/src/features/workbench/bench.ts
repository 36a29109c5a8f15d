/**
 * The work on the bench: the text, the answer in sight, the one that is on its way, and what was run before.
 *
 * It outlives the page, so that leaving it ends no query and loses no text; it does not outlive the tab, and nothing of it is
 * stored. Invariant: at most two answers are held, the one in sight and the one that will replace it.
 */
import type { ResultStatus, ResultStore } from '../../api/result-store.ts';
import { orderedBy } from '../../lib/sql-text.ts';

export interface Order {
  column: string;
  isDescending: boolean;
}

export interface Run {
  id: number;
  /** As it was written. */
  sql: string;
  purpose: string;
  /** By which column it was asked for again. */
  order: Order | null;
  store: ResultStore;
}

export interface PastRun {
  id: number;
  sql: string;
  purpose: string;
  at: string;
  outcome: Pick<ResultStatus, 'state' | 'rowCount' | 'elapsedMs'>;
}

export interface BenchState {
  sql: string;
  /** Whether the text is one that a person wrote or chose; a suggestion may be replaced. */
  isTouched: boolean;
  current: Run | null;
  shown: Run | null;
  past: readonly PastRun[];
}

const PAST_MAX = 100;

export type Opener = (query: { sql: string; purpose: string }) => ResultStore;

export class Bench {
  readonly #open: Opener;
  readonly #listeners = new Set<() => void>();
  #state: BenchState = { sql: '', isTouched: false, current: null, shown: null, past: [] };
  #runs = 0;

  constructor(open: Opener) {
    this.#open = open;
  }

  readonly state = (): BenchState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly write = (sql: string): void => this.#change({ sql, isTouched: true });

  /** A text to begin with, unless there is one already. */
  readonly suggest = (sql: string): void => {
    if (!this.#state.isTouched && this.#state.sql !== sql) this.#change({ sql });
  };

  readonly run = (sql: string, purpose: string, order: Order | null = null): void => {
    const asked = order === null ? sql : orderedBy(sql, order.column, order.isDescending);
    const { current, shown } = this.#state;
    if (current !== null && current !== shown) current.store.dispose();
    const run: Run = {
      id: ++this.#runs,
      sql,
      purpose,
      order,
      store: this.#open({ sql: asked, purpose }),
    };
    // Why a cancel: what is in sight stays so, but nobody waits for the rest of it.
    if (shown?.store.status().state === 'running') shown.store.cancel();
    this.#change({ current: run, shown: shown ?? run });
    run.store.subscribe(() => this.#follow(run));
  };

  readonly cancel = (): void => this.#state.current?.store.cancel();

  /** Brings the new answer into sight as soon as it has something to show, and remembers how it ended. */
  #follow(run: Run): void {
    const { shown, current } = this.#state;
    if (current !== run) return;
    const status = run.store.status();
    const hasSomething = status.rowCount > 0 || status.state !== 'running';
    if (hasSomething && shown !== run) {
      shown?.store.dispose();
      this.#change({ shown: run });
    }
    if (status.state !== 'running') this.#remember(run, status);
  }

  #remember(run: Run, { state, rowCount, elapsedMs }: ResultStatus): void {
    if (this.#state.past.some(({ id }) => id === run.id)) return;
    const entry: PastRun = {
      id: run.id,
      sql: run.sql,
      purpose: run.purpose,
      at: new Date().toISOString(),
      outcome: { state, rowCount, elapsedMs },
    };
    this.#change({ past: [entry, ...this.#state.past].slice(0, PAST_MAX) });
  }

  #change(change: Partial<BenchState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
