/**
 * Every row check on every type, with the values that decide it: at each bound and beside it, NULL, and what is awkward.
 *
 * Not an oracle: these are inputs only. Values are texts in the lexical form of their type; NaN and infinities stand for
 * doubles that no file can hold, but a calculation can.
 */

import { type DataType, typeName } from '@weft/core/contract/data-type';
import { ACCEPTED, REFUSED } from '@weft/core/contract/fixtures/format-samples';
import { type PlanColumn, type RowCheck, TEXT_FORMATS } from '@weft/core/contract/plan';

export type Check = Exclude<RowCheck, { kind: 'type' }>;
export type Row = (string | null)[];

/** Checks over the columns of one table of rows. */
export interface RuleCase {
  name: string;
  columns: PlanColumn[];
  rows: Row[];
  checks: Check[];
  /** Number of the column whose values in every other row a known table has; else the first. */
  knownColumn?: number;
}

/** The time of every check. */
export const NOW = '2026-03-29T00:30:00.000Z';

export function column(name: string, type: DataType, zone: string | null = null): PlanColumn {
  return {
    id: name,
    name,
    sourceName: name,
    type,
    required: false,
    defaultTimezone: zone,
    classification: null,
  };
}

/** GS1 numbers with their check digits, so different that every digit and its weight decides. */
function checkedNumbers(): string[] {
  const bodies = ['1234567', '9876543', '2468136', '7391824', '1111111'];
  return [8, 12, 13, 14, 18].flatMap((length) =>
    bodies.map((body) => {
      const digits = [...body.repeat(3).slice(0, length - 1)].map(Number);
      const sum = digits
        .reverse()
        .reduce((total, digit, i) => total + digit * (i % 2 === 0 ? 3 : 1), 0);
      return `${digits.reverse().join('')}${(10 - (sum % 10)) % 10}`;
    }),
  );
}

export interface TypeValues {
  type: DataType;
  zone?: string;
  values: string[];
  /** Texts of a contract: bounds, allowed values. Some are no value of the type. */
  constants: string[];
}

const WHOLE = ['0', '-1', '1', '4', '5', '7', '10', '-10', '100'];
const CONSTANTS = ['0', '0.5', '-0.5', '4', '5', '1e1', '-10', 'abc', '99999999999999999999999'];

