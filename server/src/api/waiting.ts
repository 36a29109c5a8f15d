/**
 * Clients that wait for a long answer: they are told that it is still being worked on, and whoever works hears when they leave.
 */
import { WeftError } from '@weft/core/lib/error';
import type { FastifyReply } from 'fastify';
import type { WeftApp } from './app.ts';

/**
 * Well below the shortest patience of common clients: undici, and so `fetch` of Node, ends a request of which no byte came for
 * 300 s; many proxies after 60 s.
 */
const TELL_MS = 30_000;

/**
 * Sends `102 Processing` (RFC 2518, section 10.1) now and then until the answer begins; final answers do not change.
 * `everyMs`: time between two of them, in milliseconds.
 */
export function tellThatItGoesOn(app: WeftApp, everyMs = TELL_MS): void {
  app.addHook('onRequest', async (request, { raw }) => {
    // Why: clients of HTTP/1.0 know no interim answers (RFC 9110, section 15.2).
    if (request.raw.httpVersion !== '1.1') return;
    const timer = setInterval(() => {
      // Why the body first: before it is whole an interim answer would be about the sending.
      if (raw.headersSent || raw.destroyed) clearInterval(timer);
      else if (request.raw.complete) raw.writeProcessing();
    }, everyMs);
    timer.unref();
    raw.on('close', () => clearInterval(timer));
  });
}

/** Aborted when the client is gone, or has its whole answer. */
export function goneSignal({ raw }: Pick<FastifyReply, 'raw'>): AbortSignal {
  const gone = new AbortController();
  raw.on('close', () => gone.abort(new WeftError('CANCELLED', 'nobody waits for the answer')));
  return gone.signal;
}
