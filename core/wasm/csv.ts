/**
 * The CSV reader: frames the records of one piece of a file, checks their structure, and puts their fields into columns.
 *
 * Not here: files, the header line, types that need the host (`number.ts` and `temporal.ts` ask it), Parquet.
 * Quotes stand only at the start of a field and are doubled inside; a record ends with LF or CRLF, each as it likes.
 * Invariant: a record's verdict depends only on its own first RECORD bytes and its line end, never on where a piece ends.
 * A record with a structural fault is given up whole, so that text inside quotes is never taken for a record. Only a
 * misplaced or unclosed quote leaves no whole: then reading goes on at the line after the one on which its field starts.
 */
import { Column, columnAt, columnCount, Kind } from './column';
import { isUtf8 } from './encoding';
import {
  continueFrame,
  dropLine,
  Ending,
  ending,
  endOfFile,
  frame,
  isBehindQuote,
  isInQuotes,
  spansLines,
  startFrame,
  tail,
} from './frame';
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
import {
  CR,
  countLineFeeds,
  delimiter,
  fieldEnd,
  findQuote,
  LF,
  quote,
  setMarks,
  shortFieldEnd,
} from './scan';
import { isNullText, putFieldText, putNull, putTyped, setText } from './value';

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
const TOO_FEW_FIELDS: u32 = 1;
const TOO_MANY_FIELDS: u32 = 2;
const BAD_QUOTE: u32 = 3;
const BAD_ENCODING: u32 = 4;
const TOO_LONG: u32 = 5;
const BARE_CR: u32 = 6;
/** A quote is misplaced lines behind the one that opens its field: which of them are text is anyone's guess. */
const AMBIGUOUS_QUOTE: u32 = 7;
/** The record goes on behind the bytes that are there. */
const INCOMPLETE: u32 = 99;

/** Bytes of line feeds behind the input: what a search may read too far. */
const SENTINEL: usize = 64;

let end: usize = 0;
let final: bool = false;
/** True when `parse` stopped for want of bytes, false when it stopped for want of room. */
let starved: bool = true;
/** True while the rest of a record that was given up is still to come. */
let skipping: bool = false;

/** What `quoteEnding` answers about a quoted field that goes on behind the input. */
const CLOSES: u32 = 0;
const NEVER: u32 = 1;
const MISPLACED: u32 = 2;
const MISPLACED_LINES_AHEAD: u32 = 3;

/**
 * How the quoted field at the end of the input ends: 0 as it should, 1 never, 2 by a misplaced quote or by the end of a
 * file that was cut off, 3 as 2 with a line feed before it that is not in the input. `behindQuote`: the input's last byte
 * is a quote that may close it.
 */
// @ts-expect-error: decorator
@external("host", "quoteEnding")
declare function quoteEnding(behindQuote: bool): u32;

/** Of the record at work. */
let verdict: u32 = GOOD;
let bound: usize = 0;
let next: usize = 0;
let started: u32 = 0;
let linesInside: u32 = 0;

/** Bytes and delimiters of the dialect; `quoteByte` 256 means no quotes. Starts a new file. */
export function setDialect(
  delimiterByte: u32,
  quoteByte: u32,
  latin1: bool,
  scratch: usize,
  nullAt: usize,
  nullSize: u32,
): void {
  setMarks(delimiterByte, quoteByte);
  setText(scratch, latin1, nullAt, nullSize);
}

export function startFile(firstLine: u32, firstOrdinal: u32): void {
  startRecords(firstLine, firstOrdinal);
  skipping = false;
}

/** False when the same bytes must be offered again because the room for rows was spent. */
export function isStarved(): bool {
  return starved;
}
/** True after a piece that ends inside a record that was given up: the next piece is offered to `skip`. */
export function isSkipping(): bool {
  return skipping;
}
/** Bytes of the line end of the record that `skip` came to the end of. */
export function getSkippedTail(): u32 {
  return tail;
}
/** True when the record that was skipped turned out to hold an ambiguous quote. */
export function isSkippedAmbiguous(): bool {
  return verdict == AMBIGUOUS_QUOTE;
}
/**
 * Reads records from the first `size` bytes of the input until they or the room for rows end, and returns how many bytes
 * were used. `base` is the offset of the input's first byte in the part, `isFinal` says that no bytes follow.
 */
export function parse(size: u32, isFinal: bool, checkUtf8: bool, base: u32): u32 {
  startPiece();
  skipping = false;
  end = input + size;
  final = isFinal;
  memory.fill(end, <u8>LF, SENTINEL);
  let at = input;
  while (at < end && hasRoom()) {
    beginRecord();
    verdict = GOOD;
    bound = at + recordBytesMax;
    const contentEnd = readRecord(at);
    if (verdict == GOOD && checkUtf8 && !isUtf8(at, contentEnd)) verdict = BAD_ENCODING;
    if (verdict == GOOD) keepRecord(base + <u32>(at - input), <u32>(contentEnd - at), linesInside);
    else if (!giveUp(at, base)) {
      starved = true;
      return <u32>(at - input);
    }
    at = next;
  }
  starved = at >= end;
  return <u32>(at - input);
}

