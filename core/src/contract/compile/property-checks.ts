/**
 * The row checks that one property promises by its type, nullability and `logicalTypeOptions`.
 *
 * Not uniqueness, keys and references: they are promises about more than one row (`ingest-plan.ts`).
 * Source: ODCS "Schema", logical type options. Invariant: bounds are literals in the column's own lexical form, and a
 * bound that the type itself already keeps is left out.
 */
import { compareDecimals, plainDecimal, roundDecimal } from '../../lib/decimal-text.ts';
import { type DataType, isPrimitive } from '../data-type.ts';
import type { ContractProperty, LogicalTypeOptions } from '../model.ts';
import { pathLabel } from '../nested-path.ts';
import type { Bound, RowCheck, TextFormat, ValueCheck } from '../plan.ts';
import { TEXT_FORMATS } from '../plan.ts';

export interface NamedCheck {
  /** Second part of the rule id, for example `range`. */
  name: string;
  check: RowCheck;
}

/** The checks of a property in stable order; `isKey` makes it required. */
export function derivePropertyChecks(property: ContractProperty, isKey: boolean): NamedCheck[] {
  const column = property.name;
  const required = property.required || isKey;
  return [
    { name: 'type', check: { kind: 'type', column } },
    ...valueChecks({ ...property, required }, column),
  ];
}

/** The checks of the places inside a property; `name` has the place in front, such as `items.qty.range`. */
export function deriveNestedChecks(property: ContractProperty): NamedCheck[] {
  return property.nested.flatMap(({ path, property: inner }) =>
    valueChecks(inner, property.name).map(({ name, check }) => ({
      name: `${pathLabel('', path).slice(1)}.${name}`,
      check: { ...check, within: path },
    })),
  );
}

interface NamedValueCheck extends NamedCheck {
  check: ValueCheck;
}

function valueChecks(property: ContractProperty, column: string): NamedValueCheck[] {
  const checks: NamedValueCheck[] = [];
  if (property.required) checks.push({ name: 'required', check: { kind: 'required', column } });
  const { min, max } = rangeOf(property);
  if (min !== null || max !== null) {
    checks.push({ name: 'range', check: { kind: 'range', column, min, max } });
  }
  if (property.type.kind === 'string') checks.push(...textChecks(column, property.options));
  if (property.enumValues !== null) {
    const values = [...property.enumValues];
    checks.push({ name: 'values', check: { kind: 'values', column, values } });
  }
  const divisor = divisorOf(property);
  if (divisor !== null) {
    checks.push({ name: 'multipleOf', check: { kind: 'multipleOf', column, divisor } });
  }
  checks.push(...itemChecks(property, column));
  return checks;
}

function itemChecks({ type, options }: ContractProperty, column: string): NamedValueCheck[] {
  if (isPrimitive(type)) return [];
  const checks: NamedValueCheck[] = [];
  const { minItems: min, maxItems: max, uniqueItems } = options;
  if ((min !== null && min > 0) || max !== null) {
    checks.push({ name: 'itemCount', check: { kind: 'items', column, min, max } });
  }
  if (uniqueItems && type.kind === 'list') {
    checks.push({ name: 'uniqueItems', check: { kind: 'uniqueItems', column } });
  }
  return checks;
}

function textChecks(column: string, options: LogicalTypeOptions): NamedValueCheck[] {
  const checks: NamedValueCheck[] = [];
  const { minLength: min, maxLength: max, pattern } = options;
  if ((min !== null && min > 0) || max !== null) {
    checks.push({ name: 'length', check: { kind: 'length', column, min, max } });
  }
  if (pattern !== null) {
    checks.push({ name: 'pattern', check: { kind: 'pattern', column, pattern } });
  }
  const format = options.format === null ? null : textFormat(options.format);
  if (format !== null) {
    checks.push({ name: 'format', check: { kind: 'format', column, format } });
  }
  return checks;
}

const FORMAT_NAMES: Readonly<Record<string, TextFormat>> = {
  'e-mail': 'email',
  ean: 'gtin',
  ean8: 'gtin8',
  ean13: 'gtin13',
  upc: 'gtin',
  upca: 'gtin12',
  itf14: 'gtin14',
  gln13: 'gln',
  sscc18: 'sscc',
  iso3166: 'country',
  iso31661: 'country',
  iso31661alpha2: 'country',
  countrycode: 'country',
  iso4217: 'currency',
  currencycode: 'currency',
  iso8601date: 'date',
};

/** The text format that a contract's `format` means, or null for one that only informs, such as `password`. */
export function textFormat(format: string): TextFormat | null {
  const name = format.toLowerCase();
  const known = (text: string): TextFormat | null =>
    TEXT_FORMATS.find((format) => format === text) ?? FORMAT_NAMES[text] ?? null;
  return known(name) ?? known(name.replaceAll(/[^a-z0-9]/g, ''));
}

function divisorOf(property: ContractProperty): string | null {
  const { multipleOf } = property.options;
  if (multipleOf === null || !isNumeric(property.type)) return null;
  const divisor = plainDecimal(multipleOf);
  if (divisor === null || divisor === '0') return null;
  const isWhole = property.type.kind === 'int' || property.type.kind === 'long';
  return isWhole && divisor === '1' ? null : divisor;
}

