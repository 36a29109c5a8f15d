/** The change of a text is no larger than it must be, and gives the other text. */
import { expect, test } from 'vitest';
import { changeOf } from './text-change.ts';

test.each([
  ['a: 1\nb: 2\n', 'a: 1\nb: 23\n', { from: 9, to: 9, insert: '3' }],
  ['a: 1\nb: 2\n', 'b: 2\n', { from: 0, to: 5, insert: '' }],
  ['aaa', 'aa', { from: 2, to: 3, insert: '' }],
  ['aa', 'aaa', { from: 2, to: 2, insert: 'a' }],
  ['', 'x', { from: 0, to: 0, insert: 'x' }],
  ['x', '', { from: 0, to: 1, insert: '' }],
  ['abc', 'xyz', { from: 0, to: 3, insert: 'xyz' }],
])('%j becomes %j', (now, value, change) => {
  expect(changeOf(now, value)).toEqual(change);
  expect(now.slice(0, change.from) + change.insert + now.slice(change.to)).toBe(value);
});
