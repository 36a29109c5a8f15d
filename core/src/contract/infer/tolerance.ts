/**
 * How many values that do not fit are taken for faults, and how the evidence tells of them.
 *
 * One rule for types, scales, formats and patterns alike: what nearly all values have is kept, and the few others are what
 * a batch would quarantine. Not a judgement of which value is wrong. Invariant: a fault that is tolerated is told with its
 * count.
 */
import type { ColumnProfile, ValueCounts } from './profile.ts';
import { count } from './say.ts';
import type { ValueKind } from './source.ts';

/** One value of a thousand may be a fault. */
const FAULT_SHARE = 0.001;
/** From this many values on at least one may be; below, one odd value may as well be the first of many. */
const FAULT_VALUES_MIN = 200;

/** A share that is no coincidence: enough to tell what a column is about, not enough to promise it. */
export const NEARLY = 0.9;

/** How many of `filled` values may be faults. */
export function faultsAllowed(filled: number): number {
  return filled < FAULT_VALUES_MIN ? 0 : Math.max(1, Math.floor(filled * FAULT_SHARE));
}

/** Values that do not fit. */
export interface Misfits {
  /** Indexes of the values in the profile. */
  codes: ReadonlySet<number>;
  /** How often these values occur. */
  rows: number;
}

export const NO_MISFITS: Misfits = { codes: new Set(), rows: 0 };

/** The values that do not fit; null as soon as they are more than `most`. */
export function findMisfits(
  counts: ValueCounts,
  fits: (value: string, code: number) => boolean,
  most = Number.POSITIVE_INFINITY,
): Misfits | null {
  const codes = new Set<number>();
  let rows = 0;
  for (const [i, value] of counts.values.entries()) {
    const code = counts.origin[i] ?? i;
    if (fits(value, code)) continue;
    rows += counts.counts[i] ?? 0;
    if (rows > most) return null;
    codes.add(code);
  }
  return { codes, rows };
}

export const QUARANTINED = 'which would be quarantined';
export const WARNED = 'which would be warned of';

export interface MisfitWords {
  /** What the values are not: `integer`. */
  noun: string;
  consequence: string;
  /** True for probable personal data, of which no value may stand in a contract. */
  isPersonal: boolean;
}

/** `1 of them is no integer, for example "1.5", which would be quarantined`; nothing when all values fit. */
export function sayMisfits(profile: ColumnProfile, misfits: Misfits, words: MisfitWords): string {
  const [first] = misfits.codes;
  if (first === undefined) return '';
  const example = words.isPersonal ? '' : `, for example ${exampleOf(profile, first)}`;
  const verb = misfits.rows === 1 ? 'is' : 'are';
  return `${count(misfits.rows)} of them ${verb} no ${words.noun}${example}, ${words.consequence}`;
}

const EXAMPLE_MAX = 40;
const BARE: readonly ValueKind[] = ['number', 'boolean', 'nested'];

/** A value as the file has it: JSON tells the text "7" from the number 7. */
function exampleOf(profile: ColumnProfile, code: number): string {
  const value = [...(profile.values[code] ?? '')].slice(0, EXAMPLE_MAX).join('');
  const kind = profile.kinds[code] ?? 'unknown';
  if (BARE.includes(kind)) return value;
  return `${kind === 'text' && profile.kind !== 'text' ? 'the text ' : ''}${JSON.stringify(value)}`;
}
