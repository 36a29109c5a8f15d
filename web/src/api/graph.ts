/**
 * The mesh as nodes and edges: `mesh/graph`, whole or around one product; and who consumes a product.
 */
import { queryOptions } from '@tanstack/react-query';
import { getJson, pathOf } from './json.ts';

export interface MeshGraph {
  nodes: {
    /** The name of a product or a domain, else `subject:ID`, `outside:NAME`. */
    id: string;
    kind: 'domain' | 'product' | 'subject' | 'outside';
    title: string;
    domain?: string | null;
    /** kept, close, missed or unknown. */
    state?: string | null;
    rows?: number | null;
    freshness?: string | null;
    lastBatch?: string | null;
    consumers?: number | null;
  }[];
  edges: {
    from: string;
    /** What depends on `from`. */
    to: string;
    kind: 'reference' | 'input' | 'agreement';
    columns?: string[];
    purpose?: string;
    agreement?: string;
  }[];
  truncated: boolean;
}

/** `focus` is a product or a domain by its name. */
export const meshGraphQuery = (focus?: string, depth?: number) =>
  queryOptions({
    queryKey: ['mesh-graph', focus, depth],
    queryFn: async ({ signal }) =>
      withNames(await getJson<MeshGraph>(pathOf(['mesh', 'graph'], { focus, depth }), signal)),
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

export interface Consumers {
  product: string;
  consumers: number;
  agreements: number;
  /** Null: not for the reader to know. */
  items: { agreement: string; subject: string; purpose: string; until: string | null }[] | null;
}

export const consumersQuery = (product: string) =>
  queryOptions({
    queryKey: ['consumers', product],
    queryFn: ({ signal }) => getJson<Consumers>(pathOf(['products', product, 'consumers']), signal),
    staleTime: 30_000,
  });
