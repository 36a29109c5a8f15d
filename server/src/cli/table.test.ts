/**
 * Tables keep their columns, one item stays one line, and no data moves the cursor of a terminal.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellWidth, renderTable, withoutControls } from './table.ts';

interface Item {
  name: string;
  count: string;
}

const COLUMNS = [
  { head: 'NAME', cell: (item: Item) => item.name },
  { head: 'COUNT', cell: (item: Item) => item.count, align: 'right' as const },
];
const plain = (text: string): string => text;
const show = (items: Item[], terminal: boolean): string[] =>
  renderTable(items, COLUMNS, { terminal, bold: plain }).split('\n');

test('a terminal gets padded columns, numbers to the right, and no spaces at the end', () => {
  const items = [
    { name: 'a', count: '1,200' },
    { name: 'longer', count: '7' },
  ];
  assert.deepEqual(show(items, true), ['NAME    COUNT', 'a       1,200', 'longer      7']);
});

test('a pipe gets tab-separated lines with the heads', () => {
  assert.deepEqual(show([{ name: 'a b', count: '1' }], false), ['NAME\tCOUNT', 'a b\t1']);
});

test('tabs and line ends of a cell become spaces, so a line is an item', () => {
  const items = [{ name: 'a\tb\r\nc', count: '1' }];
  assert.deepEqual(show(items, false)[1], 'a b c\t1');
  assert.deepEqual(show(items, true)[1], 'a b c      1');
});

test('wide letters and marks that combine keep the columns straight', () => {
  const items = [
    { name: '東京', count: '1' },
    { name: 'e\u0301te\u0301', count: '1' },
    { name: 'abcd', count: '1' },
  ];
  const lines = show(items, true);
  assert.deepEqual(
    lines.slice(1).map((line) => cellWidth(line)),
    [11, 11, 11],
  );
});

test('a terminal obeys no control character of the data; a pipe gets it as it is', () => {
  const clear = '\u001b[2J\u001b[31mred\u0007\u009b1m';
  const [, onTerminal = ''] = show([{ name: clear, count: '1' }], true);
  assert.ok(!/\p{Cc}/u.test(onTerminal), 'no control character is left');
  assert.ok(onTerminal.startsWith('␛[2J␛[31mred␇�1m'));
  assert.ok(show([{ name: clear, count: '1' }], false)[1]?.startsWith(clear));
  assert.equal(withoutControls('plain äöü 東京'), 'plain äöü 東京');
});
