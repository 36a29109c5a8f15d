/**
 * Days and wall-clock time by the proleptic Gregorian calendar, and the offsets of time zones.
 *
 * Not a date library: only what reading values needs. No clock is read. Zone rules come from the `Intl` of the runtime.
 * Invariant: a local time that a zone change skips or repeats is read with the offset from before the change
 * ("compatible" in the ECMAScript Temporal proposal).
 */

const DAYS_BEFORE_EPOCH = 719_468;
const DAY_SECONDS = 86_400;

/** Days from 1970-01-01 to a date that exists. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - DAYS_BEFORE_EPOCH;
}

/** Number of days of a month; 0 for a month that does not exist. */
export function daysInMonth(year: number, month: number): number {
  if (!(month >= 1 && month <= 12)) return 0;
  if (month === 2) {
    const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    return leap ? 29 : 28;
  }
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** True for a text `YYYY-MM-DD` that names a day of the years 0001 to 9999. */
export function isCalendarDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return year >= 1 && day >= 1 && day <= daysInMonth(year, month);
}

/**
 * Milliseconds of an instant that somebody wrote: a day (its beginning in UTC) or a day and a time. Null for other text, and for
 * days that no calendar has, which `Date.parse` counts on into the next month.
 */
export function readInstant(text: string): number | null {
  const [day] = /^\d{4}-\d{2}-\d{2}(?!\d)/.exec(text) ?? [];
  if (day === undefined || !isCalendarDay(day)) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

/** Gives the offset from UTC, in seconds, of a wall-clock time counted in seconds as if it were UTC. */
export type LocalOffset = (localSeconds: number) => number;

/**
 * The zone of a column's `defaultTimezone`: `UTC`, `Z`, `±hh:mm` or an IANA name. Null when there is no such zone.
 */
export function localOffsetOf(zone: string): LocalOffset | null {
  const fixed = fixedOffsetSeconds(zone);
  if (fixed !== null) return () => fixed;
  try {
    return ianaOffset(zone);
  } catch {
    return null;
  }
}

/** Seconds of `UTC`, `GMT`, `Z`, `Etc/UTC` or `±hh:mm` (at most 14 hours); null for all else. */
export function fixedOffsetSeconds(zone: string): number | null {
  if (zone === 'UTC' || zone === 'GMT' || zone === 'Z' || zone === 'Etc/UTC') return 0;
  const match = /^([+-])(\d\d):([0-5]\d)$/.exec(zone);
  if (match === null) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  if (minutes > 14 * 60) return null;
  return (match[1] === '-' ? -60 : 60) * minutes;
}

/** Gives the offset from UTC, in seconds, that a zone has at an instant in seconds. Null when there is no such zone. */
export function instantOffsetOf(zone: string): ((utcSeconds: number) => number) | null {
  const fixed = fixedOffsetSeconds(zone);
  if (fixed !== null) return () => fixed;
  try {
    return ianaInstantOffset(zone);
  } catch {
    return null;
  }
}

function ianaInstantOffset(zone: string): (utcSeconds: number) => number {
  const format = new Intl.DateTimeFormat('en-u-hc-h23', {
    timeZone: zone,
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (utcSeconds) => wallSeconds(format.formatToParts(utcSeconds * 1000)) - utcSeconds;
}

function ianaOffset(zone: string): LocalOffset {
  const offsetAt = ianaInstantOffset(zone);
  // Why: two look-ups per day instead of one per value; only days beside a zone change need more.
  const byDay = new Map<number, number | null>();
  return (localSeconds) => {
    const day = Math.floor(localSeconds / DAY_SECONDS);
    let offset = byDay.get(day);
    if (offset === undefined) {
      const before = offsetAt((day - 1) * DAY_SECONDS);
      const after = offsetAt((day + 2) * DAY_SECONDS);
      offset = before === after ? before : null;
      byDay.set(day, offset);
    }
    return offset ?? resolveLocal(localSeconds, offsetAt);
  };
}

/** The offset of a local time near a zone change: the earlier of two, or the one before a gap. */
function resolveLocal(local: number, offsetAt: (utcSeconds: number) => number): number {
  const before = offsetAt(local - DAY_SECONDS);
  const after = offsetAt(local + DAY_SECONDS);
  const holds = (offset: number) => offsetAt(local - offset) === offset;
  return !holds(before) && holds(after) ? after : before;
}

function wallSeconds(parts: Intl.DateTimeFormatPart[]): number {
  const value = (type: string) => parts.find((part) => part.type === type)?.value ?? '0';
  const year = Number(value('year'));
  const days = daysFromCivil(
    value('era').startsWith('B') ? 1 - year : year,
    Number(value('month')),
    Number(value('day')),
  );
  const seconds =
    Number(value('hour')) * 3600 + Number(value('minute')) * 60 + Number(value('second'));
  return days * DAY_SECONDS + seconds;
}
