/**
 * Copies what is selected in a grid, as tab-separated text, and tells what was copied.
 */
import type { DataGridProps } from './DataGrid.tsx';
import { toTsv } from './grid-cells.ts';
import { cellsOf, type Selection } from './grid-cursor.ts';
import { words } from './words.ts';

/** More than that is an export, not a copy. */
export const COPIED_CELLS_MAX = 500_000;

export async function copySelection(selection: Selection, props: DataGridProps): Promise<string> {
  const cells = cellsOf(selection);
  if (props.rowsOf === undefined || cells === 0) return '';
  if (cells > 1 && props.copyRefusal != null) return props.copyRefusal;
  if (cells > COPIED_CELLS_MAX) {
    return words.tooMany(cells);
  }
  const rows: unknown[][] = [];
  for await (const row of props.rowsOf(selection.top, selection.bottom + 1)) {
    rows.push(row.slice(selection.left, selection.right + 1));
  }
  const names = props.columns.slice(selection.left, selection.right + 1).map(({ name }) => name);
  try {
    // Why names only with more than one cell: whoever copies a value wants the value.
    await navigator.clipboard.writeText(toTsv(cells > 1 ? [names, ...rows] : rows));
  } catch {
    return words.noClipboard;
  }
  return words.copied(cells);
}
