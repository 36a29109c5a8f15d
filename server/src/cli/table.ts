/**
 * Tables: padded columns for eyes on a terminal, tab-separated lines for programs.
 *
 * Not a wrapper of lines: a long table is piped or asked for with --json. Invariants: one item is one line, so a cell's tabs
 * and line ends become spaces; a control character of somebody's data never reaches a terminal, where it could move the
 * cursor or rewrite what was shown.
 */
export interface Column<T> {
  head: string;
  cell(item: T): string;
  align?: 'left' | 'right';
}

export interface TableOptions {
  /** Padded columns for eyes; otherwise tab-separated for programs. */
  terminal: boolean;
  bold(text: string): string;
}

export function renderTable<T>(
  items: readonly T[],
  columns: readonly Column<T>[],
  options: TableOptions,
): string {
  const heads = columns.map((column) => column.head);
  const rows = items.map((item) => columns.map((column) => oneLine(column.cell(item))));
  if (!options.terminal) return [heads, ...rows].map((row) => row.join('\t')).join('\n');
  const shown = rows.map((row) => row.map(withoutControls));
  const widths = columns.map((column, i) =>
    Math.max(cellWidth(column.head), ...shown.map((row) => cellWidth(row[i] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => {
        const space = ' '.repeat(Math.max(0, (widths[i] ?? 0) - cellWidth(cell)));
        return columns[i]?.align === 'right' ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  return [options.bold(line(heads)), ...shown.map(line)].join('\n');
}

/** Also what turns the direction of a text round: a name would read as another one. */
const CONTROLS = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The text with every control character shown as its code, `␛` for escape, so that a terminal obeys none of them. */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, (sign) => {
    const code = sign.codePointAt(0) ?? 0;
    return code < 0x20 ? String.fromCodePoint(0x2400 + code) : '�';
  });
}

function oneLine(text: string): string {
  return text.replace(/[\t\r\n]+/g, ' ');
}

const NO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;
// Source: Unicode UAX #11, the blocks of East Asian wide and full-width letters and of emoji.
const DOUBLE_WIDTH =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;

/** Cells of a terminal that a text takes. */
export function cellWidth(text: string): number {
  let cells = 0;
  for (const sign of text) cells += NO_WIDTH.test(sign) ? 0 : DOUBLE_WIDTH.test(sign) ? 2 : 1;
  return cells;
}
