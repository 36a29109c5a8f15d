/**
 * Numbers, shares, times and durations as a person of the browser's locale reads them.
 *
 * Not words: those stand with the feature that says them, in the language of the app (`language.ts`). Decimal strings stay strings up to the last step, so that no
 * amount is rounded by a float on its way.
 */
import { type PluralForms, pluralForm } from './language.ts';
import { words } from './words.ts';

/** Keeps a number and its unit on one line. Not the narrow one: the text face has no glyph for it. */
const GAP = '\u00a0';

/** Locale and zone of the reader; tests set their own. */
export const reader = {
  locale: typeof navigator === 'undefined' ? 'en' : navigator.language,
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
};

/** 75,000. Takes a decimal string of any length without losing a digit. */
export function formatNumber(value: number | string | bigint, fractionDigits?: number): string {
  const options =
    fractionDigits === undefined
      ? { maximumFractionDigits: 6 }
      : { minimumFractionDigits: fractionDigits, maximumFractionDigits: fractionDigits };
  // Why the cast: a decimal string is taken exactly (ECMA-402 NumberFormat v3); the library type calls it a template.
  return new Intl.NumberFormat(reader.locale, options).format(value as number);
}

const DECIMAL = /^[-+]?\d+(?:\.(\d+))?$/;

/** €4.67 or 4,67 €: decimal text in a currency of ISO 4217, with every digit that it has; what is no number stays. */
export function formatMoney(amount: string, currency: string | null): string {
  const found = DECIMAL.exec(amount);
  if (found === null) return currency === null ? amount : `${amount}${GAP}${currency}`;
  if (!/^[A-Z]{3}$/i.test(currency ?? '')) {
    return currency === null ? formatNumber(amount) : `${formatNumber(amount)}${GAP}${currency}`;
  }
  const style = { style: 'currency', currency: currency ?? '' } as const;
  const plain = new Intl.NumberFormat(reader.locale, style).resolvedOptions();
  const usual = plain.maximumFractionDigits ?? 2;
  const digits = Math.max(usual, found[1]?.length ?? 0);
  const money = new Intl.NumberFormat(reader.locale, {
    ...style,
    minimumFractionDigits: usual,
    maximumFractionDigits: digits,
  });
  return money.format(amount as unknown as number);
}

/** 0.30 %. A share of less than one in ten thousand keeps its first digits. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.01)
    return `${formatNumber(Number(percent.toPrecision(2)))}${GAP}%`;
  // Why not rounded up to the whole: 99.998 % is not 100 %.
  const isNearWhole = percent < 100 && percent > 99.99;
  const digits = Number.isInteger(percent) ? 0 : isNearWhole ? 4 : 2;
  const text = isNearWhole
    ? formatNumber(Math.floor(percent * 1e4) / 1e4)
    : formatNumber(percent, digits);
  return `${text}${GAP}%`;
}

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** 4.1 MB. Units of a thousand. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < SIZES.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${formatNumber(value, digits)}${GAP}${SIZES[unit]}`;
}

const UNITS = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
] as const;

/** 2 h 10 min. The two largest units; under a second in milliseconds. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${formatNumber(Math.round(ms))}${GAP}${words.units.ms}`;
  if (ms < 10_000) return `${formatNumber(Math.round(ms / 10) / 100)}${GAP}${words.units.s}`;
  const first = UNITS.findIndex((unit) => ms >= unit.ms);
  const last = Math.min(first + 1, UNITS.length - 1);
  const smallest = UNITS[last]?.ms ?? 1000;
  let rest = Math.round(ms / smallest) * smallest;
  const parts: string[] = [];
  for (const unit of UNITS.slice(Math.max(0, first - 1), last + 1)) {
    const count = Math.floor(rest / unit.ms);
    rest -= count * unit.ms;
    if (count > 0) parts.push(`${formatNumber(count)}${GAP}${words.units[unit.name]}`);
  }
  return parts.slice(0, 2).join(' ');
}

const ISO =
  /^P(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const ISO_MS = [31_557_600_000, 2_629_800_000, 604_800_000, 86_400_000, 3_600_000, 60_000, 1_000];

/** Milliseconds of an ISO 8601 duration (months and years on average); null for anything else. */
export function durationMs(iso: string): number | null {
  const found = ISO.exec(iso);
  if (found === null || iso === 'P' || iso.endsWith('T')) return null;
  return ISO_MS.reduce((sum, ms, index) => sum + Number(found[index + 1] ?? 0) * ms, 0);
}

