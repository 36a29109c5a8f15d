/**
 * CSV in Windows-1252 and UTF-16, as the contract declares it: characters against the platform's own decoder, and bytes that
 * are no characters.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { isWeftError } from '@weft/core/lib/error';
import { openBench, planOf } from './support.ts';

const bench = await openBench();
after(() => bench.close());

const windows = planOf({ größe: 'string', n: 'int' }, { csv: { encoding: 'windows-1252' } });
const wide = planOf({ größe: 'string', n: 'int' }, { csv: { encoding: 'utf-16', delimiter: ';' } });
const select = '"größe" AS g, n, _line, _lex';
/** Bytes that Windows-1252 leaves without a character. */
const NONE = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

test('every byte of Windows-1252 is its character, or makes its record bad and no other', async () => {
  const bytes = Array.from({ length: 0x80 }, (_, i) => i + 0x80);
  const lines = bytes.map((byte) => Buffer.from([byte, 0x2c, 0x31, 0x0a]));
  const text = Buffer.concat([Buffer.from('größe,n\n', 'latin1'), ...lines]);
  const decoder = new TextDecoder('windows-1252');
  const expected = bytes.flatMap((byte, i) =>
    NONE.includes(byte)
      ? []
      : [{ g: decoder.decode(Uint8Array.of(byte)), n: 1, _line: i + 2, _lex: 0 }],
  );
  for (const compression of ['none', 'gzip'] as const) {
    const source = compression === 'gzip' ? gzipSync(text) : text;
    const { rows, bad, summary } = await bench.stage(source, windows, { select, compression });
    assert.deepEqual(rows, expected);
    assert.deepEqual(
      bad.map(({ fault, line }) => [fault, line]),
      NONE.map((byte) => ['bad_encoding', byte - 0x80 + 2]),
    );
    assert.equal(summary.framed, bytes.length);
  }
});

test('UTF-16 of either order is read, and an unpaired half makes its record bad', async () => {
  const text =
    '\ufeffgröße;n\r\nMüller;1\r\n"a;""👍""\nb";2\r\n\ud83d;3\r\n\udc4d\ud83d;4\r\n€;x\r\n';
  const little = Buffer.from(text, 'utf16le');
  for (const source of [little, Buffer.from(little).swap16()]) {
    const { rows, bad, lexical } = await bench.stage(source, wide, { select });
    assert.deepEqual(rows, [
      { g: 'Müller', n: 1, _line: 2, _lex: 0 },
      { g: 'a;"👍"\nb', n: 2, _line: 3, _lex: 0 },
      { g: '€', n: null, _line: 7, _lex: 2 },
    ]);
    assert.deepEqual(
      bad.map(({ fault, line }) => [fault, line]),
      [
        ['bad_encoding', 5],
        ['bad_encoding', 6],
      ],
    );
    assert.deepEqual(lexical, [{ ord: 4, col: 1, txt: 'x' }]);
  }
});

test('characters that a chunk cuts stay whole', async () => {
  const rows = Array.from({ length: 90_000 }, (_, i) => `👍${i}ä;${i}`);
  // Why three letters more: so that pairs of halves lie over the ends of chunks.
  const source = Buffer.from(`\ufeffgröße;n\nabc;0\n${rows.join('\n')}\n`, 'utf16le');
  assert.ok(source.length > 2_000_000);
  const staged = await bench.stage(source, wide, { select });
  assert.deepEqual(staged.bad, []);
  assert.deepEqual(
    staged.rows.slice(1).map((row) => `${row['g']};${row['n']}`),
    rows,
  );
});

test('a file of another encoding than UTF-16 is refused whole', async () => {
  for (const source of [
    Buffer.from('größe;n\na;1\n', 'utf16le'),
    Buffer.from('größe;n\na;1\n'),
    Buffer.from('\ufeffgröße;n\na;1\n', 'utf16le').subarray(0, -1),
    Buffer.alloc(1),
  ]) {
    const failure = await bench.stage(source, wide).catch((error: unknown) => error);
    assert.ok(isWeftError(failure, 'BATCH_UNREADABLE'), String(failure));
    assert.match(failure.message, /is not UTF-16/);
  }
});
