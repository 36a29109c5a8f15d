/**
 * One column's draft: type, nullability, bounds, format, list of values, classification, each with its evidence.
 *
 * Not the document's text (`write-contract.ts`). Invariant: the draft accepts every value of the sample, unless the
 * evidence says how many it does not.
 */
import { compareDecimals, plainDecimal } from '../../lib/decimal-text.ts';
import type { FormatName } from '../../lib/formats.ts';
import type { DataType } from '../data-type.ts';
import { typeName } from '../data-type.ts';
import { type LexicalForm, lexicalForm, typeOfForms } from './lexical.ts';
import { inferNestedType } from './nested.ts';
import { parquetColumnType } from './parquet-type.ts';
import { guessPersonal, type PersonalGuess } from './personal.ts';
import { type ColumnProfile, topValues } from './profile.ts';
import { count } from './say.ts';
import {
  guessFormat,
  guessLength,
  guessPattern,
  guessValues,
  isDocumentText,
  type LengthGuess,
  type ValuesGuess,
} from './text-guess.ts';

export interface ColumnDraft {
  name: string;
  sourceName: string;
  profile: ColumnProfile;
  type: DataType;
  /** What the type was decided on. */
  evidence: string;
  required: boolean;
  format: FormatName | null;
  pattern: string | null;
  length: LengthGuess | null;
  /** Lowest and highest value of a number or date, in lexical form. */
  span: { min: string; max: string } | null;
  /** A lower bound worth promising. */
  minimum: string | null;
  values: ValuesGuess | null;
  personal: PersonalGuess | null;
}

/** Drafts a column; `name` is its Weft name. */
export function draftColumn(name: string, profile: ColumnProfile): ColumnDraft {
  const { type, evidence } = decideType(name, profile);
  const isText = type.kind === 'string' && profile.kind !== 'nested';
  const format = isText ? guessFormat(name, profile) : null;
  const values = isText && format === null ? guessValues(profile) : null;
  const pattern = isText && format === null && values === null ? guessPattern(profile) : null;
  const span = spanOf(type, valuesOfType(type, profile));
  return {
    name,
    sourceName: profile.sourceName,
    profile,
    type,
    evidence,
    required: profile.filled === profile.rows && profile.rows > 0,
    format,
    pattern,
    length: isText && format === null && values === null ? guessLength(profile) : null,
    span,
    minimum: minimumOf(type, span),
    values,
    personal: guessPersonal(name, profile),
  };
}

interface TypeGuess {
  type: DataType;
  evidence: string;
}

function decideType(name: string, profile: ColumnProfile): TypeGuess {
  const filled = filledText(profile);
  if (profile.parquetType !== null) {
    const type = parquetColumnType(profile.parquetType);
    if (type !== null) return { type, evidence: `${profile.parquetType} in the file; ${filled}` };
  }
  if (profile.filled === 0) {
    return { type: { kind: 'string' }, evidence: `${filled}; the type is not known` };
  }
  if (profile.kind === 'nested') {
    const type = inferNestedType(profile.values);
    return { type, evidence: `${typeName(type)}; ${filled}` };
  }
  if (profile.kind === 'mixed') {
    return { type: { kind: 'string' }, evidence: `values of different JSON kinds; ${filled}` };
  }
  return typeByForms(name, profile, filled);
}

function typeByForms(name: string, profile: ColumnProfile, filled: string): TypeGuess {
  const text: DataType = { kind: 'string' };
  const isCode = profile.kind !== 'number' && isProductCode(name, profile);
  if (isCode) return { type: text, evidence: `numbers with a GS1 check digit; ${filled}` };
  const forms = formCounts(profile);
  const kept = withoutExceptions(forms, profile.filled);
  const values = profile.values.filter((value) => kept.has(lexicalForm(value)));
  const type = typeOfForms(kept, values);
  const isJsonText = profile.kind === 'text';
  const isNumeric =
    type !== null && ['int', 'long', 'decimal', 'double', 'boolean'].includes(type.kind);
  // Why: JSON tells text from numbers, and "007" and "7" are different texts.
  if (type === null || (isJsonText && isNumeric)) {
    const why = isJsonText ? '' : exceptionText(forms, profile, 'so it is taken as text');
    return { type: text, evidence: `${filled}${why}` };
  }
  const span = spanOf(type, values);
  const range = span === null ? '' : `, ${span.min} to ${span.max}`;
  const word = FORM_WORDS[type.kind] ?? type.kind;
  if (kept.size === forms.size) return { type, evidence: `${filled}, all ${word}${range}` };
  const why = exceptionText(forms, profile, 'which would be quarantined');
  return { type, evidence: `${filled}, ${word}${range}${why}` };
}

