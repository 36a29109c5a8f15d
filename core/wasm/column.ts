/**
 * One column of the piece at work: its type, and where its values go. The record lies in linear memory; the host writes
 * it before a piece and reads it after.
 *
 * Invariant: field order and size (96 bytes) are those of `server/src/workers/text-memory.ts`.
 */
export namespace Kind {
  export const TEXT: u32 = 0;
  export const INT: u32 = 1;
  export const LONG: u32 = 2;
  export const DOUBLE: u32 = 3;
  export const DECIMAL: u32 = 4;
  export const WIDE_DECIMAL: u32 = 5;
  export const DATE: u32 = 6;
  export const TIME: u32 = 7;
  export const TIMESTAMP: u32 = 8;
  export const INSTANT: u32 = 9;
  export const BOOLEAN: u32 = 10;
}

/** What a timestamp without an offset means for a column of instants. */
export namespace Zone {
  export const REQUIRED: u32 = 0;
  export const FIXED: u32 = 1;
  export const ASK_HOST: u32 = 2;
}

@unmanaged
export class Column {
  kind: u32;
  /** Number of the column in the plan. */
  position: u32;
  /** PLAIN values that are not NULL. */
  out: u32;
  /** Bytes written to `out`, or to `indices` while the dictionary is in use. */
  size: u32;
  /** When PLAIN text reaches this many bytes, the piece ends. */
  limit: u32;
  /** Bytes that the text would take as PLAIN. */
  plainSize: u32;
  /** Bits, 1 for a value; the host fills them with ones. */
  validity: u32;
  nulls: u32;
  /** `size`, `plainSize` and `entries` before the record at work. */
  undoSize: u32;
  undoPlainSize: u32;
  undoEntries: u32;
  /** 1 while values go through the dictionary. */
  dictionary: u32;
  indices: u32;
  entries: u32;
  entryBytes: u32;
  entryData: u32;
  entryOffsets: u32;
  entrySlots: u32;
  table: u32;
  /** Entry of the value before, or NO_ENTRY. */
  previous: u32;
  precision: u32;
  scale: u32;
  zone: u32;
  zoneSeconds: i32;
}

const COLUMN_BYTES: usize = 96;

let columns: usize = 0;
export let columnCount: u32 = 0;

export function placeColumns(at: usize, count: u32): void {
  columns = at;
  columnCount = count;
}

// @ts-expect-error: decorator
@inline
export function columnAt(index: u32): Column {
  return changetype<Column>(columns + <usize>index * COLUMN_BYTES);
}
