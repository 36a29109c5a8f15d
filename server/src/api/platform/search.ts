/**
 * The route of discovery.
 */
import { Type } from 'typebox';
import type { DiscoveryService } from '../../services/discovery-service.ts';
import type { WeftApp } from '../app.ts';
import { nullable, PageQuery } from './control-schemas.ts';
import { BudgetSchema } from './promises.ts';

const HitSchema = Type.Object(
  {
    product: Type.String(),
    title: Type.String(),
    description: nullable(Type.String()),
    domain: Type.String(),
    owner: nullable(Type.String()),
    status: Type.String(),
    version: Type.String(),
    contract: Type.Object({ id: Type.String(), version: Type.String(), hash: Type.String() }),
    granularity: nullable(Type.String()),
    frequency: nullable(Type.String({ description: 'ISO 8601 duration.' })),
    classification: nullable(Type.String()),
    licence: nullable(Type.String()),
    region: nullable(Type.String()),
    price: nullable(
      Type.Object({
        amount: nullable(Type.String({ description: 'Decimal text.' })),
        currency: nullable(Type.String({ description: 'ISO 4217.' })),
        unit: nullable(Type.String()),
      }),
    ),
    tags: Type.Array(Type.String()),
    purposes: Type.Array(Type.String()),
    tables: Type.Array(Type.String()),
    promise: Type.Object({
      freshness: nullable(Type.String()),
      latency: nullable(Type.String()),
      age: nullable(
        Type.String({ description: 'How old the newest batch may be: freshness, else frequency.' }),
      ),
      badShareMax: nullable(
        Type.Number({ description: 'Share of bad records above which a batch is held, 0 to 1.' }),
      ),
      retention: nullable(Type.String()),
      availability: nullable(Type.Number()),
      rules: Type.Integer(),
    }),
    measured: Type.Object({
      rows: nullable(Type.Integer()),
      freshness: nullable(Type.String()),
      lastBatch: nullable(Type.String()),
      passRate: nullable(Type.Number()),
      badShare: nullable(
        Type.Number({
          description: 'Of the newest batches, the worst share; null if none promised.',
        }),
      ),
      nulls: Type.Record(Type.String(), Type.Number()),
    }),
    state: Type.Enum(['kept', 'close', 'missed', 'unknown'], {
      description: 'The worst of what is promised.',
    }),
    budget: nullable(BudgetSchema),
    consumers: Type.Integer({ description: 'Subjects with an active agreement.' }),
    answersIn: nullable(
      Type.String({ description: 'Median time from request to decision, ISO 8601 duration.' }),
    ),
    access: Type.Enum(['none', 'requestable', 'agreed', 'open']),
    yourMajor: nullable(
      Type.Integer({
        description:
          'The newest major that you have an agreement in force on, which may be older than `version`; null without one.',
      }),
    ),
    score: Type.Number(),
    match: Type.Array(Type.String()),
  },
  { additionalProperties: true },
);

export function registerSearch(app: WeftApp, deps: { discovery: DiscoveryService }): void {
  app.get(
    '/api/v1/search',
    {
      schema: {
        tags: ['discovery'],
        summary: 'Find products by words and by what they promise and measured',
        querystring: Type.Object({
          ...PageQuery,
          q: Type.Optional(Type.String({ maxLength: 1000 })),
          where: Type.Optional(Type.String({ maxLength: 10_000 })),
          facet: Type.Optional(Type.String({ description: 'Names separated by commas.' })),
          sort: Type.Optional(Type.String({ description: 'A field, - before it for descending.' })),
        }),
        response: {
          200: Type.Object({
            items: Type.Array(HitSchema),
            facets: Type.Record(
              Type.String(),
              Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() })),
            ),
            total: Type.Integer(),
            capped: Type.Boolean({ description: 'There are more than total.' }),
            nearest: Type.Optional(
              Type.Array(Type.String(), {
                description: 'Where words find nothing: what to search for instead, best first.',
              }),
            ),
            next: nullable(Type.String()),
          }),
        },
      },
    },
    async (request) => deps.discovery.search(request.subject, request.query),
  );
}
