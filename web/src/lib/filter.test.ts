/**
 * Conditions are taken apart and joined again without a change of meaning.
 */
import { expect, test } from 'vitest';
import {
  chosenLimit,
  chosenValues,
  describeCondition,
  joinFilter,
  splitFilter,
  toggleLimit,
  toggleValue,
} from './filter.ts';

test('a conjunction falls apart into its conditions, and nothing else does', () => {
  expect(splitFilter('domain in (a, b) and measured.nulls(x) < 1%')).toEqual([
    'domain in (a, b)',
    'measured.nulls(x) < 1%',
  ]);
  expect(splitFilter("title = 'salt and pepper' and not (a = 1 and b = 2)")).toEqual([
    "title = 'salt and pepper'",
    'not (a = 1 and b = 2)',
  ]);
  expect(splitFilter('a = 1 or b = 2 and c = 3')).toEqual(['a = 1 or b = 2 and c = 3']);
  expect(splitFilter('domain = ')).toEqual(['domain =']);
  expect(splitFilter('  ')).toEqual([]);
});

test('joining keeps an "or" together', () => {
  const joined = joinFilter(['tag has a or tag has b', 'status = active']);
  expect(joined).toBe('(tag has a or tag has b) and status = active');
  expect(splitFilter(joined)).toEqual(['(tag has a or tag has b)', 'status = active']);
});

test('choosing and giving up values', () => {
  const one = toggleValue([], 'domain', 'loyalty');
  expect(one).toEqual(['domain in (loyalty)']);
  const two = toggleValue(one, 'domain', "o'hare");
  expect(two).toEqual(["domain in (loyalty, 'o''hare')"]);
  expect(chosenValues(two, 'domain')).toEqual(['loyalty', "o'hare"]);
  expect(toggleValue(two, 'domain', 'loyalty')).toEqual(["domain in ('o''hare')"]);
  expect(toggleValue(one, 'domain', 'loyalty')).toEqual([]);
  const tags = toggleValue(toggleValue([], 'tag', 'b'), 'tag', 'a');
  expect(tags).toEqual(['tag has a or tag has b']);
  expect(toggleValue(['domain != loyalty'], 'domain', 'x')).toEqual([
    'domain != loyalty',
    'domain in (x)',
  ]);
});

test('a condition has words', () => {
  expect(describeCondition('measured.nulls(household_id) < 1%')).toEqual({
    subject: 'household_id empty',
    isName: true,
    said: '< 1\u00a0%',
  });
  expect(describeCondition('measured.freshness <= P7D').said).toBe('≤ 7\u00a0d');
  expect(describeCondition('domain in (point_of_sale, loyalty)')).toEqual({
    subject: 'Domain',
    isName: false,
    said: 'Point of sale or Loyalty',
  });
});

test('of a length of time one limit is chosen: another one takes its place, the same one gives it up', () => {
  const day = toggleLimit(['tag has a'], 'measured.freshness', 'P1D');
  expect(day).toEqual(['tag has a', 'measured.freshness <= P1D']);
  expect(chosenLimit(day, 'measured.freshness')).toBe('P1D');
  expect(chosenLimit(day, 'frequency')).toBeNull();
  const week = toggleLimit(day, 'measured.freshness', 'P7D');
  expect(week).toEqual(['tag has a', 'measured.freshness <= P7D']);
  expect(toggleLimit(week, 'measured.freshness', 'P7D')).toEqual(['tag has a']);
});
