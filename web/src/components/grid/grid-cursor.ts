/**
 * Where the cursor of a grid goes by which key, and what is selected. Pure: no element is touched here.
 *
 * The row −1 is the head. A selection is the rectangle between an anchor and the cursor.
 */

export interface Place {
  row: number;
  column: number;
}

export interface Cursor extends Place {
  anchor: Place;
}

export interface GridSize {
  rows: number;
  columns: number;
  /** Rows that a page up or down passes. */
  pageRows: number;
}

export interface KeyPress {
  key: string;
  isShift: boolean;
  /** ⌘ or Ctrl. */
  isMod: boolean;
}

export const HEAD = -1;

export const cursorAt = (row: number, column: number): Cursor => ({
  row,
  column,
  anchor: { row, column },
});

/** The cursor after a key; null when the key does not move it. */
export function moveCursor(cursor: Cursor, press: KeyPress, size: GridSize): Cursor | null {
  const target = targetOf(cursor, press, size);
  if (target === null) return null;
  const row = clamp(target.row, HEAD, size.rows - 1);
  const column = clamp(target.column, 0, size.columns - 1);
  const isExtending = press.isShift && row !== HEAD;
  return isExtending ? { row, column, anchor: cursor.anchor } : cursorAt(row, column);
}

function targetOf({ row, column }: Place, press: KeyPress, size: GridSize): Place | null {
  const { key, isMod } = press;
  const lastRow = size.rows - 1;
  const lastColumn = size.columns - 1;
  switch (key) {
    case 'ArrowUp':
      return { row: isMod ? Math.min(0, row) : row - 1, column };
    case 'ArrowDown':
      return { row: isMod ? lastRow : row + 1, column };
    case 'ArrowLeft':
      return { row, column: isMod ? 0 : column - 1 };
    case 'ArrowRight':
      return { row, column: isMod ? lastColumn : column + 1 };
    case 'Home':
      return { row: isMod ? 0 : row, column: 0 };
    case 'End':
      return { row: isMod ? lastRow : row, column: lastColumn };
    case 'PageUp':
      return { row: Math.max(0, row - size.pageRows), column };
    case 'PageDown':
      return { row: row + size.pageRows, column };
    default:
      return null;
  }
}

const clamp = (value: number, least: number, most: number): number =>
  Math.max(least, Math.min(value, most));

export interface Selection {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export function selectionOf({ row, column, anchor }: Cursor): Selection {
  return {
    top: Math.max(0, Math.min(row, anchor.row)),
    bottom: Math.max(row, anchor.row),
    left: Math.min(column, anchor.column),
    right: Math.max(column, anchor.column),
  };
}

export const cellsOf = ({ top, bottom, left, right }: Selection): number =>
  Math.max(0, bottom - top + 1) * (right - left + 1);
