/**
 * Values of one record as plain JavaScript: their order, their text, and the constants of a contract among them.
 *
 * Not parsing of data (`ingest/lexical.ts`), whose values these are. What DuckDB does with the same values is the standard
 * here: NaN equals NaN and is above all numbers, text is ordered by code points, and a value has the text of its CAST.
 */
import type { DataType, PrimitiveType } from '../contract/data-type.ts';
import { unreachable } from '../lib/assert.ts';
import {
  daysFromCivil,
  fixedOffsetSeconds,
  instantOffsetOf,
  isCalendarDay,
  localOffsetOf,
} from '../lib/calendar.ts';
import { plainDecimal } from '../lib/decimal-text.ts';

/** A value of a struct (its members in the order of the type), of a list or of a map. */
export type NestedValue =
  | { kind: 'struct'; members: RecordValue[] }
  | { kind: 'list'; items: RecordValue[] }
  | { kind: 'map'; keys: RecordValue[]; values: RecordValue[] };

/**
 * `number` for int, double and date (days from 1970-01-01); `bigint` for long, decimal (unscaled), time, timestamp and
 * timestamptz (microseconds from midnight or from the epoch); null for NULL.
 */
export type RecordValue = null | boolean | number | bigint | string | NestedValue;

const DAY_MICROS = 86_400_000_000n;
const SECOND_MICROS = 1_000_000n;

/** Negative, zero or positive; both values are of one type and not NULL. */
export function compareValues(a: RecordValue, b: RecordValue): number {
  if (typeof a === 'string') return compareText(a, b as string);
  if (typeof a !== 'number') return order(a as bigint, b as bigint);
  const byNaN = Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return byNaN === 0 ? order(a, b as number) : byNaN;
}

function order<T extends number | bigint>(a: T, b: T): number {
  return Number(a > b) - Number(a < b);
}

/** Why not `<`: JavaScript orders UTF-16 units, where half a surrogate pair stands before U+E000. */
function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

/** Moves surrogates above all other units. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The text of a value as a CAST to VARCHAR writes it. */
export function valueText(type: DataType, value: RecordValue): string {
  switch (type.kind) {
    case 'decimal':
      return unscaledText(value as bigint, type);
    case 'double':
      return doubleText(value as number);
    case 'date':
      return dayText(BigInt(value as number));
    case 'time':
      return clockText(value as bigint);
    case 'timestamp':
      return momentText(value as bigint);
    case 'timestamptz':
      return `${momentText(value as bigint)}+00`;
    default:
      return String(value);
  }
}

function unscaledText(value: bigint, type: { precision: number; scale: number }): string {
  const { precision, scale } = type;
  const size = String(value < 0n ? -value : value);
  // Why: a decimal without a digit before the point is printed without one.
  const digits = size.padStart(scale + (precision > scale ? 1 : 0), '0');
  const cut = digits.length - scale;
  const fraction = scale === 0 ? '' : `.${digits.slice(cut)}`;
  return `${value < 0n ? '-' : ''}${digits.slice(0, cut)}${fraction}`;
}

