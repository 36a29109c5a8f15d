/**
 * The columns of an Avro file against those of the plan: which fit, and how a value of each is read.
 *
 * Not the container (`server/src/workers/avro-file.ts`). A type fits when every value of it does, or when what it leaves open
 * is checked per value: the range of whole numbers, days and instants, NaN and infinity, digits of a decimal. Unions fit when
 * each branch but null does. Logical types that are not known mean nothing, as the specification says.
 * Invariant: no value is changed on the way; one that would be is `wrong` with its text.
 * Source: Apache Avro 1.12 specification, "Schema Declaration", "Binary Encoding", "Logical Types".
 */
import { type PrimitiveType, typeName } from '../contract/data-type.ts';
import type { ByteReader } from '../lakehouse/avro-codec.ts';
import { daysFromCivil } from '../lib/calendar.ts';
import type { ErrorPlace } from '../lib/error.ts';
import { WeftError } from '../lib/error.ts';
import { columnsDiffer, lackingColumns, matchColumns } from './columns.ts';
import type { LexicalValue } from './lexical.ts';
import type { PlannedColumn } from './stage-layout.ts';

/** A value of its column's type, NULL, or what stands there instead of one. */
export type Cell = LexicalValue | null | { wrong: string };
export type CellReader = (reader: ByteReader) => Cell;

/** A type of an Avro schema, with names resolved. */
export type AvroType =
  | { kind: 'union'; branches: AvroType[] }
  | { kind: 'nested'; name: string }
  | {
      kind: 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string';
      logical: string | null;
      decimal: Decimal | null;
    }
  | { kind: 'fixed'; size: number; logical: string | null; decimal: Decimal | null }
  | { kind: 'enum'; symbols: string[] };

interface Decimal {
  precision: number;
  scale: number;
}

export interface AvroField {
  name: string;
  type: AvroType;
}

/** The fields of a schema whose top is a record. Throws BATCH_UNREADABLE. */
export function avroFields(schema: unknown): AvroField[] {
  const names = new Map<string, AvroType>();
  if (!isObject(schema) || schema['type'] !== 'record' || !Array.isArray(schema['fields'])) {
    throw badSchema('its schema is no record');
  }
  const space = spaceOf(schema, '');
  return schema['fields'].map((field) => {
    if (!isObject(field) || typeof field['name'] !== 'string')
      throw badSchema('a field has no name');
    return { name: field['name'], type: typeOf(field['type'], { names, space }) };
  });
}

