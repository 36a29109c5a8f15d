/** The gate against the corpus, with trees of the very engine that will run the texts; and the shape of those trees. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { isWeftError } from '@weft/core/lib/error';
import { CAST_TYPES, EXPRESSION_FUNCTIONS, TABLE_FUNCTIONS } from '@weft/core/query/functions';
import { type GateResult, gateQuery } from '@weft/core/query/gate';
import { openQueryFixture, type QueryFixture } from './support.ts';

let fixture: QueryFixture;
let connection: DuckDBConnection;

before(async () => {
  fixture = await openQueryFixture();
  connection = await (await DuckDBInstance.create(':memory:')).connect();
});
after(() => {
  connection.closeSync();
  fixture.remove();
});

async function tree(sql: string): Promise<unknown> {
  const statement =
    'SELECT json_serialize_sql($1::VARCHAR, skip_null := true, skip_empty := true)::VARCHAR';
  const rows = (await connection.runAndReadAll(statement, [sql])).getRows();
  return JSON.parse(String(rows[0]?.[0]));
}

async function gate(sql: string): Promise<GateResult> {
  return gateQuery(sql, await tree(sql));
}

test('every statement of the hostile corpus is refused', async () => {
  assert.ok(fixture.corpus.refused.length >= 90);
  for (const { id, sql } of fixture.corpus.refused) {
    await assert.rejects(
      gate(sql),
      (error) => isWeftError(error, 'QUERY_REFUSED', 'QUERY_FAILED'),
      id,
    );
  }
});

test('legitimate and contained statements pass', async () => {
  assert.ok(fixture.corpus.legitimate.length >= 25);
  for (const { id, sql } of [...fixture.corpus.legitimate, ...fixture.corpus.contained]) {
    await assert.doesNotReject(gate(sql), id);
  }
});

test('the refusal names what and where', async () => {
  await assert.rejects(gate('SELECT 1,\n  größe.x, stats(id) FROM sales.orders'), (error) => {
    assert.ok(isWeftError(error));
    assert.match(error.message, /the function "stats" \(line 2, column 12\)/);
    return true;
  });
});

test('tables are found with the names that are written, columns when they can be told', async () => {
  const columns = async (sql: string) =>
    (await gate(sql)).tables.map((table) => [
      `${table.domain}.${table.name}`,
      table.major,
      table.mentioned === null ? null : [...table.mentioned].sort().join(),
    ]);
  assert.deepEqual(await columns('SELECT o.id FROM Sales.Orders o WHERE Region = 1'), [
    ['sales.orders', null, 'id,o,region'],
  ]);
  assert.deepEqual(await columns('SELECT count(*) FROM sales."orders@12"'), [
    ['sales.orders@12', 12, ''],
  ]);
  const whole = [
    'SELECT * FROM sales.orders',
    'SELECT o FROM sales.orders o',
    'SELECT orders FROM sales.orders',
    'SELECT to_json(o) FROM sales.orders o',
    'SELECT o.to_json() FROM sales.orders o',
    "SELECT COLUMNS('a.*') FROM sales.orders",
    'SELECT #1 FROM sales.orders',
    'SELECT x FROM sales.orders o(x)',
    "PIVOT sales.orders ON a IN ('x') USING count(*)",
    'SELECT (SELECT o.* FROM stores.stores) FROM sales.orders o',
  ];
  for (const sql of whole) {
    const found = (await gate(sql)).tables.find((table) => table.table === 'orders');
    assert.equal(found?.mentioned, null, sql);
  }
  assert.deepEqual(
    await columns(
      'WITH x AS (SELECT id, day FROM sales.orders) SELECT * FROM x NATURAL JOIN (SELECT store FROM stores.stores) y',
    ),
    [
      ['sales.orders', null, 'day,id,store'],
      ['stores.stores', null, 'day,id,store'],
    ],
  );
});

test('a part that the gate does not know is refused, wherever it stands', async () => {
  const known = await tree(
    "WITH a AS (SELECT id FROM sales.orders) SELECT sum(id) OVER (ORDER BY id), CASE WHEN id IN (1) THEN 'x' END, CAST(id AS INT) FROM a JOIN (VALUES (1)) v(n) ON v.n = a.id ORDER BY 1 LIMIT 3",
  );
  assert.doesNotThrow(() => gateQuery('x'.repeat(500), known));
  let nodes = 0;
  for (const strange of objectsIn(known)) {
    strange['unheard_of'] = {};
    assert.throws(
      () => gateQuery('x'.repeat(500), known),
      `${JSON.stringify(strange).slice(0, 80)}`,
    );
    delete strange['unheard_of'];
    nodes++;
  }
  assert.ok(nodes > 20);
});

/** Every object of the tree except literal values, which are data. */
function* objectsIn(value: unknown, key = ''): Generator<Record<string, unknown>> {
  if (Array.isArray(value)) {
    for (const item of value) yield* objectsIn(item, key);
  } else if (typeof value === 'object' && value !== null) {
    if (key !== 'value' || !('is_null' in value)) yield value as Record<string, unknown>;
    for (const [name, child] of Object.entries(value)) yield* objectsIn(child, name);
  }
}

