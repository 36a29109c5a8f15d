/**
 * The tokens of JSON: where each ends, and the text of strings without their escapes.
 *
 * Not here: what a record is (`ndjson.ts`). Every function takes the place of a token's first byte and returns the place
 * behind its last, or 0 when it is none. A line feed is no part of any token, so nothing reads beyond a line.
 * Source: RFC 8259.
 */
import { equalBytes, LF } from './scan';

const QUOTE: u32 = 0x22;
const BACKSLASH: u32 = 0x5c;
const OPEN_OBJECT: u32 = 0x7b;
const CLOSE_OBJECT: u32 = 0x7d;
const OPEN_ARRAY: u32 = 0x5b;
const CLOSE_ARRAY: u32 = 0x5d;
/** As `NESTING_MAX` of `core/src/ingest/json-record.ts`. */
const NESTING_MAX: u32 = 100;

/** Content of the string read last; valid until the next one. */
export let stringAt: usize = 0;
export let stringSize: u32 = 0;
/** True when a string of the record holds half of a surrogate pair, which no text in UTF-8 can. */
export let loneSurrogate: bool = false;

let unescaped: usize = 0;

/** `unescapedAt` has room for the longest string. */
export function startTokens(unescapedAt: usize): void {
  unescaped = unescapedAt;
  loneSurrogate = false;
}

// @ts-expect-error: decorator
@inline
export function skipSpace(p: usize): usize {
  let at = p;
  while (true) {
    const byte = <u32>load<u8>(at);
    if (byte > 0x20 || (byte != 0x20 && byte != 0x09 && byte != 0x0d)) return at;
    at++;
  }
}

/** Any value; `depth` counts the brackets around it. */
export function skipValue(p: usize, depth: u32): usize {
  const first = <u32>load<u8>(p);
  if (first == QUOTE) return readString(p);
  if (first == OPEN_OBJECT || first == OPEN_ARRAY) {
    return depth == NESTING_MAX ? 0 : skipNested(p, first == OPEN_OBJECT, depth + 1);
  }
  if (first == 0x2d || isDigit(first)) return skipNumber(p);
  return skipLiteral(p);
}

function skipNested(p: usize, isObject: bool, depth: u32): usize {
  const close = isObject ? CLOSE_OBJECT : CLOSE_ARRAY;
  let at = skipSpace(p + 1);
  if (<u32>load<u8>(at) == close) return at + 1;
  while (true) {
    if (isObject) {
      at = readString(at);
      if (at == 0) return 0;
      at = skipSpace(at);
      if (load<u8>(at) != 0x3a) return 0;
      at = skipSpace(at + 1);
    }
    at = skipValue(at, depth);
    if (at == 0) return 0;
    at = skipSpace(at);
    const byte = <u32>load<u8>(at);
    if (byte == close) return at + 1;
    if (byte != 0x2c) return 0;
    at = skipSpace(at + 1);
  }
}

// @ts-expect-error: decorator
@inline
function isDigit(byte: u32): bool {
  return byte - 0x30 < 10;
}

// @ts-expect-error: decorator
@inline
function skipDigits(p: usize): usize {
  let at = p;
  while (isDigit(<u32>load<u8>(at))) at++;
  return at;
}

/** The longest number; what may not follow one is told by the caller's next look. */
export function skipNumber(p: usize): usize {
  let at = load<u8>(p) == 0x2d ? p + 1 : p;
  if (load<u8>(at) == 0x30) at++;
  else {
    const whole = skipDigits(at);
    if (whole == at) return 0;
    at = whole;
  }
  if (load<u8>(at) == 0x2e) {
    const fraction = skipDigits(at + 1);
    if (fraction > at + 1) at = fraction;
    else return at;
  }
  if ((<u32>load<u8>(at) | 0x20) == 0x65) {
    const sign = <u32>load<u8>(at + 1);
    const from = sign == 0x2b || sign == 0x2d ? at + 2 : at + 1;
    const exponent = skipDigits(from);
    if (exponent > from) at = exponent;
  }
  return at;
}

/** `true`, `false` or `null`. */
// @ts-expect-error: decorator
@inline
export function skipLiteral(p: usize): usize {
  const four = load<u32>(p);
  if (four == 0x65757274 || four == 0x6c6c756e) return p + 4;
  return four == 0x736c6166 && load<u8>(p + 4) == 0x65 ? p + 5 : 0;
}

