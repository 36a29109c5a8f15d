/**
 * Row checks in DuckDB against a second opinion in plain JavaScript, on random and on awkward rows.
 *
 * The oracle below shares nothing with `quality/row-sql.ts` but the definition of the text formats.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DataType } from '@weft/core/contract/data-type';
import { ACCEPTED, REFUSED } from '@weft/core/contract/fixtures/format-samples';
import { TEXT_FORMATS } from '@weft/core/contract/plan';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { matchesFormat } from '@weft/core/lib/formats';
import fc from 'fast-check';
import { openTestEngine } from '../support/engine.ts';
import { type Check, offenders } from '../support/row-checks.ts';

const seed = Number(process.env['WEFT_SEED'] ?? 20261122);

let engine: SqlEngine;
before(async () => {
  engine = await openTestEngine();
  await engine.run("CREATE TABLE known (k VARCHAR); INSERT INTO known VALUES ('a'), ('bb')");
});
after(() => engine.close());

/** Exact comparison of decimal texts by scaling both to 40 places. */
function scaled(text: string): bigint {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const size = BigInt(whole + fraction.padEnd(40, '0'));
  return text.startsWith('-') ? -size : size;
}

function isOffender(check: Check, type: DataType, value: string | null): boolean {
  if (check.kind === 'required') return value === null;
  if (check.kind === 'missing') return value === null || check.values.includes(value);
  if (check.kind === 'expression' || check.kind === 'notFuture') throw new Error('no oracle');
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
    case 'items':
    case 'uniqueItems':
      throw new Error('no oracle');
  }
}

async function compare(check: Check, type: DataType, values: (string | null)[]): Promise<void> {
  const found = await offenders(engine, { check, type }, values);
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
      fc.constantFrom(...[...ACCEPTED, ...REFUSED].map(([, text]) => text), '', ' DE', 'EU'),
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