test('every function of the allow-list exists in the engine, and no table function hides among them', async () => {
  const result = await connection.runAndReadAll(
    'SELECT DISTINCT function_name, function_type FROM duckdb_functions()',
  );
  const kinds = new Map<string, Set<string>>();
  for (const [name, kind] of result.getRows()) {
    const key = String(name).toLowerCase();
    kinds.set(key, (kinds.get(key) ?? new Set()).add(String(kind)));
  }
  const syntax = new Set(['coalesce', 'if', 'ifnull', 'unnest', '->']);
  for (const name of EXPRESSION_FUNCTIONS) {
    if (syntax.has(name)) continue;
    const found = kinds.get(name) ?? new Set();
    const callable = ['scalar', 'aggregate', 'macro'].some((kind) => found.has(kind));
    assert.ok(callable, `${name} is ${[...found].join() || 'unknown'}`);
  }
  for (const name of TABLE_FUNCTIONS) assert.ok(kinds.get(name)?.has('table'), name);
  assert.ok(CAST_TYPES.has('decimal'));
});

test('the shape of syntax trees is that of the pinned engine', async () => {
  const version = (await connection.runAndReadAll('SELECT version()')).getRows()[0]?.[0];
  assert.equal(version, 'v1.5.5');
  assert.deepEqual(await tree('SELECT max(o.x) FROM sales."orders@1" o WHERE o.y > 1'), {
    error: false,
    statements: [
      {
        node: {
          type: 'SELECT_NODE',
          select_list: [
            {
              class: 'FUNCTION',
              type: 'FUNCTION',
              query_location: 7,
              function_name: 'max',
              children: [
                {
                  class: 'COLUMN_REF',
                  type: 'COLUMN_REF',
                  query_location: 11,
                  column_names: ['o', 'x'],
                },
              ],
              order_bys: { type: 'ORDER_MODIFIER' },
              distinct: false,
              is_operator: false,
              export_state: false,
            },
          ],
          from_table: {
            type: 'BASE_TABLE',
            alias: 'o',
            query_location: 21,
            schema_name: 'sales',
            table_name: 'orders@1',
          },
          where_clause: {
            class: 'COMPARISON',
            type: 'COMPARE_GREATERTHAN',
            query_location: 50,
            left: {
              class: 'COLUMN_REF',
              type: 'COLUMN_REF',
              query_location: 46,
              column_names: ['o', 'y'],
            },
            right: {
              class: 'CONSTANT',
              type: 'VALUE_CONSTANT',
              query_location: 52,
              value: { type: { id: 'INTEGER' }, is_null: false, value: 1 },
            },
          },
          aggregate_handling: 'STANDARD_HANDLING',
        },
      },
    ],
  });
});
