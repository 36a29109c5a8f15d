/**
 * Column bounds: from the text that engines print to cells, and from cells to Iceberg's single-value bytes and back.
 *
 * Not here: which columns get bounds (`copy-stats.ts`) and what bounds prove (`prune.ts`).
 * Invariants: `decodeBound(type, encodeBound(type, cell))` is the cell; a truncated lower bound is at most, a truncated
 * upper bound at least the text it stands for, in the order of code points.
 * Source: spec/iceberg/format/spec.md, Appendix D "Binary single-value serialization".
 */
import type { PrimitiveType } from '../contract/data-type.ts';
import { assert, unreachable } from '../lib/assert.ts';
import { WeftError } from '../lib/error.ts';

/**
 * One bound. bigint stands for whole numbers: int and long, unscaled decimals, days of a date, microseconds of a time or
 * timestamp. Doubles are numbers, text is text.
 */
export type BoundCell = boolean | bigint | number | string;

/** Text bounds keep this many code points, as the reference implementation of Iceberg does. */
export const TEXT_BOUND_LENGTH = 16;

const encoder = new TextEncoder();
// Why: a text may begin with U+FEFF, which a decoder otherwise takes for a byte order mark.
const textDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
const MICROS_PER_DAY = 86_400_000_000n;

/** The single-value bytes of a cell. */
export function encodeBound(type: PrimitiveType, cell: BoundCell): Uint8Array {
  switch (type.kind) {
    case 'boolean':
      return Uint8Array.of(cell === true ? 1 : 0);
    case 'int':
    case 'date':
      return littleEndian(wholeCell(cell), 4);
    case 'long':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return littleEndian(wholeCell(cell), 8);
    case 'double': {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setFloat64(0, Number(cell), true);
      return bytes;
    }
    case 'decimal':
      return twosComplement(wholeCell(cell));
    case 'string':
      return encoder.encode(String(cell));
    default:
      return unreachable(type);
  }
}

/**
 * The cell of single-value bytes. Bounds written before a promotion (int to long, float to double) have the old width,
 * so the width is told by the bytes. Throws TABLE_CORRUPT when they cannot be of the type.
 */
export function decodeBound(type: PrimitiveType, bytes: Uint8Array): BoundCell {
  switch (type.kind) {
    case 'boolean':
      expectLength(bytes, 1);
      return bytes[0] !== 0;
    case 'int':
    case 'long':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      expectLength(bytes, 4, 8);
      return bytes.length === 4
        ? BigInt(viewOf(bytes).getInt32(0, true))
        : viewOf(bytes).getBigInt64(0, true);
    case 'double':
      expectLength(bytes, 4, 8);
      return bytes.length === 4
        ? viewOf(bytes).getFloat32(0, true)
        : viewOf(bytes).getFloat64(0, true);
    case 'decimal':
      expectLength(bytes, ...Array.from({ length: 17 }, (_, i) => i + 1));
      return bytes.reduce(
        (value, byte) => (value << 8n) | BigInt(byte),
        (bytes[0] ?? 0) > 127 ? -1n : 0n,
      );
    case 'string':
      return textDecoder.decode(bytes);
    default:
      return unreachable(type);
  }
}

/** The first code points of a lower bound. */
export function truncateLower(text: string): string {
  return [...text].slice(0, TEXT_BOUND_LENGTH).join('');
}

/** A short text that is at least `text`, or null when there is none (all leading code points are the highest). */
export function truncateUpper(text: string): string | null {
  const points = [...text];
  if (points.length <= TEXT_BOUND_LENGTH) return text;
  return afterPrefix(points.slice(0, TEXT_BOUND_LENGTH));
}

/** A text above every text that begins with these code points, or null when there is none. */
export function afterPrefix(points: readonly string[]): string | null {
  for (let i = points.length - 1; i >= 0; i--) {
    const next = successor(points[i] ?? '');
    if (next !== null) return points.slice(0, i).join('') + next;
  }
  return null;
}

function successor(point: string): string | null {
  const next = (point.codePointAt(0) ?? 0) + 1;
  if (next > 0x10ffff) return null;
  // Why: surrogates are no characters and have no UTF-8 form.
  return String.fromCodePoint(next >= 0xd800 && next <= 0xdfff ? 0xe000 : next);
}

/**
 * Reads a value as DuckDB prints it in statistics (and constants of predicates write it). Null when the text has no
 * exact cell in this type: infinite dates, NaN, more digits than the scale.
 */
