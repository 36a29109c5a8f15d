/**
 * Names and formats that a file name suggests.
 */
import { expect, test } from 'vitest';
import { formatOf, nameOfFile } from './file-names.ts';

test('a product gets a name that the mesh takes', () => {
  const names: [string, string][] = [
    ['returns.csv', 'returns'],
    ['Returns 2026-11-22.csv.gz', 'returns'],
    ['2026_Store-Orders.parquet', 'store_orders'],
    ['été.csv', 'ete'],
    ['select.csv', 'select_'],
    ['2026.csv', ''],
  ];
  for (const [file, name] of names) expect([file, nameOfFile(file)]).toEqual([file, name]);
});

test('the format is the ending below a compression', () => {
  expect(formatOf('a.csv.gz')).toBe('csv');
  expect(formatOf('a.JSONL')).toBe('ndjson');
  expect(formatOf('a.b.parquet')).toBe('parquet');
  expect(formatOf('data')).toBeNull();
  expect(formatOf('a.xlsx')).toBeNull();
});