/** A string; its content is at `stringAt`. */
export function readString(p: usize): usize {
  if (<u32>load<u8>(p) != QUOTE) return 0;
  const from = p + 1;
  const at = stringStop(from);
  const byte = <u32>load<u8>(at);
  if (byte == QUOTE) {
    stringAt = from;
    stringSize = <u32>(at - from);
    return at + 1;
  }
  return byte == BACKSLASH ? readEscaped(from, at) : 0;
}

/** The next quote, backslash or control character. */
// @ts-expect-error: decorator
@inline
function stringStop(p: usize): usize {
  let at = p;
  while (true) {
    const bytes = v128.load(at);
    const mask = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c))),
        i8x16.lt_u(bytes, i8x16.splat(0x20)),
      ),
    );
    if (mask) return at + ctz(mask);
    at += 16;
  }
}

function readEscaped(from: usize, firstEscape: usize): usize {
  let out = unescaped;
  let run = from;
  let at = firstEscape;
  while (true) {
    const plain = at - run;
    memory.copy(out, run, plain);
    out += plain;
    const byte = <u32>load<u8>(at);
    if (byte == QUOTE) {
      stringAt = unescaped;
      stringSize = <u32>(out - unescaped);
      return at + 1;
    }
    if (byte != BACKSLASH) return 0;
    const letter = <u32>load<u8>(at + 1);
    if (letter == 0x75) {
      const code = hex4(at + 2);
      if (code < 0) return 0;
      at += 6;
      const low = isHighSurrogate(code) ? lowSurrogateAt(at) : -1;
      if (low >= 0) {
        out = putCodePoint(out, 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00));
        at += 6;
      } else {
        if (code >= 0xd800 && code < 0xe000) loneSurrogate = true;
        out = putCodePoint(out, code);
      }
    } else {
      const plainByte = escapedByte(letter);
      if (plainByte == 0) return 0;
      store<u8>(out++, plainByte);
      at += 2;
    }
    run = at;
    at = stringStop(at);
  }
}

function escapedByte(letter: u32): u32 {
  if (letter == QUOTE || letter == BACKSLASH || letter == 0x2f) return letter;
  if (letter == 0x6e) return LF;
  if (letter == 0x74) return 0x09;
  if (letter == 0x72) return 0x0d;
  if (letter == 0x62) return 0x08;
  return letter == 0x66 ? 0x0c : 0;
}

/** The value of four hexadecimal digits, or -1. */
function hex4(p: usize): i32 {
  let value: i32 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const byte = <u32>load<u8>(p + i);
    const letter = (byte | 0x20) - 0x61;
    if (isDigit(byte)) value = (value << 4) | (byte - 0x30);
    else if (letter < 6) value = (value << 4) | (letter + 10);
    else return -1;
  }
  return value;
}

// @ts-expect-error: decorator
@inline
function isHighSurrogate(code: i32): bool {
  return code >= 0xd800 && code < 0xdc00;
}

function lowSurrogateAt(p: usize): i32 {
  if (<u32>load<u8>(p) != BACKSLASH || load<u8>(p + 1) != 0x75) return -1;
  const code = hex4(p + 2);
  return code >= 0xdc00 && code < 0xe000 ? code : -1;
}

function putCodePoint(out: usize, code: i32): usize {
  if (code < 0x80) {
    store<u8>(out, code);
    return out + 1;
  }
  if (code < 0x800) {
    store<u8>(out, 0xc0 | (code >> 6));
    store<u8>(out + 1, 0x80 | (code & 0x3f));
    return out + 2;
  }
  if (code < 0x10000) {
    store<u8>(out, 0xe0 | (code >> 12));
    store<u8>(out + 1, 0x80 | ((code >> 6) & 0x3f));
    store<u8>(out + 2, 0x80 | (code & 0x3f));
    return out + 3;
  }
  store<u8>(out, 0xf0 | (code >> 18));
  store<u8>(out + 1, 0x80 | ((code >> 12) & 0x3f));
  store<u8>(out + 2, 0x80 | ((code >> 6) & 0x3f));
  store<u8>(out + 3, 0x80 | (code & 0x3f));
  return out + 4;
}

/** True when the name of `size` bytes at `name` stands at `p` between quotes, as it is. */
// @ts-expect-error: decorator
@inline
export function isQuotedName(p: usize, name: usize, size: u32): bool {
  return (
    <u32>load<u8>(p) == QUOTE &&
    <u32>load<u8>(p + 1 + size) == QUOTE &&
    equalBytes(p + 1, name, size)
  );
}
