/** Row filters: what compiles, in which canonical form, and what is refused with which place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataType, StructField } from '../contract/data-type.ts';
import { evaluatePredicate } from '../lib/predicate.ts';
import { compileRowFilter, type FilterColumn } from './row-filter.ts';

function field(name: string, type: DataType): StructField {
  return { id: name, name, type, required: false };
}

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
  {
    name: 'address',
    type: {
      kind: 'struct',
      fields: [
        field('zip', { kind: 'string' }),
        field('geo', { kind: 'struct', fields: [field('level', { kind: 'int' })] }),
        field('lines', { kind: 'list', element: { kind: 'string' } }),
      ],
    },
  },
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

test('a field inside structs is compared like a column, by its path', () => {
  assert.deepEqual(
    compile("address.zip = '1' and address.geo.level > 2 or address.lines is null").value,
    {
      op: 'or',
      args: [
        {
          op: 'and',
          args: [
            { op: 'eq', column: 'address.zip', value: { type: 'string', value: '1' } },
            { op: 'gt', column: 'address.geo.level', value: { type: 'int', value: '2' } },
          ],
        },
        { op: 'eq', column: 'address.lines', value: { type: 'null' } },
      ],
    },
  );
  assert.deepEqual(compile("address.zip like 'D%' and address is not null").value, {
    op: 'and',
    args: [
      { op: 'prefix', column: 'address.zip', value: 'D' },
      { op: 'ne', column: 'address', value: { type: 'null' } },
    ],
  });
});

test('a path that leads nowhere is refused with what there is', () => {
  const refused = (text: string) => {
    const [problem] = compile(text).diagnostics;
    return [problem?.code, problem?.message, problem?.remedy];
  };
  assert.deepEqual(refused("address.street = 'a'"), [
    'FILTER_COLUMN_UNKNOWN',
    'address has no field "street"',
    'Use one of: zip, geo, lines.',
  ]);
  assert.deepEqual(refused("tags.items = 'a'"), [
    'FILTER_COLUMN_UNKNOWN',
    'tags is list<string>, which holds several values in one row',
    'Use a column, or a field of structs; of a list or a map only "is null" can be asked.',
  ]);
  assert.deepEqual(refused('country.code = 1'), [
    'FILTER_COLUMN_UNKNOWN',
    'country is string and has no fields',
    'Write country alone.',
  ]);
  assert.deepEqual(refused("address = 'a'").slice(0, 1), ['FILTER_TYPE_WRONG']);
  assert.match(refused("address.geo = 'a'")[2] ?? '', /such as address\.geo\.level/);
  assert.deepEqual(refused('address.geo.level = 1.5').slice(0, 2), [
    'FILTER_TYPE_WRONG',
    '"1.5" is not a value of address.geo.level (int): not a whole number',
  ]);
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
