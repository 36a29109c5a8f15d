/**
 * Rows of any number, of which those in sight are drawn: for results of queries, and whatever else comes in rows.
 *
 * Not a store: it asks `rowAt` for what it shows and draws a blank while that is null. It sorts nothing by itself, since it
 * sees a part only. One cell has the tab stop; arrows move, Shift selects, ⌘C copies, Alt with an arrow resizes.
 */
// biome-ignore-all lint/a11y/useSemanticElements: a table element cannot be drawn in parts; this is the grid pattern of ARIA.
// biome-ignore-all lint/a11y/useFocusableInteractive: the cells of a grid take the focus, not its rows.
import {
  type KeyboardEvent,
  type MouseEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { CopyByHand } from '../CopyByHand.tsx';
import classes from './DataGrid.module.css';
import { GridHead, type GridSort } from './GridHead.tsx';
import { GridRow } from './GridRow.tsx';
import type { GridColumn } from './grid-cells.ts';
import { type Copied, copySelection } from './grid-copy.ts';
import {
  type Cursor,
  cursorAt,
  HEAD,
  moveCursor,
  type Selection,
  selectionOf,
} from './grid-cursor.ts';
import { type GridView, useGridView } from './use-grid-view.ts';
import { useGridWidths } from './use-grid-widths.ts';

export interface DataGridProps {
  /** What the rows are, for readers that do not see. */
  label: string;
  columns: readonly GridColumn[];
  rowCount: number;
  /** Null while the row is on its way. */
  rowAt(index: number): readonly unknown[] | null;
  /** Changes when a row that was null is there. */
  version: number;
  /** Rows for copying; without it nothing is copied. */
  rowsOf?: (from: number, to: number) => AsyncIterable<readonly unknown[]>;
  /** Why more than one cell may not be copied; null when it may. */
  copyRefusal?: string | null;
  sort?: GridSort | null;
  onSort?: (column: string) => void;
}

const NOTHING: Copied = { said: '', left: null };

export function DataGrid(props: DataGridProps) {
  const { label, columns, rowCount, sort = null } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<Cursor>(cursorAt(0, 0));
  const [copied, setCopied] = useState<Copied>(NOTHING);
  const widths = useGridWidths(columns, props);
  const view = useGridView(scroller, rowCount, widths.widths);
  const { look } = widths;
  useLayoutEffect(() => look(view.firstRow, view.endRow), [look, view.firstRow, view.endRow]);
  const moved = useFocusOfCursor(scroller, cursor);
  const go = (next: Cursor): void => {
    moved.current = true;
    setCursor(next);
    view.reveal(next.row, next.column);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const handled = handleKey(event, { props, cursor, view, widths, go, say: setCopied });
    if (handled) event.preventDefault();
  };
  const onMouseDown = (event: MouseEvent): void => {
    const place = placeOf(event.target);
    if (place === null || event.button !== 0) return;
    const isExtending = event.shiftKey && place.row !== HEAD;
    go(isExtending ? { ...place, anchor: cursor.anchor } : cursorAt(place.row, place.column));
    if (isExtending) event.preventDefault();
  };
  const onClick = (event: MouseEvent): void => {
    const place = placeOf(event.target);
    if (place?.row === HEAD) props.onSort?.(columns[place.column]?.name ?? '');
  };
  const isInSight =
    cursor.row === HEAD || (cursor.row >= view.firstRow && cursor.row < view.endRow);
  return (
    <div className={classes['frame']}>
      <div
        ref={scroller}
        className={classes['grid']}
        role="grid"
        aria-label={label}
        aria-rowcount={rowCount + 1}
        aria-colcount={columns.length}
        aria-multiselectable="true"
        tabIndex={isInSight && rowCount > 0 ? -1 : 0}
        onScroll={view.onScroll}
        onKeyDown={onKeyDown}
        onMouseDown={onMouseDown}
        onClick={onClick}
      >
        <GridHead
          columns={columns}
          edges={view.edges}
          firstColumn={view.firstColumn}
          endColumn={view.endColumn}
          cursor={cursor.row === HEAD || rowCount === 0 ? cursor.column : null}
          sort={sort}
          isSortable={props.onSort !== undefined}
          onResize={widths.resize}
          onFit={widths.fit}
        />
        <Rows {...props} view={view} cursor={cursor} />
      </div>
      <div className="unseen" role="status" aria-live="polite">
        {copied.said}
      </div>
      {copied.left === null ? null : (
        <CopyByHand text={copied.left} onClose={() => setCopied(NOTHING)} />
      )}
    </div>
  );
}

function Rows({
  columns,
  rowAt,
  view,
  cursor,
  version,
}: DataGridProps & { view: GridView; cursor: Cursor }) {
  const selection = useMemo(() => selectionOf(cursor), [cursor]);
  const indices = Array.from(
    { length: Math.max(0, view.endRow - view.firstRow) },
    (_, at) => view.firstRow + at,
  );
  return (
    <div
      role="rowgroup"
      className={classes['body']}
      data-version={version}
      style={{ height: view.scale.height, minWidth: view.edges.at(-1) }}
    >
      <div role="presentation" style={{ transform: `translateY(${view.top}px)` }}>
        {indices.map((index) => (
          <GridRow
            key={index}
            index={index}
            values={rowAt(index)}
            columns={columns}
            edges={view.edges}
            firstColumn={view.firstColumn}
            endColumn={view.endColumn}
            cursor={cursor.row === index ? cursor.column : null}
            {...selectedIn(selection, index, cursor)}
          />
        ))}
      </div>
    </div>
  );
}

/** A single cell that has the cursor is not shown as a selection. */
function selectedIn(selection: Selection, index: number, cursor: Cursor) {
  const isOneCell = cursor.row === cursor.anchor.row && cursor.column === cursor.anchor.column;
  const isIn = !isOneCell && index >= selection.top && index <= selection.bottom;
  return { selectedFrom: isIn ? selection.left : 0, selectedTo: isIn ? selection.right : -1 };
}

/** Puts the focus on the cell of the cursor once it is drawn; keeps it in the grid when that cell scrolls away. */
function useFocusOfCursor(scroller: { current: HTMLDivElement | null }, cursor: Cursor) {
  const moved = useRef(false);
  const held = useRef(false);
  useLayoutEffect(() => {
    const grid = scroller.current;
    if (grid === null) return;
    const wasHeld = held.current && !grid.contains(document.activeElement);
    if (wasHeld && document.activeElement === document.body) grid.focus({ preventScroll: true });
    held.current = grid.contains(document.activeElement);
    if (!moved.current) return;
    const cell = grid.querySelector<HTMLElement>(`[data-place="${cursor.row} ${cursor.column}"]`);
    if (cell === null) return;
    moved.current = false;
    cell.focus({ preventScroll: true });
    held.current = true;
  });
  return moved;
}

function placeOf(target: EventTarget): { row: number; column: number } | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-place]') : null;
  const [row, column] = (cell?.dataset['place'] ?? '').split(' ').map(Number);
  return row === undefined || column === undefined || Number.isNaN(row) ? null : { row, column };
}

