/**
 * Marks the rows of a piece whose key may have stood in an earlier row of the job, by a bit of their `_lex` word.
 *
 * Not the comparison of records: a mark says "maybe", and no mark says "certainly not". Whole numbers that lie close have a
 * bit each; other keys have three bits in one word of 64, chosen by their hash.
 * Invariant: equal values of a type have equal hashes; a key with a NULL in it is none.
 * Source: F. Putze, P. Sanders, J. Singler, "Cache-, Hash- and Space-Efficient Bloom Filters" (2009), blocked filters.
 */
import { Column, columnAt, columnCount, Kind } from './column';
import { entryAt } from './dictionary';
import { setLexBit } from './value';

/** As `SEEN_BIT` in `core/src/ingest/stage-layout.ts`. */
const SEEN_BIT: i64 = 61;
const NONE: u64 = 0;
const SEED: u64 = 0x9e3779b97f4a7c15;

/** How a bit is found: by the value itself, or by its hash. */
namespace Mode {
  export const OPEN: u32 = 0;
  export const VALUE: u32 = 1;
  export const HASH: u32 = 2;
}

let filter: usize = 0;
/** Bits of the filter, less one; their number is a power of two. */
let bitMask: u64 = 0;
let hashes: usize = 0;
let keys: usize = 0;
let keyCount: u32 = 0;
let mode: u32 = Mode.OPEN;
/** Bytes of the filter that may not be zero. */
let usedFrom: usize = 0;
let usedTo: usize = 0;

/** Where the filter, one u64 per row, and the u32 plan positions of the key's columns lie; no key is marked when `count` is 0. */
export function setKey(
  filterAt: usize,
  bits: u32,
  hashesAt: usize,
  keysAt: usize,
  count: u32,
): void {
  filter = filterAt;
  bitMask = (<u64>1 << bits) - 1;
  hashes = hashesAt;
  keys = keysAt;
  keyCount = count;
}

/** Forgets the keys of the job before. */
export function forgetKeys(): void {
  if (usedTo > usedFrom) memory.fill(filter + usedFrom, 0, usedTo - usedFrom);
  usedFrom = usize.MAX_VALUE;
  usedTo = 0;
  mode = Mode.OPEN;
}

/** Marks the first `rows` rows of the piece; returns how many got a mark. */
export function markSeen(rows: u32): u32 {
  if (keyCount == 0 || rows == 0) return 0;
  for (let row: u32 = 0; row < rows; row++) store<u64>(hashes + (<usize>row << 3), SEED);
  for (let i: u32 = 0; i < keyCount; i++) {
    const column = findColumn(load<u32>(keys + (<usize>i << 2)));
    // A file without the column has NULL there in each row.
    if (column == 0) return 0;
    addColumn(changetype<Column>(column), rows);
  }
  if (mode == Mode.OPEN) chooseMode(rows);
  return mode == Mode.VALUE ? markByValue(rows) : markByHash(rows);
}

function findColumn(position: u32): usize {
  for (let i: u32 = 0; i < columnCount; i++) {
    const column = columnAt(i);
    if (column.position == position) return changetype<usize>(column);
  }
  return 0;
}

// @ts-expect-error: decorator
@inline
function isWhole(): bool {
  if (keyCount != 1) return false;
  const column = changetype<Column>(findColumn(load<u32>(keys)));
  return column.kind == Kind.INT || column.kind == Kind.LONG;
}

/** By value, when the whole numbers of the first piece lie close to each other. */
function chooseMode(rows: u32): void {
  mode = Mode.HASH;
  if (!isWhole()) return;
  let low: i64 = i64.MAX_VALUE;
  let high: i64 = i64.MIN_VALUE;
  const column = changetype<Column>(findColumn(load<u32>(keys)));
  const step: usize = column.kind == Kind.INT ? 4 : 8;
  const end = <usize>(column.out + column.size);
  for (let at = <usize>column.out; at < end; at += step) {
    const value = step == 4 ? <i64>load<i32>(at) : load<i64>(at);
    low = min(low, value);
    high = max(high, value);
  }
  if (low > high || <u64>(high - low) <= bitMask >> 1) mode = Mode.VALUE;
}

/** Each row's own bit: by the value where whole numbers lie close, else by its hash. */
function markByValue(rows: u32): u32 {
  const column = changetype<Column>(findColumn(load<u32>(keys)));
  const isInt = column.kind == Kind.INT;
  let at = <usize>column.out;
  let marked: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    if (load<u64>(hashes + (<usize>row << 3)) == NONE) continue;
    const value = isInt ? <i64>load<i32>(at) : load<i64>(at);
    at += isInt ? 4 : 8;
    const bit = <u64>value & bitMask;
    const place = <usize>(bit >> 6) << 3;
    use(place);
    if (testAndSet(filter + place, <u64>1 << (bit & 63))) marked += mark(row);
  }
  return marked;
}

