/**
 * The work on the bench: the text, the answer in sight, the one that is on its way, and what was run before.
 *
 * It outlives the page, so that leaving it ends no query and loses no text. Answers do not outlive a page that is loaded anew; the
 * text does, where its owner keeps it (`own-bench.ts`). Invariant: at most two answers are held, the one in sight and the one that will replace it.
 */
import { isPassing, Problem } from '../../api/problem.ts';
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

/** The text, and which kept query it was begun from; null for none. */
export interface BenchText {
  sql: string;
  opened: string | null;
  /** Whether the text was run as it is: then another may take its place. */
  wasRun?: boolean;
  /** Whether a query was on its way. */
  isRunning?: boolean;
}

export interface BenchState extends Omit<BenchText, 'wasRun' | 'isRunning'> {
  /** Whether the text is one that a person wrote or chose; a suggestion may be replaced. */
  isTouched: boolean;
  current: Run | null;
  shown: Run | null;
  past: readonly PastRun[];
  /** Whether the page was loaded anew while a query ran: its rows went to that page alone, so it was ended. */
  isCutOff: boolean;
}

const PAST_MAX = 100;

export type Opener = (query: { sql: string; purpose: string }) => ResultStore;

export class Bench {
  readonly #open: Opener;
  readonly #listeners = new Set<() => void>();
  #state: BenchState;
  #runs = 0;
  /** The product that somebody came from last. */
  #from: string | null = null;
  readonly #ranBefore: string | null;

  constructor(open: Opener, begun: BenchText | null = null) {
    this.#open = open;
    const text = { sql: begun?.sql ?? '', opened: begun?.opened ?? null };
    this.#ranBefore = begun?.wasRun === true ? begun.sql : null;
    const isCutOff = begun?.isRunning === true;
    const nothing = { current: null, shown: null, past: [] };
    this.#state = { ...text, isTouched: begun !== null, ...nothing, isCutOff };
  }

  readonly state = (): BenchState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly write = (sql: string): void => this.#change({ sql, isTouched: true });

  /** A kept query in a version of it; whoever comes back to the one that he has open finds what he made of it. */
  readonly openText = (opened: string, sql: string): void => {
    if (this.#state.opened !== opened) this.#change({ sql, opened, isTouched: true });
  };

  /** A text to begin with, unless there is one already. */
  readonly suggest = (sql: string): void => {
    if (!this.#state.isTouched && this.#state.sql !== sql) this.#change({ sql });
  };

  /** A text on the product that somebody comes from: it takes the place of one that was run already, and of no other. */
  readonly comeFrom = (product: string, sql: string): void => {
    // Why two: who comes to nothing finds a text on the product once there is something of it, and loses none to a change of purpose.
    const came = sql === '' ? `${product} nothing` : product;
    if (this.#from === product || this.#from === came) return;
    this.#from = came;
    if (!this.#state.isTouched || this.wasRun())
      this.#change({ sql, opened: null, isTouched: false });
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
    this.#change({ current: run, shown: shown ?? run, isCutOff: false });
    run.store.subscribe(() => this.#follow(run));
  };

  /** Whether the text was run as it is, before the page was loaded anew perhaps. */
  readonly wasRun = (): boolean => {
    const { sql, current, past } = this.#state;
    return sql === this.#ranBefore || [current, ...past].some((run) => run?.sql === sql);
  };

  readonly isRunning = (): boolean => this.#state.current?.store.status().state === 'running';

  readonly cancel = (): void => this.#state.current?.store.cancel();

  /** Nobody looks at it any more. */
  end(): void {
    this.#listeners.clear();
    const { current, shown } = this.#state;
    for (const run of new Set([current, shown])) run?.store.dispose();
  }

  /** Brings the new answer into sight as soon as it has something to show, and remembers how it ended. */
  #follow(run: Run): void {
    const { shown, current } = this.#state;
    if (current !== run) return;
    const status = run.store.status();
    const hasSomething = status.rowCount > 0 || status.state !== 'running';
    const isOvertaken = shown !== run && !(isUnanswered(status) && hasRows(shown));
    if (hasSomething && isOvertaken) {
      shown?.store.dispose();
      this.#change({ shown: run });
    }
    if (status.state !== 'running') this.#remember(run, status);
    // Why told: what is in sight stays, and why the next did not come stands above it.
    if (status.state !== 'running' && !isOvertaken) this.#change({});
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

/** Whether nobody answered, or somebody other than the mesh, or only that it is too early to ask again. */
export function isUnanswered({ state, rowCount, problem }: ResultStatus): boolean {
  return (
    state === 'failed' && rowCount === 0 && problem !== null && isPassing(new Problem(problem))
  );
}

const hasRows = (run: Run | null): boolean => run !== null && run.store.status().rowCount > 0;
