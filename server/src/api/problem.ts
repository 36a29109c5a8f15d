/**
 * The one place where an error becomes an HTTP answer (RFC 9457 problem+json).
 *
 * Not a catalogue: codes stand in `core/src/lib/error-catalog.ts`. Invariant: the text of an unexpected error never
 * leaves the process, since it may hold cell values; the caller gets the request id, the log gets the error.
 */
import { AssertionError } from '@weft/core/lib/assert';
import { type ErrorPlace, toProblem, WeftError } from '@weft/core/lib/error';
import type { Logger } from '@weft/core/lib/ports';
import { storageFault } from '@weft/core/lib/storage-fault';
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface ProblemContext {
  error: unknown;
  request: FastifyRequest;
  reply: FastifyReply;
  logger: Logger;
}

/** Answers a request with the problem document of `error`. */
export function sendProblem({ error, request, reply, logger }: ProblemContext): void {
  const known = toWeftError(error);
  if (known.status >= 500) {
    const cause =
      error instanceof Error
        ? { name: error.name, message: error.message, stack: error.stack }
        : { error };
    logger.error('request failed', {
      request: request.id,
      method: request.method,
      route: request.routeOptions.url,
      ...cause,
    });
  }
  if (known.retryable && !reply.hasHeader('retry-after')) reply.header('retry-after', '1');
  reply
    .code(known.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(toProblem(known, request.id));
}

/** Any error as one of ours: unexpected ones become INTERNAL without their text. */
export function toWeftError(error: unknown): WeftError {
  if (error instanceof WeftError) return error;
  if (error instanceof AssertionError)
    return new WeftError('INTERNAL', 'an internal check failed', { cause: error });
  if (isFastifyError(error)) return fromFastify(error);
  if (isBrokenUpload(error))
    return new WeftError('CANCELLED', 'the client went away before its request was whole');
  return storageFault(error) ?? new WeftError('INTERNAL', 'an unexpected error', { cause: error });
}

/** The request's own socket closed while its body was read (node:http, `aborted`). */
function isBrokenUpload(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return code === 'ECONNRESET' && message === 'aborted';
}

interface FastifyLikeError extends Error {
  code?: string;
  statusCode: number;
  validation?: { instancePath: string; message?: string; params?: Record<string, unknown> }[];
  validationContext?: string;
}

function isFastifyError(error: unknown): error is FastifyLikeError {
  return (
    error instanceof Error && typeof (error as Partial<FastifyLikeError>).statusCode === 'number'
  );
}

function fromFastify(error: FastifyLikeError): WeftError {
  if (error.validation !== undefined) {
    const where = error.validationContext ?? 'request';
    const errors = error.validation.map((item): ErrorPlace => {
      const extra = item.params?.['additionalProperty'] ?? item.params?.['missingProperty'];
      return {
        code: 'REQUEST_INVALID',
        message: `${where}${item.instancePath.replaceAll('/', '.')} ${item.message ?? 'is not valid'}${extra === undefined ? '' : ` (${String(extra)})`}`,
        path: `$.${where}${item.instancePath.replaceAll('/', '.')}`,
      };
    });
    return new WeftError('REQUEST_INVALID', errors.map((e) => e.message).join('; '), { errors });
  }
  if (error.statusCode === 413)
    return new WeftError('PAYLOAD_TOO_LARGE', 'the body is larger than this route takes');
  if (error.statusCode === 429)
    return new WeftError('RATE_LIMITED', 'too many requests in a minute');
  if (error.statusCode === 415) {
    return new WeftError('REQUEST_INVALID', 'this content type is not taken here', {
      remedy: 'Send JSON, or YAML for documents; /docs names the type of each route.',
    });
  }
  if (error.statusCode < 500) return new WeftError('REQUEST_INVALID', error.message);
  return storageFault(error) ?? new WeftError('INTERNAL', 'an unexpected error', { cause: error });
}
