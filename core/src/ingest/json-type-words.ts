/**
 * For a value of JSON that is refused because of its kind: which kind was met, and which one the contract promises.
 *
 * Not the check (`json-record.ts`), and never the value itself, which stands beside the words.
 * Invariant: a reason that is about anything else, or whose record cannot be read here, keeps its words.
 */
import type { PrimitiveType } from '../contract/data-type.ts';
import { JSON_HAS } from '../lib/report-words.ts';
import { JsonRecordReader, type Token, tokenFits } from './json-record.ts';

const MET: Readonly<Record<Token, string>> = {
  null: 'nothing',
  string: 'a text in quotes',
  number: 'a number',
  boolean: 'true or false',
  nested: 'an object or a list',
};

/** Types by the words of a reason (`reasons.ts`); every other primitive type is written as a text. */
const KINDS: Readonly<Record<string, PrimitiveType>> = {
  integer: { kind: 'int' },
  bigint: { kind: 'long' },
  double: { kind: 'double' },
  decimal: { kind: 'decimal', precision: 38, scale: 0 },
  boolean: { kind: 'boolean' },
};

/** The words of a reason about a type, with both kinds where they differ; `field`: the column's name in the file. */
export function tellJsonType(message: string, field: string, raw: string | null): string {
  const [, word] = /^is no ([a-z]+)(?:\([\d, ]+\))?$/.exec(message) ?? [];
  if (word === undefined || raw === null) return message;
  const type = Object.hasOwn(KINDS, word) ? KINDS[word] : undefined;
  const token = tokenOf(field, raw);
  if (token === null || token === 'null' || tokenFits(type ?? { kind: 'string' }, token)) {
    return message;
  }
  return `${message}${JSON_HAS}${MET[token]} here, where ${promised(type)} is promised`;
}

function promised(type: PrimitiveType | undefined): string {
  if (type === undefined) return 'a text in quotes';
  return type.kind === 'boolean' ? 'true or false' : 'a number';
}

function tokenOf(field: string, raw: string): Token | null {
  const names = fieldNames(raw);
  const index = names.indexOf(field);
  if (index === -1) return null;
  const reader = new JsonRecordReader(names);
  return reader.read(raw) === null ? (reader.tokens[index] ?? null) : null;
}

/** All names of the record, since the reader knows no others. */
function fieldNames(raw: string): string[] {
  try {
    const record: unknown = JSON.parse(raw);
    return typeof record === 'object' && record !== null ? Object.keys(record) : [];
  } catch {
    return [];
  }
}
