/**
 * Row checks in DuckDB against a second opinion in plain JavaScript, on random and on awkward rows.
 *
 * The oracle below shares nothing with `quality/row-sql.ts` but the definition of the text formats.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DataType } from '@weft/core/contract/data-type';
import { duckdbType } from '@weft/core/contract/data-type';
import type { PlanColumn, RowCheck } from '@weft/core/contract/plan';
import { TEXT_FORMATS } from '@weft/core/contract/plan';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { matchesFormat } from '@weft/core/lib/formats';
import { quoteText } from '@weft/core/lib/ident-sql';
import { allOkSql, type RowSql, rowCheckSql } from '@weft/core/quality/row-sql';
import fc from 'fast-check';
import { openTestEngine } from '../support/engine.ts';

type Check = Exclude<RowCheck, { kind: 'type' }>;
const seed = Number(process.env['WEFT_SEED'] ?? 20261122);

let engine: SqlEngine;
before(async () => {
  engine = await openTestEngine();
  await engine.run("CREATE TABLE known (k VARCHAR); INSERT INTO known VALUES ('a'), ('bb')");
});
after(() => engine.close());

function column(type: DataType): PlanColumn {
  return {
    id: 'c',
    name: 'c "1"',
    sourceName: 'c',
    type,
    required: false,
    defaultTimezone: null,
    classification: null,
  };
}

function compile(check: Check, type: DataType): RowSql {
  const result = rowCheckSql(check, {
    columns: [column(type)],
    reference: () => 'known',
    expression: (sql) => sql,
  });
  if ('problem' in result) throw new Error(result.problem);
  return result;
}

/** Offenders by DuckDB, in both forms, which must agree. */
async function offenders(
  check: Check,
  type: DataType,
  values: (string | null)[],
): Promise<boolean[]> {
  const sql = compile(check, type);
  const rows = values.map(
    (v, i) => `(${i}, ${v === null ? 'NULL' : quoteText(v)}::${duckdbType(type)})`,
  );
  const found = await engine.rows(
    `SELECT ${sql.offends} AS bad, (${sql.ok}) IS NOT TRUE AS notok, (${sql.test}) AS bare,
      "c ""1""" IS NULL AS isnull, ${allOkSql([{ check, sql }])} IS NOT TRUE AS notall
     FROM (VALUES ${rows.join(', ')}) AS t(i, "c ""1""") ORDER BY i`,
  );
  return found.map((row, i) => {
    assert.equal(typeof row['bad'], 'boolean', `offends is never NULL (row ${i})`);
    assert.equal(row['notok'], row['bad'], `ok is the opposite of offends for ${values[i]}`);
    assert.equal(row['notall'], row['bad']);
    if (row['isnull'] !== true) assert.equal(row['bare'], !row['bad']);
    return row['bad'] === true;
  });
}

/** Exact comparison of decimal texts by scaling both to 40 places. */
function scaled(text: string): bigint {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const size = BigInt(whole + fraction.padEnd(40, '0'));
  return text.startsWith('-') ? -size : size;
}

function isOffender(check: Check, type: DataType, value: string | null): boolean {
  if (check.kind === 'required') return value === null;
  if (check.kind === 'missing') return value === null || check.values.includes(value);
  if (check.kind === 'expression') throw new Error('no oracle');
  if (value === null) return false;
  switch (check.kind) {
    case 'range': {
      const numeric = type.kind === 'decimal' || type.kind === 'long' || type.kind === 'int';
      const order = (a: string, b: string): number =>
        numeric
          ? Number(scaled(a) - scaled(b) > 0n) - Number(scaled(a) - scaled(b) < 0n)
          : type.kind === 'double'
            ? Number(a) - Number(b)
            : a < b
              ? -1
              : Number(a > b);
      const { min, max } = check;
      const low =
        min === null ||
        (min.inclusive ? order(value, min.value) >= 0 : order(value, min.value) > 0);
      const high =
        max === null ||
        (max.inclusive ? order(value, max.value) <= 0 : order(value, max.value) < 0);
      return !(low && high);
    }
    case 'length': {
      const length = [...value].length;
      return length < (check.min ?? 0) || length > (check.max ?? Number.POSITIVE_INFINITY);
    }
    case 'pattern':
      return !new RegExp(check.pattern, 'u').test(value);
    case 'values':
      return type.kind === 'string'
        ? !check.values.includes(value)
        : !check.values.some((v) => /^-?\d+(\.\d+)?$/.test(v) && scaled(v) === scaled(value));
    case 'format':
      return !matchesFormat(check.format, value);
    case 'multipleOf':
      return scaled(value) % scaled(check.divisor) !== 0n;
    case 'reference':
      return value !== 'a' && value !== 'bb';
  }
}

