/**
 * An inferred contract accepts the sample that it was inferred from, but for exactly the values that its evidence names:
 * inference and ingest agree on what a value is.
 *
 * Not a test of either alone. The oracle is the reference reader of ingest and the reference of formats, value by value.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { isPrimitive } from '@weft/core/contract/data-type';
import { readCsvSample } from '@weft/core/contract/infer/csv-sample';
import { inferContract } from '@weft/core/contract/infer/infer';
import { readJsonSample } from '@weft/core/contract/infer/json-sample';
import type { InferSource, ValueKind } from '@weft/core/contract/infer/source';
import { faultsAllowed } from '@weft/core/contract/infer/tolerance';
import type { ContractProperty } from '@weft/core/contract/model';
import { type Token, tokenFits } from '@weft/core/ingest/json-record';
import { parseLexical } from '@weft/core/ingest/lexical';
import { nestedReaders } from '@weft/core/ingest/nested-json';
import { must } from '@weft/core/lib/assert';
import { type FormatName, matchesFormat } from '@weft/core/lib/formats';
import fc from 'fast-check';

const TOKENS: Readonly<Record<ValueKind, Token | null>> = {
  unknown: null,
  text: 'string',
  number: 'number',
  boolean: 'boolean',
  nested: 'nested',
};

interface Refusals {
  values: string[];
  /** What the evidence says of each column. */
  told: number;
  types: string[];
  text: string;
}