/** The shortest digits that read back as the same double, plain from 1e-4 up to 1e16. */
function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '', exponentText = '0'] = Math.abs(value).toExponential().split('e');
  const exponent = Number(exponentText);
  const digits = mantissa.replace('.', '');
  if (value !== 0 && (exponent < -4 || exponent >= 16)) {
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

function dayText(days: bigint): string {
  return new Date(Number(days) * 86_400_000).toISOString().slice(0, 10);
}

function clockText(micros: bigint): string {
  const seconds = Number(micros / SECOND_MICROS);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const fraction = String(micros % SECOND_MICROS)
    .padStart(6, '0')
    .replace(/0+$/, '');
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return fraction === '' ? clock : `${clock}.${fraction}`;
}

function momentText(micros: bigint): string {
  const clock = ((micros % DAY_MICROS) + DAY_MICROS) % DAY_MICROS;
  return `${dayText((micros - clock) / DAY_MICROS)} ${clockText(clock)}`;
}

/** The value of `type` that the contract writes as `text`, or undefined when no value of the type is written so. */
export function constantValue(
  type: DataType,
  text: string,
  zone: string | null,
): RecordValue | undefined {
  switch (type.kind) {
    case 'string':
      return text.includes('\0') ? undefined : text;
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : undefined;
    case 'int':
    case 'long':
    case 'decimal':
      return exactConstant(type, text);
    case 'double':
      return doubleConstant(text);
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return momentConstant(type.kind, text, zone);
    case 'struct':
    case 'list':
    case 'map':
      return undefined;
    default:
      return unreachable(type);
  }
}

/** Beyond the type's limits, too: no value of a column equals such a constant. */
function exactConstant(type: PrimitiveType, text: string): RecordValue | undefined {
  const scaled = scaledConstant(text, type.kind === 'decimal' ? type.scale : 0);
  if (scaled === null || scaled.isBetween) return undefined;
  return type.kind === 'int' ? Number(scaled.value) : scaled.value;
}

/** A number of the contract times 10^scale: its floor, and whether it lies between two whole numbers. */
export function scaledConstant(
  text: string,
  scale: number,
): { value: bigint; isBetween: boolean } | null {
  const plain = plainDecimal(text);
  if (plain === null) return null;
  const [whole = '', fraction = ''] = plain.split('.');
  const kept = BigInt(`${whole}${fraction.slice(0, scale).padEnd(scale, '0')}`);
  const isBetween = fraction.length > scale;
  return { value: isBetween && plain.startsWith('-') ? kept - 1n : kept, isBetween };
}

function doubleConstant(text: string): number | undefined {
  const plain = plainDecimal(text);
  if (plain === null || !Number.isFinite(Number(plain))) return undefined;
  return Number(plain);
}

const CLOCK = String.raw`(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?`;
const DAY = String.raw`(\d{4}-\d{2}-\d{2})`;
const MOMENTS = {
  date: new RegExp(`^${DAY}$`),
  time: new RegExp(`^()${CLOCK}$`),
  timestamp: new RegExp(`^${DAY}[ T]${CLOCK}$`),
  timestamptz: new RegExp(`^${DAY}[ T]${CLOCK}(Z|z|[+-]\\d{2}(?::?\\d{2})?)?$`),
} as const;

/** Days or microseconds of a date, time or moment that the contract writes; undefined when there is no such moment. */
export function momentConstant(
  kind: keyof typeof MOMENTS,
  text: string,
  zone: string | null,
): number | bigint | undefined {
  const match = MOMENTS[kind].exec(text);
  if (match === null) return undefined;
  const [, day = '', hour = '0', minute = '0', second = '0', fraction = '', offset] = match;
  if (day !== '' && !isCalendarDay(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const days = day === '' ? 0 : daysOf(day);
  if (kind === 'date') return days;
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  const micros = BigInt(seconds) * SECOND_MICROS + BigInt(fraction.padEnd(6, '0'));
  if (kind === 'time') return micros;
  const local = BigInt(days) * DAY_MICROS + micros;
  if (kind === 'timestamp') return local;
  const shift = offsetSeconds(offset, zone, days * 86_400 + seconds);
  return shift === null ? undefined : local - BigInt(shift) * SECOND_MICROS;
}

function daysOf(day: string): number {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  return daysFromCivil(year, month, date);
}

function offsetSeconds(
  offset: string | undefined,
  zone: string | null,
  localSeconds: number,
): number | null {
  if (offset === undefined) {
    return zone === null ? null : (localOffsetOf(zone)?.(localSeconds) ?? null);
  }
  const digits = offset.slice(1).replace(':', '').padEnd(4, '0');
  const normal = `${offset[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
  return fixedOffsetSeconds(/^z/i.test(offset) ? 'Z' : normal);
}

/**
 * The last day or moment of a column that is not in the future: `now` (RFC 3339) and the tolerance on the clock of `zone`,
 * or of UTC. Null when there is no such zone.
 */
export function latestMoment(
  kind: 'date' | 'timestamp' | 'timestamptz',
  now: string,
  options: { toleranceSeconds: number; zone: string | null },
): number | bigint | null {
  const millis = Date.parse(now) + options.toleranceSeconds * 1_000;
  const shift = instantOffsetOf(options.zone ?? 'UTC')?.(Math.floor(millis / 1_000));
  if (shift === undefined) return null;
  if (kind === 'timestamptz') return BigInt(millis) * 1_000n;
  const local = millis + shift * 1_000;
  return kind === 'date' ? Math.floor(local / 86_400_000) : BigInt(local) * 1_000n;
}
