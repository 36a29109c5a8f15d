/**
 * Facets over lengths of time: how many products promise, or have, data within an hour, a day, a week.
 *
 * Not the counting, which the store and the index in memory each do. Invariant: the count of a limit is the number of hits
 * that the condition `FIELD <= LIMIT` leaves, so limits overlap, and a product whose length is not known is in none.
 */
import { parseDuration } from '@weft/core/lib/duration';
import type { SearchExpression } from '@weft/core/registry/search-compile';

/** `frequency` is promised; `freshness` is measured, as the age of the newest batch. */
export const LIMIT_FACETS = ['frequency', 'freshness'] as const;
export type LimitFacet = (typeof LIMIT_FACETS)[number];

/** Shortest first. */
export const FACET_LIMITS = ['PT15M', 'PT1H', 'P1D', 'P7D', 'P31D'].map((duration) => ({
  duration,
  seconds: parseDuration(duration) ?? 0,
}));

const FIELDS = { frequency: 'frequency', freshness: 'measured.freshness' } as const;

/** What is asked of a product within a limit. */
export function limitCondition(facet: LimitFacet, seconds: number): SearchExpression {
  const field = { key: FIELDS[facet], kind: 'duration', argument: null } as const;
  return { kind: 'compare', field, op: '<=', value: seconds };
}

/** Counts by limit, in the order of the limits, as an answer has them: without those that nothing keeps within. */
export function limitCounts(counts: readonly number[]): { value: string; count: number }[] {
  return FACET_LIMITS.map(({ duration }, at) => ({
    value: duration,
    count: counts[at] ?? 0,
  })).filter(({ count }) => count > 0);
}

export function isLimitFacet(facet: string): facet is LimitFacet {
  return LIMIT_FACETS.some((one) => one === facet);
}
