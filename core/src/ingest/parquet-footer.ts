/**
 * The footer of a Parquet file that somebody else wrote: can a table take the file as it is, and with which footer.
 *
 * Not here: the rows (an engine reads them all before a file is taken) and any file access. Only what a reader needs to
 * find and decode the pages is kept. Statistics, indexes and Bloom filters of the writer are dropped, since a reader skips
 * rows by them and nobody checked them; statistics that were computed from the rows take their place.
 * Invariants: a file is taken only when every column is flat, of exactly its promised type, in a codec that every reader
 * has, and is not encrypted; offsets stay as they are, so the bytes before the footer need no change.
 * Source: Apache Parquet format 2.11, parquet.thrift and LogicalTypes.md.
 */
import type { PrimitiveType } from '../contract/data-type.ts';
import {
  readStruct,
  THRIFT,
  type ThriftField,
  type ThriftStruct,
  ThriftUnreadable,
  type ThriftValue,
  writeStruct,
} from './thrift-value.ts';

export interface ParquetFooter {
  struct: ThriftStruct;
  columns: FooterColumn[];
  groups: FooterGroup[];
}

export interface FooterColumn {
  name: string;
  physical: number;
  element: ThriftStruct;
}

export interface FooterGroup {
  rows: number;
  /** Bytes in the file, by column. */
  sizes: number[];
  /** Bytes that no codec made smaller. */
  plainBytes: number;
  chunks: ThriftStruct[];
}

/** What was computed for one column of one row group; bounds are exact PLAIN values, null where there is none to tell. */
export interface ChunkStatistics {
  nulls: number;
  min: Uint8Array | null;
  max: Uint8Array | null;
}

/** Bytes after the footer itself: its length and the magic. */
export const FOOTER_END_BYTES = 8;
/** Footers beyond this are left to an engine. */
export const FOOTER_BYTES_MAX = 16 * 1024 * 1024;
const MAGIC = 'PAR1';
/** Tells that somebody else wrote the pages: they may hold bytes of no row, such as entries of a dictionary that nothing uses. */
const ADOPTED_KEY = 'weft.adopted';

const FILE = { schema: 2, rows: 3, groups: 4, keyValues: 5, orders: 7, encryption: 8, signing: 9 };
const ELEMENT = {
  type: 1,
  length: 2,
  repetition: 3,
  name: 4,
  children: 5,
  converted: 6,
  scale: 7,
  precision: 8,
  id: 9,
  logical: 10,
};
const GROUP = { columns: 1, bytes: 2, rows: 3, sorting: 4 };
const CHUNK = { path: 1, meta: 3, indexes: [4, 5, 6, 7], crypto: [8, 9] };
const META = {
  codec: 4,
  size: 7,
  keyValues: 8,
  statistics: 12,
  unchecked: [12, 13, 14, 15, 16, 17],
};
const STATISTICS = { nulls: 3, max: 5, min: 6, isMaxExact: 7, isMinExact: 8 };
const PHYSICAL = { boolean: 0n, int32: 1n, int64: 2n, double: 5n, bytes: 6n, fixed: 7n };
const LOGICAL = { string: 1, decimal: 5, date: 6, time: 7, timestamp: 8, integer: 10 };
const CONVERTED = { utf8: 0n, decimal: 5n, date: 6n, int32: 17n, int64: 18n };
const MICROS = 2;
const CODECS: readonly bigint[] = [0n, 1n, 2n, 6n, 7n];

/** Length of the footer that the last 8 bytes of a file tell; null when they are no end of a plain Parquet file. */
export function footerLength(end: Uint8Array): number | null {
  if (end.length !== FOOTER_END_BYTES) return null;
  const magic = new TextDecoder('latin1').decode(end.subarray(4));
  if (magic !== MAGIC) return null;
  return new DataView(end.buffer, end.byteOffset, end.byteLength).getUint32(0, true);
}