interface KeyContext {
  props: DataGridProps;
  cursor: Cursor;
  view: GridView;
  widths: ReturnType<typeof useGridWidths>;
  go(next: Cursor): void;
  say(copied: Copied): void;
}

const RESIZE_PX = 16;

function handleKey(event: KeyboardEvent, context: KeyContext): boolean {
  const { props, cursor, view, widths, go, say } = context;
  const { key, shiftKey, altKey } = event;
  const isMod = event.metaKey || event.ctrlKey;
  const size = { rows: props.rowCount, columns: props.columns.length, pageRows: view.pageRows };
  if (altKey) {
    if (cursor.row !== HEAD || (key !== 'ArrowLeft' && key !== 'ArrowRight')) return false;
    const now = widths.widths[cursor.column] ?? 0;
    widths.resize(cursor.column, now + (key === 'ArrowLeft' ? -RESIZE_PX : RESIZE_PX));
    return true;
  }
  if (isMod && key.toLowerCase() === 'c') {
    void copySelection(selectionOf(cursor), props).then(say);
    return true;
  }
  if (isMod && key.toLowerCase() === 'a') {
    go({ row: size.rows - 1, column: size.columns - 1, anchor: { row: 0, column: 0 } });
    return true;
  }
  if (cursor.row === HEAD && (key === 'Enter' || key === ' ') && props.onSort !== undefined) {
    props.onSort(props.columns[cursor.column]?.name ?? '');
    return true;
  }
  const next = moveCursor(cursor, { key, isShift: shiftKey, isMod }, size);
  if (next !== null) go(next);
  return next !== null;
}
