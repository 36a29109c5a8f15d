/**
 * Where nodes stand: readers to the right of what they read, none upon another, and soon enough at the size of a mesh.
 */
import { expect, test } from 'vitest';
import { layoutGraph, NODE_HEIGHT, NODE_WIDTH, type Place, type Way } from './layout.ts';
import { wayPath } from './way-path.ts';

function overlaps(places: readonly { x: number; y: number }[]): number {
  return places.flatMap((a, at) =>
    places
      .slice(at + 1)
      .filter((b) => Math.abs(a.x - b.x) < NODE_WIDTH && Math.abs(a.y - b.y) < NODE_HEIGHT),
  ).length;
}

/** Ways that are level where a node stands. */
const throughNodes = (places: readonly Place[], ways: readonly Way[]): string[] =>
  ways.flatMap(({ from, to, passes }) =>
    passes.flatMap(({ x, y }) =>
      places
        .filter((place) => x > place.x && x < place.x + NODE_WIDTH)
        .filter((place) => y > place.y && y < place.y + NODE_HEIGHT)
        .map(({ id }) => `${from} to ${to} through ${id}`),
    ),
  );

test('an edge over a layer passes between its nodes', () => {
  const edges = [
    { from: 'a', to: 'b' },
    { from: 'a', to: 'c' },
    { from: 'b', to: 'd' },
    { from: 'c', to: 'd' },
    { from: 'a', to: 'd' },
  ];
  const { places, ways } = layoutGraph({ ids: ['a', 'b', 'c', 'd'], edges });
  expect(ways.map(({ from, to }) => `${from} ${to}`)).toEqual(['a d']);
  expect(throughNodes(places, ways)).toEqual([]);
  expect(wayPath({ x: 0, y: 10 }, [{ x: 300, y: 40 }], { x: 600, y: 40 })).toBe(
    'M0 10C92 10 92 40 184 40L416 40L600 40',
  );
});

test('a reader stands to the right of what it reads', () => {
  const edges = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'c' },
    { from: 'a', to: 'c' },
  ];
  const { places } = layoutGraph({ ids: ['c', 'b', 'a'], edges });
  const at = new Map(places.map(({ id, x }) => [id, x]));
  expect(at.get('a')).toBeLessThan(at.get('b') ?? 0);
  expect(at.get('b')).toBeLessThan(at.get('c') ?? 0);
});

test('every node has a place of its own, those without an edge and those of a circle too', () => {
  const edges = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'a' },
  ];
  const { places } = layoutGraph({ ids: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], edges });
  expect(places.map(({ id }) => id).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  expect(overlaps(places)).toBe(0);
  expect(layoutGraph({ ids: [], edges: [] })).toEqual({ places: [], ways: [] });
});

test('three hundred nodes with six hundred edges are laid out without overlaps, the same each time', async ({
  annotate,
}) => {
  const ids = Array.from({ length: 300 }, (_, at) => `n${at}`);
  const edges = ids.flatMap((id, at) =>
    [1, 2].flatMap((step) => {
      const from = Math.floor(at / 3) - step;
      return from < 0 ? [] : [{ from: `n${from}`, to: id }];
    }),
  );
  const started = performance.now();
  const { places, ways } = layoutGraph({ ids, edges });
  // Printed, not asserted: a shared machine may be busy.
  await annotate(`300 nodes, ${edges.length} edges: ${Math.round(performance.now() - started)} ms`);
  expect(overlaps(places)).toBe(0);
  expect(throughNodes(places, ways)).toEqual([]);
  expect(layoutGraph({ ids, edges })).toEqual({ places, ways });
});
