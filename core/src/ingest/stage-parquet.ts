/**
 * Writes the stage: uncompressed Parquet in the cheapest encodings that DuckDB reads fast.
 *
 * Not a general Parquet writer: flat columns, data pages of version 1, one page per column and row group, no statistics
 * and no compression, because the file is read once and thrown away. It does no I/O: it gives bytes in order.
 * Invariant: bytes are written in the order in which they were given; a row group's columns are as many as the fields.
 * Source: Apache Parquet format 2.11 (parquet.thrift, Encodings.md).
 */
import type { PrimitiveType } from '../contract/data-type.ts';
import { assert, must } from '../lib/assert.ts';
import { ThriftWriter, varintBytes } from './thrift-compact.ts';

export interface StageField {
  name: string;
  type: PrimitiveType;
  /** False for the stager's own columns, which are never NULL. */
  nullable: boolean;
}

/** One column of one row group. Bytes are only borrowed until they are written. */
export interface StageColumn {
  /**
   * Values that are not NULL, PLAIN, in order (booleans as bits, from the lowest); with a dictionary: indices of 16 bits,
   * padded with zeros to a multiple of 8 values.
   */
  values: Uint8Array;
  nulls: number;
  /** One bit per row, 1 where there is a value; null where `nulls` is 0. */
  validity: Uint8Array | null;
  dictionary: { entries: number; bytes: Uint8Array } | null;
}

const PHYSICAL = { boolean: 0, int32: 1, int64: 2, double: 5, bytes: 6, fixed: 7 } as const;
const CONVERTED = { utf8: 0, decimal: 5, date: 6 } as const;
const ENCODING = { plain: 0, rle: 3, rleDictionary: 8 } as const;
const PAGE = { data: 0, dictionary: 2 } as const;
const MAGIC = [0x50, 0x41, 0x52, 0x31];

/** Bytes of a decimal of more than 18 digits. */
export const WIDE_DECIMAL_BYTES = 16;

interface WrittenColumn {
  dictionaryAt: number | null;
  dataAt: number;
  bytes: number;
}

interface WrittenGroup {
  rows: number;
  columns: WrittenColumn[];
}

export class StageFile {
  #fields: readonly StageField[];
  #at = MAGIC.length;
  #groups: WrittenGroup[] = [];

  constructor(fields: readonly StageField[]) {
    this.#fields = fields;
  }

  get rows(): number {
    return this.#groups.reduce((sum, group) => sum + group.rows, 0);
  }

  /** First bytes of the file. */
  head(): Uint8Array {
    return Uint8Array.from(MAGIC);
  }

