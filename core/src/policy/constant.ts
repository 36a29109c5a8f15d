/**
 * Literals of a filter read as constants of a column's type, in one canonical form per type.
 *
 * Not a general value parser: only what the predicate form compares, and only lexical forms that every back end reads
 * alike. Invariant: no rounding; what does not fit the type exactly is refused with a reason.
 */
import type { DataType } from '../contract/data-type.ts';
import type { ExpressionValue } from '../lib/expression.ts';
import type { Constant } from '../lib/predicate.ts';

export type ReadConstant =
  | { value: Constant; problem: null; remedy: null }
  | { value: null; problem: string; remedy: string };

const INT = { min: -(2n ** 31n), max: 2n ** 31n - 1n };
const LONG = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const TIMESTAMP =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** The literal as a constant of the type; never `null` (ask for that with `is null`). */
export function readConstant(type: DataType, literal: ExpressionValue): ReadConstant {
  switch (type.kind) {
    case 'boolean':
      return readBoolean(literal.text);
    case 'int':
      return readInteger('int', literal.text, INT);
    case 'long':
      return readInteger('long', literal.text, LONG);
    case 'double':
      return readDouble(literal.text);
    case 'decimal':
      return readDecimal(literal.text, type);
    case 'string':
      return readText(literal);
    case 'date':
      return readDate(literal.text);
    case 'timestamp':
    case 'timestamptz':
      return readTimestamp(literal.text, type.kind);
    default:
      return bad('values of this type cannot be compared', 'Filter on another column.');
  }
}

function good(value: Constant): ReadConstant {
  return { value, problem: null, remedy: null };
}

function bad(problem: string, remedy: string): ReadConstant {
  return { value: null, problem, remedy };
}

function readBoolean(text: string): ReadConstant {
  const word = text.toLowerCase();
  if (word !== 'true' && word !== 'false') return bad('not a boolean', 'Write true or false.');
  return good({ type: 'boolean', value: word === 'true' });
}

function readInteger(
  type: 'int' | 'long',
  text: string,
  range: { min: bigint; max: bigint },
): ReadConstant {
  if (!/^[+-]?\d{1,20}$/.test(text)) return bad('not a whole number', 'Write digits only.');
  const value = BigInt(text.replace(/^\+/, ''));
  if (value < range.min || value > range.max) {
    return bad('beyond the range of the type', `Stay between ${range.min} and ${range.max}.`);
  }
  return good({ type, value: String(value) });
}

function readDouble(text: string): ReadConstant {
  const value = Number(text);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) || !Number.isFinite(value)) {
    return bad('not a finite number', 'Write a number such as 1.5 or 2e6.');
  }
  // Why: JSON has no negative zero, and a decision travels as JSON; the two zeros are equal anyway.
  return good({ type: 'double', value: value === 0 ? 0 : value });
}

function readDecimal(text: string, type: { precision: number; scale: number }): ReadConstant {
  const match = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(text);
  if (match === null) return bad('not a decimal number', 'Write digits, such as 12.50.');
  const whole = (match[2] ?? '').replace(/^0+(?=\d)/, '');
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  const digits = whole === '0' ? 0 : whole.length;
  if (fraction.length > type.scale || digits > type.precision - type.scale) {
    const form = `at most ${type.precision - type.scale} digits before and ${type.scale} after the point`;
    return bad('it does not fit the type exactly', `Write ${form}.`);
  }
  const padded = type.scale === 0 ? whole : `${whole}.${fraction.padEnd(type.scale, '0')}`;
  const sign = match[1] === '-' && /[1-9]/.test(padded) ? '-' : '';
  return good({ type: 'decimal', value: sign + padded });
}

function readText(literal: ExpressionValue): ReadConstant {
  if (!literal.quoted && literal.text.toLowerCase() === 'null') {
    return bad('null is not a value', 'Write "is null" or "is not null".');
  }
  if (literal.text.includes('\0') || !literal.text.isWellFormed()) {
    return bad('it holds a character that no engine stores', 'Remove NUL and lone surrogates.');
  }
  return good({ type: 'string', value: literal.text });
}

function readDate(text: string): ReadConstant {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || !isCalendarDate(text)) {
    return bad('not a date', 'Write it as 2026-01-31.');
  }
  return good({ type: 'date', value: text });
}

function readTimestamp(text: string, type: 'timestamp' | 'timestamptz'): ReadConstant {
  const match = TIMESTAMP.exec(text);
  const date = match?.[1] ?? '';
  const [hour, minute, second] = [match?.[2], match?.[3], match?.[4]].map((part) =>
    Number(part ?? 0),
  );
  if (match === null || !isCalendarDate(date) || !isClock(hour, minute, second)) {
    return bad('not a time stamp', 'Write it as 2026-01-31T08:30:00Z.');
  }
  const zone = match[6] ?? 'Z';
  if (type === 'timestamp' && zone !== 'Z') {
    return bad('the column has no time zone', 'Leave the offset out.');
  }
  const utc = shiftToUtc(`${date}T${two(hour)}:${two(minute)}:${two(second)}`, zone);
  if (utc === null) return bad('not a time stamp', 'Write it as 2026-01-31T08:30:00Z.');
  return good({ type, value: `${utc}.${(match[5] ?? '').padEnd(6, '0')}Z` });
}

/** `seconds` is `YYYY-MM-DDThh:mm:ss`; the result too, in UTC. Null for an impossible offset or year. */
function shiftToUtc(seconds: string, zone: string): string | null {
  if (zone === 'Z') return seconds;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 15 || minutes > 59) return null;
  const offset = (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  const shifted = new Date(Date.parse(`${seconds}Z`) - offset).toISOString();
  return /^\d{4}-/.test(shifted) ? shifted.slice(0, 19) : null;
}

function isCalendarDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return (
    !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) && !text.startsWith('0000')
  );
}

function isClock(hour = 0, minute = 0, second = 0): boolean {
  return hour <= 23 && minute <= 59 && second <= 59;
}

function two(value = 0): string {
  return String(value).padStart(2, '0');
}