/** Below this share, and in samples of at least this size, values of another form are taken for faults. */
const FAULT_SHARE = 0.001;
const FAULT_ROWS_MIN = 1000;

/** The forms of a column without those of a few faulty values: an id in exponent form, a date that never was. */
function withoutExceptions(
  forms: ReadonlyMap<LexicalForm, number>,
  filled: number,
): ReadonlySet<LexicalForm> {
  const all = new Set(forms.keys());
  const [main] = [...forms].sort((a, b) => b[1] - a[1])[0] ?? [];
  if (main === undefined || main === 'text' || filled < FAULT_ROWS_MIN) return all;
  const isNumber = main === 'integer' || main === 'decimal' || main === 'exponent';
  const kept = new Set(
    [...all].filter((form) => {
      if (form === main) return true;
      // Why: whole numbers are decimals too, and small measured numbers are often written with an exponent.
      if (isNumber && (form === 'integer' || form === 'decimal')) return true;
      return isNumber && form === 'exponent' && all.has('decimal');
    }),
  );
  const faults = [...forms].reduce((sum, [form, rows]) => sum + (kept.has(form) ? 0 : rows), 0);
  return faults <= filled * FAULT_SHARE ? kept : all;
}

const FORM_WORDS: Readonly<Record<string, string>> = {
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

function isProductCode(name: string, profile: ColumnProfile): boolean {
  const format = guessFormat(name, profile);
  return format === 'gtin' || format === 'gln';
}

/** Rows by lexical form. */
function formCounts(profile: ColumnProfile): Map<LexicalForm, number> {
  const forms = new Map<LexicalForm, number>();
  profile.values.forEach((value, i) => {
    const form = lexicalForm(value);
    forms.set(form, (forms.get(form) ?? 0) + (profile.counts[i] ?? 0));
  });
  return forms;
}

const NEARLY = 0.9;

/** Values that are not of the form that nearly all have, with one of them; nothing when there is no such form. */
function exceptionText(
  forms: ReadonlyMap<LexicalForm, number>,
  profile: ColumnProfile,
  consequence: string,
): string {
  const [main, rows = 0] = [...forms].sort((a, b) => b[1] - a[1])[0] ?? [];
  if (main === undefined || main === 'text') return '';
  if (rows === profile.filled || rows < profile.filled * NEARLY) return '';
  const odd = profile.values.find((value) => lexicalForm(value) !== main) ?? '';
  const example = JSON.stringify(odd.slice(0, 40));
  const odds = profile.filled - rows;
  return `; ${count(odds)} of them ${odds === 1 ? 'is' : 'are'} no ${main}, for example ${example}, ${consequence}`;
}

function filledText(profile: ColumnProfile): string {
  const empty = profile.rows - profile.filled;
  return `${count(profile.filled)} of ${count(profile.rows)} values, ${count(empty)} empty`;
}

function spanOf(type: DataType, values: readonly string[]): { min: string; max: string } | null {
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

/** The values without those that the evidence calls faulty. */
function valuesOfType(type: DataType, profile: ColumnProfile): string[] {
  if (profile.parquetType !== null) return profile.values;
  const isWhole = type.kind === 'int' || type.kind === 'long';
  const isNumber = isWhole || type.kind === 'decimal' || type.kind === 'double';
  return profile.values.filter((value) => {
    const form = lexicalForm(value);
    if (isWhole) return form === 'integer';
    if (isNumber) return form === 'integer' || form === 'decimal' || form === 'exponent';
    return form === type.kind;
  });
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

/** Zero is worth promising when nothing was below it; any other lower bound may be chance. */
function minimumOf(type: DataType, span: { min: string; max: string } | null): string | null {
  if (span === null || !['int', 'long', 'decimal', 'double'].includes(type.kind)) return null;
  return span.min.startsWith('-') || span.min === 'NaN' ? null : '0';
}

const EXAMPLES_MAX = 3;

/** A few frequent values as YAML list members; none of personal data, of nested values and of long texts. */
export function exampleValues(draft: ColumnDraft): string[] {
  const { personal, values, profile, type } = draft;
  if (personal !== null || values !== null || profile.kind === 'nested') return [];
  const isPlain = ['int', 'decimal', 'boolean'].includes(type.kind);
  return topValues(profile, EXAMPLES_MAX)
    .map(({ value }) => value)
    .filter((value) => value.length <= 60 && isDocumentText(value))
    .map((value) => (isPlain && lexicalForm(value) !== 'text' ? value : JSON.stringify(value)));
}
