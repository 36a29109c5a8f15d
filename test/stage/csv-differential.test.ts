/**
 * The WebAssembly reader against three oracles: the reference lexer, DuckDB's own typed values, and a framer made of regular
 * expressions; and against itself with pieces of other sizes.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { PrimitiveType } from '@weft/core/contract/data-type';
import { parseLexical } from '@weft/core/ingest/lexical';
import { quoteText } from '@weft/core/lib/ident-sql';
import fc from 'fast-check';
import { frameCsv } from './reference-csv.ts';
import { openBench, planOf, type Row, SEED, type Staged } from './support.ts';

const TYPES: Record<string, PrimitiveType> = {
  i: { kind: 'int' },
  l: { kind: 'long' },
  f: { kind: 'double' },
  d2: { kind: 'decimal', precision: 10, scale: 2 },
  d18: { kind: 'decimal', precision: 18, scale: 18 },
  d38: { kind: 'decimal', precision: 38, scale: 5 },
  d0: { kind: 'decimal', precision: 25, scale: 0 },
  dt: { kind: 'date' },
  tm: { kind: 'time' },
  ts: { kind: 'timestamp' },
  tz: { kind: 'timestamptz' },
  b: { kind: 'boolean' },
};

const bench = await openBench();
const small = await openBench({ pieceBytes: 64, partBytes: 400 });
const middle = await openBench({ pieceBytes: 1000, partBytes: 3000 });
after(() => Promise.all([bench.close(), small.close(), middle.close()]));

/** Texts that are values, and neighbours of values. */
const texts = ((): fc.Arbitrary<string> => {
  const digits = (max: number) =>
    fc
      .array(fc.constantFrom(...'0123456789'), { minLength: 1, maxLength: max })
      .map((all) => all.join(''));
  const day = fc.tuple(
    fc.constantFrom('0000', '0001', '1600', '1900', '1969', '2000', '2024', '2026', '9999'),
    fc.integer({ min: 0, max: 13 }),
    fc.integer({ min: 0, max: 32 }),
  );
  const two = (n: number) => String(n).padStart(2, '0');
  const date = day.map(([y, m, d]) => `${y}-${two(m)}-${two(d)}`);
  const time = fc
    .tuple(
      fc.integer({ min: 0, max: 25 }),
      fc.integer({ min: 0, max: 61 }),
      fc.integer({ min: 0, max: 61 }),
    )
    .chain((hms) =>
      fc.option(digits(7), { nil: '' }).map((f) => `${hms.map(two).join(':')}${f && `.${f}`}`),
    );
  const zone = fc.constantFrom(
    '',
    'Z',
    '+00:00',
    '-03:30',
    '+14:00',
    '-14:01',
    '+05:60',
    'z',
    '+01',
  );
  const whole = fc.oneof(
    digits(20),
    fc.constantFrom('0', '2147483647', '2147483648', '9223372036854775807', '9223372036854775808'),
  );
  const number = fc
    .tuple(fc.constantFrom('', '-', '+'), whole, fc.option(digits(20), { nil: '' }))
    .map(([sign, n, fraction]) => `${sign}${n}${fraction && `.${fraction}`}`);
  const exponent = fc
    .tuple(number, fc.integer({ min: -400, max: 400 }))
    .map(([n, e]) => `${n}e${e}`);
  const stamp = fc
    .tuple(date, fc.constantFrom(' ', 'T', '  '), time, zone)
    .map((parts) => parts.join(''));
  const mark = fc.constantFrom(...'0159-+.eETZ: /_xé');
  const valueOrNear = fc.oneof(
    whole,
    number,
    exponent,
    date,
    time,
    stamp,
    fc.constantFrom('true', 'false', 'NaN', 'inf', 'tru'),
  );
  const changed = fc
    .tuple(valueOrNear, fc.nat(), mark, fc.nat(2))
    .map(([text, at, character, kind]) => {
      const i = at % (text.length + 1);
      return text.slice(0, i) + (kind === 0 ? '' : character) + text.slice(kind === 1 ? i : i + 1);
    });
  return fc.oneof({ weight: 3, arbitrary: valueOrNear }, changed).filter((text) => text !== '');
})();

