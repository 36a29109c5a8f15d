/**
 * The schema of an Avro file as types with their names resolved.
 *
 * Not which of them fit the plan (`avro-columns.ts`, `avro-nested.ts`). Logical types that are not known mean nothing, as the
 * specification says. A record may stand inside itself, so types are no tree: whoever walks them is led by the plan's types.
 * Source: Apache Avro 1.12 specification, "Schema Declaration", "Logical Types".
 */
import { WeftError } from '../lib/error.ts';

/** A type of an Avro schema, with names resolved. */
export type AvroType =
  | { kind: 'union'; branches: AvroType[] }
  | { kind: 'record'; name: string; fields: AvroField[] }
  | { kind: 'array'; items: AvroType }
  | { kind: 'map'; values: AvroType }
  | { kind: 'unknown'; name: string }
  | {
      kind: 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string';
      logical: string | null;
      decimal: Decimal | null;
    }
  | { kind: 'fixed'; size: number; logical: string | null; decimal: Decimal | null }
  | { kind: 'enum'; symbols: string[] };

export interface Decimal {
  precision: number;
  scale: number;
}

export interface AvroField {
  name: string;
  type: AvroType;
}

/** Types inside each other. */
const DEPTH_MAX = 100;
/** A schema of more types than that is no table's. */
const TYPES_MAX = 100_000;

/** The fields of a schema whose top is a record. Throws BATCH_UNREADABLE. */
export function avroFields(schema: unknown): AvroField[] {
  if (!isObject(schema) || schema['type'] !== 'record' || !Array.isArray(schema['fields'])) {
    throw badSchema('its schema is no record');
  }
  const type = typeOf(schema, { names: new Map(), space: '', depth: 0, count: { types: 0 } });
  return type.kind === 'record' ? type.fields : [];
}

interface Scope {
  names: Map<string, AvroType>;
  /** The namespace that names without one are of. */
  space: string;
  depth: number;
  /** Of the whole schema. */
  count: { types: number };
}

const PRIMITIVES = [
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
] as const;

function typeOf(schema: unknown, outer: Scope): AvroType {
  const scope = { ...outer, depth: outer.depth + 1 };
  scope.count.types++;
  if (scope.depth > DEPTH_MAX || scope.count.types > TYPES_MAX) {
    throw badSchema('its schema is too large or nested too deep');
  }
  if (Array.isArray(schema)) {
    return { kind: 'union', branches: schema.map((branch) => typeOf(branch, scope)) };
  }
  if (typeof schema === 'string') return named(schema, scope);
  if (!isObject(schema)) throw badSchema('a type is no type');
  const { type } = schema;
  if (type === 'array') return { kind: 'array', items: typeOf(schema['items'], scope) };
  if (type === 'map') return { kind: 'map', values: typeOf(schema['values'], scope) };
  if (type === 'record' || type === 'error') return recordOf(schema, scope);
  if (type === 'enum' || type === 'fixed') return declared(schema, type, scope);
  if (typeof type !== 'string') return typeOf(type, scope);
  const base = named(type, scope);
  return 'logical' in base ? withLogical(base, schema) : base;
}

/** A record may name itself inside, so its name is known before its fields are. */
function recordOf(schema: Record<string, unknown>, scope: Scope): AvroType {
  const { fields } = schema;
  if (!Array.isArray(fields)) throw badSchema('a record has no fields');
  const { full, short, space } = namesOf(schema, scope.space);
  const record: Extract<AvroType, { kind: 'record' }> = { kind: 'record', name: short, fields: [] };
  scope.names.set(full, record);
  for (const field of fields) {
    if (!isObject(field) || typeof field['name'] !== 'string')
      throw badSchema('a field has no name');
    record.fields.push({ name: field['name'], type: typeOf(field['type'], { ...scope, space }) });
  }
  return record;
}

function named(name: string, { names, space }: Scope): AvroType {
  const kind = PRIMITIVES.find((known) => known === name);
  if (kind !== undefined) return { kind, logical: null, decimal: null };
  const found = names.get(name.includes('.') || space === '' ? name : `${space}.${name}`);
  return found ?? names.get(name) ?? { kind: 'unknown', name };
}

function declared(
  schema: Record<string, unknown>,
  kind: 'enum' | 'fixed',
  { names, space }: Scope,
): AvroType {
  const { symbols, size } = schema;
  const { full } = namesOf(schema, space);
  let type: AvroType;
  if (kind === 'enum') {
    if (!Array.isArray(symbols)) throw badSchema('an enum has no symbols');
    type = { kind, symbols: symbols.map(String) };
  } else {
    if (!Number.isSafeInteger(size) || Number(size) < 0) throw badSchema('a fixed has no size');
    type = withLogical({ kind, size: Number(size), logical: null, decimal: null }, schema);
  }
  names.set(full, type);
  return type;
}

function namesOf(
  schema: Record<string, unknown>,
  enclosing: string,
): { full: string; short: string; space: string } {
  const space = spaceOf(schema, enclosing);
  const short =
    String(schema['name'] ?? '')
      .split('.')
      .at(-1) ?? '';
  return { full: space === '' ? short : `${space}.${short}`, short, space };
}

function spaceOf(schema: Record<string, unknown>, enclosing: string): string {
  const { name, namespace } = schema;
  if (typeof name === 'string' && name.includes('.')) return name.slice(0, name.lastIndexOf('.'));
  return typeof namespace === 'string' ? namespace : enclosing;
}

function withLogical<T extends Extract<AvroType, { logical: string | null }>>(
  type: T,
  schema: Record<string, unknown>,
): T {
  const { logicalType, precision, scale = 0 } = schema;
  if (typeof logicalType !== 'string') return type;
  if (logicalType !== 'decimal') return { ...type, logical: logicalType };
  const isDecimal = Number.isSafeInteger(precision) && Number.isSafeInteger(scale);
  const isInside = Number(scale) >= 0 && Number(scale) <= Number(precision);
  if (!isDecimal || !isInside || Number(precision) < 1) return type;
  const decimal = { precision: Number(precision), scale: Number(scale) };
  return { ...type, logical: logicalType, decimal };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function badSchema(what: string): WeftError {
  return new WeftError('BATCH_UNREADABLE', `the Avro file cannot be read: ${what}`, {
    remedy: 'Write a container file whose schema is a record with one field for each column.',
  });
}

/** A type in the words of the specification. */
export function avroTypeName(type: AvroType): string {
  switch (type.kind) {
    case 'union':
      return `a union of ${type.branches.map(avroTypeName).join(', ')}`;
    case 'record':
    case 'unknown':
      return type.name;
    case 'array':
      return `an array of ${avroTypeName(type.items)}`;
    case 'map':
      return `a map of ${avroTypeName(type.values)}`;
    case 'enum':
      return 'enum';
    default:
      if (type.decimal !== null) return `decimal(${type.decimal.precision},${type.decimal.scale})`;
      return type.logical ?? type.kind;
  }
}
