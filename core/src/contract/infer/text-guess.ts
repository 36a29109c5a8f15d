/**
 * Guesses about text columns: known format, fixed shape, length, closed list of values.
 *
 * Not guesses about meaning. Invariant: every guess holds for all values that it is given, but for the faults that it
 * names (`tolerance.ts`), and needs enough of them.
 */
import { type FormatName, matchesFormat } from '../../lib/formats.ts';
import { type ValueCounts, withoutCodes } from './profile.ts';
import { faultsAllowed, findMisfits, type Misfits, NEARLY } from './tolerance.ts';

/** Below this many distinct values a coincidence is too likely. */
const DISTINCT_MIN = 20;
/** Enough where the column's name says the same. */
const NAMED_MIN = 3;

interface FormatHint {
  format: FormatName;
  name: RegExp;
  isSure: boolean;
}

const FORMAT_HINTS: readonly FormatHint[] = [
  { format: 'uuid', name: /uuid|guid|id/, isSure: true },
  { format: 'email', name: /mail/, isSure: true },
  { format: 'gln', name: /(^|_)gln(_|$)/, isSure: false },
  { format: 'gtin', name: /(^|_)(gtin|ean|upc|barcode)\d*(_|$)/, isSure: true },
  { format: 'ipv4', name: /(^|_)ip/, isSure: true },
  { format: 'country', name: /country|nation|origin|market/, isSure: false },
  { format: 'currency', name: /currency|ccy/, isSure: false },
];
const CHECK_DIGIT_FORMATS: readonly FormatName[] = ['gln', 'gtin'];

export interface FormatGuess {
  format: FormatName;
  misfits: Misfits;
}

/** The format that the values have, or null. `name` is the Weft name; an unsure format needs the name as well. */
export function guessFormat(name: string, counts: ValueCounts): FormatGuess | null {
  const allowed = faultsAllowed(counts.filled);
  for (const hint of FORMAT_HINTS) {
    const guess = tryFormat(hint, name, counts, allowed);
    if (guess !== null) return guess;
  }
  const isUrl = (value: string) =>
    /^[a-z][a-z0-9+.-]*:\/\//i.test(value) && matchesFormat('uri', value);
  const misfits = counts.values.length < NAMED_MIN ? null : findMisfits(counts, isUrl, allowed);
  return misfits === null ? null : { format: 'uri', misfits };
}

/**
 * The format with a check digit that too many values fail for a promise, and too few for a coincidence, or null. Such
 * numbers are text: their leading zeros mean something.
 */
export function guessCheckDigit(name: string, counts: ValueCounts): FormatGuess | null {
  const most = counts.filled * (1 - NEARLY);
  for (const hint of FORMAT_HINTS) {
    if (!CHECK_DIGIT_FORMATS.includes(hint.format)) continue;
    const guess = tryFormat(hint, name, counts, most);
    if (guess !== null) return guess;
  }
  return null;
}

function tryFormat(
  { format, name: hint, isSure }: FormatHint,
  name: string,
  counts: ValueCounts,
  allowed: number,
): FormatGuess | null {
  const enough = hint.test(name) ? NAMED_MIN : isSure ? DISTINCT_MIN : Number.POSITIVE_INFINITY;
  if (counts.values.length < enough) return null;
  const misfits = findMisfits(counts, (value) => matchesFormat(format, value), allowed);
  const isEnough = misfits !== null && counts.values.length - misfits.codes.size >= enough;
  return isEnough ? { format, misfits } : null;
}

export interface PatternGuess {
  /** A regular expression of the whole text. */
  pattern: string;
  misfits: Misfits;
}

/** A pattern for codes of one shape, such as `^[A-Z]{2}-[0-9]{4}$`, or null. */
export function guessPattern(counts: ValueCounts): PatternGuess | null {
  if (counts.values.length < DISTINCT_MIN) return null;
  const kinds = commonKinds(counts);
  const isOfKind = (value: string) => kindsOf(shapeOf(value)) === kinds;
  const misfits = findMisfits(counts, isOfKind, faultsAllowed(counts.filled));
  if (misfits === null) return null;
  const { values } = withoutCodes(counts, misfits.codes);
  const first = shapeOf(values[0] ?? '');
  if (values.length < DISTINCT_MIN) return null;
  if (first.length < 2 && !/^[0-9A-Z]+$/.test(values[0] ?? '')) return null;
  const runs = first.map((run) => ({ kind: run.kind, lengths: new Set<number>() }));
  for (const value of values) {
    shapeOf(value).forEach((run, i) => {
      runs[i]?.lengths.add(run.length);
    });
  }
  if (!runs.some((run) => run.kind === DIGITS) || !runs.some((run) => run.lengths.size === 1))
    return null;
  return { pattern: `^${runs.map(runPattern).join('')}$`, misfits };
}