test('the WebAssembly lexer gives what the reference gives', async () => {
  const count = 2500;
  const names = Object.keys(TYPES);
  const samples = fc.sample(texts, { numRuns: count, seed: SEED });
  const pairs = fc.sample(texts, { numRuns: count, seed: SEED + 1 });
  // Every column of a row has the same text, so each text meets each type; the last column keeps it.
  const lines = samples.map((text, i) => [...names.map(() => text), `"${pairs[i]}"`].join(','));
  const plan = planOf({ ...TYPES, t: 'string' }, { timezone: null });
  const select = `i, l::VARCHAR AS l, f, d2::VARCHAR AS d2, d18::VARCHAR AS d18, d38::VARCHAR AS d38, d0::VARCHAR AS d0,
    epoch_us(dt::TIMESTAMP)::VARCHAR AS dt, epoch_us(tm)::VARCHAR AS tm, epoch_us(ts)::VARCHAR AS ts,
    epoch_us(tz)::VARCHAR AS tz, b, t, _ord, _lex`;
  const staged = await bench.stage(`${[...names, 't'].join(',')}\n${lines.join('\n')}\n`, plan, {
    select,
  });
  assert.deepEqual(staged.bad, []);
  assert.equal(staged.rows.length, count);
  const wrong: Row[] = [];
  let values = 0;
  for (const [ord, text] of samples.entries()) {
    const expected: Row = { t: pairs[ord] };
    for (const [col, [name, type]] of Object.entries(TYPES).entries()) {
      const result = parseLexical(type, text);
      expected[name] = result.ok ? canonical(type, result.value) : null;
      if (result.ok) values++;
      else wrong.push({ ord, col, txt: text });
    }
    const { _ord, _lex, ...row } = staged.rows[ord] ?? {};
    assert.deepEqual(row, expected, `types of \`${text}\` (seed ${SEED})`);
    assert.equal(_ord, ord);
  }
  assert.deepEqual(staged.lexical, wrong);
  assert.ok(values > count && wrong.length > count, 'both sides were met');
});

/** A value of the reference as the query above shows it. */
function canonical(type: PrimitiveType, value: unknown): unknown {
  switch (type.kind) {
    case 'int':
    case 'double':
    case 'boolean':
      return value;
    case 'date':
      return String(BigInt(Number(value)) * 86_400_000_000n);
    case 'decimal': {
      const unscaled = BigInt(String(value));
      const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(type.scale + 1, '0');
      const point = digits.length - type.scale;
      const fraction = type.scale === 0 ? '' : `.${digits.slice(point)}`;
      // DuckDB shows no zero before the point of a decimal without whole digits.
      const whole = type.precision === type.scale ? '' : digits.slice(0, point);
      return `${unscaled < 0n ? '-' : ''}${whole}${fraction}`;
    }
    default:
      return String(value);
  }
}

test('a stage equals the typed rows that DuckDB wrote the file from', async () => {
  const { engine, directory } = bench;
  const random = (n: number) => `(hash(i, ${n}, ${SEED}) // 2)::BIGINT`;
  const some = (n: number, sql: string) => `CASE WHEN ${random(n)} % 10 > 0 THEN ${sql} END`;
  await engine.run(`CREATE OR REPLACE TABLE typed AS SELECT i::BIGINT AS k,
      ${some(1, `(${random(2)} % 4294967296 - 2147483648)::INTEGER`)} AS i,
      ${some(3, `${random(4)} - 4611686018427387904`)} AS l,
      ${some(5, `((${random(6)} % 1000000007)::DOUBLE - 500000003) * pow(10, (${random(7)} % 300)::INTEGER - 150)`)} AS f,
      ${some(8, `((${random(9)} % 20000000000)::DECIMAL(20,0) / 100 - 99999999)::DECIMAL(10,2)`)} AS d2,
      ${some(10, `((${random(11)} % 1000000000000)::DECIMAL(38,5) * 12345678901234567 + 0.12345)::DECIMAL(38,5)`)} AS d38,
      ${some(12, `DATE '0001-01-01' + (${random(13)} % 3652059)::INTEGER`)} AS dt,
      ${some(14, `TIME '00:00:00' + to_microseconds(${random(15)} % 86400000000)`)} AS tm,
      ${some(16, `TIMESTAMP '0001-01-01' + to_microseconds(${random(17)} % 315537897600000000)`)} AS ts,
      ${some(18, `make_timestamptz((${random(19)} % 4000000000000000)::BIGINT - 2000000000000000)`)} AS tz,
      ${some(20, `${random(21)} % 2 = 0`)} AS b,
      ${some(22, `list_extract(['', 'plain', 'a "quoted" one', 'comma, inside', 'two' || chr(13) || chr(10) || 'lines', 'äöü €', '👍'], (1 + ${random(23)} % 7)::INTEGER) || CASE WHEN ${random(24)} % 3 = 0 THEN i::VARCHAR ELSE '' END`)} AS t
    FROM range(30000) r(i)`);
  const file = join(directory, 'typed.csv');
  const written = `SELECT * REPLACE (replace((tz AT TIME ZONE 'UTC')::VARCHAR, ' ', 'T') || 'Z' AS tz) FROM typed ORDER BY k`;
  await engine.run(`COPY (${written}) TO ${quoteText(file)} (FORMAT csv, HEADER)`);
  const { d18: _, d0: __, ...types } = TYPES;
  const plan = planOf({ k: 'long', ...types, t: 'string' }, { primaryKey: ['k'] });
  const staged = await middle.stage('', plan).catch(() => null);
  assert.equal(staged, null, 'an empty file is refused');
  const { parts, summary } = await bench.stage(readFileSync(file), plan, { select: 'k' });
  const fields = ['k', 'i', 'l', 'f', 'd2', 'd38', 'dt', 'tm', 'ts', 'tz', 'b', 't'];
  assert.deepEqual(
    { ...summary, bytes: 0 },
    {
      files: [{ framed: 30_000, lacking: [], fields }],
      fields,
      framed: 30_000,
      bytes: 0,
      keyAscending: true,
      keysMarked: true,
      lacking: [],
    },
  );
  assert.deepEqual(
    parts.map(({ lexical, bad }) => [lexical, bad]),
    [[0, 0]],
  );
  const columns = ['k', ...Object.keys(types), 't'].join(', ');
  const stage = `(SELECT ${columns} FROM read_parquet(${quoteText(parts[0]?.path ?? '')}))`;
  const ours = await engine.rows(`FROM ${stage} EXCEPT ALL SELECT ${columns} FROM typed LIMIT 3`);
  assert.deepEqual(ours, []);
  const theirs = await engine.rows(`SELECT ${columns} FROM typed EXCEPT ALL FROM ${stage} LIMIT 3`);
  assert.deepEqual(theirs, []);
  const described = (from: string) =>
    engine.rows(`SELECT column_name, column_type FROM (DESCRIBE FROM ${from})`);
  assert.deepEqual(await described(stage), await described(`(SELECT ${columns} FROM typed)`));
});

