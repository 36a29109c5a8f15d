/**
 * How the command line shows things: tables on a terminal, plain text when piped, one document with --json.
 *
 * Not the API's documents: those pass through unchanged with --json. Invariant: with --json stdout holds JSON only.
 */
import { createColors } from 'picocolors';
import type { CliIo } from './io.ts';
import { type Column, cellWidth, renderTable } from './table.ts';

export interface OutputOptions {
  json: boolean;
  quiet: boolean;
  color: boolean;
}

export interface Output {
  readonly json: boolean;
  readonly colors: ReturnType<typeof createColors>;
  /** The document with --json, else the text. */
  document(document: unknown, text: () => string): void;
  /** A list with --json as it came, `{items, next}`; else a table. */
  list<T>(list: Listing<T>, columns: Column<T>[], empty: string): void;
  /** One line of NDJSON with --json, else the text. */
  line(document: unknown, text: () => string): void;
  /** Talk, on stderr; silent with --quiet or --json. */
  say(text: string): void;
  /** A progress line on stderr, redrawn in place; `null` clears it. */
  progress(text: string | null): void;
}

/** A page of a list as the API gives it. */
export interface Listing<T> {
  items: T[];
  next?: string | null;
}

export function createOutput(io: CliIo, options: OutputOptions): Output {
  const colors = createColors(options.color);
  const print = (text: string): void => io.stdout(text.endsWith('\n') ? text : `${text}\n`);
  const silent = options.quiet || options.json;
  const progress = createProgress(io, silent || !io.isErrorTerminal);
  const say = (text: string): void => {
    if (silent) return;
    progress(null);
    io.stderr(`${text}\n`);
  };
  return {
    json: options.json,
    colors,
    document: (document, text) => print(options.json ? JSON.stringify(document, null, 2) : text()),
    line: (document, text) => print(options.json ? JSON.stringify(document) : text()),
    list(list, columns, empty) {
      if (options.json) {
        print(JSON.stringify({ ...list, next: list.next ?? null }, null, 2));
        return;
      }
      if (list.items.length === 0) say(empty);
      else print(renderTable(list.items, columns, { terminal: io.isTerminal, bold: colors.bold }));
      if (list.next) say(`More: --after ${list.next}`);
    },
    say,
    progress,
  };
}

function createProgress(io: CliIo, silent: boolean): (text: string | null) => void {
  let isShown = false;
  return (text) => {
    if (silent || (text === null && !isShown)) return;
    isShown = text !== null;
    io.stderr(text === null ? '\r\x1b[K' : `\r\x1b[K${cut(text, io.columns - 1)}`);
  };
}

// Why: a progress line that wraps cannot be redrawn in place.
function cut(text: string, cells: number): string {
  let shown = '';
  for (const sign of text) {
    if (cellWidth(shown + sign) > cells) break;
    shown += sign;
  }
  return shown;
}

/** `1234567` as `1,234,567`: the same on every machine, so scripts and docs agree. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',');
}

/** A count with its noun: `1 row`, `1,200 rows`. */
export function countOf(value: number, noun: string): string {
  return `${formatCount(value)} ${noun}${value === 1 ? '' : 's'}`;
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

/** A share as a percentage that is 100 only when nothing is missing: rounded down, two digits. */
export function formatShare(share: number): string {
  return `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;
}
