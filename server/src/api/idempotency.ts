/**
 * `Idempotency-Key` on POST (draft-ietf-httpapi-idempotency-key-header): the same request again gets the first answer.
 *
 * Not for uploads, whose key is the batch key, nor for queries, which change nothing. Invariants: a request that changed
 * something is not carried out a second time under its key; the same key with another request is refused; a request that
 * was refused gives its key back, so that it can be mended and sent again. After a crash in the middle the request may be
 * repeated a minute later: what it does is then done at most once more.
 */
import { createHash } from 'node:crypto';
import { WeftError } from '@weft/core/lib/error';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { IdempotencyStore, KeptAnswer, KeyClaim } from '../store/idempotency.ts';
import type { WeftApp } from './app.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Why the hook leaves this POST alone: it handles the key itself, changes nothing, or its answer is a secret. */
    idempotency?: 'own' | 'reads' | 'secret';
  }
}

const KEPT_HEADERS = ['content-type', 'etag', 'location'];

const KeyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'The same request under the same key gets the first answer, for 24 hours.',
    }),
  ),
});

interface OpenClaim extends KeyClaim {
  claimedAt: string;
}

/** Registers routes whose POSTs take an `Idempotency-Key`. */
export function withIdempotency(
  app: WeftApp,
  store: IdempotencyStore,
  routes: (scope: WeftApp) => void,
): void {
  const claims = new WeakMap<FastifyRequest, OpenClaim>();
  void app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      if (route.method !== 'POST' || route.config?.idempotency !== undefined) return;
      // Why joined: a route with headers of its own, such as If-Match, keeps them.
      const own = route.schema?.headers as Type.TObject | undefined;
      const headers = Type.Object({ ...own?.properties, ...KeyHeaders.properties });
      route.schema = { ...route.schema, headers };
    });
    scope.addHook('preHandler', async (request, reply) => {
      const claim = claimOf(request);
      if (claim === null) return;
      const outcome = await store.claim(claim);
      if (outcome.state === 'claimed') {
        claims.set(request, { ...claim, claimedAt: outcome.claimedAt });
        return;
      }
      if (outcome.fingerprint !== claim.fingerprint) {
        throw new WeftError('IDEMPOTENCY_MISMATCH', `"${claim.key}" named another request before`);
      }
      return answerAgain(reply, outcome.answer);
    });
    scope.addHook('onSend', async (request, reply, payload) => {
      const claim = claims.get(request);
      if (claim === undefined) return payload;
      claims.delete(request);
      const { claimedAt } = claim;
      if (reply.statusCode >= 300 || typeof payload !== 'string') {
        await store.release(claim, claimedAt);
      } else {
        await store.keep(claim, claimedAt, answerOf(reply, payload));
      }
      return payload;
    });
    routes(scope as WeftApp);
  });
}

function claimOf(request: FastifyRequest): KeyClaim | null {
  const key = request.headers['idempotency-key'];
  if (request.method !== 'POST' || typeof key !== 'string') return null;
  if (request.routeOptions.config.idempotency !== undefined) return null;
  const body =
    typeof request.body === 'string' ? request.body : JSON.stringify(request.body ?? null);
  const text = [request.url, request.headers['content-type'] ?? '', body].join('\n');
  const fingerprint = createHash('sha256').update(text).digest('hex');
  return { subject: request.subject.id, key, fingerprint };
}

function answerAgain(reply: FastifyReply, answer: KeptAnswer | null): FastifyReply {
  if (answer === null) {
    reply.header('retry-after', '1');
    throw new WeftError('CONFLICT', 'the first request with this key is still under way', {
      remedy: 'Wait for its answer, or send the same request again in a moment.',
    });
  }
  return reply.code(answer.status).headers(answer.headers).send(answer.body);
}

function answerOf(reply: FastifyReply, body: string): KeptAnswer {
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = reply.getHeader(name);
    if (value !== undefined) headers[name] = String(value);
  }
  return { status: reply.statusCode, headers, body };
}
