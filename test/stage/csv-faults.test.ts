/**
 * Structurally bad CSV records: each fault with its record, line, offset and length, and everything else survives.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { frameCsv } from './reference-csv.ts';
import { openBench, planOf, type Row } from './support.ts';

const bench = await openBench();
const small = await openBench({ pieceBytes: 7 });
const middle = await openBench({ pieceBytes: 50_000, partBytes: 200_000 });
after(() => Promise.all([bench.close(), small.close(), middle.close()]));

const plan = planOf({ a: 'long', b: 'string', c: 'string' });

function shapeOf(bad: readonly Row[]): unknown[] {
  return bad.map(({ ord, line, off, len, fault }) => [ord, line, off, len, fault]);
}

test('every structural fault has its record, line, offset and length', async () => {
  const long = 'x'.repeat((1 << 20) + 10);
  const lines = [
    'a,b,c\n',
    '0,good,first\n',
    '1,too few\r\n',
    '2,too,many,fields\n',
    '3,"closed"early,x\n',
    '4,stray"quote,x\n',
    '5,bad \xff byte,x\n',
    '6,"two\nlines, \xff",x\n',
    `7,${long},x\r\n`,
    '8,bare\rreturn,x\n',
    '9,"good\r\nover ""two"" lines",last\r\n',
    '10,good,"end"',
  ];
  const offsets = lines.map((_, i) => Buffer.byteLength(lines.slice(0, i).join(''), 'latin1'));
  const bytes = Buffer.from(lines.join(''), 'latin1');
  const { rows, bad, summary, parts } = await bench.stage(bytes, plan);
  assert.deepEqual(bad, [
    { ord: 1, line: 3, off: offsets[2], len: 9, fault: 'too_few_fields' },
    { ord: 2, line: 4, off: offsets[3], len: 17, fault: 'too_many_fields' },
    { ord: 3, line: 5, off: offsets[4], len: 17, fault: 'bad_quote' },
    { ord: 4, line: 6, off: offsets[5], len: 15, fault: 'bad_quote' },
    { ord: 5, line: 7, off: offsets[6], len: 14, fault: 'bad_encoding' },
    { ord: 6, line: 8, off: offsets[7], len: 18, fault: 'bad_encoding' },
    { ord: 7, line: 10, off: offsets[8], len: long.length + 4, fault: 'too_long' },
    { ord: 8, line: 11, off: offsets[9], len: 15, fault: 'bare_carriage_return' },
  ]);
  assert.deepEqual(
    rows.map(({ _off, ...row }) => ({ ...row, _off: Number(_off) + (parts[0]?.start ?? 0) })),
    [
      { a: 0, b: 'good', c: 'first', _ord: 0, _line: 2, _len: 12, _lex: 0, _off: offsets[1] },
      {
        a: 9,
        b: 'good\r\nover "two" lines',
        c: 'last',
        _ord: 9,
        _line: 12,
        _len: 33,
        _lex: 0,
        _off: offsets[10],
      },
      { a: 10, b: 'good', c: 'end', _ord: 10, _line: 14, _len: 13, _lex: 0, _off: offsets[11] },
    ],
  );
  assert.equal(summary.framed, 11);
});

test('an unterminated quote costs its own line and no other', async () => {
  const good = Array.from({ length: 50 }, (_, i) => `${i + 2},plain,text\n`).join('');
  const plain = await bench.stage(`a,b,c\n1,"never closed,x\n${good}`, plan);
  assert.deepEqual(plain.bad, [{ ord: 0, line: 2, off: 6, len: 17, fault: 'bad_quote' }]);
  assert.equal(plain.rows.length, 50);
  const quoted = await bench.stage(
    `a,b,c\n1,"never closed,x\n2,plain,text\n3,"properly, quoted",text\n4,"","said ""hi"""\n`,
    plan,
  );
  assert.deepEqual(quoted.bad, [{ ord: 0, line: 2, off: 6, len: 17, fault: 'ambiguous_quote' }]);
  assert.deepEqual(
    quoted.rows.map((row) => [row['a'], row['b'], row['c']]),
    [
      [2, 'plain', 'text'],
      [3, 'properly, quoted', 'text'],
      [4, '', 'said "hi"'],
    ],
  );
  const last = await bench.stage('a,b,c\n1,x,y\n2,"open', plan);
  assert.deepEqual(last.bad, [{ ord: 1, line: 3, off: 12, len: 7, fault: 'bad_quote' }]);
});

test('text inside quotes never becomes a record, whatever is wrong with the record', async () => {
  const evil = '"harmless\n777,evil,evil\n778,evil,evil\n"';
  const records = [
    `1,${evil}`,
    `2,${evil},${evil},${evil}`,
    `3,x,y,${evil}`,
    `4,\xff${evil.slice(1, 3)},${evil}`,
    `5,bare\rreturn,${evil}`,
    `6,${evil},${'x'.repeat(1 << 20)}`,
    `7,${evil.slice(0, -1)}${'777,evil,evil\n'.repeat(100_000)}",${evil}`,
    `8,x"y,${evil.slice(1, -1).replaceAll('\n', ' ')}`,
  ];
  const headless = planOf({ a: 'long', b: 'string', c: 'string' }, { csv: { header: false } });
  const text = `0,first,x\n${records.join('\n')}\n9,${evil},last\n`;
  const bytes = Buffer.from(text, 'latin1');
  for (const { stage } of [bench, middle]) {
    const { rows, bad } = await stage(bytes, headless);
    assert.deepEqual(
      rows.map((row) => row['a']),
      [0, 9],
    );
    assert.deepEqual(
      bad.map(({ fault }) => fault),
      [
        'too_few_fields',
        'too_many_fields',
        'too_many_fields',
        'bad_encoding',
        'bare_carriage_return',
        'too_long',
        'too_long',
        'bad_quote',
      ],
    );
    assert.deepEqual(shapeOf(bad), shapeOf(frameCsv(bytes, { fields: 3, nullText: '' }).bad));
  }
});

test('a quote that goes astray lines later is told apart from one that is never closed', async () => {
  const faultsOf = async (text: string): Promise<unknown[]> => {
    const outcomes = await Promise.all(
      [bench, middle].map(({ stage }) => stage(`a,b,c\n${text}`, plan)),
    );
    const faults = outcomes.map(({ bad }) => bad.map(({ fault }) => fault));
    assert.deepEqual(faults[1], faults[0]);
    return faults[0] ?? [];
  };
  const far = '777,evil,evil\n'.repeat(100_000);
  for (const between of ['2,plain,text\n', far]) {
    assert.deepEqual(await faultsOf(`1,"open,x\n${between}`), ['bad_quote']);
    assert.deepEqual(await faultsOf(`1,"open,x\n${between}3,"y",z\n`), ['ambiguous_quote']);
    assert.deepEqual(
      await faultsOf(`1,"open,x\n${between}"z,z\n`).then((f) => f[0]),
      'ambiguous_quote',
    );
    assert.deepEqual(
      await faultsOf(`1,"cut off,x\n${between}3,x`).then((f) => f[0]),
      'ambiguous_quote',
    );
  }
  assert.deepEqual(await faultsOf('1,"stray" quote,x\n2,x,"y"\n'), ['bad_quote']);
});

test('line ends may be mixed, blank lines are records with too few fields', async () => {
  const { rows, bad } = await bench.stage('a,b,c\r\n1,x,y\n\n2,x,y\r\n\r\n3,x,y', plan);
  assert.deepEqual(
    rows.map((row) => [row['a'], row['_line'], row['_len']]),
    [
      [1, 2, 5],
      [2, 4, 5],
      [3, 6, 5],
    ],
  );
  assert.deepEqual(
    bad.map(({ line, len, fault }) => [line, len, fault]),
    [
      [3, 0, 'too_few_fields'],
      [5, 0, 'too_few_fields'],
    ],
  );
});

test('text of a record that was given up never reaches the stage', async () => {
  const bytes = Buffer.from(
    `a,b,c\n1,secret,"x"y\n2,sec\xffret,\n3,kept,\n4,kept,kept\n`,
    'latin1',
  );
  const { parts, rows } = await bench.stage(bytes, plan);
  assert.deepEqual(
    rows.map((row) => [row['b'], row['c']]),
    [
      ['kept', null],
      ['kept', 'kept'],
    ],
  );
  assert.ok(!readFileSync(parts[0]?.path ?? '').includes('secret'));
});

test('a record that is given up or read again leaves no wrong value behind', async () => {
  for (const { stage } of [bench, small]) {
    const { rows, lexical, bad } = await stage(
      'a,b,c\nno number,too few\n1,x,y\n1.5,wrong,"and read again"\n2,x,y\n',
      plan,
    );
    assert.deepEqual(
      rows.map((row) => [row['a'], row['_lex']]),
      [
        [1, 0],
        [null, 1],
        [2, 0],
      ],
    );
    assert.deepEqual(lexical, [{ ord: 2, col: 0, txt: '1.5' }]);
    assert.equal(bad.length, 1);
  }
});
