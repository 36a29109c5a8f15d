/**
 * The start of a CSV file: byte order mark, header line, and the dialect's characters as bytes.
 *
 * Not the records: those are read by `core/wasm`. Quotes follow the same rules here.
 */
import type { CsvDialect } from '../contract/plan.ts';
import { WeftError } from '../lib/error.ts';
import { matchColumns } from './columns.ts';
import { type PlannedColumn, RECORD_BYTES_MAX } from './stage-layout.ts';

const OTHER_DELIMITERS = [',', ';', '\t', '|'];
const LF = 10;
const CR = 13;
/** Stands for "no quotes" in place of a byte. */
export const NO_QUOTE = 256;

export interface CsvMarks {
  delimiter: number;
  quote: number;
}

/** The dialect's delimiter and quote as bytes. Throws BATCH_UNREADABLE when they cannot be told apart or are no ASCII. */
export function csvMarks(dialect: CsvDialect): CsvMarks {
  const delimiter = asciiByte(dialect.delimiter);
  const quote = dialect.quote === '' ? NO_QUOTE : asciiByte(dialect.quote);
  const lineEnds = [LF, CR];
  if (
    delimiter === null ||
    quote === null ||
    delimiter === quote ||
    lineEnds.includes(delimiter) ||
    lineEnds.includes(quote)
  ) {
    throw new WeftError(
      'BATCH_UNREADABLE',
      'delimiter and quote must be two different ASCII characters, and no line ends',
      { remedy: 'Correct `weftCsv` in the contract.' },
    );
  }
  return { delimiter, quote };
}

function asciiByte(text: string): number | null {
  const code = text.charCodeAt(0);
  return text.length === 1 && code < 128 ? code : null;
}

export interface CsvStart {
  /** Bytes before the first record. */
  bytes: number;
  /** Physical line of the first record, from 1. */
  line: number;
  /** For each column of the file, the number of the plan's column. */
  order: number[];
}

/**
 * Reads the start of a file from its first bytes (`whole` when there are no more). Throws BATCH_UNREADABLE for an empty
 * file, another encoding, or columns that are not the plan's.
 */
export function readCsvStart(
  first: Uint8Array,
  whole: boolean,
  dialect: CsvDialect,
  columns: readonly PlannedColumn[],
): CsvStart {
  refuseWideEncoding(first);
  if (dialect.encoding === 'latin-1') refuseMarkedUtf8(first);
  const mark = dialect.encoding === 'utf-8' ? byteOrderMarkBytes(first) : 0;
  if (first.length === mark) {
    throw new WeftError('BATCH_UNREADABLE', 'the file is empty', {
      remedy: dialect.header
        ? 'Send at least the header line; a file with a header and no record is an empty batch.'
        : 'Send a file with at least one record.',
    });
  }
  if (!dialect.header) return { bytes: mark, line: 1, order: columns.map((_, i) => i) };
  const header = headerExtent(first, mark, csvMarks(dialect), whole);
  const text = decodeHeader(first.subarray(mark, header.contentEnd), dialect.encoding);
  refuseOtherDelimiter(text, dialect, columns);
  const names = splitHeader(text, dialect);
  return { bytes: header.next, line: header.lines + 1, order: matchColumns(columns, names) };
}

/**
 * Throws when no name of the header is in the contract, and most of its names are with another delimiter between them. Why not
 * all: who hears of the delimiter first mends the rest afterwards, and ten missing columns are not what is wrong.
 */
function refuseOtherDelimiter(
  text: string,
  dialect: CsvDialect,
  columns: readonly PlannedColumn[],
): void {
  if (columns.length < 2) return;
  const unquoted = dialect.quote === '' ? text : text.replaceAll(dialect.quote, '');
  const known = new Set(columns.map(({ sourceName }) => sourceName));
  const namesIn = (delimiter: string) => unquoted.split(delimiter).map((name) => name.trim());
  if (namesIn(dialect.delimiter).some((name) => known.has(name))) return;
  const other = OTHER_DELIMITERS.find((delimiter) => {
    const names = namesIn(delimiter);
    const fitting = names.filter((name) => known.has(name)).length;
    return fitting > 1 && fitting * 2 > names.length;
  });
  if (other === undefined) return;
  const shown = other === '\t' ? 'tabs' : `\`${other}\``;
  throw headerError(`the file has ${shown} between its fields, not \`${dialect.delimiter}\``, {
    code: 'other_delimiter',
    remedy: `Send it with \`${dialect.delimiter}\`, or publish a contract version whose \`weftCsv\` has this delimiter.`,
  });
}

