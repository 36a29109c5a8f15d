/**
 * Row filters on random rows: what the projection copies (pruned files, DuckDB) is what the reference evaluator permits.
 *
 * The oracle shares only the predicate with the path that is tested: it reads the rows as they were made up.
 */
import assert from 'node:assert/strict';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { DataType } from '@weft/core/contract/data-type';
import { planRead } from '@weft/core/lakehouse/scan';
import { currentColumns, everyFieldId } from '@weft/core/lakehouse/table';
import { must } from '@weft/core/lib/assert';
import { quoteIdent, quoteText } from '@weft/core/lib/ident-sql';
import { type Cell, evaluatePredicate } from '@weft/core/lib/predicate';
import type { AccessDecision } from '@weft/core/policy/decide';
import { compileRowFilter } from '@weft/core/policy/row-filter';
import { buildProjection, type Projection } from '@weft/core/query/project';
import fc from 'fast-check';
import { openQueryFixture, type QueryFixture } from '../hostile/support.ts';

const seed = Number(process.env['WEFT_SEED'] ?? 20_260_601);
const TABLE = { domain: 'fuzz', table: 'cells', major: 1 };

/** A column with the values that it may hold: literal of a filter, SQL of the cell, cell of the evaluator. */
interface FuzzColumn {
  name: string;
  type: DataType;
  values: { literal: string | null; sql: string; cell: Cell }[];
}

const text = (value: string) => ({ literal: quoteText(value), sql: quoteText(value), cell: value });
const number = (literal: string, cell: Cell) => ({ literal, sql: `'${literal}'`, cell });
const NULL = { literal: null, sql: 'NULL', cell: null };

const COLUMNS: FuzzColumn[] = [
  {
    name: 't',
    type: { kind: 'string' },
    values: [
      NULL,
      ...[
        '',
        'a',
        'ab',
        'A',
        'b',
        "it's",
        'ä',
        '\u{10000}',
        '\uffff',
        '%',
        'a_b',
        'x'.repeat(300),
      ].map(text),
    ],
  },
  {
    name: 'i',
    type: { kind: 'int' },
    values: [
      NULL,
      ...['-2147483648', '-1', '0', '1', '2147483647'].map((n) => number(n, BigInt(n))),
    ],
  },
  {
    name: 'l',
    type: { kind: 'long' },
    values: [
      NULL,
      ...['-9223372036854775808', '-1', '0', '9007199254740993', '9223372036854775807'].map((n) =>
        number(n, BigInt(n)),
      ),
    ],
  },
  {
    name: 'd',
    type: { kind: 'decimal', precision: 9, scale: 2 },
    values: [
      NULL,
      ...['-9999999.99', '-0.01', '0', '0.5', '1.00', '9999999.99'].map((n) =>
        number(n, unscaled(n)),
      ),
    ],
  },
  {
    name: 'f',
    type: { kind: 'double' },
    values: [
      NULL,
      ...['-1.5', '0', '-0.0', '0.1', '1e300', '5e-324'].map((n) => number(n, Number(n))),
      { literal: null, sql: "'NaN'", cell: Number.NaN },
      { literal: null, sql: "'Infinity'", cell: Number.POSITIVE_INFINITY },
    ],
  },
  {
    name: 'b',
    type: { kind: 'boolean' },
    values: [
      NULL,
      { literal: 'true', sql: "'true'", cell: true },
      { literal: 'false', sql: "'false'", cell: false },
    ],
  },
  {
    name: 'day',
    type: { kind: 'date' },
    values: [
      NULL,
      ...['0001-01-01', '1969-12-31', '2024-02-29', '9999-12-31'].map((day) => number(day, day)),
    ],
  },
  {
    name: 'at',
    type: { kind: 'timestamptz' },
    values: [
      NULL,
      ...[
        '1969-12-31T23:59:59.999999Z',
        '2024-02-29T00:00:00.000000Z',
        '2024-02-29T00:00:00.500000Z',
      ].map((at) => ({
        ...text(at),
        cell: at,
      })),
    ],
  },
];

function unscaled(decimal: string): bigint {
  const [whole = '', fraction = ''] = decimal.split('.');
  return (
    BigInt(whole.replace('-', '') + fraction.padEnd(2, '0')) * (decimal.startsWith('-') ? -1n : 1n)
  );
}

let fixture: QueryFixture;
let connection: DuckDBConnection;
const rows: Map<string, Cell>[] = [];

before(async () => {
  fixture = await openQueryFixture();
  connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  await connection.run("SET TimeZone = 'UTC'");
  const parts = makeRows();
  const columns = [
    { name: 'id', type: { kind: 'int' } as const, classification: null },
    ...COLUMNS.map(({ name, type }) => ({ name, type, classification: null })),
  ];
  await fixture.writeTable('fuzz.cells', columns, parts);
});
after(() => {
  connection.closeSync();
  fixture.remove();
});

/** Rows in six files; each file has few distinct values per column, so that pruning has something to leave out. */
function makeRows(): string[] {
  const random = fc.sample(fc.array(fc.nat(1_000_000), { minLength: 3_000, maxLength: 3_000 }), {
    numRuns: 1,
    seed,
  })[0];
  let at = 0;
  const draw = (): number => random?.[at++ % 3_000] ?? 0;
  return Array.from({ length: 6 }, () => {
    const pools = COLUMNS.map((column) => {
      const start = draw() % column.values.length;
      return [...column.values, ...column.values].slice(start, start + 2);
    });
    const tuples = Array.from({ length: 40 }, () => {
      const values = pools.map((pool) => must(pool[draw() % pool.length], 'a value'));
      const id = rows.length;
      rows.push(new Map(values.map((value, i) => [COLUMNS[i]?.name ?? '', value.cell])));
      return `(${[id, ...values.map((value) => value.sql)].join(', ')})`;
    });
    const names = ['id', ...COLUMNS.map((column) => quoteIdent(column.name))];
    return `SELECT * FROM (VALUES ${tuples.join(', ')}) v(${names.join(', ')})`;
  });
}

