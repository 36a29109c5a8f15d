/**
 * Bad values among many: the type, scale, format or shape of nearly all values is kept, and the evidence names the others.
 *
 * Not the tests of what a clean sample gives (`infer.test.ts`), nor of agreement with ingest
 * (`test/contract/inferred-accepts-sample.test.ts`).
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { must } from '../../lib/assert.ts';
import { readCsvSample } from './csv-sample.ts';
import { inferContract } from './infer.ts';
import { readJsonSample } from './json-sample.ts';
import type { InferSource } from './source.ts';
import { faultsAllowed } from './tolerance.ts';

const RECORDS = 2003;

/** A CSV of named columns, all of the same height. */
function csv(columns: Record<string, string[]>): InferSource {
  const height = Math.max(...Object.values(columns).map((values) => values.length));
  const lines = Array.from({ length: height }, (_, row) =>
    [String(row), ...Object.values(columns).map((values) => values[row] ?? '')].join(','),
  );
  const text = [['record', ...Object.keys(columns)].join(','), ...lines, ''].join('\n');
  const bytes = new TextEncoder().encode(text);
  return readCsvSample(bytes, { name: 'sample.csv', recordsMax: 10_000, truncated: false });
}

function ndjson(values: readonly unknown[]): InferSource {
  const text = values.map((v, id) => JSON.stringify({ id, v })).join('\n');
  return readJsonSample(text, { name: 'sample.ndjson', recordsMax: 10_000, truncated: false });
}

function draft(source: InferSource) {
  const inferred = inferContract(source, { domain: 'retail', product: 'orders' });
  assert.deepEqual(
    inferred.diagnostics.filter((d) => d.severity !== 'info'),
    [],
    inferred.text,
  );
  const properties = must(inferred.model?.objects[0], 'object').properties;
  const column = (name: string) =>
    must(
      properties.find((p) => p.name === name),
      name,
    );
  const misfits = (name: string) =>
    must(
      inferred.evidence.columns.find((c) => c.name === name),
      name,
    ).misfits;
  /** The lines of one column. */
  const lines = (name: string) =>
    must(
      inferred.text.split(/^ {6}- name: /m).find((part) => part.startsWith(`${name}\n`)),
      name,
    );
  return { ...inferred, column, misfits, lines };
}

function times(n: number, value: (i: number) => string): string[] {
  return Array.from({ length: n }, (_, i) => value(i));
}

/** The values with some of them replaced. */
function withBad(values: string[], ...bad: string[]): string[] {
  return values.map((value, i) => bad[i - 40] ?? value);
}

