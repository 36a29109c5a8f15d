/**
 * Routes of subjects: the people and programs of the mesh. The service decides who may.
 */
import { ROLES } from '@weft/core/registry/types';
import { Type } from 'typebox';
import type {
  UserChange,
  UserRequest,
  UserStep,
  UsersService,
} from '../../services/users-service.ts';
import type { WeftApp } from '../app.ts';
import { AttributeName, Attributes, AttributeValues, withLists } from './attribute-schemas.ts';
import { Name, nullable, PageQuery, page } from './control-schemas.ts';

/** As JSON Merge Patch (RFC 7396) has it: what is not named stays, and null takes away. */
const AttributeChanges = Type.Record(AttributeName, nullable(AttributeValues), {
  description: 'Attributes that change; those that are not named stay, null takes one away.',
});

const changeable = {
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  domains: Type.Optional(Type.Array(Name)),
  attributes: Type.Optional(Attributes),
};

const UserBody = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 200 }),
    kind: Type.Optional(Type.Enum(['user', 'service'])),
    roles: Type.Array(Type.Enum([...ROLES])),
    ...changeable,
  },
  { additionalProperties: false },
);

const ChangeBody = Type.Object(
  {
    roles: Type.Optional(Type.Array(Type.Enum([...ROLES]))),
    ...changeable,
    attributes: Type.Optional(AttributeChanges),
  },
  { additionalProperties: false, minProperties: 1 },
);

const UserSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: Type.Enum(['user', 'service', 'external']),
  roles: Type.Array(Type.Enum([...ROLES])),
  domains: Type.Array(Type.String()),
  attributes: Type.Record(Type.String(), Type.Unknown()),
  state: Type.Enum(['active', 'disabled']),
  disabledBy: nullable(Type.String()),
  disabledAt: nullable(Type.String()),
  since: nullable(Type.String({ description: 'Claims that were made before count no more.' })),
  updatedAt: Type.String(),
});

const UserParams = Type.Object({ user: Type.String() });
const tags = ['identity'];

export function registerUsers(app: WeftApp, deps: { users: UsersService }): void {
  const { users } = deps;
  app.post(
    '/api/v1/users',
    {
      schema: {
        tags,
        summary: 'Make a subject (platform)',
        body: UserBody,
        response: { 201: UserSchema },
      },
    },
    async (request, reply) => {
      const { kind = 'user', ...rest } = withLists(request.body);
      const made = await users.create(request.subject, { ...rest, kind } as UserRequest);
      return reply.code(201).send(made);
    },
  );
  app.get(
    '/api/v1/users',
    {
      schema: {
        tags,
        summary: 'Subjects by id (platform, privacy officers)',
        querystring: Type.Object({
          ...PageQuery,
          q: Type.Optional(
            Type.String({ maxLength: 200, description: 'Those whose id or name has this text.' }),
          ),
        }),
        response: { 200: page(UserSchema) },
      },
    },
    async (request) => users.list(request.subject, request.query),
  );
  app.get(
    '/api/v1/users/:user',
    { schema: { tags, summary: 'One subject', params: UserParams, response: { 200: UserSchema } } },
    async (request, reply) => {
      const user = await users.show(request.subject, request.params.user);
      return reply.header('etag', users.tagOf(user)).send(user);
    },
  );
  registerNames(app, users);
  registerChanges(app, users);
}

function registerNames(app: WeftApp, users: UsersService): void {
  app.get(
    '/api/v1/names',
    {
      schema: {
        tags,
        summary: 'What subjects are called whose ids you see anyway; others are left out',
        querystring: Type.Object({
          ids: Type.String({ maxLength: 10_000, description: 'Ids with commas between them.' }),
        }),
        response: {
          200: Type.Object({
            items: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
          }),
        },
      },
    },
    async ({ subject, query }) => ({ items: await users.names(subject, query.ids.split(',')) }),
  );
}

function registerChanges(app: WeftApp, users: UsersService): void {
  app.patch(
    '/api/v1/users/:user',
    {
      schema: {
        tags,
        summary:
          'Change name, roles, domains or attributes; tokens made before count no more (platform)',
        params: UserParams,
        headers: Type.Object({ 'if-match': Type.Optional(Type.String()) }),
        body: ChangeBody,
        response: { 200: UserSchema },
      },
    },
    async (request, reply) => {
      const { subject, params, body } = request;
      const change = withLists(body) as UserChange;
      const expected = { ifMatch: request.headers['if-match'] };
      const user = await users.change(subject, params.user, change, expected);
      return reply.header('etag', users.tagOf(user)).send(user);
    },
  );
  for (const [step, summary] of STEPS) {
    app.post(
      `/api/v1/users/:user/${step}`,
      { schema: { tags, summary, params: UserParams, response: { 200: UserSchema } } },
      async (request) => users.step(request.subject, request.params.user, step),
    );
  }
}

const STEPS: readonly (readonly [UserStep, string])[] = [
  ['disable', 'Disable a subject: nothing that speaks for it is believed any more (platform)'],
  ['enable', 'Enable a subject again; its tokens stay refused, its keys work (platform)'],
  ['signout', 'Refuse tokens and sessions that the subject has now (platform, or for oneself)'],
];
