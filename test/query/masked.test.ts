/**
 * Masks and limits through the real query service: a consumer's own predicates, joins, groups and orders see masked values
 * alone, and a canary in hidden rows and masked cells is in no file, answer, error or log (attacks A7 and A8 of the
 * threat list, with their control: without the mask the same search finds the value).
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { currentColumns } from '@weft/core/lakehouse/table';
import { must } from '@weft/core/lib/assert';
import { isWeftError } from '@weft/core/lib/error';
import type { PlaceMask } from '@weft/core/policy/obligations';
import { createMaskKeys } from '../../server/src/services/mask-keys.ts';
import {
  CANARY,
  openQueryFixture,
  type QueryFixture,
  type WarehouseColumn,
} from '../hostile/support.ts';
import { type GovernedQueries, openGoverned } from '../support/governed.ts';
import { deriveTestKey } from '../support/projections.ts';

const TEXT = { kind: 'string' } as const;
const member = (name: string) => ({ id: name, name, type: TEXT, required: false });
const PEOPLE: WarehouseColumn[] = [
  { name: 'id', type: { kind: 'long' }, classification: null },
  { name: 'region', type: TEXT, classification: null },
  { name: 'email', type: TEXT, classification: null },
  { name: 'note', type: TEXT, classification: null },
  { name: 'salary', type: { kind: 'int' }, classification: null },
  { name: 'born', type: { kind: 'date' }, classification: null },
  {
    name: 'address',
    type: { kind: 'struct', fields: [member('city'), member('street')] },
    classification: null,
  },
  { name: 'phones', type: { kind: 'list', element: TEXT }, classification: null },
];
const ALL = PEOPLE.map(({ name }) => name);
/** What only the target's row holds; the search of an attacker is for it. */
const SALARY = 53_127;
const HOME = 64;

/** Stored in the order of the salary, which the consumer must not learn. */
const people = (from: number, region: string): string => `
  SELECT r.i + ${from} AS id, ${region} AS region, '${CANARY}-' || (r.i + ${from}) || '@mail' AS email,
    '${CANARY}-note' AS note, (${SALARY - HOME} + r.i + ${from})::INTEGER AS salary,
    DATE '1980-01-01' + ((r.i * 37) % 9000)::INTEGER AS born,
    {'city': 'Bonn', 'street': '${CANARY}-street'} AS address, ['${CANARY}-phone', NULL] AS phones
  FROM range(100) r(i)`;

const MASKS: PlaceMask[] = [
  { place: 'email', mask: { kind: 'hash' } },
  { place: 'note', mask: { kind: 'part', show: 'last', characters: 4 } },
  { place: 'salary', mask: { kind: 'bucket', bounds: ['40000', '60000'] } },
  { place: 'born', mask: { kind: 'truncate', unit: 'year' } },
  { place: 'address.street', mask: { kind: 'hide' } },
  { place: 'phones.items', mask: { kind: 'null' } },
];
const BERLIN = { op: 'eq', column: 'region', value: { type: 'string', value: 'DE' } } as const;

let fixture: QueryFixture;
let queries: GovernedQueries;
before(async () => {
  fixture = await openQueryFixture();
  await fixture.writeTable('hr.people', PEOPLE, [
    people(0, "'DE'"),
    people(100, "CASE WHEN r.i % 2 = 0 THEN 'DE' ELSE 'FR' END"),
    people(200, "'FR'"),
  ]);
  queries = await openGoverned(fixture);
  queries.decisions.set('hr.people', { columns: ALL, masks: MASKS, rowFilter: BERLIN });
  queries.decisions.set('stores.stores', { columns: ['store', 'city'] });
});
after(async () => {
  await queries.close();
  fixture.remove();
});

const hmac = (text: string): string =>
  createHmac('sha256', deriveTestKey('masks', 'weft mask hash agr_1')).update(text).digest('hex');

test('an answer has masked values under the types that they have', async () => {
  const sql = 'SELECT * FROM hr.people WHERE id = 7';
  const answer = JSON.parse(await queries.ask(sql));
  assert.deepEqual(answer.rows, [
    [
      7,
      'DE',
      hmac(`${CANARY}-7@mail`),
      '…note',
      '[40000, 60000)',
      '1980-01-01',
      { city: 'Bonn' },
      [null, null],
    ],
  ]);
  assert.deepEqual(
    answer.columns.map((column: { type: string }) => column.type),
    [
      'BIGINT',
      'VARCHAR',
      'VARCHAR',
      'VARCHAR',
      'VARCHAR',
      'DATE',
      'STRUCT("city" VARCHAR)',
      'VARCHAR[]',
    ],
  );
  assert.deepEqual(queries.audit.at(-1)?.tables[0]?.columns, ALL);
});

