/**
 * The NDJSON reader: one object per line, its fields by name into columns.
 *
 * Not here: files, tokens (`json-text.ts`), values (`value.ts`), Parquet.
 * A line ends with LF, and a CR before it belongs to it. No number is ever converted on its way: the text that stands in
 * the file is what the column's type reads. Invariants: a line's verdict depends on its own bytes only; a line with a
 * fault leaves nothing behind.
 * Source: RFC 8259; the verdicts are those of `core/src/ingest/json-record.ts`.
 */
import { Column, columnAt, columnCount, Kind } from './column';
import { isUtf8 } from './encoding';
import {
  isQuotedName,
  loneSurrogate,
  readString,
  skipLiteral,
  skipNumber,
  skipSpace,
  skipValue,
  startTokens,
  stringAt,
  stringSize,
} from './json-text';
import {
  beginColumn,
  beginRecord,
  hasRoom,
  input,
  keepRecord,
  noteBad,
  passLines,
  recordBytesMax,
  startPiece,
  startRecords,
  undoValues,
  unescaped,
} from './records';
import { CR, equalBytes, findLineFeed, LF } from './scan';
import { putFieldText, putNull, putTyped, putWrong, setText } from './value';

export {
  getBad,
  getFramed,
  getStaged,
  getWrongBytes,
  getWrongCount,
  getWrongRecords,
  heapBase,
  isKeyAscending,
  setColumns,
  setInput,
  setRecords,
  setWrongValues,
} from './records';
export { forgetKeys, markSeen, setKey } from './seen';

/** Verdicts; those from 1 are `STRUCTURAL_FAULTS` of `core/src/ingest/ports.ts`. */
const GOOD: u32 = 0;
const BAD_ENCODING: u32 = 4;
const TOO_LONG: u32 = 5;
const NOT_AN_OBJECT: u32 = 8;
const BAD_JSON: u32 = 9;
const DUPLICATE_FIELD: u32 = 10;
const UNKNOWN_FIELD: u32 = 11;

/** Bytes of line feeds behind the input: what a search may read too far. */
const SENTINEL: usize = 64;
const NO_COLUMN: u32 = 0xffffffff;

/** One name per column and one more; the host writes the first three words and clears the others. */
@unmanaged
class Name {
  at: u32;
  size: u32;
  /** 1 when it stands in a file as it is, without escapes. */
  plain: u32;
  /** Number of the record that gave the column its value last. */
  seen: u32;
  /** The column whose field followed this one's last, or NO_COLUMN. The name behind the last column's is the start. */
  follower: u32;
}
const NAME_BYTES: usize = 20;

let names: usize = 0;
let stamp: u32 = 0;
let end: usize = 0;
let starved: bool = true;
let skipping: bool = false;
let endsInCr: bool = false;
let tail: u32 = 0;
/** Index of the column that `readName` found. */
let found: u32 = 0;

// @ts-expect-error: decorator
@inline
function nameAt(index: u32): Name {
  return changetype<Name>(names + <usize>index * NAME_BYTES);
}

/** Names of the columns, in their order. `scratch` has room for a text of 256 bytes. */
export function setNames(at: usize, scratch: usize): void {
  names = at;
  stamp = 0;
  setText(scratch, false, 0, 0);
}

export function startFile(firstLine: u32, firstOrdinal: u32): void {
  startRecords(firstLine, firstOrdinal);
  skipping = false;
}

/** False when the same bytes must be offered again because the room for rows was spent. */
export function isStarved(): bool {
  return starved;
}
/** True after a piece that ends inside a line that was given up: the next piece is offered to `skip`. */
export function isSkipping(): bool {
  return skipping;
}
/** Bytes of the end of the line that `skip` came to. */
export function getSkippedTail(): u32 {
  return tail;
}

/**
 * Reads lines from the first `size` bytes of the input until they or the room for rows end, and returns how many bytes
 * were used. `base` is the offset of the input's first byte in the part, `isFinal` says that no bytes follow.
 */
export function parse(size: u32, isFinal: bool, checkUtf8: bool, base: u32): u32 {
  startPiece();
  end = input + size;
  memory.fill(end, <u8>LF, SENTINEL);
  skipping = false;
  let at = input;
  while (at < end && hasRoom()) {
    const lineFeed = findLineFeed(at, end);
    if (lineFeed == 0 && !isFinal && <u32>(end - at) <= recordBytesMax + 1) {
      starved = true;
      return <u32>(at - input);
    }
    let stop = lineFeed == 0 ? end : lineFeed;
    if (lineFeed > at && <u32>load<u8>(lineFeed - 1) == CR) stop--;
    takeLine(at, stop, checkUtf8, base);
    skipping = lineFeed == 0 && !isFinal;
    if (skipping) endsInCr = <u32>load<u8>(end - 1) == CR;
    at = lineFeed == 0 ? end : lineFeed + 1;
  }
  starved = at >= end;
  return <u32>(at - input);
}

function takeLine(start: usize, stop: usize, checkUtf8: bool, base: u32): void {
  const length = <u32>(stop - start);
  const offset = base + <u32>(start - input);
  beginRecord();
  let verdict = GOOD;
  if (length > recordBytesMax) verdict = TOO_LONG;
  else if (checkUtf8 && !isUtf8(start, stop)) verdict = BAD_ENCODING;
  else {
    for (let i: u32 = 0; i < columnCount; i++) beginColumn(i);
    verdict = readRecord(start, stop);
    if (verdict == GOOD) return keepRecord(offset, length, 0);
    undoValues(columnCount);
  }
  noteBad(offset, length, verdict);
  passLines(1);
}