const test1 = fc.constantFrom(...COLUMNS).chain((column) => {
  const literals = column.values.flatMap((value) => value.literal ?? []);
  const literal = fc.constantFrom(...literals);
  const op =
    column.type.kind === 'boolean'
      ? fc.constantFrom('=', '!=')
      : fc.constantFrom('=', '!=', '<', '<=', '>', '>=');
  const forms = [
    fc.tuple(op, literal).map(([o, v]) => `${column.name} ${o} ${v}`),
    fc
      .tuple(fc.constantFrom('in', 'not in'), fc.array(literal, { minLength: 1, maxLength: 4 }))
      .map(([o, v]) => `${column.name} ${o} (${v.join(', ')})`),
    fc.constantFrom('is null', 'is not null').map((o) => `${column.name} ${o}`),
  ];
  if (column.type.kind === 'string') {
    forms.push(
      fc
        .constantFrom('a%', '%', 'ä%', "it''s%", '\u{10000}%')
        .map((p) => `${column.name} like '${p}'`),
    );
  }
  return fc.oneof(...forms);
});
const filters = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    test1,
    tie('filter').map((f) => `not (${f})`),
    fc.tuple(tie('filter'), tie('filter')).map(([a, b]) => `(${a} and ${b})`),
    fc.tuple(tie('filter'), tie('filter')).map(([a, b]) => `(${a} or ${b})`),
  ),
})).filter;

test('DuckDB behind pruning permits the rows that the reference evaluator permits', async () => {
  const metadata = must(await fixture.tables.load(TABLE), 'the table');
  let pruned = 0;
  await fc.assert(
    fc.asyncProperty(filters, async (filter) => {
      const compiled = compileRowFilter(filter, COLUMNS);
      const predicate = must(compiled.value, `${filter}: ${JSON.stringify(compiled.diagnostics)}`);
      const files = await planRead(fixture.lakehouse, metadata, { filter: predicate });
      pruned += 6 - files.length;
      const projection = buildProjection([
        {
          gate: { ...TABLE, name: 'cells', mentioned: new Set(['id']) },
          decision: { ...permit(), rowFilter: predicate },
          columns: currentColumns(metadata),
          storedFieldIds: everyFieldId(metadata),
          files,
        },
      ]);
      await connection.run('DROP SCHEMA IF EXISTS fuzz CASCADE');
      const paths = await copyParts(projection);
      for (const statement of projection.viewsOver(paths)) await connection.run(statement);
      const result = await connection.runAndReadAll('SELECT id FROM fuzz.cells ORDER BY id');
      const permitted = rows.flatMap((row, id) =>
        evaluatePredicate(predicate, (column) => row.get(column) ?? null) ? [id] : [],
      );
      assert.deepEqual(
        result.getRows().map(([id]) => Number(id)),
        permitted,
        filter,
      );
    }),
    { seed, numRuns: 250 },
  );
  assert.ok(pruned > 50, `files were pruned ${pruned} times`);
});

let copied = 0;

/** Writes each part as a node would. */
async function copyParts({ parts }: Projection): Promise<string[]> {
  const paths: string[] = [];
  for (const part of parts) {
    assert.notEqual(part.form, null, 'a table with hidden columns is never read as it is');
    // Why a new name each time: the engine keeps what it read of a file, as files of a node never change.
    const target = path.join(fixture.directory, `part-${copied++}.parquet`);
    await connection.run(part.copyTo(target));
    paths.push(target);
  }
  return paths;
}

function permit(): AccessDecision {
  return {
    table: TABLE,
    product: 'fuzz.cells',
    contract: { id: 'urn:fuzz', version: '1.0.0', hash: 'a'.repeat(64) },
    decision: 'permit',
    reason: '',
    agreement: 'agr_1',
    columns: ['id'],
    hidden: [],
    rowFilter: { op: 'true' },
    rowFilterText: null,
    sets: [],
    policyVersion: null,
    meshPolicyVersion: null,
    masks: [],
    rollUp: null,
    rowLimit: null,
    mayExport: true,
  };
}

test('a filter that does not fit the table ends in a denial, never in more rows', async () => {
  const metadata = must(await fixture.tables.load(TABLE), 'the table');
  const build =
    (rowFilter: AccessDecision['rowFilter'], decision: Partial<AccessDecision> = {}) =>
    () =>
      buildProjection([
        {
          gate: { ...TABLE, name: 'cells', mentioned: null },
          decision: { ...permit(), ...decision, rowFilter },
          columns: currentColumns(metadata),
          storedFieldIds: everyFieldId(metadata),
          files: [],
        },
      ]);
  assert.doesNotThrow(build({ op: 'true' }));
  assert.throws(build({ op: 'eq', column: 'gone', value: { type: 'null' } }));
  assert.throws(build({ op: 'not', arg: { op: 'prefix', column: 'i', value: '1' } }));
  assert.throws(build({ op: 'in', column: 't', values: [{ type: 'int', value: '1' }] }));
  assert.throws(
    build({
      op: 'and',
      args: [{ op: 'lt', column: 'at', value: { type: 'date', value: '2024-01-01' } }],
    }),
  );
  assert.throws(build({ op: 'true' }, { decision: 'deny' }));
  assert.throws(build({ op: 'true' }, { columns: ['nowhere'] }));
});
