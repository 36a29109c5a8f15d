/**
 * What the market says of a number of products.
 */
import { expect, test } from 'vitest';
import { plainText } from '../../components/Phrase.tsx';
import { fitting } from './words.ts';

test('one product fits, others fit', () => {
  expect(plainText(fitting(1, false))).toBe('1 product fits');
  expect(plainText(fitting(0, false))).toBe('0 products fit');
  expect(plainText(fitting(10_000, true))).toBe('More than 10,000 products fit');
});
