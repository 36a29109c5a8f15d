/**
 * Literals of a contract (allowed values, bounds, divisors) as DuckDB constants of a column's own type.
 *
 * Why not casts: DuckDB reads '1.5' as the integer 2 and overflows when decimals of different scales meet, so texts are
 * read here, exactly, and only what is a value of the type becomes a constant.
 * Invariant: no constant made here can make a comparison with its column throw.
 */
import type { DataType, PrimitiveType } from '../contract/data-type.ts';
import { duckdbType } from '../contract/data-type.ts';
import { plainDecimal } from '../lib/decimal-text.ts';
import { quoteText } from '../lib/ident-sql.ts';
import { momentConstant, valueText } from './record-value.ts';

/** A bound on a column: a comparison with a constant, or what holds for every value there is. */
export type BoundSql = { op: '>=' | '>' | '<=' | '<'; sql: string } | 'always' | 'never';

/** The constant that equals `text` in a column of `type`, or null when no value of the type is written so. */
export function literalSql(type: DataType, text: string, zone: string | null): string | null {
  switch (type.kind) {
    case 'string':
      return text.includes('\0') ? null : quoteText(text);
    case 'boolean':
      return text === 'true' || text === 'false' ? text.toUpperCase() : null;
    case 'int':
    case 'long':
    case 'decimal':
      return exactNumber(type, text);
    case 'double':
      return doubleLiteral(text);
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return temporalLiteral(type.kind, text, zone);
    default:
      return null;
  }
}

function exactNumber(type: PrimitiveType, text: string): string | null {
  const scale = scaleOf(type);
  const unscaled = unscale(text, scale);
  if (unscaled === null || unscaled.rest || !isInRange(unscaled.value, type)) return null;
  return constant(unscaled.value, type);
}

function doubleLiteral(text: string): string | null {
  const plain = plainDecimal(text);
  if (plain === null || !Number.isFinite(Number(plain))) return null;
  return `${quoteText(String(Number(plain)))}::DOUBLE`;
}

// Why by value: the engine knows no zone such as +02:00, and reads the hour that a zone skips in a way of its own.
function temporalLiteral(
  kind: 'date' | 'time' | 'timestamp' | 'timestamptz',
  text: string,
  zone: string | null,
): string | null {
  const value = momentConstant(kind, text, zone);
  if (value === undefined) return null;
  const written = quoteText(valueText({ kind }, value));
  return `${kind === 'timestamptz' ? 'TIMESTAMPTZ' : kind.toUpperCase()} ${written}`;
}

/**
 * A lower (`min`) or upper bound of a column. For integers and decimals the bound is rounded into the column's own
 * scale, towards the values that it allows; null when the text is no value that the type can be compared with.
 */
export function boundSql(
  type: DataType,
  bound: { value: string; inclusive: boolean },
  options: { side: 'min' | 'max'; zone: string | null },
): BoundSql | null {
  const { side, zone } = options;
  const op = `${side === 'min' ? '>' : '<'}${bound.inclusive ? '=' : ''}` as
    | '>='
    | '>'
    | '<='
    | '<';
  if (type.kind === 'int' || type.kind === 'long' || type.kind === 'decimal') {
    return exactBound(type, bound, side);
  }
  if (type.kind === 'boolean') return null;
  const sql = literalSql(type, bound.value, zone);
  return sql === null ? null : { op, sql };
}

function exactBound(
  type: PrimitiveType,
  bound: { value: string; inclusive: boolean },
  side: 'min' | 'max',
): BoundSql | null {
  const unscaled = unscale(bound.value, scaleOf(type));
  if (unscaled === null) return null;
  let { floor } = unscaled;
  // Why: above the floor of a bound that lies between two values of the scale, only the next value is allowed.
  if (side === 'min' && (unscaled.rest || !bound.inclusive)) floor += 1n;
  if (side === 'max' && !unscaled.rest && !bound.inclusive) floor -= 1n;
  const { low, high } = limitsOf(type);
  if (side === 'min') {
    if (floor <= low) return 'always';
    return floor > high ? 'never' : { op: '>=', sql: constant(floor, type) };
  }
  if (floor >= high) return 'always';
  return floor < low ? 'never' : { op: '<=', sql: constant(floor, type) };
}

/**
 * The smallest positive number of the column's own scale of which a value must be a multiple so that it is one of
 * `divisor`: as a constant; null when the divisor is no positive number, 'zero' when only 0 can be a multiple.
 */
export function divisorSql(type: PrimitiveType, divisor: string): string | 'zero' | null {
  const plain = plainDecimal(divisor);
  if (plain === null || plain === '0' || plain.startsWith('-')) return null;
  const scale = scaleOf(type);
  const own = Math.max(scale, fractionOf(plain).length);
  const digits = BigInt(plain.replace('.', '') + '0'.repeat(own - fractionOf(plain).length));
  const reduced = digits / greatestCommonDivisor(digits, 10n ** BigInt(own - scale));
  return reduced > limitsOf(type).high ? 'zero' : constant(reduced, type);
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}

function scaleOf(type: PrimitiveType): number {
  return type.kind === 'decimal' ? type.scale : 0;
}

function limitsOf(type: PrimitiveType): { low: bigint; high: bigint } {
  if (type.kind === 'decimal') {
    const high = 10n ** BigInt(type.precision) - 1n;
    return { low: -high, high };
  }
  const bits = type.kind === 'int' ? 31n : 63n;
  return { low: -(2n ** bits), high: 2n ** bits - 1n };
}

function isInRange(value: bigint, type: PrimitiveType): boolean {
  const { low, high } = limitsOf(type);
  return value >= low && value <= high;
}

/** `text` times 10^scale: its floor, and whether anything was left behind the scale. */
function unscale(
  text: string,
  scale: number,
): { value: bigint; floor: bigint; rest: boolean } | null {
  const plain = plainDecimal(text);
  if (plain === null) return null;
  const negative = plain.startsWith('-');
  const fraction = fractionOf(plain);
  const whole = plain.replace('-', '').split('.')[0] ?? '0';
  const kept = fraction.slice(0, scale).padEnd(scale, '0');
  const rest = fraction.length > scale;
  const size = BigInt(whole + kept);
  const value = negative ? -size : size;
  return { value, floor: negative && rest ? value - 1n : value, rest };
}

function fractionOf(plain: string): string {
  return plain.split('.')[1] ?? '';
}

function constant(unscaled: bigint, type: PrimitiveType): string {
  const scale = scaleOf(type);
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const cut = digits.length - scale;
  const text = `${unscaled < 0n ? '-' : ''}${digits.slice(0, cut)}${scale === 0 ? '' : `.${digits.slice(cut)}`}`;
  return `${quoteText(text)}::${duckdbType(type)}`;
}
