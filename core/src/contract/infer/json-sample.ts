/**
 * Samples of NDJSON and JSON arrays: objects to cells of text, numbers with the digits that they are written with.
 *
 * Not the reader of batches. Uses the source text access of `JSON.parse` (ES2025), which the pinned runtime has.
 * Invariant: columns stand in the order of their first appearance; a field that a record lacks is null.
 */
import type { InferSource, SampleFault, ValueKind } from './source.ts';

export interface JsonSampleOptions {
  name: string | null;
  recordsMax: number;
  /** True when the text was cut, so that the last record may be torn. */
  truncated: boolean;
}

/** A JSON number as written. */
class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

interface SourceJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
}
const json = JSON as unknown as SourceJson;

/** Reads sample text as NDJSON, or as one JSON array of objects when it begins with `[`. */
export function readJsonSample(text: string, options: JsonSampleOptions): InferSource {
  const records = /^\s*\[/.test(text) ? arrayElements(text) : lineRecords(text);
  const table = new JsonTable();
  let truncated = options.truncated;
  for (const record of records) {
    if (record.isTorn && options.truncated) break;
    if (table.rows.length === options.recordsMax) {
      truncated = true;
      break;
    }
    table.add(record.text, record.line);
  }
  const width = table.columns.length;
  const rows = table.rows.map((row) => Array.from({ length: width }, (_, i) => row[i] ?? null));
  return {
    format: 'ndjson',
    columns: table.columns,
    rows,
    ...table.kindsOfColumns(),
    name: options.name,
    truncated,
    faults: table.faults,
  };
}

class JsonTable {
  readonly columns: string[] = [];
  readonly rows: (string | null)[][] = [];
  readonly faults: SampleFault[] = [];
  readonly #index = new Map<string, number>();
  readonly #kinds: KindCounts[] = [];

  add(text: string, line: number): void {
    const record = parseRecord(text);
    if (record === null) {
      this.faults.push({ line, message: 'no JSON object' });
      return;
    }
    const row: (string | null)[] = [];
    const at = this.rows.length;
    for (const [name, value] of Object.entries(record)) {
      const column = this.#columnOf(name);
      const [kind, cell] = cellOf(value);
      row[column] = cell;
      if (kind !== null) this.#kinds[column]?.add(at, kind);
    }
    this.rows.push(row);
  }

  #columnOf(name: string): number {
    const known = this.#index.get(name);
    if (known !== undefined) return known;
    this.#index.set(name, this.columns.length);
    this.#kinds.push(new KindCounts());
    return this.columns.push(name) - 1;
  }

  kindsOfColumns(): Pick<InferSource, 'kinds' | 'oddKinds'> {
    const columns = this.#kinds.map((kinds) => kinds.split());
    return {
      kinds: columns.map(({ kind }) => kind),
      oddKinds: columns.map(({ odd }) => odd),
    };
  }
}

/** The rows of one column by kind. */
class KindCounts {
  /** Kept as one list per kind: most columns have one. */
  readonly #rows = new Map<ValueKind, number[]>();

  add(row: number, kind: ValueKind): void {
    const rows = this.#rows.get(kind);
    if (rows === undefined) this.#rows.set(kind, [row]);
    else rows.push(row);
  }

  /** The kind of most rows, the one seen first of equals, and the rows of other kinds. */
  split(): { kind: ValueKind; odd: Map<number, ValueKind> } {
    const [main, ...others] = [...this.#rows].sort((a, b) => b[1].length - a[1].length);
    const odd = others.flatMap(([kind, rows]) => rows.map((row) => [row, kind] as const));
    return { kind: main?.[0] ?? 'unknown', odd: new Map(odd) };
  }
}

function parseRecord(text: string): Record<string, unknown> | null {
  try {
    const value = json.parse(text, (_key, member, context) =>
      typeof member === 'number' ? new NumberText(context.source ?? String(member)) : member,
    );
    const isObject =
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      !(value instanceof NumberText);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function cellOf(value: unknown): [ValueKind | null, string | null] {
  if (value === null || value === undefined) return [null, null];
  if (typeof value === 'string') return ['text', value];
  if (typeof value === 'boolean') return ['boolean', String(value)];
  if (value instanceof NumberText) return ['number', value.text];
  return ['nested', nestedText(value)];
}

function nestedText(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member instanceof NumberText ? json.rawJSON(member.text) : member,
  );
}

interface RecordText {
  text: string;
  line: number;
  /** True when the text ended before the record did. */
  isTorn: boolean;
}

function* lineRecords(text: string): Generator<RecordText> {
  let at = 0;
  for (let line = 1; at < text.length; line++) {
    const end = text.indexOf('\n', at);
    const record = text.slice(at, end < 0 ? text.length : end).trim();
    if (record !== '') yield { text: record, line, isTorn: end < 0 };
    at = end < 0 ? text.length : end + 1;
  }
}

/** The elements of an array by depth of brackets, so that a cut file still gives all whole elements. */
function* arrayElements(text: string): Generator<RecordText> {
  let depth = 0;
  let start = -1;
  let line = 1;
  let startLine = 1;
  for (let at = text.indexOf('[') + 1; at < text.length; at++) {
    const char = text[at];
    if (char === '\n') line++;
    if (start < 0) {
      if (char === ']') return;
      if (char === ',' || char === ' ' || char === '\n' || char === '\r' || char === '\t') continue;
      start = at;
      startLine = line;
    }
    if (char === '"') at = closingQuote(text, at);
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    const next = text[at + 1];
    const isEnd = depth === 0 && (next === undefined || /[\s,\]]/.test(next));
    if (isEnd || depth < 0) {
      yield { text: text.slice(start, at + 1), line: startLine, isTorn: next === undefined };
      start = -1;
      depth = 0;
    }
  }
  if (start >= 0) yield { text: text.slice(start), line: startLine, isTorn: true };
}

function closingQuote(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