/** 3 when the bytes start with the UTF-8 byte order mark, else 0. */
export function byteOrderMarkBytes(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** Throws BATCH_UNREADABLE for a file that starts with the byte order mark of UTF-16. */
export function refuseWideEncoding(bytes: Uint8Array): void {
  const [a, b] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    throw new WeftError('BATCH_UNREADABLE', 'the file is UTF-16', {
      remedy:
        'Save it as UTF-8 and send it again; for CSV a contract may declare the encoding utf-16.',
    });
  }
}

/** Throws BATCH_UNREADABLE for UTF-8, by its byte order mark, where each byte would be a character of its own. */
function refuseMarkedUtf8(bytes: Uint8Array): void {
  if (byteOrderMarkBytes(bytes) === 0) return;
  throw new WeftError(
    'BATCH_UNREADABLE',
    'the file is UTF-8, as its byte order mark says, and the contract says latin-1',
    {
      remedy:
        'Save it as Latin-1 and send it again, or publish a contract version whose `weftCsv` says utf-8.',
    },
  );
}

function headerExtent(
  bytes: Uint8Array,
  start: number,
  marks: CsvMarks,
  whole: boolean,
): { contentEnd: number; next: number; lines: number } {
  let quoted = false;
  let lines = 1;
  const limit = Math.min(bytes.length, start + RECORD_BYTES_MAX);
  for (let i = start; i < limit; i++) {
    const byte = bytes[i];
    if (byte === marks.quote) quoted = !quoted;
    else if (byte === LF && quoted) lines++;
    else if (byte === LF) {
      return { contentEnd: bytes[i - 1] === CR && i > start ? i - 1 : i, next: i + 1, lines };
    } else if (byte === CR && !quoted && bytes[i + 1] !== LF) {
      throw headerError('the header holds a carriage return without a line feed', {
        remedy: 'Write lines that end with LF or CRLF.',
      });
    }
  }
  if (!whole || limit < bytes.length) throw headerError('the header line does not end within 1 MB');
  if (quoted) throw headerError('a quote in the header is not closed');
  return { contentEnd: limit, next: limit, lines };
}

function headerError(
  detail: string,
  {
    remedy = 'Correct the header line; the contract says how a CSV of it looks.',
    code = 'bad_header',
  }: { remedy?: string; code?: string } = {},
): WeftError {
  return new WeftError('BATCH_UNREADABLE', detail, {
    remedy,
    errors: [{ code, line: 1, message: detail }],
  });
}

function decodeHeader(bytes: Uint8Array, encoding: CsvDialect['encoding']): string {
  if (encoding === 'latin-1') return Array.from(bytes, (b) => String.fromCharCode(b)).join('');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw headerError('the header is not UTF-8', {
      remedy:
        'Save the file as UTF-8, or declare its encoding in the contract: latin-1, windows-1252 or utf-16.',
    });
  }
}

/** Splits the header's text into names; quotes only around a whole name, doubled inside. */
function splitHeader(text: string, dialect: CsvDialect): string[] {
  const { delimiter, quote } = dialect;
  const names: string[] = [];
  let at = 0;
  while (true) {
    let name = '';
    if (quote !== '' && text[at] === quote) {
      const parts: string[] = [];
      let from = at + 1;
      let close = text.indexOf(quote, from);
      while (text[close + 1] === quote) {
        parts.push(text.slice(from, close + 1));
        from = close + 2;
        close = text.indexOf(quote, from);
      }
      name = parts.join('') + text.slice(from, close);
      at = close + 1;
    } else {
      const found = text.indexOf(delimiter, at);
      const end = found === -1 ? text.length : found;
      name = text.slice(at, end);
      if (quote !== '' && name.includes(quote)) throw headerError('a quote stands inside a name');
      at = end;
    }
    names.push(name);
    if (at === text.length) return names;
    if (text[at] !== delimiter) throw headerError('text follows a quoted name');
    at++;
  }
}
