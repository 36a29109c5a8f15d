/**
 * Routes of policies: the one in force, and its replacement (ETag, If-Match).
 */
import { Type } from 'typebox';
import type { PoliciesService } from '../../services/policies-service.ts';
import type { WeftApp } from '../app.ts';
import { nullable, PolicySchema } from './control-schemas.ts';

const ProductParams = Type.Object({ product: Type.String() });

const PolicyBody = Type.Object(
  {
    rowFilter: Type.Optional(nullable(Type.String({ maxLength: 10_000 }))),
    hiddenClassifications: Type.Optional(Type.Array(Type.String())),
    autoApprovePurposes: Type.Optional(Type.Array(Type.String())),
  },
  { additionalProperties: false },
);

export function registerPolicies(app: WeftApp, deps: { policies: PoliciesService }): void {
  const tags = ['policies'];
  app.get(
    '/api/v1/policies/:product',
    {
      schema: {
        tags,
        summary: 'The policy of a product; version 0 means that there is none',
        params: ProductParams,
        response: { 200: PolicySchema },
      },
    },
    async (request, reply) => {
      const { policy, etag } = await deps.policies.show(request.subject, request.params.product);
      return reply.header('etag', etag).send(policy);
    },
  );
  app.put(
    '/api/v1/policies/:product',
    {
      schema: {
        tags,
        summary: 'Replace the policy of a product',
        params: ProductParams,
        headers: Type.Object({ 'if-match': Type.Optional(Type.String()) }),
        body: PolicyBody,
        response: { 200: PolicySchema },
      },
    },
    async (request, reply) => {
      const { policy, etag } = await deps.policies.put(request.subject, request.params.product, {
        ...request.body,
        ifMatch: request.headers['if-match'],
      });
      return reply.header('etag', etag).send(policy);
    },
  );
}
