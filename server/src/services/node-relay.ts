/**
 * Carries what happened on a domain node to the control plane: events, batch reports without values, measurements.
 *
 * Not the outbox's writer. At least once: what was sent is marked only after the control plane took it, and it drops
 * repeats. Invariants: samples never leave the node; events go in the order of the outbox; a control plane that is away
 * delays the relay and nothing else.
 */
import { eventType, type WeftEvent } from '@weft/core/events/event';
import { type BatchReport, reportWithoutValues } from '@weft/core/ingest/report';
import type { Logger } from '@weft/core/lib/ports';
import type { StepHook } from '@weft/core/lib/steps';
import type { TableMeasurement } from '@weft/core/registry/measurement';
import { type Kysely, sql } from 'kysely';
import type { NodeTables } from '../store/node-tables.ts';

/** What changes a table without a batch. */
const RESTATED = eventType('snapshot.restated');
const EVENTS_AT_ONCE = 200;
const REPORTS_AT_ONCE = 100;
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 30_000;

export interface NodeRelayDeps {
  db: Kysely<NodeTables>;
  send(report: {
    events: WeftEvent[];
    reports: BatchReport[];
    measurements: TableMeasurement[];
  }): Promise<void>;
  /** Measures the tables of these products as they are now. */
  measure(products: readonly string[]): Promise<TableMeasurement[]>;
  /** Called once before anything is sent, and again until it succeeds. */
  announce?: () => Promise<void>;
  logger: Logger;
  /** Told of each step; only tests pass it. */
  step?: StepHook;
  /** How often to look without being woken, in milliseconds. */
  intervalMs: number;
  /** From one bundle to the next at least: what comes meanwhile goes together. What comes after a rest goes at once. */
  paceMs: number;
}

export interface NodeRelay {
  /** Something was committed: look now. */
  wake(): void;
  /** Sends everything that waits; resolves when nothing is left. Rejects when the control plane does not take it. */
  flush(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export function createNodeRelay(deps: NodeRelayDeps): NodeRelay {
  return new Relay(deps);
}

class Relay implements NodeRelay {
  readonly #deps: NodeRelayDeps;
  #running: Promise<void> = Promise.resolve();
  #wake = Promise.withResolvers<void>();
  #stopping = Promise.withResolvers<void>();
  #stopped = true;

  constructor(deps: NodeRelayDeps) {
    this.#deps = deps;
  }

  wake(): void {
    this.#wake.resolve();
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#stopping = Promise.withResolvers<void>();
    this.#running = this.#loop();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopping.resolve();
    this.#wake.resolve();
    await this.#running;
  }

  async flush(): Promise<void> {
    while ((await sendNext(this.#deps)) !== 'nothing');
  }

  /** `flush` with rests; ends with nothing left, or when the relay stops. */
  async #flushPaced(): Promise<void> {
    while (!this.#stopped) {
      const sent = await sendNext(this.#deps);
      if (sent === 'nothing') return;
      if (sent === 'some') await waitFor(this.#stopping.promise, this.#deps.paceMs);
    }
  }

  async #loop(): Promise<void> {
    let delay = RETRY_MIN_MS;
    let isAnnounced = false;
    while (!this.#stopped) {
      let wait = this.#deps.intervalMs;
      try {
        this.#wake = Promise.withResolvers<void>();
        if (!isAnnounced) await this.#deps.announce?.();
        isAnnounced = true;
        await this.#flushPaced();
        delay = RETRY_MIN_MS;
      } catch (error) {
        this.#deps.logger.warn('the control plane did not take a report', { error: String(error) });
        wait = delay;
        delay = Math.min(delay * 2, RETRY_MAX_MS);
        this.#wake = Promise.withResolvers<void>();
      }
      if (!this.#stopped) await waitFor(this.#wake.promise, wait);
    }
  }
}

async function waitFor(wake: Promise<void>, milliseconds: number): Promise<void> {
  const timer = Promise.withResolvers<void>();
  const handle = setTimeout(timer.resolve, milliseconds);
  await Promise.race([wake, timer.promise]);
  clearTimeout(handle);
}

/** Sends one bundle of what waits; `full` when more may wait. */
async function sendNext(deps: NodeRelayDeps): Promise<'nothing' | 'some' | 'full'> {
  const events = await deps.db
    .selectFrom('outbox')
    .select(['position', 'event'])
    // Why as text: a plan kept for a parameter cannot use the index of what was not sent, and reads all there ever was.
    .where(sql<boolean>`not relayed`)
    .orderBy('position')
    .limit(EVENTS_AT_ONCE)
    .execute();
  const batches = await deps.db
    .selectFrom('batches')
    .select(['batch', 'report', 'updated_at'])
    .where(sql<boolean>`not reported`)
    // Why not those: what has only landed may not be durable yet, and a node that stops then knows nothing of it.
    .where('state', '<>', 'landed')
    .orderBy('batch')
    .limit(REPORTS_AT_ONCE)
    .execute();
  if (events.length === 0 && batches.length === 0) return 'nothing';
  const reports = batches.map(({ report }) => reportWithoutValues(report));
  const restated = events.filter(({ event }) => event.type === RESTATED);
  const products = new Set([
    ...reports.map((report) => report.product),
    ...restated.map(({ event }) => productOf(event)),
  ]);
  await deps.send({
    events: events.map((row) => row.event),
    reports,
    measurements: await deps.measure([...products]),
  });
  deps.step?.('relay-sent');
  await markSent(
    deps.db,
    events.map((row) => row.position),
    batches,
  );
  deps.step?.('relay-marked');
  const isFull = events.length === EVENTS_AT_ONCE || batches.length === REPORTS_AT_ONCE;
  return isFull ? 'full' : 'some';
}

/** The product whose rows an event tells of: its subject without the version. */
function productOf({ subject }: WeftEvent): string {
  return subject.replace(/@.*$/, '');
}

async function markSent(
  db: Kysely<NodeTables>,
  positions: readonly number[],
  batches: readonly { batch: string; updated_at: string }[],
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (positions.length > 0) {
      await tx
        .updateTable('outbox')
        .set({ relayed: true })
        .where('position', 'in', positions)
        .execute();
    }
    for (const { batch, updated_at } of batches) {
      // Why the time: a batch that changed while its report was under way has to be reported again.
      await tx
        .updateTable('batches')
        .set({ reported: true })
        .where('batch', '=', batch)
        .where('updated_at', '=', updated_at)
        .execute();
    }
  });
}
