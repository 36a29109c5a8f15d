/** Estimates of rows: what is known is told, what is not stays unknown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Constant, Predicate } from '../lib/predicate.ts';
import { estimateRows } from './estimate-rows.ts';

const measured = {
  rows: 1_000,
  nulls: { email: 0.25, name: 0.5, shop: 0.2 },
  distinct: { shop: 8, note: 5 },
};
const isNull = (column: string): Predicate => ({ op: 'eq', column, value: { type: 'null' } });
const text = (value: string): Constant => ({ type: 'string', value });
const [A, B] = [text('A'), text('B')];
const isShop: Predicate = { op: 'eq', column: 'shop', value: A };
/** Of which nobody knows how many values it has. */
const isName: Predicate = { op: 'eq', column: 'name', value: A };

test('rows are about as many as the condition leaves, or unknown', () => {
  const cases: [Predicate, number | null][] = [
    [{ op: 'true' }, 1_000],
    [{ op: 'false' }, 0],
    [isNull('email'), 250],
    [{ op: 'not', arg: isNull('email') }, 750],
    [{ op: 'ne', column: 'email', value: { type: 'null' } }, 750],
    [{ op: 'and', args: [isNull('email'), isNull('name')] }, 125],
    [{ op: 'or', args: [isNull('email'), isNull('name')] }, 625],
    [isNull('unmeasured'), null],
    [isNull('constructor'), null],
    [isShop, 100],
    [{ op: 'ne', column: 'shop', value: A }, 900],
    [{ op: 'in', column: 'shop', values: [A, B, A, { type: 'null' }] }, 200],
    [{ op: 'inSet', column: 'shop', set: 's', list: { version: '', keys: [A] } }, 100],
    [{ op: 'inSet', column: 'shop', set: 's', list: null }, null],
    [{ op: 'in', column: 'shop', values: Array.from('abcdefghijkl', text) }, 800],
    [{ op: 'eq', column: 'note', value: A }, null],
    [{ op: 'ge', column: 'shop', value: A }, null],
    [isName, null],
    [{ op: 'and', args: [isShop, isNull('email')] }, 25],
    [{ op: 'and', args: [isName, { op: 'false' }] }, 0],
    [{ op: 'or', args: [isName, { op: 'true' }] }, 1_000],
    [{ op: 'not', arg: isName }, null],
  ];
  for (const [predicate, rows] of cases) {
    assert.equal(estimateRows(predicate, measured), rows, JSON.stringify(predicate));
  }
});