export const TYPE_VALUES: TypeValues[] = [
  { type: { kind: 'boolean' }, values: ['true', 'false'], constants: ['true', 'false', '1'] },
  {
    type: { kind: 'int' },
    values: [...WHOLE, '2147483647', '-2147483648'],
    constants: [...CONSTANTS, '2147483647', '2147483648', '-2147483648'],
  },
  {
    type: { kind: 'long' },
    values: [...WHOLE, '9223372036854775807', '-9223372036854775808', '9007199254740993'],
    constants: [...CONSTANTS, '9223372036854775807', '-9223372036854775808', '9007199254740992'],
  },
  {
    type: { kind: 'decimal', precision: 10, scale: 2 },
    values: [
      ...WHOLE,
      '0.01',
      '0.05',
      '-0.5',
      '0.49',
      '0.51',
      '4.99',
      '99999999.99',
      '-99999999.99',
    ],
    constants: [...CONSTANTS, '0.05', '0.055', '99999999.99', '99999999.991', '-99999999.99'],
  },
  {
    type: { kind: 'decimal', precision: 5, scale: 5 },
    values: ['0', '0.5', '-0.5', '0.00001', '0.99999', '0.12500'],
    constants: ['0', '0.5', '0.000011', '1', '-0.125', '0.125'],
  },
  {
    type: { kind: 'double' },
    values: [
      ...WHOLE,
      '0.1',
      '0.3',
      '0.35',
      '-0.5',
      '2.5',
      '1e16',
      '1e15',
      '1.5e-7',
      '0.0001',
      '0.00001',
      '1e300',
      '123456789012345680',
      '-0.0',
      '1e-9',
      '-10000000000.5',
      '-1000000000.05',
      'NaN',
      'Infinity',
      '-Infinity',
    ],
    constants: ['0', '0.1', '-0.5', '2.5', '5', '1e16', '1e300', 'abc', '1e400'],
  },
  {
    type: { kind: 'string' },
    values: [
      '',
      ' ',
      'a',
      'A',
      'b',
      'ab',
      'abc',
      'é',
      '😀',
      '\uffff',
      '\u{10000}',
      '\u{103ff}',
      '\u{10ffff}',
      "it's",
      '"',
      '\n',
      '0',
      '5',
      '10',
      'aé😀b',
      'é😀',
      'aé😀',
      ...checkedNumbers(),
      'DE',
      ...new Set([...ACCEPTED, ...REFUSED].map(([, text]) => text)),
    ],
    constants: [
      '',
      'a',
      'ab',
      'é',
      '😀',
      '\uffff',
      '\u{10000}',
      '\u{103ff}',
      "it's",
      'DE',
      'with\0nul',
    ],
  },
  {
    type: { kind: 'date' },
    values: [
      '2026-01-01',
      '2025-12-31',
      '2024-02-29',
      '0001-01-01',
      '9999-12-31',
      '2026-03-28',
      '2026-03-29',
      '2026-03-30',
    ],
    constants: ['2026-01-01', '2024-02-29', '2025-02-29', '2026-01-01T00:00:00', 'x'],
  },
  {
    type: { kind: 'time' },
    values: ['00:00:00', '23:59:59.999999', '12:00:00', '12:00:00.5', '12:30:00'],
    constants: ['12:00:00', '12:30', '00:00:00', '23:59:59.999999', '24:00:00', '12:00:60'],
  },
  {
    type: { kind: 'timestamp' },
    values: [
      '2026-01-01T00:00:00',
      '2025-12-31T23:59:59.999999',
      '0001-01-01T00:00:00',
      '2026-03-29T00:30:00',
      '2026-03-29T00:30:00.000001',
      '2026-03-29T00:35:00',
    ],
    constants: [
      '2026-01-01T00:00:00',
      '2026-01-01 00:00',
      '2026-02-30T00:00:00',
      '2026-01-01',
      '2025-12-31T23:59:59.999999',
    ],
  },
  {
    type: { kind: 'timestamptz' },
    values: [
      '2026-01-01T00:00:00Z',
      '2025-12-31T23:00:00Z',
      '2026-01-01T01:00:00+02:00',
      '2026-03-29T00:30:00Z',
      '2026-03-29T00:30:01Z',
      '2026-03-29T00:35:00Z',
      '2026-03-29T01:00:00Z',
    ],
    constants: [
      '2026-01-01T00:00:00Z',
      '2026-01-01T01:00:00+02',
      '2026-01-01T01:00:00+0200',
      '2026-01-01T00:00:00',
      '2026-01-01T00:00:00+15:00',
    ],
  },
  {
    type: { kind: 'timestamptz' },
    zone: 'Europe/Berlin',
    values: [
      '2025-12-31T23:00:00Z',
      '2026-03-29T00:30:00Z',
      '2026-03-29T01:30:00Z',
      '2026-10-25T00:30:00Z',
      '2026-03-29T02:00:00Z',
      '2026-10-25T01:30:00Z',
    ],
    // Why the last two: the zone skips the one and has the other twice.
    constants: [
      '2026-01-01T00:00:00',
      '2026-03-29T02:30:00',
      '2026-10-25T02:30:00',
      '2026-03-29T04:00:00',
    ],
  },
  {
    type: { kind: 'timestamptz' },
    zone: '+02:00',
    values: [
      '2025-12-31T22:00:00Z',
      '2026-01-01T00:00:00Z',
      '2026-03-29T00:30:00Z',
      '2026-03-29T00:30:01Z',
    ],
    constants: ['2026-01-01T00:00:00'],
  },
  {
    type: { kind: 'list', element: { kind: 'int' } },
    values: [
      '[1, 2]',
      '[]',
      '[1]',
      '[1,1]',
      '[null,null]',
      '[1,null]',
      '[1,2,1]',
      '[1,1,null,null]',
    ],
    constants: ['1', '[1, 2]'],
  },
  {
    type: { kind: 'map', key: { kind: 'string' }, value: { kind: 'int' } },
    values: ['{"a":1}', '{}', '{"a":1,"b":1}', '{"a":1,"b":1,"c":null}'],
    constants: ['1'],
  },
  {
    type: {
      kind: 'struct',
      fields: ['a', 'b', 'c'].map((name) => ({
        id: name,
        name,
        type: { kind: 'int' },
        required: false,
      })),
    },
    values: ['{"a":1}', '{}', '{"b":1,"c":1}', '{"a":1,"b":1,"c":1}'],
    constants: ['1'],
  },
  {
    type: { kind: 'date' },
    zone: 'Pacific/Auckland',
    values: ['2026-03-28', '2026-03-29', '2026-03-30'],
    constants: ['2026-03-29'],
  },
  {
    type: { kind: 'timestamp' },
    zone: 'America/New_York',
    values: [
      '2026-03-28T20:30:00',
      '2026-03-28T20:30:00.000001',
      '2026-03-28T20:35:00',
      '2026-03-29T00:30:00',
    ],
    constants: ['2026-03-28T20:30:00'],
  },
];

