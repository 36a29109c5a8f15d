/**
 * What a subject may see of a table, handed out as an Iceberg table: the rows of a query of the same subject, read back by
 * our reader and by one that we did not write; nothing hidden in any byte; and the refusals.
 *
 * Through the real services with decisions that the test makes; over HTTP and by the command: `export.mesh.test.ts`.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { loadTable } from '@weft/core/lakehouse/commit';
import { planScan } from '@weft/core/lakehouse/scan';
import { must } from '@weft/core/lib/assert';
import { isWeftError } from '@weft/core/lib/error';
import type { PlaceMask } from '@weft/core/policy/obligations';
import type { ExportList } from '@weft/core/query/export-list';
import { nodeDeflate } from '../../server/src/adapters/deflate.ts';
import { createLocalObjectStore } from '../../server/src/adapters/object-store-local.ts';
import {
  CANARY,
  openQueryFixture,
  type QueryFixture,
  type WarehouseColumn,
} from '../hostile/support.ts';
import { readByIcebird } from '../lakehouse/icebird.ts';
import { openTestEngine } from '../support/engine.ts';
import { bytesOf, putOnDisk, readExported, untar } from '../support/exported.ts';
import { type GovernedQueries, openGoverned } from '../support/governed.ts';

const TEXT = { kind: 'string' } as const;
const COLUMNS: WarehouseColumn[] = [
  { name: 'id', type: { kind: 'long' }, classification: null },
  { name: 'salary', type: { kind: 'int' }, classification: null },
  { name: 'region', type: TEXT, classification: null },
  { name: 'email', type: TEXT, classification: null },
  { name: 'share', type: { kind: 'double' }, classification: null },
  {
    name: 'address',
    type: {
      kind: 'struct',
      fields: [
        { id: 'city', name: 'city', type: TEXT, required: false },
        { id: 'street', name: 'street', type: TEXT, required: false },
      ],
    },
    classification: null,
  },
  { name: 'tags', type: { kind: 'list', element: TEXT }, classification: null },
];
const ALL = COLUMNS.map(({ name }) => name);
const DE = { op: 'eq', column: 'region', value: { type: 'string', value: 'DE' } } as const;
const MASKS: PlaceMask[] = [
  { place: 'email', mask: { kind: 'hash' } },
  { place: 'salary', mask: { kind: 'bucket', bounds: ['100', '200'] } },
  { place: 'address.street', mask: { kind: 'hide' } },
];
/** Rows of DE are there to be seen; all others, and masked cells, hold the canary. */
const part = (from: number, region: string): string => `
  SELECT r.i + ${from} AS id, (900 - r.i)::INTEGER AS salary, ${region} AS region,
    '${CANARY}-' || r.i AS email, CASE WHEN r.i % 7 = 0 THEN 'NaN'::DOUBLE ELSE r.i / 3 END AS share,
    {'city': CASE ${region} WHEN 'DE' THEN 'Bonn' ELSE '${CANARY}' END, 'street': '${CANARY}'} AS address,
    CASE ${region} WHEN 'DE' THEN ['a', NULL] ELSE ['${CANARY}'] END AS tags
  FROM range(60) r(i)`;

let fixture: QueryFixture;
let queries: GovernedQueries;
let engine: SqlEngine;
let folders = 0;
before(async () => {
  fixture = await openQueryFixture();
  await fixture.writeTable('hr.people', COLUMNS, [
    part(0, "'DE'"),
    part(100, "CASE WHEN r.i % 2 = 0 THEN 'DE' ELSE 'FR' END"),
    part(200, "'FR'"),
  ]);
  engine = await openTestEngine();
  queries = await openGoverned(fixture);
});
after(async () => {
  await queries.close();
  engine.close();
  fixture.remove();
});

interface Exported {
  archive: Buffer;
  entries: Map<string, Buffer>;
  list: ExportList;
  /** Of the metadata file, where it stands. */
  metadata: string;
}

