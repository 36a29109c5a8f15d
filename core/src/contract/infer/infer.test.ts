/**
 * Inferred contracts: valid by the official JSON Schema of ODCS, read without complaint, with the facts of real data.
 *
 * Not proof that a guess is right: each guess is tested on data where it is.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import ajvFormats from 'ajv-formats';
import fc from 'fast-check';
import { parse } from 'yaml';
import { must } from '../../lib/assert.ts';
import { compileIngestPlan } from '../compile/ingest-plan.ts';
import { typeName } from '../data-type.ts';
import { readContract } from '../read.ts';
import { checkRequired } from '../required.ts';
import { readCsvSample } from './csv-sample.ts';
import { type InferOptions, inferContract, weftNames } from './infer.ts';
import { readJsonSample } from './json-sample.ts';
import type { InferSource } from './source.ts';

const ODCS = fileURLToPath(
  new URL('../../../../spec/odcs/schema/odcs-json-schema-v3.1.0.json', import.meta.url),
);
const ajv = new Ajv2019({ strict: false, allErrors: true });
ajvFormats.default(ajv);
const isOdcs = ajv.compile(JSON.parse(readFileSync(ODCS, 'utf8')));

const OPTIONS: InferOptions = { domain: 'retail', owner: 'ann', now: 1_790_000_000_000 };

function fixture(name: string): InferSource {
  const bytes = readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
  return readCsvSample(bytes, { name, recordsMax: 1000, truncated: false });
}

function csv(text: string): InferSource {
  const bytes = new TextEncoder().encode(text);
  return readCsvSample(bytes, { name: 'sample.csv', recordsMax: 10_000, truncated: false });
}

/** Infers, and checks what holds for every draft: valid by the official schema, readable, nothing to warn of. */
function draft(source: InferSource, options: InferOptions = OPTIONS) {
  const inferred = inferContract(source, options);
  assert.ok(isOdcs(parse(inferred.text)), JSON.stringify(isOdcs.errors, null, 1));
  const serious = inferred.diagnostics.filter((d) => d.severity !== 'info');
  assert.deepEqual(serious, [], inferred.text);
  const model = must(inferred.model, 'a model');
  const columns = new Map(must(model.objects[0], 'object').properties.map((p) => [p.name, p]));
  const column = (name: string) => must(columns.get(name), `column ${name}`);
  return { ...inferred, model, column };
}