function markByHash(rows: u32): u32 {
  usedFrom = 0;
  usedTo = <usize>(bitMask >> 3) + 1;
  let marked: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const state = load<u64>(hashes + (<usize>row << 3));
    if (state == NONE) continue;
    const hash = finish(state);
    const place = <usize>((hash >> 24) & (bitMask >> 6)) << 3;
    const bits =
      (<u64>1 << (hash & 63)) | (<u64>1 << ((hash >> 6) & 63)) | (<u64>1 << ((hash >> 12) & 63));
    if (testAndSet(filter + place, bits)) marked += mark(row);
  }
  return marked;
}

/** Each bit of the result depends on all of the state: place and bits in it must not go together. Source: MurmurHash3, fmix64. */
// @ts-expect-error: decorator
@inline
function finish(state: u64): u64 {
  const once = (state ^ (state >> 33)) * 0xff51afd7ed558ccd;
  const twice = (once ^ (once >> 33)) * 0xc4ceb9fe1a85ec53;
  return twice ^ (twice >> 33);
}

// @ts-expect-error: decorator
@inline
function use(place: usize): void {
  usedFrom = min(usedFrom, place);
  usedTo = max(usedTo, place + 8);
}

// @ts-expect-error: decorator
@inline
function testAndSet(at: usize, bits: u64): bool {
  const word = load<u64>(at);
  store<u64>(at, word | bits);
  return (word & bits) == bits;
}

// @ts-expect-error: decorator
@inline
function mark(row: u32): u32 {
  setLexBit(row, SEEN_BIT);
  return 1;
}

/** Takes a column's values into the hash of each row. */
function addColumn(column: Column, rows: u32): void {
  if (column.kind == Kind.TEXT && column.dictionary) return addEntries(column, rows);
  let at = <usize>column.out;
  for (let row: u32 = 0; row < rows; row++) {
    if (!hasValue(column, row)) store<u64>(hashes + (<usize>row << 3), NONE);
    else if (column.kind == Kind.TEXT) {
      addText(row, at);
      at += load<u32>(at) + 4;
    } else at += addTyped(column.kind, row, at);
  }
}

function addEntries(column: Column, rows: u32): void {
  let at = <usize>column.indices;
  for (let row: u32 = 0; row < rows; row++) {
    if (!hasValue(column, row)) store<u64>(hashes + (<usize>row << 3), NONE);
    else {
      addText(row, entryAt(column, load<u16>(at)));
      at += 2;
    }
  }
}

// @ts-expect-error: decorator
@inline
function hasValue(column: Column, row: u32): bool {
  return ((<u32>load<u8>(<usize>column.validity + (row >> 3)) >> (row & 7)) & 1) == 1;
}

/** A value that is no text; returns its bytes. */
// @ts-expect-error: decorator
@inline
function addTyped(kind: u32, row: u32, at: usize): usize {
  if (kind == Kind.INT || kind == Kind.DATE) {
    add(row, load<u32>(at));
    return 4;
  }
  if (kind == Kind.BOOLEAN) {
    add(row, load<u8>(at));
    return 1;
  }
  if (kind == Kind.WIDE_DECIMAL) {
    add(row, load<u64>(at));
    add(row, load<u64>(at, 8));
    return 16;
  }
  // Minus zero equals zero.
  if (kind == Kind.DOUBLE && load<f64>(at) == 0) add(row, 0);
  else add(row, load<u64>(at));
  return 8;
}

/** A text with its length before it. */
function addText(row: u32, at: usize): void {
  let rest = load<u32>(at);
  add(row, rest);
  at += 4;
  for (; rest >= 8; rest -= 8, at += 8) add(row, load<u64>(at));
  if (rest > 0) add(row, load<u64>(at) & ((<u64>1 << (rest << 3)) - 1));
}

/** Multiply and fold; a row that has no key stays without. */
// @ts-expect-error: decorator
@inline
function add(row: u32, value: u64): void {
  const at = hashes + (<usize>row << 3);
  const before = load<u64>(at);
  if (before == NONE) return;
  const product = (before ^ value) * 0xc4ceb9fe1a85ec53;
  const folded = product ^ (product >> 32);
  store<u64>(at, folded == NONE ? SEED : folded);
}