async function take(options: { have?: string[]; version?: number } = {}): Promise<Exported> {
  const folder = path.join(fixture.directory, `out-${++folders}`);
  const answer = await queries.export('hr.people', { location: folder, ...options });
  const archive = await bytesOf(answer.body);
  const entries = untar(archive);
  const list = JSON.parse(String(entries.get('weft-export.json'))) as ExportList;
  return { archive, entries, list, metadata: putOnDisk(folder, entries) };
}

/** The answer of a query of the same subject, each value as text. */
async function queried(columns: readonly string[], by: string): Promise<unknown[][]> {
  const list = columns.map((name) => `CAST(${name} AS VARCHAR) AS ${name}`).join(', ');
  return await queries.rows(`SELECT ${list} FROM hr.people ORDER BY ${by}`);
}

const refusedAs = (code: string) => (error: unknown) => isWeftError(error, code as never);

test('filtered and masked rows are those of a query, for two readers, and nothing else is in any byte', async () => {
  queries.decisions.set('hr.people', { columns: ALL, masks: MASKS, rowFilter: DE });
  const { archive, list, metadata } = await take();
  const read = await readExported(engine, metadata, 'id');
  assert.equal(read.rows.length, 90);
  assert.deepEqual(read.columns, ALL);
  assert.deepEqual(read.rows, await queried(ALL, 'id'));
  const byOther = await readByIcebird(metadata);
  assert.deepEqual(
    byOther.map(({ id }) => String(id)).sort(),
    read.rows.map(([id]) => id),
  );
  assert.equal(list.rows, 90);
  assert.equal(list.files.length, 2, 'a data file without a visible row is none');
  assert.ok(!archive.includes(CANARY), 'the canary left');
  const [schema] = read.metadata.schemas;
  assert.deepEqual(
    must(schema, 'a schema').fields.map(({ id, type }) => [
      id,
      typeof type === 'string' ? type : 0,
    ]),
    [
      [1, 'long'],
      [2, 'string'],
      [3, 'string'],
      [4, 'string'],
      [5, 'double'],
      [6, 0],
      [7, 0],
    ],
  );
  for (const uri of await storedPaths()) assert.ok(!archive.includes(path.basename(uri)), uri);
});

async function storedPaths(): Promise<string[]> {
  const loaded = must(
    await fixture.tables.load({ domain: 'hr', table: 'people', major: 1 }),
    'the table',
  );
  return (await fixture.tables.files(loaded, { op: 'true' })).map((file) => file.path);
}

test('every statistic that is handed out is of the very rows of its file', async () => {
  queries.decisions.set('hr.people', { columns: ['id', 'share'], rowFilter: DE });
  const { metadata } = await take();
  const low = { op: 'lt', column: 'id', value: { type: 'long', value: '30' } } as const;
  const folder = path.dirname(path.dirname(metadata));
  const ports = { objects: createLocalObjectStore({ root: folder }), deflate: nodeDeflate };
  const table = await loadTable(ports, `file://${metadata}`);
  assert.equal((await planScan(ports, table)).length, 2);
  assert.equal((await planScan(ports, table, { filter: low })).length, 1, 'bounds prune');
});

test('who may see all of it gets the data files as they are', async () => {
  queries.decisions.set('hr.people', { columns: ALL });
  const { entries, list, metadata } = await take();
  assert.equal(list.files.length, 3);
  const stored = (await storedPaths()).map((uri) => fs.readFileSync(uri.replace('file://', '')));
  const sent = [...entries].filter(([name]) => name.startsWith('data/')).map(([, bytes]) => bytes);
  const sorted = (all: Buffer[]): Buffer[] => all.toSorted(Buffer.compare);
  assert.deepEqual(sorted(sent), sorted(stored));
  assert.deepEqual((await readExported(engine, metadata, 'id')).rows, await queried(ALL, 'id'));
});

