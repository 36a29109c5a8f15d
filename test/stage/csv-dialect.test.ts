/**
 * What a CSV may look like by its contract, how it is refused as a whole, and the limits of the reader.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { isWeftError, type WeftError } from '@weft/core/lib/error';
import { openBench, planOf } from './support.ts';

const bench = await openBench();
const small = await openBench({ pieceBytes: 1000, partBytes: 8000 });
const middle = await openBench({ pieceBytes: 100_000, partBytes: 1 << 20 });
after(() => Promise.all([bench.close(), small.close(), middle.close()]));

const plan = planOf({
  id: 'long',
  name: 'string',
  price: { kind: 'decimal', precision: 10, scale: 2 },
});

async function refusal(source: string | Uint8Array, of = plan): Promise<WeftError> {
  try {
    await bench.stage(source, of);
  } catch (error) {
    assert.ok(isWeftError(error, 'BATCH_UNREADABLE'), String(error));
    return error;
  }
  return assert.fail('the file was read');
}

test('columns are found by name in any order; NULL and empty text differ', async () => {
  const { rows } = await bench.stage('price,id,name\n1.50,1,\n,2,""\n"2.5","3",x\n', plan, {
    select: 'id, name, price',
  });
  assert.deepEqual(rows, [
    { id: 1, name: null, price: '1.50' },
    { id: 2, name: '', price: null },
    { id: 3, name: 'x', price: '2.50' },
  ]);
});

test('a header that differs is refused with every difference', async () => {
  const error = await refusal('id,Name,price,price,extra\n');
  assert.deepEqual(
    error.errors.map(({ code, path, column }) => [code, path, column]),
    [
      ['unknown_column', 'Name', 2],
      ['duplicate_column', 'price', 4],
      ['unknown_column', 'extra', 5],
    ],
  );
  assert.match(error.message, /did you mean `name`\?/);
  const renamed = await refusal('id,label,price\n');
  assert.equal(
    renamed.message,
    "the file's columns differ: the column `label` is not in the contract; did you mean `name`?",
  );
  assert.match(error.remedy, /the columns of the contract and no others/);
  const strict = await refusal(
    'price\n',
    planOf({ id: 'long', price: 'double' }, { required: ['id'] }),
  );
  assert.equal(strict.message, "the file's columns differ: the column `id` is missing in the file");
});

test('a file may lack columns that a record may lack, and says which', async () => {
  const types = { id: 'long', note: 'string', price: 'double', day: 'date' } as const;
  const lax = planOf(types, { required: ['id', 'day'] });
  for (const { stage } of [bench, small]) {
    const records = Array.from({ length: 200 }, (_, i) => `2026-01-01,${i}`);
    const { rows, summary, lexical } = await stage(`day,id\n${records.join('\n')}\nx,200`, lax, {
      select: 'id, note, price, day, _lex',
    });
    assert.deepEqual(summary.lacking, ['note', 'price']);
    assert.equal(rows.length, 201);
    assert.ok(
      rows.every((row, i) => row['id'] === i && row['note'] === null && row['price'] === null),
    );
    assert.deepEqual(lexical, [{ ord: 200, col: 3, txt: 'x' }]);
  }
});

test('files that are no such CSV are refused as a whole', async () => {
  assert.equal((await refusal('')).message, 'the file is empty');
  assert.equal((await refusal('\ufeff')).message, 'the file is empty');
  assert.match((await refusal(Buffer.from('\ufeffid', 'utf16le'))).message, /UTF-16/);
  assert.match((await refusal('id,name,price\r1,x,2\r')).message, /carriage return/);
  assert.match((await refusal('"id,name,price\n')).message, /not closed/);
  assert.match((await refusal('"id";name;price\n1;x;2\n')).message, /has `;` between/);
  assert.match((await refusal('id\tname\tprice\n')).remedy, /weftCsv/);
  // Why with what else is wrong: the missing column is told once the delimiter is right.
  const partly = await refusal('id; price; city, town\n1;2;x\n');
  assert.match(partly.message, /has `;` between its fields, not `,`/);
  assert.equal(partly.errors[0]?.code, 'other_delimiter');
  assert.match((await refusal('id,a;b\n')).message, /a;b/, 'one that is known was meant');
  assert.doesNotMatch((await refusal('a;b;c\n')).message, /between its fields/);
  assert.match((await refusal(Buffer.from('id,n\xe4me,price\n', 'latin1'))).message, /not UTF-8/);
  assert.match((await refusal(`${'x'.repeat(1 << 21)}\n`)).message, /1 MB/);
  const wide = planOf(Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`c${i}`, 'int'])));
  assert.match((await refusal('x\n', wide)).message, /1001 columns/);
  const zone = planOf({ at: 'timestamptz' }, { timezone: 'Mars/Olympus' });
  assert.match((await refusal('at\n', zone)).message, /Mars\/Olympus/);
  const nested = planOf({ l: { kind: 'list', element: { kind: 'int' } } });
  assert.match((await refusal('l\n', nested)).message, /`l` is a list/);
  assert.match((await refusal('_lex\n', planOf({ _lex: 'int' }))).message, /reserved/);
  const latin = planOf({ a: 'int' }, { csv: { encoding: 'latin-1' } });
  assert.match((await refusal('\ufeffa\n1\n', latin)).message, /is UTF-8/);
  const dialect = planOf({ a: 'int' }, { csv: { delimiter: '"' } });
  assert.match((await refusal('a\n', dialect)).message, /delimiter and quote/);
});

test('a header alone is an empty batch', async () => {
  for (const text of ['id,name,price\n', '\ufeffid,name,price', '"id","name","price"\r\n']) {
    const { summary, parts } = await bench.stage(text, plan);
    assert.equal(summary.framed, 0);
    assert.deepEqual(parts, []);
  }
});

test('delimiter, quote, null text, no header', async () => {
  const other = planOf(
    { a: 'string', b: 'int' },
    { csv: { delimiter: ';', quote: "'", nullText: 'NULL', header: false } },
  );
  const text = `\ufeffNULL;1\n'NULL';NULL\n'it''s';\n"x,y";2\n`;
  const { rows } = await bench.stage(text, other, { select: 'a, b, _line' });
  assert.deepEqual(rows, [
    { a: null, b: 1, _line: 1 },
    { a: 'NULL', b: null, _line: 2 },
    { a: "it's", b: null, _line: 3 },
    { a: '"x,y"', b: 2, _line: 4 },
  ]);
  const tabs = planOf({ a: 'string', b: 'string' }, { csv: { delimiter: '\t', quote: '' } });
  const plain = await bench.stage('a\tb\n5" pipe\t"as, is"\n', tabs, { select: 'a, b' });
  assert.deepEqual(plain.rows, [{ a: '5" pipe', b: '"as, is"' }]);
});

test('Latin-1 becomes UTF-8 when the contract says so', async () => {
  const latin = planOf({ größe: 'string', n: 'int' }, { csv: { encoding: 'latin-1' } });
  const text = 'größe,n\nMüller,1\n"ÄÖÜ ""ß""",2\nplain,3\nMüller,4é\n';
  const { rows, lexical, bad } = await bench.stage(Buffer.from(text, 'latin1'), latin, {
    select: '"größe" AS g, n',
  });
  assert.deepEqual(bad, []);
  assert.deepEqual(rows, [
    { g: 'Müller', n: 1 },
    { g: 'ÄÖÜ "ß"', n: 2 },
    { g: 'plain', n: 3 },
    { g: 'Müller', n: null },
  ]);
  assert.deepEqual(lexical, [{ ord: 3, col: 1, txt: '4é' }]);
});

test('wrong values keep their text, cut between characters', async () => {
  const { rows, lexical, parts } = await bench.stage(
    `id,name,price\n1.5,x,1\n9007199254740993,x,"1""5"\n"",x,1.005\n${'é'.repeat(200)}x,y,1\n`,
    plan,
    { select: 'id, price, _lex' },
  );
  assert.deepEqual(rows, [
    { id: null, price: '1.00', _lex: 1 },
    { id: '9007199254740993', price: null, _lex: 4 },
    { id: null, price: null, _lex: 5 },
    { id: null, price: '1.00', _lex: 1 },
  ]);
  assert.deepEqual(lexical, [
    { ord: 0, col: 0, txt: '1.5' },
    { ord: 1, col: 2, txt: '1"5' },
    { ord: 2, col: 0, txt: '' },
    { ord: 2, col: 2, txt: '1.005' },
    { ord: 3, col: 0, txt: 'é'.repeat(128) },
  ]);
  assert.equal(parts[0]?.lexical, 4);
});

test('beyond 60 columns the bits go on in further words, and _lex says so', async () => {
  const names = Array.from({ length: 130 }, (_, i) => `c${i}`);
  const wide = planOf(Object.fromEntries(names.map((name) => [name, 'int' as const])));
  const line = (bad: number[]) => names.map((_, i) => (bad.includes(i) ? 'x' : i)).join(',');
  const text = [names.join(','), line([]), line([59]), line([60]), line([0, 129])].join('\n');
  const { rows, lexical } = await bench.stage(text, wide, { select: '_lex, _lex2, _lex3, c61' });
  const bit = (n: number) => String(2n ** BigInt(n));
  assert.deepEqual(rows, [
    { _lex: 0, _lex2: 0, _lex3: 0, c61: 61 },
    { _lex: bit(59), _lex2: 0, _lex3: 0, c61: 61 },
    { _lex: bit(62), _lex2: 1, _lex3: 0, c61: 61 },
    { _lex: String(2n ** 62n + 1n), _lex2: 0, _lex3: 512, c61: 61 },
  ]);
  assert.deepEqual(
    lexical.map(({ col }) => col),
    [59, 60, 0, 129],
  );
});

test('long records are counted across pieces, and reading goes on behind them', async () => {
  const limit = 1 << 20;
  const exact = `1,${'x'.repeat(limit - 4)},2`;
  const over = `2,${'x'.repeat(limit - 3)},2`;
  const huge = 'y'.repeat(3 * limit);
  const half = 'z'.repeat(600_000);
  const quoted = `4,"${half}\r\n${half}",2`;
  const text = ['id,name,price', exact, over, huge, '3,short,2', quoted, '5,last,2'];
  const offset = (line: number) => text.slice(0, line).join('\r\n').length + 2;
  for (const { stage } of [bench, middle]) {
    const { rows, bad, summary } = await stage(text.join('\r\n'), plan, {
      select: 'id, length(name) AS n, _line, _len',
    });
    assert.deepEqual(rows, [
      { id: 1, n: limit - 4, _line: 2, _len: limit },
      { id: 3, n: 5, _line: 5, _len: 9 },
      { id: 5, n: 4, _line: 8, _len: 8 },
    ]);
    assert.deepEqual(bad, [
      { ord: 1, line: 3, off: offset(2), len: limit + 1, fault: 'too_long' },
      { ord: 2, line: 4, off: offset(3), len: huge.length, fault: 'too_long' },
      { ord: 4, line: 6, off: offset(5), len: quoted.length, fault: 'too_long' },
    ]);
    assert.equal(summary.framed, 6);
  }
});

test('many distinct texts overflow the dictionary, repeated ones use it', async () => {
  const { engine } = bench;
  const rows = 50_000;
  const lines = Array.from({ length: rows }, (_, i) => `${i},${i % 3 ? `distinct ${i}` : ''},1`);
  const { parts, summary } = await bench.stage(`id,name,price\n${lines.join('\n')}`, plan, {
    select: '_ord',
  });
  const [counted] = await engine.rows(
    `SELECT count(*) AS n, count(DISTINCT name) AS names, count(name) AS present,
       count(*) FILTER (name = 'distinct ' || id OR (name IS NULL AND id % 3 = 0)) AS right_ones
     FROM read_parquet('${parts[0]?.path}')`,
  );
  const present = rows - Math.ceil(rows / 3);
  assert.deepEqual(counted, { n: rows, names: present, present, right_ones: rows });
  assert.equal(summary.framed, rows);
});

test('the ascending key is proof only while it holds for every record', async () => {
  const keyed = planOf({ id: 'int', name: 'string' }, { primaryKey: ['id'] });
  const ascending = async (...lines: string[]) =>
    (await small.stage(`id,name\n${lines.join('\n')}\n`, keyed)).summary.keyAscending;
  assert.equal(await ascending('-5,a', '1,b', '7,c'), true);
  assert.equal(await ascending('1,a', '1,b'), false);
  assert.equal(await ascending('2,a', '1,b'), false);
  assert.equal(await ascending('1,a', ',b', '2,c'), false);
  assert.equal(await ascending('1,a', 'x,b', '2,c'), false);
  const far = Array.from({ length: 2000 }, (_, i) => `${i % 1999},${'t'.repeat(20)}`);
  assert.equal(await ascending(...far), false);
  assert.equal(await ascending(...far.slice(0, 1999)), true);
});

test('a contract zone stands in for missing offsets', async () => {
  const zoned = planOf({ moment: 'timestamptz' }, { timezone: 'America/New_York' });
  const { rows, lexical } = await bench.stage(
    'moment\n2026-07-01 08:00:00\n2026-01-01 08:00:00\n2026-01-01T08:00:00Z\n2026-01-01\n',
    zoned,
    { select: 'epoch_ms(moment) AS ms' },
  );
  const ms = (text: string) => Date.parse(text);
  assert.deepEqual(
    rows.map((row) => row['ms']),
    [ms('2026-07-01T12:00Z'), ms('2026-01-01T13:00Z'), ms('2026-01-01T08:00Z'), null],
  );
  assert.deepEqual(lexical, [{ ord: 3, col: 0, txt: '2026-01-01' }]);
});
