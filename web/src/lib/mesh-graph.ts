/**
 * The mesh of the API as a picture's nodes and edges, with data flowing from left to right.
 *
 * Invariant: a reference points from who refers to what is referred to, so it is turned around: the master stands left of who
 * reads it.
 */
import type { MeshGraph } from '../api/graph.ts';
import type { GraphEdge, GraphNode } from '../components/graph/graph-data.ts';
import type { StatusKind } from '../components/Status.tsx';
import { formatName, formatWhen } from './format.ts';

const STATES: Readonly<Record<string, StatusKind>> = {
  kept: 'kept',
  close: 'close',
  missed: 'missed',
  unknown: 'unknown',
};

export function graphOf({ nodes, edges }: MeshGraph): { nodes: GraphNode[]; edges: GraphEdge[] } {
  const missed = new Set(nodes.filter(({ state }) => state === 'missed').map(({ id }) => id));
  return {
    nodes: nodes
      .filter(({ kind }) => kind !== 'domain')
      .map(({ id, kind, title, state, lastBatch }) => {
        const domain = kind === 'product' ? (id.split('.')[0] ?? id) : null;
        const when = lastBatch === null || lastBatch === undefined ? null : formatWhen(lastBatch);
        const note = [domain === null ? formatName(kind) : formatName(domain), when];
        return {
          id,
          kind,
          title: title ?? id,
          domain,
          note: note.filter((part) => part !== null).join(' · '),
          state: STATES[state ?? ''] ?? null,
        };
      }),
    edges: edges.map(({ from, to, kind, columns, purpose }) => {
      const isTurned = kind === 'reference';
      const source = isTurned ? to : from;
      return {
        from: source,
        to: isTurned ? from : to,
        kind,
        note: noteOf(columns ?? [], purpose ?? null),
        isStopped: kind !== 'agreement' && missed.has(source),
      };
    }),
  };
}

function noteOf(columns: readonly string[], purpose: string | null): string | null {
  if (purpose !== null) return `for ${formatName(purpose).toLowerCase()}`;
  return columns.length === 0 ? null : columns.join(', ');
}