test('a data file that says more than its schema, or holds more than the table knows, is copied', async () => {
  const columns = COLUMNS.slice(0, 2);
  await fixture.writeTable('hr.odd', columns, [
    'SELECT 1 AS id, 2 AS salary',
    'SELECT 3 AS id, 4 AS salary',
  ]);
  const table = must(await fixture.tables.load({ domain: 'hr', table: 'odd', major: 1 }), 'odd');
  const [first, second] = (await fixture.tables.files(table, { op: 'true' })).map(({ path: uri }) =>
    uri.replace('file://', ''),
  );
  const ids = 'id: 1, salary: 2';
  const rewrite = async (file: string | undefined, sql: string): Promise<void> => {
    fs.rmSync(must(file, 'a file'));
    await engine.run(sql.replace('FILE', `'${file}'`));
  };
  await rewrite(
    first,
    `COPY (SELECT 1::BIGINT AS id, 2::INTEGER AS salary) TO FILE (FORMAT parquet, FIELD_IDS {${ids}}, KV_METADATA {'pandas': '${CANARY}'})`,
  );
  await rewrite(
    second,
    `COPY (SELECT 3::BIGINT AS id, 4::INTEGER AS salary, '${CANARY}' AS _row) TO FILE (FORMAT parquet, FIELD_IDS {${ids}})`,
  );
  queries.decisions.set('hr.odd', { columns: ['id', 'salary'] });
  const folder = path.join(fixture.directory, 'odd');
  const archive = await bytesOf((await queries.export('hr.odd', { location: folder })).body);
  assert.ok(!archive.includes(CANARY), 'the canary left');
  const { rows } = await readExported(engine, putOnDisk(folder, untar(archive)), 'id');
  assert.deepEqual(rows, [
    ['1', '2'],
    ['3', '4'],
  ]);
});

test('a roll-up is a table of its cells', async () => {
  queries.decisions.set('hr.people', {
    columns: ['region', 'people'],
    rollUp: {
      by: [{ column: 'region', unit: null }],
      measures: [{ function: 'count', column: null, as: 'people' }],
      minimum: { units: 80, of: 'id' },
    },
  });
  const { archive, metadata } = await take();
  const read = await readExported(engine, metadata, 'region');
  assert.deepEqual(read.columns, ['region', 'people']);
  assert.deepEqual(read.rows, [
    ['DE', '90'],
    ['FR', '90'],
  ]);
  assert.deepEqual(read.rows, await queried(['region', 'people'], 'region'));
  assert.ok(!archive.includes(CANARY));
});

test('the same version is the same bytes, whatever it is numbered; what is held is left out', async () => {
  queries.decisions.set('hr.people', { columns: ALL, masks: MASKS, rowFilter: DE });
  const location = '/somewhere/else';
  const again = async (version: number, have: string[]): Promise<Map<string, Buffer>> =>
    untar(await bytesOf((await queries.export('hr.people', { location, version, have })).body));
  const [one, two] = [await again(1, []), await again(2, [])];
  const names = [...one.keys()];
  assert.deepEqual(
    [...two.keys()],
    names.map((name) => name.replace('/v1.', '/v2.')),
  );
  for (const name of names.filter((entry) => !/weft-export|version-hint/.test(entry)))
    assert.deepEqual(two.get(name.replace('/v1.', '/v2.')), one.get(name), name);
  assert.equal(String(two.get('metadata/version-hint.text')), '2');
  const data = names.filter((name) => name.startsWith('data/')).map((name) => name.slice(5));
  const rest = await again(3, data.slice(0, 1));
  assert.deepEqual(
    [...rest.keys()].filter((name) => name.startsWith('data/')),
    data.slice(1).map((name) => `data/${name}`),
  );
  assert.equal(JSON.parse(String(rest.get('weft-export.json'))).files.length, data.length);
});

