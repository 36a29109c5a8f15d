/**
 * Numbers and dates in a form that no contract reads, so that they are text: a decimal comma, separators of thousands, a day that
 * stands first.
 *
 * Not a type: what is read as what is one list (`docs/lexical-types.md`), and a form is told so that somebody writes the file anew.
 * Invariant: a form that is told is that of all values but for the faults that are tolerated.
 */
import { isCalendarDay } from './lexical.ts';
import type { ColumnProfile } from './profile.ts';
import { faultsAllowed, findMisfits } from './tolerance.ts';

export const FOREIGN_FORMS = ['decimalComma', 'thousands', 'dayFirst'] as const;
export type ForeignForm = (typeof FOREIGN_FORMS)[number];

const DECIMAL_COMMA = /^-?(?:\d+|\d{1,3}(?:[. ']\d{3})+)(?:,\d+)?$/;
const THOUSANDS = /^-?(?:\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?:'\d{3})+)(?:\.\d+)?$/;
const DAY_FIRST = /^(\d{1,2})[./](\d{1,2})[./](\d{4})(?:[ ,]+\d{1,2}:\d{2}(?::\d{2})?)?$/;

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
  const order = profile.values.every(
    (value) => !MARKS.decimalComma.test(value) || isOfThousands(value),
  )
    ? (['thousands', 'decimalComma', 'dayFirst'] as const)
    : FOREIGN_FORMS;
  const isOne = (form: ForeignForm) =>
    profile.values.some((value) => MARKS[form].test(value)) &&
    findMisfits(profile, TESTS[form], allowed) !== null;
  return order.find(isOne) ?? null;
}

const isOfThousands = (text: string): boolean =>
  /^-?\d{1,3}(?:,\d{3})+$/.test(text) || /\./.test(text);

function isDayFirst(text: string): boolean {
  const [, day = '', month = '', year = ''] = DAY_FIRST.exec(text) ?? [];
  return isCalendarDay(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
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
