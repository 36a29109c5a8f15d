/**
 * The cursor stays in the grid, and a selection is the rectangle that Shift draws.
 */
import { expect, test } from 'vitest';
import { cellsOf, cursorAt, HEAD, moveCursor, selectionOf } from './grid-cursor.ts';

const SIZE = { rows: 100, columns: 4, pageRows: 20 };
const press = (key: string, isShift = false, isMod = false) => ({ key, isShift, isMod });

test('keys stop at the edges; the head is above the first row', () => {
  expect(moveCursor(cursorAt(99, 3), press('ArrowDown'), SIZE)).toMatchObject({
    row: 99,
    column: 3,
  });
  expect(moveCursor(cursorAt(0, 0), press('ArrowUp'), SIZE)).toMatchObject({ row: HEAD });
  expect(moveCursor(cursorAt(HEAD, 0), press('ArrowLeft'), SIZE)).toMatchObject({
    row: HEAD,
    column: 0,
  });
  expect(moveCursor(cursorAt(50, 1), press('End', false, true), SIZE)).toMatchObject({
    row: 99,
    column: 3,
  });
  expect(moveCursor(cursorAt(50, 1), press('PageUp'), SIZE)).toMatchObject({ row: 30 });
  expect(moveCursor(cursorAt(50, 1), press('x'), SIZE)).toBeNull();
});

test('Shift draws a rectangle from where it began, in any direction', () => {
  const up = moveCursor(cursorAt(5, 2), press('ArrowUp', true), SIZE);
  const left = up === null ? null : moveCursor(up, press('ArrowLeft', true), SIZE);
  expect(left).not.toBeNull();
  if (left === null) return;
  expect(selectionOf(left)).toEqual({ top: 4, bottom: 5, left: 1, right: 2 });
  expect(cellsOf(selectionOf(left))).toBe(4);
  const away = moveCursor(left, press('ArrowRight'), SIZE);
  expect(away === null ? 0 : cellsOf(selectionOf(away))).toBe(1);
});