/** The sequence of runs that most rows have. */
function commonKinds({ values, counts }: ValueCounts): string {
  const rows = new Map<string, number>();
  values.forEach((value, i) => {
    const kinds = kindsOf(shapeOf(value));
    rows.set(kinds, (rows.get(kinds) ?? 0) + (counts[i] ?? 0));
  });
  const [most] = [...rows].sort((a, b) => b[1] - a[1]);
  return most?.[0] ?? '';
}

function kindsOf(shape: readonly Run[]): string {
  return shape.map(({ kind }) => kind).join(' ');
}

interface Run {
  kind: string;
  length: number;
}

const DIGITS = '[0-9]';

/** Runs of digits, capitals and small letters; every other character is a run of itself. */
function shapeOf(value: string): Run[] {
  const runs: Run[] = [];
  for (const char of value) {
    const kind = /[0-9]/.test(char)
      ? DIGITS
      : /[A-Z]/.test(char)
        ? '[A-Z]'
        : /[a-z]/.test(char)
          ? '[a-z]'
          : char.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    const last = runs.at(-1);
    if (last?.kind === kind) last.length++;
    else runs.push({ kind, length: 1 });
  }
  return runs;
}

function runPattern({ kind, lengths }: { kind: string; lengths: Set<number> }): string {
  const [only] = lengths;
  if (lengths.size > 1 || only === undefined) return `${kind}+`;
  return only === 1 ? kind : `${kind}{${only}}`;
}

/** Shortest and longest seen, in characters. */
export interface LengthSeen {
  min: number;
  max: number;
}

/** Why only what was seen: the next file may have a longer text, and would lose its record to a limit that nobody promised. */
export function seenLength({ values }: ValueCounts): LengthSeen | null {
  const lengths = values.map((value) => [...value].length);
  if (lengths.length === 0) return null;
  return {
    min: lengths.reduce((a, b) => Math.min(a, b)),
    max: lengths.reduce((a, b) => Math.max(a, b)),
  };
}

export interface ValuesGuess {
  /** Sorted by code points. */
  values: string[];
  /** Values that occur so seldom among many that they are probably slips, and are not in the list. */
  rare: string[];
  /** True when every value was seen often enough that the list is probably whole. */
  isSure: boolean;
}

const VALUES_MAX = 25;
const SHARE_MAX = 0.05;
const ROWS_MIN = 30;

/** Among so many values one that occurs once or twice is rather a slip than a member of a closed list. */
const MANY = 200;
const RARE_MAX = 2;
/** More rare ones than these, and the values are no closed list. */
const RARE_SHARE_MAX = 0.05;

/** A closed list of values: few of them, each repeated. */
export function guessValues(all: ValueCounts): ValuesGuess | null {
  const rare = all.filled < MANY ? [] : rareCodes(all);
  const { values, counts, filled } = withoutCodes(all, new Set(rare));
  if (all.filled - filled > all.filled * RARE_SHARE_MAX) return null;
  if (filled < ROWS_MIN || values.length > VALUES_MAX) return null;
  if (values.length > Math.max(2, filled * SHARE_MAX) && values.length > filled / 10) return null;
  const rarest = counts.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (rarest < 2 || !values.every(isDocumentText)) return null;
  // Why of single words: what people write as they like comes in few forms, too, until it comes in another.
  const areCodes = values.every((value) => !/\s/.test(value.trim()));
  const isSure = areCodes && rare.length === 0 && rarest >= 10 && filled >= 500;
  const left = new Set(values);
  return { values: [...values].sort(), rare: all.values.filter((v) => !left.has(v)), isSure };
}

function rareCodes({ counts, origin }: ValueCounts): number[] {
  return origin.filter((_, i) => (counts[i] ?? 0) <= RARE_MAX);
}

/** True when a document may hold the text: a zero character or half a surrogate pair is refused when it is read. */
export function isDocumentText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