async function compare(check: Check, type: DataType, values: (string | null)[]): Promise<void> {
  const found = await offenders(check, type, values);
  assert.deepEqual(
    found,
    values.map((value) => isOffender(check, type, value)),
    JSON.stringify({ check, values }),
  );
}

const string: DataType = { kind: 'string' };
const long: DataType = { kind: 'long' };
const words = fc.string({
  unit: fc.constantFrom('a', 'b', 'é', '😀', ' ', "'", '"', '\n', '1', '-'),
  maxLength: 8,
});
const texts = fc.array(
  fc.option(
    fc.oneof(
      words,
      fc.string({ unit: 'binary', maxLength: 6 }).map((t) => t.toWellFormed().replaceAll('\0', '')),
    ),
  ),
  { minLength: 1, maxLength: 30 },
);
const run = { seed, numRuns: 40 };

function decimalText(precision: number, scale: number): fc.Arbitrary<string> {
  return fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** BigInt(precision) - 1n }), fc.boolean())
    .map(([n, negative]) => {
      const digits = String(n).padStart(scale + 1, '0');
      const cut = digits.length - scale;
      const text = `${digits.slice(0, cut)}${scale === 0 ? '' : `.${digits.slice(cut)}`}`;
      return negative && n !== 0n ? `-${text}` : text;
    });
}

