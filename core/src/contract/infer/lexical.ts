/**
 * The strict lexical forms of values, and the narrowest type that all values of a column have.
 *
 * Not a cast: `1.5` is no integer, `007` no number, 30 February no date. The forms are those of the batch reader, so that
 * a contract inferred from a file accepts that file.
 */
import type { PrimitiveType } from '../data-type.ts';

export type LexicalForm =
  | 'integer'
  | 'decimal'
  | 'exponent'
  | 'boolean'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'text';

const NUMBER = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const CLOCK = '([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?';
const TIME = new RegExp(`^${CLOCK}$`);
const TIMESTAMP = new RegExp(
  `^(\\d{4}-\\d{2}-\\d{2})[T ]${CLOCK}(Z|[+-](?:(?:0\\d|1[0-3]):[0-5]\\d|14:00))?$`,
);

/** The form of one value. */
export function lexicalForm(text: string): LexicalForm {
  const number = NUMBER.exec(text);
  if (number !== null) {
    if (number[2] !== undefined) return Number.isFinite(Number(text)) ? 'exponent' : 'text';
    // Why: no integer is printed so, but programs write small negative amounts as minus zero.
    if (text === '-0') return 'decimal';
    return number[1] === undefined ? 'integer' : 'decimal';
  }
  if (text === 'true' || text === 'false') return 'boolean';
  if (DATE.test(text)) return isCalendarDay(text) ? 'date' : 'text';
  if (TIME.test(text)) return 'time';
  const timestamp = TIMESTAMP.exec(text);
  if (timestamp === null || !isCalendarDay(timestamp[1] ?? '')) return 'text';
  return timestamp[4] === undefined ? 'timestamp' : 'timestamptz';
}

/** True for a day of the proleptic Gregorian calendar from year 1 on, written `YYYY-MM-DD`. */
export function isCalendarDay(text: string): boolean {
  const match = DATE.exec(text);
  const [year = 0, month = 0, day = 0] = (match ?? []).slice(1).map(Number);
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (days[month - 1] ?? 0);
}

/** Digits of exact numbers: the most before the point and the most after it. */
export interface DigitCounts {
  before: number;
  after: number;
}

export function countDigits(values: Iterable<string>): DigitCounts {
  const counts = { before: 0, after: 0 };
  for (const value of values) {
    const [whole = '', fraction = ''] = value.replace('-', '').split('.');
    counts.before = Math.max(counts.before, whole.length);
    counts.after = Math.max(counts.after, fraction.length);
  }
  return counts;
}

/** Places beyond which a number is taken for a measured one, which a double holds. */
const SCALE_MAX = 9;
/** Digits before the point beyond those seen, and the least precision: a sample rarely has the greatest amount. */
const HEADROOM = 2;
const PRECISION_MIN = 10;

/** The type of a column whose values have these forms, or null when no type but text holds them all. */
export function typeOfForms(
  forms: ReadonlySet<LexicalForm>,
  values: Iterable<string>,
): PrimitiveType | null {
  const [only] = forms;
  if (only === undefined) return null;
  const isNumber = [...forms].every((f) => f === 'integer' || f === 'decimal' || f === 'exponent');
  if (isNumber) return numberType(forms, values);
  if (forms.size > 1 || only === 'text') return null;
  return only === 'integer' || only === 'decimal' || only === 'exponent' ? null : { kind: only };
}

function numberType(
  forms: ReadonlySet<LexicalForm>,
  values: Iterable<string>,
): PrimitiveType | null {
  if (forms.has('exponent')) return { kind: 'double' };
  const list = [...values];
  const { before, after } = countDigits(list);
  if (after > SCALE_MAX) return { kind: 'double' };
  if (forms.has('decimal')) {
    const precision = Math.max(PRECISION_MIN, before + HEADROOM + after);
    return precision > 38 ? { kind: 'double' } : { kind: 'decimal', precision, scale: after };
  }
  return integerType(list, before);
}

/** `int` only well inside its range: a column of growing ids must not end at 2,147,483,647. */
function integerType(values: readonly string[], digits: number): PrimitiveType | null {
  if (digits <= 9) return { kind: 'int' };
  if (digits > 38) return null;
  const fitsLong = values.every((value) => BigInt.asIntN(64, BigInt(value)) === BigInt(value));
  return fitsLong ? { kind: 'long' } : { kind: 'decimal', precision: digits, scale: 0 };
}
