/**
 * Types of nested JSON values: objects become structs, arrays lists; whatever does not agree becomes text.
 *
 * Not for maps: an object with many different keys looks like a struct here, and a person decides. Invariant: the type
 * holds every value of the sample.
 */
import type { DataType, StructField } from '../data-type.ts';
import { suggestName } from '../names.ts';
import { narrowestType, typedText } from './narrowest-type.ts';

const FIELDS_MAX = 100;
const VALUES_MAX = 10_000;

/** The type of a column of JSON texts. */
export function inferNestedType(texts: readonly string[]): DataType {
  const values = texts.slice(0, VALUES_MAX).map((text): unknown => JSON.parse(text));
  return typeOf(values) ?? { kind: 'string' };
}

/** The one type of all values, or null when there are none or they do not agree. */
function typeOf(values: readonly unknown[]): DataType | null {
  const present = values.filter((value) => value !== null && value !== undefined);
  if (present.length === 0) return null;
  if (present.every(Array.isArray)) {
    return { kind: 'list', element: typeOf(present.flat()) ?? { kind: 'string' } };
  }
  if (present.every(isRecord)) return structType(present);
  return scalarType(present);
}

function structType(values: readonly Record<string, unknown>[]): DataType {
  const names = [...new Set(values.flatMap((value) => Object.keys(value)))];
  if (names.length === 0 || names.length > FIELDS_MAX) return { kind: 'string' };
  const fields = names.map((name): StructField => {
    const members = values.map((value) => value[name]);
    const required = members.every((member) => member !== null && member !== undefined);
    // Why the name as it is: inner fields have no physicalName to keep it in.
    return { id: suggestName(name), name, type: typeOf(members) ?? { kind: 'string' }, required };
  });
  return { kind: 'struct', fields };
}

function scalarType(values: readonly unknown[]): DataType | null {
  if (values.every((value) => typeof value === 'boolean')) return { kind: 'boolean' };
  const isNumber = values.every((value) => typeof value === 'number');
  const isText = values.every((value) => typeof value === 'string');
  if (!isNumber && !isText) return { kind: 'string' };
  const texts = values.map((value) => typedText(String(value), 1));
  const type = narrowestType(texts, 0)?.type ?? null;
  if (isNumber) return type?.kind === 'int' || type?.kind === 'long' ? type : { kind: 'double' };
  return type !== null && ['date', 'time', 'timestamp', 'timestamptz'].includes(type.kind)
    ? type
    : { kind: 'string' };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
