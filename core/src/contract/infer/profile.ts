/**
 * What the values of each column are: counted once, so that every guess below can name its evidence.
 *
 * Not guesses. Values are kept once each with their counts; `codes` gives the value of each row as an index, -1 for
 * none, and is what keys are searched on. Invariant: the same text as two JSON kinds is two values.
 */
import { must } from '../../lib/assert.ts';
import type { InferSource, ValueKind } from './source.ts';

/** Distinct values, or some of them, and how often each occurs. */
export interface ValueCounts {
  /** In order of first appearance. */
  values: string[];
  counts: number[];
  /** Index of each value in the profile that it is from. */
  origin: number[];
  /** Rows with one of these values. */
  filled: number;
}

export interface ColumnProfile extends ValueCounts {
  /** Name in the file. */
  sourceName: string;
  index: number;
  /** What most of the values are. */
  kind: ValueKind;
  /** What each of `values` is. */
  kinds: ValueKind[];
  parquetType: string | null;
  rows: number;
  codes: Int32Array;
}

/** Profiles of all columns; `nullText` counts as no value besides null. */
export function profileColumns(source: InferSource, nullText: string): ColumnProfile[] {
  return source.columns.map((_, index) => profileColumn(source, index, nullText));
}

function profileColumn(source: InferSource, index: number, nullText: string): ColumnProfile {
  const kind = source.kinds?.[index] ?? 'unknown';
  const oddKinds = source.oddKinds?.[index];
  const seen = new Map<ValueKind, Map<string, number>>();
  const values: string[] = [];
  const kinds: ValueKind[] = [];
  const counts: number[] = [];
  const codes = new Int32Array(source.rows.length).fill(-1);
  let filled = 0;
  source.rows.forEach((row, at) => {
    const value = row[index] ?? null;
    if (value === null || (nullText !== '' && value === nullText)) return;
    filled++;
    const own = oddKinds?.get(at) ?? kind;
    const known = seen.get(own) ?? new Map<string, number>();
    seen.set(own, known);
    const code = known.get(value) ?? values.length;
    if (code === values.length) {
      known.set(value, code);
      values.push(value);
      kinds.push(own);
    }
    counts[code] = (counts[code] ?? 0) + 1;
    codes[at] = code;
  });
  return {
    sourceName: must(source.columns[index], 'column name'),
    index,
    kind,
    kinds,
    parquetType: source.parquetTypes?.[index] ?? null,
    rows: source.rows.length,
    filled,
    values,
    counts,
    origin: values.map((_, code) => code),
    codes,
  };
}

/** The values without those of these indexes in the profile. */
export function withoutCodes(from: ValueCounts, codes: ReadonlySet<number>): ValueCounts {
  if (codes.size === 0) return from;
  const rest: ValueCounts = { values: [], counts: [], origin: [], filled: 0 };
  from.values.forEach((value, i) => {
    const code = must(from.origin[i], 'index of a value');
    if (codes.has(code)) return;
    const rows = must(from.counts[i], 'count of a value');
    rest.values.push(value);
    rest.counts.push(rows);
    rest.origin.push(code);
    rest.filled += rows;
  });
  return rest;
}

/** The most frequent values, most frequent first, ties by text. */
export function topValues(from: ValueCounts, most: number): { value: string; count: number }[] {
  return from.values
    .map((value, i) => ({ value, count: must(from.counts[i], 'count of a value') }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, most);
}
