/**
 * When tables are kept up: after commits, when enough came together; and by the hour, for all tables, also those that
 * nobody writes to any more.
 *
 * Not the work itself (`table-upkeep.ts`). Invariants: one table at a time, one after the other, so that upkeep never takes
 * more than one process of the machine; ingest never waits for it, except for a commit of its own in the same lane; a
 * failure is logged, and tried again with the next visit.
 */
import type { TableName } from '../store/node-batches.ts';
import { listTables } from '../store/node-files.ts';
import { nodeDb } from './ingest-tables.ts';
import { laneOf } from './lanes.ts';
import {
  compactTable,
  deleteDue,
  expireTable,
  sweepOrphans,
  type UpkeepDeps,
} from './table-upkeep.ts';

export interface MaintenanceDeps extends Omit<UpkeepDeps, 'writing'> {
  /** Shared with whoever else writes files beside batches; maintenance has its own when left out. */
  writing?: Set<string>;
  /** Commits of one table after which it is visited. */
  commitsMin: number;
  /** Between two rounds through all tables. */
  roundSeconds: number;
}

/** What one visit did. */
export interface Upkeep {
  filesBefore: number;
  filesAfter: number;
  snapshotsExpired: number;
  orphans: number;
}

/** Where upkeep is with one table; of visits it knows those since this process began. */
export interface UpkeepPulse {
  /** Commits that are still to come before the next visit. */
  commitsLeft: number;
  /** When the next round through all tables begins; null when none is planned. */
  nextRound: string | null;
  /** The last visit: when it ended, and what stopped it if something did. */
  visited: { at: string; failed: string | null } | null;
}

export interface MaintenanceService {
  pulse(table: TableName): UpkeepPulse;
  /** A commit was made; costs nothing. */
  committed(table: TableName): void;
  /** All that is due for one table, now; resolves when it is done. */
  visit(table: TableName, options?: { sweep: boolean }): Promise<Upkeep>;
  /** A round through all tables that are not at rest, now. */
  round(): Promise<void>;
  /** Begins the rounds. */
  start(): void;
  /** Ends what is under way at the next step; resolves when nothing runs any more. */
  stop(): Promise<void>;
}

const FIRST_ROUND_SECONDS = 60;

export function createMaintenance(deps: MaintenanceDeps): MaintenanceService {
  return new Maintenance(deps);
}

class Maintenance implements MaintenanceService {
  readonly #deps: MaintenanceDeps & UpkeepDeps;
  /** Commits since the last visit, by lane. */
  readonly #commits = new Map<string, number>();
  readonly #waiting = new Set<string>();
  readonly #visited = new Map<string, NonNullable<UpkeepPulse['visited']>>();
  #nextRound: number | null = null;
  readonly #stopping = new AbortController();
  #running: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: MaintenanceDeps) {
    this.#deps = { ...deps, writing: deps.writing ?? new Set() };
  }

  committed(table: TableName): void {
    const lane = laneOf(table);
    const commits = (this.#commits.get(lane) ?? 0) + 1;
    this.#commits.set(lane, commits);
    if (commits < this.#deps.commitsMin || this.#waiting.has(lane)) return;
    this.#waiting.add(lane);
    this.#enqueue(async () => {
      this.#waiting.delete(lane);
      await this.#visit(table, false);
    }).catch((error: unknown) => this.#report(error, lane));
  }

  pulse(table: TableName): UpkeepPulse {
    const lane = laneOf(table);
    return {
      commitsLeft: Math.max(0, this.#deps.commitsMin - (this.#commits.get(lane) ?? 0)),
      nextRound: this.#nextRound === null ? null : new Date(this.#nextRound).toISOString(),
      visited: this.#visited.get(lane) ?? null,
    };
  }

  visit(table: TableName, options = { sweep: true }): Promise<Upkeep> {
    return this.#enqueue(() => this.#visit(table, options.sweep));
  }

  async round(): Promise<void> {
    const tables = await listTables(nodeDb(this.#deps), this.#changedSince());
    for (const table of tables) {
      if (this.#stopping.signal.aborted) return;
      await this.#enqueue(() => this.#visit(table, true)).catch((error: unknown) =>
        this.#report(error, laneOf(table)),
      );
    }
    await this.#enqueue(() => deleteDue(this.#deps));
  }

  /** Why: of a table at rest everything is over when its snapshots and the strays of its last commit have had their time. */
  #changedSince(): string {
    const { clock, policy, roundSeconds } = this.#deps;
    const seconds = policy.snapshotSeconds + 2 * policy.orphanSeconds + 2 * roundSeconds;
    return new Date(clock.now() - seconds * 1_000).toISOString();
  }

  start(): void {
    const next = (seconds: number): void => {
      this.#nextRound = this.#deps.clock.now() + seconds * 1_000;
      this.#timer = setTimeout(() => {
        this.round()
          .catch((error: unknown) => this.#report(error, 'all tables'))
          .finally(() => {
            if (!this.#stopping.signal.aborted) next(this.#deps.roundSeconds);
          });
      }, seconds * 1_000);
      this.#timer.unref();
    };
    next(Math.min(FIRST_ROUND_SECONDS, this.#deps.roundSeconds));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#nextRound = null;
    await this.#running;
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#running.then(work);
    this.#running = mine.catch(() => undefined);
    return mine;
  }

  async #visit(table: TableName, sweep: boolean): Promise<Upkeep> {
    const ended = (failed: string | null): void => {
      const at = new Date(this.#deps.clock.now()).toISOString();
      this.#visited.set(laneOf(table), { at, failed });
    };
    try {
      const done = await this.#keepUp(table, sweep);
      ended(null);
      return done;
    } catch (error) {
      ended(textOf(error));
      throw error;
    }
  }

  async #keepUp(table: TableName, sweep: boolean): Promise<Upkeep> {
    const deps = this.#deps;
    const { signal } = this.#stopping;
    const done: Upkeep = { filesBefore: 0, filesAfter: 0, snapshotsExpired: 0, orphans: 0 };
    if (signal.aborted) return done;
    this.#commits.delete(laneOf(table));
    const { before, after } = await compactTable(deps, table, signal);
    done.filesBefore = before;
    done.filesAfter = after;
    if (signal.aborted) return done;
    done.snapshotsExpired = await expireTable(deps, table);
    if (sweep && !signal.aborted) done.orphans = await sweepOrphans(deps, table);
    if (!signal.aborted) await deleteDue(deps);
    return done;
  }

  #report(error: unknown, table: string): void {
    if (this.#stopping.signal.aborted) return;
    this.#deps.logger.warn('table upkeep failed', { table, error: textOf(error) });
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
