/**
 * What of the mesh a map shows: through a lens, of a domain, and what waits for what.
 *
 * Not drawing and not the layout. Invariant: what waits for a product is found along the flow of data, each product once.
 */
import type { MeshGraph } from '../../api/graph.ts';
import type { GraphEdge, GraphNode } from '../../components/graph/graph-data.ts';
import { domainTitle, graphOf } from '../../components/graph/mesh-graph.ts';
import { durationMs, formatDuration, formatName } from '../../lib/format.ts';
import type { Lens } from './map-search.ts';
import { findingWords, words } from './words.ts';

export interface MapView {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

export interface DomainCount {
  domain: string;
  title: string;
  products: number;
}

export function viewOf(
  graph: MeshGraph,
  { lens, domain }: { lens: Lens; domain?: string | undefined },
): MapView {
  const whole = graphOf(graph);
  const edges = whole.edges.filter(
    ({ kind }) => (kind === 'agreement') === (lens === 'agreements'),
  );
  const joined = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const shown = whole.nodes
    .filter(({ id, kind }) => (lens === 'agreements' ? joined.has(id) : kind !== 'subject'))
    .map((node) => (lens === 'freshness' ? { ...node, note: freshNote(node, graph) } : node));
  if (domain === undefined) return { nodes: shown, edges };
  const own = new Set(shown.filter((node) => node.domain === domain).map(({ id }) => id));
  const near = edges.filter(({ from, to }) => own.has(from) || own.has(to));
  const kept = new Set([...own, ...near.flatMap(({ from, to }) => [from, to])]);
  return {
    nodes: shown.filter(({ id }) => kept.has(id)),
    edges: edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
  };
}

/** How old the data is, in place of the domain alone. */
function freshNote({ id, domain, kind }: GraphNode, { nodes }: MeshGraph): string {
  const titles = new Map(nodes.map((one) => [one.id, one.title]));
  const of = domain === null ? formatName(kind) : domainTitle(domain, titles);
  const node = nodes.find((one) => one.id === id);
  const age = ageOf(node?.freshness ?? null, node?.lastBatch ?? null);
  return `${of} · ${age}`;
}

function ageOf(freshness: string | number | null, lastBatch: string | null): string {
  const ms = typeof freshness === 'number' ? freshness * 1000 : durationMs(freshness ?? '');
  if (ms !== null) return words.old(roughly(ms));
  return lastBatch === null ? words.noData : words.lastDataAt(lastBatch);
}

const STEPS_MS = [86_400_000, 3_600_000, 60_000];

/** The largest unit alone: a card has no room for more, and nobody needs it there. */
function roughly(ms: number): string {
  const step = STEPS_MS.find((one) => ms >= one) ?? 1;
  return formatDuration(Math.floor(ms / step) * step);
}

/** The lens that shows something when none was chosen. */
export function firstLens({ edges }: MeshGraph): Lens {
  return edges.some(({ kind }) => kind !== 'agreement') || edges.length === 0
    ? 'references'
    : 'agreements';
}

export function domainsOf({ nodes }: MeshGraph): DomainCount[] {
  const counts = new Map<string, number>();
  for (const { id, kind } of nodes) {
    if (kind !== 'product') continue;
    const domain = id.split('.')[0] ?? id;
    counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  const titles = new Map(nodes.map(({ id, title }) => [id, title]));
  return [...counts]
    .map(([domain, products]) => ({
      domain,
      title: domainTitle(domain, titles),
      products,
    }))
    .sort((a, b) => a.domain.localeCompare(b.domain));
}

/** What data of the node flows into, near and far, the nearest first. */
export function waitingFor(edges: readonly GraphEdge[], id: string): string[] {
  return reach(edges, id, ({ from, to }) => [from, to]);
}

/** What data flows into the node from. */
export function sourcesOf(edges: readonly GraphEdge[], id: string): string[] {
  return reach(edges, id, ({ from, to }) => [to, from]);
}

function reach(
  edges: readonly GraphEdge[],
  start: string,
  ends: (edge: GraphEdge) => [string, string],
): string[] {
  const flowing = edges.filter(({ kind }) => kind !== 'agreement').map(ends);
  const found = new Set([start]);
  for (const id of found) for (const [near, far] of flowing) if (near === id) found.add(far);
  found.delete(start);
  return [...found];
}

/** What the map says, as a sentence. */
export function finding(graph: MeshGraph): string {
  const { nodes, edges } = graphOf(graph);
  const products = nodes.filter(({ kind }) => kind === 'product');
  const missed = products.filter(({ state }) => state === 'missed');
  const stopped = new Set(missed.map(({ id }) => id));
  const waiting = new Set(
    missed.flatMap(({ id }) => waitingFor(edges, id)).filter((id) => !stopped.has(id)),
  );
  return findingWords({
    products: products.length,
    close: products.filter(({ state }) => state === 'close').length,
    missed: missed.length,
    waiting: waiting.size,
  });
}
