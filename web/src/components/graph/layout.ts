/**
 * Where the nodes of a graph stand: in layers from left to right, few crossings, by dagre.
 *
 * Not drawing, and not the thread it runs on (`layout.worker.ts`). Invariant: every node has a place of its own, also one
 * without an edge; the same graph gives the same picture.
 */
import { Graph, layout } from '@dagrejs/dagre';

export const NODE_WIDTH = 232;
export const NODE_HEIGHT = 54;
/** Wide enough for the name of a column on a thread, with the thread to be seen on both sides of it. */
const LAYER_GAP = 148;
const LONE_GAP = 68;
const ROW_GAP = 26;
/** Nodes without an edge stand in rows below the rest. */
const LONE_COLUMNS = 4;

export interface LayoutInput {
  ids: readonly string[];
  edges: readonly { from: string; to: string }[];
}

export interface Place {
  id: string;
  x: number;
  y: number;
}

export function layoutGraph({ ids, edges }: LayoutInput): Place[] {
  const joined = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const placed = layoutJoined(
    ids.filter((id) => joined.has(id)),
    edges,
  );
  const bottom = Math.max(0, ...placed.map(({ y }) => y + NODE_HEIGHT + ROW_GAP));
  const lone = ids
    .filter((id) => !joined.has(id))
    .map((id, at) => ({
      id,
      x: (at % LONE_COLUMNS) * (NODE_WIDTH + LONE_GAP),
      y: bottom + Math.floor(at / LONE_COLUMNS) * (NODE_HEIGHT + ROW_GAP),
    }));
  return [...placed, ...lone];
}

function layoutJoined(ids: readonly string[], edges: LayoutInput['edges']): Place[] {
  if (ids.length === 0) return [];
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', ranksep: LAYER_GAP, nodesep: ROW_GAP, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of ids) graph.setNode(id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  return ids.map((id) => {
    const { x = 0, y = 0 } = graph.node(id) as { x?: number; y?: number };
    return { id, x: Math.round(x - NODE_WIDTH / 2), y: Math.round(y - NODE_HEIGHT / 2) };
  });
}
