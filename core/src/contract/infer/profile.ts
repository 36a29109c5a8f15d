/**
 * What the values of each column are: counted once, so that every guess below can name its evidence.
 *
 * Not guesses. Values are kept once each with their counts; `codes` gives the value of each row as an index, -1 for
 * none, and is what keys are searched on.
 */
import { must } from '../../lib/assert.ts';
import type { InferSource, ValueKind } from './source.ts';

export interface ColumnProfile {
  /** Name in the file. */
  sourceName: string;
  index: number;
  kind: ValueKind;
  parquetType: string | null;
  rows: number;
  /** Rows with a value. */
  filled: number;
  /** Distinct values and how often each occurs, in order of first appearance. */
  values: string[];
  counts: number[];
  codes: Int32Array;
}

/** Profiles of all columns; `nullText` counts as no value besides null. */
export function profileColumns(source: InferSource, nullText: string): ColumnProfile[] {
  return source.columns.map((sourceName, index) => {
    const seen = new Map<string, number>();
    const counts: number[] = [];
    const codes = new Int32Array(source.rows.length);
    let filled = 0;
    source.rows.forEach((row, at) => {
      const value = row[index] ?? null;
      if (value === null || (nullText !== '' && value === nullText)) {
        codes[at] = -1;
        return;
      }
      filled++;
      const known = seen.get(value);
      const code = known ?? seen.size;
      if (known === undefined) seen.set(value, code);
      counts[code] = (counts[code] ?? 0) + 1;
      codes[at] = code;
    });
    return {
      sourceName,
      index,
      kind: source.kinds?.[index] ?? 'unknown',
      parquetType: source.parquetTypes?.[index] ?? null,
      rows: source.rows.length,
      filled,
      values: [...seen.keys()],
      counts,
      codes,
    };
  });
}

/** The most frequent values, most frequent first, ties by text. */
export function topValues(
  profile: ColumnProfile,
  most: number,
): { value: string; count: number }[] {
  return profile.values
    .map((value, i) => ({ value, count: must(profile.counts[i], 'count of a value') }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, most);
}
