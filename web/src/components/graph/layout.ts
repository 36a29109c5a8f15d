/**
 * Where the nodes of a graph stand, in layers from left to right, few crossings, by dagre; and how edges pass between them.
 *
 * Not drawing, and not the thread it runs on (`layout.worker.ts`). Invariant: every node has a place of its own, also one
 * without an edge, and no edge goes through a node that it does not join; the same graph gives the same picture.
 */
import { Graph, layout } from '@dagrejs/dagre';

export const NODE_WIDTH = 232;
/** Of two lines for a name and one for what is said of it. */
export const NODE_HEIGHT = 68;
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

/** Where an edge passes the layers between its ends: the middle of the gap, from left to right. */
export interface Way {
  from: string;
  to: string;
  passes: { x: number; y: number }[];
}

export interface Layout {
  places: Place[];
  /** Of edges that pass a layer; all others go straight. */
  ways: Way[];
}

export function layoutGraph({ ids, edges }: LayoutInput): Layout {
  const joined = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const { places: placed, ways } = layoutJoined(
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
  return { places: [...placed, ...lone], ways };
}

function layoutJoined(ids: readonly string[], edges: LayoutInput['edges']): Layout {
  if (ids.length === 0) return { places: [], ways: [] };
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', ranksep: LAYER_GAP, nodesep: ROW_GAP, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of ids) graph.setNode(id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  const places = ids.map((id) => {
    const { x = 0, y = 0 } = graph.node(id) as { x?: number; y?: number };
    return { id, x: Math.round(x - NODE_WIDTH / 2), y: Math.round(y - NODE_HEIGHT / 2) };
  });
  return { places, ways: waysOf(graph, places) };
}

/** Dagre bends an edge in each layer and between them; the layers are those that nodes stand in. */
function waysOf(graph: Graph, places: readonly Place[]): Way[] {
  const layers = new Set(places.map(({ x }) => x));
  return graph.edges().flatMap(({ v: from, w: to }) => {
    const { points = [] } = graph.edge(from, to) as { points?: { x: number; y: number }[] };
    const passes = points
      .slice(1, -1)
      .map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) }))
      .filter(({ x }) => layers.has(Math.round(x - NODE_WIDTH / 2)));
    const isAhead = passes.every(({ x }, at) => at === 0 || x > (passes[at - 1]?.x ?? 0));
    return passes.length === 0 || !isAhead ? [] : [{ from, to, passes }];
  });
}