test('what may only be looked at, and more rows than are let out at once, are refused with a remedy', async () => {
  queries.decisions.set('hr.people', { columns: ALL, mayExport: false });
  await assert.rejects(queries.export('hr.people'), refusedAs('ACCESS_DENIED'));
  assert.equal(queries.audit.at(-1)?.event, 'refused');
  queries.decisions.set('hr.people', { columns: ALL, rowLimit: 179 });
  await assert.rejects(queries.export('hr.people'), (error) => {
    assert.ok(isWeftError(error, 'ACCESS_DENIED'));
    assert.match(error.message, /179 rows/);
    assert.ok(!/180/.test(error.message), 'how many there are is not told');
    return true;
  });
  assert.equal(queries.audit.at(-1)?.event, 'refused');
  queries.decisions.set('hr.people', { columns: ALL, rowLimit: 180 });
  assert.equal((await take()).list.rows, 180);
});

test('the log has the entry before the first byte, and the closing one before the last', async () => {
  queries.decisions.set('hr.people', { columns: ['id', 'region'], rowFilter: DE });
  const from = queries.audit.length;
  const { body, query } = await queries.export('hr.people');
  const events = (): unknown[] => queries.audit.slice(from).map(({ event }) => event);
  assert.deepEqual(events(), ['permitted']);
  const iterator = body[Symbol.asyncIterator]();
  // What the log had when each block came.
  const told: number[] = [];
  for (let step = await iterator.next(); step.done !== true; step = await iterator.next())
    told.push(events().length);
  assert.equal(told.at(-1), 2, 'the closing entry is there before the last block');
  assert.ok(told.includes(1), 'and not before the others');
  assert.deepEqual(events(), ['permitted', 'finished']);
  const [permitted, finished] = queries.audit.slice(from);
  for (const entry of [permitted, finished]) {
    assert.equal(entry?.query, query);
    assert.equal(entry?.isExport, true);
    assert.equal(entry?.rowCount, 90);
    assert.deepEqual(entry?.tables[0]?.columns, ['id', 'region']);
    assert.equal(entry?.tables[0]?.agreement, 'agr_1');
  }
});

test('what is revoked ends the archive in the middle, read or not', async () => {
  queries.decisions.set('hr.people', { columns: ALL });
  for (const isRead of [true, false]) {
    const { body, revoked } = await queries.export('hr.people');
    const iterator = body[Symbol.asyncIterator]();
    if (isRead) assert.ok(((await iterator.next()).value?.length ?? 0) > 0);
    queries.revoke('was disabled');
    await assert.rejects(iterator.next(), refusedAs('UNAUTHENTICATED'));
    assert.ok(revoked.aborted);
    assert.equal(queries.audit.at(-1)?.code, 'UNAUTHENTICATED');
    queries.revoke(null);
  }
});

test('an archive that nobody began to read gives its place back', async () => {
  queries.decisions.set('hr.people', { columns: ALL });
  for (let i = 0; i < 5; i++) {
    const gone = new AbortController();
    await queries.export('hr.people', { signal: gone.signal });
    assert.equal(queries.audit.at(-1)?.event, 'permitted');
    gone.abort();
    for (let looks = 0; looks < 200 && queries.audit.at(-1)?.code !== 'CANCELLED'; looks++)
      await setTimeout(25);
    assert.equal(queries.audit.at(-1)?.code, 'CANCELLED');
  }
  assert.equal((await take()).list.rows, 180);
});

test('a table that has no such name, and a place that is none, are refused', async () => {
  for (const table of ['hr', 'hr.people; DROP', 'hr."people" JOIN x', '../x.y', 'a.b.c'])
    await assert.rejects(queries.export(table), /no name of a table|not exactly|refused/i, table);
  for (const location of ['relative', '/a/../b', 'file://host?x', '/a*b', '/', 's3://'])
    await assert.rejects(
      queries.export('hr.people', { location }),
      refusedAs('REQUEST_INVALID'),
      location,
    );
});
