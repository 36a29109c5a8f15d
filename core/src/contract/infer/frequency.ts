/**
 * How often data comes, as far as its own dates tell.
 *
 * Not a promise: the rhythm of what happened, which delivery may or may not follow. Days are those of the text, without
 * conversion of zones.
 */
import type { ColumnProfile } from './profile.ts';

export interface FrequencyGuess {
  value: number;
  unit: 'd' | 'h';
  /** For a trailing comment. */
  evidence: string;
}

const DAY_MS = 86_400_000;
const DAYS_MIN = 5;

/** The rhythm of a date or timestamp column, or null when it spans too few days or has none. */
export function guessFrequency(
  profile: Pick<ColumnProfile, 'sourceName' | 'values'>,
  { isOfPersons = false } = {},
): FrequencyGuess | null {
  const days = [...new Set(profile.values.map((value) => value.slice(0, 10)))].sort();
  const numbers = days.map((day) => Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS));
  const [first, last] = [numbers[0], numbers.at(-1)];
  if (days.length < DAYS_MIN || first === undefined || last === undefined) return null;
  const gaps = numbers.slice(1).map((day, i) => day - (numbers[i] ?? day));
  const median = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 1;
  const span = last - first + 1;
  // Why not of persons: the first day and the last one may each be of one of them.
  const bounds = isOfPersons ? '' : `, ${days[0]} to ${days.at(-1)}`;
  const evidence = `${profile.sourceName} has ${days.length} different days of ${span}${bounds}`;
  if (median <= 3) return { value: 1, unit: 'd', evidence };
  if (median <= 10) return { value: 7, unit: 'd', evidence };
  return { value: median <= 45 ? 30 : 365, unit: 'd', evidence };
}
