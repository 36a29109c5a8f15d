/**
 * Routes by which nodes learn who may act no more, and whom a bearer speaks for that they cannot verify themselves.
 *
 * Invariant: the first answers as soon as anything that decides on access changed, so that a node acts on it at once, and
 * else within its hold time, so that a node knows that it still hears.
 */
import { WeftError } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';
import { Type } from 'typebox';
import type { IdentityService } from '../../services/identity-service.ts';
import type { StandingKeeper } from '../../services/standing-keeper.ts';
import type { WeftApp } from '../app.ts';
import { goneSignal } from '../gone-client.ts';
import { CredentialSchema, SubjectSchema } from './control-schemas.ts';

/** How long an answer is held back when nothing changes. */
const HOLD_MS = 10_000;

export interface NodeStandingDeps {
  identity: IdentityService;
  standing: StandingKeeper;
}

export function registerNodeStanding(app: WeftApp, deps: NodeStandingDeps): void {
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  app.get(
    '/api/v1/node/standing',
    {
      schema: {
        tags: ['nodes'],
        summary:
          'Who may act no more, as soon as it differs from the version after which is asked (nodes)',
        querystring: Type.Object({ after: Type.Optional(Type.String({ maxLength: 200 })) }),
      },
    },
    async (request, reply) => {
      requireNode(request.subject);
      const signal = AbortSignal.any([goneSignal(reply), closing.signal]);
      const standing = await deps.standing.wait(request.query.after ?? '', HOLD_MS, signal);
      return reply.header('cache-control', 'no-store').send(standing);
    },
  );
  app.post(
    '/api/v1/node/identify',
    {
      config: { idempotency: 'secret' },
      schema: {
        tags: ['nodes'],
        summary: 'The subject of an API key or of a token of the identity provider (nodes)',
        body: Type.Object(
          { bearer: Type.String({ minLength: 1, maxLength: 16_384 }) },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({
            ...SubjectSchema.properties,
            credential: Type.Optional(CredentialSchema),
          }),
        },
      },
    },
    async (request, reply) => {
      requireNode(request.subject);
      const subject = await deps.identity.authenticate(request.body.bearer);
      return reply.header('cache-control', 'no-store').send(subject);
    },
  );
}

function requireNode(subject: Subject): void {
  if (subject.roles.includes('node')) return;
  throw new WeftError('FORBIDDEN', 'only nodes ask for this');
}
