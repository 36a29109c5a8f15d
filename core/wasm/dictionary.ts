/**
 * Text columns: distinct values once and a 16-bit index per row, while there are few of them; else PLAIN.
 *
 * A dictionary lives for one piece. It turns PLAIN when it has too many entries or bytes.
 * Invariant: entries of a record that was given up are removed, so that no text of a bad record reaches the stage.
 */
import { Column } from './column';
import { equalBytes } from './scan';

const ENTRIES_MAX: u32 = 20000;
const BYTES_MAX: u32 = 2 << 20;
const SLOTS: u32 = 32768;
const NO_ENTRY: u32 = 0xffffffff;

/** Empties the dictionary; the host calls it before a piece through `prepare`. */
export function resetDictionary(column: Column): void {
  column.entries = 0;
  column.entryBytes = 0;
  column.previous = NO_ENTRY;
  memory.fill(<usize>column.table, 0, SLOTS * 2);
}

/** Appends text of `size` bytes of UTF-8 to the column. */
export function putText(column: Column, p: usize, size: u32): void {
  column.plainSize += size + 4;
  if (column.dictionary) {
    const entry = findOrAdd(column, p, size);
    if (entry != NO_ENTRY) {
      store<u16>(<usize>(column.indices + column.size), <u16>entry);
      column.size += 2;
      return;
    }
    turnPlain(column);
  }
  const target = <usize>(column.out + column.size);
  store<u32>(target, size);
  memory.copy(target + 4, p, size);
  column.size += size + 4;
}

/** Where an entry's length stands, with its text behind. */
// @ts-expect-error: decorator
@inline
export function entryAt(column: Column, entry: u32): usize {
  return <usize>(column.entryData + load<u32>(<usize>column.entryOffsets + (<usize>entry << 2)));
}

// @ts-expect-error: decorator
@inline
function isEntry(column: Column, entry: u32, p: usize, size: u32): bool {
  const at = entryAt(column, entry);
  return load<u32>(at) == size && equalBytes(at + 4, p, size);
}

function findOrAdd(column: Column, p: usize, size: u32): u32 {
  const previous = column.previous;
  if (previous != NO_ENTRY && isEntry(column, previous, p, size)) return previous;
  let slot = hash(p, size) & (SLOTS - 1);
  while (true) {
    const stored = <u32>load<u16>(<usize>column.table + (<usize>slot << 1));
    if (stored == 0) break;
    if (isEntry(column, stored - 1, p, size)) return (column.previous = stored - 1);
    slot = (slot + 1) & (SLOTS - 1);
  }
  return add(column, slot, p, size);
}

function add(column: Column, slot: u32, p: usize, size: u32): u32 {
  const entry = column.entries;
  const at = column.entryBytes;
  if (entry == ENTRIES_MAX || size > BYTES_MAX || at + size + 4 > BYTES_MAX) return NO_ENTRY;
  store<u32>(<usize>column.entryOffsets + (<usize>entry << 2), at);
  store<u16>(<usize>column.entrySlots + (<usize>entry << 1), <u16>slot);
  store<u16>(<usize>column.table + (<usize>slot << 1), <u16>(entry + 1));
  const target = <usize>(column.entryData + at);
  store<u32>(target, size);
  memory.copy(target + 4, p, size);
  column.entryBytes = at + size + 4;
  column.entries = entry + 1;
  return (column.previous = entry);
}

/** Takes back the entries beyond `entries`, the newest first, which keeps the probe chains of the others whole. */
export function removeEntries(column: Column, entries: u32): void {
  while (column.entries > entries) {
    const last = column.entries - 1;
    const slot = <usize>load<u16>(<usize>column.entrySlots + (<usize>last << 1));
    store<u16>(<usize>column.table + (slot << 1), 0);
    column.entryBytes = load<u32>(<usize>column.entryOffsets + (<usize>last << 2));
    column.entries = last;
  }
  column.previous = NO_ENTRY;
}

/** Writes the rows so far as PLAIN; the column stays PLAIN for the rest of the piece. */
function turnPlain(column: Column): void {
  const rows = column.size >> 1;
  let out = <usize>column.out;
  for (let row: u32 = 0; row < rows; row++) {
    const entry = <u32>load<u16>(<usize>column.indices + (<usize>row << 1));
    const at = entryAt(column, entry);
    const bytes = load<u32>(at) + 4;
    memory.copy(out, at, bytes);
    out += bytes;
  }
  column.dictionary = 0;
  column.size = <u32>out - column.out;
  column.undoSize = column.size;
}

/** Multiply and fold, eight bytes at a time; reads up to 7 bytes behind the text but does not use them. */
// @ts-expect-error: decorator
@inline
function hash(p: usize, size: u32): u32 {
  let state: u64 = <u64>size * 0xff51afd7ed558ccd;
  let at = p;
  let rest = size;
  for (; rest >= 8; rest -= 8, at += 8) state = fold(state ^ load<u64>(at));
  if (rest > 0) state = fold(state ^ (load<u64>(at) & ((<u64>1 << (rest << 3)) - 1)));
  return <u32>(state >> 24);
}

// @ts-expect-error: decorator
@inline
function fold(state: u64): u64 {
  const product = state * 0xc4ceb9fe1a85ec53;
  return product ^ (product >> 29);
}
