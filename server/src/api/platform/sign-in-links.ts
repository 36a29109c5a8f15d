/**
 * Links that sign a browser in, once: made here by whoever is known already, spent at `POST /auth/session`.
 */
import { Type } from 'typebox';
import type { SecretsService } from '../../services/secrets-service.ts';
import type { WeftApp } from '../app.ts';
import { emptyBody } from './document-body.ts';

const LinkBody = Type.Object(
  {
    subject: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'For whom; oneself when absent. The platform team may name any local user.',
      }),
    ),
    seconds: Type.Optional(
      Type.Integer({ minimum: 30, maximum: 3600, description: 'How long it holds (300).' }),
    ),
  },
  { additionalProperties: false },
);

const LinkSchema = Type.Object({
  url: Type.String({ description: 'Path and fragment at the address of the mesh: `/#code=…`.' }),
  expires: Type.String(),
});

export function registerSignInLinks(app: WeftApp, deps: { secrets: SecretsService }): void {
  app.post(
    '/api/v1/sign-in-links',
    {
      preValidation: emptyBody,
      config: { idempotency: 'secret' },
      schema: {
        tags: ['identity'],
        summary: 'Make a link that signs a browser in, once',
        body: LinkBody,
        response: { 201: LinkSchema },
      },
    },
    async (request, reply) => {
      const { secret, expires } = await deps.secrets.createLink(request.subject, request.body);
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ url: `/#code=${secret}`, expires });
    },
  );
}
