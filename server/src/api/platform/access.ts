/**
 * Routes of access: decisions for nodes; why, who and what would change for people.
 */
import { Type } from 'typebox';
import type { AccessAnswers } from '../../services/access-answers.ts';
import type { AccessRequest, AccessService } from '../../services/access-service.ts';
import type { WeftApp } from '../app.ts';
import { ExplanationSchema, PlanSchema, ViewersSchema } from './access-schemas.ts';
import { CredentialSchema, Name, nullable, SubjectSchema } from './control-schemas.ts';
import { MeshPolicyBody, PolicyBody } from './policies.ts';

/** As many digits as the name of a table can have: `domain."table@123456"`. */
const MAJOR_MAX = 999_999;

const DecideBody = Type.Object(
  {
    subject: Type.Union([
      Type.Object({ ...SubjectSchema.properties, credential: Type.Optional(CredentialSchema) }),
      Type.String({ minLength: 1 }),
    ]),
    purpose: Type.String(),
    tables: Type.Array(
      Type.Object({
        domain: Name,
        table: Name,
        major: Type.Optional(nullable(Type.Integer({ minimum: 0, maximum: MAJOR_MAX }))),
      }),
      { minItems: 1, maxItems: 100 },
    ),
  },
  { additionalProperties: false },
);

const ProductName = Type.String({ minLength: 3, maxLength: 200 });

export function registerAccess(
  app: WeftApp,
  deps: { access: AccessService; answers: AccessAnswers },
): void {
  registerDecisions(app, deps);
  registerAnswers(app, deps);
}

function registerDecisions(app: WeftApp, deps: { access: AccessService }): void {
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

function registerAnswers(app: WeftApp, { answers }: { answers: AccessAnswers }): void {
  const tags = ['access'];
  app.get(
    '/api/v1/access/explain',
    {
      schema: {
        tags,
        summary:
          'Why a subject may or may not read a product, what is seen, and what would change it',
        querystring: Type.Object({
          subject: Type.String({ minLength: 1 }),
          product: ProductName,
          purpose: Type.String({ minLength: 1 }),
          table: Type.Optional(Name),
          major: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: MAJOR_MAX,
              description: 'The newest that is read for the purpose when left out.',
            }),
          ),
          told: Type.Optional(
            Type.Literal('subject', {
              description:
                'The very answer that the subject himself would get, without what only who decides may know.',
            }),
          ),
        }),
        response: { 200: ExplanationSchema },
      },
    },
    async (request, reply) => {
      const answer = await answers.explain(request.subject, request.query);
      return reply.header('cache-control', 'private, no-store').send(answer);
    },
  );
  app.get(
    '/api/v1/access/who',
    {
      schema: {
        tags,
        summary: 'Everyone who can see a column',
        querystring: Type.Object({
          product: ProductName,
          column: Name,
          table: Type.Optional(Name),
        }),
        response: { 200: ViewersSchema },
      },
    },
    async (request, reply) => {
      const answer = await answers.who(request.subject, request.query);
      return reply.header('cache-control', 'private, no-store').send(answer);
    },
  );
  registerPlans(app, { answers });
}

function registerPlans(app: WeftApp, { answers }: { answers: AccessAnswers }): void {
  const tags = ['access'];
  app.post(
    '/api/v1/access/plan',
    {
      config: { idempotency: 'reads' },
      schema: {
        tags,
        summary:
          'What a policy would change for all who have access or asked for it; changes nothing',
        body: Type.Object(
          { product: ProductName, policy: PolicyBody },
          { additionalProperties: false },
        ),
        response: { 200: PlanSchema },
      },
    },
    async (request, reply) => {
      const answer = await answers.plan(request.subject, request.body);
      return reply.header('cache-control', 'private, no-store').send(answer);
    },
  );
  app.post(
    '/api/v1/access/plan/mesh',
    {
      config: { idempotency: 'reads' },
      schema: {
        tags,
        summary: 'The same for the policies of the mesh, over all products; changes nothing',
        body: MeshPolicyBody,
        response: { 200: PlanSchema },
      },
    },
    async (request, reply) => {
      const answer = await answers.planMesh(request.subject, request.body);
      return reply.header('cache-control', 'private, no-store').send(answer);
    },
  );
}
