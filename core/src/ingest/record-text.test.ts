/**
 * The text of one record: what is read, what is not one record, and what is written, against DuckDB's own reading.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { openTestEngine } from '../../../test/support/engine.ts';
import type { CsvDialect, PlanColumn } from '../contract/plan.ts';
import { quoteText } from '../lib/ident-sql.ts';
import type { SqlEngine } from './ports.ts';
import {
  decodeRecord,
  encodeRecord,
  RecordReader,
  type RecordTarget,
  readCsvRecord,
  writeRecord,
} from './record-text.ts';

const PLAIN: CsvDialect = {
  delimiter: ',',
  quote: '"',
  encoding: 'utf-8',
  header: true,
  nullText: '',
};

function columnsOf(count: number): PlanColumn[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `p${i}`,
    name: `c${i}`,
    sourceName: `c${i}`,
    type: { kind: 'string' },
    required: false,
    defaultTimezone: null,
    classification: null,
  }));
}

const target = (csv: CsvDialect, count: number): RecordTarget => ({
  format: 'csv',
  csv,
  columns: columnsOf(count),
});

const value = fc.option(
  fc.string({ unit: fc.constantFrom('a', ',', ';', '"', '\n', '\r', ' ', 'é', '€', "'", '0') }),
);
const dialect = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t'),
  quote: fc.constantFrom('"', "'"),
  encoding: fc.constant('utf-8' as const),
  header: fc.constant(true),
  nullText: fc.constantFrom('', 'NULL', '0'),
});

describe('a CSV record', () => {
  it('is read back as it was written, in every dialect', () => {
    fc.assert(
      fc.property(dialect, fc.array(value, { minLength: 2, maxLength: 5 }), (csv, values) => {
        const cells = values.map((v) => ({ value: v, source: null }));
        const line = writeRecord(target(csv, values.length), cells, true);
        if (line === null) return;
        const read = readCsvRecord(line.slice(0, -1), csv);
        assert.deepEqual(
          read?.map((cell) => cell.value),
          values,
        );
        // What is not touched keeps its text.
        assert.equal(writeRecord(target(csv, values.length), read ?? [], true), line);
      }),
    );
  });

  it('is none when a quote is astray or a line ends outside of quotes', () => {
    for (const text of ['a,"b', 'a,b"c', 'a,"b"c', 'a\nb,c', 'a,"b"\n', 'a,\rb', '"a""']) {
      assert.equal(readCsvRecord(text, PLAIN), null, JSON.stringify(text));
    }
    assert.deepEqual(
      readCsvRecord('a,,"","b\nc"', PLAIN)?.map((cell) => cell.value),
      ['a', null, '', 'b\nc'],
    );
  });

  it('cannot be written where a value needs quotes and there are none, or no line is left', () => {
    const bare = { ...PLAIN, quote: '' };
    const cell = (text: string | null) => ({ value: text, source: null });
    assert.equal(writeRecord(target(bare, 2), [cell('a,b'), cell('c')], true), null);
    assert.equal(writeRecord(target(bare, 2), [cell('a"b'), cell(null)], true), 'a"b,\n');
    assert.equal(writeRecord(target(PLAIN, 1), [cell(null)], true), null);
  });
});

describe('CSV against DuckDB', () => {
  let engine: SqlEngine;
  let folder: string;
  before(async () => {
    engine = await openTestEngine();
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'weft-record-'));
  });
  after(async () => {
    engine.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  it('a reader that we did not write finds the same values', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ',', '"', '\n', 'é', ' ', "'", '7'),
      minLength: 1,
    });
    const rows = fc.sample(fc.array(text, { minLength: 3, maxLength: 3 }), 300);
    const lines = rows.map((row) =>
      writeRecord(
        target(PLAIN, 3),
        row.map((v) => ({ value: v, source: null })),
        true,
      ),
    );
    const file = path.join(folder, 'rows.csv');
    await fs.writeFile(file, lines.join(''));
    const read = await engine.rows(
      `SELECT c0, c1, c2 FROM read_csv(${quoteText(file)}, header = false, delim = ',', quote = '"', escape = '"',
        auto_detect = false, columns = {'c0': 'VARCHAR', 'c1': 'VARCHAR', 'c2': 'VARCHAR'}, parallel = false)`,
    );
    assert.deepEqual(
      read.map((row) => [row['c0'], row['c1'], row['c2']]),
      rows,
    );
  });
});

describe('a JSON record', () => {
  const layout = {
    format: 'ndjson' as const,
    csv: null,
    fields: [
      { id: 'p0', name: 'n' },
      { id: 'p1', name: 't' },
    ],
  };
  const types: PlanColumn['type'][] = [
    { kind: 'decimal', precision: 38, scale: 2 },
    { kind: 'string' },
  ];
  const json: RecordTarget = {
    format: 'ndjson',
    csv: PLAIN,
    columns: columnsOf(2).map((column, i) => ({
      ...column,
      sourceName: ['n', 't'][i] ?? '',
      type: types[i] ?? { kind: 'string' },
    })),
  };

  it('keeps numbers digit by digit, and writes new ones as numbers where they are some', () => {
    const reader = new RecordReader(layout);
    const cells = reader.read('{"n": 12345678901234567890.10, "t": "a\\u00e9"}') ?? [];
    assert.equal(writeRecord(json, cells, true), '{"n":12345678901234567890.10,"t":"aé"}\n');
    const [, t = { value: null, source: null }] = cells;
    assert.equal(
      writeRecord(json, [{ value: '1.50', source: null }, t], true),
      '{"n":1.50,"t":"aé"}\n',
    );
    assert.equal(
      writeRecord(json, [{ value: '007', source: null }, t], true),
      '{"n":"007","t":"aé"}\n',
    );
    assert.equal(writeRecord(json, [{ value: null, source: null }, t], true), '{"t":"aé"}\n');
  });

  it('is none when a field is unknown, twice there, or the text is no object', () => {
    const reader = new RecordReader(layout);
    for (const text of ['{"n":1,"x":2}', '{"n":1,"n":2}', '[1]', '{"n":1} {"n":2}', '{"n":']) {
      assert.equal(reader.read(text), null, text);
    }
  });
});

describe('bytes of a record', () => {
  it('are those of their encoding, or none', () => {
    assert.equal(decodeRecord(Uint8Array.of(0xe9), 'utf-8'), null);
    assert.equal(decodeRecord(Uint8Array.of(0xe9, 0x80), 'latin-1'), 'é\u0080');
    assert.deepEqual(encodeRecord('é\u0080', 'latin-1'), Uint8Array.of(0xe9, 0x80));
    assert.equal(encodeRecord('€', 'latin-1'), null);
  });
});
