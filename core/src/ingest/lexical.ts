/**
 * The lexical types of Weft: which texts are values of a type, and which value each of them is.
 *
 * This is the reference: `docs/lexical-types.md` tells it to people, `core/wasm` does the same in WebAssembly and is
 * compared with it. It is never a cast: text that is only nearly of a type (`1.0`, `+7`, `2026-2-3`) is not of it.
 * Not here: NULL, quotes and the other framing of a format.
 * Invariant: nothing is rounded but doubles, which are the nearest IEEE 754 number of their text.
 */
import type { PrimitiveType } from '../contract/data-type.ts';
import {
  daysFromCivil,
  daysInMonth,
  fixedOffsetSeconds,
  type LocalOffset,
} from '../lib/calendar.ts';

/**
 * `number` for int, double and date (days from 1970-01-01); `bigint` for long, decimal (unscaled), time, timestamp and
 * timestamptz (microseconds from midnight or from the epoch); `boolean` and `string` for these two.
 */
export type LexicalValue = number | bigint | boolean | string;
export type LexicalResult = { ok: true; value: LexicalValue } | { ok: false };

const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const DECIMAL = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/;
const OFFSET = /(?:Z|[+-]\d\d:\d\d)$/;

const NOT_OF_TYPE: LexicalResult = { ok: false };
const DAY_MICROS = 86_400_000_000n;

/**
 * Reads `text` as a value of `type`. `offset` gives the zone of a `timestamptz` without an offset; without it the offset
 * must be in the text.
 */
export function parseLexical(
  type: PrimitiveType,
  text: string,
  offset: LocalOffset | null = null,
): LexicalResult {
  switch (type.kind) {
    case 'string':
      return { ok: true, value: text };
    case 'boolean':
      return text === 'true' || text === 'false'
        ? { ok: true, value: text === 'true' }
        : NOT_OF_TYPE;
    case 'int':
      return parseInteger(text, 31n, Number);
    case 'long':
      return parseInteger(text, 63n, (value) => value, BigInt);
    case 'double':
      return parseDouble(text);
    case 'decimal':
      return parseDecimal(text, type.precision, type.scale);
    case 'date':
      return found(parseDate(text));
    case 'time':
      return found(timeMicros(parseTime(text)));
    case 'timestamp':
      return found(parseTimestamp(text));
    case 'timestamptz':
      return found(parseInstant(text, offset));
  }
}

function timeMicros(value: number | null): bigint | null {
  return value === null ? null : BigInt(value);
}

function found(value: number | bigint | null): LexicalResult {
  return value === null ? NOT_OF_TYPE : { ok: true, value };
}

/** A text of fewer characters is a whole number within 32 bits. */
const SHORT_DIGITS = 10;

/** Minus zero is refused: no integer is printed so. */
function parseInteger(
  text: string,
  bits: bigint,
  convert: (value: bigint) => number | bigint,
  short: (value: number) => number | bigint = Number,
): LexicalResult {
  if (text.length > 20 || text === '-0' || !INTEGER.test(text)) return NOT_OF_TYPE;
  // Why apart: most whole numbers are short, and a number of a few digits is made many times faster.
  if (text.length < SHORT_DIGITS) return { ok: true, value: short(Number(text)) };
  const value = BigInt(text);
  const limit = 1n << bits;
  return value >= -limit && value < limit ? { ok: true, value: convert(value) } : NOT_OF_TYPE;
}

/** A number too large for a double is refused; one too small becomes zero, as IEEE 754 rounds. */
function parseDouble(text: string): LexicalResult {
  if (!NUMBER.test(text)) return NOT_OF_TYPE;
  const value = Number(text);
  return Number.isFinite(value) ? { ok: true, value } : NOT_OF_TYPE;
}

/** Minus zero is zero here: programs print small negative amounts so. */
function parseDecimal(text: string, precision: number, scale: number): LexicalResult {
  if (text.length > 41) return NOT_OF_TYPE;
  const match = DECIMAL.exec(text);
  if (match === null) return NOT_OF_TYPE;
  const [, sign = '', whole = '', fraction = ''] = match;
  const wholeDigits = whole === '0' ? 0 : whole.length;
  if (fraction.length > scale || wholeDigits > precision - scale) return NOT_OF_TYPE;
  const unscaled = BigInt(whole + fraction.padEnd(scale, '0'));
  return { ok: true, value: sign === '-' ? -unscaled : unscaled };
}

/** `YYYY-MM-DD`, years 0001 to 9999: the year 0 is no year of the common calendar. */
function parseDate(text: string): number | null {
  if (text.length !== 10 || text[4] !== '-' || text[7] !== '-') return null;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  if (!(year > 0 && day > 0 && day <= daysInMonth(year, month))) return null;
  return daysFromCivil(year, month, day);
}

/** `hh:mm:ss(.f{1,6})?`, 00:00:00 to 23:59:59.999999; neither 24:00:00 nor leap seconds. In microseconds. */
function parseTime(text: string): number | null {
  const { length } = text;
  if (length < 8 || length === 9 || length > 15 || text[2] !== ':' || text[5] !== ':') return null;
  const hour = digits(text, 0, 2);
  const minute = digits(text, 3, 2);
  const second = digits(text, 6, 2);
  const fraction = length === 8 ? 0 : text[8] === '.' ? digits(text, 9, length - 9) : Number.NaN;
  if (!(hour < 24 && minute < 60 && second < 60 && fraction >= 0)) return null;
  const micros = fraction * 10 ** (length === 8 ? 0 : 15 - length);
  return (hour * 3600 + minute * 60 + second) * 1_000_000 + micros;
}

/** Date, `T` or one space, time: microseconds from 1970-01-01T00:00:00 on the wall clock. */
function parseTimestamp(text: string): bigint | null {
  if (text[10] !== 'T' && text[10] !== ' ') return null;
  const days = parseDate(text.slice(0, 10));
  const time = parseTime(text.slice(11));
  return days === null || time === null ? null : BigInt(days) * DAY_MICROS + BigInt(time);
}

/** The number of `count` digits at `at`; NaN, which no comparison holds for, when they are not digits. */
function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Offsets reach from -14:00 to +14:00, as in XML Schema 1.1 part 2 (3.3.7). */
/** Microseconds of the years 0001 to 9999 in UTC: an offset must not lead out of what RFC 3339 can write. */
const INSTANT_MIN = -62_135_596_800_000_000n;
const INSTANT_MAX = 253_402_300_799_999_999n;

function parseInstant(text: string, offset: LocalOffset | null): bigint | null {
  const suffix = text.length > 19 ? (OFFSET.exec(text)?.[0] ?? '') : '';
  const local = parseTimestamp(text.slice(0, text.length - suffix.length));
  if (local === null) return null;
  const seconds =
    suffix === ''
      ? offset === null
        ? null
        : offset(Number((local - modulo(local, 1_000_000n)) / 1_000_000n))
      : fixedOffsetSeconds(suffix);
  if (seconds === null) return null;
  const instant = local - BigInt(seconds) * 1_000_000n;
  return instant >= INSTANT_MIN && instant <= INSTANT_MAX ? instant : null;
}

function modulo(value: bigint, divisor: bigint): bigint {
  const rest = value % divisor;
  return rest < 0n ? rest + divisor : rest;
}
