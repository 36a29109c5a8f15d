/**
 * No digit of a value is lost or made up on the way to the screen or to the clipboard.
 */
import { afterEach, expect, test } from 'vitest';
import { reader } from '../../lib/format.ts';
import { asText, cellText, toTsv, widthsOf } from './grid-cells.ts';

const { locale } = reader;
afterEach(() => {
  reader.locale = locale;
});

test('decimals and integers beyond 2^53 keep every digit', () => {
  reader.locale = 'en-GB';
  const decimal = { name: 'amount', type: 'DECIMAL(38,10)' };
  expect(cellText('1234567890123456789012345678.1234567890', decimal)).toBe(
    '1,234,567,890,123,456,789,012,345,678.1234567890',
  );
  expect(cellText('9223372036854775807', { name: 'n', type: 'BIGINT' })).toBe(
    '9,223,372,036,854,775,807',
  );
  expect(cellText('-0.50', decimal)).toBe('−0.50');
  expect(cellText(1e21, { name: 'd', type: 'DOUBLE' })).toBe('1e+21');
  expect(cellText('NaN', { name: 'd', type: 'DOUBLE' })).toBe('NaN');
  reader.locale = 'de-DE';
  expect(cellText('2989.12', decimal)).toBe('2.989,12');
});

test('numbers that name something are not grouped, and nothing is empty', () => {
  reader.locale = 'en-GB';
  expect(cellText(31_198_570_044, { name: 'basket_id', type: 'BIGINT' })).toBe('31198570044');
  expect(cellText(31_198, { name: 'store_ids', type: 'BIGINT' })).toBe('31,198');
  expect(cellText(null, { name: 'x', type: 'INTEGER' })).toBe('empty');
  expect(cellText('', { name: 'x', type: 'VARCHAR' })).toBe('');
  expect(cellText({ a: [1] }, { name: 'x', type: 'STRUCT(a INTEGER[])' })).toBe('{"a":[1]}');
});

test('what is copied is raw, and tabs, lines and quotes stay inside of their cell', () => {
  expect(
    toTsv([
      ['a\tb', 'c"d', 'e\nf'],
      ['1234.50', null, true],
    ]),
  ).toBe('"a\tb"\t"c""d"\t"e\nf"\n1234.50\t\ttrue');
});

test('the sign of a zero is shown and copied', () => {
  reader.locale = 'en-GB';
  const zero: unknown = JSON.parse('-0.0');
  expect(cellText(zero, { name: 'change', type: 'DOUBLE' })).toBe('−0.0');
  expect(cellText(zero, { name: 'shop_id', type: 'DOUBLE' })).toBe('-0.0');
  expect(cellText(0, { name: 'change', type: 'DOUBLE' })).toBe('0');
  expect(toTsv([[zero, 0]])).toBe('-0.0\t0');
});

test('what a spreadsheet would run as a formula is copied as a text, and a number stays one', () => {
  for (const formula of [
    '=1+1',
    '+cmd|x',
    '-2+3',
    '@SUM(A1)',
    ' =A1',
    '\t=A1',
    '-',
    '＝1+1',
    '＠SUM(A1)',
  ]) {
    expect(asText(formula)).toBe(`'${formula}`);
  }
  for (const value of ['-0.50', '+49', '-1e-7', '-.5', 'a=b', '', -5, null, { a: '=1' }]) {
    expect(asText(value)).toEqual(value);
  }
});

test('a column is as wide as its numbers, and texts have a bound', () => {
  const [number, text] = widthsOf(
    [
      { name: 'n', type: 'DECIMAL(38,0)' },
      { name: 't', type: 'VARCHAR' },
    ],
    [['9'.repeat(80), 'x'.repeat(400)]],
  );
  expect(number).toBeGreaterThan(600);
  // A digit of the text face takes 7.8 px, the sides 20: what names something has nothing but digits.
  const [id = 0] = widthsOf([{ name: 'basket_id', type: 'BIGINT' }], [['454128166521795812']]);
  expect(id).toBeGreaterThan(18 * 7.85 + 20);
  expect(text).toBe(420);
});
