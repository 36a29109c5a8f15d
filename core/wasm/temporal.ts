/**
 * Dates, times and timestamps from text, in days and microseconds.
 *
 * Not a cast: the accepted texts are those of `core/src/ingest/lexical.ts`.
 * Invariant: after a call, `temporalOk` says whether the text was a value; the result counts only then. Nothing behind
 * the text is read but the 16 bytes that always follow.
 */
import { Column, Zone } from './column';
import { digitAt } from './number';

/** Seconds east of UTC of a wall-clock time in the zone of plan column `position`. */
// @ts-expect-error: decorator
@external("host", "zoneOffset")
declare function hostZoneOffset(position: u32, localSeconds: f64): f64;

export let temporalOk: bool = false;

const DAY_MICROS: i64 = 86400000000;
const DASH: u32 = 45;
const COLON: u32 = 58;
const POINT: u32 = 46;

/** The date read last: most timestamps of a file share few days. */
let knownStart: u64 = 0;
let knownEnd: u32 = 0;
let knownDays: i32 = 0;

/** The number of two digits, or one above 99. */
// @ts-expect-error: decorator
@inline
function twoDigits(at: usize): u32 {
  const tens = digitAt(at);
  const ones = digitAt(at + 1);
  return (tens > 9) | (ones > 9) ? 100 : tens * 10 + ones;
}

/** `YYYY-MM-DD`: days from 1970-01-01. */
export function parseDate(p: usize, size: u32): i32 {
  temporalOk = false;
  if (size != 10) return 0;
  const start = load<u64>(p);
  const end = <u32>load<u16>(p, 8);
  if (start == knownStart && end == knownEnd) {
    temporalOk = true;
    return knownDays;
  }
  if (load<u8>(p, 4) != DASH || load<u8>(p, 7) != DASH) return 0;
  const century = twoDigits(p);
  const yearOfCentury = twoDigits(p + 2);
  const month = twoDigits(p + 5);
  const day = twoDigits(p + 8);
  if ((century > 99) | (yearOfCentury > 99)) return 0;
  const year = century * 100 + yearOfCentury;
  if (year == 0 || day == 0 || day > daysInMonth(year, month)) return 0;
  knownDays = daysFromCivil(year, month, day);
  knownStart = start;
  knownEnd = end;
  temporalOk = true;
  return knownDays;
}

function daysInMonth(year: u32, month: u32): u32 {
  if (month == 2) return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
  if (month < 1 || month > 12) return 0;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** Proleptic Gregorian calendar, for the years 1 to 9999. */
function daysFromCivil(year: u32, month: u32, day: u32): i32 {
  // Why: a year that starts in March has its leap day at the end.
  const march = month > 2 ? year : year - 1;
  const monthFromMarch = (month + 9) % 12;
  const dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1;
  return <i32>(march * 365 + march / 4 - march / 100 + march / 400 + dayOfYear) - 719468;
}

/** `hh:mm:ss(.f{1,6})?`: microseconds from midnight. */
export function parseTime(p: usize, size: u32): i64 {
  temporalOk = false;
  if (size < 8 || size == 9 || size > 15) return 0;
  if (load<u8>(p, 2) != COLON || load<u8>(p, 5) != COLON) return 0;
  const hour = twoDigits(p);
  const minute = twoDigits(p + 3);
  const second = twoDigits(p + 6);
  if ((hour > 23) | (minute > 59) | (second > 59)) return 0;
  let micros: i64 = 0;
  if (size > 8) {
    if (load<u8>(p, 8) != POINT) return 0;
    let unit: i64 = 100000;
    for (let i: u32 = 9; i < size; i++, unit /= 10) {
      const digit = digitAt(p + i);
      if (digit > 9) return 0;
      micros += unit * digit;
    }
  }
  temporalOk = true;
  return <i64>(hour * 3600 + minute * 60 + second) * 1000000 + micros;
}

/** Date, `T` or a space, time: microseconds from 1970-01-01T00:00:00 on the wall clock. */
export function parseTimestamp(p: usize, size: u32): i64 {
  temporalOk = false;
  if (size < 19) return 0;
  const between = <u32>load<u8>(p, 10);
  if (between != 84 && between != 32) return 0;
  const days = parseDate(p, 10);
  if (!temporalOk) return 0;
  const time = parseTime(p + 11, size - 11);
  return <i64>days * DAY_MICROS + time;
}

/** A timestamp with `Z` or `±hh:mm`, or in the zone of the column: microseconds from the epoch. */
export function parseInstant(p: usize, size: u32, column: Column): i64 {
  temporalOk = false;
  if (size < 19) return 0;
  if (load<u8>(p + size - 1) == 90) return parseTimestamp(p, size - 1);
  return inYears(parseShifted(p, size, column));
}

/** Microseconds of the years 0001 to 9999 in UTC: an offset must not lead out of them. */
// @ts-expect-error: decorator
@inline
function inYears(instant: i64): i64 {
  if (instant < -62135596800000000 || instant > 253402300799999999) temporalOk = false;
  return instant;
}

/** A time with an offset, or one in the zone of its column. */
function parseShifted(p: usize, size: u32, column: Column): i64 {
  const sign = p + size - 6;
  const mark = <u32>load<u8>(sign);
  if (size >= 25 && (mark == 43 || mark == DASH)) {
    const hours = twoDigits(sign + 1);
    const minutes = twoDigits(sign + 4);
    const total = hours * 60 + minutes;
    if (load<u8>(sign, 3) != COLON || (minutes > 59) | (total > 840)) return 0;
    const local = parseTimestamp(p, size - 6);
    return local - (mark == DASH ? -1 : 1) * <i64>total * 60000000;
  }
  if (column.zone == Zone.REQUIRED) return 0;
  const local = parseTimestamp(p, size);
  if (!temporalOk) return 0;
  if (column.zone == Zone.FIXED) return local - <i64>column.zoneSeconds * 1000000;
  const seconds = floor(<f64>local / 1e6);
  return local - <i64>hostZoneOffset(column.position, seconds) * 1000000;
}
