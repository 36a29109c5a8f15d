/**
 * The first query of a consumer waits for what it needs and no more: for the columns that its text uses. Oracle: the answers of
 * the same queries once all that is permitted is ready.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { quoteText } from '@weft/core/lib/ident-sql';
import { systemClock } from '../../server/src/adapters/runtime-ports.ts';
import { createProjectionKeeper } from '../../server/src/services/projection-keeper.ts';
import { openQueryFixture, type QueryFixture, type WarehouseColumn } from '../hostile/support.ts';
import { openTestEngine } from '../support/engine.ts';
import { type GovernedQueries, openGoverned, type Said } from '../support/governed.ts';
import { SILENT } from '../support/projections.ts';

const TEXT = { kind: 'string' } as const;
const COLUMNS: WarehouseColumn[] = [
  { name: 'id', type: { kind: 'long' }, classification: null },
  { name: 'region', type: TEXT, classification: null },
  { name: 'email', type: TEXT, classification: null },
  { name: 'amount', type: { kind: 'int' }, classification: null },
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
const ROWS = `SELECT i AS id, if(i % 3 = 0, 'FR', 'DE') AS region, i || '@mail' AS email, (i % 11)::INTEGER AS amount,
  {'city': 'c' || (i % 5), 'street': 's' || i} AS place FROM range(300) r(i)`;
const DECISION: Said = {
  columns: ['id', 'email', 'amount', 'place'],
  masks: [
    { place: 'email', mask: { kind: 'hash' } },
    { place: 'place.street', mask: { kind: 'hide' } },
  ],
  rowFilter: { op: 'eq', column: 'region', value: { type: 'string', value: 'DE' } },
};

let fixture: QueryFixture;
let queries: GovernedQueries;
let engine: SqlEngine;
before(async () => {
  fixture = await openQueryFixture();
  await fixture.writeTable('shop.orders', COLUMNS, [ROWS]);
  queries = await openGoverned(fixture);
  queries.decisions.set('shop.orders', DECISION);
  engine = await openTestEngine();
});
after(async () => {
  engine.close();
  await queries.close();
  fixture.remove();
});

async function columnsOf(file: string): Promise<string> {
  const rows = await engine.rows(`DESCRIBE SELECT * FROM read_parquet(${quoteText(file)})`);
  return rows.map((row) => row['column_name']).join(' ');
}

/** Columns of each file that is kept. */
async function kept(): Promise<string[]> {
  const home = path.join(fixture.directory, 'kept', 'projections');
  const files = fs
    .readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.parquet'));
  const found = await Promise.all(files.map((name) => columnsOf(path.join(home, name))));
  return found.sort();
}

/** Texts with the columns that the file for each has. */
const QUERIES: readonly [string, string][] = [
  ['SELECT sum(amount) FROM shop.orders', 'amount'],
  ['SELECT count(*) FROM shop.orders', 'id'],
  ['SELECT amount, count(email) AS n FROM shop.orders o GROUP BY 1 ORDER BY 1', 'email amount'],
  ['SELECT place.city, max(id) FROM shop.orders GROUP BY 1 ORDER BY 1', 'id place'],
  [
    'WITH a AS (SELECT id AS k FROM shop.orders) SELECT count(*) FROM a JOIN shop.orders o ON o.id = a.k',
    'id',
  ],
  [
    'SELECT a.id FROM shop.orders a JOIN shop.orders b USING (amount) WHERE b.id = 8 ORDER BY 1',
    'id amount',
  ],
];
/** Texts for which every column may count. */
const WHOLE: readonly string[] = [
  'SELECT * FROM shop.orders ORDER BY id',
  'SELECT count(*) FROM shop.orders NATURAL JOIN (SELECT amount, id FROM shop.orders)',
  'SELECT max(CAST(o AS VARCHAR)) FROM shop.orders o',
  "SELECT max(COLUMNS('^am')) FROM shop.orders",
  'SELECT * EXCLUDE (id, email) FROM shop.orders ORDER BY ALL',
];

test('a first query makes the columns that it uses; answers are those of the whole', async () => {
  const first: unknown[] = [];
  for (const [sql, columns] of QUERIES) {
    first.push(await queries.rows(sql));
    assert.ok((await kept()).includes(columns), `${sql} made ${(await kept()).join('; ')}`);
  }
  const made = await kept();
  assert.equal(made.length, new Set(QUERIES.map(([, columns]) => columns)).size);
  assert.ok(!made.includes('id email amount place'));
  for (const sql of WHOLE) assert.ok((await queries.rows(sql)).length > 0, sql);
  assert.equal((await kept()).length, made.length + 1);
  assert.ok((await kept()).includes('id email amount place'));
  for (const [i, [sql]] of QUERIES.entries()) {
    assert.deepEqual(await queries.rows(sql), first[i], sql);
  }
  await queries.rows('SELECT min(email), min(id) FROM shop.orders');
  assert.equal((await kept()).length, made.length + 1, 'what is ready is used');
});

test('after a narrow answer all that is permitted is made ready', async () => {
  await fixture.writeTable('shop.returns', COLUMNS, [ROWS]);
  queries.decisions.set('shop.returns', DECISION);
  const keeper = createProjectionKeeper({
    projections: queries.kept.files,
    tables: fixture.tables,
    clock: systemClock,
    logger: SILENT,
  });
  queries.on.planned = (tables) => keeper.used(tables);
  const ready = new Promise<void>((resolve, reject) => {
    queries.on.narrow = () => void keeper.wake().then(resolve, reject);
  });
  const before = (await kept()).length;
  await queries.rows('SELECT max(amount) FROM shop.returns');
  await ready;
  assert.equal((await kept()).length, before + 2);
  queries.on.narrow = () => assert.fail('nothing is missing any more');
  await queries.rows('SELECT max(id) FROM shop.returns');
  assert.equal((await kept()).length, before + 2);
});
