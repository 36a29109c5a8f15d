/**
 * Parquet: columns and types are compared with the contract, values that the type alone does not bind are checked.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { isWeftError } from '@weft/core/lib/error';
import { quoteText } from '@weft/core/lib/ident-sql';
import { type Columns, openBench, planOf } from './support.ts';

const bench = await openBench({ partBytes: 100_000 });
after(() => bench.close());

const COLUMNS: Columns = {
  id: 'int',
  name: 'string',
  price: { kind: 'decimal', precision: 10, scale: 2 },
  ratio: 'double',
  day: 'date',
  at_time: 'time',
  moment: 'timestamp',
  instant: 'timestamptz',
  ok: 'boolean',
};
const HOURS: Columns[string] = {
  kind: 'struct',
  fields: [{ id: 'opens', name: 'opens', required: false, type: { kind: 'time' } }],
};
const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, 'fixtures', `pyarrow-${name}.parquet`));
const plan = planOf(COLUMNS, { required: ['id', 'name'] });

async function parquetOf(select: string, options = ''): Promise<Buffer> {
  const path = join(bench.directory, 'made.parquet');
  await bench.engine.run(`COPY (${select}) TO ${quoteText(path)} (FORMAT parquet${options})`);
  return readFileSync(path);
}

const GOOD = `SELECT i::INTEGER AS id, 'name ' || i AS name, (i / 100)::DECIMAL(9,2) AS price, i / 7 AS ratio,
  DATE '2026-01-01' + (i % 100)::INTEGER AS day, TIME '12:34:56.789' AS at_time,
  TIMESTAMP '2026-01-01 00:00:00' AS moment, TIMESTAMPTZ '2026-01-01 00:00:00+02' AS instant, i % 2 = 0 AS ok`;

test('a fitting file is staged in parts, rows numbered over all', async () => {
  const bytes = await parquetOf(`${GOOD} FROM range(20000) r(i)`, ', ROW_GROUP_SIZE 2048');
  for (const compression of ['none', 'gzip'] as const) {
    const { rows, parts, summary } = await bench.stage(
      compression === 'gzip' ? gzipSync(bytes) : bytes,
      plan,
      {
        format: 'parquet',
        compression,
        select: 'id, name, _ord, _line, _off, _len, _lex',
      },
    );
    assert.equal(summary.framed, 20_000);
    assert.ok(parts.length > 2, 'several parts');
    assert.deepEqual(
      rows.map((row) => row['_ord']),
      Array.from({ length: 20_000 }, (_, i) => i),
    );
    assert.deepEqual(rows[12_345], {
      id: 12345,
      name: 'name 12345',
      _ord: 12345,
      _line: 12345,
      _off: 0,
      _len: 0,
      _lex: 0,
    });
    assert.ok(parts.every((part) => part.bad === 0 && part.lexical === 0 && part.lexPath === null));
    const { engine } = bench;
    const stages = `read_parquet([${parts.map((part) => quoteText(part.path ?? '')).join(', ')}])`;
    const names = Object.keys(COLUMNS).join(', ');
    const source = `(${GOOD.replace('DECIMAL(9,2)', 'DECIMAL(10,2)')} FROM range(20000) r(i))`;
    assert.deepEqual(
      await engine.rows(`SELECT ${names} FROM ${stages} EXCEPT ALL FROM ${source}`),
      [],
    );
    assert.deepEqual(
      await engine.rows(`FROM ${source} EXCEPT ALL SELECT ${names} FROM ${stages}`),
      [],
    );
    const described = (from: string) =>
      engine.rows(`SELECT column_name, column_type FROM (DESCRIBE SELECT ${names} FROM ${from})`);
    assert.deepEqual(await described(stages), await described(source));
  }
});

test('values beyond the contract are faults of their column', async () => {
  const select = `SELECT * EXCLUDE (i) REPLACE (
      CASE i WHEN 1 THEN 3000000000 ELSE id END::BIGINT AS id,
      CASE i WHEN 1 THEN 'nan'::DOUBLE WHEN 2 THEN '-inf'::DOUBLE ELSE ratio END AS ratio,
      CASE i WHEN 3 THEN DATE '0044-03-15 (BC)' ELSE day END AS day)
    FROM (${GOOD}, i FROM range(5) r(i))`;
  const { rows, lexical, parts } = await bench.stage(await parquetOf(select), plan, {
    format: 'parquet',
    select: 'id, ratio IS NULL AS none, day IS NULL AS undated, _lex',
  });
  assert.deepEqual(rows, [
    { id: 0, none: false, undated: false, _lex: 0 },
    { id: null, none: true, undated: false, _lex: 9 },
    { id: 2, none: true, undated: false, _lex: 8 },
    { id: 3, none: false, undated: true, _lex: 16 },
    { id: 4, none: false, undated: false, _lex: 0 },
  ]);
  assert.deepEqual(lexical, [
    { ord: 1, col: 0, txt: '3000000000' },
    { ord: 1, col: 3, txt: 'nan' },
    { ord: 2, col: 3, txt: '-inf' },
    { ord: 3, col: 4, txt: '0044-03-15 (BC)' },
  ]);
  assert.equal(parts[0]?.lexical, 3);
});

test('other columns and types are refused with every difference', async () => {
  const select = `SELECT * EXCLUDE (name) REPLACE (id::VARCHAR AS id, price::DECIMAL(12,4) AS price,
    ratio::DECIMAL(10,3) AS ratio, moment::TIMESTAMP_NS AS moment, instant::TIMESTAMP AS instant)
    FROM (${GOOD} FROM range(5) r(i))`;
  const names = await parquetOf(select);
  const refusal = async (bytes: Uint8Array) => {
    try {
      await bench.stage(bytes, plan, { format: 'parquet' });
    } catch (error) {
      assert.ok(isWeftError(error, 'BATCH_UNREADABLE'), String(error));
      return error;
    }
    return assert.fail('the file was read');
  };
  assert.deepEqual(
    (await refusal(names)).errors.map(({ code, path }) => [code, path]),
    [
      ['missing_column', 'name'],
      ...['id', 'price', 'ratio', 'moment', 'instant'].map((path) => ['column_type', path]),
    ],
  );
  const types = await parquetOf(`SELECT *, 'x' AS name FROM (${select})`);
  assert.deepEqual(
    (await refusal(types)).errors.map(({ code, path }) => [code, path]),
    ['id', 'price', 'ratio', 'moment', 'instant'].map((name) => ['column_type', name]),
  );
  const whole = await parquetOf(`${GOOD} FROM range(5) r(i)`);
  const numbered = await parquetOf(
    `SELECT *, 1 AS file_row_number FROM (${GOOD} FROM range(5) r(i))`,
  );
  assert.match((await refusal(numbered)).message, /`file_row_number` has a name/);
  for (const bytes of [whole.subarray(0, -20), Buffer.from('id,name\n'), Buffer.alloc(0)]) {
    assert.match((await refusal(bytes)).message, /no Parquet file|empty/);
  }
});

test('forms that the engine does not show are told as the file has them', async () => {
  for (const [name, code, message] of [
    ['twice', 'duplicate_column', 'the column `name` occurs twice'],
    ['nameless', 'unknown_column', 'the column `` is not in the contract'],
    [
      'long-decimal',
      'column_type',
      'the column `price` is decimal(50,2) in the file; the contract says decimal(10,2)',
    ],
  ] as const) {
    await assert.rejects(bench.stage(fixture(name), plan, { format: 'parquet' }), (error) => {
      assert.ok(isWeftError(error, 'BATCH_UNREADABLE'), String(error));
      assert.deepEqual(
        error.errors.map((place) => [place.code, place.message]),
        [[code, message]],
      );
      return true;
    });
  }
  const open: Columns = { ...COLUMNS, hours: HOURS };
  for (const [name, path] of [
    ['nanoseconds', 'at_time'],
    ['nested-nanoseconds', 'hours.opens'],
  ] as const) {
    const staged = bench.stage(fixture(name), planOf(open), { format: 'parquet' });
    const message = `the file's columns differ: the column \`${path}\` is TIME_NS in the file; the contract says time`;
    await assert.rejects(staged, { code: 'BATCH_UNREADABLE', message });
  }
  const more: Columns = { ...COLUMNS, more: { kind: 'list', element: { kind: 'int' } } };
  const { rows, summary } = await bench.stage(
    fixture('no-values'),
    planOf(more, { required: ['id'] }),
    { format: 'parquet', select: 'id, price, name' },
  );
  assert.deepEqual(rows[2], { id: 3, price: null, name: 'c' });
  assert.ok(summary.lacking.includes('price'), 'a column without values counts as left out');
  const priced = planOf(more, { required: ['price'] });
  await assert.rejects(bench.stage(fixture('no-values'), priced, { format: 'parquet' }), {
    code: 'BATCH_UNREADABLE',
    message: /`price` is missing in the file/,
  });
});

test('times that are none are faults of their records, and the engine lives on', async () => {
  const expected = ['-1', '86400000000', `${2n ** 62n}`, `${2n ** 63n - 1n}`, `${-(2n ** 63n)}`];
  for (const [name, columns] of [
    ['times', COLUMNS],
    ['nested-times', { ...COLUMNS, hours: HOURS } as Columns],
  ] as const) {
    const { rows, lexical, summary } = await bench.stage(fixture(name), planOf(columns), {
      format: 'parquet',
      select: name === 'times' ? 'id, at_time::VARCHAR AS t' : 'id, hours.opens::VARCHAR AS t',
    });
    assert.equal(summary.framed, 7);
    assert.deepEqual(
      rows.map(({ t }) => t),
      ['00:00:00', '23:59:59.999999', ...Array(5).fill(null)],
      name,
    );
    assert.deepEqual(
      lexical.map(({ ord, txt }) => [ord, txt]),
      expected.map((micros, i) => [i + 2, `${micros} µs`]),
    );
  }
  assert.deepEqual(await bench.engine.rows('SELECT 1 AS n'), [{ n: 1 }]);
});

test('a file that is whole, and of which a value cannot be read, is told by what it is', async () => {
  for (const [name, message] of [
    ['far-moment', /cannot be read to its end: a date or a time in it is beyond/],
    ['no-utf8', /cannot be read to its end: a text in it is no UTF-8/],
  ] as const) {
    const staged = bench.stage(fixture(name), plan, { format: 'parquet' });
    await assert.rejects(staged, { code: 'BATCH_UNREADABLE', message }, name);
  }
});

test('a file may lack columns that a record may lack, and says which', async () => {
  const bytes = await parquetOf(
    `SELECT * EXCLUDE (price, day) REPLACE ('nan'::DOUBLE AS ratio) FROM (${GOOD} FROM range(5) r(i))`,
  );
  const { rows, summary, lexical } = await bench.stage(bytes, plan, {
    format: 'parquet',
    select: 'id, price, day, ok',
  });
  assert.deepEqual(summary.lacking, ['price', 'day']);
  assert.deepEqual(rows[1], { id: 1, price: null, day: null, ok: false });
  assert.deepEqual(
    lexical.map(({ ord, col }) => [ord, col]),
    [0, 1, 2, 3, 4].map((ord) => [ord, 3]),
  );
});

test('instants outside the years 1 to 9999 are refused, in any text format too', async () => {
  const made = [
    "'infinity'",
    "'-infinity'",
    "'0044-03-15 (BC) 00:00:00+00'",
    "'200000-01-01 00:00:00+00'",
  ];
  const good = ["'0001-01-01 00:00:00+00'", "'9999-12-31 23:59:59.999999+00'", 'NULL'];
  const values = [...made, ...good].map((value, i) => `(${i}, ${value}::TIMESTAMPTZ)`).join(', ');
  const bytes = await parquetOf(`SELECT * FROM (VALUES ${values}) v(id, instant)`);
  const instants = planOf({ id: 'long', instant: 'timestamptz' });
  const { lexical } = await bench.stage(bytes, instants, { format: 'parquet', select: 'id' });
  assert.deepEqual(
    lexical.map(({ ord }) => ord),
    [0, 1, 2, 3],
  );
  const texts = ['9999-12-31T23:59:59-00:01', '0001-01-01T00:00:00+00:01', '9999-12-31T23:59:59Z'];
  const csv = await bench.stage(
    `id,instant\n${texts.map((text, i) => `${i},${text}`).join('\n')}\n`,
    instants,
  );
  const ndjson = texts.map((instant, id) => JSON.stringify({ id, instant })).join('\n');
  const lines = await bench.stage(ndjson, instants, { format: 'ndjson' });
  const document = await bench.stage(`[${ndjson.replaceAll('\n', ',')}]`, instants, {
    format: 'json',
  });
  for (const { lexical: found } of [csv, lines, document]) {
    assert.deepEqual(
      found.map(({ ord }) => ord),
      [0, 1],
    );
  }
});

test('a file without rows is an empty batch', async () => {
  const bytes = await parquetOf(`${GOOD} FROM range(5) r(i) LIMIT 0`);
  const { summary, parts } = await bench.stage(bytes, plan, { format: 'parquet' });
  assert.equal(summary.framed, 0);
  assert.deepEqual(parts, []);
});
