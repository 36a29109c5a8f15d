/**
 * Roll-ups through the real query service: cells, sums and thresholds are those of a second implementation over the rows
 * as they were made up, and nothing finer than a cell is in any file.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { isWeftError } from '@weft/core/lib/error';
import { quoteText } from '@weft/core/lib/ident-sql';
import type { PlaceMask, RollUp } from '@weft/core/policy/obligations';
import fc from 'fast-check';
import {
  CANARY,
  openQueryFixture,
  type QueryFixture,
  type WarehouseColumn,
} from '../hostile/support.ts';
import { type GovernedQueries, openGoverned } from '../support/governed.ts';

const seed = Number(process.env['WEFT_SEED'] ?? 20_260_604);
const COLUMNS: WarehouseColumn[] = [
  { name: 'store', type: { kind: 'string' }, classification: null },
  { name: 'sold', type: { kind: 'timestamp' }, classification: null },
  { name: 'household', type: { kind: 'string' }, classification: null },
  { name: 'amount', type: { kind: 'decimal', precision: 18, scale: 2 }, classification: null },
  { name: 'pieces', type: { kind: 'long' }, classification: null },
];
const CELLS: RollUp = {
  by: [
    { column: 'store', unit: null },
    { column: 'sold', unit: 'week' },
  ],
  measures: [
    { function: 'count', column: null, as: 'n' },
    { function: 'count', column: 'amount', as: 'priced' },
    { function: 'sum', column: 'amount', as: 'sales' },
    { function: 'sum', column: 'pieces', as: 'units' },
    { function: 'average', column: 'amount', as: 'mean' },
    { function: 'count_distinct', column: 'pieces', as: 'sizes' },
  ],
  minimum: { units: 3, of: 'household' },
};
const SHOWN = ['store', 'sold', 'n', 'priced', 'sales', 'units', 'mean', 'sizes'];

interface Row {
  store: string | null;
  day: string;
  household: string | null;
  cents: bigint | null;
  pieces: bigint | null;
}

const rowOf = fc.record<Row>({
  store: fc.constantFrom('north', 'south', 'west', null),
  day: fc.constantFrom('2025-12-28', '2025-12-29', '2026-01-01', '2026-01-04', '2026-01-05'),
  household: fc.option(fc.integer({ min: 0, max: 9 }).map((n) => `${CANARY}-${n}`)),
  cents: fc.option(fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n })),
  pieces: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { freq: 3 }),
});
const FILES = [0, 1].map((file) => fc.sample(rowOf, { numRuns: 60, seed: seed + file }));

function valuesSql(rows: readonly Row[]): string {
  const text = (value: string | null): string => (value === null ? 'NULL' : quoteText(value));
  const tuples = rows.map(({ store, day, household, cents, pieces }) => {
    const amount = cents === null ? null : pointed(cents);
    const cells = [store, `${day} 10:30:00`, household, amount, pieces?.toString() ?? null];
    return `(${cells.map(text).join(', ')})`;
  });
  return `SELECT * FROM (VALUES ${tuples.join(', ')}) v(${COLUMNS.map(({ name }) => name).join(', ')})`;
}

function pointed(cents: bigint): string {
  const digits = String(cents < 0n ? -cents : cents).padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function monday(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return `${date.toISOString().slice(0, 10)}T00:00:00`;
}

/** The cells of rows by a second implementation, in the order of their text. */
function cellsOf(rows: readonly Row[], least: number, storeOf = (store: string | null) => store) {
  const groups = Map.groupBy(rows, (row) => JSON.stringify([storeOf(row.store), monday(row.day)]));
  const cells = [...groups].flatMap(([key, group]) => {
    if (new Set(group.flatMap(({ household }) => household ?? [])).size < least) return [];
    const cents = group.flatMap((row) => row.cents ?? []);
    const pieces = group.flatMap((row) => row.pieces ?? []);
    const isEnough = (has: (row: Row) => boolean): boolean =>
      new Set(group.filter(has).flatMap(({ household }) => household ?? [])).size >= least;
    const isPriced = isEnough((row) => row.cents !== null);
    const isCounted = isEnough((row) => row.pieces !== null);
    const sum = cents.reduce((a, b) => a + b, 0n);
    return [
      [
        ...(JSON.parse(key) as (string | null)[]),
        group.length,
        isPriced ? cents.length : null,
        isPriced ? pointed(sum) : null,
        isCounted ? String(pieces.reduce((a, b) => a + b, 0n)) : null,
        isPriced ? Number(pointed(sum)) / cents.length : null,
        isCounted ? new Set(pieces).size : null,
      ],
    ];
  });
  return sorted(cells);
}

