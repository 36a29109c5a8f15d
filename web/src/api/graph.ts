/**
 * The mesh as nodes and edges: `mesh/graph`, whole or around one product.
 */
import { queryOptions } from '@tanstack/react-query';
import { getJson, pathOf } from './json.ts';

export interface MeshGraph {
  nodes: {
    id: string;
    kind: 'domain' | 'product' | 'subject' | 'outside';
    title: string | null;
    state?: string | null;
    rows?: number | null;
    freshness?: string | null;
    lastBatch?: string | null;
  }[];
  edges: {
    from: string;
    to: string;
    kind: 'reference' | 'input' | 'agreement';
    columns?: string[] | null;
    purpose?: string | null;
    agreement?: string | null;
  }[];
  truncated: boolean;
}

export const meshGraphQuery = (focus?: string, depth?: number) =>
  queryOptions({
    queryKey: ['mesh-graph', focus, depth],
    queryFn: ({ signal }) =>
      getJson<MeshGraph>(pathOf(['mesh', 'graph'], { focus, depth }), signal),
    staleTime: 30_000,
  });