describe('row checks agree with a second opinion', () => {
  it('required, missing, values, length and reference on texts', async () => {
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.array(words, { maxLength: 4 }),
        fc.nat(6),
        fc.nat(6),
        async (values, list, min, more) => {
          const allowed = [...list, ...values.filter((v) => v !== null).slice(0, 1)];
          await compare({ kind: 'required', column: 'c "1"' }, string, values);
          await compare({ kind: 'missing', column: 'c "1"', values: allowed }, string, values);
          await compare({ kind: 'values', column: 'c "1"', values: allowed }, string, values);
          await compare({ kind: 'length', column: 'c "1"', min, max: min + more }, string, values);
          await compare({ kind: 'reference', column: 'c "1"', table: 't', target: 'k' }, string, [
            ...values,
            'a',
            'bb',
          ]);
        },
      ),
      run,
    );
  });

  it('ranges, allowed values and multiples of decimals, beyond the scale and at the limits', async () => {
    for (const [precision, scale] of [
      [10, 2],
      [38, 2],
      [38, 38],
      [18, 0],
    ] as const) {
      const type: DataType = { kind: 'decimal', precision, scale };
      const bound = fc.record({
        value: fc.oneof(
          decimalText(Math.min(precision + 1, 38), Math.min(scale + 1, 37)),
          decimalText(precision, scale),
        ),
        inclusive: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.option(decimalText(precision, scale)), { minLength: 1, maxLength: 20 }),
          fc.option(bound),
          fc.option(bound),
          fc.constantFrom('0.05', '0.125', '3', '0.01', '2.5', '1000000'),
          async (values, min, max, divisor) => {
            const edges = [min?.value, max?.value]
              .filter((v) => v !== undefined)
              .filter(
                (v) =>
                  (v.split('.')[1] ?? '').replace(/0+$/, '').length <= scale &&
                  v.replace(/^-?0*|\..*/g, '').length <= precision - scale,
              );
            const rows = [...values, ...edges];
            await compare({ kind: 'range', column: 'c "1"', min, max }, type, rows);
            await compare(
              { kind: 'values', column: 'c "1"', values: [...edges, '1.5', 'abc', '7'] },
              type,
              rows,
            );
            await compare({ kind: 'multipleOf', column: 'c "1"', divisor }, type, [...rows, '0']);
          },
        ),
        { ...run, numRuns: 15 },
      );
    }
  });

  it('ranges of 64-bit integers at the very ends', async () => {
    const values = ['-9223372036854775808', '9223372036854775807', '0', '-1', '1', '4', null];
    for (const value of [
      '0',
      '0.5',
      '-0.5',
      '9223372036854775807',
      '-9223372036854775808',
      '99999999999999999999',
      '-99999999999999999999',
    ]) {
      for (const inclusive of [true, false]) {
        await compare(
          { kind: 'range', column: 'c "1"', min: { value, inclusive }, max: null },
          long,
          values,
        );
        await compare(
          { kind: 'range', column: 'c "1"', min: null, max: { value, inclusive } },
          long,
          values,
        );
      }
    }
    await compare({ kind: 'multipleOf', column: 'c "1"', divisor: '2.5' }, long, [
      ...values,
      '5',
      '10',
      '-5',
    ]);
  });

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
          const found = await offenders(check, type, values);
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
    const tenth = await offenders({ kind: 'multipleOf', column: name, divisor: '0.1' }, type, [
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
          const min = await offenders(
            { kind: 'range', column: 'c "1"', min: { value, inclusive }, max: null },
            type,
            rows,
          );
          const max = await offenders(
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
        const allowed = await offenders(
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
    const local = await offenders(
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

  it('formats on what is nearly right', async () => {
    const near = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 7, maxLength: 15 }),
      fc.string({ unit: fc.constantFrom(...'abF1:.-@/%_['), minLength: 1, maxLength: 14 }),
      fc.ipV4(),
      fc.ipV6(),
      fc.uuid(),
      fc.domain(),
      fc.emailAddress(),
      fc.webUrl(),
      fc.constantFrom(
        'DE',
        'XX',
        'de',
        'EUR',
        'EU',
        '4006381333931',
        '73513537',
        '036000291452',
        '10614141000415',
        '4006381333932',
        '',
        ' DE',
      ),
    );
    for (const format of TEXT_FORMATS) {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.option(near), { minLength: 40, maxLength: 80 }), (values) =>
          compare({ kind: 'format', column: 'c "1"', format }, string, values),
        ),
        { seed, numRuns: 6 },
      );
    }
  });

  it('patterns as ECMAScript reads them, by search', async () => {
    const patterns = [
      '^[A-Z]{2}\\d{2}$',
      'b',
      '^a.b$',
      '^\\s+$',
      '\\S',
      '[^]',
      '[]',
      '^[\\w-]+$',
      '[[]',
      '^\\p{L}+$',
      '\\u{1F600}',
      'é|😀',
      '^(?:a|b)*$',
      '(?<x>a)b',
      '\\/',
      '[\\b]',
      '^.{2}$',
      '[^a\\D]',
      '\\W',
      '[\\S1]',
      'a{1,2}?b',
      '^$',
      '',
      '\\.',
      '\\cJ',
      '[a\\-z]',
      '\\bab\\b',
      '^\\P{Lu}*$',
      '\\x41',
      '[\\u{61}-\\u{63}]',
      '\\uD83D\\uDE00',
      '$',
    ];
    const char = fc.constantFrom(
      'a',
      'b',
      'A',
      'Z',
      '1',
      ' ',
      '\u00a0',
      '\n',
      '\r',
      '\u2028',
      'é',
      '😀',
      '-',
      '_',
      '[',
      ']',
      '.',
      '/',
      '\u0008',
      '\\',
      '\ufeff',
    );
    for (const pattern of patterns) {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.string({ unit: char, maxLength: 5 }), { minLength: 40, maxLength: 60 }),
          (values) => compare({ kind: 'pattern', column: 'c "1"', pattern }, string, values),
        ),
        { seed, numRuns: 3 },
      );
    }
  });
});