test('a predicate, join, group or order on a masked column sees masked values alone (A7)', async () => {
  const count = async (where: string): Promise<unknown> =>
    (await queries.rows(`SELECT count(*) FROM hr.people WHERE ${where}`))[0]?.[0];
  assert.equal(await count(`email LIKE '${CANARY}%'`), 0);
  assert.equal(await count(`note LIKE '${CANARY}%' OR note = '${CANARY}-note'`), 0);
  assert.equal(await count("salary = '53127'"), 0);
  assert.equal(await count(`email = '${hmac(`${CANARY}-7@mail`)}'`), 1);
  assert.equal(await count("born = DATE '1980-01-01' AND id = 7"), 1);
  const joined = `SELECT count(*) FROM hr.people p JOIN (VALUES ('${CANARY}-7@mail')) v(email) ON p.email = v.email`;
  assert.deepEqual(await queries.rows(joined), [[0]]);
  assert.deepEqual(
    await queries.rows('SELECT salary, count(*) FROM hr.people GROUP BY salary ORDER BY salary'),
    [['[40000, 60000)', 150]],
  );
  const ordered = await queries.rows('SELECT email FROM hr.people ORDER BY email');
  assert.deepEqual(
    ordered,
    ordered.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );
  const least = await queries.rows('SELECT min(email), max(note), min(salary) FROM hr.people');
  assert.deepEqual(least[0]?.slice(1), ['…note', '[40000, 60000)']);
  for (const sql of ['SELECT address.street FROM hr.people', 'SELECT salary + 1 FROM hr.people']) {
    await assert.rejects(
      queries.ask(sql),
      (error) => isWeftError(error) && !String(error).includes(CANARY),
    );
  }
});

/** Binary searches for the salary of the target, side by side, of 1,000 questions; true when some search ends on it. */
async function searchSalary(
  ask: (bound: number, by: string) => Promise<boolean>,
  by: readonly string[] = WAYS,
): Promise<boolean> {
  let asked = 0;
  const search = async (way: string): Promise<boolean> => {
    let [low, high] = [0, 2 ** 17];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      asked++;
      if (await ask(middle, way)) high = middle;
      else low = middle;
    }
    return low === SALARY;
  };
  while (asked < 1_000) {
    if ((await Promise.all(by.map(search))).some((found) => found)) return true;
  }
  return false;
}

/** What the attacker compares with a bound. */
const WAYS = [
  'salary::VARCHAR',
  'TRY_CAST(salary AS INTEGER)',
  'hash(salary)',
  'length(salary::VARCHAR)',
] as const;

test('a binary search over 1,000 queries learns nothing of a masked value, and finds one that is not masked', async () => {
  let told = 0;
  const ask = async (bound: number, by: string): Promise<boolean> => {
    const value = by.startsWith('TRY_CAST') ? String(bound) : `'${bound}'`;
    const compared = by.startsWith('hash') || by.startsWith('length') ? String(bound) : value;
    const sql = `SELECT count(*) FILTER (id = ${HOME}), count(*) FILTER (id = ${HOME - 1}) FROM hr.people WHERE ${by} < ${compared}`;
    const [target, other] = (await queries.rows(sql))[0] ?? [];
    if (target !== other) told++;
    return target !== 0;
  };
  assert.equal(await searchSalary(ask), false);
  assert.equal(told, 0, 'no answer tells the person from another one of the same interval');
  const masks = MASKS.filter(({ place }) => place !== 'salary');
  queries.decisions.set('hr.people', { columns: ALL, masks, rowFilter: BERLIN });
  try {
    assert.equal(await searchSalary(ask, [WAYS[1]]), true, 'the search itself works');
    assert.ok(told > 0);
  } finally {
    queries.decisions.set('hr.people', { columns: ALL, masks: MASKS, rowFilter: BERLIN });
  }
});

test('a part of a text as short as it shows nothing of it (A8)', async () => {
  for (const show of ['first', 'last'] as const) {
    const mask = { kind: 'part', show, characters: 4 } as const;
    queries.decisions.set('stores.stores', { columns: ['city'], masks: [{ place: 'city', mask }] });
    const rows = (await queries.rows('SELECT city FROM stores.stores')).flat();
    const shown = show === 'first' ? ['Berl…', 'Cell…', '…'] : ['…rlin', '…elle', '…'];
    assert.deepEqual(rows.toSorted(), shown.toSorted());
  }
  queries.decisions.set('stores.stores', { columns: ['store', 'city'] });
});

