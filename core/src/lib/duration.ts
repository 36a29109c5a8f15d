/**
 * ISO 8601 durations of fixed length: `PT15M`, `P1D`, `P2W`, `P1Y`. Months count 30 days and years 365, as service
 * levels do; whoever needs calendar arithmetic does it on dates.
 */
const PATTERN =
  /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const SECONDS = [365 * 86_400, 30 * 86_400, 7 * 86_400, 86_400, 3_600, 60, 1];

/** Seconds of a duration, or null when the text is none. */
export function parseDuration(text: string): number | null {
  const match = PATTERN.exec(text);
  if (match === null || text === 'P' || text.endsWith('T')) return null;
  const parts = match.slice(1);
  if (parts.every((part) => part === undefined)) return null;
  return parts.reduce((sum, part, i) => sum + Number(part ?? 0) * (SECONDS[i] ?? 0), 0);
}

/** The shortest duration text of a whole number of seconds, in days, hours, minutes and seconds. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const days = Math.floor(whole / 86_400);
  const time = [
    [Math.floor((whole % 86_400) / 3_600), 'H'],
    [Math.floor((whole % 3_600) / 60), 'M'],
    [whole % 60, 'S'],
  ] as const;
  const tail = time.flatMap(([n, unit]) => (n === 0 ? [] : [`${n}${unit}`])).join('');
  if (days === 0 && tail === '') return 'PT0S';
  return `P${days === 0 ? '' : `${days}D`}${tail === '' ? '' : `T${tail}`}`;
}

/** Seconds of an ODCS service-level value and unit (`4`, `d`), or null for an unknown unit. Months and years as above. */
export function slaSeconds(value: number, unit: string): number | null {
  const factor = SLA_UNITS[unit.toLowerCase()];
  return factor === undefined ? null : value * factor;
}

const SLA_UNITS: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3_600,
  hr: 3_600,
  hour: 3_600,
  hours: 3_600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
  w: 7 * 86_400,
  week: 7 * 86_400,
  weeks: 7 * 86_400,
  m: 30 * 86_400,
  mo: 30 * 86_400,
  month: 30 * 86_400,
  months: 30 * 86_400,
  y: 365 * 86_400,
  yr: 365 * 86_400,
  year: 365 * 86_400,
  years: 365 * 86_400,
};
