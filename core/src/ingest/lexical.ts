/**
 * The lexical types of Weft: which texts are values of a type, and which value each of them is.
 *
 * This is the reference: `docs/lexical-types.md` tells it to people, `core/wasm` does the same in WebAssembly and is
 * compared with it. It is never a cast: text that is only nearly of a type (`1.0`, `+7`, `2026-2-3`) is not of it.
 * Not here: NULL, quotes and the other framing of a format.
 * Invariant: nothing is rounded but doubles, which are the nearest IEEE 754 number of their text.
 */
import type { PrimitiveType } from '../contract/data-type.ts';
import { daysFromCivil, daysInMonth, fixedOffsetSeconds, type LocalOffset } from './calendar.ts';

/**
 * `number` for int, double and date (days from 1970-01-01); `bigint` for long, decimal (unscaled), time, timestamp and
 * timestamptz (microseconds from midnight or from the epoch); `boolean` and `string` for these two.
 */
export type LexicalValue = number | bigint | boolean | string;
export type LexicalResult = { ok: true; value: LexicalValue } | { ok: false };

const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const DECIMAL = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/;
const TIMESTAMP = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,6})?)$/;
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
      return parseInteger(text, 63n, (value) => value);
    case 'double':
      return parseDouble(text);
    case 'decimal':
      return parseDecimal(text, type.precision, type.scale);
    case 'date':
      return found(parseDate(text));
    case 'time':
      return found(parseTime(text));
    case 'timestamp':
      return found(parseTimestamp(text));
    case 'timestamptz':
      return found(parseInstant(text, offset));
  }
}

function found(value: number | bigint | null): LexicalResult {
  return value === null ? NOT_OF_TYPE : { ok: true, value };
}

/** Minus zero is refused: no integer is printed so. */
function parseInteger(
  text: string,
  bits: bigint,
  convert: (value: bigint) => number | bigint,
): LexicalResult {
  if (text.length > 20 || text === '-0' || !INTEGER.test(text)) return NOT_OF_TYPE;
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

/** Years 0001 to 9999: the year 0 is no year of the common calendar. */
function parseDate(text: string): number | null {
  const match = DATE.exec(text);
  if (match === null) return null;
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  if (year === 0 || day < 1 || day > daysInMonth(year, month)) return null;
  return daysFromCivil(year, month, day);
}

/** 00:00:00 to 23:59:59.999999; neither 24:00:00 nor leap seconds. */
function parseTime(text: string): bigint | null {
  const match = TIME.exec(text);
  if (match === null) return null;
  const hour = Number(match[1]);
  const minute = Number(match[2]);
  const second = Number(match[3]);
  if (hour > 23 || minute > 59 || second > 59) return null;
  const micros = Number((match[4] ?? '').padEnd(6, '0'));
  return BigInt((hour * 3600 + minute * 60 + second) * 1_000_000 + micros);
}

function parseTimestamp(text: string): bigint | null {
  const match = TIMESTAMP.exec(text);
  if (match === null) return null;
  const days = parseDate(match[1] ?? '');
  const time = parseTime(match[2] ?? '');
  return days === null || time === null ? null : BigInt(days) * DAY_MICROS + time;
}

/** Offsets reach from -14:00 to +14:00, as in XML Schema 1.1 part 2 (3.3.7). */
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
  return seconds === null ? null : local - BigInt(seconds) * 1_000_000n;
}

function modulo(value: bigint, divisor: bigint): bigint {
  const rest = value % divisor;
  return rest < 0n ? rest + divisor : rest;
}
