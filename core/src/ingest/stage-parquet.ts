/**
 * Writes the stage: uncompressed Parquet in the cheapest encodings that DuckDB reads fast.
 *
 * Not a general Parquet writer: data pages of version 1, one page per column and row group, no statistics
 * and no compression, because the file is read once and thrown away. It does no I/O: it gives bytes in order.
 * Invariant: bytes are written in the order in which they were given; a row group's columns are as many as the fields.
 * Source: Apache Parquet format 2.11 (parquet.thrift, Encodings.md).
 */
import { assert, must } from '../lib/assert.ts';
import {
  elementCount,
  physicalType,
  type StageField,
  type StageLeaf,
  stageLeaves,
  writeElements,
} from './stage-schema.ts';
import { ThriftWriter, varintBytes } from './thrift-compact.ts';

/** One column of values of one row group. Bytes are only borrowed until they are written. */
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
  /** In place of `values`: whole numbers from `first` on, each by `step` more than the one before. None is NULL. */
  sequence?: { first: number; step: number };
  /** Of a column inside a nested one, in place of `nulls` and `validity`: a byte for each level, as many of both. */
  levels?: { definition: Uint8Array; repetition: Uint8Array };
}

const ENCODING = { plain: 0, rle: 3, deltaBinaryPacked: 5, rleDictionary: 8 } as const;
const PAGE = { data: 0, dictionary: 2 } as const;
const MAGIC = [0x50, 0x41, 0x52, 0x31];

interface WrittenColumn {
  dictionaryAt: number | null;
  dataAt: number;
  bytes: number;
  /** Values and NULLs: for a column inside a nested one not the number of rows. */
  values: number;
}

interface WrittenGroup {
  rows: number;
  columns: WrittenColumn[];
}

export class StageFile {
  #fields: readonly StageField[];
  #leaves: StageLeaf[];
  #at = MAGIC.length;
  #groups: WrittenGroup[] = [];

  constructor(fields: readonly StageField[]) {
    this.#fields = fields;
    this.#leaves = fields.flatMap(stageLeaves);
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
    assert(rows > 0 && columns.length === this.#leaves.length, 'a row group has all columns');
    const bytes: Uint8Array[] = [];
    const written = columns.map((column, i) => {
      const leaf = must(this.#leaves[i], 'leaf of the column');
      const values = column.levels?.definition.length ?? rows;
      const dictionaryAt = column.dictionary === null ? null : this.#at;
      let size = 0;
      if (column.dictionary !== null) size += append(bytes, dictionaryPage(column.dictionary));
      const dataAt = this.#at + size;
      size += append(bytes, dataPage(values, column, leaf));
      this.#at += size;
      return { dictionaryAt, dataAt, bytes: size, values };
    });
    this.#groups.push({ rows, columns: written });
    return bytes;
  }

  /** Last bytes of the file. */
  tail(): Uint8Array[] {
    const footer = fileMetaData({
      fields: this.#fields,
      leaves: this.#leaves,
      groups: this.#groups,
    });
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

function dataPage(rows: number, column: StageColumn, leaf: StageLeaf): Uint8Array[] {
  const body = levelsOf(rows, column, leaf);
  if (column.dictionary !== null) {
    // Why: one bit-packed run of 16-bit indices is the index array itself.
    const groups = column.values.length / 16;
    assert(Number.isInteger(groups), 'indices come in groups of eight');
    body.push(Uint8Array.from([16, ...varintBytes(groups * 2 + 1)]));
  }
  body.push(column.sequence === undefined ? column.values : packedSequence(rows, column.sequence));
  const size = body.reduce((sum, piece) => sum + piece.length, 0);
  const header = new ThriftWriter()
    .i32(1, PAGE.data)
    .i32(2, size)
    .i32(3, size)
    .struct(5, (page) =>
      page.i32(1, rows).i32(2, encodingOf(column)).i32(3, ENCODING.rle).i32(4, ENCODING.rle),
    );
  return [header.finish(), ...body];
}

function encodingOf({ dictionary, sequence }: StageColumn): number {
  if (sequence !== undefined) return ENCODING.deltaBinaryPacked;
  return dictionary === null ? ENCODING.plain : ENCODING.rleDictionary;
}

/** One block whose deltas are all the least one, so that none of its four miniblocks holds a bit. */
function packedSequence(rows: number, { first, step }: { first: number; step: number }) {
  const block = Math.ceil(rows / 128) * 128;
  const head = [block, 4, rows, 2 * first].flatMap(varintBytes);
  return Uint8Array.from([...head, ...varintBytes(2 * step), 0, 0, 0, 0]);
}

function levelsOf(rows: number, column: StageColumn, leaf: StageLeaf): Uint8Array[] {
  const { levels } = column;
  const { definitionMax, repetitionMax } = leaf;
  if (levels === undefined) {
    assert(repetitionMax === 0 && definitionMax <= 1, 'a nested column has levels');
    return definitionMax === 0 ? [] : definitionLevels(rows, column);
  }
  const { definition, repetition } = levels;
  return [
    ...(repetitionMax === 0 ? [] : packedLevels(repetition, repetitionMax)),
    ...(definitionMax === 0 ? [] : packedLevels(definition, definitionMax)),
  ];
}

/** One bit-packed run of levels. */
function packedLevels(levels: Uint8Array, most: number): Uint8Array[] {
  const width = 32 - Math.clz32(most);
  const groups = Math.ceil(levels.length / 8);
  const head = Uint8Array.from(varintBytes(groups * 2 + 1));
  const bits = new Uint8Array(groups * width);
  for (const [i, level] of levels.entries()) {
    const at = i * width;
    const shifted = level << (at & 7);
    bits[at >> 3] = (bits[at >> 3] ?? 0) | shifted;
    if (shifted > 0xff) bits[(at >> 3) + 1] = (bits[(at >> 3) + 1] ?? 0) | (shifted >> 8);
  }
  return [littleEndian(head.length + bits.length), head, bits];
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

interface FileShape {
  fields: readonly StageField[];
  leaves: readonly StageLeaf[];
  groups: readonly WrittenGroup[];
}

function fileMetaData({ fields, leaves, groups }: FileShape): Uint8Array {
  const writer = new ThriftWriter().i32(1, 1).list(2, 'struct', elementCount(fields) + 1);
  writer.struct(null, (root) => root.text(4, 'stage').i32(5, fields.length));
  for (const field of fields) writeElements(writer, field);
  writer.i64(
    3,
    groups.reduce((sum, group) => sum + group.rows, 0),
  );
  writer.list(4, 'struct', groups.length);
  for (const group of groups) writer.struct(null, (entry) => rowGroupMeta(entry, leaves, group));
  return writer.finish();
}

function rowGroupMeta(
  writer: ThriftWriter,
  leaves: readonly StageLeaf[],
  group: WrittenGroup,
): void {
  writer.list(1, 'struct', leaves.length);
  for (const [i, leaf] of leaves.entries()) {
    const column = must(group.columns[i], 'column of the row group');
    writer.struct(null, (chunk) =>
      chunk.i64(2, column.dataAt).struct(3, (meta) => {
        meta.i32(1, physicalType(leaf.type)).list(2, 'i32', 4);
        for (const encoding of Object.values(ENCODING)) meta.i32Element(encoding);
        meta.list(3, 'binary', leaf.path.length);
        for (const name of leaf.path) meta.textElement(name);
        meta.i32(4, 0).i64(5, column.values).i64(6, column.bytes).i64(7, column.bytes);
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
