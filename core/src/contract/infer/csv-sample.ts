/**
 * A small strict CSV reader (RFC 4180) for samples, with detection of delimiter, encoding and header.
 *
 * Not the reader of batches: that one is fast and frames byte by byte. Faults are listed with their line and never
 * guessed away: a quote inside an unquoted field, text after a closing quote, a wrong number of fields.
 * Invariant: an unquoted empty field is null, a quoted empty one is the empty text.
 */
import type { CsvDialect, CsvEncoding } from '../plan.ts';
import type { InferSource, SampleFault } from './source.ts';

export interface CsvSampleOptions {
  name: string | null;
  recordsMax: number;
  /** True when the bytes were cut, so that the last record may be torn. */
  truncated: boolean;
}

const DELIMITERS = [',', ';', '\t', '|'] as const;
const DETECT_RECORDS = 100;

/** Reads sample bytes as CSV: UTF-8 when they are valid UTF-8, Latin-1 otherwise. */
export function readCsvSample(bytes: Uint8Array, options: CsvSampleOptions): InferSource {
  const { text, encoding } = decodeSample(bytes);
  const delimiter = detectDelimiter(text);
  const limits = { recordsMax: options.recordsMax + 1, isTorn: options.truncated };
  const parsed = parseCsv(text, delimiter, limits);
  const header = looksLikeHeader(parsed.records.map((r) => r.fields));
  const first = parsed.records[0]?.fields ?? [];
  const columns = header
    ? first.map((field, i) => (field ?? '') || `column_${i + 1}`)
    : first.map((_, i) => `column_${i + 1}`);
  const faults = [...parsed.faults];
  const rows: (string | null)[][] = [];
  for (const { fields, line } of parsed.records.slice(header ? 1 : 0)) {
    if (rows.length === options.recordsMax) break;
    if (fields.length === columns.length) rows.push(fields);
    else {
      faults.push({ line, message: `${fields.length} fields instead of ${columns.length}` });
    }
  }
  const problem = header ? headerProblem(first) : null;
  const csv: CsvDialect = { delimiter, quote: '"', encoding, header, nullText: '' };
  return {
    format: 'csv',
    columns,
    rows,
    csv,
    ...(problem === null ? {} : { headerProblem: problem }),
    name: options.name,
    truncated: options.truncated || !parsed.isWhole,
    faults: faults.sort((a, b) => a.line - b.line),
  };
}

/** Columns are found by their names, so each needs one of its own. */
function headerProblem(fields: readonly (string | null)[]): string | null {
  const nameless = fields.findIndex((field) => (field ?? '') === '');
  if (nameless !== -1) return `column ${nameless + 1} has no name in the header`;
  const repeated = fields.find((field, i) => fields.indexOf(field) !== i);
  return repeated === undefined ? null : `the header names the column "${repeated}" twice`;
}

/** Text of the bytes and how it was encoded; a byte order mark is dropped, a character cut at the end too. */
export function decodeSample(bytes: Uint8Array): { text: string; encoding: CsvEncoding } {
  const [first, second] = bytes;
  const isWide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (isWide) return { text: decodeWide(bytes, first === 0xfe), encoding: 'utf-16' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return { text, encoding: 'utf-8' };
  } catch {
    // Why: Latin-1 has only control characters there, and no text uses them.
    if (bytes.some((byte) => byte >= 0x80 && byte < 0xa0)) {
      return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'windows-1252' };
    }
    // Why not TextDecoder('latin1'): on the web that name means Windows-1252.
    const parts: string[] = [];
    for (let at = 0; at < bytes.length; at += 8192) {
      parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
    }
    return { text: parts.join(''), encoding: 'latin-1' };
  }
}

/** A byte order mark is dropped. */
function decodeWide(bytes: Uint8Array, isBigEndian: boolean): string {
  return new TextDecoder(isBigEndian ? 'utf-16be' : 'utf-16le').decode(bytes, { stream: true });
}

