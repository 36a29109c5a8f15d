/**
 * Refuses texts that no store can hold, for every route at once: zero characters and halves of surrogate pairs, wherever
 * they stand in the path, the query or a JSON body.
 *
 * Not validation of what a text means. Why here: PostgreSQL refuses both in text and in JSON, deep in a statement, where it
 * would look like a fault of ours. Documents are checked by their own reader, which knows line and column. A body that is
 * nested beyond reason is refused on the way.
 */
import { type ErrorPlace, WeftError } from '@weft/core/lib/error';
import type { FastifyRequest } from 'fastify';

const PLACES_MAX = 20;
/** Why: the walk must end before the stack does, and the paths of places must stay short. */
const DEPTH_MAX = 100;

/** Throws REQUEST_INVALID with the places of such texts. */
export function refuseUnstorable(request: FastifyRequest): void {
  const errors: ErrorPlace[] = [];
  visit(request.params, '$.params', errors);
  visit(request.query, '$.querystring', errors);
  visit(request.body, '$.body', errors);
  if (errors.length === 0) return;
  throw new WeftError('REQUEST_INVALID', errors.map((e) => `${e.path} ${e.message}`).join('; '), {
    remedy: 'Leave out zero characters and halves of surrogate pairs.',
    errors,
  });
}

function visit(value: unknown, path: string, errors: ErrorPlace[], depth = 0): void {
  if (errors.length >= PLACES_MAX) return;
  if (depth > DEPTH_MAX) {
    throw new WeftError('REQUEST_INVALID', `the request is nested more than ${DEPTH_MAX} deep`);
  }
  if (typeof value === 'string') {
    const fault = textFault(value);
    if (fault !== null) errors.push({ code: 'REQUEST_INVALID', message: fault, path });
  } else if (Array.isArray(value)) {
    value.forEach((item, i) => void visit(item, `${path}[${i}]`, errors, depth + 1));
  } else if (isPlain(value)) {
    for (const [key, item] of Object.entries(value)) {
      const fault = textFault(key);
      if (fault !== null)
        errors.push({ code: 'REQUEST_INVALID', message: `a name in it ${fault}`, path });
      else visit(item, `${path}.${key}`, errors, depth + 1);
    }
  }
}

function textFault(text: string): string | null {
  if (text.includes('\0')) return 'holds a zero character';
  return text.isWellFormed() ? null : 'holds half of a surrogate pair';
}

/** Why: an upload's body is a stream, which is not looked into. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return typeof (value as { pipe?: unknown }).pipe !== 'function';
}