const sorted = (rows: readonly unknown[][]): unknown[][] =>
  rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

let fixture: QueryFixture;
let queries: GovernedQueries;
before(async () => {
  fixture = await openQueryFixture();
  await fixture.writeTable('shop.sales', COLUMNS, FILES.slice(0, 1).map(valuesSql));
  queries = await openGoverned(fixture);
});
after(async () => {
  await queries.close();
  fixture.remove();
});

test('cells are those of a second implementation, without those of too few units, for every minimum', async () => {
  const rows = FILES[0] ?? [];
  const counts = new Set<number>();
  for (const units of [1, 3, 6, 100]) {
    const rollUp = { ...CELLS, minimum: { units, of: 'household' } };
    queries.decisions.set('shop.sales', { columns: SHOWN, rollUp });
    const expected = cellsOf(rows, units);
    counts.add(expected.length);
    assert.deepEqual(sorted(await queries.rows('SELECT * FROM shop.sales')), expected);
  }
  assert.equal(counts.size, 4, 'each minimum leaves other cells');
});

test('filter and masks come before the cells, units are counted by stored values', async () => {
  const masks: PlaceMask[] = [
    { place: 'store', mask: { kind: 'part', show: 'first', characters: 1 } },
    { place: 'household', mask: { kind: 'null' } },
  ];
  queries.decisions.set('shop.sales', {
    columns: SHOWN,
    rollUp: CELLS,
    masks,
    rowFilter: { op: 'ne', column: 'store', value: { type: 'string', value: 'west' } },
  });
  const rows = (FILES[0] ?? []).filter(({ store }) => store !== 'west');
  const shown = (store: string | null): string | null => (store === null ? null : `${store[0]}…`);
  assert.deepEqual(sorted(await queries.rows('SELECT * FROM shop.sales')), cellsOf(rows, 3, shown));
});

test('cells stand in their own order, and a query reaches nothing else', async () => {
  queries.decisions.set('shop.sales', { columns: SHOWN, rollUp: CELLS });
  const stores = (await queries.rows('SELECT store FROM shop.sales')).flat();
  const named = stores.filter((store) => store !== null);
  assert.deepEqual(named, named.toSorted());
  for (const column of ['household', 'amount', '_weft_unit']) {
    await assert.rejects(queries.ask(`SELECT ${column} FROM shop.sales`), (error) =>
      isWeftError(error, 'QUERY_FAILED'),
    );
  }
  const doubled = await queries.rows('SELECT sum(n) FROM shop.sales WHERE n < 3');
  assert.deepEqual(doubled, [[null]], 'no cell has fewer rows than units');
});

test('a dimension that is not shown is not there, though cells are as fine', async () => {
  queries.decisions.set('shop.sales', { columns: ['store', 'n'], rollUp: CELLS });
  const expected = cellsOf(FILES[0] ?? [], 3).map(([store, , n]) => [store, n]);
  assert.deepEqual(sorted(await queries.rows('SELECT * FROM shop.sales')), sorted(expected));
});

test('the next version of the table has cells of all its rows', async () => {
  queries.decisions.set('shop.sales', { columns: SHOWN, rollUp: CELLS });
  await fixture.writeTable('shop.sales', COLUMNS, FILES.map(valuesSql));
  const expected = cellsOf(FILES.flat(), 3);
  assert.deepEqual(sorted(await queries.rows('SELECT * FROM shop.sales')), expected);
});

test('no unit and no row is in a file', async () => {
  const home = path.join(fixture.directory, 'kept', 'projections');
  const files = fs
    .readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.parquet'))
    .map((name) => path.join(home, name));
  assert.ok(files.length >= 7);
  const withRows = files.filter((file) => fs.statSync(file).size > 0);
  assert.equal(withRows.length, files.length - 1, 'only the cells of 100 units are none');
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  for (const file of withRows) {
    assert.ok(!fs.readFileSync(file).includes(CANARY), file);
    const cells = await connection.runAndReadAll(
      `SELECT count(*) FROM read_parquet('${file}') AS t WHERE contains(CAST(t AS VARCHAR), '${CANARY}')`,
    );
    assert.equal(Number(cells.getRows()[0]?.[0]), 0, file);
  }
  connection.closeSync();
});
