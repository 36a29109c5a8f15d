/**
 * Routes of API keys and of revoking any credential. A key is in one answer, and in no other one.
 */
import { Type } from 'typebox';
import type { SecretsService } from '../../services/secrets-service.ts';
import type { WeftApp } from '../app.ts';
import { nullable, PageQuery, page } from './control-schemas.ts';

const KeyBody = Type.Object(
  {
    subject: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    name: Type.String({ minLength: 1, maxLength: 200 }),
    ttlSeconds: Type.Optional(Type.Integer({ minimum: 60 })),
  },
  { additionalProperties: false },
);

const CredentialSchema = Type.Object({
  id: Type.String(),
  kind: Type.Enum(['token', 'key', 'session', 'link']),
  subject: nullable(Type.String()),
  name: nullable(Type.String()),
  state: Type.Enum(['active', 'expired', 'revoked']),
  createdBy: Type.String(),
  createdAt: Type.String(),
  expiresAt: nullable(Type.String()),
  lastUsedAt: nullable(Type.String()),
  revokedAt: nullable(Type.String()),
  revokedBy: nullable(Type.String()),
});

const tags = ['identity'];

export function registerKeys(app: WeftApp, deps: { secrets: SecretsService }): void {
  const { secrets } = deps;
  app.post(
    '/api/v1/keys',
    {
      config: { idempotency: 'secret' },
      schema: {
        tags,
        summary: 'Make an API key, which is shown once',
        body: KeyBody,
        response: {
          201: Type.Object({
            id: Type.String(),
            key: Type.String(),
            subject: Type.String(),
            expires: Type.String(),
          }),
        },
      },
    },
    async (request, reply) => {
      const { secret, ...made } = await secrets.createKey(request.subject, request.body);
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...made, key: secret });
    },
  );
  app.get(
    '/api/v1/keys',
    {
      schema: {
        tags,
        summary: 'API keys, never their text; with `all` tokens and sessions, too',
        querystring: Type.Object({
          ...PageQuery,
          subject: Type.Optional(Type.String({ maxLength: 200 })),
          all: Type.Optional(Type.Boolean()),
        }),
        response: { 200: page(CredentialSchema) },
      },
    },
    async (request) => secrets.list(request.subject, request.query),
  );
  app.delete(
    '/api/v1/keys/:key',
    {
      schema: {
        tags,
        summary: 'Revoke a key, a session or a token by its id (`jti`); it is refused from now on',
        params: Type.Object({ key: Type.String() }),
        response: { 200: CredentialSchema },
      },
    },
    async (request) => secrets.revoke(request.subject, request.params.key),
  );
}
