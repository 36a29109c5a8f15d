/**
 * The lexical table, row by row: which texts are values and which value they are.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PrimitiveType } from '../contract/data-type.ts';
import { localOffsetOf } from '../lib/calendar.ts';
import { type LexicalValue, parseLexical } from './lexical.ts';

function check(
  type: PrimitiveType,
  accepted: Record<string, LexicalValue>,
  refused: readonly string[],
): void {
  for (const [text, value] of Object.entries(accepted)) {
    assert.deepEqual(parseLexical(type, text), { ok: true, value }, `${type.kind} \`${text}\``);
  }
  for (const text of ['', ' ', ...refused]) {
    assert.deepEqual(parseLexical(type, text), { ok: false }, `${type.kind} \`${text}\``);
  }
}

/** What a lax cast takes for a whole number. */
const NO_INTEGERS = [
  '1.5',
  '1.0',
  '1.',
  '.5',
  '1e3',
  ' 7 ',
  '+7',
  '007',
  '-0',
  '1_000',
  '0x10',
  '١',
];

test('whole numbers', () => {
  check(
    { kind: 'int' },
    { '0': 0, '-1': -1, '2147483647': 2 ** 31 - 1, '-2147483648': -(2 ** 31) },
    [...NO_INTEGERS, '2147483648', '-2147483649', '99999999999999999999999'],
  );
  check(
    { kind: 'long' },
    {
      '9007199254740993': 9007199254740993n,
      '9223372036854775807': 9223372036854775807n,
      '-9223372036854775808': -9223372036854775808n,
    },
    [...NO_INTEGERS, '9223372036854775808', '-9223372036854775809', '18446744073709551616'],
  );
});

test('decimals keep every digit or are refused', () => {
  check(
    { kind: 'decimal', precision: 10, scale: 2 },
    { '1': 100n, '1.5': 150n, '-0.05': -5n, '-0.00': 0n, '99999999.99': 9999999999n },
    ['1.005', '1.000', '100000000', '1e3', '+1', '01', '1.', '.5', '--1', '1,5'],
  );
  check({ kind: 'decimal', precision: 2, scale: 2 }, { '0.12': 12n, '0': 0n }, ['1', '1.00']);
  check({ kind: 'decimal', precision: 3, scale: 0 }, { '-999': -999n }, ['1.0', '1000']);
  check(
    { kind: 'decimal', precision: 38, scale: 3 },
    { '12345678901234567890.123': 12345678901234567890123n },
    [`1${'0'.repeat(35)}`],
  );
});

test('doubles are JSON numbers within range', () => {
  check(
    { kind: 'double' },
    { '0': 0, '-1.5': -1.5, '1e3': 1000, '1.25E-2': 0.0125, '1e-400': 0, '0.1': 0.1 },
    [
      'NaN',
      'inf',
      'Infinity',
      '1e400',
      '-1e400',
      '.5',
      '1.',
      '+1',
      '01',
      '1e',
      '1e+',
      '0x10',
      '1_0',
    ],
  );
});

test('dates and times exist in the calendar', () => {
  check({ kind: 'date' }, { '1970-01-01': 0, '2024-02-29': 19782, '0001-01-01': -719162 }, [
    '2023-02-29',
    '1900-02-29',
    '2026-2-3',
    '2026/02/03',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '0000-01-01',
    '10000-01-01',
    '2026-01-01 00:00:00',
    'epoch',
    'infinity',
    '2026-01-01 (BC)',
  ]);
  check(
    { kind: 'time' },
    { '00:00:00': 0n, '23:59:59.999999': 86399999999n, '01:02:03.5': 3723500000n },
    [
      '24:00:00',
      '12:60:00',
      '12:00:60',
      '12:00',
      '12:00:00.',
      '12:00:00.1234567',
      '1:00:00',
      '12:00:00Z',
    ],
  );
});

test('timestamps have no offset, instants have one', () => {
  const midnight = 1767225600000000n;
  check(
    { kind: 'timestamp' },
    { '2026-01-01T00:00:00': midnight, '2026-01-01 00:00:00.000001': midnight + 1n },
    [
      '2026-01-01',
      '2026-01-01t00:00:00',
      '2026-01-01  00:00:00',
      '2026-01-01 24:00:00',
      '2026-02-30 00:00:00',
      '2026-01-01T00:00:00Z',
      '2026-01-01T07:00:00+02:00',
      '2026-01-01 00:00:00 UTC',
      '2026-01-01 00:00:00.1234567',
    ],
  );
  check(
    { kind: 'timestamptz' },
    {
      '2026-01-01T00:00:00Z': midnight,
      '2026-01-01 02:00:00+02:00': midnight,
      '2025-12-31T10:00:00.5-14:00': midnight + 500000n,
    },
    [
      '2026-01-01T00:00:00',
      '2026-01-01T00:00:00z',
      '2026-01-01T00:00:00+0200',
      '2026-01-01T00:00:00+02',
      '2026-01-01T00:00:00+14:01',
      '2026-01-01T00:00:00+01:60',
      '2026-01-01T00:00:00 +01:00',
    ],
  );
});

test('a default time zone stands in for a missing offset, zone changes included', () => {
  const berlin = localOffsetOf('Europe/Berlin');
  const micros = (text: string) => BigInt(Date.parse(text)) * 1000n;
  const cases = {
    '2026-01-15 12:00:00': '2026-01-15T11:00:00Z',
    '2026-07-15 12:00:00': '2026-07-15T10:00:00Z',
    '2026-03-29 02:30:00': '2026-03-29T01:30:00Z',
    '2026-10-25 02:30:00': '2026-10-25T00:30:00Z',
    '2026-10-25 03:00:00': '2026-10-25T02:00:00Z',
    '2026-07-15 12:00:00+00:00': '2026-07-15T12:00:00Z',
    '1969-12-31 23:59:59.5': '1969-12-31T22:59:59.5Z',
  };
  for (const [text, instant] of Object.entries(cases)) {
    assert.deepEqual(parseLexical({ kind: 'timestamptz' }, text, berlin), {
      ok: true,
      value: micros(instant),
    });
  }
  assert.equal(localOffsetOf('Europe/Nowhere'), null);
  assert.equal(localOffsetOf('-03:30')?.(0), -12600);
});

test('booleans are true and false only', () => {
  check({ kind: 'boolean' }, { true: true, false: false }, [
    'TRUE',
    't',
    '1',
    'yes',
    'true ',
    'falsey',
  ]);
});
