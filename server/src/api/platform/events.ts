/**
 * Routes of events: pages, and the same as an endless stream (server-sent events, WHATWG HTML 9.2).
 *
 * Invariants: `id:` is the cursor after the event, so a client that reconnects with Last-Event-ID misses nothing and
 * gets nothing twice; a silent stream sends a comment every 15 seconds; a stream ends when the client or the process
 * does, and holds back neither; it is cut when its subject is disabled, or what he came with is revoked or over.
 */
import type { ServerResponse } from 'node:http';
import { WeftError } from '@weft/core/lib/error';
import type { Clock } from '@weft/core/lib/ports';
import type { StandingView } from '@weft/core/registry/standing';
import type { Subject } from '@weft/core/registry/types';
import { Type } from 'typebox';
import type { EventQuery, EventsService } from '../../services/events-service.ts';
import type { WeftApp } from '../app.ts';
import { goneSignal } from '../gone-client.ts';
import { EventSchema, PageQuery, page } from './control-schemas.ts';

const KEEP_ALIVE_MS = 15_000;
const RETRY_MS = 2_000;

/** Open streams: each one reads the log, so one subject shall not have them all. */
const STREAMS_PER_SUBJECT = 16;
const STREAMS_MAX = 500;
/** Longest time that a timer takes: three weeks, after which a client comes again. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export interface EventDeps {
  events: EventsService;
  standing: StandingView;
  clock: Clock;
  /** Milliseconds between keep-alive comments. */
  keepAlive?: number;
}

export function registerEvents(app: WeftApp, deps: EventDeps): void {
  const closing = new AbortController();
  const streams = new StreamCount();
  app.addHook('preClose', async () => closing.abort());
  app.get(
    '/api/v1/events',
    {
      schema: {
        tags: ['events'],
        summary: 'Events of the mesh; with Accept: text/event-stream without end',
        querystring: Type.Object({ ...PageQuery, product: Type.Optional(Type.String()) }),
        response: { 200: { content: { 'application/json': { schema: page(EventSchema) } } } },
      },
    },
    async (request, reply) => {
      const { product, after, limit } = request.query;
      const lastId = request.headers['last-event-id'];
      const query: EventQuery = {
        subject: request.subject,
        product: product ?? null,
        after: (typeof lastId === 'string' ? lastId : after) ?? null,
        ...(limit === undefined ? {} : { limit }),
      };
      if (!/text\/event-stream/.test(request.headers.accept ?? '')) return deps.events.list(query);
      // Why before the headers: a cursor that cannot be read is still an error answer here.
      await deps.events.list({ ...query, limit: 1 });
      const release = streams.enter(request.subject.id);
      try {
        reply.hijack();
        const { subject } = request;
        await writeStream(reply.raw, { deps, query, subject, closing: closing.signal });
      } finally {
        release();
      }
      return reply;
    },
  );
}

/** Counts open streams by subject. */
class StreamCount {
  readonly #open = new Map<string, number>();
  #all = 0;

  /** Throws RATE_LIMITED when there are enough; otherwise gives what ends the count. */
  enter(subject: string): () => void {
    const own = this.#open.get(subject) ?? 0;
    if (own >= STREAMS_PER_SUBJECT || this.#all >= STREAMS_MAX) {
      throw new WeftError('RATE_LIMITED', `${own} event streams of ${subject} are open`, {
        remedy: 'Close one: a single stream carries the events of every product.',
      });
    }
    this.#open.set(subject, own + 1);
    this.#all++;
    return () => {
      const left = (this.#open.get(subject) ?? 1) - 1;
      if (left === 0) this.#open.delete(subject);
      else this.#open.set(subject, left);
      this.#all--;
    };
  }
}

async function writeStream(
  response: ServerResponse,
  options: { deps: EventDeps; query: EventQuery; subject: Subject; closing: AbortSignal },
): Promise<void> {
  const { deps, query, subject, closing } = options;
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'keep-alive',
    'x-accel-buffering': 'no',
  });
  response.write(`retry: ${RETRY_MS}\n\n`);
  const beat = setInterval(
    () => response.write(': keep-alive\n\n'),
    deps.keepAlive ?? KEEP_ALIVE_MS,
  );
  const stopWatching = watchStanding(response, { ...deps, subject });
  const signal = AbortSignal.any([goneSignal({ raw: response }), closing]);
  try {
    for await (const { cursor, event } of deps.events.stream(query, signal)) {
      const ready = response.write(`id: ${cursor}\ndata: ${JSON.stringify(event)}\n\n`);
      if (!ready) await drained(response, signal);
    }
  } finally {
    clearInterval(beat);
    stopWatching();
    response.end();
  }
}

/** Cuts the stream as soon as its subject may not read it any more, or his credential is over. */
function watchStanding(
  response: ServerResponse,
  { standing, clock, subject }: Pick<EventDeps, 'standing' | 'clock'> & { subject: Subject },
): () => void {
  const cut = (): void => {
    response.socket?.resetAndDestroy();
  };
  const stop = standing.onChange(() => {
    if (standing.refusal(subject) !== null) cut();
  });
  const left = (subject.credential?.expires ?? Number.MAX_SAFE_INTEGER) - clock.now();
  const timer = setTimeout(cut, Math.min(Math.max(left, 0), TIMER_MS_MAX));
  return () => {
    stop();
    clearTimeout(timer);
  };
}

/** Waits until the client took what was written, or is gone. */
function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = () => {
    response.off('drain', done);
    signal.removeEventListener('abort', done);
    resolve();
  };
  response.once('drain', done);
  signal.addEventListener('abort', done, { once: true });
  return promise;
}
