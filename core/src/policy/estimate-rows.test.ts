/** Estimates of rows: what is known is told, what is not stays unknown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Predicate } from '../lib/predicate.ts';
import { estimateRows } from './estimate-rows.ts';

const measured = { rows: 1_000, nulls: { email: 0.25, name: 0.5 } };
const isNull = (column: string): Predicate => ({ op: 'eq', column, value: { type: 'null' } });
const isShop: Predicate = { op: 'eq', column: 'shop', value: { type: 'string', value: 'A' } };

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
    [isShop, null],
    [{ op: 'and', args: [isShop, isNull('email')] }, null],
    [{ op: 'and', args: [isShop, { op: 'false' }] }, 0],
    [{ op: 'or', args: [isShop, { op: 'true' }] }, 1_000],
    [{ op: 'not', arg: isShop }, null],
  ];
  for (const [predicate, rows] of cases) {
    assert.equal(estimateRows(predicate, measured), rows, JSON.stringify(predicate));
  }
});
