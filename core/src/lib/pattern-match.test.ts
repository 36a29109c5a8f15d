/**
 * The linear matcher against RegExp on random texts, and on patterns that RegExp would not finish.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { compileMatch } from './pattern-match.ts';

function matcher(pattern: string): (text: string) => boolean {
  const { matches, problem } = compileMatch(pattern);
  assert.ok(matches !== null, `${pattern} ${problem}`);
  return matches;
}

const char = fc.constantFrom(...'abAZ1_- \n\r[].\\', '\u00a0', '\u2028', 'é', '😀', '\ufeff', 'λ');
const texts = fc.array(fc.string({ unit: char, maxLength: 7 }), { minLength: 60, maxLength: 60 });

it('finds what RegExp finds, pattern by pattern', () => {
  const patterns = [
    '^[A-Z]{2}\\d{2}$',
    'b',
    '^a.b$',
    '^\\s+$',
    '\\S',
    '[^]',
    '[]',
    '^[\\w-]+$',
    '^\\p{L}+$',
    '\\p{Script=Greek}',
    '\\u{1F600}',
    'é|😀',
    '^(?:a|b)*$',
    '(?<x>a)b',
    '^(a|(b|1)+?)*-?$',
    '\\bab\\b',
    'a\\B',
    '^$',
    '',
    '^\\P{Lu}*$',
    '[^a\\D]',
    'a{2,}',
    '^a{0}b{1,2}$',
    '(a*)*b',
    '(|a)+1',
    '$',
    '^(?:(?:a|b){2}1){1,2}$',
    '[\\b]|\\t',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...patterns), texts, (pattern, values) => {
      const matches = matcher(pattern);
      const oracle = new RegExp(pattern, 'u');
      for (const text of values) {
        assert.equal(matches(text), oracle.test(text), JSON.stringify({ pattern, text }));
      }
    }),
    { numRuns: 400 },
  );
});

it('finds what RegExp finds with patterns made of random parts', () => {
  const atom = fc.constantFrom('a', 'b', '1', '.', '[ab]', '[^a]', '\\d', '\\w', '\\b', '^', '$');
  const times = fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,3}', '*?');
  const isAssertion = (text: string): boolean => ['\\b', '^', '$'].includes(text);
  const part = fc.tuple(atom, times).map(([a, n]) => (isAssertion(a) ? a : a + n));
  const { pattern } = fc.letrec<{ pattern: string; group: string }>((tie) => ({
    pattern: fc
      .array(fc.oneof({ depthSize: 'small' }, part, tie('group')), { maxLength: 4 })
      .map((p) => p.join('')),
    group: fc.tuple(tie('pattern'), tie('pattern'), times).map(([a, b, n]) => `(?:${a}|${b})${n}`),
  }));
  fc.assert(
    fc.property(pattern, texts, (source, values) => {
      const matches = matcher(source);
      const oracle = new RegExp(source, 'u');
      for (const text of values) {
        assert.equal(matches(text), oracle.test(text), JSON.stringify({ source, text }));
      }
    }),
    { numRuns: 120 },
  );
});

it('ends on texts that make RegExp try everything', () => {
  const text = `${'a'.repeat(20_000)}!`;
  for (const pattern of ['^(a+)+$', '^(a|a)*$', '(.*a){12}$', '^(?:a?){30}a{30}$']) {
    assert.equal(matcher(pattern)(text), false, pattern);
  }
});

it('refuses in words what has no bound', () => {
  assert.match(compileMatch('(((a{1000}){1000}){1000})').problem ?? '', /too large/);
  assert.match(compileMatch(`${'('.repeat(500)}a${')'.repeat(500)}`).problem ?? '', /too deeply/);
  assert.match(compileMatch('(?=a)').problem ?? '', /look-ahead/);
});
