/**
 * Files of programs that write numbers and dates in their own way: what they are is told, since no contract reads it, and keys are
 * found all the same.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCsvSample } from './csv-sample.ts';
import { spanOfForm } from './foreign-form.ts';
import { inferContract } from './infer.ts';

function draftOf(header: string, rows: readonly string[]) {
  const bytes = Uint8Array.from(`${[header, ...rows].join('\r\n')}\r\n`, (c) => c.charCodeAt(0));
  const inferred = inferContract(
    readCsvSample(bytes, { name: 'umsatz.csv', recordsMax: 10_000, truncated: false }),
  );
  const columns = new Map(inferred.evidence.columns.map((column) => [column.name, column]));
  return { ...inferred, column: (name: string) => columns.get(name) };
}

const times = (count: number, row: (i: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => row(i));

test('a decimal comma and a day that stands first are told in a semicolon file of Windows', () => {
  const { column, text, evidence } = draftOf(
    'Umsatz;Filialnummer;Datum;Stra\xdfe',
    times(
      40,
      (i) =>
        `${i + 1},${10 + (i % 80)};${100 + (i % 4)};${1 + Math.floor(i / 4)}.12.2026;K\xf6nigsweg \x80`,
    ),
  );
  assert.equal(column('umsatz')?.foreign, 'decimalComma');
  assert.equal(column('datum')?.foreign, 'dayFirst');
  assert.match(
    text,
    /logicalType: string # .*decimal comma.*a file that writes a point has numbers/,
  );
  assert.match(text, /logicalType: string # .*begin with the day/);
  assert.doesNotMatch(text, /umsatz_shape|datum_shape|known_values.*umsatz/);
  assert.deepEqual(evidence.key, ['filialnummer', 'datum'], 'no amount is a key');
});

test('separators of thousands are told, and one comma alone is not taken for one', () => {
  const { column } = draftOf(
    'a;b;c',
    times(30, (i) => `1,${200 + i}.50;${i + 1}'000;${i + 1},${100 + i}`),
  );
  assert.equal(column('a')?.foreign, 'thousands');
  assert.equal(column('b')?.foreign, 'thousands');
  assert.equal(column('c')?.foreign, 'thousands');
  const mixed = draftOf(
    'c',
    times(30, (i) => (i === 3 ? '"0,5"' : `"${i},${100 + i}"`)),
  );
  assert.equal(mixed.column('c')?.foreign, 'decimalComma');
});

test('codes, versions, addresses and days that are none are no such form', () => {
  const { column } = draftOf(
    'code;ip;day;word;plain',
    times(30, (i) => `A-${i};10.0.0.${i};${40 + i}.12.2026;w${i},x;${i}.5`),
  );
  for (const name of ['code', 'ip', 'day', 'word', 'plain']) {
    assert.equal(column(name)?.foreign, null, name);
  }
});

test('columns that are named like keys are the key before a number that happens to differ in each row', () => {
  const rows = times(
    40,
    (i) => `x${i % 2},${i % 5},2026-01-${String(10 + Math.floor(i / 5))},${1000 - i * 7}`,
  );
  assert.deepEqual(draftOf('region,store_id,day,meters', rows).evidence.key, ['store_id', 'day']);
  const alone = times(40, (i) => `x${i % 2},${1000 - i * 7}`);
  assert.deepEqual(draftOf('region,meters', alone).evidence.key, ['meters']);
  const first = times(40, (i) => `p${i},${i % 5},2026-01-${String(10 + Math.floor(i / 5))}`);
  assert.deepEqual(draftOf('article,store_id,day', first).evidence.key, ['article']);
});

test('a decimal comma wins as soon as one value can be nothing else', () => {
  for (const odd of ['0,069', '4,99', '1.234,500', '-0,993']) {
    const { column } = draftOf(
      'c',
      times(30, (i) => (i === 3 ? `"${odd}"` : `"${i + 1},${100 + i}"`)),
    );
    assert.equal(column('c')?.foreign, 'decimalComma', odd);
  }
  const { column } = draftOf(
    'c',
    times(30, (i) => (i === 3 ? '"1,234,567"' : `"${i + 1},${100 + i}"`)),
  );
  assert.equal(column('c')?.foreign, 'thousands');
});

test('lowest and highest are those of what values mean, and what has not the form is none of them', () => {
  assert.deepEqual(spanOfForm('decimalComma', ['10,0', '9,8', '1.000,5', 'n/a']), {
    min: '9,8',
    max: '1.000,5',
  });
  assert.deepEqual(spanOfForm('thousands', ['1,000', "12'000", '-3', '999.5']), {
    min: '-3',
    max: "12'000",
  });
  assert.deepEqual(spanOfForm('dayFirst', ['01.01.2026', '28.12.2025', '1.1.2026 9:30']), {
    min: '28.12.2025',
    max: '1.1.2026 9:30',
  });
  assert.equal(spanOfForm('dayFirst', ['31.02.2026']), null);
});
