/**
 * Frames a record without reading it: where one that is given up ends, however long it is.
 *
 * Invariants: text inside quotes never ends a record; a record may come in any number of pieces, and what is remembered
 * between two is a few words.
 */
import { CR, delimiter, fieldEnd, findLineFeed, findQuote, LF, quote } from './scan';

/** What the next byte is part of. */
const enum State {
  /** Nothing yet: a field starts. */
  FIELD,
  PLAIN,
  QUOTED,
  /** It follows a quote in a quoted field, which is the first of two or the last of the field. */
  CLOSED,
  AFTER_CR,
  /** A line that is dropped whatever it holds. */
  LINE,
}

export const enum Ending {
  /** The bytes end before the record. */
  OPEN,
  DONE,
  /** A quote stands where none may, or text behind a closing one. */
  MISPLACED,
}

let state: State = State.FIELD;
/** Where the field at work starts; 0 when that was in an earlier piece. */
let fieldAt: usize = 0;
/** True when the field at work starts with a quote. */
let isQuoted: bool = false;
let afterCr: bool = false;
export let ending: Ending = Ending.OPEN;
/** Bytes of the line end of a record that is done: 0 at the end of the file, else 1 or 2. */
export let tail: u32 = 0;

export function startFrame(): void {
  state = State.FIELD;
  fieldAt = 0;
  isQuoted = false;
  afterCr = false;
}

/** Goes on with a record in a new piece. */
export function continueFrame(): void {
  fieldAt = 0;
}

/** True when the bytes ended inside a quoted field that starts in this piece. */
export function isInQuotes(): bool {
  return fieldAt != 0 && (state == State.QUOTED || state == State.CLOSED);
}

/** True when the bytes ended behind a quote, so that the next byte tells whether it closes the field. */
export function isBehindQuote(): bool {
  return state == State.CLOSED;
}

/** True when the quoted field that came to `stop` starts on an earlier line. */
export function spansLines(stop: usize): bool {
  return isQuoted && fieldAt != 0 && findLineFeed(fieldAt, stop) != 0;
}

/** Frames [p, end): returns the place behind the record, of the misplaced byte, or `end`, as `ending` says. */
export function frame(p: usize, end: usize): usize {
  let at = p;
  ending = Ending.OPEN;
  while (at < end) {
    if (state == State.LINE) return frameLine(at, end);
    if (state == State.QUOTED) {
      const found = findQuote(at, end);
      if (found == 0) return end;
      at = found + 1;
      state = State.CLOSED;
    } else if (state == State.FIELD) {
      at = startField(at);
    } else {
      if (state == State.PLAIN) at = fieldEnd(at, end);
      if (at >= end) return end;
      at = endField(at);
      if (ending != Ending.OPEN) return at;
    }
  }
  return at;
}

// @ts-expect-error: decorator
@inline
function startField(at: usize): usize {
  fieldAt = at;
  isQuoted = <u32>load<u8>(at) == quote;
  state = isQuoted ? State.QUOTED : State.PLAIN;
  return at + <usize>isQuoted;
}

/** Takes the byte at `at`, which follows a field, a quote or a carriage return. */
function endField(at: usize): usize {
  const byte = <u32>load<u8>(at);
  if (byte == LF) {
    tail = state == State.AFTER_CR ? 2 : 1;
    ending = Ending.DONE;
  } else if (state == State.AFTER_CR) {
    // Why: it may have ended a line, so a quote behind it may open a field.
    state = State.FIELD;
    return at;
  } else if (byte == delimiter) state = State.FIELD;
  else if (byte == CR) state = State.AFTER_CR;
  else if (state == State.CLOSED && byte == quote) state = State.QUOTED;
  else {
    ending = Ending.MISPLACED;
    return at;
  }
  return at + 1;
}

/** Drops the line on which the misplaced field starts; `stop` stands for it when that was in an earlier piece. */
export function dropLine(stop: usize, end: usize): usize {
  state = State.LINE;
  afterCr = false;
  ending = Ending.OPEN;
  return frameLine(fieldAt == 0 ? stop : fieldAt, end);
}

function frameLine(p: usize, end: usize): usize {
  const lineFeed = findLineFeed(p, end);
  if (lineFeed == 0) {
    afterCr = <u32>load<u8>(end - 1) == CR;
    return end;
  }
  const isCrLf = lineFeed == p ? afterCr : <u32>load<u8>(lineFeed - 1) == CR;
  tail = isCrLf ? 2 : 1;
  ending = Ending.DONE;
  return lineFeed + 1;
}

/** The file ends here, and so does the record. */
export function endOfFile(): void {
  ending = Ending.DONE;
  tail = 0;
}
