/**
 * Files that are not of their format: refused with a reason, while single bad records and odd bytes are not.
 *
 * How the reason becomes an error is tested beside `server/src/adapters/sample-reader.ts`.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCsvSample } from './csv-sample.ts';
import { readJsonSample } from './json-sample.ts';
import { binaryReason, faultsReason } from './unreadable.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const limits = { name: null, recordsMax: 1000, truncated: false };
const csvReason = (text: string) => faultsReason(readCsvSample(utf8(text), limits));
const lines = (n: number, line: string) => `${line}\n`.repeat(n);

describe('binaryReason', () => {
  it('knows bytes that are no text', () => {
    const packed = Uint8Array.from({ length: 5000 }, (_, i) => (i * 97) % 256);
    assert.match(binaryReason(packed) ?? '', /^it is no text: 5\d\d of its first 5,000 bytes/);
    assert.match(binaryReason(utf8('a\0b\0,\0c\0')) ?? '', /no text/);
    assert.equal(binaryReason(Uint8Array.of(0xff, 0xfe, 0x61, 0)), null, 'UTF-16 is text');
  });

  it('lets text be, of any encoding and with an odd byte', () => {
    assert.equal(binaryReason(utf8('')), null);
    assert.equal(binaryReason(utf8('a\tb\r\n1\t2\r\n')), null);
    assert.equal(binaryReason(Uint8Array.of(0x63, 0xe9, 0x2c, 0x80, 0x0a)), null);
    assert.equal(binaryReason(utf8(`a,b\n${lines(500, '1,2')}\0,3\n`)), null);
  });
});

describe('faultsReason', () => {
  it('refuses a file most records of which cannot be read', () => {
    assert.equal(
      csvReason(`a,b,c\n${lines(5, '1,2,3')}${lines(41, '1,2')}`),
      '41 of 46 records cannot be read as CSV, the first on line 7: 2 fields instead of 3',
    );
    assert.equal(csvReason(`a,b\n${lines(5, '1,2')}${lines(5, '1')}`), null);
    const json = readJsonSample('{\n  "a": 1\n}\n', limits);
    assert.match(faultsReason(json) ?? '', /^3 of 3 records cannot be read as JSON, .* line 1:/);
  });

  it('refuses a header that no batch could have', () => {
    assert.equal(csvReason('id,note,id\n1,a,2\n'), 'the header names the column "id" twice');
    assert.equal(csvReason(',name,city\n0,Ann,Bern\n'), 'column 1 has no name in the header');
    assert.equal(csvReason('1,2,1\n3,4,5\n'), null);
  });

  it('refuses lines that no delimiter splits when a tenth of them are no one field', () => {
    const program = `${lines(30, 'def f():')}${lines(4, 'x = g(1, 2)')}`;
    assert.match(csvReason(program) ?? '', /^4 of 33 records/);
    assert.equal(csvReason(`name\n${lines(8, 'Ann')}Bell, Joe\n`), null);
  });
});
