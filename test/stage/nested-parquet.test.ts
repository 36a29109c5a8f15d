/**
 * Nested columns of Parquet files: types and names inside them against the contract, values that the types leave open.
 *
 * Files are DuckDB's own, but for those that it would not write.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { DataType, StructField } from '@weft/core/contract/data-type';
import { pathLabel } from '@weft/core/contract/nested-path';
import { nestedReasons } from '@weft/core/ingest/nested-reasons';
import { StageFile } from '@weft/core/ingest/stage-parquet';
import { isWeftError } from '@weft/core/lib/error';
import { quoteText } from '@weft/core/lib/ident-sql';
import { createBuilder } from '../../server/src/workers/nested-builder.ts';
import { type Columns, openBench, planOf } from './support.ts';

const bench = await openBench({ partBytes: 100_000 });
after(() => bench.close());

const field = (name: string, type: DataType, more: Partial<StructField> = {}): StructField => ({
  id: name,
  name,
  type,
  required: false,
  ...more,
});
const int: DataType = { kind: 'int' };
const COLUMNS: Columns = {
  id: 'long',
  address: {
    kind: 'struct',
    fields: [
      field('zip', { kind: 'string' }, { sourceName: 'postal code', required: true }),
      field('lat', { kind: 'double' }),
      field('since', { kind: 'date' }),
    ],
  },
  lines: {
    kind: 'list',
    element: {
      kind: 'struct',
      fields: [
        field('qty', int),
        field('price', { kind: 'decimal', precision: 20, scale: 2 }),
        field('seen', { kind: 'timestamptz' }),
      ],
    },
  },
  attributes: { kind: 'map', key: { kind: 'string' }, value: { kind: 'list', element: int } },
};
const plan = planOf(COLUMNS, { required: ['id'] });
const reasons = nestedReasons(plan.columns);

async function parquetOf(select: string): Promise<Buffer> {
  const path = join(bench.directory, 'made.parquet');
  await bench.engine.run(`COPY (${select}) TO ${quoteText(path)} (FORMAT parquet)`);
  return readFileSync(path);
}

/** Places and texts of what is wrong, with the label of the type or the fault. */
async function faultsOf(bytes: Uint8Array): Promise<unknown[][]> {
  const { parts } = await bench.stage(bytes, plan, { format: 'parquet' });
  const faults: unknown[][] = [];
  for (const { lexPath, path } of parts) {
    if (lexPath === null || path === null) continue;
    const rows = await bench.engine.rows(
      `SELECT ord, col, place, txt FROM read_parquet(${quoteText(lexPath)}) ORDER BY ord, place, col`,
    );
    for (const { ord, col, place, txt } of rows) {
      const reason = reasons[Number(col) - plan.columns.length];
      const what = reason?.kind === 'type' ? reason.label : reason?.fault;
      faults.push([ord, what ?? plan.columns[Number(col)]?.name, place, txt]);
    }
    const [marked] = await bench.engine.rows(
      `SELECT list(_ord ORDER BY _ord) AS ords FROM read_parquet(${quoteText(path)}) WHERE _lex <> 0`,
    );
    assert.deepEqual(marked?.['ords'], [...new Set(rows.map(({ ord }) => ord))]);
  }
  return faults;
}

const SMALL = `SELECT 1::INTEGER AS id,
  {'lat': 1.5::FLOAT, 'postal code': '01234', 'since': DATE '2026-01-01'} AS address,
  [{'seen': TIMESTAMPTZ '2026-01-01 00:00:00+02', 'qty': 7::UTINYINT, 'price': 1.10::DECIMAL(9,2)}, NULL] AS lines,
  MAP {'b': [1::BIGINT, NULL], 'a': []} AS attributes`;

