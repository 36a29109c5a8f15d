/**
 * One column's draft: type, nullability, bounds, format, list of values, classification, each with its evidence.
 *
 * Not the document's text (`write-contract.ts`). Invariant: the draft accepts every value of the sample, unless the
 * evidence says how many it does not.
 */
import type { FormatName } from '../../lib/formats.ts';
import type { DataType } from '../data-type.ts';
import type { ForeignForm } from './foreign-form.ts';
import { lexicalForm } from './lexical.ts';
import { guessPersonal, type PersonalGuess } from './personal.ts';
import { type ColumnProfile, topValues, type ValueCounts, withoutCodes } from './profile.ts';
import { count } from './say.ts';
import { type Span, spanOf } from './span.ts';
import {
  guessFormat,
  guessPattern,
  guessValues,
  isDocumentText,
  type LengthSeen,
  seenLength,
  type ValuesGuess,
} from './text-guess.ts';
import { type Misfits, type MisfitWords, QUARANTINED, sayMisfits, WARNED } from './tolerance.ts';
import { guessType } from './type-guess.ts';

/** A promise and what it was decided on. */
export interface Evident<T> {
  value: T;
  evidence: string;
}

export interface ColumnDraft {
  name: string;
  sourceName: string;
  profile: ColumnProfile;
  /** The values that the draft accepts. */
  accepted: ValueCounts;
  type: DataType;
  /** What the type was decided on. */
  evidence: string;
  /** Numbers or dates in a form that is text. */
  foreign: ForeignForm | null;
  required: boolean;
  format: Evident<FormatName> | null;
  pattern: Evident<string> | null;
  length: LengthSeen | null;
  /** Lowest and highest value of a number or date, in lexical form. */
  span: Span | null;
  /** A lower bound worth promising. */
  minimum: string | null;
  values: ValuesGuess | null;
  personal: PersonalGuess | null;
}

/** Drafts a column; `name` is its Weft name. */
export function draftColumn(name: string, profile: ColumnProfile): ColumnDraft {
  const personal = guessPersonal(name, profile);
  const guess = guessType(name, profile, personal !== null);
  const { type, evidence, misfits, foreign = null } = guess;
  const ofType = withoutCodes(profile, misfits.codes);
  // Why no pattern and no list of these: the next file shall have another form.
  const isText = type.kind === 'string' && profile.kind !== 'nested' && foreign === null;
  const format = isText ? guessFormat(name, ofType) : null;
  // Why not of persons: whoever may find the product reads the list.
  const isListed = personal === null || personal.isTrait;
  const values = isText && format === null && isListed ? guessValues(ofType) : null;
  const pattern = isText && format === null && values === null ? guessPattern(ofType) : null;
  // Why not of the pattern: a value of another shape is warned of, and taken.
  const accepted = format === null ? ofType : withoutCodes(ofType, format.misfits.codes);
  const span = spanOf(type, accepted.values);
  const say = (noun: string, ofGuess: Misfits, consequence: string) =>
    sayFormat(profile, ofType, {
      misfits: ofGuess,
      words: { noun, consequence, isPersonal: personal !== null },
    });
  return {
    name,
    sourceName: profile.sourceName,
    profile,
    accepted,
    type,
    evidence,
    foreign,
    required: profile.filled === profile.rows && profile.rows > 0,
    format:
      format === null
        ? null
        : { value: format.format, evidence: say(format.format, format.misfits, QUARANTINED) },
    pattern:
      pattern === null
        ? null
        : { value: pattern.pattern, evidence: say('code of this shape', pattern.misfits, WARNED) },
    length: isText && format === null && values === null ? seenLength(accepted) : null,
    span,
    minimum: minimumOf(type, span),
    values,
    personal,
  };
}

/** What a format or a shape was decided on. */
function sayFormat(
  profile: ColumnProfile,
  all: ValueCounts,
  { misfits, words }: { misfits: Misfits; words: MisfitWords },
): string {
  if (misfits.rows === 0) return `all ${count(all.values.length)} different values`;
  return `${count(all.filled)} values; ${sayMisfits(profile, misfits, words)}`;
}

/** Zero is worth promising when nothing was below it; any other lower bound may be chance. */
function minimumOf(type: DataType, span: Span | null): string | null {
  if (span === null || !['int', 'long', 'decimal', 'double'].includes(type.kind)) return null;
  return span.min.startsWith('-') || span.min === 'NaN' ? null : '0';
}

const EXAMPLES_MAX = 3;

/** A few frequent values as YAML list members; none of personal data, of nested values and of long texts. */
export function exampleValues(draft: ColumnDraft): string[] {
  const { personal, values, profile, accepted, type } = draft;
  if (personal !== null || values !== null || profile.kind === 'nested') return [];
  const isPlain = ['int', 'decimal', 'boolean'].includes(type.kind);
  return topValues(accepted, EXAMPLES_MAX)
    .map(({ value }) => value)
    .filter((value) => value.length <= 60 && isDocumentText(value))
    .map((value) => (isPlain && lexicalForm(value) !== 'text' ? value : JSON.stringify(value)));
}
