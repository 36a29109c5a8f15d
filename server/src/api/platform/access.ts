/**
 * The route by which nodes and gateways ask for decisions.
 */
import { Type } from 'typebox';
import type { AccessRequest, AccessService } from '../../services/access-service.ts';
import type { WeftApp } from '../app.ts';
import { Name, nullable, SubjectSchema } from './control-schemas.ts';

const DecideBody = Type.Object(
  {
    subject: Type.Union([SubjectSchema, Type.String({ minLength: 1 })]),
    purpose: Type.String(),
    tables: Type.Array(
      Type.Object({
        domain: Name,
        table: Name,
        major: Type.Optional(nullable(Type.Integer({ minimum: 0 }))),
      }),
      { minItems: 1, maxItems: 100 },
    ),
  },
  { additionalProperties: false },
);

export function registerAccess(app: WeftApp, deps: { access: AccessService }): void {
  app.post(
    '/api/v1/access/decide',
    {
      config: { idempotency: 'reads' },
      schema: {
        tags: ['nodes'],
        summary: 'Decide on reading tables for a subject and a purpose (nodes)',
        body: DecideBody,
      },
    },
    async (request, reply) => {
      const { subject, purpose, tables } = request.body;
      const answer = await deps.access.decide(request.subject, {
        subject: subject as AccessRequest['subject'],
        purpose,
        tables: tables.map(({ domain, table, major }) => ({ domain, table, major: major ?? null })),
      });
      return reply.header('cache-control', 'private, no-store').send(answer);
    },
  );
}
