/**
 * What two versions of one quality rule let pass: its check, and the threshold on what the check counts.
 *
 * Not which rules come and go (`compare-quality.ts`). Most checks count offenders, so a check is judged by whether it
 * finds more or fewer of them, and which of the two is stricter depends on the threshold.
 * Invariant: `unknown` means that nothing can be told, never that nothing changed.
 */
import { type PatternVerdict, patternVerdict } from './compare-patterns.ts';
import { intervalsOf, isSubset, judgeSets } from './intervals.ts';
import type { Check, Threshold } from './plan.ts';
import { allowsNone } from './quality-from-odcs.ts';

export type RuleVerdict = PatternVerdict;

/** What the other check lets pass under one threshold; null when it is another metric, so another rule. */
export function checkVerdict(before: Check, after: Check, must: Threshold): RuleVerdict | null {
  if (JSON.stringify(before) === JSON.stringify(after)) return 'same';
  const verdict = verdictOfFewOffenders(before, after);
  if (verdict !== 'tightened' && verdict !== 'loosened') return verdict;
  const wanted = wantedOffenders(must);
  if (wanted === 'few') return verdict;
  if (wanted === null) return 'other';
  return verdict === 'tightened' ? 'loosened' : 'tightened';
}

/** As if the threshold asked for few offenders, which is what nearly all of them do. */
function verdictOfFewOffenders(before: Check, after: Check): RuleVerdict | null {
  if (before.kind === 'sql' && after.kind === 'sql') return 'unknown';
  if (before.kind === 'pattern' && after.kind === 'pattern') {
    return patternVerdict(before.pattern, after.pattern);
  }
  if (before.kind === 'values' && after.kind === 'values') {
    return listVerdict(before.values, after.values);
  }
  // Why: rows beyond the first of a key get fewer when the key has more columns.
  if (before.kind === 'duplicates' && after.kind === 'duplicates') {
    return listVerdict(before.columns, after.columns);
  }
  const [old, now] = [missingTexts(before), missingTexts(after)];
  if (old !== null && now !== null) return listVerdict(now, old);
  return before.kind === after.kind ? 'unknown' : null;
}

/** Texts that count as missing besides NULL, or null for a check that looks for something else. */
function missingTexts(check: Check): readonly string[] | null {
  if (check.kind === 'required') return [];
  return check.kind === 'missing' ? check.values : null;
}

/** For lists of what is right: a longer list lets more pass. */
function listVerdict(before: readonly string[], after: readonly string[]): RuleVerdict {
  const isGrown = after.some((item) => !before.includes(item));
  const isShrunk = before.some((item) => !after.includes(item));
  if (isGrown) return isShrunk ? 'other' : 'loosened';
  return isShrunk ? 'tightened' : 'same';
}

/** Whether fewer offenders always do, or more of them, or neither. */
function wantedOffenders(must: Threshold): 'few' | 'many' | null {
  const [low = 0] = must.values;
  switch (must.op) {
    case 'mustBeLessThan':
    case 'mustBeLessOrEqualTo':
      return 'few';
    case 'mustBeGreaterThan':
    case 'mustBeGreaterOrEqualTo':
      return 'many';
    case 'mustBe':
    case 'mustBeBetween':
      return low <= 0 ? 'few' : null;
    case 'mustNotBe':
    case 'mustNotBeBetween':
      return low <= 0 ? 'many' : null;
  }
}

/** What the other threshold lets pass of one count. Rows and percent compare only where one of them lets none pass. */
export function thresholdVerdict(before: Threshold, after: Threshold): RuleVerdict {
  if (before.unit === after.unit) return judgeSets(intervalsOf(before), intervalsOf(after));
  if (allowsNone(before) && allowsNone(after)) return 'same';
  if (allowsNone(before) && acceptsNone(after)) return 'loosened';
  return allowsNone(after) && acceptsNone(before) ? 'tightened' : 'unknown';
}

/** True when a batch without any offender passes. */
export function acceptsNone(must: Threshold): boolean {
  const none = { value: '0', inclusive: true };
  return isSubset([{ low: none, high: none }], intervalsOf(must));
}
