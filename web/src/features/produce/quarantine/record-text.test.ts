/** The refused value is in sight however far behind it stands, and whatever else the record has of its characters. */
import { expect, test } from 'vitest';
import { splitAtValue } from './record-text.ts';

const LONG = `${'a long text, '.repeat(20)}`;

test('a value far behind is in sight, and what is after it follows', () => {
  const { before, value, after } = splitAtValue(`${LONG};bad;end`, ['bad']);
  expect(before).toMatch(/^…/);
  expect(before.length).toBeLessThan(20);
  expect([value, after]).toEqual(['bad', ';end']);
});

test('a record that is short stays whole', () => {
  expect(splitAtValue('1,x,3', ['x'])).toEqual({ before: '1,', value: 'x', after: ',3' });
});

test.each([
  ['11,21,1,7', '1', '11,21,'],
  ['{"qty":"12","price":"2"}', '2', '{"qty":"12","price":"'],
  ['abc', 'b', 'a'],
])('of %s the value %s is the one that stands by itself', (raw, value, before) => {
  expect(splitAtValue(raw, [value])).toMatchObject({ value, before });
});

test('where the value is none or is written otherwise, the record begins at its beginning', () => {
  for (const values of [[null], [''], ['9'], []]) {
    expect(splitAtValue('1,2', values)).toEqual({ before: '1,2', value: '', after: '' });
  }
  expect(splitAtValue('1,2', [null, '2'])).toMatchObject({ value: '2' });
});
