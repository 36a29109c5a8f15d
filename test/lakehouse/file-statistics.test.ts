/**
 * Statistics that are made of a file's rows: those of the engine that wrote it, and right where that has none or leaves
 * room.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { decodeBound } from '@weft/core/lakehouse/bounds';
import { dataFileOf, fileStatisticsSql } from '@weft/core/lakehouse/file-statistics';
import { createTable, currentColumns } from '@weft/core/lakehouse/table';
import type { BoundColumn, DataFile, TableColumn } from '@weft/core/lakehouse/types';
import { openTestEngine } from '../support/engine.ts';
import { ALL_TYPES, column, localTable, writeFile } from './support.ts';

const engine = await openTestEngine();
after(() => engine.close());

const bind = (columns: TableColumn[]): BoundColumn[] =>
  currentColumns(createTable({ uuid: 'u', location: '/t', columns, properties: {}, now: 1 }));

async function both(
  t: Parameters<typeof localTable>[0],
  columns: BoundColumn[],
  select: string,
): Promise<{ made: DataFile; written: DataFile }> {
  const file = join(localTable(t).root, 'orders', 'data', 'a.parquet');
  const written = await writeFile(engine, { select, columns, file });
  const [row = {}] = await engine.rows(fileStatisticsSql(file, columns));
  return { made: dataFileOf(row, columns, written), written };
}

test('every type has the statistics that the engine gives when it writes', async (t) => {
  const select = `SELECT i AS id, i::INTEGER AS small, i / 4 AS share, i > 2 AS ok, (i / 4)::DECIMAL(9,2) AS price,
    i::DECIMAL(18,4) AS sum, (-i)::DECIMAL(38,10) AS huge, DATE '1969-12-30' + i::INTEGER AS day, TIME '08:00:00.000001' AS clock,
    TIMESTAMP '1969-12-31 23:59:59.999999' + to_hours(i) AS local_at, TIMESTAMPTZ '2026-01-01 00:00:00+00' + to_days(i::INTEGER) AS at,
    CASE WHEN i = 3 THEN NULL ELSE 'é' || repeat('x', i::INTEGER * 9) END AS "we""ird, näme=", {'zip': 'z' || i, 'lat': i / 2} AS place,
    ['a'] AS tags, MAP {'k': i} AS attributes FROM (SELECT unnest(range(1, 6)) AS i)`;
  const { made, written } = await both(t, bind(ALL_TYPES), select);
  assert.equal(made.records, 5);
  const told = ({ valueCounts, nullCounts, lowerBounds, upperBounds }: DataFile): unknown =>
    [valueCounts, nullCounts, lowerBounds, upperBounds].map((map) =>
      [...map].sort(([a], [b]) => a - b),
    );
  assert.deepEqual(told(made), told(written));
});

test('NaN is counted and bounds nothing, both zeros are inside, long text is cut and still enclosed', async (t) => {
  const columns = bind([
    column('share', { kind: 'double' }),
    column('note', { kind: 'string' }),
    column('none', { kind: 'long' }),
  ]);
  const long = `repeat('z', 300)`;
  const select = `SELECT * FROM (VALUES ('NaN'::DOUBLE, ${long}, NULL), (0.0, 'a', NULL), (-0.0, NULL, NULL)) v(share, note, none)`;
  const { made } = await both(t, columns, select);
  assert.deepEqual(made.nanCounts, new Map([[1, 1]]));
  assert.deepEqual(
    made.nullCounts,
    new Map([
      [1, 0],
      [2, 1],
      [3, 3],
    ]),
  );
  const bound = (of: 'lowerBounds' | 'upperBounds', id: number, kind: 'double' | 'string') =>
    decodeBound({ kind }, made[of].get(id) ?? new Uint8Array());
  assert.ok(Object.is(bound('lowerBounds', 1, 'double'), -0));
  assert.ok(Object.is(bound('upperBounds', 1, 'double'), 0));
  assert.equal(bound('lowerBounds', 2, 'string'), 'a');
  assert.equal(bound('upperBounds', 2, 'string'), `${'z'.repeat(15)}{`);
  assert.ok(!made.lowerBounds.has(3) && !made.upperBounds.has(3));
});
