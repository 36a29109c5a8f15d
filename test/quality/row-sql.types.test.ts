/**
 * Row checks on doubles, days, times and instants, where a wrong order or NaN would go unnoticed; and what is refused.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DataType } from '@weft/core/contract/data-type';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { openTestEngine } from '../support/engine.ts';
import { type Check, compile, offenders } from '../support/row-checks.ts';

const string: DataType = { kind: 'string' };
const long: DataType = { kind: 'long' };

let engine: SqlEngine;
before(async () => {
  engine = await openTestEngine();
});
after(() => engine.close());

function find(check: Check, type: DataType, values: (string | null)[]): Promise<boolean[]> {
  return offenders(engine, { check, type }, values);
}

describe('row checks by type', () => {
  it('ranges of doubles, where NaN lies in none, and their multiples', async () => {
    const type: DataType = { kind: 'double' };
    const name = 'c "1"';
    const values = ['NaN', 'Infinity', '-Infinity', '0', '-0.5', '1e300', '0.1', '2.5', null];
    for (const value of ['0', '0.1', '-1e3', '1e308']) {
      for (const inclusive of [true, false]) {
        for (const check of [
          { kind: 'range', column: name, min: { value, inclusive }, max: null },
          { kind: 'range', column: name, min: null, max: { value, inclusive } },
        ] as const) {
          const found = await find(check, type, values);
          const bound = Number(value);
          const expected = values.map((text) => {
            if (text === null) return false;
            const x = Number(text);
            const low = check.min === null || (inclusive ? x >= bound : x > bound);
            const high = check.max === null || (inclusive ? x <= bound : x < bound);
            return !(low && high);
          });
          assert.deepEqual(found, expected, JSON.stringify(check));
        }
      }
    }
    const tenth = await find({ kind: 'multipleOf', column: name, divisor: '0.1' }, type, [
      '0.3',
      '0.35',
      '-1.1',
      '0',
      '1e300',
      'NaN',
      'Infinity',
      null,
    ]);
    assert.deepEqual(tenth, [false, true, false, false, false, true, true, false]);
  });

  it('ranges and allowed values of days, times and instants', async () => {
    const instants = ['2026-01-01T00:00:00', '2025-12-31T23:59:59.999999', '2026-06-30T12:00:00.5'];
    const cases: [DataType, string[], (text: string) => number][] = [
      [{ kind: 'date' }, ['2026-01-01', '2025-12-31', '2024-02-29'], (text) => Date.parse(text)],
      [
        { kind: 'time' },
        ['00:00:00', '23:59:59', '12:00:01'],
        (text) => Date.parse(`2000-01-01T${text}Z`),
      ],
      [
        { kind: 'timestamp' },
        instants,
        (text) =>
          Number(BigInt(Date.parse(`${text.slice(0, 19)}Z`)) * 1000n) +
          Number((text.split('.')[1] ?? '').padEnd(6, '0')),
      ],
      [
        { kind: 'timestamptz' },
        ['2026-01-01T00:00:00+00:00', '2026-01-01T01:00:00+02:00', '2025-12-31T23:30:00Z'],
        (text) => Date.parse(text),
      ],
    ];
    for (const [type, values, order] of cases) {
      for (const value of values) {
        for (const inclusive of [true, false]) {
          const rows = [...values, null];
          const min = await find(
            { kind: 'range', column: 'c "1"', min: { value, inclusive }, max: null },
            type,
            rows,
          );
          const max = await find(
            { kind: 'range', column: 'c "1"', min: null, max: { value, inclusive } },
            type,
            rows,
          );
          const at = (text: string | null): number =>
            Math.sign(order(text ?? value) - order(value));
          assert.deepEqual(
            min,
            rows.map((text) => text !== null && (inclusive ? at(text) < 0 : at(text) <= 0)),
          );
          assert.deepEqual(
            max,
            rows.map((text) => text !== null && (inclusive ? at(text) > 0 : at(text) >= 0)),
          );
        }
        const allowed = await find(
          { kind: 'values', column: 'c "1"', values: [value, '2026-02-30', 'x'] },
          type,
          values,
        );
        assert.deepEqual(
          allowed,
          values.map((text) => order(text) !== order(value)),
        );
      }
    }
    const local = await find(
      { kind: 'range', column: 'c "1"', min: { value: '2026-01-01', inclusive: true }, max: null },
      { kind: 'date' },
      ['2026-01-01', '2025-12-31'],
    );
    assert.deepEqual(local, [false, true]);
  });

  it('says what cannot be checked, in words', () => {
    const problems: [Check, DataType, RegExp][] = [
      [{ kind: 'pattern', column: 'c "1"', pattern: '(?<=a)b' }, string, /look-behind/],
      [{ kind: 'pattern', column: 'c "1"', pattern: '(a)\\1' }, string, /back-reference/],
      [
        { kind: 'pattern', column: 'c "1"', pattern: 'a{1001}' },
        string,
        /repeats more than 1000 times/,
      ],
      [{ kind: 'pattern', column: 'c "1"', pattern: '(' }, string, /no regular expression/],
      [
        { kind: 'pattern', column: 'c "1"', pattern: '\\p{Emoji}' },
        string,
        /Unicode property Emoji/,
      ],
      [
        {
          kind: 'range',
          column: 'c "1"',
          min: { value: '2026-02-30', inclusive: true },
          max: null,
        },
        { kind: 'date' },
        /2026-02-30 is no bound/,
      ],
      [
        {
          kind: 'range',
          column: 'c "1"',
          min: { value: '2026-01-01T00:00:00', inclusive: true },
          max: null,
        },
        { kind: 'timestamptz' },
        /is no bound/,
      ],
      [{ kind: 'length', column: 'c "1"', min: 1, max: null }, long, /a column of long/],
      [{ kind: 'multipleOf', column: 'c "1"', divisor: '0' }, long, /divides nothing/],
      [{ kind: 'required', column: 'other' }, string, /there is no column other/],
    ];
    for (const [check, type, words] of problems) {
      assert.throws(() => compile(check, type), words);
    }
  });
});