  /** The bytes of the next row group of `rows` > 0 rows. */
  rowGroup(rows: number, columns: readonly StageColumn[]): Uint8Array[] {
    assert(rows > 0 && columns.length === this.#fields.length, 'a row group has all columns');
    const bytes: Uint8Array[] = [];
    const written = columns.map((column, i) => {
      const field = must(this.#fields[i], 'field of the column');
      const dictionaryAt = column.dictionary === null ? null : this.#at;
      let size = 0;
      if (column.dictionary !== null) size += append(bytes, dictionaryPage(column.dictionary));
      const dataAt = this.#at + size;
      size += append(bytes, dataPage(rows, column, field));
      this.#at += size;
      return { dictionaryAt, dataAt, bytes: size };
    });
    this.#groups.push({ rows, columns: written });
    return bytes;
  }

  /** Last bytes of the file. */
  tail(): Uint8Array[] {
    const footer = fileMetaData(this.#fields, this.#groups);
    return [footer, littleEndian(footer.length), Uint8Array.from(MAGIC)];
  }
}

function append(target: Uint8Array[], pieces: Uint8Array[]): number {
  target.push(...pieces);
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

function littleEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function dictionaryPage(dictionary: { entries: number; bytes: Uint8Array }): Uint8Array[] {
  const header = new ThriftWriter()
    .i32(1, PAGE.dictionary)
    .i32(2, dictionary.bytes.length)
    .i32(3, dictionary.bytes.length)
    .struct(7, (page) => page.i32(1, dictionary.entries).i32(2, ENCODING.plain));
  return [header.finish(), dictionary.bytes];
}

function dataPage(rows: number, column: StageColumn, field: StageField): Uint8Array[] {
  const body = field.nullable ? definitionLevels(rows, column) : [];
  if (column.dictionary !== null) {
    // Why: one bit-packed run of 16-bit indices is the index array itself.
    const groups = column.values.length / 16;
    assert(Number.isInteger(groups), 'indices come in groups of eight');
    body.push(Uint8Array.from([16, ...varintBytes(groups * 2 + 1)]));
  }
  body.push(column.values);
  const size = body.reduce((sum, piece) => sum + piece.length, 0);
  const header = new ThriftWriter()
    .i32(1, PAGE.data)
    .i32(2, size)
    .i32(3, size)
    .struct(5, (page) =>
      page
        .i32(1, rows)
        .i32(2, column.dictionary === null ? ENCODING.plain : ENCODING.rleDictionary)
        .i32(3, ENCODING.rle)
        .i32(4, ENCODING.rle),
    );
  return [header.finish(), ...body];
}

/** One bit-packed run of the validity bits, or one run of ones where nothing is NULL. */
function definitionLevels(rows: number, column: StageColumn): Uint8Array[] {
  if (column.nulls === 0) {
    const run = Uint8Array.from([...varintBytes(rows * 2), 1]);
    return [littleEndian(run.length), run];
  }
  const groups = Math.ceil(rows / 8);
  const bits = must(column.validity, 'validity of a column with NULLs').subarray(0, groups);
  assert(bits.length === groups, 'one validity bit per row');
  const head = Uint8Array.from(varintBytes(groups * 2 + 1));
  return [littleEndian(head.length + groups), head, bits];
}

function fileMetaData(fields: readonly StageField[], groups: readonly WrittenGroup[]): Uint8Array {
  const writer = new ThriftWriter().i32(1, 1).list(2, 'struct', fields.length + 1);
  writer.struct(null, (root) => root.text(4, 'stage').i32(5, fields.length));
  for (const field of fields) writer.struct(null, (element) => schemaElement(element, field));
  writer.i64(
    3,
    groups.reduce((sum, group) => sum + group.rows, 0),
  );
  writer.list(4, 'struct', groups.length);
  for (const group of groups) writer.struct(null, (entry) => rowGroupMeta(entry, fields, group));
  return writer.finish();
}

function rowGroupMeta(
  writer: ThriftWriter,
  fields: readonly StageField[],
  group: WrittenGroup,
): void {
  writer.list(1, 'struct', fields.length);
  for (const [i, field] of fields.entries()) {
    const column = must(group.columns[i], 'column of the row group');
    writer.struct(null, (chunk) =>
      chunk.i64(2, column.dataAt).struct(3, (meta) => {
        meta.i32(1, physicalType(field.type)).list(2, 'i32', 3);
        meta.i32Element(ENCODING.plain).i32Element(ENCODING.rle);
        meta.i32Element(ENCODING.rleDictionary);
        meta.list(3, 'binary', 1).textElement(field.name);
        meta.i32(4, 0).i64(5, group.rows).i64(6, column.bytes).i64(7, column.bytes);
        meta.i64(9, column.dataAt);
        if (column.dictionaryAt !== null) meta.i64(11, column.dictionaryAt);
      }),
    );
  }
  writer.i64(
    2,
    group.columns.reduce((sum, column) => sum + column.bytes, 0),
  );
  writer.i64(3, group.rows);
}

function physicalType(type: PrimitiveType): number {
  switch (type.kind) {
    case 'boolean':
      return PHYSICAL.boolean;
    case 'int':
    case 'date':
      return PHYSICAL.int32;
    case 'double':
      return PHYSICAL.double;
    case 'string':
      return PHYSICAL.bytes;
    case 'decimal':
      return type.precision > 18 ? PHYSICAL.fixed : PHYSICAL.int64;
    default:
      return PHYSICAL.int64;
  }
}

function schemaElement(writer: ThriftWriter, field: StageField): void {
  const { type } = field;
  const physical = physicalType(type);
  writer.i32(1, physical);
  if (physical === PHYSICAL.fixed) writer.i32(2, WIDE_DECIMAL_BYTES);
  writer.i32(3, field.nullable ? 1 : 0).text(4, field.name);
  switch (type.kind) {
    case 'string':
      writer.i32(6, CONVERTED.utf8).struct(10, (logical) => logical.struct(1, () => undefined));
      break;
    case 'date':
      writer.i32(6, CONVERTED.date).struct(10, (logical) => logical.struct(6, () => undefined));
      break;
    case 'decimal':
      writer.i32(6, CONVERTED.decimal).i32(7, type.scale).i32(8, type.precision);
      writer.struct(10, (logical) =>
        logical.struct(5, (decimal) => decimal.i32(1, type.scale).i32(2, type.precision)),
      );
      break;
    case 'time':
      microsType(writer, 7, false);
      break;
    case 'timestamp':
      microsType(writer, 8, false);
      break;
    case 'timestamptz':
      microsType(writer, 8, true);
      break;
  }
}

/** TIME (7) or TIMESTAMP (8) in microseconds. */
function microsType(writer: ThriftWriter, logicalType: number, utc: boolean): void {
  writer.struct(10, (logical) =>
    logical.struct(logicalType, (time) =>
      time.bool(1, utc).struct(2, (unit) => unit.struct(2, () => undefined)),
    ),
  );
}
