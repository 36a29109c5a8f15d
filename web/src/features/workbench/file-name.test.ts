/**
 * Names of files.
 */
import { expect, test } from 'vitest';
import { fileName } from './file-name.ts';

test('a file is called like its query, else like what it reads from', () => {
  expect(fileName('Income by band', ['loyalty.households'])).toBe('Income by band');
  expect(fileName(null, ['loyalty.households', 'loyalty.households'])).toBe('loyalty.households');
  expect(fileName(null, ['a.b', 'c.d'])).toBe('a.b and c.d');
  expect(fileName(null, [])).toBe('answer');
});

test('no name leads out of its folder, is hidden or too long', () => {
  expect(fileName('../../etc/passwd', [])).toBe('etc passwd');
  expect(fileName('.ssh', [])).toBe('ssh');
  expect(fileName('Umsätze: Q1/Q2?', [])).toBe('Umsätze Q1 Q2');
  expect(fileName('a'.repeat(200), [])).toHaveLength(80);
  expect(fileName('<>', [])).toBe('answer');
});
