/**
 * The strict lexical forms of values.
 *
 * Not a cast: `1.5` is no integer, `007` no number, 30 February no date. The forms are those of the batch reader, so that
 * a contract inferred from a file accepts that file. Which type a column has is decided in `narrowest-type.ts`.
 */
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