export function parseCell(type: PrimitiveType, text: string): BoundCell | null {
  switch (type.kind) {
    case 'boolean':
      return parseBoolean(text);
    case 'int':
    case 'long':
      return /^-?\d+$/.test(text) ? BigInt(text) : null;
    case 'double':
      return parseDouble(text);
    case 'decimal':
      return parseDecimal(text, type.scale);
    case 'date':
      return parseDate(text);
    case 'time':
      return parseTime(text);
    case 'timestamp':
    case 'timestamptz':
      return parseTimestamp(text);
    case 'string':
      return text;
    default:
      return unreachable(type);
  }
}

function parseBoolean(text: string): boolean | null {
  if (text === '1' || text === 'true') return true;
  return text === '0' || text === 'false' ? false : null;
}

function parseDouble(text: string): number | null {
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isNaN(value) ? null : value;
}

/** The unscaled value of decimal text at a scale, or null when it does not fit without rounding. */
export function parseDecimal(text: string, scale: number): bigint | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = ''] = match;
  if (whole === '' && fraction === '') return null;
  const digits = fraction.replace(/0+$/, '');
  if (digits.length > scale) return null;
  const unscaled = BigInt(`${whole}${digits.padEnd(scale, '0')}`);
  return sign === '-' ? -unscaled : unscaled;
}

/** Days since 1970-01-01 of `YYYY-MM-DD`, years of any length, ` (BC)` as DuckDB writes it. */
export function parseDate(text: string): bigint | null {
  const match = /^([+-]?\d{1,7})-(\d\d)-(\d\d)( \(BC\))?$/.exec(text);
  if (match === null) return null;
  const [, yearText = '', month = '', day = '', bc] = match;
  const year = bc === undefined ? Number(yearText) : 1 - Number(yearText);
  return daysFromCivil(year, Number(month), Number(day));
}

/** Null when there is no such day. */
export function daysFromCivil(year: number, month: number, day: number): bigint | null {
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  const milliseconds = time.getTime();
  if (Number.isNaN(milliseconds) || time.getUTCMonth() !== month - 1 || time.getUTCDate() !== day)
    return null;
  return BigInt(Math.round(milliseconds / 86_400_000));
}

/** Microseconds since midnight of `hh:mm:ss[.ffffff]`. */
export function parseTime(text: string): bigint | null {
  const match = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/.exec(text);
  if (match === null) return null;
  const [, hours = '', minutes = '', seconds = '', fraction = ''] = match;
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

/**
 * Microseconds since the epoch of `date[ T]time[Z|±hh[:mm]]`; without an offset the clock is read as UTC. DuckDB puts its
 * mark of years before Christ after the date.
 */
export function parseTimestamp(text: string): bigint | null {
  const match =
    /^([^\sT]+(?: \(BC\))?)[ T](\d\d:\d\d:\d\d(?:\.\d{1,6})?)(Z|[+-]\d\d(?::?\d\d)?)?$/.exec(text);
  if (match === null) return null;
  const days = parseDate(match[1] ?? '');
  const time = parseTime(match[2] ?? '');
  if (days === null || time === null) return null;
  return days * MICROS_PER_DAY + time - offsetMicros(match[3] ?? 'Z');
}

function offsetMicros(text: string): bigint {
  if (text === 'Z') return 0n;
  const digits = text.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return BigInt(text.startsWith('-') ? -minutes : minutes) * 60_000_000n;
}

function wholeCell(cell: BoundCell): bigint {
  assert(typeof cell === 'bigint', 'a bound of a whole-number type is a bigint');
  return cell;
}

function littleEndian(value: bigint, width: 4 | 8): Uint8Array {
  assert(BigInt.asIntN(width * 8, value) === value, 'the bound does not fit its type');
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, value, true);
  return bytes.subarray(0, width);
}

function twosComplement(value: bigint): Uint8Array {
  let length = 1;
  while (BigInt.asIntN(length * 8, value) !== value) length++;
  return Uint8Array.from({ length }, (_, i) =>
    Number((value >> BigInt((length - 1 - i) * 8)) & 0xffn),
  );
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function expectLength(bytes: Uint8Array, ...lengths: number[]): void {
  if (lengths.includes(bytes.length)) return;
  throw new WeftError(
    'TABLE_CORRUPT',
    `A column bound has ${bytes.length} bytes, which its type never has.`,
  );
}
