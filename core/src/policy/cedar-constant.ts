/**
 * Values of Cedar as constants of a column's type.
 *
 * Cedar's integers are 64 bits wide, its decimals have four places, its datetimes count milliseconds. Invariants: nothing
 * is rounded; a value that the column cannot hold is null; a datetime against a day gives the day that it lies in
 * (`isExact` tells whether it is that day's first instant).
 */
import type { DataType } from '../contract/data-type.ts';
import type { Constant } from '../lib/predicate.ts';
import { readConstant } from './constant.ts';
import type { CedarExpression } from './ports.ts';

const DAY_MS = 86_400_000;

/** Types of columns that Cedar can compare exactly, with the type it sees. Others cannot stand in a condition. */
export function cedarType(type: DataType): string | null {
  switch (type.kind) {
    case 'boolean':
      return 'Bool';
    case 'int':
    case 'long':
      return 'Long';
    case 'string':
      return 'String';
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return 'datetime';
    case 'decimal':
      // Why 14: a Cedar decimal is a 64-bit count of ten-thousandths.
      return type.scale <= 4 && type.precision - type.scale <= 14 ? 'decimal' : null;
    default:
      return null;
  }
}

/** The constant that a known expression means for a column; null when no row can hold it. */
export function constantFor(type: DataType, expression: CedarExpression): Constant | null {
  const text = textFor(type, expression);
  if (text === null) return null;
  return readConstant(type, { text, quoted: true, at: 0 }).value;
}

/** True when the value is exactly what the constant says, and not a later instant of the same day. */
export function isExact(type: DataType, expression: CedarExpression): boolean {
  const instant = instantOf(expression);
  return type.kind !== 'date' || (instant !== null && floorMod(instant, DAY_MS) === 0);
}

function textFor(type: DataType, expression: CedarExpression): string | null {
  const value = expression['Value'];
  switch (type.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? String(value) : null;
    case 'int':
    case 'long':
      // Why only these: the engine's JSON rounds others, and a rounded bound shows other rows.
      return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : null;
    case 'string':
      return typeof value === 'string' ? value : null;
    case 'decimal':
      return decimalOf(expression);
    case 'date':
      return instantText(instantOf(expression))?.slice(0, 10) ?? null;
    case 'timestamp':
    case 'timestamptz':
      return instantText(instantOf(expression));
    default:
      return null;
  }
}

function decimalOf(expression: CedarExpression): string | null {
  const [argument] = (expression['decimal'] ?? []) as { Value?: unknown }[];
  const text = argument?.Value;
  if (typeof text !== 'string') return null;
  // Why cut: readConstant refuses digits beyond the scale, zeros at the end are none.
  return text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
}

/** Milliseconds since the epoch; null when the expression is no datetime that is known. */
function instantOf(expression: CedarExpression): number | null {
  const [operator = '', operands] = Object.entries(expression)[0] ?? [];
  if (!Array.isArray(operands)) return null;
  const [first, second] = operands as CedarExpression[];
  if (first === undefined) return null;
  if (operator === 'datetime') return parseInstant(first['Value']);
  if (operator !== 'offset' || second === undefined) return null;
  const [start, length] = [instantOf(first), millisecondsOf(second)];
  return start === null || length === null ? null : start + length;
}

function millisecondsOf(expression: CedarExpression): number | null {
  const [argument] = (expression['duration'] ?? []) as { Value?: unknown }[];
  const match = /^(-?\d{1,15})ms$/.exec(String(argument?.Value ?? ''));
  return match === null ? null : Number(match[1]);
}

function parseInstant(text: unknown): number | null {
  if (typeof text !== 'string') return null;
  const zoned = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text;
  const instant = Date.parse(zoned.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(instant) ? null : instant;
}

function instantText(instant: number | null): string | null {
  if (instant === null || Math.abs(instant) > 8.64e15) return null;
  const text = new Date(instant).toISOString();
  return /^\d{4}-/.test(text) ? text : null;
}

function floorMod(value: number, by: number): number {
  return ((value % by) + by) % by;
}
