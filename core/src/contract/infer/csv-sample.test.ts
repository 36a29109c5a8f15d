/**
 * Sample readers: what CSV and JSON can write is read back, faults are named with their line.
 *
 * Not the batch reader, which has its own corpus.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { detectDelimiter, looksLikeHeader, parseCsv, readCsvSample } from './csv-sample.ts';
import { readJsonSample } from './json-sample.ts';
import { isCalendarDay, lexicalForm } from './lexical.ts';

const limits = { recordsMax: 1000, isTorn: false };
const fieldsOf = (text: string) => parseCsv(text, ',', limits).records.map((r) => r.fields);
const read = (bytes: Uint8Array, truncated = false) =>
  readCsvSample(bytes, { name: null, recordsMax: 100, truncated });
const utf8 = (text: string) => new TextEncoder().encode(text);

describe('parseCsv', () => {
  it('reads back every table that RFC 4180 can write', () => {
    const cell = fc.oneof(
      fc.constant(null),
      fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é') }),
    );
    const table = fc.integer({ min: 2, max: 4 }).chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
        minLength: 1,
        maxLength: 6,
      }),
    );
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), (rows, end, hasLast) => {
        const lines = rows.map((row) =>
          row.map((c) => (c === null ? '' : `"${c.replaceAll('"', '""')}"`)).join(','),
        );
        assert.deepEqual(fieldsOf(lines.join(end) + (hasLast ? end : '')), rows);
      }),
    );
  });

  it('tells an empty field from an empty text', () => {
    assert.deepEqual(fieldsOf('a,,""\n'), [['a', null, '']]);
  });

  it('lists faults with their line and goes on at the next', () => {
    const { records, faults } = parseCsv('a,b\n1,x"y\n"p"q,2\n3,4\n"open,5\n6,7\n', ',', limits);
    assert.deepEqual(
      faults.map((f) => [f.line, f.message]),
      [
        [2, 'a quote inside an unquoted field'],
        [3, 'text after a closing quote'],
        [5, 'a quote that is never closed'],
      ],
    );
    assert.deepEqual(
      records.map((r) => [r.line, r.fields[0]]),
      [
        [1, 'a'],
        [4, '3'],
        [6, '6'],
      ],
    );
  });
});

describe('readCsvSample', () => {
  it('tells Windows-1252 by the characters that Latin-1 has not, and UTF-16 by its mark', () => {
    const euro = Buffer.concat([Buffer.from('a,b\n'), Buffer.of(0x80), Buffer.from(',1\n')]);
    const windows = readCsvSample(euro, { name: null, recordsMax: 10, truncated: false });
    assert.deepEqual([windows.csv?.encoding, windows.rows[0]], ['windows-1252', ['€', '1']]);
    const wide = Buffer.from('\ufeffa;b\nä;1\n', 'utf16le');
    for (const bytes of [wide, Buffer.from(wide).swap16()]) {
      const found = readCsvSample(bytes, { name: null, recordsMax: 10, truncated: false });
      assert.deepEqual(
        [found.csv?.encoding, found.columns, found.rows],
        ['utf-16', ['a', 'b'], [['ä', '1']]],
      );
    }
  });

  it('finds delimiter, encoding and header', () => {
    const source = read(new Uint8Array([...utf8('caf'), 0xe9, ...utf8(';x\n1;2\n')]));
    assert.deepEqual(source.columns, ['café', 'x']);
    assert.deepEqual(
      [source.csv?.delimiter, source.csv?.encoding, source.csv?.header],
      [';', 'latin-1', true],
    );
    const bare = read(utf8('1\t2024-01-01\n2\t2024-01-02\n'));
    assert.deepEqual(
      [bare.columns, bare.rows.length, bare.csv?.header],
      [['column_1', 'column_2'], 2, false],
    );
    assert.deepEqual(read(utf8('\ufeffa,b\n1,2\n')).columns, ['a', 'b']);
    assert.equal(detectDelimiter('a;b\n"x,y";1,5\n"u,v";2,5\n'), ';');
    assert.equal(
      looksLikeHeader([
        ['id', 'id'],
        ['x', 'y'],
      ]),
      false,
    );
  });

  it('drops the torn end of a cut file, even inside a character', () => {
    const cut = utf8('a,b\n1,é\n2,é').subarray(0, -1);
    const source = read(cut, true);
    assert.equal(source.csv?.encoding, 'utf-8');
    assert.deepEqual(source.rows, [['1', 'é']]);
    assert.equal(source.truncated, true);
    assert.equal(read(utf8('a,b\n1,2\n3,4')).rows.length, 2);
  });

  it('keeps records of a wrong width out, with their line', () => {
    const source = read(utf8('a,b\n1,2\n3\n4,5,6\n'));
    assert.deepEqual(source.rows, [['1', '2']]);
    assert.deepEqual(
      source.faults.map((f) => f.line),
      [3, 4],
    );
  });
});

describe('readJsonSample', () => {
  const json = (text: string, truncated = false) =>
    readJsonSample(text, { name: null, recordsMax: 100, truncated });

  it('reads lines and arrays alike, with the digits of numbers and the kinds of values', () => {
    const records = ['{"a":1.10,"b":"x"}', '{"a":12345678901234567890,"c":[1,{"d":2.0}]}'];
    const expected = {
      columns: ['a', 'b', 'c'],
      rows: [
        ['1.10', 'x', null],
        ['12345678901234567890', null, '[1,{"d":2.0}]'],
      ],
      kinds: ['number', 'text', 'nested'],
    };
    for (const text of [
      records.join('\n'),
      `[${records.join(',')}]`,
      `[\n ${records.join(' ,\n')}\n]\n`,
    ]) {
      const { columns, rows, kinds } = json(text);
      assert.deepEqual({ columns, rows, kinds }, expected);
    }
  });

  it('lists what is no object and leaves out what was cut', () => {
    const source = json('{"a":1}\n[2]\n{"a":\n{"a":3}\n{"a":4', true);
    assert.deepEqual(source.rows, [['1'], ['3']]);
    assert.deepEqual(
      source.faults.map((f) => f.line),
      [2, 3],
    );
    assert.deepEqual(json('[{"a":"]"},{"a":"}', true).rows, [[']']]);
  });
});

describe('lexicalForm', () => {
  it('calls a day a day exactly when the calendar has it', () => {
    const part = (max: number) => fc.integer({ min: 0, max });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), part(13), part(32), (year, month, day) => {
        const pad = (n: number, width: number) => String(n).padStart(width, '0');
        const text = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
        const date = new Date(`${text}T00:00:00Z`);
        const isReal = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
        assert.equal(isCalendarDay(text), isReal, text);
      }),
    );
  });

  it('knows every trap that a lax cast falls into', () => {
    const text = ['+7', ' 7 ', '007', '.5', '1.', '1_000', '0x10', '1,5', 'NaN', 'inf', '1e999'];
    for (const value of text) assert.equal(lexicalForm(value), 'text', value);
    const more = [
      '2026-2-3',
      '2026/02/03',
      '2026-02-30',
      '24:00:00',
      '2026-01-01T24:00:00',
      'epoch',
      't',
      'yes',
    ];
    for (const value of more) assert.equal(lexicalForm(value), 'text', value);
    assert.equal(lexicalForm('2026-01-01 10:00:00.1234567'), 'text');
  });
});
