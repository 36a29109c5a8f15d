/**
 * The mesh as nodes and edges: `mesh/graph`, whole or around one product; and who consumes a product.
 */
import { queryOptions } from '@tanstack/react-query';
import type { Answer } from './answers.ts';
import { api, defined, take } from './client.ts';

/** Its ids are names here, see `withNames`: of a product or a domain, else `subject:ID`, `outside:NAME`. */
export type MeshGraph = Answer<'/api/v1/mesh/graph', 'get'>;

/** `focus` is a product or a domain by its name. */
export const meshGraphQuery = (focus?: string, depth?: number) =>
  queryOptions({
    queryKey: ['mesh-graph', focus, depth],
    queryFn: async ({ signal }) => {
      const query = defined({ focus, depth });
      return withNames(await take(api.GET('/api/v1/mesh/graph', { params: { query }, signal })));
    },
    staleTime: 30_000,
  });

/** Products and domains by their names, which stand in addresses; a product has a dot, so the two never meet. */
function withNames({ nodes, edges, truncated }: MeshGraph): MeshGraph {
  const named = (id: string) => id.replace(/^(?:product|domain):/, '');
  return {
    nodes: nodes.map((node) => ({ ...node, id: named(node.id) })),
    edges: edges.map((edge) => ({ ...edge, from: named(edge.from), to: named(edge.to) })),
    truncated,
  };
}

/** Its `items` are null where they are not for the reader to know. */
export type Consumers = Answer<'/api/v1/products/{product}/consumers', 'get'>;

export const consumersQuery = (product: string) =>
  queryOptions({
    queryKey: ['consumers', product],
    queryFn: ({ signal }) =>
      take(
        api.GET('/api/v1/products/{product}/consumers', { params: { path: { product } }, signal }),
      ),
    staleTime: 30_000,
  });
