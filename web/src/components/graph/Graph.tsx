/**
 * A graph of the mesh that can be moved, zoomed and walked by keyboard. Loaded lazily: it brings xyflow along.
 *
 * Not the only way to read it: whoever shows it shows `GraphList`, too. Stopped edges are dashed, not only red.
 */
import '@xyflow/react/dist/base.css';
import {
  Controls,
  type Edge,
  type EdgeTypes,
  MarkerType,
  type Node,
  type NodeTypes,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
} from '@xyflow/react';
import { useEffect, useMemo } from 'react';
import { Skeleton } from '../Skeleton.tsx';
import classes from './Graph.module.css';
import { type CardNode, GraphNodeCard } from './GraphNodeCard.tsx';
import { GraphWay } from './GraphWay.tsx';
import { type GraphEdge, type GraphNode, neighboursOf, wholeEdges } from './graph-data.ts';
import { NODE_HEIGHT, NODE_WIDTH, type Place, type Way } from './layout.ts';
import { useLayout, wayKey } from './use-layout.ts';
import { words } from './words.ts';

export interface GraphProps {
  nodes: readonly GraphNode[];
  edges: readonly GraphEdge[];
  /** The node in the middle of the story; null when there is none. */
  focus: string | null;
  onFocus(id: string): void;
  /** What the picture shows, as a sentence. */
  label: string;
  height?: number | string;
}

const nodeTypes: NodeTypes = { card: GraphNodeCard };
const edgeTypes: EdgeTypes = { way: GraphWay };
const FIT = { padding: 0.12, maxZoom: 1, duration: 180 };

export function Graph(props: GraphProps) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  );
}

function Drawing({ nodes, edges, focus, onFocus, label, height = 560 }: GraphProps) {
  const whole = useMemo(() => wholeEdges(nodes, edges), [nodes, edges]);
  const ids = useMemo(() => nodes.map(({ id }) => id), [nodes]);
  const drawn = useLayout(ids, whole);
  const places = drawn?.places ?? null;
  const ways = drawn?.ways ?? null;
  const near = useMemo(() => (focus === null ? null : neighboursOf(whole, focus)), [whole, focus]);
  const drawnNodes = useMemo(
    () => (places === null ? [] : nodes.flatMap((node) => toCard(node, places, { focus, near }))),
    [nodes, places, focus, near],
  );
  const drawnEdges = useMemo(
    () =>
      whole.map((edge) => ({
        ...toThread(edge, { focus, near }),
        ...bentBy(ways?.get(wayKey(edge.from, edge.to))),
      })),
    [whole, ways, focus, near],
  );
  useFit(places);
  return (
    <section className={classes['graph']} aria-label={words.graph(label)} style={{ height }}>
      {places === null ? (
        <Skeleton height={200} label={words.laying} />
      ) : (
        <ReactFlow
          nodes={drawnNodes}
          edges={drawnEdges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onNodeClick={(_, node) => onFocus(node.id)}
          onKeyDown={(event) => {
            const id = nodeAt(event.target);
            if (id === null || (event.key !== 'Enter' && event.key !== ' ')) return;
            event.preventDefault();
            onFocus(id);
          }}
          nodesDraggable={false}
          nodesConnectable={false}
          edgesFocusable={false}
          deleteKeyCode={null}
          minZoom={0.1}
          maxZoom={1.6}
          zoomOnScroll={false}
          panOnScroll
          preventScrolling={false}
          onlyRenderVisibleElements={nodes.length > 200}
          fitView
          fitViewOptions={FIT}
        >
          <Controls showInteractive={false} position="bottom-right" />
        </ReactFlow>
      )}
    </section>
  );
}

/** Why by the element: its nodes are ours to choose, so xyflow selects none by itself. */
function nodeAt(target: EventTarget): string | null {
  if (!(target instanceof Element)) return null;
  return target.closest('.react-flow__node')?.getAttribute('data-id') ?? null;
}

function useFit(places: ReadonlyMap<string, Place> | null): void {
  const { fitView } = useReactFlow();
  // Why the width, too: a panel that opens beside it takes room, and would lie over what it is about.
  const width = useStore((flow) => flow.width);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is fitted anew when the room changes.
  useEffect(() => {
    if (places === null) return;
    // Why a frame later: xyflow knows the new nodes only after it has rendered them.
    const frame = requestAnimationFrame(() => void fitView(FIT));
    return () => cancelAnimationFrame(frame);
  }, [places, fitView, width]);
}

interface Sight {
  focus: string | null;
  near: ReadonlySet<string> | null;
}

function toCard(
  node: GraphNode,
  places: ReadonlyMap<string, Place>,
  { focus, near }: Sight,
): CardNode[] {
  const place = places.get(node.id);
  if (place === undefined) return [];
  const isFaint = near !== null && !near.has(node.id);
  return [
    {
      id: node.id,
      type: 'card',
      position: { x: place.x, y: place.y },
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      data: { node, isFocused: node.id === focus, isFaint },
      ariaLabel: describeNode(node),
    } satisfies Node,
  ] as CardNode[];
}

function toThread({ from, to, kind, note, isStopped }: GraphEdge, { focus, near }: Sight): Edge {
  const isFaint = near !== null && !(near.has(from) && near.has(to));
  const state = isStopped ? 'stopped' : kind;
  return {
    id: `${from} ${to} ${kind} ${note ?? ''}`,
    source: from,
    target: to,
    // Why of the focus alone: the columns of every thread would lie over each other. Why above: another thread would strike it through.
    ...(note !== null && kind !== 'agreement' && (from === focus || to === focus)
      ? { label: shortened(note), zIndex: 1 }
      : {}),
    className: `${classes['edge'] ?? ''} ${classes[state] ?? ''} ${isFaint ? (classes['faint'] ?? '') : ''}`,
    ...(kind === 'agreement'
      ? { markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14 } }
      : {}),
  };
}

const bentBy = (way: Way | undefined): Partial<Edge> =>
  way === undefined ? {} : { type: 'way', data: { passes: way.passes } };

const LABEL_MAX = 18;

/** The list and the page of the product have it whole. */
const shortened = (note: string): string =>
  note.length > LABEL_MAX ? `${note.slice(0, LABEL_MAX - 1)}…` : note;

function describeNode({ title, note, state }: GraphNode): string {
  const stands = state === null ? null : words.nodeStates[state];
  return [title, note, stands].filter((part) => part !== null).join(', ');
}