export const PATTERNS = [
  'a',
  '^a',
  'b$',
  '^[a-z]+$',
  '^\\d+$',
  '\\s',
  '^.$',
  '^$',
  '5',
  '^-?\\d+\\.\\d+$',
  'e[+]',
  '^(?:a|b)*$',
  '\\bit',
  '[^a]',
  '^.{2,3}$',
  '\\+00$',
  ':00$',
  '\\p{L}',
  '^\\P{L}*$',
  '-',
  '0{2}',
  '(?=a)',
  'a{2,}|é|😀',
  '^t|se$',
  '1?0',
  'it\\Bs',
];
const LISTS = [
  [],
  [''],
  [
    'a',
    "it's",
    '0',
    '5',
    '5.00',
    '1e1',
    'true',
    '0.1',
    '2026-01-01',
    '12:00',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:00Z',
  ],
];
const DIVISORS = ['1', '5', '0.05', '0.1', '2.5', '0.125', '0', '-1', 'x', '1e30', '0.00001'];

/** All checks of one column. */
export function checksOf(name: string, { type, constants }: TypeValues): Check[] {
  const bounds = constants.flatMap((value) =>
    [true, false].map((inclusive) => ({ value, inclusive })),
  );
  const { kind } = type;
  return [
    { kind: 'required', column: name },
    ...[...LISTS, constants, constants.slice(0, 1)].flatMap((values): Check[] => [
      { kind: 'missing', column: name, values },
      { kind: 'values', column: name, values },
    ]),
    ...bounds.flatMap((bound): Check[] => [
      { kind: 'range', column: name, min: bound, max: null },
      { kind: 'range', column: name, min: null, max: bound },
    ]),
    { kind: 'range', column: name, min: bounds[0] ?? null, max: bounds.at(-1) ?? null },
    { kind: 'range', column: name, min: bounds[0] ?? null, max: bounds[0] ?? null },
    { kind: 'range', column: name, min: null, max: null },
    ...[
      [0, null],
      [1, null],
      [null, 2],
      [2, 3],
      [null, 0],
      [3, 3],
      [null, null],
    ].map(([min = null, max = null]): Check => ({ kind: 'length', column: name, min, max })),
    ...PATTERNS.map((pattern): Check => ({ kind: 'pattern', column: name, pattern })),
    ...TEXT_FORMATS.map((format): Check => ({ kind: 'format', column: name, format })),
    ...DIVISORS.map((divisor): Check => ({ kind: 'multipleOf', column: name, divisor })),
    { kind: 'reference', column: name, table: 'known', target: kind },
    { kind: 'reference', column: name, table: 'away', target: kind },
    ...[0, 300, 1800].map(
      (toleranceSeconds): Check => ({ kind: 'notFuture', column: name, toleranceSeconds }),
    ),
    ...[
      [0, null],
      [1, null],
      [null, 1],
      [2, 2],
      [null, null],
    ].map(([min = null, max = null]): Check => ({ kind: 'items', column: name, min, max })),
    { kind: 'uniqueItems', column: name },
    { kind: 'required', column: 'other' },
  ];
}

/** One case for each type; every check of it over all its values and NULL. */
export function typeCases(): RuleCase[] {
  return TYPE_VALUES.map((entry) => {
    const name = 'c "1"';
    return {
      name: `${typeName(entry.type)}${entry.zone === undefined ? '' : ` in ${entry.zone}`}`,
      columns: [column(name, entry.type, entry.zone ?? null)],
      rows: [[null], ...entry.values.map((value) => [value])],
      checks: checksOf(name, entry),
    };
  });
}
