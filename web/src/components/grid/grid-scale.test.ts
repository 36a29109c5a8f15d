/**
 * Both ends of a long table can be reached, whatever its length, and short ones are not scaled.
 */
import { expect, test } from 'vitest';
import { HEIGHT_MAX, scaleOf, toRows, toScroll } from './grid-scale.ts';

test('a table below the bound is its own scale', () => {
  expect(scaleOf(30_000, 600)).toEqual({ height: 30_000, ratio: 1 });
});

test('the last pixel of the scroll shows the last row', () => {
  for (const rows of [1_000_000, 5_000_000, 100_000_000]) {
    const view = 600;
    const scale = scaleOf(rows * 30, view);
    expect(scale.height).toBe(HEIGHT_MAX);
    expect(toRows(0, scale)).toBe(0);
    expect(toRows(scale.height - view, scale)).toBeCloseTo(rows * 30 - view, 3);
    expect(toRows(toScroll(900_000 * 30, scale), scale)).toBeCloseTo(900_000 * 30, 3);
  }
});
