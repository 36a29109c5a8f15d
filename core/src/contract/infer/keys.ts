/**
 * Keys: single columns that are unique, else the smallest combination of at most three that is.
 *
 * Not proof: a sample can only refute a key. Invariant: the result depends on the data alone, never on timing; of equal
 * candidates the one whose columns are named more like an identifier wins, then the one with more different values, then
 * the one that stands first.
 */
import type { ColumnProfile } from './profile.ts';

export interface KeyCandidate {
  /** Column indexes in file order. */
  columns: number[];
}

/** Combinations are searched among this many columns at most, the likeliest first. */
const CANDIDATES_MAX = 12;
const SIZE_MAX = 3;

export interface KeyColumn {
  profile: ColumnProfile;
  /** Higher is likelier to be part of a key; negative is never part of one. */
  weight: number;
}

/** True when every row has a value of its own. */
export function isUnique(profile: ColumnProfile): boolean {
  return (
    profile.rows > 1 && profile.filled === profile.rows && profile.values.length === profile.rows
  );
}

/** A weight from which on the name alone says that a column identifies something. */
export const IDENTIFIER_WEIGHT = 4;

/** What is counted, weighed, paid, or told in words; equal ones come sooner or later. German, too, since such files come. */
const NO_KEY =
  /(^|_)(menge|anzahl|stueck|preis|betrag|umsatz|wert|gewicht|rabatt|bestand|bezeichnung|beschreibung|bemerkung|stock|volume|visitors|balance|fee|margin|qty|quantity|units|amount|price|cost|total|sum|count|value|revenue|sales|discount|tax|weight|size|width|height|length|age|share|rate|score|rank|name|title|description|comment|comments|note|notes|remark|text|status|state|flag)$/;

/** How likely a column is to identify something, by its name and kind of values. */
export function keyWeight(name: string, isMeasure: boolean): number {
  if (isMeasure || NO_KEY.test(name)) return -1;
  if (/^(id|uuid|key)$/.test(name)) return 6;
  if (/_(id|uuid|key)$|^(sku|gtin|ean|upc|isbn|vin)$/.test(name)) return 5;
  if (/[a-z](nummer|nr)$/.test(name)) return 4;
  if (
    /(^|_)(no|nr|nummer|kennung|num|number|code|upc|invoice|order|line|sequence|seq|ref|reference)$/.test(
      name,
    )
  )
    return 4;
  if (
    /(^|_)(date|datum|tag|woche|monat|jahr|zeit|day|week|month|year|time|timestamp|at)$/.test(name)
  )
    return 2;
  return 1;
}

/** The best key of the columns, or null when no combination of up to three is unique. */
export function findKey(columns: readonly KeyColumn[]): KeyCandidate | null {
  const candidates = columns
    .filter((c) => c.weight >= 0 && c.profile.filled === c.profile.rows && c.profile.rows > 1)
    .sort((a, b) => b.weight - a.weight || a.profile.index - b.profile.index)
    .slice(0, CANDIDATES_MAX);
  for (const isLikely of LIKELY) {
    for (let size = 1; size <= SIZE_MAX; size++) {
      const found = bestOf(combinations(candidates, size).filter(isLikely));
      if (found !== null) return found;
    }
  }
  return null;
}

const isNamed = ({ weight }: KeyColumn): boolean => weight > 1;

/**
 * Which columns are looked at first: one that is named like a key or stands first, as keys do, then several that are named so. A
 * number that happens to differ in each row is a key when there is nothing else.
 */
const LIKELY: readonly ((group: readonly KeyColumn[]) => boolean)[] = [
  (group) => group.length === 1 && group.every((one) => isNamed(one) || one.profile.index === 0),
  (group) => group.every(isNamed),
  () => true,
];

function bestOf(groups: readonly (readonly KeyColumn[])[]): KeyCandidate | null {
  const found = groups
    .map((group) => ({
      group,
      weight: Math.min(...group.map((c) => c.weight)),
      sum: sumOf(group),
      distinct: group.reduce((product, c) => product * c.profile.values.length, 1),
    }))
    .sort((a, b) => b.weight - a.weight || b.sum - a.sum || b.distinct - a.distinct)
    .find(({ group }) => isPlausible(group) && isUniqueTogether(group.map((c) => c.profile)));
  if (found === undefined) return null;
  return { columns: found.group.map((c) => c.profile.index).sort((a, b) => a - b) };
}

/** Rows from which on a column without a telling name may be a key wherever it stands. */
const ROWS_ENOUGH = 20;

/**
 * Columns that nothing speaks for are a coincidence in a short sample, unless one stands first, as keys do; and a column that
 * is unique alone makes no key with others.
 */
function isPlausible(group: readonly KeyColumn[]): boolean {
  if (group.length > 1 && group.some(({ profile }) => isUnique(profile))) return false;
  return group.some(
    ({ weight, profile }) => weight > 1 || profile.index === 0 || profile.rows >= ROWS_ENOUGH,
  );
}

function sumOf(group: readonly KeyColumn[]): number {
  return group.reduce((sum, column) => sum + column.weight, 0);
}

function combinations<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) =>
    combinations(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]),
  );
}

/** Stops at the first repeat; a product of cardinalities below the row count is refused without looking. */
function isUniqueTogether(profiles: readonly ColumnProfile[]): boolean {
  const rows = profiles[0]?.rows ?? 0;
  const space = profiles.reduce((product, p) => product * p.values.length, 1);
  if (space < rows || !Number.isSafeInteger(space)) return false;
  const seen = new Set<number>();
  for (let row = 0; row < rows; row++) {
    let code = 0;
    for (const profile of profiles) code = code * profile.values.length + (profile.codes[row] ?? 0);
    if (seen.has(code)) return false;
    seen.add(code);
  }
  return true;
}

/** Rows that are equal to an earlier one in every column. */
export function countRepeats(profiles: readonly ColumnProfile[]): number {
  const rows = profiles[0]?.rows ?? 0;
  const seen = new Set<string>();
  for (let row = 0; row < rows; row++) seen.add(profiles.map((p) => p.codes[row]).join(','));
  return rows - seen.size;
}
