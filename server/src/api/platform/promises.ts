/**
 * Routes of promises and measurements of a product.
 */
import { PROMISE_KINDS, PROMISE_STATES } from '@weft/core/ingest/promises';
import { Type } from 'typebox';
import type { PromisesService } from '../../services/promises-service.ts';
import type { WeftApp } from '../app.ts';
import { nullable, PageQuery, page } from './control-schemas.ts';

export const BudgetSchema = Type.Object(
  {
    allowed: Type.Integer(),
    spent: Type.Integer(),
    left: Type.Integer(),
    since: Type.String({ description: 'First day that counts, RFC 3339.' }),
  },
  { description: 'Days, or batches where no frequency is promised, that may miss a promise.' },
);

const PromiseSchema = Type.Object({
  id: Type.String(),
  kind: Type.Enum([...PROMISE_KINDS]),
  table: nullable(Type.String()),
  rule: nullable(Type.String()),
  column: nullable(Type.String()),
  dimension: nullable(Type.String()),
  statement: Type.Object(
    {
      subject: Type.String(),
      operator: Type.String(),
      value: nullable(Type.String()),
      unit: nullable(Type.String()),
      within: Type.Optional(
        Type.Enum(['batch', 'table'], {
          description: 'Of a key: among which rows it is the only one.',
        }),
      ),
    },
    { description: 'What is promised as facts: of what, how, how much.' },
  ),
  promised: nullable(
    Type.String({
      description:
        'Decimal, ISO 8601 duration, or `low..high`. Of a rule about each row: how many rows may break it, mostly 0.',
    }),
  ),
  measured: nullable(
    Type.String({ description: 'Null: not measured, or a figure of values that is not for you.' }),
  ),
  headroom: nullable(
    Type.Union([Type.Number({ minimum: 0 }), Type.Literal('Infinity')], {
      description:
        'Allowed ÷ measured: 1 is a promise just kept. For "at least x %" (1 − promised) ÷ (1 − measured).',
    }),
  ),
  state: Type.Enum([...PROMISE_STATES], {
    description: 'close: kept with less than a tenth left.',
  }),
  checked: nullable(Type.Integer()),
  failed: nullable(Type.Integer()),
  refused: nullable(
    Type.Integer({ description: 'Records that were set aside for it: nobody reads them.' }),
  ),
  batch: nullable(Type.String({ description: 'The batch that was measured.' })),
});

const DaySchema = Type.Object({
  day: Type.String({ description: 'A day of UTC, `YYYY-MM-DD`.' }),
  state: Type.Enum(['kept', 'close', 'missed', 'none'], {
    description: 'none: nothing was due and nothing came.',
  }),
  batches: Type.Integer(),
  held: Type.Integer({ description: 'Batches that wait for a decision or were discarded.' }),
  failed: Type.Integer(),
  records: Type.Integer({ description: 'Good records.' }),
});

const MomentSchema = Type.Object({
  batch: Type.String(),
  at: Type.String(),
  checked: Type.Integer(),
  failed: Type.Integer(),
  value: nullable(Type.String()),
  must: Type.String(),
  evaluation: Type.Enum(['pass', 'fail', 'warn', 'error', 'skip']),
});

const tags = ['products'];

export function registerPromises(app: WeftApp, deps: { promises: PromisesService }): void {
  app.get(
    '/api/v1/products/:product/promises',
    {
      schema: {
        tags,
        summary:
          'What a major of a product promises beside what was measured, the last days, and misses left',
        params: Type.Object({ product: Type.String() }),
        querystring: Type.Object({
          days: Type.Optional(Type.Integer({ minimum: 1, maximum: 366, default: 30 })),
          major: Type.Optional(
            Type.Integer({ minimum: 0, maximum: 999_999, description: 'Without it, the newest.' }),
          ),
        }),
        response: {
          200: Type.Object({
            product: Type.String(),
            version: Type.String({ description: 'The newest of the major.' }),
            newest: Type.String({ description: 'The newest version of all.' }),
            promises: Type.Array(PromiseSchema),
            days: Type.Array(DaySchema),
            budget: nullable(BudgetSchema),
          }),
        },
      },
    },
    async (request) =>
      deps.promises.show(request.subject, request.params.product, {
        days: request.query.days ?? 30,
        major: request.query.major ?? null,
      }),
  );
  app.get(
    '/api/v1/products/:product/rules/:rule/history',
    {
      schema: {
        tags,
        summary: 'Results of one rule by batch, the newest first',
        params: Type.Object({ product: Type.String(), rule: Type.String() }),
        querystring: Type.Object(PageQuery),
        response: { 200: page(MomentSchema) },
      },
    },
    async (request) => deps.promises.history(request.subject, request.params, request.query),
  );
}
