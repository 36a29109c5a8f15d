/**
 * Routes of the mesh as a graph, and of who consumes a product.
 */
import { Type } from 'typebox';
import type { GraphService } from '../../services/graph-service.ts';
import type { WeftApp } from '../app.ts';
import { nullable } from './control-schemas.ts';

const NodeSchema = Type.Object({
  id: Type.String({ description: '`product:NAME`, `domain:NAME`, `subject:ID`, `outside:NAME`.' }),
  kind: Type.Enum(['domain', 'product', 'subject', 'outside']),
  title: Type.String(),
  domain: nullable(Type.String()),
  state: nullable(Type.Enum(['kept', 'close', 'missed', 'unknown'])),
  rows: nullable(Type.Integer()),
  freshness: nullable(Type.String({ description: 'Age of the newest batch, ISO 8601.' })),
  lastBatch: nullable(Type.String()),
  consumers: nullable(Type.Integer({ description: 'Subjects with an active agreement.' })),
});

const EdgeSchema = Type.Object({
  from: Type.String(),
  to: Type.String({ description: 'What depends on `from`.' }),
  kind: Type.Enum(['reference', 'input', 'agreement']),
  columns: Type.Optional(Type.Array(Type.String())),
  purpose: Type.Optional(Type.String()),
  agreement: Type.Optional(Type.String()),
});

export function registerGraph(app: WeftApp, deps: { graph: GraphService }): void {
  app.get(
    '/api/v1/mesh/graph',
    {
      schema: {
        tags: ['mesh'],
        summary: 'What depends on what: references, input ports, agreements; at most 2,000 nodes',
        querystring: Type.Object({
          focus: Type.Optional(
            Type.String({ maxLength: 200, description: 'A product or a domain; all without it.' }),
          ),
          depth: Type.Optional(Type.Integer({ minimum: 0, maximum: 10, default: 2 })),
        }),
        response: {
          200: Type.Object({
            nodes: Type.Array(NodeSchema),
            edges: Type.Array(EdgeSchema),
            truncated: Type.Boolean({ description: 'There are more nodes than these.' }),
          }),
        },
      },
    },
    async (request) => {
      const { focus, depth = 2 } = request.query;
      return deps.graph.graph(request.subject, { focus, depth });
    },
  );
  app.get(
    '/api/v1/products/:product/consumers',
    {
      schema: {
        tags: ['products'],
        summary:
          'How many consume a product; who and for what, for owners, stewards and privacy officers',
        params: Type.Object({ product: Type.String() }),
        response: {
          200: Type.Object({
            product: Type.String(),
            consumers: Type.Integer(),
            agreements: Type.Integer(),
            items: nullable(
              Type.Array(
                Type.Object({
                  agreement: Type.String(),
                  subject: Type.String(),
                  purpose: Type.String(),
                  until: nullable(Type.String()),
                }),
              ),
            ),
          }),
        },
      },
    },
    async (request) => deps.graph.consumers(request.subject, request.params.product),
  );
}
