/**
 * The route that tells what an id or name is.
 */
import { Type } from 'typebox';
import { RESOLVED_KINDS, type ResolveService } from '../../services/resolve-service.ts';
import type { WeftApp } from '../app.ts';
import { nullable } from './control-schemas.ts';

export function registerResolve(app: WeftApp, deps: { resolve: ResolveService }): void {
  app.get(
    '/api/v1/resolve/:id',
    {
      schema: {
        tags: ['mesh'],
        summary: 'What an id, a name or a contract reference is, as far as you may know',
        params: Type.Object({ id: Type.String({ maxLength: 300 }) }),
        response: {
          200: Type.Object({
            kind: Type.Enum([...RESOLVED_KINDS]),
            id: Type.String({ description: 'Of a contract, domain.product@version.' }),
            product: nullable(Type.String()),
            domain: nullable(Type.String()),
          }),
        },
      },
    },
    async (request) => deps.resolve.resolve(request.subject, request.params.id),
  );
}
