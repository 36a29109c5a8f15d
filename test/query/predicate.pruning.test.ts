/**
 * Pruning against brute force, on files and statistics that a real engine wrote: a file with a matching row is never left
 * out, for columns and for fields inside structs; and the projection that is made of the files that are left.
 * `lakehouse/prune.test.ts` does the same over made-up statistics.
 */
import assert from 'node:assert/strict';
import * as path from 'node:path';
import { type TestContext, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { planRead } from '@weft/core/lakehouse/scan';
import { currentColumns, everyFieldId } from '@weft/core/lakehouse/table';
import type { TableMetadata } from '@weft/core/lakehouse/types';
import { must } from '@weft/core/lib/assert';
import { type Constant, type Predicate, predicatePaths } from '@weft/core/lib/predicate';
import type { AccessDecision } from '@weft/core/policy/decide';
import { filterProblem } from '@weft/core/policy/filter-fit';
import { buildProjection } from '@weft/core/query/project';
import { seededRandom } from '../../server/src/adapters/object-store-memory.ts';
import { openQueryFixture, type QueryFixture } from '../hostile/support.ts';
import { makePredicate, matching } from '../support/predicate-cases.ts';
import {
  CASE_COLUMNS,
  type CaseRow,
  placesOf,
  type Random,
  rowsSql,
} from '../support/predicate-rows.ts';
import { similarRows } from '../support/predicate-table.ts';

const seed = Number(process.env['WEFT_SEED'] ?? 20_260_601);
const PREDICATES = Number(process.env['WEFT_PREDICATES'] ?? 600);
const FILES = 24;
const ROWS_OF_FILE = 6;

const TABLE = { domain: 'fuzz', table: 'cases', major: 1 };
const places = placesOf(CASE_COLUMNS);

interface Written {
  fixture: QueryFixture;
  metadata: TableMetadata;
  /** Rows by file, in the order of `names`. */
  files: CaseRow[][];
  names: string[];
}

async function writeCases(t: TestContext, random: Random): Promise<Written> {
  const fixture = await openQueryFixture();
  t.after(() => fixture.remove());
  const files = Array.from({ length: FILES }, () =>
    similarRows(random, CASE_COLUMNS, { rows: ROWS_OF_FILE, beyond: true }),
  );
  const columns = [{ name: 'id', type: { kind: 'long' } as const }, ...CASE_COLUMNS];
  await fixture.writeTable(
    'fuzz.cases',
    columns.map((column) => ({ ...column, classification: null })),
    files.map((rows, i) => rowsSql(CASE_COLUMNS, rows, i * ROWS_OF_FILE)),
  );
  const metadata = must(await fixture.tables.load(TABLE), 'the table');
  const names = (await planRead(fixture.lakehouse, metadata)).map((file) => file.path);
  assert.equal(names.length, FILES);
  return { fixture, metadata, files, names };
}

test('a file with a matching row is read, whatever the predicate', async (t) => {
  const random = seededRandom(seed);
  const { fixture, metadata, files, names } = await writeCases(t, random);
  const pruned = { columns: 0, fields: 0 };
  for (let i = 0; i < PREDICATES; i++) {
    const predicate: Predicate = makePredicate(random, places, 2);
    const plan = await planRead(fixture.lakehouse, metadata, { filter: predicate });
    const read = new Set(plan.map((file) => file.path));
    files.forEach((rows, at) => {
      if (read.has(must(names[at], 'a file'))) return;
      assert.deepEqual(matching(predicate, rows), [], JSON.stringify(predicate));
    });
    const paths = predicatePaths(predicate);
    const isInside = paths.length > 0 && paths.every((path) => path.includes('.'));
    pruned[isInside ? 'fields' : 'columns'] += FILES - read.size;
  }
  assert.ok(pruned.fields > 200 && pruned.columns > 1000, JSON.stringify(pruned));
});

test('a projection holds the rows that a filter over columns and fields permits', async (t) => {
  const random = seededRandom(seed + 1);
  const { fixture, metadata, files } = await writeCases(t, random);
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  t.after(() => connection.closeSync());
  await connection.run("SET TimeZone = 'UTC'");
  let copies = 0;
  let inside = 0;
  for (let i = 0; i < 80; i++) {
    const rowFilter = makePredicate(random, places, 1);
    if (filterProblem(rowFilter, CASE_COLUMNS) !== null) continue;
    inside += predicatePaths(rowFilter).filter((path) => path.includes('.')).length;
    const { parts } = buildProjection([
      {
        gate: { ...TABLE, name: 'cases', mentioned: null },
        decision: permitRows(rowFilter),
        columns: currentColumns(metadata),
        storedFieldIds: everyFieldId(metadata),
        files: await planRead(fixture.lakehouse, metadata, { filter: rowFilter }),
      },
    ]);
    const ids: number[] = [];
    for (const part of parts) {
      const target = path.join(fixture.directory, `part-${copies++}.parquet`);
      await connection.run(part.copyTo(target));
      const result = await connection.runAndReadAll(`SELECT id FROM read_parquet('${target}')`);
      ids.push(...result.getRows().map(([id]) => Number(id)));
    }
    assert.deepEqual(
      ids.sort((a, b) => a - b),
      matching(rowFilter, files.flat()),
      JSON.stringify(rowFilter),
    );
  }
  assert.ok(copies > 100 && inside > 20, `${copies} copies, ${inside} fields`);
});

function permitRows(rowFilter: Predicate): AccessDecision {
  return {
    table: TABLE,
    product: 'fuzz.cases',
    contract: { id: 'urn:fuzz', version: '1.0.0', hash: 'a'.repeat(64) },
    decision: 'permit',
    reason: '',
    agreement: 'agr_1',
    columns: ['id'],
    hidden: [],
    rowFilter,
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

test('a filter that does not fit the columns is named, whichever part it is', () => {
  const problem = (predicate: Predicate): string | null =>
    filterProblem({ op: 'not', arg: { op: 'or', args: [predicate] } }, CASE_COLUMNS)?.problem ??
    null;
  const text = { type: 'string', value: 'a' } as const;
  assert.equal(problem({ op: 'eq', column: 'address.zip', value: text }), null);
  assert.equal(problem({ op: 'eq', column: 'address.geo', value: { type: 'null' } }), null);
  assert.match(problem({ op: 'eq', column: 'tags.element', value: text }) ?? '', /several values/);
  assert.match(
    problem({ op: 'eq', column: 'address.geo', value: text }) ?? '',
    /not one of struct/,
  );
  const misfits: [string, Constant][] = [
    ['money', { type: 'decimal', value: '1.5' }],
    ['money', { type: 'decimal', value: '1.500' }],
    ['small', { type: 'int', value: '2147483648' }],
    ['small', { type: 'long', value: '1' }],
    ['big', { type: 'long', value: '01' }],
    ['share', { type: 'double', value: Number.NaN }],
    ['day', { type: 'date', value: '2023-02-29' }],
    ['wall', { type: 'timestamp', value: '2023-02-28T00:00:00Z' }],
    ['label', { type: 'string', value: 'a\0' }],
    ['label', { type: 'string', value: '\ud800' }],
  ];
  for (const [column, value] of misfits) {
    assert.match(problem({ op: 'in', column, values: [value] }) ?? 'fits', /not one of/, column);
  }
  assert.equal(problem({ op: 'lt', column: 'big', value: { type: 'int', value: '7' } }), null);
  assert.match(problem({ op: 'prefix', column: 'label', value: '\udc00' }) ?? '', /not one of/);
});
