/**
 * Several Parquet files of our own as one: the pages of all, one after the other, under one footer.
 *
 * Not for files of others: statistics are believed (`parquet-footer.ts` does not). No file access: it gives the footer.
 * Invariant: bytes of pages do not change, only where they stand; every row group keeps its order.
 * Source: Apache Parquet format 2.11, parquet.thrift.
 */
import { assert } from '../lib/assert.ts';
import { footerEnd } from './parquet-footer.ts';
import {
  readStruct,
  THRIFT,
  type ThriftField,
  type ThriftStruct,
  type ThriftValue,
  writeStruct,
} from './thrift-value.ts';

/** A file's magic, which stands before its pages. */
export const HEAD_BYTES = 4;
const FILE = { schema: 2, rows: 3, groups: 4 };
/** `ordinal` numbers the groups of one file. */
const GROUP = { columns: 1, offset: 5, ordinal: 7 };
/** What readers skip by, with places of its own: it is left out. */
const CHUNK = { offset: 2, meta: 3, indexes: [4, 5, 6, 7] };
const META = { offsets: [9, 10, 11], blooms: [14, 15] };

export interface JoinedFile {
  footer: Uint8Array;
  /** Length of the pages, the head of the file left out. */
  pageBytes: number;
}

export interface Joined {
  /** What stands behind all pages: footer, its length, magic. */
  end: Uint8Array;
  rows: number;
  groups: number;
}

/** The end of the joined file; null when the files are not of one schema. */
export function joinFooters(files: readonly JoinedFile[]): Joined | null {
  const structs = files.map(({ footer }) => readStruct(footer));
  const [first] = structs;
  assert(first !== undefined, 'a file at least');
  if (new Set(structs.map(schemaBytes)).size > 1) return null;
  const groups: ThriftStruct[] = [];
  let rows = 0n;
  let shift = 0n;
  for (const [i, struct] of structs.entries()) {
    groups.push(...structsOf(struct.get(FILE.groups)).map((group) => movedGroup(group, shift)));
    rows += wholeOf(struct.get(FILE.rows));
    shift += BigInt(files[i]?.pageBytes ?? 0);
  }
  const joined: ThriftStruct = new Map(first);
  joined.set(FILE.rows, { type: THRIFT.i64, value: rows });
  joined.set(FILE.groups, {
    type: THRIFT.list,
    value: { element: THRIFT.struct, items: groups },
  });
  return { end: footerEnd(joined), rows: Number(rows), groups: groups.length };
}

function schemaBytes(struct: ThriftStruct): string {
  const schema = struct.get(FILE.schema);
  assert(schema !== undefined, 'a footer has a schema');
  return String.fromCharCode(...writeStruct(new Map([[FILE.schema, schema]])));
}

function movedGroup(group: ThriftStruct, shift: bigint): ThriftStruct {
  const moved: ThriftStruct = new Map(group);
  moved.delete(GROUP.offset);
  moved.delete(GROUP.ordinal);
  const items = structsOf(group.get(GROUP.columns)).map((chunk) => movedChunk(chunk, shift));
  moved.set(GROUP.columns, { type: THRIFT.list, value: { element: THRIFT.struct, items } });
  return moved;
}

function movedChunk(chunk: ThriftStruct, shift: bigint): ThriftStruct {
  const moved: ThriftStruct = new Map(chunk);
  for (const field of CHUNK.indexes) moved.delete(field);
  move(moved, CHUNK.offset, shift);
  const meta: ThriftStruct = new Map(structOf(chunk.get(CHUNK.meta)?.value));
  for (const field of META.blooms) meta.delete(field);
  for (const field of META.offsets) move(meta, field, shift);
  moved.set(CHUNK.meta, { type: THRIFT.struct, value: meta });
  return moved;
}

/** Zero stands for no place at all. */
function move(struct: ThriftStruct, field: number, shift: bigint): void {
  const old = struct.get(field);
  if (old === undefined || old.value === 0n) return;
  struct.set(field, { ...old, value: wholeOf(old) + shift });
}

function structsOf(field: ThriftField | undefined): ThriftStruct[] {
  const value = field?.value;
  assert(typeof value === 'object' && 'items' in value, 'a list of a footer');
  return value.items.map(structOf);
}

function structOf(value: ThriftValue | undefined): ThriftStruct {
  assert(value instanceof Map, 'a struct of a footer');
  return value;
}

function wholeOf(field: ThriftField | undefined): bigint {
  assert(typeof field?.value === 'bigint', 'a number of a footer');
  return field.value;
}