test('the order of rows is not the order of hidden values', async () => {
  const rows = (await queries.rows('SELECT id FROM hr.people')).flat().map(Number);
  const inOrder = rows.filter((id, i) => i > 0 && id > (rows[i - 1] ?? 0)).length;
  assert.ok(inOrder < rows.length * 0.7, `${inOrder} of ${rows.length} rows follow the salary`);
  queries.decisions.set('hr.people', { columns: ['region', 'born'], rowFilter: BERLIN });
  const born = (await queries.rows('SELECT born FROM hr.people')).flat();
  // Why sorted: the stored order is one of a hidden column, so the order is made from what is shown.
  assert.deepEqual(born.slice(0, 100), born.slice(0, 100).toSorted());
  queries.decisions.set('hr.people', { columns: ALL, masks: MASKS, rowFilter: BERLIN });
});

test('the files of a table that is partitioned by a masked column do not tell its groups', async () => {
  const table = { domain: 'hr', table: 'people', major: 1 };
  const metadata = must(await fixture.tables.load(table), 'the table');
  const salary = must(
    currentColumns(metadata).find(({ name }) => name === 'salary'),
    'a column',
  ).fieldId;
  const field = { 'source-id': salary, 'field-id': 1000, name: 'p', transform: 'truncate[100]' };
  metadata['partition-specs'].push({ 'spec-id': 1, fields: [field] });
  const before = projectionFiles().length;
  const born = (await queries.rows('SELECT born FROM hr.people')).flat();
  assert.deepEqual(born, born.toSorted(), 'rows of both files stand in one order');
  assert.equal(projectionFiles().length, before + 1);
  metadata['partition-specs'].pop();
  const apart = (await queries.rows('SELECT born FROM hr.people')).flat();
  assert.notDeepEqual(apart, apart.toSorted(), 'control: one file after the other');
});

test('a filter may use a column that is masked or hidden', async () => {
  const rowFilter = {
    op: 'and',
    args: [
      { op: 'eq', column: 'email', value: { type: 'string', value: `${CANARY}-7@mail` } },
      { op: 'lt', column: 'salary', value: { type: 'int', value: '60000' } },
    ],
  } as const;
  const shown = { columns: ['email', 'id'], masks: MASKS.slice(0, 1) };
  queries.decisions.set('hr.people', {
    ...shown,
    rowFilter: { ...rowFilter, args: [...rowFilter.args] },
  });
  assert.deepEqual(await queries.rows('SELECT * FROM hr.people'), [[7, hmac(`${CANARY}-7@mail`)]]);
  queries.decisions.set('hr.people', { columns: ALL, masks: MASKS, rowFilter: BERLIN });
});

test('a mask of some rows is judged on stored values of columns that nobody sees, and by cells of a roll-up', async () => {
  const inGermany = { op: 'eq', column: 'region', value: { type: 'string', value: 'DE' } } as const;
  const cells = {
    kind: 'cells',
    cases: [{ where: inGermany, mask: { kind: 'null' } }],
    otherwise: null,
  } as const;
  const masks: PlaceMask[] = [
    { place: 'salary', mask: { ...cells, cases: [...cells.cases] } },
    // Why region, too: the condition is on what is stored, not on what stands in its place.
    { place: 'region', mask: { kind: 'fixed', value: { type: 'string', value: 'XX' } } },
  ];
  const ask = (columns: string[]) => {
    queries.decisions.set('hr.people', { columns, masks, rowFilter: { op: 'true' } });
    return queries.rows(
      'SELECT count(*), count(salary), min(id) FILTER (salary IS NOT NULL) FROM hr.people',
    );
  };
  assert.deepEqual(await ask(['id', 'salary']), [[300, 150, 101]]);
  assert.deepEqual(await ask(['id', 'region', 'salary']), [[300, 150, 101]]);
  const found = 'SELECT count(*) FROM hr.people WHERE salary < 53127 AND id < 100';
  assert.deepEqual(await queries.rows(found), [[0]]);
  queries.decisions.set('hr.people', {
    columns: ['born', 'count_salary', 'count'],
    masks,
    rowFilter: { op: 'true' },
    rollUp: {
      by: [{ column: 'born', unit: 'year' }],
      measures: [
        { function: 'count', column: null, as: 'count' },
        { function: 'count', column: 'salary', as: 'count_salary' },
      ],
      minimum: { units: 2, of: 'id' },
    },
  });
  const sums = await queries.rows('SELECT sum(count), sum(count_salary) FROM hr.people');
  assert.deepEqual(sums.flat().map(Number), [300, 150]);
  queries.decisions.set('hr.people', { columns: ALL, masks: MASKS, rowFilter: BERLIN });
});

