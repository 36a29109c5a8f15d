/** Row filters: what compiles, in which canonical form, and what is refused with which place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluatePredicate } from '../lib/predicate.ts';
import { compileRowFilter, type FilterColumn } from './row-filter.ts';

const COLUMNS: FilterColumn[] = [
  { name: 'country', type: { kind: 'string' } },
  { name: 'units', type: { kind: 'int' } },
  { name: 'big', type: { kind: 'long' } },
  { name: 'net', type: { kind: 'decimal', precision: 10, scale: 2 } },
  { name: 'share', type: { kind: 'double' } },
  { name: 'promo', type: { kind: 'boolean' } },
  { name: 'day', type: { kind: 'date' } },
  { name: 'at', type: { kind: 'timestamptz' } },
  { name: 'wall', type: { kind: 'timestamp' } },
  { name: 'clock', type: { kind: 'time' } },
  { name: 'tags', type: { kind: 'list', element: { kind: 'string' } } },
];

function compile(text: string) {
  return compileRowFilter(text, COLUMNS);
}

test('constants take the canonical form of the column type', () => {
  const form = (text: string) => {
    const value = compile(text).value;
    assert.ok(value !== null && 'value' in value && typeof value.value === 'object', text);
    return 'value' in value.value ? value.value.value : null;
  };
  assert.equal(form('units = +007'), '7');
  assert.equal(form('big >= 9223372036854775807'), '9223372036854775807');
  assert.equal(form('net = 5'), '5.00');
  assert.equal(form('net < -0012.5'), '-12.50');
  assert.equal(form('net = -0'), '0.00');
  assert.equal(form('share > 1e3'), 1000);
  assert.equal(form('promo = TRUE'), true);
  assert.equal(form('day = 2024-02-29'), '2024-02-29');
  assert.equal(form("at < '2026-01-31T00:30:00+01:00'"), '2026-01-30T23:30:00.000000Z');
  assert.equal(form("at < '2026-01-31 08:30:01.25Z'"), '2026-01-31T08:30:01.250000Z');
  assert.equal(form('wall < 2026-01-31'), '2026-01-31T00:00:00.000000Z');
});

test('boolean structure, lists, prefixes and null tests', () => {
  assert.deepEqual(
    compile("country in ('DE', 'AT') and not (units is null or country like 'X%')").value,
    {
      op: 'and',
      args: [
        {
          op: 'in',
          column: 'country',
          values: [
            { type: 'string', value: 'DE' },
            { type: 'string', value: 'AT' },
          ],
        },
        {
          op: 'not',
          arg: {
            op: 'or',
            args: [
              { op: 'eq', column: 'units', value: { type: 'null' } },
              { op: 'prefix', column: 'country', value: 'X' },
            ],
          },
        },
      ],
    },
  );
  assert.deepEqual(compileRowFilter(null, COLUMNS).value, { op: 'true' });
  assert.deepEqual(compileRowFilter('  ', COLUMNS).value, { op: 'true' });
});

test('what the predicate form cannot say is refused, with the place', () => {
  const cases: [string, string, number][] = [
    ['country =', 'EXPRESSION_INVALID', 10],
    ['units = 1 and nosuch = 2', 'FILTER_COLUMN_UNKNOWN', 15],
    ['column(units).type = 1', 'FILTER_COLUMN_UNKNOWN', 1],
    ['units = 1.5', 'FILTER_TYPE_WRONG', 9],
    ['units = 2147483648', 'FILTER_TYPE_WRONG', 9],
    ['big = 9223372036854775808', 'FILTER_TYPE_WRONG', 7],
    ['net = 1.005', 'FILTER_TYPE_WRONG', 7],
    ['net = 123456789', 'FILTER_TYPE_WRONG', 7],
    ['share = NaN', 'FILTER_TYPE_WRONG', 9],
    ['promo < true', 'FILTER_OPERATOR_UNSUPPORTED', 1],
    ['promo = yes', 'FILTER_TYPE_WRONG', 9],
    ['day = 2023-02-29', 'FILTER_TYPE_WRONG', 7],
    ["wall = '2026-01-31T00:00:00+01:00'", 'FILTER_TYPE_WRONG', 8],
    ["at = '2026-01-31T25:00:00Z'", 'FILTER_TYPE_WRONG', 6],
    ['country = null', 'FILTER_TYPE_WRONG', 11],
    ["country like '%DE'", 'FILTER_PATTERN_UNSUPPORTED', 14],
    ["country like 'D_E%'", 'FILTER_PATTERN_UNSUPPORTED', 14],
    ["country like 'DE'", 'FILTER_PATTERN_UNSUPPORTED', 14],
    ['units like 1%', 'FILTER_OPERATOR_UNSUPPORTED', 1],
    ['country has DE', 'FILTER_OPERATOR_UNSUPPORTED', 1],
    ['country is unknown', 'FILTER_OPERATOR_UNSUPPORTED', 1],
    ['tags = a', 'FILTER_TYPE_WRONG', 1],
    ["clock = '10:00'", 'FILTER_TYPE_WRONG', 1],
    ["country = 'a\0b'", 'FILTER_TYPE_WRONG', 11],
  ];
  for (const [text, code, column] of cases) {
    const result = compile(text);
    assert.equal(result.value, null, text);
    assert.equal(result.diagnostics[0]?.code, code, text);
    assert.equal(result.diagnostics[0]?.column, column, text);
  }
});

test('the evaluator compares a decimal constant with unscaled cells', () => {
  const filter = compile('net >= -1.5').value;
  assert.ok(filter);
  assert.equal(
    evaluatePredicate(filter, () => -150n),
    true,
  );
  assert.equal(
    evaluatePredicate(filter, () => -151n),
    false,
  );
});
