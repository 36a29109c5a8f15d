/**
 * Figures as a table of a Markdown document, between two marks that stay.
 *
 * Not the words around them: those are written by people. Invariant: nothing outside the marks is changed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { type Figure, formatNumber } from './figure.ts';

const START = '<!-- figures: written by `npm run bench -- --write FILE` -->';
const END = '<!-- end of figures -->';

/** Replaces the figures in `path`. Throws when the marks are not there. */
export function writeFigures(
  path: string,
  figures: readonly Figure[],
  { machine, rows }: { machine: string; rows: number },
): void {
  const text = readFileSync(path, 'utf8');
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${path} lacks the marks ${START} and ${END}`);
  const day = new Date().toISOString().slice(0, 10);
  const head = `${machine}; ${rows.toLocaleString('en')} rows; ${day}.`;
  const body = `${START}\n${head}\n\n${renderTable(figures)}\n`;
  writeFileSync(path, text.slice(0, start) + body + text.slice(end));
}

function renderTable(figures: readonly Figure[]): string {
  const rows = figures.map((f) => [
    f.name,
    `${formatNumber(f.value)} ${f.unit}`,
    f.baseline === null ? '' : formatNumber(f.baseline),
    f.ratio === null ? '' : `${f.ratio.toFixed(2)}×`,
    f.aim ?? '',
    f.met === null ? '' : f.met ? 'yes' : '**no**',
  ]);
  const lines = [
    ['figure', 'value', 'baseline', 'ratio', 'aim', 'met'],
    ['---', '---:', '---:', '---:', '---:', '---'],
    ...rows,
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
