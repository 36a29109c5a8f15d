/** Selectors of columns: their words as a truth table says, and what is inside of a column. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type ColumnSelector,
  parseSelector,
  type SelectableColumn,
  selectTouched,
  selectWhole,
} from './column-selectors.ts';

/** A column for each of the eight ways of having three tags. */
const PLAIN: SelectableColumn[] = Array.from({ length: 8 }, (_, bits) => ({
  name: `c${bits}`,
  classification: null,
  tags: Object.fromEntries(
    ['a', 'b', 'c'].filter((__, i) => bits & (1 << i)).map((k) => [k, ['x']]),
  ),
}));

function names(columns: readonly SelectableColumn[]): string[] {
  return columns.map(({ name }) => name);
}

function read(text: string): ColumnSelector {
  const selector = parseSelector(text);
  assert.ok(selector !== null, text);
  return selector;
}

test('and binds before or, not before both, and parentheses before all: as JavaScript has it', () => {
  const expression: fc.Arbitrary<[string, string]> = fc.letrec<{ any: [string, string] }>(
    (tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<[string, string]>(
          ['tag a', 'a'],
          ['tag b = x', 'b'],
          ['tag c = y', 'false'],
        ),
        tie('any').map(([text, code]): [string, string] => [`not (${text})`, `!(${code})`]),
        tie('any').map(([text, code]): [string, string] => [`(${text})`, `(${code})`]),
        fc
          .tuple(tie('any'), tie('any'))
          .map(([[x, f], [y, g]]): [string, string] => [`${x} and ${y}`, `${f} && ${g}`]),
        fc
          .tuple(tie('any'), tie('any'))
          .map(([[x, f], [y, g]]): [string, string] => [`${x} or ${y}`, `${f} || ${g}`]),
      ),
    }),
  ).any;
  fc.assert(
    fc.property(expression, ([text, code]) => {
      const oracle = new Function('a', 'b', `return ${code};`) as (
        a: boolean,
        b: boolean,
      ) => boolean;
      const expected = PLAIN.filter(({ tags }) => oracle('a' in tags, 'b' in tags));
      assert.deepEqual(names(selectTouched(read(text), PLAIN)), names(expected), text);
      assert.deepEqual(names(selectWhole(read(text), PLAIN, [])), names(expected), text);
    }),
    { numRuns: 2_000 },
  );
});

test('what hides means a column of which anything is so, what shows means it whole', () => {
  const open = { k: ['open'] };
  const columns: SelectableColumn[] = [
    { name: 'plain', classification: 'public', tags: open },
    {
      name: 'mixed',
      classification: 'public',
      tags: open,
      inside: { classifications: ['restricted'], tags: [{ k: ['secret'] }] },
    },
    {
      name: 'inherits',
      classification: 'public',
      tags: open,
      inside: { classifications: [], tags: [{}] },
    },
    { name: 'bare', classification: null, tags: {} },
  ];
  const hides = (text: string): string[] => names(selectTouched(read(text), columns));
  const shows = (text: string, classes: string[] = []): string[] =>
    names(selectWhole(read(text), columns, classes));
  assert.deepEqual(shows('tag k = open'), ['plain', 'inherits']);
  assert.deepEqual(hides('tag k = secret'), ['mixed']);
  assert.deepEqual(hides('not tag k = open'), ['mixed', 'bare']);
  assert.deepEqual(shows('not tag k = secret'), ['plain', 'inherits', 'bare']);
  assert.deepEqual(shows('classification public'), ['plain', 'inherits']);
  assert.deepEqual(shows('classification public', ['restricted']), ['plain', 'mixed', 'inherits']);
  assert.deepEqual(shows('not classification restricted'), ['plain', 'inherits', 'bare']);
  assert.deepEqual(hides('not classification public'), ['mixed', 'bare']);
});

test('what is no selector is none', () => {
  for (const text of [
    '',
    'and',
    'a b',
    'not',
    '(a',
    'a)',
    'tag',
    'tag k =',
    'a and',
    'classification',
  ])
    assert.equal(parseSelector(text), null, text);
  assert.deepEqual(parseSelector('tag and', ['tag and']), { kind: 'name', name: 'tag and' });
});
