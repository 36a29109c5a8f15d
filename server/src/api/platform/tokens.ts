/**
 * The route that issues tokens. Platform only; the token is shown once and never kept.
 */
import { ROLES } from '@weft/core/registry/types';
import { Type } from 'typebox';
import type { IdentityService, TokenRequest } from '../../services/identity-service.ts';
import type { WeftApp } from '../app.ts';
import { Attributes, withLists } from './attribute-schemas.ts';
import { Name, SubjectSchema } from './control-schemas.ts';

const TokenBody = Type.Object(
  {
    subject: Type.String({ minLength: 1, maxLength: 200 }),
    name: Type.Optional(Type.String({ maxLength: 200 })),
    roles: Type.Optional(Type.Array(Type.Enum([...ROLES]))),
    domains: Type.Optional(Type.Array(Name)),
    attributes: Type.Optional(Attributes),
    ttlSeconds: Type.Optional(Type.Integer({ minimum: 60 })),
  },
  { additionalProperties: false },
);

export function registerTokens(app: WeftApp, deps: { identity: IdentityService }): void {
  app.post(
    '/api/v1/tokens',
    {
      config: { idempotency: 'secret' },
      schema: {
        tags: ['mesh'],
        summary: 'Issue a token for a subject (platform)',
        body: TokenBody,
        response: {
          201: Type.Object({
            id: Type.String({ description: 'The `jti`, by which it can be revoked.' }),
            token: Type.String(),
            expires: Type.String(),
            subject: SubjectSchema,
          }),
        },
      },
    },
    async (request, reply) => {
      const asked = withLists(request.body);
      const issued = await deps.identity.issueToken(request.subject, asked as TokenRequest);
      return reply.code(201).header('cache-control', 'no-store').send(issued);
    },
  );
}