/** Reads the record at `start`: sets `verdict` and `next`, returns where its content ends. */
function readRecord(start: usize): usize {
  const count = columnCount;
  let at = start;
  let index: u32 = 0;
  linesInside = 0;
  while (true) {
    started = index + 1;
    beginColumn(index);
    at = readField(columnAt(index), at);
    if (verdict != GOOD) return at;
    if (at > bound) return fail(TOO_LONG, at);
    if (at >= end) return readLastEnd(at, index + 1 == count);
    const byte = <u32>load<u8>(at);
    if (byte == delimiter) {
      index++;
      at++;
      if (index == count) return fail(TOO_MANY_FIELDS, at);
      continue;
    }
    return readLineEnd(at, byte, index + 1 == count);
  }
}

// @ts-expect-error: decorator
@inline
function fail(code: u32, at: usize): usize {
  verdict = code;
  return at;
}

/** The bytes end behind a field: the record does, too, if no more come. */
function readLastEnd(at: usize, complete: bool): usize {
  next = end;
  if (!final) verdict = INCOMPLETE;
  else if (!complete) verdict = TOO_FEW_FIELDS;
  return at;
}

// @ts-expect-error: decorator
@inline
function readLineEnd(at: usize, byte: u32, complete: bool): usize {
  if (byte == LF) next = at + 1;
  else if (byte != CR) return fail(BAD_QUOTE, at);
  else if (at + 1 < end) {
    if (load<u8>(at, 1) != LF) return fail(BARE_CR, at);
    next = at + 2;
  } else return fail(final ? BARE_CR : INCOMPLETE, at);
  if (!complete) verdict = TOO_FEW_FIELDS;
  return at;
}

/** Puts the field at `p` into its column and returns where it ends. */
// @ts-expect-error: decorator
@inline
function readField(column: Column, p: usize): usize {
  if (load<u8>(p) == quote) return readQuoted(column, p);
  const text = column.kind == Kind.TEXT;
  const at = text ? fieldEnd(p, bound) : shortFieldEnd(p);
  if (at > bound) return at;
  const size = <u32>(at - p);
  if (isNullText(p, size)) putNull(column);
  else if (text) putFieldText(column, p, size);
  else putTyped(column, p, size);
  return at;
}

function readQuoted(column: Column, p: usize): usize {
  const from = p + 1;
  const limit = min(end, bound);
  let close = from;
  let escapes: u32 = 0;
  while (true) {
    close = findQuote(close, limit);
    if (close == 0) return fail(limit == end && !final ? INCOMPLETE : BAD_QUOTE, p);
    if (close + 1 >= end) {
      if (!final) return fail(INCOMPLETE, p);
      break;
    }
    if (load<u8>(close, 1) != quote) break;
    escapes++;
    close += 2;
  }
  const after = close + 1;
  const byte = <u32>load<u8>(after);
  if (after < end && byte != delimiter && byte != LF && byte != CR) return fail(BAD_QUOTE, p);
  linesInside += countLineFeeds(from, close);
  let text = from;
  let size = <u32>(close - from);
  if (escapes > 0) {
    unescape(from, close);
    text = unescaped;
    size -= escapes;
  }
  if (column.kind == Kind.TEXT) putFieldText(column, text, size);
  else putTyped(column, text, size);
  return after;
}

/** Copies [p, close) with each pair of quotes as one. */
function unescape(p: usize, close: usize): void {
  let out = unescaped;
  for (let at = p; at < close; at++) {
    const byte = <u32>load<u8>(at);
    store<u8>(out++, byte);
    if (byte == quote) at++;
  }
}

/** Undoes the record at `start` and lists it as bad. False when more bytes must come first. */
function giveUp(start: usize, base: u32): bool {
  undoValues(started);
  if (verdict == INCOMPLETE) return false;
  const mayWait = !final && <u32>(end - start) <= recordBytesMax + 1;
  startFrame();
  let stop = frame(start, end);
  if (mayWait && ending == Ending.OPEN) return false;
  stop = settle(stop);
  if (mayWait && ending == Ending.OPEN) return false;
  skipping = ending == Ending.OPEN;
  next = stop;
  const length = <u32>(stop - start) - (skipping ? 0 : tail);
  if (verdict != AMBIGUOUS_QUOTE && length > recordBytesMax) verdict = TOO_LONG;
  noteBad(base + <u32>(start - input), length, verdict);
  passLines(countLineFeeds(start, stop));
  return true;
}

/**
 * Offers the next `size` bytes to a record that was given up before and is still `skipping`; returns how many of them
 * are its own, line end included.
 */
export function skip(size: u32, isFinal: bool): u32 {
  end = input + size;
  final = isFinal;
  memory.fill(end, <u8>LF, SENTINEL);
  continueFrame();
  const stop = settle(frame(input, end));
  skipping = ending == Ending.OPEN;
  passLines(countLineFeeds(input, stop));
  return <u32>(stop - input);
}

/** Decides over a record whose framing stopped at `p`; returns the place behind it, or the end of the input. */
function settle(p: usize): usize {
  let stop = p;
  const answer = ending == Ending.OPEN && isInQuotes() ? openEnding() : CLOSES;
  if (ending == Ending.MISPLACED || answer != CLOSES) {
    const isDoubtful = answer != NEVER && spansLines(stop);
    verdict = isDoubtful || answer == MISPLACED_LINES_AHEAD ? AMBIGUOUS_QUOTE : BAD_QUOTE;
    stop = dropLine(stop, end);
  }
  if (final && ending == Ending.OPEN) endOfFile();
  return stop;
}

// @ts-expect-error: decorator
@inline
function openEnding(): u32 {
  if (!final) return quoteEnding(isBehindQuote());
  if (isBehindQuote()) return CLOSES;
  return <u32>load<u8>(end - 1) == LF ? NEVER : MISPLACED;
}
