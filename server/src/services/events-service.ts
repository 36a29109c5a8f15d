/**
 * Events to readers: pages after a cursor, and an endless stream that wakes on commit.
 *
 * Not the log's writer. Invariants: a reader sees each event once and in order of position, across any number of broken
 * connections, as long as he passes the last cursor he saw; a stream holds no transaction and no row while it waits.
 * Why polling beside the wake: events that another process committed wake nobody here.
 */
import type { WeftEvent } from '@weft/core/events/event';
import type { Subject } from '@weft/core/registry/types';
import type { Kysely } from 'kysely';
import { readEvents } from '../store/control-events.ts';
import type { ControlTables } from '../store/control-tables.ts';
import { decodePosition, encodeCursor, pageLimit, toPage } from './cursor.ts';
import { readableEvents } from './event-readers.ts';

export interface EventFeed {
  wake(): void;
  /** Resolves at the next wake, after `milliseconds`, or when the signal says so. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** A waiting room for readers of one process. */
export function createEventFeed(): EventFeed {
  let next = Promise.withResolvers<void>();
  return {
    wake() {
      next.resolve();
      next = Promise.withResolvers<void>();
    },
    async wait(milliseconds, signal) {
      if (signal.aborted) return;
      const timer = Promise.withResolvers<void>();
      const handle = setTimeout(timer.resolve, milliseconds);
      const stop = () => timer.resolve();
      signal.addEventListener('abort', stop, { once: true });
      await Promise.race([next.promise, timer.promise]);
      clearTimeout(handle);
      signal.removeEventListener('abort', stop);
    },
  };
}

export interface EventQuery {
  /** Who reads. */
  subject: Subject;
  /** `domain.product`, or null for all. */
  product: string | null;
  after: string | null;
  limit?: number;
}

export interface StreamedEvent {
  cursor: string;
  event: WeftEvent;
}

export interface EventsService {
  /** A page may have fewer events than its limit, where some are not for this reader; `next` is null at the end alone. */
  list(query: EventQuery): Promise<{ items: WeftEvent[]; next: string | null }>;
  /** Every event after the cursor, then each new one, until the signal aborts. */
  stream(query: EventQuery, signal: AbortSignal): AsyncGenerator<StreamedEvent>;
}

const KIND = 'events';
const STREAM_PAGE = 200;

export function createEventsService(options: {
  db: Kysely<ControlTables>;
  feed: EventFeed;
  /** How long a stream waits for a wake before it looks itself. */
  pollMilliseconds?: number;
}): EventsService {
  const poll = options.pollMilliseconds ?? 1000;
  return {
    async list(query) {
      const limit = pageLimit(query.limit);
      const { product } = query;
      const rows = await readEvents(options.db, {
        after: afterOf(query),
        limit: limit + 1,
        product,
      });
      const { items, next } = toPage(rows, limit, {
        item: (row) => row,
        cursor: (row) => encodeCursor(KIND, [row.position]),
      });
      const readable = await readableEvents(options.db, query.subject, items);
      return { items: readable.map(({ event }) => event), next };
    },
    async *stream(query, signal) {
      let after = afterOf(query);
      while (!signal.aborted) {
        // Why before reading: what commits while we read must not be slept over.
        const woken = options.feed.wait(poll, signal);
        const { product, subject } = query;
        const rows = await readEvents(options.db, { after, limit: STREAM_PAGE, product });
        for (const { position, event } of await readableEvents(options.db, subject, rows)) {
          yield { cursor: encodeCursor(KIND, [position]), event };
        }
        after = rows.at(-1)?.position ?? after;
        if (rows.length < STREAM_PAGE) await woken;
      }
    },
  };
}

function afterOf(query: EventQuery): number {
  if (query.after === null || query.after === '') return 0;
  return decodePosition(KIND, query.after);
}
