/**
 * Lowest and highest value of a number, date or time, in lexical form.
 *
 * Not a promise: a sample rarely has the extremes.
 */
import { compareDecimals, plainDecimal } from '../../lib/decimal-text.ts';
import type { DataType } from '../data-type.ts';

export interface Span {
  min: string;
  max: string;
}

/** The span of values that are all of the type, or null for none and for a type without an order worth telling. */
export function spanOf(type: DataType, values: readonly string[]): Span | null {
  const [first, ...rest] = values;
  if (first === undefined) return null;
  const compare = comparatorOf(type);
  if (compare === null) return null;
  const span = { min: first, max: first };
  for (const value of rest) {
    if (compare(value, span.min) < 0) span.min = value;
    if (compare(value, span.max) > 0) span.max = value;
  }
  return span;
}

function comparatorOf(type: DataType): ((a: string, b: string) => number) | null {
  switch (type.kind) {
    case 'int':
    case 'double':
      return (a, b) => Number(a) - Number(b);
    case 'long':
    case 'decimal':
      return (a, b) => compareDecimals(plainDecimal(a) ?? '0', plainDecimal(b) ?? '0');
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return (a, b) => (a < b ? -1 : Number(a > b));
    default:
      return null;
  }
}