const pieces = fc
  .array(
    fc.constantFrom(
      'a',
      'bc',
      ',',
      ',',
      ',',
      '\n',
      '\n',
      '\r\n',
      '\r',
      '"',
      '"',
      '""',
      '"x"',
      ',"',
      '",',
      '1',
      'é',
      '€',
      '\xff',
      ' ',
      'NA',
    ),
    { minLength: 1, maxLength: 400 },
  )
  .map((tokens) =>
    Buffer.concat(tokens.map((t) => Buffer.from(t, t === '\xff' ? 'latin1' : 'utf8'))),
  );

test('framing agrees with the regular expressions, whatever the pieces', async () => {
  const plan = planOf(
    { a: 'string', b: 'string', c: 'string' },
    { csv: { header: false, nullText: 'NA' } },
  );
  for (const bytes of fc.sample(pieces, { numRuns: 80, seed: SEED })) {
    const expected = frameCsv(bytes, { fields: 3, nullText: 'NA' });
    for (const { stage } of [small, middle, bench]) {
      const staged = await stage(bytes, plan);
      assert.deepEqual(shape(staged), expected, JSON.stringify(bytes.toString('latin1')));
      assert.equal(staged.summary.framed, expected.rows.length + expected.bad.length);
    }
  }
});

const HOSTILE = ['a', '7,evil,evil', '\n', '\r\n', '\r', ',', '"', '""', '\xff', '\n7,evil,evil\n'];
const exportedField = fc
  .array(fc.constantFrom(...HOSTILE), { maxLength: 6 })
  .map((texts) => texts.join(''));
const exported = fc.array(
  fc.tuple(fc.array(exportedField, { minLength: 2, maxLength: 5 }), fc.constantFrom('\n', '\r\n')),
  { minLength: 1, maxLength: 12 },
);

test('a file whose quotes are right gives rows only for its own records, good or bad', async () => {
  const plan = planOf({ a: 'string', b: 'string', c: 'string' }, { csv: { header: false } });
  const quoteField = (field: string) =>
    /[,"\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
  let [good, refused] = [0, 0];
  for (const records of fc.sample(exported, { numRuns: 150, seed: SEED })) {
    const lines = records.map(([fields, end]) => fields.map(quoteField).join(',') + end);
    const bytes = Buffer.from(lines.join(''), 'latin1');
    for (const { stage } of [small, bench]) {
      const { rows, bad } = await stage(bytes, plan);
      assert.equal(rows.length + bad.length, records.length, JSON.stringify(lines));
      for (const row of rows) {
        const fields = records[Number(row['_ord'])]?.[0].map((field) =>
          field === '' ? null : field,
        );
        assert.deepEqual([row['a'], row['b'], row['c']], fields, JSON.stringify(lines));
      }
      good += rows.length;
      refused += bad.length;
    }
  }
  assert.ok(good > 100 && refused > 100, `${good} good records, ${refused} refused`);
});

function shape({ rows, bad, parts }: Staged): { rows: Row[]; bad: Row[] } {
  let at = 0;
  for (const part of parts) {
    assert.equal(part.start, at, 'parts follow each other without a gap');
    at = part.end;
  }
  const starts = parts.flatMap((part) => Array.from({ length: part.staged }, () => part.start));
  return {
    rows: rows.map((row, i) => ({
      fields: [row['a'], row['b'], row['c']],
      ord: row['_ord'],
      line: row['_line'],
      off: Number(row['_off']) + (starts[i] ?? 0),
      len: row['_len'],
    })),
    bad,
  };
}
