/**
 * Numbers and dates in a form that no contract reads, so that they are text: a decimal comma, separators of thousands, a day that
 * stands first.
 *
 * Not a type: what is read as what is one list (`docs/lexical-types.md`), and a form is told so that somebody writes the file anew.
 * Invariant: a form that is told is that of all values but for the faults that are tolerated.
 */
import { compareDecimals, plainDecimal } from '../../lib/decimal-text.ts';
import { isCalendarDay } from './lexical.ts';
import type { ColumnProfile } from './profile.ts';
import type { Span } from './span.ts';
import { faultsAllowed, findMisfits } from './tolerance.ts';

export const FOREIGN_FORMS = ['decimalComma', 'thousands', 'dayFirst'] as const;
export type ForeignForm = (typeof FOREIGN_FORMS)[number];

const DECIMAL_COMMA = /^-?(?:\d+|\d{1,3}(?:[. ']\d{3})+)(?:,\d+)?$/;
const THOUSANDS = /^-?(?:\d+|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,2}(?:'\d{3})+)(?:\.\d+)?$/;
const DAY_FIRST = /^(\d{1,2})[./](\d{1,2})[./](\d{4})(?:[ ,]+(\d{1,2}:\d{2}(?::\d{2})?))?$/;

const TESTS: Readonly<Record<ForeignForm, (text: string) => boolean>> = {
  decimalComma: (text) => DECIMAL_COMMA.test(text),
  thousands: (text) => THOUSANDS.test(text),
  dayFirst: isDayFirst,
};

/** What tells the form from that of plain numbers: at least one value has it. */
const MARKS: Readonly<Record<ForeignForm, RegExp>> = {
  decimalComma: /,\d+$/,
  thousands: /\d[,']\d{3}/,
  dayFirst: DAY_FIRST,
};

/** The form of the values of a column of text; null where it is none of these. */
export function foreignForm(profile: ColumnProfile): ForeignForm | null {
  if (profile.kind === 'nested' || profile.filled === 0) return null;
  const allowed = faultsAllowed(profile.filled);
  // Why in this order: `1,234` alone has a decimal comma as soon as another value says so, and thousands otherwise.
  const order = profile.values.some(isOfCommaAlone)
    ? FOREIGN_FORMS
    : (['thousands', 'decimalComma', 'dayFirst'] as const);
  const isOne = (form: ForeignForm) =>
    profile.values.some((value) => MARKS[form].test(value)) &&
    findMisfits(profile, TESTS[form], allowed) !== null;
  return order.find(isOne) ?? null;
}

/** `0,069`, `1,5` and `1.234,500` are no numbers with separators of thousands. */
const isOfCommaAlone = (text: string): boolean =>
  MARKS.decimalComma.test(text) && DECIMAL_COMMA.test(text) && !THOUSANDS.test(text);

function isDayFirst(text: string): boolean {
  const [, day = '', month = '', year = ''] = DAY_FIRST.exec(text) ?? [];
  return isCalendarDay(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
}

/** Lowest and highest of the values that have the form, by what they mean; null where none has it. */
export function spanOfForm(form: ForeignForm, values: Iterable<string>): Span | null {
  const isLess = form === 'dayFirst' ? isEarlier : isSmaller(form);
  let span: Span | null = null;
  for (const value of values) {
    if (!TESTS[form](value)) continue;
    span ??= { min: value, max: value };
    if (isLess(value, span.min)) span.min = value;
    if (isLess(span.max, value)) span.max = value;
  }
  return span;
}

const isEarlier = (a: string, b: string): boolean => momentOf(a) < momentOf(b);

const isSmaller = (form: ForeignForm) => (a: string, b: string) =>
  compareDecimals(plainNumber(form, a), plainNumber(form, b)) < 0;

function plainNumber(form: ForeignForm, text: string): string {
  const plain =
    form === 'decimalComma'
      ? text.replaceAll(/[. ']/g, '').replace(',', '.')
      : text.replaceAll(/[,']/g, '');
  return plainDecimal(plain) ?? '0';
}

function momentOf(text: string): string {
  const [, day = '', month = '', year = '', clock = ''] = DAY_FIRST.exec(text) ?? [];
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')} ${clock.replace(/^\d:/, '0$&')}`;
}

/** What the evidence says of a form. */
export const FOREIGN_WORDS: Readonly<Record<ForeignForm, string>> = {
  decimalComma:
    'look like numbers with a decimal comma, which is text here: a file that writes a point has numbers',
  thousands:
    'look like numbers with separators of thousands, which are text here: a file without them has numbers',
  dayFirst:
    'look like dates that begin with the day, which are text here: a file that writes 2026-12-31 has dates',
};
