/**
 * Figures as a table of a Markdown document, between two marks that stay.
 *
 * Not the words around them: those are written by people. Invariant: nothing outside the marks is changed, nor a figure that
 * was not measured now.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { type Figure, formatNumber } from './figure.ts';

const START = '<!-- figures: written by `npm run bench -- --write FILE` -->';
const END = '<!-- end of figures -->';

const HEAD = [
  lineOf(['figure', 'value', 'baseline', 'ratio', 'aim', 'met']),
  lineOf(['---', '---:', '---:', '---:', '---:', '---']),
].join('\n');

/** Renews figures in `path`, and adds those that it lacks. Throws when the marks are not there. */
export function writeFigures(path: string, figures: readonly Figure[], machine: string): void {
  const text = readFileSync(path, 'utf8');
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${path} lacks the marks ${START} and ${END}`);
  const day = new Date().toISOString().slice(0, 10);
  const rows = new Map(tableRows(text.slice(start, end)).map((row) => [nameOf(row), row]));
  for (const each of figures) rows.set(each.name, rowOf(each));
  const body = `${START}\n${machine}; last renewed on ${day}.\n\n${HEAD}\n${[...rows.values()].join('\n')}\n`;
  writeFileSync(path, text.slice(0, start) + body + text.slice(end));
}

function rowOf(f: Figure): string {
  return lineOf([
    f.name,
    `${formatNumber(f.value)} ${f.unit}`,
    f.baseline === null ? '' : formatNumber(f.baseline),
    f.ratio === null ? '' : `${f.ratio.toFixed(2)}×`,
    f.aim ?? '',
    f.met === null ? '' : f.met ? 'yes' : '**no**',
  ]);
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** The rows of the table, its head left out. */
function tableRows(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2);
}

function nameOf(row: string): string {
  return row.slice(2, row.indexOf(' | '));
}
