/**
 * Copies what is selected in a grid, as tab-separated text, and tells what was copied.
 */
import type { DataGridProps } from './DataGrid.tsx';
import { asText, isFormula, toTsv } from './grid-cells.ts';
import { cellsOf, type Selection } from './grid-cursor.ts';
import { words } from './words.ts';

/** More than that is an export, not a copy. */
export const COPIED_CELLS_MAX = 500_000;

export interface Copied {
  said: string;
  /** What the clipboard did not take; null when it did, or when nothing may be copied. */
  left: string | null;
}

export async function copySelection(selection: Selection, props: DataGridProps): Promise<Copied> {
  const cells = cellsOf(selection);
  if (props.rowsOf === undefined || cells === 0) return { said: '', left: null };
  if (cells > 1 && props.copyRefusal != null) return { said: props.copyRefusal, left: null };
  if (cells > COPIED_CELLS_MAX) return { said: words.tooMany(cells), left: null };
  const rows: unknown[][] = [];
  for await (const row of props.rowsOf(selection.top, selection.bottom + 1)) {
    rows.push(row.slice(selection.left, selection.right + 1));
  }
  const names = props.columns.slice(selection.left, selection.right + 1).map(({ name }) => name);
  // Why names only with more than one cell: whoever copies a value wants the value.
  // Why no mark on a single one: it goes into a condition or a mail as well.
  const table = [names, ...rows];
  const text = toTsv(cells > 1 ? table.map((row) => row.map(asText)) : rows);
  const formulas = cells > 1 ? table.flat().filter(isFormula).length : 0;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return { said: words.noClipboard, left: text };
  }
  return { said: words.copied(cells, formulas), left: null };
}
