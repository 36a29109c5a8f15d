/**
 * Bodies that are documents: contracts and products come as the very text of their files, which is hashed and kept.
 *
 * Not a parser. Invariant: JSON reaches the handler as the bytes that were sent, not as a value that was parsed and
 * would be written again in another form.
 */
import { WeftError } from '@weft/core/lib/error';
import type { FastifyRequest } from 'fastify';
import type { WeftApp } from '../app.ts';

export interface DocumentBody {
  text: string;
  media: 'application/yaml' | 'application/json';
}

/** Registers routes in a scope in which JSON bodies stay text. */
export function withDocumentBodies(app: WeftApp, routes: (scope: WeftApp) => void): void {
  void app.register(async (scope) => {
    scope.removeContentTypeParser('application/json');
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    );
    routes(scope as WeftApp);
  });
}

/** The document of a request. Throws REQUEST_INVALID when there is none. */
export function documentBody(request: FastifyRequest): DocumentBody {
  const { body } = request;
  if (typeof body !== 'string' || body.trim() === '') {
    throw new WeftError('REQUEST_INVALID', 'the body has no document', {
      remedy: 'Send the YAML or JSON text of the document itself.',
    });
  }
  const isJson = request.headers['content-type']?.startsWith('application/json') === true;
  return { text: body, media: isJson ? 'application/json' : 'application/yaml' };
}

/** A hook for routes whose body may be left out: no body reads as an empty object. */
export async function emptyBody(request: FastifyRequest): Promise<void> {
  request.body ??= {};
}