/** Reads a footer; null when it is none, or one that this module does not know to take. */
export function readFooter(bytes: Uint8Array): ParquetFooter | null {
  try {
    const struct = readStruct(bytes);
    const columns = readColumns(struct);
    if (columns === null || struct.has(FILE.encryption) || struct.has(FILE.signing)) return null;
    const groups = itemsOf(struct.get(FILE.groups)).map((group) =>
      readGroup(group, columns.length),
    );
    const known = groups.filter((group) => group !== null);
    const rows = known.reduce((sum, group) => sum + group.rows, 0);
    const isWhole =
      known.length === groups.length && BigInt(rows) === wholeOf(struct.get(FILE.rows));
    return isWhole ? { struct, columns, groups: known } : null;
  } catch (error) {
    if (error instanceof ThriftUnreadable) return null;
    throw error;
  }
}

/**
 * Rows and bytes (not compressed) of each row group, of columns of any form; null when the bytes are no footer.
 * Why not from an engine: with them it reads statistics of the writer, and statistics that are no values end it.
 */
export function readRowGroups(bytes: Uint8Array): { rows: number; bytes: number }[] | null {
  try {
    return itemsOf(readStruct(bytes).get(FILE.groups)).map((group) => {
      const of = (field: number): number =>
        Number((group instanceof Map ? wholeOf(group.get(field)) : null) ?? 0n);
      return { rows: Math.max(0, of(GROUP.rows)), bytes: Math.max(0, of(GROUP.bytes)) };
    });
  } catch (error) {
    if (error instanceof ThriftUnreadable) return null;
    throw error;
  }
}

/** The leaves, when they are all there is below the root. */
function readColumns(struct: ThriftStruct): FooterColumn[] | null {
  const [root, ...leaves] = itemsOf(struct.get(FILE.schema));
  if (!(root instanceof Map) || wholeOf(root.get(ELEMENT.children)) !== BigInt(leaves.length))
    return null;
  const columns: FooterColumn[] = [];
  for (const element of leaves) {
    if (!(element instanceof Map)) return null;
    const physical = wholeOf(element.get(ELEMENT.type));
    const name = element.get(ELEMENT.name)?.value;
    const isFlat = (wholeOf(element.get(ELEMENT.children)) ?? 0n) === 0n;
    const repetition = wholeOf(element.get(ELEMENT.repetition));
    const isSingle = repetition === 0n || repetition === 1n;
    if (physical === null || !(name instanceof Uint8Array) || !isFlat || !isSingle) return null;
    columns.push({ name: new TextDecoder().decode(name), physical: Number(physical), element });
  }
  return columns;
}

function readGroup(group: ThriftValue, columns: number): FooterGroup | null {
  if (!(group instanceof Map)) return null;
  const rows = wholeOf(group.get(GROUP.rows));
  const chunks = itemsOf(group.get(GROUP.columns)).filter((chunk) => chunk instanceof Map);
  const sizes: number[] = [];
  let plainBytes = 0;
  for (const chunk of chunks) {
    const meta = chunk.get(CHUNK.meta)?.value;
    const isForeign = chunk.has(CHUNK.path) || CHUNK.crypto.some((field) => chunk.has(field));
    if (!(meta instanceof Map) || isForeign) return null;
    const codec = wholeOf(meta.get(META.codec));
    const size = wholeOf(meta.get(META.size));
    if (codec === null || size === null || size < 0n || !CODECS.includes(codec)) return null;
    sizes.push(Number(size));
    if (codec === 0n) plainBytes += Number(size);
  }
  if (rows === null || rows < 0n || chunks.length !== columns) return null;
  return { rows: Number(rows), sizes, plainBytes, chunks };
}