/** Values of the sample that the contract's own types, formats, patterns and lengths refuse. */
function refusalsOf(source: InferSource): Refusals {
  const inferred = inferContract(source, { domain: 'sales', product: 'orders' });
  const model = must(inferred.model, inferred.text);
  const properties = must(model.objects[0], 'object').properties;
  const values = properties.flatMap((property, column) => {
    const refused = source.rows.flatMap((row, at) => {
      const value = row[column] ?? null;
      if (value === null || value === model.weft.csv.nullText) return [];
      const kind = source.oddKinds?.[column]?.get(at) ?? source.kinds?.[column] ?? 'unknown';
      return isAccepted(property, value, TOKENS[kind]) ? [] : [value];
    });
    const { misfits } = must(inferred.evidence.columns[column], 'evidence');
    assert.equal(refused.length, misfits, `${property.name}: ${refused}\n${inferred.text}`);
    return refused;
  });
  return {
    values,
    told: [...inferred.text.matchAll(/([\d,]+) of them (?:is|are) no [^#\n]*would be quarantined/g)]
      .map((match) => Number(must(match[1], 'count').replaceAll(',', '')))
      .reduce((sum, n) => sum + n, 0),
    types: properties.map((property) => property.type.kind),
    text: inferred.text,
  };
}

function isAccepted(
  { type, options }: ContractProperty,
  value: string,
  token: Token | null,
): boolean {
  if (!isPrimitive(type)) {
    const reader = must(nestedReaders([{ name: 'v', type }])[0], 'reader of a nested column');
    return token === 'nested' && reader.read(value).faults.length === 0;
  }
  if (token !== null && !tokenFits(type, token)) return false;
  if (!parseLexical(type, value).ok) return false;
  if (type.kind !== 'string') return true;
  const { length } = [...value];
  return (
    (options.format === null || matchesFormat(options.format as FormatName, value)) &&
    (options.pattern === null || new RegExp(options.pattern, 'u').test(value)) &&
    length >= (options.minLength ?? 0) &&
    length <= (options.maxLength ?? Number.POSITIVE_INFINITY)
  );
}

function column(values: readonly (string | null)[]): InferSource {
  return {
    format: 'csv',
    columns: ['v'],
    rows: values.map((value) => [value]),
    name: null,
    truncated: false,
    faults: [],
  };
}

describe('inferred contracts and ingest', () => {
  for (const name of ['transactions.csv', 'demographics.csv', 'products.csv']) {
    it(`agree on every value of ${name}`, () => {
      const url = new URL(`../../core/src/contract/infer/fixtures/${name}`, import.meta.url);
      const source = readCsvSample(readFileSync(url), { name, recordsMax: 1000, truncated: false });
      assert.ok(source.rows.length > 30);
      assert.deepEqual(refusalsOf(source).values, []);
    });
  }

  it('agree on columns of any mixture of almost-numbers and almost-dates', () => {
    const families = [
      [
        '0',
        '-0',
        '7',
        '-12',
        '999999999',
        '1000000000',
        '-9223372036854775808',
        '9223372036854775808',
      ],
      [
        '1.5',
        '-0.0',
        '1.123456789',
        '1.1234567890',
        '1e5',
        '1e-400',
        '12345678901234567890.5',
        '3',
      ],
      ['007', '+7', ' 7', '.5', '1.', '1e400', 'NaN', '7'],
      ['2024-02-29', '2023-02-29', '0000-01-01', '9999-12-31', '2024-1-1'],
      [
        '2024-01-01T00:00:00',
        '2024-01-01 23:59:59.123456',
        '2024-01-01T24:00:00',
        '2024-01-01 10:00',
      ],
      [
        '2024-01-01T00:00:00Z',
        '2024-01-01T00:00:00+14:00',
        '2024-01-01T00:00:00+02',
        '2024-01-01T00:00:00-15:00',
      ],
      ['10:00:00', '23:59:60', '00:00:00.1', '10:00'],
      ['true', 'false', 'True', '1'],
    ];
    const values = fc
      .constantFrom(...families)
      .chain((family) =>
        fc.array(fc.constantFrom(...family, null), { minLength: 1, maxLength: 6 }),
      );
    fc.assert(
      fc.property(values, (sample) => {
        assert.deepEqual(refusalsOf(column(sample)).values, []);
      }),
      { numRuns: 500, examples: [[['NaN', '7', '7']]] },
    );
  });

  it('agree on which values of a large sample do not fit, and these do not change the type', () => {
    const columns: ((i: number) => string)[] = [
      (i) => String(i % 50),
      (i) => String(40_000_000_000 + i),
      (i) => `${i % 90}.${10 + (i % 80)}`,
      (i) => `0.${1_000_000_001 + i}`,
      (i) => String(i % 3 === 0),
      (i) => `2025-0${1 + (i % 9)}-1${i % 10}`,
      (i) => `2025-01-1${i % 10}T10:00:0${i % 7}Z`,
      (i) => `AB-${1000 + i}`,
      (i) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      (i) => `user${i}@example.org`,
    ];
    const odd = [
      'n/a',
      '-0',
      '1.005',
      '7',
      '1e3',
      '007',
      '2025-02-30',
      'AB1000',
      'true',
      '?',
      ' 7',
    ];
    const sample = fc.record({
      clean: fc.constantFrom(...columns),
      size: fc.integer({ min: 150, max: 2400 }),
      bad: fc.array(fc.constantFrom(...odd), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(sample, ({ clean, size, bad }) => {
        const values = Array.from({ length: size }, (_, i) => bad[i - 20] ?? clean(i));
        const refusals = refusalsOf(column(values));
        assert.equal(refusals.values.length, refusals.told, refusals.text);
        assert.ok(refusals.values.every((value) => bad.includes(value)));
        if (bad.length > faultsAllowed(size)) return;
        assert.deepEqual(refusals.types, refusalsOf(column(values.map((_, i) => clean(i)))).types);
      }),
      { numRuns: 150 },
    );
  });

  it('agree on JSON columns of any mixture of kinds', () => {
    const families: [unknown, unknown[]][] = [
      [7, ['7', '007', 1.5, true, 'n/a', 12345678901]],
      [1.25, ['1.25', 'x', 3, false]],
      [true, ['true', 1, 'yes']],
      ['2025-01-01', [20250101, 'soon', true]],
      ['A-100', [100, true, { a: 1 }]],
      [{ a: 1 }, ['x', 7]],
    ];
    const sample = fc.constantFrom(...families).chain(([main, others]) =>
      fc.record({
        main: fc.constant(main),
        others: fc.array(fc.constantFrom(...others), { maxLength: 8 }),
        size: fc.constantFrom(1, 5, 30, 250, 1200),
      }),
    );
    fc.assert(
      fc.property(sample, ({ main, others, size }) => {
        const values = [...others, ...Array.from({ length: size }, () => main)];
        const text = values.map((v) => JSON.stringify({ v })).join('\n');
        const limits = { name: null, recordsMax: 10_000, truncated: false };
        const refusals = refusalsOf(readJsonSample(text, limits));
        assert.equal(refusals.values.length, refusals.told, refusals.text);
      }),
      { numRuns: 200 },
    );
  });
});
