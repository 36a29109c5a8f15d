/**
 * A flow shows every record and invents none.
 */
import { expect, test } from 'vitest';
import { FLOW_THICKNESS, flowThreads, uncounted } from './flow.ts';

test('one refused record of a million still has a thread, and none has none', () => {
  const threads = flowThreads({ in: 1_000_000, good: 999_999, quarantined: 1, duplicates: 0 });
  expect(threads.map(({ kind }) => kind)).toEqual(['good', 'quarantined']);
  expect(threads[1]?.thickness).toBeGreaterThanOrEqual(2);
  expect(flowThreads({ in: 0, good: 0, quarantined: 0, duplicates: 0 })).toEqual([]);
});

test('thickness is in proportion where it can be', () => {
  const threads = flowThreads({ in: 100, good: 50, quarantined: 25, duplicates: 25 });
  expect(threads.map(({ thickness }) => thickness / FLOW_THICKNESS)).toEqual([0.5, 0.25, 0.25]);
});

test('records that stand nowhere are found', () => {
  expect(uncounted({ in: 10, good: 6, quarantined: 2, duplicates: 1 })).toBe(1);
  expect(uncounted({ in: 10, good: 6, quarantined: 2, duplicates: 2 })).toBe(0);
});
