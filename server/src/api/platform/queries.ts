/**
 * The routes of governed queries.
 *
 * Not the rules: `services/query-service.ts`. The answer is streamed; when it fails on its way the connection is cut, so
 * that no client takes half a result for a whole one; when what permitted it was revoked, it is cut at once, and what the
 * system had not sent yet is dropped with it. `Weft-Query` names the query from the first byte.
 */
import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { QUERY_FORMATS } from '../../services/query-formats.ts';
import type { QueryService } from '../../services/query-service.ts';
import type { WeftApp } from '../app.ts';
import { goneSignal } from '../gone-client.ts';
import { PageQuery, page } from './control-schemas.ts';

const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const QueryBody = Type.Object(
  {
    sql: Type.String({ minLength: 1, description: 'One SELECT over products, as domain.table.' }),
    purpose: Type.String({ minLength: 1, maxLength: 200 }),
    format: Type.Optional(Type.Enum([...QUERY_FORMATS])),
    limits: Type.Optional(
      Type.Object(
        {
          seconds: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
          rows: Type.Optional(Type.Integer({ minimum: 0 })),
          bytes: Type.Optional(Type.Integer({ minimum: 1 })),
        },
        { additionalProperties: false, description: 'They can only lower the limits of the node.' },
      ),
    ),
  },
  { additionalProperties: false },
);

const QueriedProduct = Type.Object({
  product: Type.String(),
  contract: Type.String(),
  snapshot: Nullable(Type.String()),
  agreement: Nullable(Type.String()),
  policy: Nullable(Type.Integer()),
});

const QueryRecordSchema = Type.Object({
  query: Type.String(),
  state: Type.Enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  purpose: Type.String(),
  products: Type.Array(QueriedProduct),
  rowCount: Nullable(Type.Integer()),
  truncated: Nullable(Type.Boolean()),
  code: Nullable(Type.String()),
  started: Type.String(),
  finished: Nullable(Type.String()),
  seconds: Nullable(Type.Number()),
  cpuSeconds: Nullable(Type.Number({ description: 'Time of processors that it took.' })),
});

/** Of an answer as JSON. Why as content: it is written as it comes, and no serializer touches it. */
const AnswerSchema = Type.Object({
  columns: Type.Array(Type.Object({ name: Type.String(), type: Type.String() })),
  rows: Type.Array(Type.Array(Type.Unknown())),
  rowCount: Type.Integer(),
  truncated: Type.Boolean(),
  products: Type.Array(QueriedProduct),
  seconds: Type.Number(),
  cpuSeconds: Type.Number(),
});

const QueryParams = Type.Object({ query: Type.String() });

export function registerQueries(app: WeftApp, deps: { queries: QueryService }): void {
  app.post(
    '/api/v1/queries',
    {
      config: { idempotency: 'reads' },
      schema: {
        tags: ['queries'],
        summary: 'Run one SELECT over products for a purpose',
        description:
          'The answer has the asked format: json (default), ndjson, csv, parquet or arrow. ' +
          'The header Weft-Query names the query.',
        body: QueryBody,
        response: { 200: { content: { 'application/json': { schema: AnswerSchema } } } },
      },
    },
    async (request, reply) => {
      const { sql, purpose, format = 'json', limits = {} } = request.body;
      const { subject } = request;
      const answer = await deps.queries.submit({
        subject,
        purpose,
        sql,
        format,
        limits,
        signal: goneSignal(reply),
      });
      answer.revoked.addEventListener('abort', () => reply.raw.socket?.resetAndDestroy(), {
        once: true,
      });
      const stream = Readable.from(answer.body, { objectMode: false });
      return reply
        .header('content-type', answer.contentType)
        .header('weft-query', answer.query)
        .header('cache-control', 'private, no-store')
        .send(stream as never); // Why: the schema says what comes of it as JSON.
    },
  );
  registerOwn(app, deps);
}

function registerOwn(app: WeftApp, deps: { queries: QueryService }): void {
  app.get(
    '/api/v1/queries',
    {
      schema: {
        tags: ['queries'],
        summary:
          'Your own queries, the newest first, as long as the node keeps them; never their SQL',
        querystring: Type.Object(PageQuery),
        response: { 200: page(QueryRecordSchema) },
      },
    },
    async (request) => deps.queries.list(request.subject, request.query),
  );
  app.get(
    '/api/v1/queries/:query',
    {
      schema: {
        tags: ['queries'],
        summary: 'Look up a query of your own',
        params: QueryParams,
        response: { 200: QueryRecordSchema },
      },
    },
    async (request) => deps.queries.show(request.params.query, request.subject),
  );
  app.delete(
    '/api/v1/queries/:query',
    {
      schema: {
        tags: ['queries'],
        summary: 'Cancel a query of your own',
        params: QueryParams,
        response: { 200: QueryRecordSchema },
      },
    },
    async (request) => deps.queries.cancel(request.params.query, request.subject),
  );
}
