/**
 * Puts one field into its column: as a value, as NULL, or as NULL with a note that the text is not of the type.
 *
 * Invariant: a column gets either bytes or a cleared validity bit for each record, never both.
 */
import { Column, Kind } from './column';
import { putText, removeEntries } from './dictionary';
import { cutUtf8, latin1ToUtf8 } from './encoding';
import {
  numberOk,
  parseDecimal,
  parseDouble,
  parseInteger,
  writeWideDecimal,
} from './number';
import { equalBytes, hasHighByte } from './scan';
import { parseDate, parseInstant, parseTime, parseTimestamp, temporalOk } from './temporal';

/** As `LEXICAL_TEXT_BYTES_MAX` in `core/src/ingest/stage-layout.ts`. */
const WRONG_TEXT_BYTES: u32 = 256;

let scratch: usize = 0;
let latin1: bool = false;
let nullText: usize = 0;
let nullTextSize: u32 = 0;

let wrongOrdinals: usize = 0;
let wrongColumns: usize = 0;
let wrongTexts: usize = 0;
/** Values of this piece that are not of their type, and the bytes of their texts. */
export let wrongCount: u32 = 0;
export let wrongBytes: u32 = 0;
/** True when some text column is full enough to end the piece. */
export let columnFull: bool = false;
/** True when the record at work has a value that is not of its type; `wrongAt` marks it in the record's words. */
export let recordWrong: bool = false;
/** Value of the key column of the record at work; `keyKnown` is false when there is none. */
export let keyValue: i64 = 0;
export let keyKnown: bool = false;

let ordinal: u32 = 0;
let row: u32 = 0;
let keyPosition: u32 = 0xffffffff;
let lexWords: usize = 0;
let lexStride: u32 = 0;
let undoCount: u32 = 0;
let undoBytes: u32 = 0;

const LEX_BITS: u32 = 60;
const LEX_OVERFLOW: i64 = <i64>1 << 62;

export function setText(scratchAt: usize, isLatin1: bool, nullAt: usize, nullSize: u32): void {
  scratch = scratchAt;
  latin1 = isLatin1;
  nullText = nullAt;
  nullTextSize = nullSize;
}

export function setWrong(ordinals: usize, columns: usize, texts: usize): void {
  wrongOrdinals = ordinals;
  wrongColumns = columns;
  wrongTexts = texts;
}

export function setLex(words: usize, stride: u32, key: u32): void {
  lexWords = words;
  lexStride = stride;
  keyPosition = key;
}

export function resetPiece(): void {
  wrongCount = 0;
  wrongBytes = 0;
  columnFull = false;
}

// @ts-expect-error: decorator
@inline
export function startRecord(recordOrdinal: u32, recordRow: u32): void {
  ordinal = recordOrdinal;
  row = recordRow;
  recordWrong = false;
  keyKnown = false;
  undoCount = wrongCount;
  undoBytes = wrongBytes;
}

/** Undoes what the record at work did to the side lists. */
export function undoRecord(): void {
  if (recordWrong) {
    const words = lexStride;
    for (let word: u32 = 0; word < words; word++) store<i64>(lexWordAt(word), 0);
  }
  wrongCount = undoCount;
  wrongBytes = undoBytes;
}

/** Undoes what the record at work did to a column. */
export function undoColumn(column: Column): void {
  if (column.size == column.undoSize) {
    const at = <usize>column.validity + (row >> 3);
    const bit: u32 = 1 << (row & 7);
    const bits = <u32>load<u8>(at);
    if ((bits & bit) == 0) {
      store<u8>(at, bits | bit);
      column.nulls--;
    }
  }
  column.size = column.undoSize;
  column.plainSize = column.undoPlainSize;
  if (column.dictionary) removeEntries(column, column.undoEntries);
}

// @ts-expect-error: decorator
@inline
export function putNull(column: Column): void {
  const at = <usize>column.validity + (row >> 3);
  store<u8>(at, <u32>load<u8>(at) & ~(<u32>1 << (row & 7)));
  column.nulls++;
}

/** True when unquoted text means NULL. */
// @ts-expect-error: decorator
@inline
export function isNullText(p: usize, size: u32): bool {
  return size == 0 || (nullTextSize > 0 && size == nullTextSize && equalBytes(p, nullText, size));
}

/** Text as the file has it; Latin-1 becomes UTF-8. */
export function putFieldText(column: Column, p: usize, size: u32): void {
  if (latin1 && hasHighByte(p, size)) putText(column, scratch, latin1ToUtf8(p, size, scratch));
  else putText(column, p, size);
  if (column.plainSize > column.limit) columnFull = true;
}

