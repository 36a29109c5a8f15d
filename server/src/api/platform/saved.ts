/**
 * Routes of saved work and of the news that come of it.
 */
import { Type } from 'typebox';
import type { NewsService } from '../../services/news-service.ts';
import { type SavedService, savedTag } from '../../services/saved-service.ts';
import { SAVED_KINDS } from '../../store/control-saved.ts';
import type { WeftApp } from '../app.ts';
import { EventSchema, nullable, PageQuery, page } from './control-schemas.ts';

const Kind = Type.Enum([...SAVED_KINDS]);

const QueryBody = Type.Object(
  {
    sql: Type.String({ minLength: 1, maxLength: 100_000 }),
    purpose: Type.String({ maxLength: 200 }),
    chart: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: false, description: 'Of a query.' },
);
const SearchBody = Type.Object(
  {
    q: Type.String({ maxLength: 1_000 }),
    where: Type.String({ maxLength: 10_000 }),
    sort: Type.String({ maxLength: 100 }),
  },
  { additionalProperties: false, description: 'Of a search; empty text where nothing is asked.' },
);
const FollowBody = Type.Object(
  { product: Type.String({ maxLength: 200 }) },
  { additionalProperties: false, description: 'Of a product that is followed.' },
);

const Name = Type.String({ minLength: 1, maxLength: 200 });
const Product = nullable(Type.String({ maxLength: 200 }));
const SharedWith = Type.Union(
  [
    Type.Enum(['nobody', 'everybody']),
    Type.Array(Type.String({ maxLength: 200 }), { maxItems: 200 }),
  ],
  { description: 'Whoever it is shared with reads it; only the owner changes it.' },
);

const SavedSchema = Type.Object({
  saved: Type.String(),
  kind: Kind,
  name: Type.String(),
  body: Type.Record(Type.String(), Type.Unknown()),
  product: nullable(Type.String()),
  owner: Type.String(),
  sharedWith: SharedWith,
  version: Type.Integer(),
  createdAt: Type.String(),
  updatedAt: Type.String(),
  seenAt: nullable(Type.String({ description: 'When the owner looked last at what it found.' })),
});

const draft = {
  name: Name,
  product: Type.Optional(Product),
  sharedWith: Type.Optional(SharedWith),
};
const closed = { additionalProperties: false };

const NewSavedBody = Type.Union([
  Type.Object({ kind: Type.Literal('query'), body: QueryBody, ...draft }, closed),
  Type.Object({ kind: Type.Literal('search'), body: SearchBody, ...draft }, closed),
  Type.Object({ kind: Type.Literal('follow'), body: FollowBody, ...draft }, closed),
]);

const ChangeBody = Type.Object(
  {
    name: Type.Optional(Name),
    body: Type.Optional(Type.Union([QueryBody, SearchBody, FollowBody])),
    product: Type.Optional(Product),
    sharedWith: Type.Optional(SharedWith),
  },
  closed,
);

const params = Type.Object({ saved: Type.String({ maxLength: 100 }) });
const IfMatch = Type.Object({ 'if-match': Type.Optional(Type.String()) });
const tags = ['work'];

export interface SavedDeps {
  saved: SavedService;
  news: NewsService;
}

export function registerSaved(app: WeftApp, { saved, news }: SavedDeps): void {
  registerReads(app, saved);
  registerWrites(app, saved);
  app.get(
    '/api/v1/news',
    {
      schema: {
        tags,
        summary: 'What is new in products you follow, your agreements and your searches',
        querystring: Type.Object(PageQuery),
        response: {
          200: page(
            Type.Object({
              kind: Type.Enum(['event', 'search-match']),
              product: Type.String(),
              at: Type.String(),
              event: nullable(EventSchema),
              saved: nullable(
                Type.Object({
                  saved: Type.String(),
                  name: Type.String(),
                  ...SearchBody.properties,
                }),
              ),
            }),
          ),
        },
      },
    },
    async (request) => news.list(request.subject, request.query),
  );
}

function registerReads(app: WeftApp, saved: SavedService): void {
  app.get(
    '/api/v1/saved',
    {
      schema: {
        tags,
        summary: 'Your saved work, or what others share with you',
        querystring: Type.Object({
          ...PageQuery,
          kind: Type.Optional(Kind),
          product: Type.Optional(Type.String({ maxLength: 200 })),
          shared: Type.Optional(
            Type.Boolean({ description: 'What others share with you, instead of your own.' }),
          ),
        }),
        response: { 200: page(SavedSchema) },
      },
    },
    async (request) => saved.list(request.subject, request.query),
  );
  app.get(
    '/api/v1/saved/:saved',
    { schema: { tags, summary: 'One saved thing', params, response: { 200: SavedSchema } } },
    async (request, reply) => {
      const found = await saved.show(request.subject, request.params.saved);
      return reply.header('etag', savedTag(found)).send(found);
    },
  );
}

function registerWrites(app: WeftApp, saved: SavedService): void {
  app.post(
    '/api/v1/saved',
    {
      schema: {
        tags,
        summary: 'Save a query or a search, or follow a product',
        body: NewSavedBody,
        response: { 200: SavedSchema, 201: SavedSchema },
      },
    },
    async (request, reply) => {
      const { saved: made, created } = await saved.create(request.subject, request.body);
      return reply
        .code(created ? 201 : 200)
        .header('etag', savedTag(made))
        .send(made);
    },
  );
  app.patch(
    '/api/v1/saved/:saved',
    {
      schema: {
        tags,
        summary: 'Change what you saved; what is absent stays',
        params,
        headers: IfMatch,
        body: ChangeBody,
        response: { 200: SavedSchema },
      },
    },
    async (request, reply) => {
      const step = { change: request.body, ifMatch: request.headers['if-match'] };
      const changed = await saved.change(request.subject, request.params.saved, step);
      return reply.header('etag', savedTag(changed)).send(changed);
    },
  );
  app.delete(
    '/api/v1/saved/:saved',
    {
      schema: {
        tags,
        summary: 'Delete what you saved',
        params,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await saved.remove(request.subject, request.params.saved, request.headers['if-match']);
      return reply.code(204).send(null);
    },
  );
  app.post(
    '/api/v1/saved/:saved/seen',
    {
      schema: {
        tags,
        summary: 'What your search found until now is no news any more',
        params,
        response: { 200: SavedSchema },
      },
    },
    async (request) => saved.seen(request.subject, request.params.saved),
  );
}