test('fitting types become those of the contract, by name and in any order', async () => {
  const bytes = await parquetOf(`${SMALL} UNION ALL SELECT 2, NULL, NULL, NULL
    UNION ALL SELECT 3, {'lat': NULL, 'postal code': NULL, 'since': NULL}, [], MAP {}`);
  const { rows, lexical, parts } = await bench.stage(bytes, plan, {
    format: 'parquet',
    select: `id, CAST(to_json({a: address, l: lines, m: attributes}) AS VARCHAR) AS v, typeof(lines) AS t, _lex`,
  });
  assert.deepEqual(lexical, []);
  assert.equal(parts[0]?.lexPath, null);
  assert.deepEqual(
    rows.map(({ v }) => v),
    [
      '{"a":{"zip":"01234","lat":1.5,"since":"2026-01-01"},"l":[{"qty":7,"price":1.10,"seen":"2025-12-31 22:00:00+00"},null],"m":{"a":[],"b":[1,null]}}',
      '{"a":null,"l":null,"m":null}',
      '{"a":{"zip":null,"lat":null,"since":null},"l":[],"m":{}}',
    ],
  );
  assert.equal(
    rows[0]?.['t'],
    'STRUCT(qty INTEGER, price DECIMAL(20,2), seen TIMESTAMP WITH TIME ZONE)[]',
  );
});

test('values that their types leave open are named with their place', async () => {
  const bytes = await parquetOf(`${SMALL}
    UNION ALL SELECT 2, {'lat': 'nan'::FLOAT, 'postal code': 'x', 'since': DATE '12026-01-01'}, [], MAP {}
    UNION ALL SELECT 3, NULL, [NULL, {'seen': TIMESTAMPTZ '290000-01-01 00:00:00+00', 'qty': 1, 'price': 0}], MAP {'k "1"': [1, 2147483648]}`);
  const faults = await faultsOf(bytes);
  assert.deepEqual(faults, [
    [1, 'address.lat', 'address.lat', 'nan'],
    [1, 'address.since', 'address.since', '12026-01-01'],
    [2, 'attributes.value.items', 'attributes["k \\"1\\""][1]', '2147483648'],
    [2, 'lines.items.seen', 'lines[1].seen', '290000-01-01 00:00:00+00'],
  ]);
});

test('a map with a key twice is refused, and its record only', async () => {
  const type: DataType = {
    kind: 'map',
    key: { kind: 'string' },
    value: { kind: 'list', element: int },
  };
  const [id, map] = [createBuilder({ kind: 'long' }), createBuilder(type)];
  for (const keys of [
    ['a', 'b'],
    ['a', 'a'],
  ]) {
    id.add(1n);
    map.add({ kind: 'map', keys, values: keys.map(() => ({ kind: 'list', items: [] })) });
  }
  const file = new StageFile([
    { name: 'id', type: { kind: 'long' }, nullable: true },
    { name: 'attributes', type, nullable: true },
  ]);
  const bytes = [
    file.head(),
    ...file.rowGroup(2, [...id.takeAll(), ...map.takeAll()]),
    ...file.tail(),
  ];
  const faults = await faultsOf(Buffer.concat(bytes));
  assert.deepEqual(
    faults.map(([ord, what, place]) => [ord, what, place]),
    [[1, 'duplicate_field', 'attributes']],
  );
});

test('every name and type that differs inside a column is named', async () => {
  const bytes = await parquetOf(`SELECT 1 AS id, {'zip': 'x', 'lat': '1'} AS address,
    [{'qty': 1.5, 'price': 1::DECIMAL(20,3), 'more': 1}] AS lines, MAP {1: [1]} AS attributes`);
  await assert.rejects(bench.stage(bytes, plan, { format: 'parquet' }), (error) => {
    assert.ok(isWeftError(error, 'BATCH_UNREADABLE'));
    assert.deepEqual(error.errors.map(({ code, path }) => `${code} ${path}`).sort(), [
      'column_type address.lat',
      'column_type attributes.key',
      'column_type lines.items.price',
      'column_type lines.items.qty',
      'missing_column address.zip',
      'unknown_column address.zip',
      'unknown_column lines.items.more',
    ]);
    return true;
  });
  const flat = await parquetOf(`SELECT 1 AS id, 'x' AS address, [[1]] AS lines, [1] AS attributes`);
  await assert.rejects(bench.stage(flat, plan, { format: 'parquet' }), (error) => {
    assert.ok(isWeftError(error, 'BATCH_UNREADABLE'));
    assert.deepEqual(
      error.errors.map(({ path }) => path),
      ['address', pathLabel('lines', ['items']), 'attributes'],
    );
    return true;
  });
});
