/**
 * How a value of an Avro file becomes one of a type of ours.
 *
 * Not values with inner fields (`avro-nested.ts`). A type fits when every value of it does, or when what it leaves open is
 * checked per value: the range of whole numbers, days and instants, NaN and infinity, digits of a decimal. Unions fit when
 * each branch but null does.
 * Invariant: no value is changed on the way; one that would be is `wrong` with its text.
 * Source: Apache Avro 1.12 specification, "Binary Encoding", "Logical Types".
 */
import type { PrimitiveType } from '../contract/data-type.ts';
import type { ByteReader } from '../lakehouse/avro-codec.ts';
import { daysFromCivil } from '../lib/calendar.ts';
import { type AvroType, badSchema, type Decimal } from './avro-schema.ts';
import type { LexicalValue } from './lexical.ts';

/** A value of a flat column's type, NULL, or what stands there instead of one. */
export type FlatCell = LexicalValue | null | { wrong: string };
export type FlatReader = (reader: ByteReader) => FlatCell;

/** How a value of `type` becomes one of `promised`; null when the types do not fit. */
export function cellReader(promised: PrimitiveType, type: AvroType): FlatReader | null {
  if (type.kind === 'union') return unionReader(promised, type.branches);
  if (type.kind === 'null') return () => null;
  if (!isSimple(type)) return null;
  if (promised.kind === 'string') return textReader(type);
  if (promised.kind === 'decimal') return decimalReader(promised, type);
  if (type.kind === 'enum' || type.kind === 'fixed') return null;
  return PLAIN[promised.kind](type.kind, type.logical);
}

type SimpleType = Exclude<AvroType, { kind: 'union' | 'record' | 'array' | 'map' | 'unknown' }>;

function isSimple(type: AvroType): type is SimpleType {
  return !['union', 'record', 'array', 'map', 'unknown'].includes(type.kind);
}

function unionReader(promised: PrimitiveType, branches: readonly AvroType[]): FlatReader | null {
  const readers: FlatReader[] = [];
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
type Choose = (kind: string, logical: string | null) => FlatReader | null;

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

function finite(value: number): FlatCell {
  return Number.isFinite(value) ? value : { wrong: String(value) };
}

function within<T extends number | bigint>(
  value: number | bigint,
  range: { least: T; most: T },
  as: (value: number | bigint) => T,
): FlatCell {
  return value < range.least || value > range.most ? { wrong: String(value) } : as(value);
}

function micros(
  kind: string,
  logical: string | null,
  { prefix, range }: { prefix: string; range: { least: bigint; most: bigint } },
): FlatReader | null {
  const isMillis = logical === `${prefix}millis` && (kind === 'long' || prefix === 'time-');
  if (isMillis) return (reader) => within(BigInt(reader.long()) * 1000n, range, BigInt);
  const isMicros = logical === `${prefix}micros` && kind === 'long';
  return isMicros ? (reader) => within(reader.long(), range, BigInt) : null;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

function textReader(type: SimpleType): FlatReader | null {
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

function readText(bytes: Uint8Array): FlatCell {
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

function decimalReader(promised: Decimal, type: SimpleType): FlatReader | null {
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
