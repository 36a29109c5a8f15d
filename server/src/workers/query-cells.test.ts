/**
 * Cells as text keep what they are.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowWriter } from './query-cells.ts';

test('the sign of a zero is written in every form', () => {
  const cells = [-0, 0, -0.5];
  const written = (shape: Parameters<typeof rowWriter>[0]) =>
    rowWriter(shape, ['a', 'b', 'c'])(cells).trimEnd();
  assert.equal(written('arrays'), '[-0.0,0,-0.5]');
  assert.equal(written('objects'), '{"a":-0.0,"b":0,"c":-0.5}');
  assert.equal(written('csv'), '-0.0,0,-0.5');
  assert.equal(written('keyed'), '{"c0":"-0.0","c1":0,"c2":-0.5}');
  assert.ok(Object.is((JSON.parse(written('arrays')) as number[])[0], -0));
});
