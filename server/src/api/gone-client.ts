/** For work that is of use only while somebody waits for its answer. */
import { WeftError } from '@weft/core/lib/error';
import type { FastifyReply } from 'fastify';

/** Aborted when the client is gone, or has its whole answer. */
export function goneSignal({ raw }: Pick<FastifyReply, 'raw'>): AbortSignal {
  const gone = new AbortController();
  raw.on('close', () => gone.abort(new WeftError('CANCELLED', 'nobody waits for the answer')));
  return gone.signal;
}
