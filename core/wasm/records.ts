/**
 * The rows of the piece at work: where each record stands, which ones are bad, and whether their key ascends.
 *
 * Not here: what a record is (`csv.ts`, `ndjson.ts`) and its values (`value.ts`).
 * Invariant: every framed record is staged or bad, and has the next number of the file.
 */
import { columnAt, columnCount, placeColumns } from './column';
import { resetDictionary } from './dictionary';
import {
  columnFull,
  keyKnown,
  keyValue,
  recordWrong,
  resetPiece,
  setLex,
  setWrong,
  startRecord,
  undoColumn,
  undoRecord,
  wrongBytes,
  wrongCount,
} from './value';

const WRONG_MAX: u32 = 65536;

export let input: usize = 0;
export let recordBytesMax: u32 = 0;
/** Room for the text of one value without its escapes. */
export let unescaped: usize = 0;
let rowsMax: u32 = 0;
let badMax: u32 = 0;
let ordinals: usize = 0;
let lines: usize = 0;
let offsets: usize = 0;
let lengths: usize = 0;
let badRecords: usize = 0;
let hasKey: bool = false;
let lastKey: i64 = 0;
let anyKey: bool = false;
let keyBroken: bool = false;

/** Rows staged, records framed, records with a wrong value and bad records of this piece. */
let staged: u32 = 0;
let framed: u32 = 0;
let wrongRecords: u32 = 0;
let bad: u32 = 0;
/** Number of the next record and physical line in the file. */
let ordinal: u32 = 0;
let line: u32 = 1;

export function heapBase(): usize {
  return __heap_base;
}

/** Where input and rows lie. `unescapedAt` has room for one record. */
export function setInput(at: usize, recordMax: u32, unescapedAt: usize): void {
  input = at;
  recordBytesMax = recordMax;
  unescaped = unescapedAt;
}

/** Columns in the order of the file; `key` is the plan's column that may be ascending, or a number of none. */
export function setColumns(at: usize, count: u32, lexWordsAt: usize, words: u32, key: u32): void {
  placeColumns(at, count);
  setLex(lexWordsAt, words, key);
  hasKey = key < count;
}

/** Four arrays of u32 for the rows, one behind the other, each of `max`; five for the bad records. */
export function setRecords(at: usize, max: u32, badAt: usize, badRecordsMax: u32): void {
  rowsMax = max;
  ordinals = at;
  lines = at + (<usize>max << 2);
  offsets = at + (<usize>max << 3);
  lengths = at + <usize>max * 12;
  badRecords = badAt;
  badMax = badRecordsMax;
}

/** Room for 65,536 wrong values and one record more. */
export function setWrongValues(ordinalsAt: usize, columnsAt: usize, textsAt: usize): void {
  setWrong(ordinalsAt, columnsAt, textsAt);
}

export function startRecords(firstLine: u32, firstOrdinal: u32): void {
  ordinal = firstOrdinal;
  line = firstLine;
  anyKey = false;
  keyBroken = false;
}

export function getStaged(): u32 {
  return staged;
}
export function getFramed(): u32 {
  return framed;
}
export function getWrongRecords(): u32 {
  return wrongRecords;
}
export function getBad(): u32 {
  return bad;
}
export function getWrongCount(): u32 {
  return wrongCount;
}
export function getWrongBytes(): u32 {
  return wrongBytes;
}
export function isKeyAscending(): bool {
  return hasKey && !keyBroken;
}

export function startPiece(): void {
  staged = 0;
  framed = 0;
  wrongRecords = 0;
  bad = 0;
  resetPiece();
  for (let i: u32 = 0; i < columnCount; i++) {
    const column = columnAt(i);
    column.size = 0;
    column.plainSize = 0;
    column.nulls = 0;
    if (column.dictionary) resetDictionary(column);
  }
}

// @ts-expect-error: decorator
@inline
export function hasRoom(): bool {
  return staged < rowsMax && bad < badMax && wrongCount < WRONG_MAX && !columnFull;
}

// @ts-expect-error: decorator
@inline
export function beginRecord(): void {
  startRecord(ordinal, staged);
}

/** Remembers what a column holds before the record at work puts its value. */
// @ts-expect-error: decorator
@inline
export function beginColumn(index: u32): void {
  const column = columnAt(index);
  column.undoSize = column.size;
  column.undoPlainSize = column.plainSize;
  column.undoEntries = column.entries;
}

/** Stages the record at work, which ends on the line `linesInside` behind the one it starts on. */
// @ts-expect-error: decorator
@inline
export function keepRecord(offset: u32, length: u32, linesInside: u32): void {
  const at = <usize>staged << 2;
  store<u32>(ordinals + at, ordinal);
  store<u32>(lines + at, line);
  store<u32>(offsets + at, offset);
  store<u32>(lengths + at, length);
  if (recordWrong) wrongRecords++;
  if (hasKey) noteKey();
  staged++;
  framed++;
  ordinal++;
  line += 1 + linesInside;
}

// @ts-expect-error: decorator
@inline
function noteKey(): void {
  if (!keyKnown || (anyKey && keyValue <= lastKey)) keyBroken = true;
  lastKey = keyValue;
  anyKey = true;
}

/** Takes back the values of the record at work in its first `started` columns. */
export function undoValues(started: u32): void {
  for (let i: u32 = 0; i < started; i++) undoColumn(columnAt(i));
  undoRecord();
}

/** Lists a record as bad; its lines are counted by `passLines`. */
export function noteBad(offset: u32, length: u32, verdict: u32): void {
  const step = <usize>badMax << 2;
  const at = badRecords + (<usize>bad << 2);
  store<u32>(at, ordinal);
  store<u32>(at + step, offset);
  store<u32>(at + 2 * step, length);
  store<u32>(at + 3 * step, verdict);
  store<u32>(at + 4 * step, line);
  bad++;
  framed++;
  ordinal++;
}

export function passLines(count: u32): void {
  line += count;
}