function isNumeric(type: DataType): boolean {
  return ['int', 'long', 'decimal', 'double'].includes(type.kind);
}

/** The tightest declared bounds of a property, or nulls. */
export function rangeOf(property: ContractProperty): { min: Bound | null; max: Bound | null } {
  if (isNumeric(property.type)) return numericRange(property);
  if (['date', 'time', 'timestamp', 'timestamptz'].includes(property.type.kind)) {
    return temporalRange(property);
  }
  return { min: null, max: null };
}

function numericRange(property: ContractProperty): { min: Bound | null; max: Bound | null } {
  const { options } = property;
  const format = integerFormat(options.format);
  const bound = (text: string | null, inclusive: boolean): Bound | null => {
    const value = text === null ? null : plainDecimal(text);
    return value === null ? null : { value, inclusive };
  };
  const lows = [
    bound(options.minimum, true),
    bound(options.exclusiveMinimum, false),
    bound(format?.min ?? null, true),
  ];
  const highs = [
    bound(options.maximum, true),
    bound(options.exclusiveMaximum, false),
    bound(format?.max ?? null, true),
  ];
  return {
    min: boundOfType(tightest(lows, 1), property.type, 'min'),
    max: boundOfType(tightest(highs, -1), property.type, 'max'),
  };
}

/** The greatest lower bound (`sign` 1) or the least upper one (-1); an exclusive one is tighter than an inclusive one. */
function tightest(bounds: (Bound | null)[], sign: 1 | -1): Bound | null {
  let best: Bound | null = null;
  for (const bound of bounds) {
    if (bound === null) continue;
    const order: number = best === null ? 1 : compareDecimals(bound.value, best.value) * sign;
    if (order > 0 || (order === 0 && !bound.inclusive)) best = bound;
  }
  return best;
}

/**
 * The bound at the column's own scale: inclusive and whole for integers, with no more places than a decimal has; null
 * when the type itself keeps it.
 */
function boundOfType(bound: Bound | null, type: DataType, side: 'min' | 'max'): Bound | null {
  const limit = unscaledLimit(type, side);
  if (bound === null || limit === null) return bound;
  const shifted = plainDecimal(`${bound.value}e${limit.scale}`) ?? bound.value;
  const isBetween = shifted.includes('.');
  const isWhole = type.kind !== 'decimal';
  const step = bound.inclusive || isBetween || !isWhole ? 0n : 1n;
  const value =
    side === 'min' ? roundDecimal(shifted, 'up') + step : roundDecimal(shifted, 'down') - step;
  const inclusive = bound.inclusive || isBetween || isWhole;
  const isKept = side === 'min' ? value < limit.value : value > limit.value;
  if (isKept || (inclusive && value === limit.value)) return null;
  return { value: plainDecimal(`${value}e-${limit.scale}`) ?? String(value), inclusive };
}

/** The least or greatest value of an exact numeric type, as an integer over its scale; null for other types. */
function unscaledLimit(
  type: DataType,
  side: 'min' | 'max',
): { value: bigint; scale: number } | null {
  if (type.kind === 'decimal') {
    const most = 10n ** BigInt(type.precision) - 1n;
    return { value: side === 'min' ? -most : most, scale: type.scale };
  }
  if (type.kind !== 'int' && type.kind !== 'long') return null;
  const half = 2n ** (type.kind === 'int' ? 31n : 63n);
  return { value: side === 'min' ? -half : half - 1n, scale: 0 };
}

/** Limits of ODCS integer formats (names of Rust's integer types). */
function integerFormat(format: string | null): { min: string; max: string } | null {
  const match = /^([iu])(8|16|32|64|128)$/.exec(format ?? '');
  if (match === null) return null;
  const bits = BigInt(match[2] ?? '0');
  return match[1] === 'u'
    ? { min: '0', max: String(2n ** bits - 1n) }
    : { min: String(-(2n ** (bits - 1n))), max: String(2n ** (bits - 1n) - 1n) };
}

function temporalRange(property: ContractProperty): { min: Bound | null; max: Bound | null } {
  const { options } = property;
  const bound = (text: string | null, inclusive: boolean): Bound | null =>
    text === null ? null : { value: temporalLiteral(text, property), inclusive };
  const later = (a: Bound | null, b: Bound | null, sign: 1 | -1): Bound | null => {
    if (a === null || b === null) return a ?? b;
    if (a.value === b.value) return b;
    // Why: ISO 8601 texts of one precision and zone order as text.
    return (a.value > b.value ? 1 : -1) * sign > 0 ? a : b;
  };
  return {
    min: later(bound(options.minimum, true), bound(options.exclusiveMinimum, false), 1),
    max: later(bound(options.maximum, true), bound(options.exclusiveMaximum, false), -1),
  };
}

/** The bound in the column's lexical form: a bare date means its first instant, no zone means the default one. */
function temporalLiteral(text: string, property: ContractProperty): string {
  const { kind } = property.type;
  if (kind === 'date') return text.slice(0, 10);
  if (kind === 'time') return text;
  const full = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00` : text.replace(' ', 'T');
  if (kind === 'timestamp') return full;
  const hasZone = /(?:[zZ]|[+-]\d{2}(?::?\d{2})?)$/.test(full);
  const zone = property.options.defaultTimezone;
  return hasZone || (zone !== null && zone !== 'UTC') ? full : `${full}Z`;
}
