/**
 * What each text format of a contract means, as one decision about one text: the reference that SQL is compared with.
 *
 * Not lax: no trimming, no change of case. The patterns use only syntax that RE2 (DuckDB) and ECMAScript read alike, and
 * they stand for the whole text. Sources: GS1 General Specifications 7.9 (check digit), RFC 9562 (UUID), RFC 3986 (URI,
 * IPv6 address), RFC 1123 (host name), ISO 3166-1 alpha-2, ISO 4217, ISO 8601 (the day as `YYYY-MM-DD`), and for e-mail the
 * form that HTML defines, with a dot in the domain. A `url` is a URI of the web: http or https with a host.
 */
import { isCalendarDay } from './calendar.ts';
import { COUNTRY_CODES, CURRENCY_CODES } from './iso-codes.ts';

const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const IPV4 = `(?:${OCTET}\\.){3}${OCTET}`;
const H16 = '[0-9A-Fa-f]{1,4}';
const LS32 = `(?:${H16}:${H16}|${IPV4})`;
const URI_CHAR = "(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=\\[\\]-]|%[0-9A-Fa-f]{2})";
const USER_CHAR = "(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})";
const PATH_CHAR = "(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})";
const HOST = `(?:${LABEL}(?:\\.${LABEL})*|\\[${ipv6Pattern()}\\])`;

/**
 * Patterns of the whole text, without anchors. GS1 numbers need their check digit besides, countries and currencies the list,
 * a date the calendar.
 */
export const FORMAT_PATTERNS = {
  email: `[A-Za-z0-9.!#$%&'*+/=?^_\`{|}~-]{1,64}@${LABEL}(?:\\.${LABEL})+`,
  uuid: '[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}',
  uri: `[A-Za-z][A-Za-z0-9+.-]*:${URI_CHAR}+`,
  hostname: `${LABEL}(?:\\.${LABEL})*`,
  ipv4: IPV4,
  ipv6: ipv6Pattern(),
  url: `[Hh][Tt][Tt][Pp][Ss]?://(?:${USER_CHAR}*@)?${HOST}(?::[0-9]{1,5})?(?:[/?]${PATH_CHAR}*)?(?:#${PATH_CHAR}*)?`,
  date: '[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])',
  gtin: '(?:[0-9]{8}|[0-9]{12,14})',
  gtin8: '[0-9]{8}',
  gtin12: '[0-9]{12}',
  gtin13: '[0-9]{13}',
  gtin14: '[0-9]{14}',
  gln: '[0-9]{13}',
  sscc: '[0-9]{18}',
  country: '[A-Z]{2}',
  currency: '[A-Z]{3}',
} as const;

export type FormatName = keyof typeof FORMAT_PATTERNS;

/** Longest text of a format in characters, where the pattern alone does not limit it. */
export const FORMAT_LENGTH_MAX: Readonly<Partial<Record<FormatName, number>>> = {
  email: 254,
  hostname: 253,
};

/** Formats whose last digit is the GS1 check digit, with the most digits that they have. */
export const CHECK_DIGIT_LENGTHS: Readonly<Partial<Record<FormatName, number>>> = {
  gtin: 14,
  gtin8: 8,
  gtin12: 12,
  gtin13: 13,
  gtin14: 14,
  gln: 13,
  sscc: 18,
};

const compiled = Object.fromEntries(
  Object.entries(FORMAT_PATTERNS).map(([name, pattern]) => [name, new RegExp(`^(?:${pattern})$`)]),
) as Record<FormatName, RegExp>;

const countries = new Set(COUNTRY_CODES);
const currencies = new Set(CURRENCY_CODES);

/** True when `text` is of the format. */
export function matchesFormat(format: FormatName, text: string): boolean {
  if (text.length > (FORMAT_LENGTH_MAX[format] ?? Number.POSITIVE_INFINITY)) return false;
  if (!compiled[format].test(text)) return false;
  if (CHECK_DIGIT_LENGTHS[format] !== undefined) return hasCheckDigit(text);
  switch (format) {
    case 'date':
      return isCalendarDay(text);
    case 'country':
      return countries.has(text);
    case 'currency':
      return currencies.has(text);
    default:
      return true;
  }
}

/** True when the last digit is the GS1 check digit of those before it (weights 3 and 1 from the right, modulo 10). */
export function hasCheckDigit(digits: string): boolean {
  if (!/^[0-9]{2,}$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const weight = (digits.length - i) % 2 === 0 ? 3 : 1;
    sum += weight * (digits.charCodeAt(i) - 48);
  }
  return sum % 10 === 0;
}

/** The nine alternatives of RFC 3986, section 3.2.2. */
function ipv6Pattern(): string {
  const groups = (most: number) => (most === 0 ? '' : `(?:(?:${H16}:){0,${most - 1}}${H16})?`);
  const after = [`(?:${H16}:){5}${LS32}`, ...[4, 3, 2, 1].map((n) => `(?:${H16}:){${n}}${LS32}`)];
  const shortened = [...after, LS32, H16, ''].map((tail, i) => `${groups(i)}::${tail}`);
  return `(?:${[`(?:${H16}:){6}${LS32}`, ...shortened].join('|')})`;
}
