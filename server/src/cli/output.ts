/**
 * How the command line shows things: tables on a terminal, plain text when piped, one document with --json.
 *
 * Not the API's documents: those pass through unchanged with --json. Invariant: with --json stdout holds JSON only.
 */
import type { ErrorPlace } from '@weft/core/lib/error';
import { createColors } from 'picocolors';
import type { CliIo } from './io.ts';

export interface OutputOptions {
  json: boolean;
  quiet: boolean;
  color: boolean;
}

/** One column of a table: its heading and how a cell is read from an item. */
export interface Column<T> {
  head: string;
  cell(item: T): string;
  align?: 'left' | 'right';
}

export interface Output {
  readonly json: boolean;
  readonly colors: ReturnType<typeof createColors>;
  /** The document with --json, else the text. */
  document(document: unknown, text: () => string): void;
  /** A list with --json as `{items, next}`, else a table. */
  list<T>(list: { items: T[]; next?: string | null }, columns: Column<T>[], empty: string): void;
  /** One line of NDJSON with --json, else the text. */
  line(document: unknown, text: () => string): void;
  /** Talk, on stderr; silent with --quiet or --json. */
  say(text: string): void;
  /** A progress line on stderr, redrawn in place; `null` clears it. */
  progress(text: string | null): void;
}

export function createOutput(io: CliIo, options: OutputOptions): Output {
  const colors = createColors(options.color);
  const print = (text: string): void => io.stdout(text.endsWith('\n') ? text : `${text}\n`);
  const silent = options.quiet || options.json;
  return {
    json: options.json,
    colors,
    document: (document, text) => print(options.json ? JSON.stringify(document, null, 2) : text()),
    line: (document, text) => print(options.json ? JSON.stringify(document) : text()),
    list(list, columns, empty) {
      if (options.json)
        print(JSON.stringify({ items: list.items, next: list.next ?? null }, null, 2));
      else if (list.items.length === 0) this.say(empty);
      else print(renderTable(list.items, columns, { terminal: io.isTerminal, bold: colors.bold }));
      if (!options.json && list.next) this.say(`More: --after ${list.next}`);
    },
    say: (text) => {
      if (!silent) io.stderr(`${text}\n`);
    },
    progress: (text) => {
      if (silent || !io.isErrorTerminal) return;
      io.stderr(text === null ? '\r\x1b[K' : `\r\x1b[K${text.slice(0, io.columns - 1)}`);
    },
  };
}

interface TableOptions {
  /** Padded columns for eyes; otherwise tab-separated for programs. */
  terminal: boolean;
  bold(text: string): string;
}

export function renderTable<T>(
  items: readonly T[],
  columns: readonly Column<T>[],
  options: TableOptions,
): string {
  const rows = items.map((item) => columns.map((column) => column.cell(item)));
  if (!options.terminal) {
    return [columns.map((c) => c.head), ...rows]
      .map((row) => row.join('\t').replaceAll('\n', ' '))
      .join('\n');
  }
  const widths = columns.map((column, i) =>
    Math.max(width(column.head), ...rows.map((row) => width(row[i] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) =>
        pad({ text: cell, width: widths[i] ?? 0, right: columns[i]?.align === 'right' }),
      )
      .join('  ')
      .trimEnd();
  return [options.bold(line(columns.map((c) => c.head))), ...rows.map(line)].join('\n');
}

/** Text of the places that an error names, one a line: `file:line:column  message`. */
export function renderPlaces(places: readonly (ErrorPlace & { file?: string })[]): string {
  return places
    .map((place) => {
      const where = [place.file, place.line, place.column]
        .filter((part) => part !== undefined)
        .join(':');
      const path = place.path === undefined || place.path === '' ? '' : ` (${place.path})`;
      const remedy =
        place.remedy === undefined || place.remedy === ''
          ? ''
          : `\n      ${place.remedy.replaceAll('\n', '\n      ')}`;
      return `  ${where === '' ? '' : `${where}  `}${place.message}${path}${remedy}`;
    })
    .join('\n');
}

function width(text: string): number {
  return [...text].length;
}

function pad({
  text,
  width: target,
  right,
}: {
  text: string;
  width: number;
  right: boolean;
}): string {
  const space = ' '.repeat(Math.max(0, target - width(text)));
  return right ? space + text : text + space;
}

/** `1234567` as `1,234,567`: the same on every machine, so scripts and docs agree. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Bytes in powers of 1,000 with one digit: `3.6 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
