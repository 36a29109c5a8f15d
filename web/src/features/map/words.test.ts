/**
 * What the map counts: products as products, whoever reads them apart.
 */
import { expect, test } from 'vitest';
import { aboutWords } from './words.ts';

test('people who stand on the map are not counted as products', () => {
  const counts = { domains: 5, products: 8, shown: 6, readers: 3 };
  expect(aboutWords(counts, false)).toBe('5 domains, 8 products, 6 of them shown, 3 who read');
  expect(aboutWords({ ...counts, shown: 8, readers: 0 }, false)).toBe(
    '5 domains, 8 products, all of them shown',
  );
});