/** "every day", "every 6 h": a frequency as words. */
export function formatEvery(iso: string): string {
  const named: Readonly<Record<string, string>> = words.frequencies;
  const ms = durationMs(iso);
  return named[iso] ?? (ms === null ? iso : words.every(formatDuration(ms)));
}

/** Months and "ago" are words: they are in the language of the app, numbers and clocks as the reader writes them. */
function spoken(): string {
  return new Intl.Locale(reader.locale).language === words.language ? reader.locale : words.locale;
}

export function formatDay(time: Date | string, now = new Date()): string {
  const at = new Date(time);
  const year = at.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const };
  const options = { day: 'numeric', month: 'short', ...year } as const;
  return new Intl.DateTimeFormat(spoken(), { ...options, timeZone: reader.timeZone }).format(at);
}

/** "Sep 2026". */
export function formatMonth(time: Date | string): string {
  const options = { month: 'short', year: 'numeric', timeZone: reader.timeZone } as const;
  return new Intl.DateTimeFormat(spoken(), options).format(new Date(time));
}

export function formatClock(time: Date | string): string {
  const options = { hour: '2-digit', minute: '2-digit', timeZone: reader.timeZone } as const;
  return new Intl.DateTimeFormat(reader.locale, options).format(new Date(time));
}

/** With date, seconds and zone, for whoever hovers or copies. */
export function formatExact(time: Date | string): string {
  const at = new Date(time);
  const options = { dateStyle: 'full', timeStyle: 'long', timeZone: reader.timeZone } as const;
  return `${new Intl.DateTimeFormat(spoken(), options).format(at)} (${at.toISOString()})`;
}

const RELATIVE_MAX_MS = 86_400_000;

/** "14 min ago" within a day, "22 Nov" beyond. */
export function formatWhen(time: Date | string, now = new Date()): string {
  const away = new Date(time).getTime() - now.getTime();
  if (Number.isNaN(away)) return words.notKnown;
  if (Math.abs(away) >= RELATIVE_MAX_MS) return formatDay(time, now);
  const ago = new Intl.RelativeTimeFormat(spoken(), { numeric: 'auto', style: 'short' });
  const minutes = Math.round(away / 60_000);
  if (Math.abs(away) < 60_000) return ago.format(Math.round(away / 1000), 'second');
  return Math.abs(minutes) < 60
    ? ago.format(minutes, 'minute')
    : ago.format(Math.round(minutes / 60), 'hour');
}

/** The widest that `formatWhen` says of a time within its hour; null beyond, where it changes by the hour. */
export function widestWhen(time: Date | string, now = new Date()): string | null {
  const away = new Date(time).getTime() - now.getTime();
  if (Number.isNaN(away) || Math.abs(away) >= 3_570_000) return null;
  const ago = new Intl.RelativeTimeFormat(spoken(), { numeric: 'auto', style: 'short' });
  const most = away > 0 ? 59 : -59;
  const both = [ago.format(most, 'second'), ago.format(most, 'minute')];
  return both.reduce((a, b) => (b.length > a.length ? b : a));
}

/** "campaign_analysis" as a person writes it. */
export function formatName(name: string): string {
  const spaced = name.replaceAll('_', ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** 1 row, 2 rows: `forms` by the plural category of the language, `#` is the number. */
export function plural(count: number, forms: PluralForms): string {
  return pluralForm(count, forms).replace('#', formatNumber(count));
}

const NUMBER = /^([-+]?)(\d+)(?:\.(\d+))?(e[-+]?\d+)?$/i;

/** 2,989.12: the digits of a number as they are, none lost and none added, in groups; what is no number stays. */
export function formatDigits(text: string): string {
  const found = NUMBER.exec(text);
  if (found === null) return text;
  const [, sign = '', whole = '', fraction, exponent = ''] = found;
  const point = fraction === undefined ? '' : decimalMark() + fraction;
  return (sign === '-' ? '−' : '') + formatNumber(BigInt(whole)) + point + exponent;
}

function decimalMark(): string {
  const parts = new Intl.NumberFormat(reader.locale).formatToParts(1.5);
  return parts.find(({ type }) => type === 'decimal')?.value ?? '.';
}
