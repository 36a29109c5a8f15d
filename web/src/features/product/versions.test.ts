/**
 * The order of versions, and pairs in addresses.
 */
import { expect, test } from 'vitest';
import { readPair, sortVersions } from './versions.ts';

test('versions stand in the order of their numbers', () => {
  const sorted = sortVersions(
    ['1.9.0', '1.10.0', '2.0.0', '1.10.1'].map((version) => ({ version })),
  );
  expect(sorted.map(({ version }) => version)).toEqual(['2.0.0', '1.10.1', '1.10.0', '1.9.0']);
});

test('a pair is two versions and nothing else', () => {
  expect(readPair('1.0.0...1.1.0')).toEqual({ a: '1.0.0', b: '1.1.0' });
  for (const text of ['1.0.0', '1.0.0..1.1.0', 'x...y', '1.0.0...1.1.0...1.2.0', '']) {
    expect(readPair(text)).toBeNull();
  }
});
