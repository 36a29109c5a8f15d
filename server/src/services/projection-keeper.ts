/**
 * Keeps the projections that were asked for lately ready while their tables grow, so that the first query after a commit
 * need not wait for them.
 *
 * Not a decision: it makes files and hands none out; who may read them is decided at each query. Invariants: it follows
 * what was asked for in the last hour, at most `FOLLOWED_MAX` projections; one round runs at a time; a failure is a line
 * in the log, since the query that needs the file will say it.
 */
import { currentColumns, everyFieldId, groupingFieldIds } from '@weft/core/lakehouse/table';
import type { Clock, Logger } from '@weft/core/lib/ports';
import type { AccessDecision } from '@weft/core/policy/decide';
import type { ProjectionFiles, TableSource } from '@weft/core/query/ports';
import { buildProjection, type Projection, type ProjectTable } from '@weft/core/query/project';

export interface ProjectionKeeperDeps {
  projections: ProjectionFiles;
  tables: TableSource;
  clock: Clock;
  logger: Logger;
}

export interface ProjectionKeeper {
  /** A query was planned over these tables; `renew` gives the decision as it would be bound now, or null for none. */
  used(tables: readonly ProjectTable[], renew?: Renew): void;
  /** Something may have been committed. Resolves when what is followed is ready, or could not be made. */
  wake(): Promise<void>;
  /** Nothing is begun after it. */
  stop(): void;
}

const FOLLOW_MS = 3_600_000;
const FOLLOWED_MAX = 100;
const MAKE_SECONDS = 600;

type Renew = (decision: AccessDecision) => Promise<AccessDecision | null>;

interface Followed {
  table: ProjectTable;
  renew: Renew;
  until: number;
}

export function createProjectionKeeper(deps: ProjectionKeeperDeps): ProjectionKeeper {
  return new Keeper(deps);
}

class Keeper implements ProjectionKeeper {
  readonly #deps: ProjectionKeeperDeps;
  readonly #followed = new Map<string, Followed>();
  readonly #stopping = new AbortController();
  #round: Promise<void> | null = null;
  #isAsked = false;

  constructor(deps: ProjectionKeeperDeps) {
    this.#deps = deps;
  }

  used(tables: readonly ProjectTable[], renew: Renew = async (decision) => decision): void {
    for (const table of tables) {
      const [part] = this.#build(table).parts;
      // Why not what is made of all files: each version would be gone through whole, asked for or not.
      if (part === undefined || part.form === null || part.isOfVersion) continue;
      const { form } = part;
      const key = JSON.stringify([table.decision.table, form]);
      this.#followed.delete(key);
      this.#followed.set(key, { table, renew, until: this.#deps.clock.now() + FOLLOW_MS });
      const oldest = this.#followed.keys().next();
      if (this.#followed.size > FOLLOWED_MAX && oldest.done !== true) {
        this.#followed.delete(oldest.value);
      }
    }
  }

  wake(): Promise<void> {
    this.#isAsked = true;
    this.#round ??= this.#rounds().finally(() => {
      this.#round = null;
    });
    return this.#round;
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #rounds(): Promise<void> {
    while (this.#isAsked) {
      this.#isAsked = false;
      for (const [key, followed] of [...this.#followed]) {
        if (this.#stopping.signal.aborted) return;
        if (followed.until < this.#deps.clock.now()) this.#followed.delete(key);
        else await this.#prepare(followed);
      }
    }
  }

  #build(table: ProjectTable): Projection {
    const { keyGeneration } = this.#deps.projections;
    return buildProjection([table], { keyGeneration });
  }

  async #prepare({ table: { gate, decision: before }, renew }: Followed): Promise<void> {
    const { tables, projections, logger } = this.#deps;
    try {
      const decision = await renew(before);
      if (decision === null) return;
      const metadata = await tables.load(decision.table);
      if (metadata === null) return;
      const files = await tables.files(metadata, decision.rowFilter);
      const columns = currentColumns(metadata);
      const storedFieldIds = everyFieldId(metadata);
      const groupedBy = groupingFieldIds(metadata);
      const table = { gate, decision, columns, storedFieldIds, groupedBy, files };
      const { parts } = this.#build(table);
      const { signal } = this.#stopping;
      if (!projections.has(parts)) await projections.open(parts, { seconds: MAKE_SECONDS, signal });
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      const message = error instanceof Error ? error.message : 'unknown';
      logger.warn('a projection could not be prepared', { ...before.table, message });
    }
  }
}
