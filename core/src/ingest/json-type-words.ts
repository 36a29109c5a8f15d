/**
 * For a value of JSON that is refused because of its kind: which kind was met, and which one the contract promises; at any
 * depth.
 *
 * Not the check (`json-record.ts`), and never the value itself, which stands beside the words.
 * Invariant: a reason that is about anything else, or whose record cannot be read here, keeps its words.
 */
import type { PrimitiveType } from '../contract/data-type.ts';
import { JSON_HAS } from '../lib/report-words.ts';
import { JsonRecordReader, type Token, tokenFits } from './json-record.ts';

type Kind = Exclude<Token, 'nested'> | 'object' | 'list';

const MET: Readonly<Record<Kind, string>> = {
  null: 'nothing',
  string: 'a text in quotes',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  list: 'a list',
};

/** Types by the words of a reason (`quality/reasons.ts`); every other primitive type is written as a text. */
const KINDS: Readonly<Record<string, PrimitiveType>> = {
  integer: { kind: 'int' },
  'integer of up to 64 bits': { kind: 'long' },
  number: { kind: 'double' },
  decimal: { kind: 'decimal', precision: 38, scale: 0 },
  boolean: { kind: 'boolean' },
};
const NESTED: Readonly<Record<string, Kind>> = { object: 'object', map: 'object', list: 'list' };

export interface JsonPlace {
  /** The contract's name of a column, or a place inside one: `who.age`, `tags[0]`, `by_store["367"]`. */
  column: string;
  /** The record. */
  raw: string | null;
  /** Names of columns in the file, by the contract's. */
  fields: readonly { column: string; name: string }[];
}

/** A reason about a type by its name; others, such as that of a format, have more or other words. */
const NAMED = /^is no ([a-z]+|integer of up to 64 bits|timestamp with a time zone)$/;

/** The words of a reason about a type, with both kinds where they differ. */
export function tellJsonType(message: string, place: JsonPlace): string {
  const [, named] = NAMED.exec(message) ?? [];
  const word = /^is no (?:whole )?number (?:of|with) up to /.test(message) ? 'decimal' : named;
  const kind = word === undefined ? null : kindAt(place);
  if (word === undefined || kind === null || kind === 'null') return message;
  const nested = Object.hasOwn(NESTED, word) ? NESTED[word] : undefined;
  const type: PrimitiveType = (Object.hasOwn(KINDS, word) ? KINDS[word] : null) ?? {
    kind: 'string',
  };
  const token: Token = kind === 'object' || kind === 'list' ? 'nested' : kind;
  if (nested === undefined ? tokenFits(type, token) : nested === kind) return message;
  const promised = nested === undefined ? promisedKind(type) : MET[nested];
  return `${message}${JSON_HAS}${MET[kind]} here, where ${promised} is promised`;
}

function promisedKind({ kind }: PrimitiveType): string {
  if (kind === 'boolean') return MET.boolean;
  return kind === 'string' ? MET.string : MET.number;
}

/** The kind of what stands at the place, or null when the record cannot be read there. */
function kindAt({ column, raw, fields }: JsonPlace): Kind | null {
  const root = fields.find((field) => isWithin(column, field.column));
  const record = raw === null || root === undefined ? null : readRecord(raw);
  if (record === null || root === undefined || !Object.hasOwn(record, root.name)) return null;
  let value = record[root.name];
  for (const step of stepsOf(column.slice(root.column.length))) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return null;
    value = (value as Record<string, unknown>)[step];
  }
  return kindOf(value);
}

function isWithin(place: string, column: string): boolean {
  return place.startsWith(column) && ['', '.', '['].includes(place.charAt(column.length));
}

/** The names and numbers of a path: `.age`, `[0]`, `["367"]`. Why none of another form: names with dots are told by nobody. */
function stepsOf(path: string): string[] {
  const steps = path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g);
  return [...steps].map(([, name, index, key]) => name ?? index ?? String(JSON.parse(key ?? '""')));
}

function kindOf(value: unknown): Kind | null {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  const kind = typeof value;
  return kind === 'string' || kind === 'number' || kind === 'boolean' || kind === 'object'
    ? kind
    : null;
}

/** The record by `JSON.parse`, when it is one by our own reader. */
function readRecord(raw: string): Record<string, unknown> | null {
  try {
    const record: unknown = JSON.parse(raw);
    if (typeof record !== 'object' || record === null || Array.isArray(record)) return null;
    // Why the reader: it refuses what `JSON.parse` takes, such as a field that stands twice.
    const isOurs = new JsonRecordReader(Object.keys(record)).read(raw) === null;
    return isOurs ? (record as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
