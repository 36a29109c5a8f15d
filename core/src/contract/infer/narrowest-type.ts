/**
 * The narrowest type that the values of a column have, but for a given number of faults.
 *
 * Not a choice of how many faults are too many (`tolerance.ts`), and blind to JSON kinds (`type-guess.ts`). Invariant: at
 * most `allowed` rows hold a value for which `fits` is false, and `fits` is what the batch reader decides.
 */
import type { PrimitiveType } from '../data-type.ts';
import { typeName } from '../data-type.ts';
import { type LexicalForm, lexicalForm } from './lexical.ts';

/** A text, how often it occurs, and what it looks like. */
export interface TypedText {
  text: string;
  rows: number;
  form: LexicalForm;
  /** Digits before and after the point of an exact number. */
  before: number;
  after: number;
}

export interface TypeFit {
  type: PrimitiveType;
  /** What a value that does not fit is not: `integer`. */
  noun: string;
  fits: (value: TypedText) => boolean;
}

export function typedText(text: string, rows: number): TypedText {
  const form = lexicalForm(text);
  if (form !== 'integer' && form !== 'decimal') return { text, rows, form, before: 0, after: 0 };
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  return { text, rows, form, before: whole.length, after: fraction.length };
}

const NOUNS: Readonly<Partial<Record<LexicalForm, string>>> = {
  boolean: 'boolean',
  date: 'date',
  time: 'time of day',
  timestamp: 'timestamp without zone',
  timestamptz: 'timestamp with zone',
};
const SIMPLE = ['boolean', 'date', 'time', 'timestamp', 'timestamptz'] as const;

/** The type, or null when no type but text holds the values. */
export function narrowestType(values: readonly TypedText[], allowed: number): TypeFit | null {
  if (rowsOf(values) === 0) return null;
  for (const form of SIMPLE) {
    const fits = (value: TypedText) => value.form === form;
    if (isWithin(values, fits, allowed))
      return { type: { kind: form }, noun: NOUNS[form] ?? form, fits };
  }
  return integerType(values, allowed) ?? fractionType(values, allowed);
}

/** What most values are, but for a share that is too large for faults; null when they are nothing but text. */
export function nearestType(values: readonly TypedText[], share: number): TypeFit | null {
  const fit = narrowestType(values, rowsOf(values) * share);
  if (fit === null || !['decimal', 'double'].includes(fit.type.kind)) return fit;
  // Why not that type alone: a number of another scale is no reason to be text.
  return { type: fit.type, noun: 'number', fits: isNumber };
}

export function rowsOf(values: readonly TypedText[]): number {
  return values.reduce((sum, value) => sum + value.rows, 0);
}

function isWithin(
  values: readonly TypedText[],
  fits: (value: TypedText) => boolean,
  allowed: number,
): boolean {
  let faults = 0;
  for (const value of values) {
    if (!fits(value)) faults += value.rows;
    if (faults > allowed) return false;
  }
  return true;
}

/** Most digits that a decimal holds. */
const DIGITS_MAX = 38;
/** `int` only well inside its range: a column of growing ids must not end at 2,147,483,647. */
const INT_DIGITS_MAX = 9;

function integerType(values: readonly TypedText[], allowed: number): TypeFit | null {
  const most = (fits: (value: TypedText) => boolean) =>
    values.reduce((digits, value) => (fits(value) ? Math.max(digits, value.before) : digits), 0);
  const isLong = ({ form, text, before }: TypedText) =>
    form === 'integer' && before < 20 && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
  if (isWithin(values, isLong, allowed)) {
    const kind = most(isLong) <= INT_DIGITS_MAX ? 'int' : 'long';
    return { type: { kind }, noun: 'integer', fits: isLong };
  }
  const isWide = ({ form, before }: TypedText) => form === 'integer' && before <= DIGITS_MAX;
  if (!isWithin(values, isWide, allowed)) return null;
  const type: PrimitiveType = { kind: 'decimal', precision: most(isWide), scale: 0 };
  return { type, noun: 'integer', fits: isWide };
}

/** Places beyond which a number is taken for a measured one, which a double holds. */
const SCALE_MAX = 9;
/** Digits before the point beyond those seen, and the least precision: a sample rarely has the greatest amount. */
const HEADROOM = 2;
const PRECISION_MIN = 10;
/** Beyond this many places programs begin to write small numbers with an exponent, which then is no fault. */
const PLACES_WITHOUT_EXPONENT = 4;

function fractionType(values: readonly TypedText[], allowed: number): TypeFit | null {
  const isFraction = ({ form }: TypedText) => form === 'decimal' || form === 'exponent';
  if (!values.some(isFraction) || !isWithin(values, isNumber, allowed)) return null;
  const exact = exactType(values, allowed);
  const isMeasured =
    exact !== null &&
    exact.type.kind === 'decimal' &&
    exact.type.scale > PLACES_WITHOUT_EXPONENT &&
    values.some(({ form }) => form === 'exponent');
  if (exact !== null && !isMeasured) return exact;
  return { type: { kind: 'double' }, noun: 'number', fits: isNumber };
}

function isNumber({ form, text }: TypedText): boolean {
  if (form === 'exponent') return true;
  return (form === 'integer' || form === 'decimal') && Number.isFinite(Number(text));
}

/** The decimal with the fewest places. */
function exactType(values: readonly TypedText[], allowed: number): TypeFit | null {
  for (let scale = 0; scale <= SCALE_MAX; scale++) {
    const fits = ({ form, before, after }: TypedText) =>
      (form === 'integer' || form === 'decimal') &&
      after <= scale &&
      before + HEADROOM + scale <= DIGITS_MAX;
    if (!isWithin(values, fits, allowed)) continue;
    const before = values.reduce((most, v) => (fits(v) ? Math.max(most, v.before) : most), 0);
    const precision = Math.max(PRECISION_MIN, before + HEADROOM + scale);
    const type: PrimitiveType = { kind: 'decimal', precision, scale };
    return { type, noun: typeName(type), fits };
  }
  return null;
}
