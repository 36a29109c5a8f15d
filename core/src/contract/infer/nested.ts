/**
 * Types of nested JSON values: objects become structs or maps, arrays lists; whatever does not agree becomes text.
 *
 * An object is taken for a map when its keys are data and no names: many in all, and few of them in each object.
 * Invariants: the type holds every value of the sample; numbers are looked at by their digits, never through a double.
 */
import type { DataType, StructField } from '../data-type.ts';
import { suggestName } from '../names.ts';
import { narrowestType, typedText } from './narrowest-type.ts';

const FIELDS_MAX = 100;
const VALUES_MAX = 10_000;
/** From so many different keys on, of which an object has a quarter or less, they are data. */
const KEYS_MIN = 8;
const KEYS_SHARE = 0.25;

/** A number as it is written. */
class Digits {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

/** The type of a column of JSON texts. */
export function inferNestedType(texts: readonly string[]): DataType {
  const values = texts.slice(0, VALUES_MAX).map(parseExact);
  return typeOf(values) ?? { kind: 'string' };
}

type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

function parseExact(text: string): unknown {
  const keep: Reviver = (_, value, context) =>
    typeof value === 'number' ? new Digits(context?.source ?? String(value)) : value;
  return JSON.parse(text, keep as Parameters<typeof JSON.parse>[1]);
}

/** The one type of all values, or null when there are none or they do not agree. */
function typeOf(values: readonly unknown[]): DataType | null {
  const present = values.filter((value) => value !== null && value !== undefined);
  if (present.length === 0) return null;
  if (present.every(Array.isArray)) {
    return { kind: 'list', element: typeOf(present.flat()) ?? { kind: 'string' } };
  }
  if (present.every(isRecord)) return objectType(present);
  return scalarType(present);
}

function objectType(values: readonly Record<string, unknown>[]): DataType {
  const names = [...new Set(values.flatMap((value) => Object.keys(value)))];
  if (names.length === 0) return { kind: 'string' };
  const members = values.reduce((sum, value) => sum + Object.keys(value).length, 0);
  const isSparse = members <= names.length * values.length * KEYS_SHARE;
  if (names.length > FIELDS_MAX || (names.length >= KEYS_MIN && isSparse)) {
    const value = typeOf(values.flatMap((one) => Object.values(one))) ?? { kind: 'string' };
    return { kind: 'map', key: { kind: 'string' }, value };
  }
  const fields = names.map((name): StructField => {
    const inner = values.map((value) => value[name]);
    const required = inner.every((member) => member !== null && member !== undefined);
    // Why the name as it is: a person sees his own, and may give it another with physicalName.
    return { id: suggestName(name), name, type: typeOf(inner) ?? { kind: 'string' }, required };
  });
  return { kind: 'struct', fields };
}

function scalarType(values: readonly unknown[]): DataType | null {
  if (values.every((value) => typeof value === 'boolean')) return { kind: 'boolean' };
  const isNumber = values.every(isDigits);
  const isText = values.every((value) => typeof value === 'string');
  if (!isNumber && !isText) return { kind: 'string' };
  const texts = values.map((value) => typedText(isDigits(value) ? value.digits : String(value), 1));
  const type = narrowestType(texts, 0)?.type ?? null;
  if (isNumber) return type ?? { kind: 'double' };
  return type !== null && ['date', 'time', 'timestamp', 'timestamptz'].includes(type.kind)
    ? type
    : { kind: 'string' };
}

function isDigits(value: unknown): value is Digits {
  return value instanceof Digits;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isDigits(value);
}