describe('inferContract on real retail data', () => {
  it('drafts the transactions: types, key, personal data, rhythm', () => {
    const { column, model, evidence, text } = draft(fixture('transactions.csv'));
    assert.equal(column('basket_id').type.kind, 'long');
    assert.deepEqual(column('sales_value').type, { kind: 'decimal', precision: 10, scale: 2 });
    assert.equal(column('transaction_timestamp').type.kind, 'timestamptz');
    assert.equal(column('household_id').subjectKey, true);
    assert.equal(column('household_id').classification, 'confidential');
    assert.equal(column('store_id').classification, 'internal');
    assert.deepEqual(evidence.key, ['basket_id', 'product_id']);
    assert.equal(model.weft.granularity, 'basket × product');
    assert.match(text, /primaryKey: true # unique together with 1 more in 40 rows/);
    assert.match(text, /required: true # 0 of 40 empty/);
  });

  it('drafts the demographics: bands are closed lists, traits are personal', () => {
    const { column, evidence, text } = draft(fixture('demographics.csv'));
    assert.deepEqual(evidence.key, ['household_id']);
    const bands = column('marital_status').quality[0]?.check;
    assert.deepEqual(bands, {
      kind: 'values',
      column: 'marital_status',
      values: ['Married', 'Unmarried'],
    });
    assert.equal(column('income').classification, 'confidential');
    assert.equal(column('household_comp').subjectKey, false);
    assert.equal(column('marital_status').required, false);
    assert.doesNotMatch(text, /examples/, 'no personal value stands in the contract');
  });

  it('leaves to people exactly what only they know, and lint reports each', () => {
    const missing = (options: InferOptions) => {
      const { text } = draft(fixture('transactions.csv'), options);
      const { value } = readContract(text);
      const read = must(value, 'a contract');
      return checkRequired(read.document, read.model).map((d) => d.path);
    };
    assert.deepEqual(missing(OPTIONS).sort(), [
      '$.description.purpose',
      '$.schema[0].description',
      '$.slaProperties',
    ]);
    assert.deepEqual(missing({}).sort(), [
      '$.description.purpose',
      '$.domain',
      '$.schema[0].description',
      '$.slaProperties',
      '$.team',
    ]);
    const { text } = draft(fixture('transactions.csv'), {});
    assert.equal(text.match(/# COMPLETE/g)?.length, 7);
  });

  it('gives the same bytes for the same sample', () => {
    assert.equal(
      inferContract(fixture('products.csv'), OPTIONS).text,
      inferContract(fixture('products.csv'), OPTIONS).text,
    );
  });
});

describe('inferContract', () => {
  it('keeps the names of the file and makes valid, distinct ones', () => {
    const { column } = draft(csv('Order No.,order no,select,2nd\n1,a,b,c\n2,d,e,f\n'));
    assert.equal(column('order_no').sourceName, 'Order No.');
    assert.equal(column('order_no_2').sourceName, 'order no');
    assert.equal(column('select_').sourceName, 'select');
    assert.deepEqual(
      weftNames(['x'.repeat(70), 'x'.repeat(70)]).map((n) => n.length),
      [63, 63],
    );
  });

  it('decides types by strict lexical form', () => {
    const values: [string, string[]][] = [
      ['int', ['1', '-20', '0']],
      ['long', ['10000085207', '1', '2']],
      ['string', ['007', '7', '8']],
      ['decimal', ['1', '-0', '2']],
      ['double', ['1e-5', '2', '3.5']],
      ['decimal', ['1.50', '2', '-3.5']],
      ['date', ['2024-02-29', '2024-01-31', '2023-12-31']],
      ['string', ['2024-02-30', '2024-01-31', '2023-12-31']],
      ['timestamp', ['2024-02-29T10:00:00', '2024-02-29 10:00:00.5', '2024-02-29 11:00:00']],
      [
        'timestamptz',
        ['2024-02-29T10:00:00Z', '2024-02-29 10:00:00+02:00', '2024-01-01T00:00:00Z'],
      ],
      ['string', ['2024-02-29T10:00:00Z', '2024-02-29 10:00:00', '2024-02-29 11:00:00']],
      ['time', ['10:00:00', '23:59:59.999', '00:00:00']],
      ['boolean', ['true', 'false', 'true']],
      ['string', ['True', 'False', 'True']],
      ['decimal', ['12345678901234567890', '1', '2']],
    ];
    for (const [kind, [a = '', b = '', c = '']] of values) {
      const { column } = draft(csv(`v,w\n${a},x\n${b},y\n${c},z\n`));
      assert.equal(column('v').type.kind, kind, [a, b, c].join(' '));
    }
  });

  it('takes a few faults in a large column for faults, and says so', () => {
    const ids = Array.from({ length: 2000 }, (_, i) => String(40_000_000_000 + i));
    ids[77] = '4.0128e+10';
    const { column, text } = draft(csv(`basket_id,x\n${ids.map((id) => `${id},1`).join('\n')}\n`));
    assert.equal(column('basket_id').type.kind, 'long');
    assert.match(
      text,
      /1 of them is no integer, for example "4.0128e\+10", which would be quarantined/,
    );
    for (let i = 0; i < 50; i++) ids[i * 3] = `C${i}`;
    const worse = draft(csv(`basket_id,x\n${ids.map((id) => `${id},1`).join('\n')}\n`));
    assert.equal(worse.column('basket_id').type.kind, 'string');
    assert.match(worse.text, /51 of them are no integer/);
  });

  it('sees formats, fixed shapes and personal values', () => {
    const rows = Array.from({ length: 25 }, (_, i) => {
      const gtin = withCheckDigit(String(400_638_133_300 + i));
      const uuid = `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
      return [
        gtin,
        uuid,
        `user${i}@example.org`,
        `AB-${1000 + i}`,
        ['CH', 'DE', 'FR'][i % 3],
        `+41 44 555 ${10 + i} 00`,
      ];
    });
    const text = ['ean,ref,contact,code,country,reach', ...rows.map((r) => r.join(','))].join('\n');
    const { column } = draft(csv(text));
    assert.equal(column('ean').type.kind, 'string');
    assert.equal(column('ean').options.format, 'gtin');
    assert.equal(column('ref').options.format, 'uuid');
    assert.equal(column('contact').options.format, 'email');
    assert.equal(column('contact').classification, 'confidential');
    const [shape] = column('code').quality;
    const pattern = '^[A-Z]{2}-[0-9]{4}$';
    assert.deepEqual(shape?.check, { kind: 'pattern', column: 'code', pattern });
    assert.equal(shape?.consequence, 'warn');
    const [, once] = column('code').quality;
    assert.deepEqual(once?.check, { kind: 'duplicates', columns: ['code'] });
    assert.equal(once?.consequence, 'warn', 'one sample is no promise that nothing repeats');
    assert.equal(column('code').unique, false);
    assert.equal(column('country').options.format, 'country');
    assert.equal(column('reach').classification, 'confidential');
  });

  it('makes no limit of the lengths of one sample: longer texts and further numbers are taken', () => {
    const rows = Array.from({ length: 30 }, (_, i) => `AB-${1000 + i},Note ${'x'.repeat(i % 7)}`);
    const { column, model, text } = draft(csv(`code,note\n${rows.join('\n')}\n`));
    for (const name of ['code', 'note']) {
      const { minLength, maxLength, pattern } = column(name).options;
      assert.deepEqual([minLength, maxLength, pattern], [null, null, null], name);
    }
    assert.match(text, /# length seen: 5 to 11; add logicalTypeOptions maxLength/);
    assert.match(text, /# length seen: 7; add/);
    const plan = compileIngestPlan(model, { hash: '0'.repeat(64) });
    const refusing = plan.rules.filter(
      ({ check, consequence }) =>
        ['length', 'pattern'].includes(check.kind) && consequence !== 'warn',
    );
    assert.deepEqual(refusing, []);
  });

  it('finds the text that stands for no value, and how the CSV differs', () => {
    const { column, model } = draft(csv('a;b\n1;NA\nNA;x\n3;y\n'));
    assert.equal(column('a').type.kind, 'int');
    assert.equal(column('a').required, false);
    assert.equal(model.weft.csv.nullText, 'NA');
    assert.equal(model.weft.csv.delimiter, ';');
  });

  it('reads JSON with its own kinds: text stays text, numbers keep their digits, nesting becomes structs', () => {
    const lines = [
      '{"id":12345678901234567890,"code":"7","price":1.10,"seen_at":"2024-01-01T00:00:00Z","tags":["a"],"geo":{"lat":1.5,"city":"Bern"}}',
      '{"id":12345678901234567891,"code":"8","price":2.25,"seen_at":"2024-01-02T00:00:00Z","tags":[],"geo":{"lat":2.5}}',
    ].join('\n');
    const source = readJsonSample(lines, { name: 'x.ndjson', recordsMax: 10, truncated: false });
    const { column, evidence } = draft(source);
    assert.deepEqual(column('id').type, { kind: 'decimal', precision: 20, scale: 0 });
    assert.equal(column('code').type.kind, 'string');
    assert.deepEqual(column('price').type, { kind: 'decimal', precision: 10, scale: 2 });
    assert.equal(column('seen_at').type.kind, 'timestamptz');
    assert.deepEqual(column('tags').type, { kind: 'list', element: { kind: 'string' } });
    const geo = column('geo').type;
    assert.deepEqual(
      geo.kind === 'struct' ? geo.fields.map((f) => [f.name, f.type.kind, f.required]) : [],
      [
        ['lat', 'decimal', true],
        ['city', 'string', false],
      ],
    );
    assert.equal(evidence.rows, 2);
  });

  it('refuses a sample without records', () => {
    assert.throws(() => inferContract(csv('a,b\n')), { code: 'REQUEST_INVALID' });
  });

  it('gives valid contracts that plan and accept names and values of any kind', () => {
    const cell = fc.oneof(
      fc.constantFrom(
        null,
        '',
        'yes',
        '1',
        '1.5',
        '2024-01-01',
        'a: b',
        '- x',
        '# y',
        '"',
        '\n',
        '\u0000é',
      ),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
    );
    const samples = fc.integer({ min: 1, max: 5 }).chain((width) =>
      fc.record({
        columns: fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), {
          minLength: width,
          maxLength: width,
        }),
        rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
          minLength: 1,
          maxLength: 8,
        }),
      }),
    );
    fc.assert(
      fc.property(samples, ({ columns, rows }) => {
        const distinct = columns.map((name, i) =>
          columns.indexOf(name) === i ? name : `${name}${i}~`,
        );
        const { model } = draft({
          format: 'csv',
          columns: distinct,
          rows,
          name: 'odd name.csv',
          truncated: false,
          faults: [],
        });
        compileIngestPlan(model, { hash: '00'.repeat(32) });
        assert.deepEqual(
          model.objects[0]?.properties.map((p) => p.sourceName),
          distinct,
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('a draft of nested data', () => {
  const limits = { name: 'a.ndjson', recordsMax: 100, truncated: false };
  const typeFrom = (lines: readonly unknown[]): string => {
    const text = lines
      .map((a) => `{"a":${typeof a === 'string' ? a : JSON.stringify(a)}}`)
      .join('\n');
    const { model, text: yaml } = inferContract(readJsonSample(`${text}\n`, limits), OPTIONS);
    const type = model?.objects[0]?.properties[0]?.type;
    assert.ok(type !== undefined, yaml);
    return typeName(type);
  };

  it('keeps digits that a double would lose, and days and moments in texts', () => {
    assert.equal(typeFrom(['[9223372036854775807]']), 'list<long>');
    assert.equal(typeFrom(['{"p":123456789012345678.95}']), 'struct<p: decimal(22,2)>');
    assert.equal(typeFrom(['{"p":1e300}']), 'struct<p: double>');
    assert.equal(
      typeFrom([[{ at: '2026-01-01', q: 1 }, { q: 2 }]]),
      'list<struct<at: date, q: int>>',
    );
  });

  it('takes an object for a map when its keys are data', () => {
    const sparse = Array.from({ length: 20 }, (_, i) => ({ [`key ${i}`]: i, common: 1 }));
    assert.equal(typeFrom(sparse), 'map<string, int>');
    const dense = Array.from({ length: 20 }, () => ({ a: 1, b: 'x', c: null }));
    assert.equal(typeFrom(dense), 'struct<a: int, b: string, c: string>');
  });

  it('writes maps as the standard has them since 3.2, and earlier versions where there is none', () => {
    const keys = Array.from({ length: 120 }, (_, i) => `"k${i}":1.5`).join(',');
    const read = (line: string) => inferContract(readJsonSample(`${line}\n`, limits), OPTIONS).text;
    assert.match(read(`{"m":{${keys}}}`), /apiVersion: v3\.2\.0[\s\S]*logicalType: map/);
    assert.match(read('{"m":{"a":1}}'), /apiVersion: v3\.1\.0/);
  });
});

function withCheckDigit(body: string): string {
  const sum = [...body].reverse().reduce((s, d, i) => s + Number(d) * (i % 2 === 0 ? 3 : 1), 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}