/** True when values of the column are stored exactly as an Iceberg reader expects them of the type. */
export function isOfType({ element }: FooterColumn, type: PrimitiveType): boolean {
  const physical = wholeOf(element.get(ELEMENT.type));
  const converted = wholeOf(element.get(ELEMENT.converted));
  const logical = element.get(ELEMENT.logical)?.value;
  const [kind, inner] = logical instanceof Map ? ([...logical][0] ?? []) : [];
  const details = inner?.value instanceof Map ? inner.value : new Map<number, ThriftField>();
  switch (type.kind) {
    case 'boolean':
      return physical === PHYSICAL.boolean && isBare(kind, converted);
    case 'int':
      return physical === PHYSICAL.int32 && isInteger({ kind, details, converted }, 32n);
    case 'long':
      return physical === PHYSICAL.int64 && isInteger({ kind, details, converted }, 64n);
    case 'double':
      return physical === PHYSICAL.double && isBare(kind, converted);
    case 'string':
      return (
        physical === PHYSICAL.bytes &&
        (kind === LOGICAL.string || (kind === undefined && converted === CONVERTED.utf8))
      );
    case 'date':
      return (
        physical === PHYSICAL.int32 &&
        (kind === LOGICAL.date || (kind === undefined && converted === CONVERTED.date))
      );
    case 'time':
      return physical === PHYSICAL.int64 && kind === LOGICAL.time && isMicros(details, false);
    case 'timestamp':
      return physical === PHYSICAL.int64 && kind === LOGICAL.timestamp && isMicros(details, false);
    case 'timestamptz':
      return physical === PHYSICAL.int64 && kind === LOGICAL.timestamp && isMicros(details, true);
    case 'decimal':
      return isDecimal(element, type);
  }
}

function isBare(kind: number | undefined, converted: bigint | null): boolean {
  return kind === undefined && converted === null;
}

function isInteger(
  found: { kind: number | undefined; details: ThriftStruct; converted: bigint | null },
  bits: 32n | 64n,
): boolean {
  const { kind, details, converted } = found;
  if (kind === undefined) {
    return converted === null || converted === (bits === 32n ? CONVERTED.int32 : CONVERTED.int64);
  }
  return (
    kind === LOGICAL.integer && wholeOf(details.get(1)) === bits && details.get(2)?.value === true
  );
}

function isMicros(details: ThriftStruct, isUtc: boolean): boolean {
  const unit = details.get(2)?.value;
  return details.get(1)?.value === isUtc && unit instanceof Map && unit.has(MICROS);
}

function isDecimal(
  element: ThriftStruct,
  type: Extract<PrimitiveType, { kind: 'decimal' }>,
): boolean {
  const physical = wholeOf(element.get(ELEMENT.type));
  const isStored =
    (physical === PHYSICAL.int32 && type.precision <= 9) ||
    (physical === PHYSICAL.int64 && type.precision <= 18) ||
    physical === PHYSICAL.fixed;
  return (
    isStored &&
    wholeOf(element.get(ELEMENT.converted)) === CONVERTED.decimal &&
    (wholeOf(element.get(ELEMENT.scale)) ?? 0n) === BigInt(type.scale) &&
    wholeOf(element.get(ELEMENT.precision)) === BigInt(type.precision)
  );
}

/**
 * The PLAIN form of a value whose Iceberg single-value form is given; null where this module does not tell it. They
 * differ for decimals only: big-endian and as short as can be there, as wide as the column here.
 */
export function plainBound(
  column: FooterColumn,
  type: PrimitiveType,
  bound: Uint8Array,
): Uint8Array | null {
  if (type.kind !== 'decimal') return bound;
  const isFixed = BigInt(column.physical) === PHYSICAL.fixed;
  const length = isFixed
    ? Number(wholeOf(column.element.get(ELEMENT.length)) ?? 0n)
    : BigInt(column.physical) === PHYSICAL.int32
      ? 4
      : 8;
  if (bound.length > length) return null;
  const sign = (bound[0] ?? 0) > 127 ? 255 : 0;
  const wide = new Uint8Array(length).fill(sign);
  wide.set(bound, length - bound.length);
  return isFixed ? wide : wide.reverse();
}

/**
 * The end of the file as the table has it: footer, length, magic. `fieldIds` by column, `statistics` by row group and
 * column, `schema` is what `iceberg.schema` shall say.
 */
