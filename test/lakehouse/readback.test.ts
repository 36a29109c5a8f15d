/**
 * Tables that Weft wrote, read back by a reader that we did not write and by DuckDB through our own plan: after creation,
 * several appends, evolution, and with values of every type.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  loadTable,
  stageAppend,
  stageMetadata,
  type TablePointer,
} from '@weft/core/lakehouse/commit';
import type { LakehousePorts } from '@weft/core/lakehouse/ports';
import { planScan } from '@weft/core/lakehouse/scan';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import { createTable, currentColumns, evolveColumns } from '@weft/core/lakehouse/table';
import type { TableColumn } from '@weft/core/lakehouse/types';
import { quoteIdent } from '@weft/core/lib/ident-sql';
import { openTestEngine } from '../support/engine.ts';
import { readByIcebird } from './icebird.ts';
import { ALL_TYPES, column, localTable, writeFile } from './support.ts';

const engine = await openTestEngine();
after(() => engine.close());

interface Place {
  ports: LakehousePorts;
  root: string;
  location: string;
}

function newTable(place: Place, columns: TableColumn[]): TablePointer {
  const uuid = '6f9b5a3e-0000-4000-8000-000000000001';
  const metadata = createTable({ uuid, location: place.location, columns, properties: {}, now: 1 });
  return { metadata, location: null };
}

/** Appends one file with the rows of a SELECT, and loads the table as another process would. */
async function append(place: Place, table: TablePointer, select: string): Promise<TablePointer> {
  const columns = currentColumns(table.metadata);
  const name = `${table.metadata['last-sequence-number']}.parquet`;
  const file = join(place.root, 'orders', 'data', name);
  const staged = await stageAppend(place.ports, {
    base: table.metadata,
    files: [await writeFile(engine, { select, columns, file })],
    summary: { 'weft.batch': 'bat_1' },
    baseLocation: table.location,
  });
  const metadata = await loadTable(place.ports, staged.metadataLocation);
  return { metadata, location: staged.metadataLocation };
}

async function readByPlan(place: Place, table: TablePointer): Promise<Record<string, unknown>[]> {
  const files = await planScan(place.ports, table.metadata);
  const columns = currentColumns(table.metadata);
  const names = columns.map((c) => quoteIdent(c.name)).join(', ');
  return engine.rows(
    `SELECT ${names} FROM ${readParquetSql(
      files.map((f) => f.path),
      columns,
    )} ORDER BY 1`,
  );
}

const byId = (a: Record<string, unknown>, b: Record<string, unknown>): number =>
  Number(a['id']) - Number(b['id']);

async function readForeign(table: TablePointer): Promise<Record<string, unknown>[]> {
  assert.ok(table.location !== null);
  const rows = await readByIcebird(table.location);
  // The other reader has bigint for 64-bit integers and undefined for NULL of a column that a file lacks.
  return rows
    .map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, plain(v)])))
    .sort(byId);
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
  if (value instanceof Date) return value.toISOString();
  return value ?? null;
}

test('create and append, again and again', async (t) => {
  const place = localTable(t);
  let table = newTable(place, [column('id', { kind: 'long' }), column('name', { kind: 'string' })]);
  const expected: unknown[] = [];
  for (let i = 0; i < 4; i++) {
    table = await append(place, table, `SELECT ${i} AS id, 'näme ' || ${i} AS name`);
    expected.push({ id: i, name: `näme ${i}` });
    assert.deepEqual(await readForeign(table), expected);
    assert.deepEqual(await readByPlan(place, table), expected);
  }
  assert.equal(table.metadata.snapshots.length, 4);
});

test('rename, add, drop, the same name again, and promotion: both readers agree with what was meant', async (t) => {
  const place = localTable(t);
  const id = column('id', { kind: 'int' }, 'p-id');
  const note = column('note', { kind: 'string' }, 'p-note');
  const score = column('score', { kind: 'double' }, 'p-score');
  let table = newTable(place, [id, note, score]);
  const evolve = (...columns: TableColumn[]): void => {
    table = { ...table, metadata: evolveColumns(table.metadata, columns, 2) };
  };
  table = await append(place, table, `SELECT 1 AS id, 'one' AS note, 1.5 AS score`);
  const remark = column('remark', { kind: 'string' }, 'p-note');
  const price = column('price', { kind: 'decimal', precision: 9, scale: 2 });
  evolve(id, remark, price, score);
  table = await append(
    place,
    table,
    `SELECT 2 AS id, 'two' AS remark, 9.99 AS price, 2.5 AS score`,
  );
  const long = column('id', { kind: 'long' }, 'p-id');
  evolve(long, remark, price);
  table = await append(place, table, `SELECT 5000000000 AS id, 'three' AS remark, 1.01 AS price`);
  const wide = column('price', { kind: 'decimal', precision: 20, scale: 2 });
  evolve(
    wide,
    column('score', { kind: 'string' }, 'p-score'),
    long,
    column('note', { kind: 'boolean' }, 'p-new'),
    remark,
  );
  table = await append(
    place,
    table,
    `SELECT 5000000001 AS id, 'four' AS remark, 123456789012345678.25 AS price, 'high' AS score, true AS note`,
  );
  const expected = [
    { price: null, score: null, id: 1, note: null, remark: 'one' },
    { price: 9.99, score: null, id: 2, note: null, remark: 'two' },
    { price: 1.01, score: null, id: 5000000000, note: null, remark: 'three' },
    {
      price: Number('123456789012345678.25'),
      score: 'high',
      id: 5000000001,
      note: true,
      remark: 'four',
    },
  ];
  assert.deepEqual(await readForeign(table), expected);
  const rows = await readByPlan(place, table);
  const exact = ['9.99', '1.01', '123456789012345678.25'];
  assert.deepEqual(
    rows.sort(byId).map((row) => row['price']),
    [null, ...exact],
  );
  assert.deepEqual(
    rows.map(({ price, ...rest }) => rest),
    expected.map(({ price, ...rest }) => rest),
  );
});

