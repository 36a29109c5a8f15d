/**
 * The JSON form of a row, shared by the JSON Schema and TypeScript exports: what queries return and batches may hold.
 *
 * Not a codec. Source: CLI.md "Query": integers beyond 2^53 and decimals are strings of digits; dates and times are
 * ISO 8601 text; an empty optional column is null.
 */
import type { PrimitiveType } from '../data-type.ts';

const DATE = '[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])';
const CLOCK = '(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,6})?';

/** Anchored pattern of the text form of a type, or null where JSON has a type of its own. */
export function textPattern(type: PrimitiveType): string | null {
  switch (type.kind) {
    case 'long':
      return '^-?(?:0|[1-9][0-9]{0,18})$';
    case 'decimal':
      return decimalPattern(type.precision, type.scale);
    case 'date':
      return `^${DATE}$`;
    case 'time':
      return `^${CLOCK}$`;
    case 'timestamp':
      return `^${DATE}[T ]${CLOCK}$`;
    case 'timestamptz':
      return `^${DATE}[T ]${CLOCK}(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$`;
    default:
      return null;
  }
}

/** Digits of a decimal: at most `precision - scale` before the point and `scale` after it, no superfluous zero. */
function decimalPattern(precision: number, scale: number): string {
  const whole = precision - scale;
  const before = whole <= 1 ? (whole === 0 ? '0' : '[0-9]') : `(?:0|[1-9][0-9]{0,${whole - 1}})`;
  return `^-?${before}${scale === 0 ? '' : `(?:\\.[0-9]{1,${scale}})?`}$`;
}