/** Any other value; `p` may be anywhere, with 16 readable bytes behind it. */
export function putTyped(column: Column, p: usize, size: u32): void {
  const target = <usize>(column.out + column.size);
  if (!writeTyped(column, p, size, target)) putWrong(column, p, size);
}

/** A text that cannot stand for the column's type at all. */
export function putWrong(column: Column, p: usize, size: u32): void {
  putNull(column);
  noteWrong(column.position, p, size);
}

function writeTyped(column: Column, p: usize, size: u32, target: usize): bool {
  const kind = column.kind;
  if (kind == Kind.INT || kind == Kind.LONG) return writeInteger(column, p, size, target);
  if (kind == Kind.DOUBLE) {
    store<f64>(target, parseDouble(p, size));
    return grow(column, numberOk, 8);
  }
  if (kind == Kind.DECIMAL) {
    store<i64>(target, parseDecimal(p, size, column.precision, column.scale));
    return grow(column, numberOk, 8);
  }
  if (kind == Kind.TIMESTAMP) {
    store<i64>(target, parseTimestamp(p, size));
    return grow(column, temporalOk, 8);
  }
  if (kind == Kind.DATE) {
    store<i32>(target, parseDate(p, size));
    return grow(column, temporalOk, 4);
  }
  if (kind == Kind.INSTANT) {
    store<i64>(target, parseInstant(p, size, column));
    return grow(column, temporalOk, 8);
  }
  if (kind == Kind.TIME) {
    store<i64>(target, parseTime(p, size));
    return grow(column, temporalOk, 8);
  }
  if (kind == Kind.BOOLEAN) return writeBoolean(column, p, size, target);
  writeWideDecimal(p, size, column.precision, column.scale, target);
  return grow(column, numberOk, 16);
}

// @ts-expect-error: decorator
@inline
function grow(column: Column, ok: bool, bytes: u32): bool {
  if (ok) column.size += bytes;
  return ok;
}

// @ts-expect-error: decorator
@inline
function writeInteger(column: Column, p: usize, size: u32, target: usize): bool {
  const value = parseInteger(p, size);
  if (!numberOk) return false;
  if (column.position == keyPosition) {
    keyValue = value;
    keyKnown = true;
  }
  if (column.kind == Kind.LONG) {
    store<i64>(target, value);
    column.size += 8;
    return true;
  }
  if (value != <i64>(<i32>value)) {
    keyKnown = false;
    return false;
  }
  store<i32>(target, <i32>value);
  column.size += 4;
  return true;
}

/** One byte per value, 0 or 1; the host packs them into bits. */
function writeBoolean(column: Column, p: usize, size: u32, target: usize): bool {
  const first = load<u32>(p);
  const yes = size == 4 && first == 0x65757274;
  const no = size == 5 && first == 0x736c6166 && load<u8>(p, 4) == 0x65;
  store<u8>(target, <u8>yes);
  return grow(column, yes || no, 1);
}

// @ts-expect-error: decorator
@inline
function lexWordAt(word: u32): usize {
  return lexWords + (<usize>(row * lexStride + word) << 3);
}

/** Sets a bit in the first word of a row of the piece. */
// @ts-expect-error: decorator
@inline
export function setLexBit(ofRow: u32, bit: i64): void {
  const at = lexWords + (<usize>(ofRow * lexStride) << 3);
  store<i64>(at, load<i64>(at) | (<i64>1 << bit));
}

/** Sets the column's bit and keeps the text, cut between two characters. */
function noteWrong(position: u32, p: usize, size: u32): void {
  const word = position / LEX_BITS;
  const at = lexWordAt(word);
  store<i64>(at, load<i64>(at) | (<i64>1 << (position % LEX_BITS)));
  if (word > 0) store<i64>(lexWordAt(0), load<i64>(lexWordAt(0)) | LEX_OVERFLOW);
  recordWrong = true;
  store<u32>(wrongOrdinals + (<usize>wrongCount << 2), ordinal);
  store<u32>(wrongColumns + (<usize>wrongCount << 2), position);
  const target = wrongTexts + wrongBytes;
  let kept: u32;
  if (latin1) {
    const converted = latin1ToUtf8(p, min(size, WRONG_TEXT_BYTES), target + 4);
    kept = cutUtf8(target + 4, converted, WRONG_TEXT_BYTES);
  } else {
    kept = cutUtf8(p, size, WRONG_TEXT_BYTES);
    memory.copy(target + 4, p, kept);
  }
  store<u32>(target, kept);
  wrongBytes += kept + 4;
  wrongCount++;
}
