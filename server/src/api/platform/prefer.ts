/**
 * The header `Prefer` (RFC 7240), as far as routes of long work take it.
 */
import type { FastifyRequest } from 'fastify';

/** True for whoever would rather have an operation to follow than wait for its end. */
export function prefersAsync(request: Pick<FastifyRequest, 'headers'>): boolean {
  const prefer = request.headers['prefer'];
  return /(?:^|[,;\s])respond-async(?:$|[,;\s])/i.test(
    Array.isArray(prefer) ? prefer.join() : (prefer ?? ''),
  );
}