/** The delimiter that splits the first records most evenly into more than one field; a comma when none does. */
export function detectDelimiter(text: string): string {
  let best = { delimiter: ',', score: 0 };
  for (const delimiter of DELIMITERS) {
    const { records, faults } = parseCsv(text, delimiter, {
      recordsMax: DETECT_RECORDS,
      isTorn: true,
    });
    const widths = new Map<number, number>();
    for (const { fields } of records)
      widths.set(fields.length, (widths.get(fields.length) ?? 0) + 1);
    const [width = 0, count = 0] = [...widths].sort((a, b) => b[1] - a[1])[0] ?? [];
    const share = count / Math.max(1, records.length + faults.length);
    const score = width < 2 ? 0 : share * 1000 + Math.min(width, 100);
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** True unless the first record looks like data: an empty or repeated name, or a number or date among the names. */
export function looksLikeHeader(records: readonly (string | null)[][]): boolean {
  const [first, ...rest] = records;
  if (first === undefined) return true;
  const names = first.map((field) => field ?? '');
  const looksLikeData = (text: string) => /^-?\d+([.,]\d+)?$|^\d{4}-\d{2}-\d{2}/.test(text.trim());
  if (names.some(looksLikeData)) return false;
  if (names.some((name) => name.trim() === '') || new Set(names).size < names.length) {
    // Why: nameless and repeated columns are common in headers over columns of numbers.
    return rest.length > 0 && rest.some((row) => row.some((field) => looksLikeData(field ?? '')));
  }
  return true;
}

export interface ParsedCsv {
  records: { fields: (string | null)[]; line: number }[];
  faults: SampleFault[];
  /** False when the text goes on after the last record read. */
  isWhole: boolean;
}

/** Splits text into records. After a fault it goes on at the next physical line. */
export function parseCsv(
  text: string,
  delimiter: string,
  limits: { recordsMax: number; isTorn: boolean },
): ParsedCsv {
  const records: ParsedCsv['records'] = [];
  const faults: SampleFault[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length && records.length < limits.recordsMax) {
    const record = readRecord(text, at, delimiter);
    const isTail = record.end >= text.length && !record.isClosed;
    if (isTail && limits.isTorn) break;
    const isBlank =
      record.fault === null && record.fields.length === 1 && record.fields[0] === null;
    if (record.fault !== null) faults.push({ line, message: record.fault });
    else if (!isBlank) records.push({ fields: record.fields, line });
    line += countLines(text, at, record.end);
    at = record.end;
  }
  return { records, faults, isWhole: at >= text.length };
}

interface RecordSpan {
  fields: (string | null)[];
  /** Where the next record begins. */
  end: number;
  fault: string | null;
  /** True when a line end closed the record. */
  isClosed: boolean;
}

function readRecord(text: string, start: number, delimiter: string): RecordSpan {
  const fields: (string | null)[] = [];
  let at = start;
  for (;;) {
    const field = text[at] === '"' ? readQuoted(text, at) : readPlain(text, at, delimiter);
    if (field.fault !== null) {
      const end = nextLine(text, start);
      return { fields, end: end.at, fault: field.fault, isClosed: end.isClosed };
    }
    fields.push(field.value);
    at = field.end;
    const next = text[at];
    if (next === delimiter) at++;
    else if (next === undefined) return { fields, end: at, fault: null, isClosed: false };
    else if (next === '\n') return { fields, end: at + 1, fault: null, isClosed: true };
    else if (next === '\r' && text[at + 1] === '\n') {
      return { fields, end: at + 2, fault: null, isClosed: true };
    } else {
      const fault = next === '\r' ? 'a bare carriage return' : 'text after a closing quote';
      const end = nextLine(text, start);
      return { fields, end: end.at, fault, isClosed: end.isClosed };
    }
  }
}

interface FieldSpan {
  value: string | null;
  end: number;
  fault: string | null;
}

function readPlain(text: string, start: number, delimiter: string): FieldSpan {
  let end = start;
  for (; end < text.length; end++) {
    const char = text[end];
    if (char === delimiter || char === '\n' || char === '\r') break;
    if (char === '"') return { value: null, end, fault: 'a quote inside an unquoted field' };
  }
  return { value: end === start ? null : text.slice(start, end), end, fault: null };
}

function readQuoted(text: string, start: number): FieldSpan {
  let value = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return { value: null, end: text.length, fault: 'a quote that is never closed' };
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1, fault: null };
    value += '"';
    at = quote + 2;
  }
}

function nextLine(text: string, start: number): { at: number; isClosed: boolean } {
  const end = text.indexOf('\n', start);
  return end < 0 ? { at: text.length, isClosed: false } : { at: end + 1, isClosed: true };
}

function countLines(text: string, start: number, end: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1))
    lines++;
  return lines;
}
