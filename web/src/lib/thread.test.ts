/**
 * A thread says by its place whether a promise was kept; these are its fixed points.
 */
import { expect, test } from 'vitest';
import { headroomOf, headroomOfShare, threadEnd, threadState, WARP_AT } from './thread.ts';

test('what is kept crosses the warp and what is missed stops short of it, at every headroom', () => {
  for (let headroom = 0; headroom < 20; headroom += 0.01) {
    const end = threadEnd(headroom) ?? Number.NaN;
    expect(end > 0 && end <= 1).toBe(true);
    expect(end > WARP_AT).toBe(headroom >= 1);
  }
});

test('the ends are where the drawing says', () => {
  expect(threadEnd(1)).toBeCloseTo(0.69);
  expect(threadEnd(8)).toBeCloseTo(1);
  expect(threadEnd(Number.POSITIVE_INFINITY)).toBeCloseTo(1);
  expect(threadEnd(0)).toBeCloseTo(0.62 * 0.06 - 0.02);
  expect(threadEnd(null)).toBeNull();
});

test('close is less than a tenth to spare', () => {
  expect(threadState(1)).toBe('close');
  expect(threadState(1.1)).toBe('kept');
  expect(threadState(0.999)).toBe('missed');
  expect(threadState(null)).toBe('unknown');
});

test('shares are compared by what fails', () => {
  expect(headroomOfShare(0.999, 0.997)).toBeCloseTo(1 / 3);
  expect(headroomOfShare(0.999, 1)).toBe(Number.POSITIVE_INFINITY);
  expect(headroomOf(0, 0)).toBe(Number.POSITIVE_INFINITY);
  expect(headroomOf(0, 3)).toBe(0);
});
