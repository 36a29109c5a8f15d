/**
 * One record as text and as fields: read to be repaired, written to be checked again.
 *
 * Not the reader of batches (`core/wasm`): a record that passes here is still checked in full. What is not touched keeps
 * its text, so that nothing changes by being sent again.
 * Invariants: `readRecord` gives null for what is not exactly one record of its layout; what `writeRecord` gives is read
 * back with the same values.
 */
import type { DataType } from '../contract/data-type.ts';
import type { CsvDialect, PlanColumn } from '../contract/plan.ts';
import { JsonRecordReader } from './json-record.ts';
import type { KeptEncoding, RecordLayout } from './quarantine-files.ts';

/** Bytes of a record as text; null when they are none of the encoding. */
export function decodeRecord(
  bytes: Uint8Array,
  encoding: KeptEncoding,
  { fatal }: { fatal: boolean } = { fatal: true },
): string | null {
  if (encoding === 'latin-1') return Array.from(bytes, (b) => String.fromCharCode(b)).join('');
  try {
    return new TextDecoder('utf-8', { fatal, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The text in an encoding; null when it cannot be written in it. */
export function encodeRecord(text: string, encoding: KeptEncoding): Uint8Array | null {
  if (encoding === 'utf-8') return text.isWellFormed() ? new TextEncoder().encode(text) : null;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255) return null;
    bytes[i] = code;
  }
  return bytes;
}

/** A field: its value (null for none), and how it stands in the text that it was read from, when it was. */
export interface Cell {
  value: string | null;
  source: string | null;
}

/** Reads records of one layout. */
export class RecordReader {
  readonly #layout: RecordLayout;
  readonly #json: JsonRecordReader | null;

  constructor(layout: RecordLayout) {
    this.#layout = layout;
    this.#json =
      layout.format === 'csv' ? null : new JsonRecordReader(layout.fields.map(({ name }) => name));
  }

  /** The fields in the layout's order, or null when the text is not one whole record of the layout. */
  read(text: string): Cell[] | null {
    if (this.#json !== null) return this.#readJson(this.#json, text);
    const { csv, fields } = this.#layout;
    const cells = csv === null ? null : readCsvRecord(text, csv);
    return cells?.length === fields.length ? cells : null;
  }

  #readJson(reader: JsonRecordReader, text: string): Cell[] | null {
    if (reader.read(text) !== null) return null;
    return reader.tokens.map((token, i): Cell => {
      const value = reader.texts[i] ?? '';
      if (token === 'null') return { value: null, source: null };
      return { value, source: token === 'string' ? JSON.stringify(value) : value };
    });
  }
}

/** The fields of one CSV record; null when a quote is misplaced or a line ends outside of quotes. */
export function readCsvRecord(text: string, dialect: CsvDialect): Cell[] | null {
  const { delimiter, quote, nullText } = dialect;
  const cells: Cell[] = [];
  let at = 0;
  for (;;) {
    const isQuoted = quote !== '' && text.startsWith(quote, at);
    const end = isQuoted ? closingQuote(text, at, quote) : endOfPlain(text, at, delimiter);
    const source = text.slice(at, end);
    if (isQuoted) {
      if (end === -1) return null;
      cells.push({ value: source.slice(1, -1).replaceAll(quote + quote, quote), source });
    } else {
      if (/[\r\n]/.test(source) || (quote !== '' && source.includes(quote))) return null;
      cells.push({ value: source === '' || source === nullText ? null : source, source });
    }
    if (end === text.length) return cells;
    if (!text.startsWith(delimiter, end)) return null;
    at = end + 1;
  }
}

function endOfPlain(text: string, from: number, delimiter: string): number {
  const found = text.indexOf(delimiter, from);
  return found === -1 ? text.length : found;
}

/** After the quote that closes the one at `from`, or -1. */
function closingQuote(text: string, from: number, quote: string): number {
  for (let at = from + 1; ; at += 2) {
    at = text.indexOf(quote, at);
    if (at === -1) return -1;
    if (text[at + 1] !== quote) return at + 1;
  }
}

/** What a repaired file is written as. */
export interface RecordTarget {
  format: RecordLayout['format'];
  csv: CsvDialect;
  columns: PlanColumn[];
}

/** The first line of the target's file, or nothing. */
export function headerOf({ format, csv, columns }: RecordTarget): string {
  if (format !== 'csv' || !csv.header) return '';
  return `${columns.map(({ sourceName }) => csvField(sourceName, csv) ?? sourceName).join(csv.delimiter)}\n`;
}

/**
 * One record with its line end; null when the target cannot hold a value. `isSame`: sources were read in the target's own
 * dialect.
 */
export function writeRecord(
  target: RecordTarget,
  cells: readonly Cell[],
  isSame: boolean,
): string | null {
  const { format, csv, columns } = target;
  if (format === 'csv') {
    const fields: string[] = [];
    for (const [i] of columns.entries()) {
      const { value, source } = cells[i] ?? { value: null, source: null };
      const field = isSame && source !== null ? source : csvField(value, csv);
      if (field === null) return null;
      fields.push(field);
    }
    const line = fields.join(csv.delimiter);
    // Why: a line without anything in it is no record.
    return line === '' ? null : `${line}\n`;
  }
  const members = columns.flatMap((column, i) => {
    const { value, source } = cells[i] ?? { value: null, source: null };
    if (value === null) return [];
    return [
      `${JSON.stringify(column.sourceName)}:${oneLine(source ?? jsonValue(value, column.type))}`,
    ];
  });
  return `{${members.join(',')}}\n`;
}

// Why: between the tokens of a nested value a line end is white space, and inside of a text JSON has none.
function oneLine(json: string): string {
  return /[\r\n]/.test(json) ? json.replaceAll(/[\r\n]+/g, ' ') : json;
}

/** A value as a CSV field; null when the dialect has no quotes and needs some. */
function csvField(value: string | null, dialect: CsvDialect): string | null {
  const { delimiter, quote, nullText } = dialect;
  if (value === null) return nullText;
  const isPlain =
    value !== '' &&
    value !== nullText &&
    !value.includes(delimiter) &&
    !/[\r\n]/.test(value) &&
    (quote === '' || !value.includes(quote));
  if (isPlain) return value;
  return quote === '' ? null : `${quote}${value.replaceAll(quote, quote + quote)}${quote}`;
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A repaired value as JSON of its column: what is no literal of the type is a text, and the check says so. */
function jsonValue(value: string, type: DataType): string {
  const isLiteral =
    (['int', 'long', 'double', 'decimal'].includes(type.kind) && JSON_NUMBER.test(value)) ||
    (type.kind === 'boolean' && /^(?:true|false)$/.test(value)) ||
    (['struct', 'list', 'map'].includes(type.kind) && isJson(value));
  return isLiteral ? value : JSON.stringify(value);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
