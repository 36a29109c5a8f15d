/**
 * What the map says and shows of a mesh.
 */
import { expect, test } from 'vitest';
import type { MeshGraph } from '../../api/graph.ts';
import { graphOf } from '../../components/graph/mesh-graph.ts';
import { domainsOf, finding, sourcesOf, viewOf, waitingFor } from './map-view.ts';

type Node = MeshGraph['nodes'][number];
const facts = { domain: null, rows: null, freshness: null, lastBatch: null, consumers: null };
const product = (id: string, state: Node['state'] = 'kept'): Node => ({
  ...facts,
  id,
  kind: 'product',
  title: id,
  state,
});
// A reference points from who refers to what is referred to: b reads a, c reads b.
const graph: MeshGraph = {
  nodes: [
    { ...facts, id: 'sales', kind: 'domain', title: 'Sales', state: null },
    product('sales.a', 'missed'),
    product('sales.b'),
    product('stock.c'),
    product('stock.d'),
    { ...facts, id: 'ana', kind: 'subject', title: 'Ana', state: null },
  ],
  edges: [
    { from: 'sales.b', to: 'sales.a', kind: 'reference', columns: ['id'] },
    { from: 'stock.c', to: 'sales.b', kind: 'reference' },
    { from: 'sales.a', to: 'stock.c', kind: 'input' },
    { from: 'stock.d', to: 'ana', kind: 'agreement', purpose: 'research' },
  ],
  truncated: false,
};

test('who waits for a product is everything that its data reaches, once', () => {
  const { edges } = graphOf(graph);
  expect(waitingFor(edges, 'sales.a').toSorted()).toEqual(['sales.b', 'stock.c']);
  expect(sourcesOf(edges, 'stock.c').toSorted()).toEqual(['sales.a', 'sales.b']);
  expect(waitingFor(edges, 'stock.d')).toEqual([]);
});

test('products in a circle wait for each other, and the search ends', () => {
  const { edges } = graphOf({
    ...graph,
    edges: [
      { from: 'sales.a', to: 'sales.b', kind: 'input' },
      { from: 'sales.b', to: 'sales.a', kind: 'input' },
    ],
  });
  expect(waitingFor(edges, 'sales.a')).toEqual(['sales.b']);
});

test('the finding names what is stopped and how many wait, else that nothing is', () => {
  expect(finding(graph)).toBe('1 product missed a promise and keeps 2 others waiting');
  const fine: MeshGraph = {
    ...graph,
    nodes: graph.nodes.map((node) => (node.kind === 'product' ? { ...node, state: 'kept' } : node)),
  };
  expect(finding(fine)).toBe('Nothing is stopped among 4 products');
  const alone = { ...graph, edges: [] };
  expect(finding(alone)).toBe('1 product missed a promise; nothing waits for it');
});

test('a lens shows its own threads, and readers by agreements alone', () => {
  const references = viewOf(graph, { lens: 'references' });
  expect(references.edges.map(({ kind }) => kind)).toEqual(['reference', 'reference', 'input']);
  expect(references.nodes.map(({ id }) => id)).not.toContain('ana');
  const agreements = viewOf(graph, { lens: 'agreements' });
  expect(agreements.nodes.map(({ id }) => id)).toEqual(['stock.d', 'ana']);
});

test('a domain is shown with what its products are joined to', () => {
  const { nodes } = viewOf(graph, { lens: 'references', domain: 'stock' });
  expect(nodes.map(({ id }) => id).toSorted()).toEqual([
    'sales.a',
    'sales.b',
    'stock.c',
    'stock.d',
  ]);
  expect(domainsOf(graph)).toEqual([
    { domain: 'sales', title: 'Sales', products: 2 },
    { domain: 'stock', title: 'Stock', products: 2 },
  ]);
});
