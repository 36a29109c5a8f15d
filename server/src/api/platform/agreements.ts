/**
 * Routes of agreements: ask, look, decide. Whose step it is decides the service.
 */
import { Type } from 'typebox';
import type { AgreementThread } from '../../services/agreement-thread.ts';
import {
  type AgreementStep,
  type AgreementsService,
  agreementTag,
} from '../../services/agreements-service.ts';
import type { WeftApp } from '../app.ts';
import { AgreementSchema, nullable, PageQuery, page } from './control-schemas.ts';
import { emptyBody } from './document-body.ts';

const tags = ['agreements'];
const terms = {
  columns: Type.Optional(nullable(Type.Array(Type.String()))),
  filter: Type.Optional(nullable(Type.String())),
  until: Type.Optional(nullable(Type.String({ description: 'RFC 3339, or a duration from now.' }))),
};

const RequestBody = Type.Object(
  {
    product: Type.String({ description: 'domain.product, or domain.product@major' }),
    purpose: Type.String({ minLength: 1, maxLength: 200 }),
    ...terms,
    why: Type.Optional(nullable(Type.String({ maxLength: 4000 }))),
  },
  { additionalProperties: false },
);

const DecisionBody = Type.Object(
  { ...terms, because: Type.Optional(nullable(Type.String({ maxLength: 4000 }))) },
  { additionalProperties: false },
);

const SUMMARY: Readonly<Record<AgreementStep, string>> = {
  approve: 'Approve a request, or accept a counter-offer',
  deny: 'Deny a request, or decline a counter-offer',
  revoke: 'Take access back, or withdraw a request',
  counter: 'Offer other terms',
};

export interface AgreementDeps {
  agreements: AgreementsService;
  thread: AgreementThread;
}

export function registerAgreements(app: WeftApp, deps: AgreementDeps): void {
  const { agreements } = deps;
  app.post(
    '/api/v1/agreements',
    {
      schema: {
        tags,
        summary: 'Ask for access for a purpose',
        body: RequestBody,
        response: { 200: AgreementSchema, 201: AgreementSchema },
      },
    },
    async (request, reply) => {
      const { agreement, created } = await agreements.request(request.subject, request.body);
      return reply.code(created ? 201 : 200).send(agreement);
    },
  );
  registerRenewal(app, agreements);
  registerReads(app, agreements);
  registerThread(app, deps.thread);
  for (const step of Object.keys(SUMMARY) as AgreementStep[]) {
    app.post(
      `/api/v1/agreements/:agreement/${step}`,
      {
        preValidation: emptyBody,
        schema: {
          tags,
          summary: SUMMARY[step],
          params: Type.Object({ agreement: Type.String() }),
          headers: Type.Object({ 'if-match': Type.Optional(Type.String()) }),
          body: DecisionBody,
          response: { 200: AgreementSchema },
        },
      },
      async (request, reply) => {
        const terms = { ...request.body, ifMatch: request.headers['if-match'] };
        const { subject, params } = request;
        const agreement = await agreements.decide(subject, params.agreement, step, terms);
        return reply.header('etag', agreementTag(agreement)).send(agreement);
      },
    );
  }
}

function registerRenewal(app: WeftApp, agreements: AgreementsService): void {
  app.post(
    '/api/v1/agreements/:agreement/renew',
    {
      schema: {
        tags,
        summary: 'Ask for what an agreement of yours gives for longer; it stays in force meanwhile',
        description: 'The answer is the request for it, and is decided like every other.',
        params: Type.Object({ agreement: Type.String() }),
        body: Type.Object(
          {
            until: Type.String({ description: 'RFC 3339, or a duration from now.' }),
            why: Type.Optional(nullable(Type.String({ maxLength: 4000 }))),
          },
          { additionalProperties: false },
        ),
        response: { 200: AgreementSchema, 201: AgreementSchema },
      },
    },
    async (request, reply) => {
      const { subject, params, body } = request;
      const { agreement, created } = await agreements.renew(subject, params.agreement, body);
      return reply.code(created ? 201 : 200).send(agreement);
    },
  );
}

function registerReads(app: WeftApp, agreements: AgreementsService): void {
  app.get(
    '/api/v1/agreements',
    {
      schema: {
        tags,
        summary: 'Agreements that you made or decide on, newest first',
        querystring: Type.Object({
          ...PageQuery,
          state: Type.Optional(Type.String()),
          product: Type.Optional(Type.String()),
          subject: Type.Optional(Type.String()),
        }),
        response: { 200: page(AgreementSchema) },
      },
    },
    async (request) => agreements.list(request.subject, request.query),
  );
  app.get(
    '/api/v1/agreements/:agreement',
    {
      schema: {
        tags,
        summary: 'One agreement',
        params: Type.Object({ agreement: Type.String() }),
        response: { 200: AgreementSchema },
      },
    },
    async (request, reply) => {
      const agreement = await agreements.show(request.subject, request.params.agreement);
      return reply.header('etag', agreementTag(agreement)).send(agreement);
    },
  );
}

const CommentSchema = Type.Object({
  comment: Type.String(),
  agreement: Type.String(),
  author: Type.String(),
  text: Type.String(),
  at: Type.String(),
});

function registerThread(app: WeftApp, thread: AgreementThread): void {
  const params = Type.Object({ agreement: Type.String() });
  app.post(
    '/api/v1/agreements/:agreement/comments',
    {
      schema: {
        tags,
        summary: 'Say something to the other party',
        params,
        body: Type.Object(
          { text: Type.String({ minLength: 1, maxLength: 4000, pattern: '\\S' }) },
          { additionalProperties: false },
        ),
        response: { 201: CommentSchema },
      },
    },
    async (request, reply) => {
      const { subject, params: of, body } = request;
      return reply.code(201).send(await thread.say(subject, of.agreement, body.text));
    },
  );
  app.get(
    '/api/v1/agreements/:agreement/comments',
    {
      schema: {
        tags,
        summary: 'What the parties said, in order',
        params,
        querystring: Type.Object(PageQuery),
        response: { 200: page(CommentSchema) },
      },
    },
    async (request) => thread.list(request.subject, request.params.agreement, request.query),
  );
}