/** Offers the next `size` bytes to a line that was given up; returns how many of them are its own, its end included. */
export function skip(size: u32, isFinal: bool): u32 {
  end = input + size;
  memory.fill(end, <u8>LF, SENTINEL);
  const lineFeed = findLineFeed(input, end);
  if (lineFeed == 0) {
    skipping = !isFinal;
    tail = 0;
    endsInCr = <u32>load<u8>(end - 1) == CR;
    return size;
  }
  skipping = false;
  tail = (lineFeed == input ? endsInCr : <u32>load<u8>(lineFeed - 1) == CR) ? 2 : 1;
  return <u32>(lineFeed + 1 - input);
}

function readRecord(start: usize, stop: usize): u32 {
  startTokens(unescaped);
  const first = skipSpace(start);
  if (load<u8>(first) == 0x7b) return readFields(first, stop);
  const after = skipValue(first, 0);
  return after == 0 || skipSpace(after) < stop ? BAD_JSON : NOT_AN_OBJECT;
}

/** Reads the object whose bracket is at `p`, and all that its line holds. */
function readFields(p: usize, stop: usize): u32 {
  stamp++;
  let fault = GOOD;
  let previous = columnCount;
  let at = skipSpace(p + 1);
  if (load<u8>(at) == 0x7d) at++;
  else {
    while (true) {
      at = readName(at, previous);
      if (at == 0) return BAD_JSON;
      at = skipSpace(at);
      if (load<u8>(at) != 0x3a) return BAD_JSON;
      at = skipSpace(at + 1);
      const index = found;
      const isNew = index != NO_COLUMN && nameAt(index).seen != stamp;
      if (isNew) {
        nameAt(index).seen = stamp;
        at = readValue(columnAt(index), at);
        previous = index;
      } else {
        if (fault == GOOD) fault = index == NO_COLUMN ? UNKNOWN_FIELD : DUPLICATE_FIELD;
        at = skipValue(at, 1);
      }
      if (at == 0) return BAD_JSON;
      at = skipSpace(at);
      const byte = <u32>load<u8>(at);
      at++;
      if (byte == 0x7d) break;
      if (byte != 0x2c) return BAD_JSON;
      at = skipSpace(at);
    }
  }
  if (skipSpace(at) < stop) return BAD_JSON;
  if (fault != GOOD) return fault;
  if (loneSurrogate) return BAD_ENCODING;
  for (let i: u32 = 0; i < columnCount; i++) if (nameAt(i).seen != stamp) putNull(columnAt(i));
  return GOOD;
}

/** Reads the name at `p` and sets `found`. Most lines have their fields in one order, so it is looked for there first. */
// @ts-expect-error: decorator
@inline
function readName(p: usize, previous: u32): usize {
  const expected = nameAt(previous).follower;
  if (expected < columnCount) {
    const name = nameAt(expected);
    if (name.plain != 0 && isQuotedName(p, name.at, name.size)) {
      found = expected;
      return p + name.size + 2;
    }
  }
  return findName(p, previous);
}

function findName(p: usize, previous: u32): usize {
  const after = readString(p);
  found = NO_COLUMN;
  if (after == 0) return 0;
  for (let i: u32 = 0; i < columnCount; i++) {
    const name = nameAt(i);
    if (name.size == stringSize && equalBytes(stringAt, name.at, stringSize)) {
      found = i;
      nameAt(previous).follower = i;
      break;
    }
  }
  return after;
}

/** Puts the value at `p` into its column. Which forms stand for which types: `tokenFits` of `json-record.ts`. */
function readValue(column: Column, p: usize): usize {
  const first = <u32>load<u8>(p);
  const kind = column.kind;
  let after: usize;
  if (first == 0x22) {
    after = readString(p);
    if (after == 0) return 0;
    if (kind == Kind.TEXT) putFieldText(column, stringAt, stringSize);
    else if (kind == Kind.INT || kind == Kind.DOUBLE || kind == Kind.BOOLEAN)
      putWrong(column, stringAt, stringSize);
    else putTyped(column, stringAt, stringSize);
    return after;
  }
  if (first == 0x2d || first - 0x30 < 10) {
    after = skipNumber(p);
    if (after != 0) putToken(column, p, after, isNumeric(kind));
    return after;
  }
  if (first == 0x7b || first == 0x5b) {
    after = skipValue(p, 1);
    if (after != 0) putWrong(column, p, <u32>(after - p));
    return after;
  }
  after = skipLiteral(p);
  if (after == 0) return 0;
  if (first == 0x6e) putNull(column);
  else putToken(column, p, after, kind == Kind.BOOLEAN);
  return after;
}

// @ts-expect-error: decorator
@inline
function putToken(column: Column, p: usize, after: usize, fits: bool): void {
  if (fits) putTyped(column, p, <u32>(after - p));
  else putWrong(column, p, <u32>(after - p));
}

// @ts-expect-error: decorator
@inline
function isNumeric(kind: u32): bool {
  return kind >= Kind.INT && kind <= Kind.WIDE_DECIMAL;
}
