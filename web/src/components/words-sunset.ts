/**
 * What the line of a sunset says: how long the old version serves, and since when the new one does.
 */
import { formatDay, plural } from '../lib/format.ts';
import type { Sunset, SunsetTimes } from '../lib/sunset.ts';

export const words = {
  keeps: (version: string, days: number): string =>
    plural(days, {
      one: `${version} keeps serving # day`,
      other: `${version} keeps serving # days`,
    }),
  over: (version: string): string => `${version} has ended`,
  until: (version: string, day: string): string => `${version} until ${day}`,
  since: (version: string, day: string): string => `${version} since ${day}`,
  from: (version: string, day: string): string => `${version} from ${day}`,
  fromToday: (version: string): string => `${version} from today`,
  gap: (days: number): string =>
    plural(days, { one: 'Neither serves for # day.', other: 'Neither serves for # days.' }),
};

/** The upper label: the old one. */
export function oldWords({ from }: SunsetTimes, { isOver, days }: Sunset): string {
  return isOver ? words.over(from.version) : words.keeps(from.version, days);
}

/** The lower label: the new one. */
export function newWords({ to, now }: SunsetTimes, { hasBegun }: Sunset): string {
  const day = formatDay(to.starts);
  if (day === formatDay(now)) return words.fromToday(to.version);
  return hasBegun ? words.since(to.version, day) : words.from(to.version, day);
}

/** All of it as sentences. */
export function sunsetFinding(times: SunsetTimes, sunset: Sunset): string {
  const day = formatDay(times.from.until);
  const old = sunset.isOver
    ? `${times.from.version} ended on ${day}`
    : `${words.keeps(times.from.version, sunset.days)}, to ${day}`;
  const gap = sunset.gap > 0 ? ` ${words.gap(sunset.gap)}` : '';
  return `${old}. ${newWords(times, sunset)}.${gap}`;
}
