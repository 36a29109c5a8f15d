/**
 * Cloths tell domains apart, also in grey.
 */
import { expect, test } from 'vitest';
import { clothOf, isOver, REPEAT, WEAVES } from './cloth.ts';

test('the six weaves differ in their crossings', () => {
  const drawn = WEAVES.map((weave) =>
    Array.from({ length: REPEAT * REPEAT }, (_, at) =>
      isOver(weave, Math.floor(at / REPEAT), at % REPEAT) ? '#' : '.',
    ).join(''),
  );
  expect(new Set(drawn).size).toBe(WEAVES.length);
});

test('a name keeps its cloth, and many names use all cloths', () => {
  expect(clothOf('loyalty')).toEqual(clothOf('loyalty'));
  const seen = new Set(
    Array.from({ length: 600 }, (_, at) => {
      const { weave, dye } = clothOf(`domain_${at}`);
      return `${weave} ${dye}`;
    }),
  );
  expect(seen.size).toBe(36);
});
