/**
 * Patterns compared: what can be told, and that what is told is true, with the engine's own matching as the oracle.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type PatternVerdict, patternVerdict } from './compare-patterns.ts';

const rows: [string | null, string | null, PatternVerdict][] = [
  ['^[A-Z]{3}[0-9]+$', '^[A-Z]{3}[0-9]+$', 'same'],
  ['^[A-Z]{3}[0-9]+$', '.*', 'loosened'],
  ['^[A-Z]{3}[0-9]+$', '', 'loosened'],
  ['^[A-Z]{3}[0-9]+$', null, 'loosened'],
  ['^[A-Z]{3}[0-9]+$', '^[A-Z]{3}[0-9]+', 'loosened'],
  ['^[A-Z]{3}[0-9]+$', '[A-Z]{3}[0-9]+', 'loosened'],
  ['[A-Z]{3}', '^[A-Z]{3}$', 'tightened'],
  ['^[A-Z]{3}[0-9]+$', '^[A-Z]{2,3}[0-9]+$', 'unknown'],
  // Why: a text of two lines passes only one of them.
  ['^[A-Z]{3}[0-9]+$', '^.*$', 'unknown'],
  ['.*', '^.*$', 'tightened'],
  ['.*', null, 'same'],
  [null, '^$', 'tightened'],
  ['^$', '^', 'loosened'],
  ['^ABC', '^AB', 'loosened'],
  ['^AB', '^ABC', 'tightened'],
  ['^AB', 'B', 'loosened'],
  ['AB', '^AB', 'tightened'],
  ['^S', '^T', 'other'],
  // Why: here the dollar is a character, so taking it away takes no anchor.
  ['a\\$', 'a\\', 'unknown'],
  ['[0-9]\\\\$', '[0-9]\\\\', 'loosened'],
];

for (const [before, after, verdict] of rows) {
  test(`${before} to ${after}: ${verdict}`, () => {
    assert.equal(patternVerdict(before, after), verdict);
  });
}

test('what is said of two patterns holds for every short text', () => {
  const texts = ['', 'a', 'b', '-', 'aa', 'ab', 'ba', 'bb', 'aab', 'aba', 'bab', 'a\nb', 'abab'];
  const body = fc.constantFrom('', 'a', 'b', 'ab', 'ba', 'aa', '[ab]', 'a|b', 'a+', '.*', 'a\\$');
  const anchor = fc.tuple(fc.boolean(), body, fc.boolean());
  const pattern = anchor.map(([start, text, end]) => `${start ? '^' : ''}${text}${end ? '$' : ''}`);
  fc.assert(
    fc.property(pattern, pattern, (before, after) => {
      const verdict = patternVerdict(before, after);
      const passes = (source: string): Set<string> =>
        new Set(texts.filter((text) => new RegExp(source, 'u').test(text)));
      const [old, now] = [passes(before), passes(after)];
      const gains = [...now].some((text) => !old.has(text));
      const loses = [...old].some((text) => !now.has(text));
      if (verdict === 'same') assert.ok(!gains && !loses, `${before} ${after}`);
      if (verdict === 'loosened') assert.ok(!loses, `${before} ${after}`);
      if (verdict === 'tightened') assert.ok(!gains, `${before} ${after}`);
    }),
    { numRuns: 3000 },
  );
});
