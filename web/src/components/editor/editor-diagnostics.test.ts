/**
 * Marks stand where the API says, and inside of the text whatever it says.
 */
import { Text } from '@codemirror/state';
import { expect, test } from 'vitest';
import { toMark } from './editor-diagnostics.ts';

const doc = Text.of(['SELECT shop,', '  amuont', 'FROM sales.orders']);
const marked = (fault: Parameters<typeof toMark>[1]) => {
  const { from, to } = toMark(doc, fault);
  return doc.sliceString(from, to);
};

test('a place without an end marks the word there', () => {
  expect(marked({ line: 2, column: 3, message: '' })).toBe('amuont');
  expect(marked({ line: 1, column: 12, message: '' })).toBe(',');
});

test('a line without a column is marked whole, an end is kept', () => {
  expect(marked({ line: 3, message: '' })).toBe('FROM sales.orders');
  expect(marked({ line: 1, column: 8, endLine: 2, endColumn: 9, message: '' })).toBe(
    'shop,\n  amuont',
  );
});

test('a place outside of the text is moved into it', () => {
  expect(marked({ line: 99, column: 400, message: '' })).toBe('');
  expect(marked({ line: 0, column: -3, message: '' })).toBe('SELECT');
});

test('the remedy is told with the fault', () => {
  expect(
    toMark(doc, { line: 1, message: 'No such column.', remedy: 'There is amount.' }).message,
  ).toBe('No such column. There is amount.');
});
