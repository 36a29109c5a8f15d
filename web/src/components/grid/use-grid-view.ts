/**
 * Which rows and columns of a grid are in sight, by its scroll and its size.
 *
 * Own arithmetic and no list of measured rows: rows are all of one height, and a million entries would be what the grid is
 * there to avoid.
 */
import { type RefObject, useCallback, useEffect, useMemo, useState } from 'react';
import { type GridScale, scaleOf, toRows, toScroll } from './grid-scale.ts';

export const ROW_PX = 30;
export const HEAD_PX = 34;
const OVERSCAN = 8;

export interface GridView {
  scale: GridScale;
  firstRow: number;
  /** One behind the last. */
  endRow: number;
  /** Where the first drawn row stands in the element of the rows. */
  top: number;
  firstColumn: number;
  endColumn: number;
  /** Left edge of each column, and the right edge of the last. */
  edges: readonly number[];
  pageRows: number;
  onScroll(): void;
  /** Scrolls as little as brings the cell into sight. */
  reveal(row: number, column: number): void;
}

interface Seen {
  top: number;
  left: number;
  width: number;
  height: number;
}

export function useGridView(
  scroller: RefObject<HTMLDivElement | null>,
  rowCount: number,
  widths: readonly number[],
): GridView {
  const [seen, setSeen] = useState<Seen>({ top: 0, left: 0, width: 1_200, height: 600 });
  const look = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const { scrollTop, scrollLeft, clientWidth, clientHeight } = element;
    setSeen({ top: scrollTop, left: scrollLeft, width: clientWidth, height: clientHeight });
  }, [scroller]);
  useEffect(() => {
    if (scroller.current === null) return;
    const watcher = new ResizeObserver(look);
    watcher.observe(scroller.current);
    return () => watcher.disconnect();
  }, [scroller, look]);
  const edges = useMemo(() => edgesOf(widths), [widths]);
  const viewHeight = Math.max(ROW_PX, seen.height - HEAD_PX);
  const scale = scaleOf(rowCount * ROW_PX, viewHeight);
  const offset = toRows(seen.top, scale);
  const firstRow = Math.max(0, Math.floor(offset / ROW_PX) - OVERSCAN);
  const endRow = Math.min(rowCount, Math.ceil((offset + viewHeight) / ROW_PX) + OVERSCAN);
  const reveal = useCallback(
    (row: number, column: number) => {
      const element = scroller.current;
      if (element === null) return;
      const { clientHeight, clientWidth, scrollTop, scrollLeft } = element;
      const view = Math.max(ROW_PX, clientHeight - HEAD_PX);
      const now = scaleOf(rowCount * ROW_PX, view);
      const from = nearest(toRows(scrollTop, now), view, Math.max(0, row) * ROW_PX, ROW_PX);
      const left = edges[column] ?? 0;
      element.scrollTop = toScroll(from, now);
      element.scrollLeft = nearest(
        scrollLeft,
        clientWidth,
        left,
        (edges[column + 1] ?? left) - left,
      );
    },
    [scroller, rowCount, edges],
  );
  return {
    scale,
    firstRow,
    endRow,
    top: seen.top - offset + firstRow * ROW_PX,
    ...columnsInSight(edges, seen),
    edges,
    pageRows: Math.max(1, Math.floor(viewHeight / ROW_PX) - 1),
    onScroll: look,
    reveal,
  };
}

function edgesOf(widths: readonly number[]): number[] {
  const edges = [0];
  for (const width of widths) edges.push((edges.at(-1) ?? 0) + width);
  return edges;
}

function columnsInSight(edges: readonly number[], seen: Seen) {
  const right = seen.left + seen.width;
  const count = edges.length - 1;
  let firstColumn = 0;
  while (firstColumn < count - 1 && (edges[firstColumn + 1] ?? 0) <= seen.left) firstColumn++;
  let endColumn = firstColumn + 1;
  while (endColumn < count && (edges[endColumn] ?? 0) < right) endColumn++;
  return { firstColumn, endColumn: Math.min(endColumn, count) };
}

/** The scroll nearest to `scroll` in which `[start, start + length)` is in sight. */
function nearest(scroll: number, view: number, start: number, length: number): number {
  if (start < scroll) return start;
  return start + length > scroll + view ? Math.min(start, start + length - view) : scroll;
}
