/**
 * Avro container files: values as fastavro wrote and reads them (`fixtures/fastavro_rows.py`), columns and types against the
 * contract, damaged files.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { writeContainer } from '@weft/core/lakehouse/avro';
import { isWeftError } from '@weft/core/lib/error';
import { nodeDeflate } from '../../server/src/adapters/deflate.ts';
import { readSample } from '../../server/src/adapters/sample-reader.ts';
import { type Columns, openBench, planOf, type Row } from './support.ts';

const bench = await openBench();
after(() => bench.close());

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);
const CODECS = ['null', 'deflate', 'snappy', 'zstandard'];
const plain = readFileSync(fixture('fastavro-null.avro'));
const oracle = JSON.parse(readFileSync(fixture('fastavro-rows.json'), 'utf8')) as Row[];

const COLUMNS: Columns = {
  id: 'long',
  big: 'long',
  price: { kind: 'decimal', precision: 20, scale: 4 },
  fee: { kind: 'decimal', precision: 18, scale: 4 },
  weight: 'double',
  ratio: 'double',
  note: 'string',
  kind: 'string',
  again: 'string',
  key: 'string',
  day: 'date',
  at_ms: 'time',
  at_us: 'time',
  seen_ms: 'timestamptz',
  seen_us: 'timestamptz',
  local_ms: 'timestamp',
  local_us: 'timestamp',
  open: 'boolean',
};
const plan = planOf(COLUMNS);
const stamp = (name: string) => `strftime(${name}, '%Y-%m-%dT%H:%M:%S.%f') AS ${name}`;
const SELECT = `id::VARCHAR AS id, big::VARCHAR AS big, price::DECIMAL(9,2)::VARCHAR AS price, fee::VARCHAR AS fee,
  weight, ratio, note, kind, again, key, day::VARCHAR AS day,
  strftime(DATE '2000-01-01' + at_ms, '%H:%M:%S.%f') AS at_ms, strftime(DATE '2000-01-01' + at_us, '%H:%M:%S.%f') AS at_us,
  ${stamp('seen_ms')}, ${stamp('seen_us')}, ${stamp('local_ms')}, ${stamp('local_us')}, open, _ord, _line, _off, _len, _lex`;
const stage = (bytes: Uint8Array, columns = plan, select = SELECT) =>
  bench.stage(bytes, columns, { format: 'avro', select });

test('every type and codec gives what fastavro reads', async () => {
  const expected = oracle.map((row, i) => ({
    ...row,
    _ord: i,
    _line: i,
    _off: 0,
    _len: 0,
    _lex: 0,
  }));
  for (const codec of CODECS) {
    const bytes = readFileSync(fixture(`fastavro-${codec}.avro`));
    const { rows, summary, lexical } = await stage(bytes);
    assert.deepEqual(rows, expected, codec);
    assert.equal(summary.framed, oracle.length);
    assert.deepEqual(lexical, []);
  }
  const zipped = { format: 'avro', compression: 'gzip', select: SELECT } as const;
  assert.deepEqual((await bench.stage(gzipSync(plain), plan, zipped)).rows, expected);
});

async function refusal(bytes: Uint8Array, columns = plan): Promise<string> {
  const failure = await stage(bytes, columns).then(
    () => null,
    (error: unknown) => error,
  );
  assert.ok(isWeftError(failure, 'BATCH_UNREADABLE'), String(failure));
  return failure.message;
}

test('columns and types that are not those of the contract are named, all at once', async () => {
  const wrong: Columns = {
    ...COLUMNS,
    id: 'string',
    price: { kind: 'decimal', precision: 5, scale: 1 },
    seen_us: 'timestamp',
    local_ms: 'timestamptz',
    weight: 'long',
    note: 'double',
    open: 'int',
    day: 'int',
  };
  const words = await refusal(plain, planOf(wrong));
  for (const name of ['id', 'price', 'seen_us', 'local_ms', 'weight', 'note', 'open', 'day']) {
    assert.match(
      words,
      new RegExp(`the column \`${name}\` is [^;]+ in the file; the contract says`),
    );
  }
  assert.equal(words.split('; the contract says').length - 1, 8);
  const { note: _, ...without } = COLUMNS;
  const missing = await refusal(
    plain,
    planOf({ ...without, other: 'string' }, { required: ['other'] }),
  );
  assert.match(missing, /`note` is not in the contract/);
  assert.match(missing, /`other` is missing/);
  const { summary } = await stage(plain, planOf({ ...COLUMNS, later: 'string' }));
  assert.deepEqual(summary.lacking, ['later']);
});

test('values that a type leaves open are checked one by one', async () => {
  const schema = JSON.stringify({
    type: 'record',
    name: 'r',
    fields: [
      { name: 'n', type: 'long' },
      { name: 'd', type: ['null', 'double'] },
      { name: 'day', type: { type: 'int', logicalType: 'date' } },
      { name: 'm', type: { type: 'bytes', logicalType: 'decimal', precision: 3, scale: 1 } },
    ],
  });
  const good = { n: 5, d: 0.5, day: 0, m: Uint8Array.from([0xff]) };
  const records = [
    good,
    { ...good, n: 2 ** 31 },
    { ...good, d: Number.NaN },
    { ...good, d: null, day: 3_000_000 },
    { ...good, m: Uint8Array.from([0x03, 0xe8]) },
  ];
  const bytes = writeContainer({
    schema,
    metadata: {},
    records,
    deflate: nodeDeflate,
    sync: new Uint8Array(16),
  });
  const columns = planOf({
    n: 'int',
    d: 'double',
    day: 'date',
    m: { kind: 'decimal', precision: 5, scale: 2 },
  });
  const { rows, lexical, parts } = await stage(bytes, columns, 'n, d, m::VARCHAR AS m, _lex');
  assert.deepEqual(rows[0], { n: 5, d: 0.5, m: '-0.10', _lex: 0 });
  assert.deepEqual(
    rows.map((row) => row['_lex']),
    [0, 1, 2, 4, 8],
  );
  assert.deepEqual(
    lexical.map(({ ord, col, txt }) => [ord, col, txt]),
    [
      [1, 0, '2147483648'],
      [2, 1, 'NaN'],
      [3, 2, '3000000'],
      [4, 3, '1000 / 10^1'],
    ],
  );
  assert.equal(parts[0]?.lexical, 4);
  const broken = Buffer.from(plain);
  broken[broken.indexOf(Buffer.from('ä€'))] = 0xff;
  const { lexical: encoding } = await stage(broken);
  assert.equal(encoding.length, 1, 'text that is no UTF-8');
});

test('a damaged file is refused whole, and never more', async () => {
  const snappy = readFileSync(fixture('fastavro-snappy.avro'));
  const changed = (bytes: Buffer, at: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 0x55;
    return copy;
  };
  const last = plain.length - 1;
  assert.match(await refusal(plain.subarray(0, last - 40)), /it ends inside a block/);
  assert.match(await refusal(plain.subarray(0, 100)), /header does not end/);
  assert.match(await refusal(changed(plain, last)), /sync marker/);
  assert.match(await refusal(changed(snappy, snappy.length - 18)), /checksum of a block/);
  assert.match(await refusal(Buffer.from('id,big\n1,2\n')), /no Avro container/);
  const xz = Buffer.from(plain.toString('latin1').replace('\u0008null', '\u0008lzma'), 'latin1');
  assert.match(await refusal(xz), /codec lzma is not read/);
  // Whatever byte is changed: the file is read or refused, and nothing else happens.
  for (let at = 4; at < plain.length; at += 23) {
    const failure = await stage(changed(plain, at), plan, '_ord').then(
      () => null,
      (error: unknown) => error,
    );
    assert.ok(failure === null || isWeftError(failure, 'BATCH_UNREADABLE'), `${at}: ${failure}`);
  }
});

test('a contract is inferred from a sample', async () => {
  const source = await readSample(fixture('fastavro-deflate.avro'));
  assert.deepEqual(source.columns, Object.keys(COLUMNS));
  assert.equal(source.rows.length, oracle.length);
  const row = oracle[1] ?? {};
  const cells = Object.fromEntries(source.columns.map((name, i) => [name, source.rows[1]?.[i]]));
  for (const [name, value] of Object.entries(row)) {
    const text = value === null ? null : String(value);
    const zoned = name.startsWith('seen_') ? `${text}Z` : text;
    assert.equal(cells[name], zoned, name);
  }
});