test('each agreement hashes under a key of its own, all else is shared', async () => {
  const count = (): number => projectionFiles().length;
  const sql = 'SELECT email FROM hr.people WHERE id = 7';
  const first = await queries.rows(sql);
  const before = count();
  const decision = { columns: ALL, masks: MASKS, rowFilter: BERLIN };
  queries.decisions.set('hr.people', { ...decision, agreement: 'agr_2' });
  assert.notDeepEqual(await queries.rows(sql), first);
  assert.equal(count() - before, 2, 'files of two data files');
  const masks = MASKS.slice(1);
  for (const agreement of ['agr_1', 'agr_2']) {
    queries.decisions.set('hr.people', {
      columns: ALL.slice(3),
      masks,
      rowFilter: BERLIN,
      agreement,
    });
    await queries.rows('SELECT note FROM hr.people LIMIT 1');
  }
  assert.equal(count() - before, 4, 'the second agreement made none');
  queries.decisions.set('hr.people', decision);
});

test('rows of one answer are limited as decided, and what may not be exported may be looked at', async () => {
  const said = { columns: ALL, masks: MASKS, rowFilter: BERLIN };
  queries.decisions.set('hr.people', { ...said, rowLimit: 3 });
  const cut = JSON.parse(await queries.ask('SELECT id FROM hr.people'));
  assert.deepEqual([cut.rowCount, cut.truncated], [3, true]);
  queries.decisions.set('hr.people', { ...said, mayExport: false });
  for (const format of ['csv', 'parquet', 'arrow'] as const) {
    await assert.rejects(queries.ask('SELECT id FROM hr.people', format), (error) => {
      return isWeftError(error, 'ACCESS_DENIED') && /not exported/.test(error.message);
    });
  }
  const many = 'SELECT p.id FROM hr.people p, range(20)';
  assert.equal(JSON.parse(await queries.ask(many)).rowCount, 1_000);
  assert.equal((await queries.ask(many, 'ndjson')).trimEnd().split('\n').length, 1_000);
  assert.equal(queries.audit.filter(({ code }) => code === 'ACCESS_DENIED').length, 3);
  queries.decisions.set('hr.people', said);
  assert.equal(JSON.parse(await queries.ask(many)).rowCount, 3_000);
});

test('a mask that does not fit its place denies', async () => {
  const masks: PlaceMask[][] = [
    [{ place: 'email', mask: { kind: 'truncate', step: '10' } }],
    [{ place: 'address', mask: { kind: 'hash' } }],
    [{ place: 'adress.street', mask: { kind: 'null' } }],
    [{ place: 'address.strete', mask: { kind: 'null' } }],
  ];
  for (const wrong of masks) {
    queries.decisions.set('hr.people', { columns: ALL, masks: wrong, rowFilter: BERLIN });
    await assert.rejects(queries.ask('SELECT count(*) FROM hr.people'), (error) =>
      isWeftError(error, 'ACCESS_DENIED'),
    );
  }
  queries.decisions.set('hr.people', { columns: ALL, masks: MASKS, rowFilter: BERLIN });
});

function projectionFiles(): string[] {
  const home = path.join(fixture.directory, 'kept', 'projections');
  return fs
    .readdirSync(home, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(home, name))
    .filter((file) => file.endsWith('.parquet'));
}

test('hidden rows and masked cells are in no byte of a projection, no answer and no log', async () => {
  const hostile = [
    'SELECT * FROM hr.people',
    'SELECT list_transform([note], x -> CAST(x AS INTEGER)) FROM hr.people',
    'SELECT CAST(email AS INTEGER) FROM hr.people',
    'SELECT error(note) FROM hr.people',
  ];
  for (const sql of hostile) {
    const told = await queries.ask(sql).catch(String);
    assert.ok(!told.includes(CANARY), sql);
  }
  assert.ok(!queries.logged.join('\n').includes(CANARY));
  const { inner, outer } = createMaskKeys({ deriveKey: deriveTestKey }).keyOf('agr_1');
  for (const key of [inner, outer]) assert.ok(!queries.logged.join('\n').includes(key));
  const files = projectionFiles();
  assert.ok(files.length > 4);
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  for (const file of files) {
    // Why both: pages are compressed, so bytes alone would prove nothing of cells, and cells nothing of the footer.
    assert.ok(!fs.readFileSync(file).includes(CANARY), file);
    const cells = await connection.runAndReadAll(
      `SELECT count(*) FROM read_parquet('${file}') AS t WHERE contains(CAST(t AS VARCHAR), '${CANARY}')`,
    );
    assert.equal(Number(cells.getRows()[0]?.[0]), 0, file);
  }
  connection.closeSync();
  instance.closeSync();
});
