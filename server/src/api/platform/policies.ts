/**
 * Routes of policies: those of a product and of the mesh, their replacement (ETag, If-Match), their check, their schema.
 */
import { SET_KEY_TYPES } from '@weft/core/lib/set-declaration';
import { Type } from 'typebox';
import type { PoliciesService } from '../../services/policies-service.ts';
import type { WeftApp } from '../app.ts';
import {
  DomainTags,
  ErrorPlaces,
  MeshPolicySchema,
  nullable,
  PolicySchema,
} from './control-schemas.ts';

const ProductParams = Type.Object({ product: Type.String() });
const IfMatch = Type.Object({ 'if-match': Type.Optional(Type.String()) });
const Source = Type.String({ maxLength: 200_000 });
const Names = Type.Array(Type.String({ maxLength: 200 }), { maxItems: 200 });

/** Integers within the bounds of exact numbers in JSON; what is larger is written as text. */
const Key = Type.Union([
  Type.String({ maxLength: 10_000 }),
  Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }),
]);
const Keys = Type.Array(Key, { maxItems: 10_000 });
const Short = Type.String({ maxLength: 200 });

/** Either `values`, or `from`, `key` and `purpose`. */
const SetBody = Type.Object(
  {
    keys: Type.Optional(Type.Enum([...SET_KEY_TYPES])),
    from: Type.Optional(nullable(Short)),
    key: Type.Optional(nullable(Short)),
    subject: Type.Optional(nullable(Short)),
    where: Type.Optional(nullable(Type.String({ maxLength: 10_000 }))),
    purpose: Type.Optional(nullable(Short)),
    values: Type.Optional(nullable(Type.Union([Keys, Type.Record(Short, Keys)]))),
  },
  { additionalProperties: false },
);

export const PolicyBody = Type.Object(
  {
    rowFilter: Type.Optional(nullable(Type.String({ maxLength: 10_000 }))),
    hiddenClassifications: Type.Optional(Type.Array(Type.String())),
    autoApprovePurposes: Type.Optional(Type.Array(Type.String())),
    cedar: Type.Optional(nullable(Source)),
    subjectAttributes: Type.Optional(Names),
    sets: Type.Optional(Type.Record(Type.String({ maxLength: 100 }), SetBody)),
  },
  { additionalProperties: false },
);

export const MeshPolicyBody = Type.Object(
  {
    cedar: Source,
    subjectAttributes: Type.Optional(Names),
    domainTags: Type.Optional(DomainTags),
    productionDomains: Type.Optional(Names),
  },
  { additionalProperties: false },
);

/** A policy that was put in force, with what it does not do although somebody may think so. */
const Applied = Type.Object({ ...PolicySchema.properties, warnings: ErrorPlaces });
const AppliedMesh = Type.Object({ ...MeshPolicySchema.properties, warnings: ErrorPlaces });

/** The name of the plan of this very change. */
const PlanQuery = Type.Object({ plan: Type.Optional(Type.String({ maxLength: 100 })) });

const tags = ['policies'];

export function registerPolicies(app: WeftApp, deps: { policies: PoliciesService }): void {
  registerMeshPolicy(app, deps);
  registerProductPolicy(app, deps);
  registerChecks(app, deps);
}

function registerMeshPolicy(app: WeftApp, { policies }: { policies: PoliciesService }): void {
  app.get(
    '/api/v1/policies/mesh',
    { schema: { tags, summary: 'The policies of the mesh', response: { 200: MeshPolicySchema } } },
    async (request, reply) => {
      const { policy, etag } = await policies.showMesh(request.subject);
      return reply.header('etag', etag).send(policy);
    },
  );
  app.post(
    '/api/v1/policies/mesh/lint',
    {
      config: { idempotency: 'reads' },
      schema: {
        tags,
        summary: 'What would be refused of policies of the mesh, and warned of; changes nothing',
        body: MeshPolicyBody,
        response: { 200: Type.Object({ faults: ErrorPlaces, warnings: ErrorPlaces }) },
      },
    },
    async (request) => policies.lintMesh(request.subject, request.body),
  );
  app.put(
    '/api/v1/policies/mesh',
    {
      schema: {
        tags,
        summary: 'Replace the policies of the mesh',
        headers: IfMatch,
        querystring: PlanQuery,
        body: MeshPolicyBody,
        response: { 200: AppliedMesh },
      },
    },
    async (request, reply) => {
      const ifMatch = request.headers['if-match'];
      const { policy, etag, warnings } = await policies.putMesh(request.subject, {
        ...request.body,
        ifMatch,
        plan: request.query.plan,
      });
      return reply.header('etag', etag).send({ ...policy, warnings });
    },
  );
}

function registerProductPolicy(app: WeftApp, { policies }: { policies: PoliciesService }): void {
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
      const { policy, etag } = await policies.show(request.subject, request.params.product);
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
        headers: IfMatch,
        querystring: PlanQuery,
        body: PolicyBody,
        response: { 200: Applied },
      },
    },
    async (request, reply) => {
      const { policy, etag, warnings } = await policies.put(
        request.subject,
        request.params.product,
        {
          ...request.body,
          ifMatch: request.headers['if-match'],
          plan: request.query.plan,
        },
      );
      return reply.header('etag', etag).send({ ...policy, warnings });
    },
  );
}

function registerChecks(app: WeftApp, { policies }: { policies: PoliciesService }): void {
  app.post(
    '/api/v1/policies/:product/lint',
    {
      config: { idempotency: 'reads' },
      schema: {
        tags,
        summary: 'What would be refused of a policy, and warned of; changes nothing',
        params: ProductParams,
        body: PolicyBody,
        response: { 200: Type.Object({ faults: ErrorPlaces, warnings: ErrorPlaces }) },
      },
    },
    async (request) => policies.lint(request.subject, request.params.product, request.body),
  );
  app.get(
    '/api/v1/policies/:product/schema',
    {
      schema: {
        tags,
        summary: 'The Cedar schema that a policy of the product is checked against',
        params: ProductParams,
        response: {
          200: Type.Object({ schema: Type.String(), attributes: Type.Array(Type.String()) }),
        },
      },
    },
    async (request) => policies.schema(request.subject, request.params.product),
  );
}
