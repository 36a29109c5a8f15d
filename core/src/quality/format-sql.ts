/**
 * Text formats as DuckDB tests.
 *
 * Not what a format means: `lib/formats.ts` decides that, and these tests must agree with it on every text.
 * Invariant: a test is TRUE or FALSE for every text and NULL for NULL; it never throws.
 */
import type { TextFormat } from '../contract/plan.ts';
import { CHECK_DIGIT_LENGTHS, FORMAT_LENGTH_MAX, FORMAT_PATTERNS } from '../lib/formats.ts';
import { quoteText, quoteTextList } from '../lib/ident-sql.ts';
import { COUNTRY_CODES, CURRENCY_CODES } from '../lib/iso-codes.ts';

/** The test of one format on a text expression. */
export function formatSql(format: TextFormat, text: string): string {
  const digits = CHECK_DIGIT_LENGTHS[format];
  if (digits !== undefined)
    return `(${patternSql(format, text)} AND ${checkDigitSql(text, digits)})`;
  switch (format) {
    case 'date':
      return `(${patternSql(format, text)} AND ${calendarSql(text)})`;
    case 'country':
      return `list_contains(${quoteTextList(COUNTRY_CODES)}, ${text})`;
    case 'currency':
      return `list_contains(${quoteTextList(CURRENCY_CODES)}, ${text})`;
    default:
      return patternSql(format, text);
  }
}

function patternSql(format: TextFormat, text: string): string {
  const match = `regexp_full_match(${text}, ${quoteText(FORMAT_PATTERNS[format])})`;
  const most = FORMAT_LENGTH_MAX[format];
  // Why: the patterns of formats with a longest text match ASCII only, where bytes are characters.
  return most === undefined ? match : `(strlen(${text}) <= ${most} AND ${match})`;
}

// Why: the pattern has no calendar, and the engine alone would take the year 0.
function calendarSql(text: string): string {
  return `TRY_CAST(${text} AS DATE) IS NOT NULL AND NOT starts_with(${text}, '0000')`;
}

// Why: digits are weighted 1, 3, 1, 3 … from the right, whatever the length, so leading zeros of shorter codes add 0.
function checkDigitSql(text: string, digits: number): string {
  const number = `TRY_CAST(${text} AS BIGINT)`;
  const sum = Array.from({ length: digits }, (_, i) => {
    const digit = i === 0 ? `(${number} % 10)` : `((${number} // ${10n ** BigInt(i)}) % 10)`;
    return i % 2 === 0 ? digit : `3 * ${digit}`;
  });
  return `coalesce((${sum.join(' + ')}) % 10 = 0, FALSE)`;
}
