/**
 * Exported tables, opened by PyIceberg and by the Iceberg extension of DuckDB: the rows are those of a governed query of
 * the same subject, with filter and masks, as they are stored, as cells, and where there is none. Not part of the default
 * suite.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openQueryFixture, type QueryFixture, type WarehouseColumn } from '../hostile/support.ts';
import { bytesOf, putOnDisk, untar } from '../support/exported.ts';
import type { Said } from '../support/governed.ts';
import { type GovernedQueries, openGoverned } from '../support/governed.ts';
import { duckdbIceberg, pyiceberg, tellAbsent } from './engines.ts';

const SCRIPT = join(import.meta.dirname, 'scripts', 'read_exported.py');
const TEXT = { kind: 'string' } as const;
const COLUMNS: WarehouseColumn[] = [
  { name: 'id', type: { kind: 'long' }, classification: null },
  { name: 'region', type: TEXT, classification: null },
  { name: 'email', type: TEXT, classification: null },
  { name: 'price', type: { kind: 'decimal', precision: 9, scale: 2 }, classification: null },
  { name: 'day', type: { kind: 'date' }, classification: null },
  { name: 'tags', type: { kind: 'list', element: TEXT }, classification: null },
  {
    name: 'place',
    type: {
      kind: 'struct',
      fields: [
        { id: 'city', name: 'city', type: TEXT, required: false },
        { id: 'street', name: 'street', type: TEXT, required: false },
      ],
    },
    classification: null,
  },
];
const ALL = COLUMNS.map(({ name }) => name);
const part = (from: number): string => `
  SELECT r.i + ${from} AS id, CASE WHEN r.i % 3 = 0 THEN NULL WHEN r.i % 3 = 1 THEN 'DE' ELSE 'FR' END AS region,
    '😀' || r.i || '@mail' AS email, (r.i / 4)::DECIMAL(9, 2) AS price, DATE '1969-12-20' + r.i::INTEGER AS day,
    CASE WHEN r.i % 5 = 0 THEN NULL ELSE ['a', 'b' || r.i, NULL] END AS tags, {'city': 'Köln', 'street': 's' || r.i} AS place
  FROM range(50) r(i)`;
const DE = { op: 'eq', column: 'region', value: { type: 'string', value: 'DE' } } as const;

const FORMS: { name: string; said: Said }[] = [
  { name: 'as they are stored', said: { columns: ALL } },
  {
    name: 'filtered and masked',
    said: {
      columns: ALL.filter((name) => name !== 'region'),
      rowFilter: DE,
      masks: [
        { place: 'email', mask: { kind: 'hash' } },
        { place: 'day', mask: { kind: 'truncate', unit: 'year' } },
        { place: 'place.street', mask: { kind: 'hide' } },
        { place: 'price', mask: { kind: 'bucket', bounds: ['3', '7'] } },
      ],
    },
  },
  {
    name: 'as cells',
    said: {
      columns: ['region', 'rows', 'id'],
      rollUp: {
        by: [{ column: 'region', unit: null }],
        measures: [
          { function: 'count', column: null, as: 'rows' },
          { function: 'sum', column: 'id', as: 'id' },
        ],
        minimum: { units: 10, of: 'id' },
      },
    },
  },
  { name: 'none', said: { columns: ['id', 'region'], rowFilter: { op: 'false' } } },
];

let fixture: QueryFixture;
let queries: GovernedQueries;
before(async () => {
  fixture = await openQueryFixture();
  await fixture.writeTable('shop.sold', COLUMNS, [part(0), part(100), part(200)]);
  queries = await openGoverned(fixture);
});
after(async () => {
  await queries.close();
  fixture.remove();
});

const READERS = [
  { name: 'PyIceberg', program: 'pyiceberg', engine: pyiceberg },
  { name: 'DuckDB and its Iceberg extension', program: 'duckdb', engine: duckdbIceberg },
];

interface Told {
  rows: Record<string, unknown>[];
  files: number | null;
  kept: number;
}

for (const { name, program, engine } of READERS) {
  test(`${name} reads what a query of the same subject shows`, async (t) => {
    const found = engine();
    if ('absent' in found) return tellAbsent(t, found.absent);
    for (const form of FORMS) {
      queries.decisions.set('shop.sold', form.said);
      const folder = join(fixture.directory, `${program} ${form.name}`);
      const { body } = await queries.export('shop.sold', { location: folder });
      const metadata = putOnDisk(folder, untar(await bytesOf(body)));
      const out = found.run(SCRIPT, [program, metadata, 'id < 100']);
      const told = JSON.parse(out.trim().split('\n').at(-1) ?? '') as Told;
      const { columns, rows } = JSON.parse(await queries.ask('SELECT * FROM shop.sold')) as {
        columns: { name: string }[];
        rows: unknown[][];
      };
      const wanted = rows.map((row) =>
        Object.fromEntries(columns.map((column, i) => [column.name, plain(row[i])])),
      );
      assert.deepEqual(inOrder(told.rows), inOrder(wanted), form.name);
      assert.equal(rows.length > 0, form.name !== 'none');
      const below = rows.filter(
        (row) => Number(row[columns.findIndex((c) => c.name === 'id')]) < 100,
      );
      assert.equal(told.kept, below.length, form.name);
      if (told.files !== null && form.name !== 'as cells')
        assert.equal(told.files, form.name === 'none' ? 0 : 1, 'bounds prune');
    }
  });
}

/** A cell of a JSON answer as the script shows it. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  return typeof value === 'number' ? String(value) : value;
}

function inOrder(rows: readonly unknown[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}
