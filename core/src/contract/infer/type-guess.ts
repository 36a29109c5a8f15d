/**
 * The type of a column, with what it was decided on.
 *
 * Not formats and bounds (`draft-column.ts`). A type is kept when nearly all values are of it; where a file has JSON kinds,
 * a value must be of the kind, too, in which ingest takes the type. Invariant: `misfits` are exactly the values that ingest
 * refuses for the type, and the evidence tells them.
 */
import { type DataType, typeName } from '../data-type.ts';
import { FOREIGN_WORDS, type ForeignForm, foreignForm } from './foreign-form.ts';
import {
  narrowestType,
  nearestType,
  rowsOf,
  type TypedText,
  type TypeFit,
  typedText,
} from './narrowest-type.ts';
import { inferNestedType } from './nested.ts';
import { parquetColumnType } from './parquet-type.ts';
import { type ColumnProfile, withoutCodes } from './profile.ts';
import { count } from './say.ts';
import type { ValueKind } from './source.ts';
import { spanOf } from './span.ts';
import { guessCheckDigit, guessFormat } from './text-guess.ts';
import {
  faultsAllowed,
  findMisfits,
  type Misfits,
  NEARLY,
  NO_MISFITS,
  QUARANTINED,
  sayMisfits,
} from './tolerance.ts';

export interface TypeGuess {
  type: DataType;
  evidence: string;
  misfits: Misfits;
  /** The form in which a column of text has numbers or dates. */
  foreign?: ForeignForm | null;
}

interface Column {
  /** The Weft name. */
  name: string;
  profile: ColumnProfile;
  isPersonal: boolean;
  /** How many values there are, for the evidence. */
  filled: string;
}

/** Decides the type; `name` is the Weft name, and no value of a personal column stands in the evidence. */
export function guessType(name: string, profile: ColumnProfile, isPersonal: boolean): TypeGuess {
  const column = { name, profile, isPersonal, filled: filledText(profile) };
  const { filled } = column;
  if (profile.parquetType !== null) {
    const type = parquetColumnType(profile.parquetType);
    const evidence = `${profile.parquetType} in the file; ${filled}`;
    if (type !== null) return { type, evidence, misfits: NO_MISFITS };
  }
  if (profile.filled === 0) {
    const evidence = `${filled}; the type is not known`;
    return { type: { kind: 'string' }, evidence, misfits: NO_MISFITS };
  }
  return (
    codeType(column) ??
    digitsType(column) ??
    nestedType(column) ??
    scalarType(column) ??
    textType(column)
  );
}

function filledText(profile: ColumnProfile): string {
  const empty = profile.rows - profile.filled;
  return `${count(profile.filled)} of ${count(profile.rows)} values, ${count(empty)} empty`;
}

/** Numbers with a check digit, which are names and no amounts. */
function codeType({ name, profile, isPersonal, filled }: Column): TypeGuess | null {
  if (profile.kind !== 'unknown') return null;
  const type: DataType = { kind: 'string' };
  const format = guessFormat(name, profile)?.format;
  if (format === 'gtin' || format === 'gln') {
    const evidence = `numbers with a GS1 check digit; ${filled}`;
    return { type, evidence, misfits: NO_MISFITS };
  }
  const guess = format === undefined ? guessCheckDigit(name, profile) : null;
  if (guess === null) return null;
  const consequence = 'too many to promise the format';
  const why = sayMisfits(profile, guess.misfits, { noun: guess.format, consequence, isPersonal });
  const evidence = `most are numbers with a GS1 check digit; ${filled}; ${why}`;
  return { type, evidence, misfits: NO_MISFITS };
}

/** Names of what is written in digits and never counted with. */
const CODE_NAME =
  /(^|_)(gtin|ean|upc|barcode|gln|isbn|sku|asin|zip|zipcode|postcode|postal_code|plz|iban|bic|phone|tel|mobile|fax|hs_code|tariff_code)\d*(_|$)/;
const DIGITS = /^\d+$/;
const LEADING_ZERO = /^0\d+$/;

/**
 * Digits of one length that are no number: some begin with a zero, which a number would lose, or the column is named like a
 * code. Of different lengths one with a zero before it is a fault, or too many to be one.
 */