function withCheckDigit(body: string): string {
  const sum = [...body].reverse().reduce((s, d, i) => s + Number(d) * (i % 2 === 0 ? 3 : 1), 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}

const gtins = (n: number) => times(n, (i) => withCheckDigit(String(400_638_000_000 + (i % 700))));
const money = (n: number) => times(n, (i) => `${i % 90}.${10 + (i % 80)}`);
const integers = (n: number) => times(n, (i) => String(1 + (i % 40)));

describe('faultsAllowed', () => {
  it('is one value of a thousand, at least one from 200 values on and none before', () => {
    assert.deepEqual(
      [1, 3, 199, 200, 1999, 2000, 2003, 100_000].map(faultsAllowed),
      [0, 0, 0, 1, 1, 2, 2, 100],
    );
  });
});

describe('identifiers with a check digit', () => {
  it('stay text with their format in spite of one wrong digit, which is named', () => {
    const short = times(RECORDS, (i) => withCheckDigit(String(4_000_000 + (i % 600))));
    const { column, lines, misfits, text } = draft(
      csv({
        gtin: withBad(gtins(RECORDS), '4006380000000'),
        barcode: withBad(short, '40000000'),
        gln: withBad(
          times(RECORDS, (i) => withCheckDigit(String(761_234_500_000 + (i % 30)))),
          '7612345000001',
        ),
      }),
    );
    for (const [name, format] of [
      ['gtin', 'gtin'],
      ['barcode', 'gtin'],
      ['gln', 'gln'],
    ] as const) {
      assert.equal(column(name).type.kind, 'string', name);
      assert.equal(column(name).options.format, format);
      assert.equal(misfits(name), 1);
    }
    assert.match(
      lines('gtin'),
      /format: gtin # 2,003 values; 1 of them is no gtin, for example "4006380000000", which would be quarantined/,
    );
    assert.match(text, /^# 3 values do not fit this draft and would be quarantined/m);
    assert.doesNotMatch(lines('gtin'), /examples: .*4006380000000/);
  });

  it('stay text without the promise when more are wrong, and the type says why', () => {
    const bad = times(20, () => '4006380000000');
    const { column, lines, misfits } = draft(csv({ gtin: withBad(gtins(RECORDS), ...bad) }));
    assert.equal(column('gtin').type.kind, 'string');
    assert.equal(column('gtin').options.format, null);
    assert.match(lines('gtin'), /20 of them are no gtin, for example "4006380000000", too many to/);
    assert.equal(misfits('gtin'), 0);
    const few = draft(csv({ gtin: withBad(gtins(60), '4006380000000') }));
    assert.equal(few.column('gtin').type.kind, 'string');
    const none = times(60, (i) => String(4_006_380_000_000 + i * 10));
    assert.equal(draft(csv({ gtin: none })).column('gtin').type.kind, 'string');
    assert.equal(draft(csv({ clicks: none })).column('clicks').type.kind, 'long');
  });

  it('stay text where digits of one length are a code, or lose a zero as numbers', () => {
    const { column, lines } = draft(
      csv({
        plz: times(60, (i) => String(20_000 + i)),
        number: times(RECORDS, (i) => (i === 7 ? '01234' : String(20_000 + i))),
        plz_count: times(60, (i) => String(i)),
        year: times(60, (i) => String(1990 + (i % 30))),
      }),
    );
    assert.equal(column('plz').type.kind, 'string');
    assert.match(lines('plz'), /logicalType: string # 5 digits each, and named like a code;/);
    assert.equal(column('number').type.kind, 'string');
    assert.match(lines('number'), /digits, 1 with a leading zero, which a number would lose;/);
    assert.equal(column('plz_count').type.kind, 'int');
    assert.equal(column('year').type.kind, 'int');
  });
});

describe('numbers', () => {
  it('keep their type and scale in spite of one other value', () => {
    const { column, lines } = draft(
      csv({
        units: withBad(integers(RECORDS), '1.5'),
        freight: withBad(money(RECORDS), '1.005'),
        price: withBad(money(RECORDS), '1.2e+3'),
        weight: withBad(money(RECORDS), '0.30000000000000004'),
        invoice: withBad(
          times(RECORDS, (i) => String(4_000_000_000 + i)),
          '12345678901234567890',
        ),
      }),
    );
    assert.equal(column('units').type.kind, 'int');
    assert.match(
      lines('units'),
      /integers, 1 to 40; 1 of them is no integer, for example "1.5", which would be quarantined/,
    );
    for (const name of ['freight', 'price', 'weight']) {
      assert.deepEqual(column(name).type, { kind: 'decimal', precision: 10, scale: 2 }, name);
    }
    assert.match(lines('freight'), /1 of them is no decimal\(10,2\), for example "1.005"/);
    assert.equal(column('invoice').type.kind, 'long');
  });

  it('take a wider type for more of them, and for one in a small sample, which says so', () => {
    const bad = times(30, (i) => `${i}.5`);
    const { column, misfits } = draft(csv({ units: withBad(integers(RECORDS), ...bad) }));
    assert.deepEqual(column('units').type, { kind: 'decimal', precision: 10, scale: 1 });
    assert.equal(misfits('units'), 0);
    const small = draft(csv({ units: withBad(integers(150), '1.5') }));
    assert.deepEqual(small.column('units').type, { kind: 'decimal', precision: 10, scale: 1 });
    assert.match(
      small.lines('units'),
      /all exact decimals.*; 1 of them is no integer, for example "1.5", so the type is wider/,
    );
  });

  it('with many places and an exponent now and then are measured', () => {
    const values = withBad(
      times(RECORDS, (i) => `0.${String(100_001 + i * 7)}`),
      '1e-7',
    );
    const { column, misfits } = draft(csv({ v: values }));
    assert.equal(column('v').type.kind, 'double');
    assert.equal(misfits('v'), 0);
  });
});

describe('text, dates and truth values', () => {
  it('keep format and shape in spite of one other value', () => {
    const { column, lines } = draft(
      csv({
        code: withBad(
          times(RECORDS, (i) => `AB-${1000 + i}`),
          'AB1000',
        ),
        ref: withBad(
          times(RECORDS, (i) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`),
          '00000000-0000',
        ),
        country: withBad(
          times(RECORDS, (i) => ['CH', 'DE', 'FR'][i % 3] ?? ''),
          'XX',
        ),
        shipped: withBad(
          times(RECORDS, (i) => String(i % 2 === 0)),
          'yes',
        ),
      }),
    );
    const pattern = '^[A-Z]{2}-[0-9]{4}$';
    assert.deepEqual(column('code').quality[0]?.check, {
      kind: 'pattern',
      column: 'code',
      pattern,
    });
    assert.match(
      lines('code'),
      /1 of them is no code of this shape, for example "AB1000", which would be warned of/,
    );
    assert.equal(column('ref').options.format, 'uuid');
    assert.equal(column('country').options.format, 'country');
    assert.equal(column('shipped').type.kind, 'boolean');
    assert.match(lines('shipped'), /examples: \[false, true\]/);
  });

  it('show no value of personal data, and are personal in spite of other values', () => {
    const mails = times(RECORDS, (i) => `user${i}@example.org`);
    const births = times(RECORDS, (i) => `19${50 + (i % 40)}-01-0${1 + (i % 9)}`);
    const { column, lines } = draft(
      csv({ contact: withBad(mails, 'Jane Doe'), birth_date: withBad(births, 'May 1960') }),
    );
    assert.equal(column('contact').options.format, 'email');
    assert.equal(column('contact').classification, 'confidential');
    assert.match(lines('contact'), /1 of them is no email, which would be quarantined/);
    assert.equal(column('birth_date').type.kind, 'date');
    assert.match(lines('birth_date'), /1 of them is no date, which would be quarantined/);
    const worse = draft(csv({ contact: withBad(mails, ...times(50, () => 'Jane Doe')) }));
    assert.equal(worse.column('contact').classification, 'confidential');
    const text = draft(csv({ birth_date: withBad(births, ...times(50, () => 'May 1960')) }));
    assert.match(text.lines('birth_date'), /50 of them are no date, so it is taken as text/);
    assert.doesNotMatch(text.text + worse.text, /May 1960|Jane Doe/);
  });

  it('tell no bound of persons and list none of their names: whoever finds the product reads the draft', () => {
    const births = times(RECORDS, (i) => `19${50 + (i % 40)}-01-0${1 + (i % 9)}`);
    const names = times(RECORDS, (i) => ['Anna', 'Ben', 'Carla'][i % 3] ?? '');
    const ages = times(RECORDS, (i) => String(18 + (i % 60)));
    const bands = times(RECORDS, (i) => ['low', 'high'][i % 2] ?? '');
    const { column, text } = draft(
      csv({ birth_date: births, first_name: names, age: ages, income: bands }),
    );
    assert.equal(column('birth_date').type.kind, 'date');
    assert.equal(column('age').options.minimum, '0');
    assert.doesNotMatch(text, /1950-01|Anna|Carla|18 to 77/);
    assert.match(text, /validValues: \["high", "low"\]/, 'a band names nobody');
  });

  it('tell their rhythm without the values that are no dates', () => {
    const days = times(RECORDS, (i) => `2025-01-${String(1 + (i % 28)).padStart(2, '0')}`);
    const { evidence } = draft(csv({ day: withBad(days, 'n/a') }));
    assert.match(evidence.frequency ?? '', /28 different days of 28, 2025-01-01 to 2025-01-28/);
    const people = times(RECORDS, (i) => `p${i}@example.org`);
    const { text } = draft(csv({ joined: withBad(days, 'n/a'), e_mail: people }));
    assert.match(text, /joined has 28 different days of 28; confirm it/);
  });
});

describe('the text for no value', () => {
  it('is no single one among many values, which is a bad value', () => {
    const { column, lines, model, misfits } = draft(csv({ v: withBad(integers(RECORDS), 'n/a') }));
    assert.equal(model?.weft.csv.nullText, '');
    assert.equal(column('v').type.kind, 'int');
    assert.match(lines('v'), /1 of them is no integer, for example "n\/a", which would be quar/);
    assert.deepEqual([misfits('v'), column('v').required], [1, true]);
  });

  it('is one that is more than a fault in a column, or stands in several records', () => {
    const many = draft(csv({ v: withBad(integers(RECORDS), ...times(9, () => 'n/a')) }));
    assert.equal(many.model?.weft.csv.nullText, 'n/a');
    assert.equal(many.misfits('v'), 0);
    assert.match(many.text, /nullText: "n\/a" # in 9 records, where v otherwise has no text;/);
    const spread = draft(
      csv({
        a: withBad(integers(RECORDS), 'NA'),
        b: withBad(integers(RECORDS), '1', 'NA'),
        c: withBad(money(RECORDS), '1.25', '1.25', 'NA'),
      }),
    );
    assert.equal(spread.model?.weft.csv.nullText, 'NA');
    const oneRecord = withBad(integers(RECORDS), 'NA');
    const sameRecord = draft(csv({ a: oneRecord, b: oneRecord, c: oneRecord }));
    assert.equal(sameRecord.model?.weft.csv.nullText, '');
  });

  it('is found beside a bad value, and never in a column of text', () => {
    const values = withBad(integers(RECORDS), ...times(9, () => 'NA'), 'x7');
    const { column, model, misfits } = draft(csv({ v: values }));
    assert.equal(model?.weft.csv.nullText, 'NA');
    assert.deepEqual([column('v').type.kind, misfits('v')], ['int', 1]);
    const names = times(RECORDS, (i) => (i % 3 === 0 ? 'NA' : `name ${i}`));
    assert.equal(draft(csv({ name: names })).model?.weft.csv.nullText, '');
  });
});

describe('JSON kinds', () => {
  it('keep the type of nearly all values', () => {
    const booleans = times(200, (i) => String(i % 2)).map((v, i) => (i === 7 ? 'true' : v === '1'));
    const { column, lines, misfits } = draft(ndjson(booleans));
    assert.equal(column('v').type.kind, 'boolean');
    assert.equal(misfits('v'), 1);
    assert.match(
      lines('v'),
      /1 of them is no boolean, for example the text "true", which would be quarantined/,
    );
    const small = draft(ndjson(booleans.slice(0, 30)));
    assert.deepEqual([small.column('v').type.kind, small.misfits('v')], ['boolean', 1]);
    const codes = draft(ndjson(times(200, (i) => `0${i}`).map((v, i) => (i === 7 ? 8001 : v))));
    assert.deepEqual([codes.column('v').type.kind, codes.misfits('v')], ['string', 1]);
    assert.match(codes.lines('v'), /1 of them is no JSON text, for example 8001, which would be/);
    const nested = draft(ndjson(times(200, String).map((_, i) => (i === 7 ? 'x' : { lat: 1.5 }))));
    assert.deepEqual([nested.column('v').type.kind, nested.misfits('v')], ['struct', 1]);
  });

  it('let numbers be written as text where ingest takes them so, and tell what text would refuse', () => {
    const integersAndText = draft(ndjson(times(200, String).map((v, i) => (i === 7 ? v : i))));
    assert.deepEqual(
      [integersAndText.column('v').type.kind, integersAndText.misfits('v')],
      ['long', 0],
    );
    const mixed = draft(ndjson(times(60, (i) => `A${i}`).map((v, i) => (i % 3 === 0 ? i : v))));
    assert.deepEqual([mixed.column('v').type.kind, mixed.misfits('v')], ['string', 20]);
    assert.match(mixed.lines('v'), /values of different JSON kinds; .*20 of them are no JSON text/);
  });
});
