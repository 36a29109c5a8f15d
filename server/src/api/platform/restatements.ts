/**
 * The routes of restatements: delete or correct rows of a table, look first at what it would do, see what was done.
 *
 * Not the rules (`services/restatements-service.ts`).
 */
import { WeftError } from '@weft/core/lib/error';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { OperationOutcome, OperationsService } from '../../services/operations-service.ts';
import type { RestatementAsked, RestatementsService } from '../../services/restatements-service.ts';
import type { WeftApp } from '../app.ts';
import { OperationSchema } from './batch-schemas.ts';
import { nullable } from './control-schemas.ts';
import { prefersAsync } from './prefer.ts';

export interface RestatementRoutes {
  restatements: RestatementsService;
  operations: OperationsService;
}

const Text = Type.String();
const Count = Type.Integer({ minimum: 0 });
const Params = Type.Object({ product: Type.String({ maxLength: 140 }) });
const Headers = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'The same restatement under the same key is carried out once.',
    }),
  ),
  'if-match': Type.Optional(
    Type.String({
      maxLength: 40,
      description: 'The `sequence` that a preview saw: refused when the rows changed since.',
    }),
  ),
});
const Body = Type.Object(
  {
    where: Type.String({
      minLength: 1,
      maxLength: 10_000,
      description: "Which rows: `column op value`, such as store = 'S1' and day < '2026-01-01'.",
    }),
    set: Type.Optional(
      Type.Union([
        Type.Null(),
        Type.Record(
          Type.String({ maxLength: 200 }),
          nullable(Type.String({ minLength: 1, maxLength: 10_000 })),
          {
            description:
              'SQL expressions by the columns that get their values; null for no value. Left out: the rows are deleted.',
          },
        ),
      ]),
    ),
    because: Type.Optional(
      Type.String({ minLength: 1, maxLength: 2000, description: 'Why; needed but for a preview.' }),
    ),
    preview: Type.Optional(
      Type.Boolean({ description: 'True: say what it would do, and do nothing.' }),
    ),
  },
  { additionalProperties: false },
);
const Kind = Type.Enum(['delete', 'update']);
const head = { product: Text, table: Text, major: Count, kind: Kind };

const ReportSchema = Type.Object({
  restatement: Text,
  ...head,
  contract: Type.Object({ id: Text, version: Text, hash: Text }),
  rows: Count,
  files: Count,
  sequence: nullable(Count),
  snapshot: nullable(Text),
  because: Text,
  by: Text,
  at: Text,
});
const PreviewSchema = Type.Object({
  ...head,
  rows: Count,
  files: Count,
  sequence: Count,
  snapshot: nullable(Text),
  broken: Type.Array(
    Type.Object({ rule: Text, column: nullable(Text), rows: Count, message: Text }),
    { description: 'Rules that the changed rows would break: then it would be refused.' },
  ),
});

const tags = ['restatements'];

type Asked = FastifyRequest<{
  Params: Type.Static<typeof Params>;
  Headers: Type.Static<typeof Headers>;
  Body: Type.Static<typeof Body>;
}>;

export function registerRestatements(app: WeftApp, deps: RestatementRoutes): void {
  const { restatements } = deps;
  app.post(
    '/api/v1/products/:product/restatements',
    {
      config: { idempotency: 'own' },
      schema: {
        tags,
        summary: 'Delete or correct rows of a table',
        description:
          'The changed rows are held to the contract: where one would break a rule, nothing is changed. With `Prefer: respond-async` the answer is the operation, also in `Location`.',
        params: Params,
        headers: Headers,
        body: Body,
        response: {
          200: Type.Union([ReportSchema, PreviewSchema]),
          202: OperationSchema,
        },
      },
    },
    async (request, reply) =>
      request.body.preview === true
        ? await restatements.preview(askedOf(request, request.body.because ?? ''))
        : await restate(deps, request, reply),
  );
  app.get(
    '/api/v1/products/:product/restatements',
    {
      schema: {
        tags,
        summary: 'Rows that were deleted or corrected: how many, when, by whom and why',
        params: Params,
        querystring: Type.Object({
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
          after: Type.Optional(Type.String({ maxLength: 1000 })),
        }),
        response: {
          200: Type.Object({ items: Type.Array(ReportSchema), next: nullable(Text) }),
        },
      },
    },
    async (request) =>
      await restatements.list(request.params.product, request.query, request.subject),
  );
}

async function restate(
  { restatements, operations }: RestatementRoutes,
  request: Asked,
  reply: FastifyReply,
) {
  const { because } = request.body;
  if (because === undefined) {
    throw new WeftError('REQUEST_INVALID', 'say why the rows are restated: `because`', {
      remedy: 'Or look first at what it would do, with `preview`.',
    });
  }
  const begun = operations.begin();
  const { domain, report } = await restatements.start(askedOf(request, because), begun);
  if (!prefersAsync(request)) return await report;
  const operation = await operations.track(begun, {
    kind: 'restate',
    subject: request.subject,
    domain,
    batch: null,
    done: report.then((result): OperationOutcome => ({ failed: false, result })),
  });
  reply.header('location', `/api/v1/operations/${operation.operation}`);
  return await reply.code(202).send(operation);
}

function askedOf(request: Asked, because: string): RestatementAsked {
  const { where, set = null } = request.body;
  if (set !== null && Object.keys(set).length === 0) {
    throw new WeftError('REQUEST_INVALID', '`set` names no column', {
      remedy: 'Leave it out to delete the rows.',
    });
  }
  return {
    product: request.params.product,
    where,
    set:
      set === null
        ? null
        : Object.fromEntries(Object.entries(set).map(([name, sql]) => [name, sql ?? 'NULL'])),
    because,
    key: request.headers['idempotency-key'] ?? null,
    ifSequence: sequenceOf(request.headers['if-match']),
    subject: request.subject,
  };
}

function sequenceOf(tag: string | undefined): number | null {
  if (tag === undefined) return null;
  const [, digits] = /^"?(\d{1,15})"?$/.exec(tag.trim()) ?? [];
  if (digits !== undefined) return Number(digits);
  throw new WeftError('REQUEST_INVALID', 'If-Match is the sequence that a preview gave', {
    remedy: 'For example If-Match: "12".',
  });
}
