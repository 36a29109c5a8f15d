/**
 * The line of an edge that passes layers, as SVG draws it.
 */
import { NODE_WIDTH } from './layout.ts';

interface Point {
  x: number;
  y: number;
}

/** From end to end: bends between the layers, and is level across each of them. */
export function wayPath(from: Point, passes: readonly Point[], to: Point): string {
  const half = NODE_WIDTH / 2;
  const level = passes.flatMap(({ x, y }) => [
    { x: x - half, y },
    { x: x + half, y },
  ]);
  const stops = [...level, to];
  const parts = stops.map(({ x, y }, at) => {
    const before = stops[at - 1] ?? from;
    if (before.y === y) return `L${x} ${y}`;
    const middle = (before.x + x) / 2;
    return `C${middle} ${before.y} ${middle} ${y} ${x} ${y}`;
  });
  return `M${from.x} ${from.y}${parts.join('')}`;
}
