/**
 * Both texts are whole in what is shown of them, and what both have stands on one line.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffLines } from './line-diff.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 12 });

test('the sides are the texts, and no common line is left apart that a shorter reading would join', () => {
  fc.assert(
    fc.property(lines, lines, (a, b) => {
      const rows = diffLines(a.join('\n'), b.join('\n'));
      expect(rows.flatMap(({ left }) => left ?? [])).toEqual(a);
      expect(rows.flatMap(({ right }) => right ?? [])).toEqual(b);
      const same = rows.filter(({ isSame }) => isSame);
      expect(same.every(({ left, right }) => left === right)).toBe(true);
      expect(same.length).toBe(longest(a, b));
    }),
  );
});

test('a changed line stands beside what it became', () => {
  expect(diffLines('a\nb\nc', 'a\nx\nc')).toEqual([
    { left: 'a', right: 'a', isSame: true },
    { left: 'b', right: 'x', isSame: false },
    { left: 'c', right: 'c', isSame: true },
  ]);
});

/** Length of the longest common subsequence, by trying. */
function longest(a: readonly string[], b: readonly string[]): number {
  const [head, ...rest] = a;
  if (head === undefined || b.length === 0) return 0;
  const at = b.indexOf(head);
  const without = longest(rest, b);
  return at === -1 ? without : Math.max(without, 1 + longest(rest, b.slice(at + 1)));
}
