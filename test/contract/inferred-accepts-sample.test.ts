/**
 * An inferred contract accepts the sample that it was inferred from: inference and ingest agree on what a value is.
 *
 * Not a test of either alone. The oracle is the reference reader of ingest, value by value.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { isPrimitive } from '@weft/core/contract/data-type';
import { readCsvSample } from '@weft/core/contract/infer/csv-sample';
import { inferContract } from '@weft/core/contract/infer/infer';
import type { InferSource } from '@weft/core/contract/infer/source';
import { parseLexical } from '@weft/core/ingest/lexical';
import { must } from '@weft/core/lib/assert';
import fc from 'fast-check';

/** Values of the sample that the contract's own types refuse. */
function refusedValues(source: InferSource): string[] {
  const inferred = inferContract(source, { domain: 'sales', product: 'orders' });
  const model = must(inferred.model, inferred.text);
  const properties = must(model.objects[0], 'object').properties;
  return source.rows.flatMap((row) =>
    row.filter((value, i) => {
      const property = must(properties[i], 'property');
      if (value === null || value === model.weft.csv.nullText) return false;
      return isPrimitive(property.type) && !parseLexical(property.type, value).ok;
    }),
  ) as string[];
}

describe('inferred contracts and ingest', () => {
  for (const name of ['transactions.csv', 'demographics.csv', 'products.csv']) {
    it(`agree on every value of ${name}`, () => {
      const url = new URL(`../../core/src/contract/infer/fixtures/${name}`, import.meta.url);
      const source = readCsvSample(readFileSync(url), { name, recordsMax: 1000, truncated: false });
      assert.ok(source.rows.length > 30);
      assert.deepEqual(refusedValues(source), []);
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
    const column = fc
      .constantFrom(...families)
      .chain((family) =>
        fc.array(fc.constantFrom(...family, null), { minLength: 1, maxLength: 6 }),
      );
    fc.assert(
      fc.property(column, (values) => {
        const source: InferSource = {
          format: 'csv',
          columns: ['v'],
          rows: values.map((value) => [value]),
          name: null,
          truncated: false,
          faults: [],
        };
        assert.deepEqual(refusedValues(source), []);
      }),
      { numRuns: 500, examples: [[['NaN', '7', '7']]] },
    );
  });
});