interface Scope {
  names: Map<string, AvroType>;
  /** The namespace that names without one are of. */
  space: string;
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

function typeOf(schema: unknown, scope: Scope): AvroType {
  if (Array.isArray(schema)) {
    return { kind: 'union', branches: schema.map((branch) => typeOf(branch, scope)) };
  }
  if (typeof schema === 'string') return named(schema, scope);
  if (!isObject(schema)) throw badSchema('a type is no type');
  const { type } = schema;
  if (type === 'array' || type === 'map') return { kind: 'nested', name: type };
  if (type === 'record' || type === 'error') return { kind: 'nested', name: 'record' };
  if (type === 'enum' || type === 'fixed') return declared(schema, type, scope);
  if (typeof type !== 'string') return typeOf(type, scope);
  const base = named(type, scope);
  return 'logical' in base ? withLogical(base, schema) : base;
}

function named(name: string, { names, space }: Scope): AvroType {
  const kind = PRIMITIVES.find((known) => known === name);
  if (kind !== undefined) return { kind, logical: null, decimal: null };
  const found = names.get(name.includes('.') || space === '' ? name : `${space}.${name}`);
  const known = found ?? names.get(name);
  if (known !== undefined) return known;
  // Why: types inside nested columns are not looked at, so a name may have been declared there.
  return { kind: 'nested', name };
}

function declared(
  schema: Record<string, unknown>,
  kind: 'enum' | 'fixed',
  { names, space }: Scope,
): AvroType {
  const { symbols, size } = schema;
  const own = spaceOf(schema, space);
  const short =
    String(schema['name'] ?? '')
      .split('.')
      .at(-1) ?? '';
  let type: AvroType;
  if (kind === 'enum') {
    if (!Array.isArray(symbols)) throw badSchema('an enum has no symbols');
    type = { kind, symbols: symbols.map(String) };
  } else {
    if (!Number.isSafeInteger(size) || Number(size) < 0) throw badSchema('a fixed has no size');
    type = withLogical({ kind, size: Number(size), logical: null, decimal: null }, schema);
  }
  names.set(own === '' ? short : `${own}.${short}`, type);
  return type;
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

function badSchema(what: string): WeftError {
  return new WeftError('BATCH_UNREADABLE', `the Avro file cannot be read: ${what}`, {
    remedy: 'Write a container file whose schema is a record with one field for each column.',
  });
}

export interface AvroPlan {
  /** For each field of the file, how it is read and the number of the plan's column. */
  fields: { read: CellReader; position: number }[];
  lacking: string[];
}

/** Binds a file to the plan. Throws BATCH_UNREADABLE with every difference of names and types. */
export function bindAvro(
  columns: readonly PlannedColumn[],
  fields: readonly AvroField[],
): AvroPlan {
  const order = matchColumns(
    columns,
    fields.map((field) => field.name),
  );
  const places: ErrorPlace[] = [];
  const bound: AvroPlan['fields'] = [];
  for (const [i, { name, type }] of fields.entries()) {
    const position = order[i] ?? -1;
    const promised = columns[position]?.type;
    const read = promised === undefined ? null : cellReader(promised, type);
    if (read !== null) bound.push({ read, position });
    else if (promised !== undefined) {
      const message = `the column \`${name}\` is ${avroTypeName(type)} in the file; the contract says ${typeName(promised)}`;
      places.push({ code: 'column_type', path: name, message });
    }
  }
  if (places.length === 0) return { fields: bound, lacking: lackingColumns(columns, order) };
  const remedy =
    'Write the file with the types of the contract; docs/lexical-types.md lists which fit.';
  throw columnsDiffer(places, places.length, remedy);
}

/** A type in the words of the specification. */
export function avroTypeName(type: AvroType): string {
  switch (type.kind) {
    case 'union':
      return `a union of ${type.branches.map(avroTypeName).join(', ')}`;
    case 'nested':
      return type.name;
    case 'enum':
      return 'enum';
    default:
      if (type.decimal !== null) return `decimal(${type.decimal.precision},${type.decimal.scale})`;
      return type.logical ?? type.kind;
  }
}

/** How a value of `type` becomes one of `promised`; null when the types do not fit. */
export function cellReader(promised: PrimitiveType, type: AvroType): CellReader | null {
  if (type.kind === 'union') return unionReader(promised, type.branches);
  if (type.kind === 'null') return () => null;
  if (type.kind === 'nested') return null;
  if (promised.kind === 'string') return textReader(type);
  if (promised.kind === 'decimal') return decimalReader(promised, type);
  if (type.kind === 'enum' || type.kind === 'fixed') return null;
  return PLAIN[promised.kind](type.kind, type.logical);
}

function unionReader(promised: PrimitiveType, branches: readonly AvroType[]): CellReader | null {
  const readers: CellReader[] = [];
  for (const branch of branches) {
    const read = cellReader(promised, branch);
    if (read === null) return null;
    readers.push(read);
  }
  return (reader) => {
    const read = readers[reader.count()];
    if (read === undefined) throw badSchema('a value is of a branch that its union has not');
    return read(reader);
  };
}

type Plain = Exclude<PrimitiveType['kind'], 'string' | 'decimal'>;
type Choose = (kind: string, logical: string | null) => CellReader | null;

const INT32 = { least: -(2 ** 31), most: 2 ** 31 - 1 };
const DAYS = { least: daysFromCivil(1, 1, 1), most: daysFromCivil(9999, 12, 31) };
const DAY_MICROS = 86_400_000_000n;
const INSTANTS = {
  least: BigInt(DAYS.least) * DAY_MICROS,
  most: BigInt(DAYS.most + 1) * DAY_MICROS - 1n,
};
const TIMES = { least: 0n, most: DAY_MICROS - 1n };
/** Logical types that make something else of a number than a number. */
const MEANINGS = /^(?:date|time-|timestamp-|local-timestamp-|decimal|duration)/;

const isWhole = (kind: string, logical: string | null): boolean =>
  (kind === 'int' || kind === 'long') && (logical === null || !MEANINGS.test(logical));

const PLAIN: Readonly<Record<Plain, Choose>> = {
  boolean: (kind) => (kind === 'boolean' ? (reader) => reader.boolean() : null),
  int: (kind, logical) =>
    isWhole(kind, logical) ? (reader) => within(reader.long(), INT32, Number) : null,
  long: (kind, logical) => (isWhole(kind, logical) ? (reader) => BigInt(reader.long()) : null),
  double(kind) {
    if (kind === 'float') return (reader) => finite(reader.float());
    return kind === 'double' ? (reader) => finite(reader.double()) : null;
  },
  date: (kind, logical) =>
    kind === 'int' && logical === 'date' ? (reader) => within(reader.long(), DAYS, Number) : null,
  time: (kind, logical) => micros(kind, logical, { prefix: 'time-', range: TIMES }),
  timestamp: (kind, logical) =>
    micros(kind, logical, { prefix: 'local-timestamp-', range: INSTANTS }),
  timestamptz: (kind, logical) => micros(kind, logical, { prefix: 'timestamp-', range: INSTANTS }),
};

function finite(value: number): Cell {
  return Number.isFinite(value) ? value : { wrong: String(value) };
}

function within<T extends number | bigint>(
  value: number | bigint,
  range: { least: T; most: T },
  as: (value: number | bigint) => T,
): Cell {
  return value < range.least || value > range.most ? { wrong: String(value) } : as(value);
}

function micros(
  kind: string,
  logical: string | null,
  { prefix, range }: { prefix: string; range: { least: bigint; most: bigint } },
): CellReader | null {
  const isMillis = logical === `${prefix}millis` && (kind === 'long' || prefix === 'time-');
  if (isMillis) return (reader) => within(BigInt(reader.long()) * 1000n, range, BigInt);
  const isMicros = logical === `${prefix}micros` && kind === 'long';
  return isMicros ? (reader) => within(reader.long(), range, BigInt) : null;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

function textReader(type: Exclude<AvroType, { kind: 'union' | 'nested' }>): CellReader | null {
  if (type.kind === 'string') return (reader) => readText(reader.raw(reader.count()));
  if (type.kind === 'enum') {
    const { symbols } = type;
    return (reader) => symbols[reader.count()] ?? { wrong: 'a symbol that the enum has not' };
  }
  if (type.kind === 'fixed' && type.size === 16 && type.logical === 'uuid') {
    return (reader) => uuidText(reader.raw(16));
  }
  return null;
}

function readText(bytes: Uint8Array): Cell {
  try {
    return strict.decode(bytes);
  } catch {
    return { wrong: lenient.decode(bytes) };
  }
}

function uuidText(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function decimalReader(
  promised: Decimal,
  type: Exclude<AvroType, { kind: 'union' | 'nested' }>,
): CellReader | null {
  if ((type.kind !== 'bytes' && type.kind !== 'fixed') || type.decimal === null) return null;
  const { precision, scale } = type.decimal;
  const isWider = scale > promised.scale || precision - scale > promised.precision - promised.scale;
  if (isWider) return null;
  const factor = 10n ** BigInt(promised.scale - scale);
  const limit = 10n ** BigInt(precision);
  const fixed = type.kind === 'fixed' ? type.size : null;
  return (reader) => {
    const unscaled = signedOf(reader.raw(fixed ?? reader.count()));
    // Why: nothing keeps a writer from more digits than he announced.
    const isInside = unscaled < limit && unscaled > -limit;
    return isInside ? unscaled * factor : { wrong: `${unscaled} / 10^${scale}` };
  };
}

/** Big-endian two's complement. */
function signedOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}
