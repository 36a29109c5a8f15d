/**
 * What a picture of the mesh is made of, apart from where it comes from and how it is drawn.
 *
 * Invariant: data flows from `from` to `to`; a reader stands to the right of what he reads.
 */
import type { StatusKind } from '../Status.tsx';

export type GraphNodeKind = 'domain' | 'product' | 'subject' | 'outside';

export interface GraphNode {
  id: string;
  kind: GraphNodeKind;
  title: string;
  /** Whose cloth it wears. */
  domain: string | null;
  /** One short line below the title. */
  note: string | null;
  state: StatusKind | null;
}

export interface GraphEdge {
  from: string;
  to: string;
  kind: 'reference' | 'input' | 'agreement';
  /** What flows, in words, for the list and for readers that do not see. */
  note: string | null;
  /** Nothing flows through it now. */
  isStopped: boolean;
}

/** Ids of what a node is joined to, itself included. */
export function neighboursOf(edges: readonly GraphEdge[], focus: string): Set<string> {
  const near = edges.filter(({ from, to }) => from === focus || to === focus);
  return new Set([focus, ...near.flatMap(({ from, to }) => [from, to])]);
}

/** Edges whose both ends are there: a picture draws no others. */
export function wholeEdges(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): GraphEdge[] {
  const ids = new Set(nodes.map(({ id }) => id));
  return edges.filter(({ from, to }) => ids.has(from) && ids.has(to) && from !== to);
}