function digitsType({ name, profile, filled }: Column): TypeGuess | null {
  if (profile.kind !== 'unknown') return null;
  const { values } = profile;
  const [first = ''] = values;
  if (!values.every((value) => value.length === first.length && DIGITS.test(value))) return null;
  const zeros = values.reduce(
    (rows, value, at) => (LEADING_ZERO.test(value) ? rows + (profile.counts[at] ?? 0) : rows),
    0,
  );
  if (first.length < 2 || (zeros === 0 && !CODE_NAME.test(name))) return null;
  const why =
    zeros > 0
      ? `digits, ${count(zeros)} with a leading zero, which a number would lose`
      : `${count(first.length)} digits each, and named like a code`;
  return { type: { kind: 'string' }, evidence: `${why}; ${filled}`, misfits: NO_MISFITS };
}

function nestedType({ profile, isPersonal, filled }: Column): TypeGuess | null {
  if (profile.kind !== 'nested') return null;
  const isNested = (_: string, code: number) => profile.kinds[code] === 'nested';
  const misfits = findMisfits(profile, isNested, oddKindsAllowed(profile));
  if (misfits === null) return null;
  const type = inferNestedType(withoutCodes(profile, misfits.codes).values);
  const words = { noun: 'nested value', consequence: QUARANTINED, isPersonal };
  const evidence = join(`${typeName(type)}; ${filled}`, sayMisfits(profile, misfits, words));
  return { type, evidence, misfits };
}

/** Why more than faults: no type holds values of different JSON kinds, so that text would refuse even more of them. */
function oddKindsAllowed(profile: ColumnProfile): number {
  return Math.max(faultsAllowed(profile.filled), Math.floor(profile.filled * (1 - NEARLY)));
}

const WORDS: Readonly<Record<string, string>> = {
  int: 'integers',
  long: 'integers beyond 9 digits',
  decimal: 'exact decimals',
  double: 'numbers',
  boolean: 'true or false',
  date: 'dates',
  time: 'times of day',
  timestamp: 'timestamps without zone',
  timestamptz: 'timestamps with zone',
};
const TEMPORAL = ['date', 'time', 'timestamp', 'timestamptz'];

function scalarType(column: Column): TypeGuess | null {
  const { profile, isPersonal, filled } = column;
  const texts = typedTexts(profile);
  const fit = fitOf(profile, texts);
  if (fit === null) return null;
  const isOfType = (_: string, code: number) => holds(fit, profile, texts, code);
  const misfits = findMisfits(profile, isOfType);
  if (misfits === null) return null;
  const { values } = withoutCodes(profile, misfits.codes);
  const span = spanOf(fit.type, values);
  const all = misfits.rows === 0 ? 'all ' : '';
  const range = span === null || isPersonal ? '' : `, ${span.min} to ${span.max}`;
  const what = `${filled}, ${all}${wordOf(fit, values)}${range}`;
  const words = { noun: fit.noun, consequence: QUARANTINED, isPersonal };
  const odd =
    misfits.rows === 0 ? widerThanMost(column, fit, texts) : sayMisfits(profile, misfits, words);
  return { type: fit.type, evidence: join(what, odd), misfits };
}

/** Values by their index in the profile. */
function typedTexts(profile: ColumnProfile): TypedText[] {
  return profile.values.map((value, code) => typedText(value, profile.counts[code] ?? 0));
}

/** The type that nearly all values fit, with regard to JSON kinds; null when text is the better answer. */
function fitOf(profile: ColumnProfile, texts: readonly TypedText[]): TypeFit | null {
  if (profile.kind === 'nested') return null;
  const ofKind = (kinds: readonly ValueKind[]) =>
    texts.filter((_, code) => kinds.includes(profile.kinds[code] ?? 'unknown'));
  const main = ofKind([profile.kind]);
  // Why text besides numbers: many programs write long numbers and amounts as text, and ingest takes both.
  const pool = profile.kind === 'number' ? ofKind(['number', 'text']) : main;
  const allowed = faultsAllowed(profile.filled);
  const left = allowed - (profile.filled - rowsOf(pool));
  const fit = left < 0 ? null : narrowestType(pool, left);
  const kept = acceptedFit(fit, profile, texts, allowed);
  if (kept !== null || main.length === texts.length) return kept;
  const ofMain = narrowestType(main, faultsAllowed(rowsOf(main)));
  return acceptedFit(ofMain, profile, texts, oddKindsAllowed(profile));
}