export function adoptedEnd(
  footer: ParquetFooter,
  adopted: {
    fieldIds: readonly number[];
    statistics: readonly (readonly ChunkStatistics[])[];
    schema: string;
  },
): Uint8Array {
  const struct: ThriftStruct = new Map(footer.struct);
  const [root, ...leaves] = itemsOf(struct.get(FILE.schema));
  const named = leaves.map((leaf, i) =>
    withFields(leaf as ThriftStruct, [[ELEMENT.id, i32(adopted.fieldIds[i] ?? 0)]]),
  );
  struct.set(FILE.schema, structs([root as ThriftStruct, ...named]));
  struct.set(
    FILE.groups,
    structs(
      footer.groups.map((group, g) => adoptedGroup(footer, group, adopted.statistics[g] ?? [])),
    ),
  );
  struct.set(
    FILE.keyValues,
    structs([keyValue('iceberg.schema', adopted.schema), keyValue(ADOPTED_KEY, 'true')]),
  );
  // Why: without it readers leave the bounds aside.
  struct.set(
    FILE.orders,
    structs(footer.columns.map(() => new Map([[1, structField(new Map())]]))),
  );
  return footerEnd(struct);
}

/** The last bytes of a file: the footer, its length, the magic. */
export function footerEnd(struct: ThriftStruct): Uint8Array {
  const bytes = writeStruct(struct);
  const end = new Uint8Array(bytes.length + FOOTER_END_BYTES);
  end.set(bytes);
  new DataView(end.buffer).setUint32(bytes.length, bytes.length, true);
  end.set(new TextEncoder().encode(MAGIC), bytes.length + 4);
  return end;
}

function adoptedGroup(
  footer: ParquetFooter,
  group: FooterGroup,
  statistics: readonly ChunkStatistics[],
): ThriftStruct {
  const original = itemsOf(footer.struct.get(FILE.groups))[footer.groups.indexOf(group)];
  const struct: ThriftStruct = new Map(original as ThriftStruct);
  struct.delete(GROUP.sorting);
  const chunks = group.chunks.map((chunk, i) => adoptedChunk(chunk, statistics[i]));
  struct.set(GROUP.columns, structs(chunks));
  return struct;
}

function adoptedChunk(chunk: ThriftStruct, statistics: ChunkStatistics | undefined): ThriftStruct {
  const struct: ThriftStruct = new Map(chunk);
  for (const field of CHUNK.indexes) struct.delete(field);
  const meta: ThriftStruct = new Map(chunk.get(CHUNK.meta)?.value as ThriftStruct);
  for (const field of [META.keyValues, ...META.unchecked]) meta.delete(field);
  if (statistics !== undefined) meta.set(META.statistics, structField(statisticsOf(statistics)));
  struct.set(CHUNK.meta, structField(meta));
  return struct;
}

function statisticsOf({ nulls, min, max }: ChunkStatistics): ThriftStruct {
  const struct: ThriftStruct = new Map([
    [STATISTICS.nulls, { type: THRIFT.i64, value: BigInt(nulls) }],
  ]);
  if (min === null || max === null) return struct;
  struct.set(STATISTICS.max, { type: THRIFT.binary, value: max });
  struct.set(STATISTICS.min, { type: THRIFT.binary, value: min });
  struct.set(STATISTICS.isMaxExact, { type: THRIFT.true, value: true });
  struct.set(STATISTICS.isMinExact, { type: THRIFT.true, value: true });
  return struct;
}

function keyValue(key: string, value: string): ThriftStruct {
  const text = (content: string): ThriftField => ({
    type: THRIFT.binary,
    value: new TextEncoder().encode(content),
  });
  return new Map([
    [1, text(key)],
    [2, text(value)],
  ]);
}

function withFields(struct: ThriftStruct, fields: [number, ThriftField][]): ThriftStruct {
  return new Map([...struct, ...fields]);
}

const i32 = (value: number): ThriftField => ({ type: THRIFT.i32, value: BigInt(value) });
const structField = (value: ThriftStruct): ThriftField => ({ type: THRIFT.struct, value });
const structs = (items: ThriftStruct[]): ThriftField => ({
  type: THRIFT.list,
  value: { element: THRIFT.struct, items },
});

function itemsOf(field: ThriftField | undefined): ThriftValue[] {
  const value = field?.value;
  return typeof value === 'object' && !(value instanceof Uint8Array) && 'items' in value
    ? value.items
    : [];
}

function wholeOf(field: ThriftField | undefined): bigint | null {
  return typeof field?.value === 'bigint' ? field.value : null;
}
