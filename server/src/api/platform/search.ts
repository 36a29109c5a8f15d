/**
 * The route of discovery.
 */
import { Type } from 'typebox';
import type { DiscoveryService } from '../../services/discovery-service.ts';
import type { WeftApp } from '../app.ts';
import { nullable, PageQuery } from './control-schemas.ts';

const HitSchema = Type.Object(
  {
    product: Type.String(),
    title: Type.String(),
    domain: Type.String(),
    access: Type.Enum(['none', 'requestable', 'agreed', 'open']),
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
            next: nullable(Type.String()),
          }),
        },
      },
    },
    async (request) => deps.discovery.search(request.subject, request.query),
  );
}