test('a member of a struct may come and go', async (t) => {
  const place = localTable(t);
  const text = { kind: 'string' } as const;
  const place1 = (...names: string[]): TableColumn =>
    column('place', {
      kind: 'struct',
      fields: names.map((name) => ({ id: name, name, type: text, required: false })),
    });
  const id = column('id', { kind: 'long' });
  let table = newTable(place, [id, place1('zip', 'city')]);
  table = await append(place, table, `SELECT 1 AS id, {'zip': '1', 'city': 'A'} AS place`);
  table = { ...table, metadata: evolveColumns(table.metadata, [id, place1('zip', 'street')], 2) };
  table = await append(place, table, `SELECT 2 AS id, {'zip': '2', 'street': 'B'} AS place`);
  assert.deepEqual(await readByPlan(place, table), [
    { id: 1, place: { zip: '1', street: null } },
    { id: 2, place: { zip: '2', street: 'B' } },
  ]);
});

test('an empty table has its columns and no rows', async (t) => {
  const place = localTable(t);
  const empty = newTable(place, ALL_TYPES);
  const staged = await stageMetadata(place.ports, { base: empty.metadata, baseLocation: null });
  let table: TablePointer = {
    metadata: await loadTable(place.ports, staged.metadataLocation),
    location: staged.metadataLocation,
  };
  assert.deepEqual(await readByPlan(place, table), []);
  const described = await engine.rows(
    `DESCRIBE SELECT * FROM ${readParquetSql([], currentColumns(table.metadata))}`,
  );
  assert.equal(described.length, ALL_TYPES.length);
  const nothing = await stageAppend(place.ports, {
    base: table.metadata,
    files: [],
    summary: {},
    baseLocation: table.location,
  });
  table = { metadata: nothing.metadata, location: nothing.metadataLocation };
  assert.deepEqual(await readByPlan(place, table), []);
  const columns = ALL_TYPES.map((c) => `NULL AS ${quoteIdent(c.name)}`).join(', ');
  table = await append(place, table, `SELECT ${columns} WHERE FALSE`);
  assert.deepEqual(await readByPlan(place, table), []);
  assert.deepEqual(await readForeign(table), []);
});

const ROW = `SELECT 9007199254740993 AS id, -2147483648 AS small, 'NaN'::DOUBLE AS share, true AS ok,
  -1234567.89 AS price, 12345678901234.5678 AS sum, 1234567890123456789012345678.0123456789 AS huge,
  DATE '9999-12-31' AS day, TIME '23:59:59.999999' AS clock, TIMESTAMP '1969-12-31 23:59:59.123456' AS local_at,
  TIMESTAMPTZ '2024-02-29 12:00:00.000001+02' AS at, 'ünï😀 a''b' AS "we""ird, näme=",
  {'zip': '01', 'lat': 1.5} AS place, ['a', NULL, 'b'] AS tags, MAP {'k': 1, 'l': NULL} AS attributes`;

test('values of every type come back, from both readers', async (t) => {
  const place = localTable(t);
  const nulls = ALL_TYPES.map((c) => `NULL AS ${quoteIdent(c.name)}`).join(', ');
  const table = await append(place, newTable(place, ALL_TYPES), `${ROW} UNION ALL SELECT ${nulls}`);
  const [row, empty] = await readByPlan(place, table);
  assert.deepEqual(row, {
    id: '9007199254740993',
    small: -2147483648,
    share: Number.NaN,
    ok: true,
    price: '-1234567.89',
    sum: '12345678901234.5678',
    huge: '1234567890123456789012345678.0123456789',
    day: '9999-12-31',
    clock: '23:59:59.999999',
    local_at: '1969-12-31 23:59:59.123456',
    at: '2024-02-29 10:00:00.000001+00',
    'we"ird, näme=': "ünï😀 a'b",
    place: { zip: '01', lat: 1.5 },
    tags: ['a', null, 'b'],
    attributes: [
      ['k', 1],
      ['l', null],
    ],
  });
  assert.ok(empty !== undefined && Object.values(empty).every((value) => value === null));
  const foreign = (await readForeign(table)).find((candidate) => candidate['id'] !== null);
  // The column with a strange name is left out: that reader looks for the Avro-safe form of names in Parquet files.
  const { 'we"ird, näme=': _, price, sum, huge, attributes, ...rest } = foreign ?? {};
  assert.deepEqual(rest, {
    id: 9007199254740993n,
    small: -2147483648,
    share: Number.NaN,
    ok: true,
    day: '9999-12-31T00:00:00.000Z',
    clock: 86399999999,
    // That reader cuts microseconds off towards 1970.
    local_at: '1969-12-31T23:59:59.124Z',
    at: '2024-02-29T10:00:00.000Z',
    place: { zip: '01', lat: 1.5 },
    tags: ['a', null, 'b'],
  });
  assert.ok(Math.abs(Number(price) + 1234567.89) < 1e-6);
  assert.ok(Math.abs(Number(sum) / 12345678901234.568 - 1) < 1e-12);
  assert.ok(Math.abs(Number(huge) / 1.23456789e27 - 1) < 1e-8);
  assert.ok(
    JSON.stringify(attributes, (_key, v) => (typeof v === 'bigint' ? Number(v) : v)).includes('1'),
  );
});