function acceptedFit(
  fit: TypeFit | null,
  profile: ColumnProfile,
  texts: readonly TypedText[],
  most: number,
): TypeFit | null {
  // Why: JSON tells text from numbers, and "007" and "7" are different texts.
  if (fit === null || (profile.kind === 'text' && !TEMPORAL.includes(fit.type.kind))) return null;
  const isQuoted = (text: TypedText, code: number) =>
    profile.kinds[code] === 'text' && fit.fits(text);
  const isLong = profile.kind === 'number' && fit.type.kind === 'int' && texts.some(isQuoted);
  const kept: TypeFit = isLong ? { ...fit, type: { kind: 'long' } } : fit;
  const misfits = findMisfits(profile, (_, code) => holds(kept, profile, texts, code), most);
  return misfits === null ? null : kept;
}

function holds(
  fit: TypeFit,
  profile: ColumnProfile,
  texts: readonly TypedText[],
  code: number,
): boolean {
  const text = texts[code];
  return text !== undefined && isKindFor(fit.type, profile.kinds[code]) && fit.fits(text);
}

/** True when ingest takes a value of this JSON kind for the type (`core/src/ingest/json-record.ts`). */
function isKindFor(type: DataType, kind: ValueKind = 'unknown'): boolean {
  if (kind === 'unknown') return true;
  if (type.kind === 'boolean') return kind === 'boolean';
  if (type.kind === 'int' || type.kind === 'double') return kind === 'number';
  if (type.kind === 'long' || type.kind === 'decimal') return kind === 'number' || kind === 'text';
  return kind === 'text';
}

function wordOf({ type }: TypeFit, values: readonly string[]): string {
  const isShort = type.kind === 'long' && values.every((v) => v.replace('-', '').length <= 9);
  return isShort ? 'integers, some of them JSON text' : (WORDS[type.kind] ?? type.kind);
}

/** Why a number is not of the narrower type that most values have: too few values to call the others faults. */
function widerThanMost(column: Column, fit: TypeFit, texts: readonly TypedText[]): string {
  const { profile, isPersonal } = column;
  if (fit.type.kind !== 'decimal' && fit.type.kind !== 'double') return '';
  const most = narrowestType(texts, profile.filled * (1 - NEARLY));
  const misfits =
    most === null ? null : findMisfits(profile, (_, code) => holds(most, profile, texts, code));
  if (most === null || misfits === null) return '';
  return sayMisfits(profile, misfits, {
    noun: most.noun,
    consequence: 'so the type is wider',
    isPersonal,
  });
}

function textType({ profile, isPersonal, filled }: Column): TypeGuess {
  const type: DataType = { kind: 'string' };
  const isText = (_: string, code: number) => isKindFor(type, profile.kinds[code]);
  const misfits = findMisfits(profile, isText) ?? NO_MISFITS;
  if (misfits.rows > 0) {
    const isMixed = misfits.rows < profile.filled;
    const words = { noun: 'JSON text', consequence: QUARANTINED, isPersonal };
    const what = isMixed ? `values of different JSON kinds; ${filled}` : filled;
    return { type, evidence: join(what, sayMisfits(profile, misfits, words)), misfits };
  }
  const foreign = foreignForm(profile);
  if (foreign !== null) {
    const evidence = join(filled, `they ${FOREIGN_WORDS[foreign]}`);
    return { type, evidence, misfits: NO_MISFITS, foreign };
  }
  const texts = typedTexts(profile);
  const nearest = nearestType(texts, 1 - NEARLY);
  const isTold =
    nearest !== null && (profile.kind !== 'text' || TEMPORAL.includes(nearest.type.kind));
  const odd = isTold
    ? findMisfits(profile, (_, code) => holds(nearest, profile, texts, code))
    : null;
  const consequence = 'so it is taken as text';
  const why =
    odd === null || nearest === null
      ? ''
      : sayMisfits(profile, odd, { noun: nearest.noun, consequence, isPersonal });
  return { type, evidence: join(filled, why), misfits: NO_MISFITS };
}

function join(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('; ');
}
