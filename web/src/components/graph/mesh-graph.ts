/**
 * The mesh of the API as a picture's nodes and edges, with data flowing from left to right.
 *
 * Domains are no nodes of a picture: a product wears the cloth of its domain.
 */
import type { MeshGraph } from '../../api/graph.ts';
import { formatName, formatWhen } from '../../lib/format.ts';
import type { StatusKind } from '../Status.tsx';
import type { GraphEdge, GraphNode } from './graph-data.ts';
import { words } from './words.ts';

const STATES: Readonly<Record<string, StatusKind>> = {
  kept: 'kept',
  close: 'close',
  missed: 'missed',
  unknown: 'unknown',
};

export function graphOf({ nodes, edges }: MeshGraph): { nodes: GraphNode[]; edges: GraphEdge[] } {
  const titles = new Map(nodes.map(({ id, title }) => [id, title]));
  const missed = new Set(nodes.filter(({ state }) => state === 'missed').map(({ id }) => id));
  return {
    nodes: nodes
      .filter(({ kind }) => kind !== 'domain')
      .map((node) => ({
        id: node.id,
        kind: node.kind,
        title: node.title,
        domain: domainOf(node),
        note: nodeNote(node, titles),
        state: STATES[node.state ?? ''] ?? null,
      })),
    edges: edges.map(({ from, to, kind, columns = [], purpose }) => ({
      from,
      to,
      kind,
      note: edgeNote(columns, purpose),
      isStopped: kind !== 'agreement' && missed.has(from),
    })),
  };
}

function domainOf({ id, kind, domain }: MeshGraph['nodes'][number]): string | null {
  return domain ?? (kind === 'product' ? (id.split('.')[0] ?? null) : null);
}

function nodeNote(node: MeshGraph['nodes'][number], titles: ReadonlyMap<string, string>): string {
  const { kind, lastBatch = null } = node;
  const domain = domainOf(node);
  const parts = [
    domain === null ? formatName(kind) : domainTitle(domain, titles),
    ...(lastBatch === null ? [] : [formatWhen(lastBatch)]),
  ];
  return parts.join(' · ');
}

/** A domain without a title has its id there. */
export function domainTitle(domain: string, titles: ReadonlyMap<string, string>): string {
  const title = titles.get(domain);
  return title === undefined || title === domain ? formatName(domain) : title;
}

function edgeNote(columns: readonly string[], purpose: string | undefined): string | null {
  if (purpose !== undefined) return words.forPurpose(formatName(purpose).toLowerCase());
  return columns.length === 0 ? null : columns.join(', ');
}
