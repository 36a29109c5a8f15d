/**
 * Rows deleted and changed by predicate, beside running batches. The oracle is the engine on the rows that were sent.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { loadTable } from '@weft/core/lakehouse/commit';
import { findSnapshot, planScan } from '@weft/core/lakehouse/scan';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import { currentColumns } from '@weft/core/lakehouse/table';
import { must } from '@weft/core/lib/assert';
import {
  createRestatements,
  type RestatementsDeps,
} from '../../server/src/services/restatements-service.ts';
import type { RestatementReport } from '../../server/src/store/node-restatements.ts';
import { openTestEngine } from '../support/engine.ts';
import { bodyOf, nodeDbOf, openTestIngest, producer, type TestIngest } from '../support/ingest.ts';

const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: c
version: 1.0.0
status: active
domain: sales
dataProduct: people
schema:
  - name: people
    properties:
      - {name: id, logicalType: integer, required: true}
      - name: town
        logicalType: string
        partitioned: true
        partitionKeyPosition: 1
      - {name: score, logicalType: number, physicalType: 'decimal(6,2)'}
`;

/** With a key, and rules about values and about the table. */
const STRICT = CONTRACT.replace('required: true}', 'required: true, primaryKey: true}')
  .replace(
    'logicalType: string\n',
    'logicalType: string\n        quality:\n          - {id: town_values, type: library, metric: invalidValues, mustBe: 0, arguments: {validValues: [Ulm, Bonn, Köln]}}\n',
  )
  .replace(
    "physicalType: 'decimal(6,2)'}",
    "physicalType: 'decimal(6,2)', logicalTypeOptions: {minimum: 0}}\n    quality:\n      - {id: rows_left, type: library, metric: rowCount, mustBeGreaterOrEqualTo: 3, customProperties: [{property: weftScope, value: table}, {property: weftOnFailure, value: hold}]}",
  );

let engine: SqlEngine;
before(async () => {
  engine = await openTestEngine();
});
after(() => engine.close());

interface Row {
  id: number;
  town: string | null;
  score: string | null;
}

async function open(contract = CONTRACT): Promise<{ node: TestIngest; deps: RestatementsDeps }> {
  const node = await openTestIngest();
  node.publish(contract);
  const lanes = must(node.deps.lanes, 'lanes');
  return {
    node,
    deps: { ...node.deps, lanes, rewriter: node.processes, writing: new Set<string>() },
  };
}

async function ingest(node: TestIngest, rows: readonly Row[]): Promise<void> {
  const lines = rows.map(({ id, town, score }) => `${id},${town ?? ''},${score ?? ''}\n`);
  const report = await node.service.ingest({
    product: 'sales.people',
    body: bodyOf(`id,town,score\n${lines.join('')}`),
    key: null,
    format: null,
    name: 'rows.csv',
    subject: producer,
  });
  assert.equal(report.state, 'committed', report.because ?? '');
}

function someRows(from: number, count: number): Row[] {
  return Array.from({ length: count }, (_, i) => ({
    id: from + i,
    town: [null, 'Ulm', 'Bonn', 'Köln'][i % 4] ?? null,
    score: i % 3 === 0 ? null : `${i}.50`,
  }));
}

async function read(node: TestIngest) {
  const row = await nodeDbOf(node.store)
    .selectFrom('tables')
    .selectAll()
    .where('table_name', '=', 'people')
    .executeTakeFirstOrThrow();
  const metadata = await loadTable(node.deps.lakehouse, row.metadata_location ?? '');
  const files = await planScan(node.deps.lakehouse, metadata);
  const source = readParquetSql(
    files.map((file) => file.path),
    currentColumns(metadata),
  );
  const rows = await engine.rows(`SELECT id, town, score FROM ${source} ORDER BY id`);
  return { row, metadata, files, rows };
}

interface Asked {
  where: string;
  set?: Record<string, string>;
  key?: string;
  ifSequence?: number;
}

async function restate(
  deps: RestatementsDeps,
  asked: Asked,
  service = createRestatements(deps),
): Promise<RestatementReport> {
  const { where, set = null, key = null, ifSequence = null } = asked;
  const request = { product: 'sales.people', where, set, because: 'asked', key, ifSequence };
  const begun = {
    op: deps.ids.next('op'),
    signal: new AbortController().signal,
    progress: () => {},
  };
  const { report } = await service.start({ ...request, subject: producer }, begun);
  return await report;
}

describe('restating a table', () => {
  it('deletes rows, leaves files without one alone, and says so under the next sequence', async () => {
    const { node, deps } = await open();
    await using _ = node;
    await ingest(node, someRows(0, 12));
    await ingest(node, someRows(100, 12));
    const before = await read(node);
    const done = await restate(deps, { where: 'id >= 104' });
    assert.equal(done.rows, 8);
    assert.equal(done.sequence, 3);
    const now = await read(node);
    assert.deepEqual(
      now.rows.map((row) => row['id']),
      before.rows.map((row) => Number(row['id'])).filter((id) => id < 104),
    );
    assert.equal(Number(now.row.rows), 16);
    assert.equal(
      Number(now.row.bytes),
      now.files.reduce((sum, file) => sum + file.bytes, 0),
    );
    const kept = new Set(now.files.map((file) => file.path));
    assert.equal(
      before.files.filter((file) => kept.has(file.path)).length,
      4,
      'of the first batch',
    );
    assert.equal(findSnapshot(now.metadata)?.summary['operation'], 'overwrite');
    const event = await nodeDbOf(node.store)
      .selectFrom('outbox')
      .select(['event', 'sequence'])
      .where('sequence', '=', 3)
      .where('source', 'like', '%tables%')
      .executeTakeFirstOrThrow();
    assert.equal(event.event.type, 'io.weft.snapshot.restated.v1');
    assert.deepEqual(event.event.data, { table: 'people', snapshot: done.snapshot });
    assert.ok(node.audit.some((entry) => entry.action === 'table.delete_rows'));
    // Whole files go without being written again.
    const all = await restate(deps, { where: "town = 'Ulm'" });
    assert.equal(findSnapshot((await read(node)).metadata)?.summary['operation'], 'delete');
    assert.equal(all.rows, 4);
    await ingest(node, someRows(200, 4));
    assert.equal((await read(node)).rows.length, 16);
  });

  it('changes values, across partitions, of NULL and to NULL, and touches no other row', async () => {
    const { node, deps } = await open();
    await using _ = node;
    const rows = someRows(0, 24);
    await ingest(node, rows);
    await restate(deps, {
      where: 'town is null',
      set: { town: "'O''Hara'", score: 'NULL' },
    });
    const done = await restate(deps, {
      where: "id < 8 and town = 'Bonn'",
      set: { town: "replace(town, 'Bonn', 'Köln')", score: 'round(id * 0 + 7.254, 2)' },
    });
    assert.equal(done.rows, 2);
    const expected = rows.map(({ id, town, score }) => {
      if (town === null) return { id, town: "O'Hara", score: null };
      if (town === 'Bonn' && id < 8) return { id, town: 'Köln', score: '7.25' };
      return { id, town, score };
    });
    const now = await read(node);
    assert.deepEqual(now.rows, expected);
    assert.equal(Number(now.row.rows), 24);
    const value = { type: 'string', value: 'Köln' } as const;
    const filter = { op: 'eq', column: 'town', value } as const;
    const pruned = await planScan(node.deps.lakehouse, now.metadata, { filter });
    assert.equal(
      pruned.reduce((sum, file) => sum + file.records, 0),
      8,
    );
  });

  it('catches rows that come while files are written again', async () => {
    const { node, deps } = await open();
    await using _ = node;
    await ingest(node, someRows(0, 8));
    let came: Promise<void> | null = null;
    const rewriter: RestatementsDeps['rewriter'] = {
      async restate(request, options) {
        came ??= ingest(node, someRows(100, 8));
        await came;
        return await deps.rewriter.restate(request, options);
      },
      checkTable: (request, options) => deps.rewriter.checkTable(request, options),
    };
    const done = await restate({ ...deps, rewriter }, { where: "town = 'Bonn'" });
    assert.equal(done.rows, 4);
    assert.equal(done.sequence, 3);
    const { rows } = await read(node);
    assert.ok(rows.length === 12 && rows.every((row) => row['town'] !== 'Bonn'));
  });

  it('changes nothing where no row is hit, and refuses columns that are not there', async () => {
    const { node, deps } = await open();
    await using _ = node;
    await ingest(node, someRows(0, 4));
    const before = await read(node);
    const { rows, files, sequence, snapshot } = await restate(deps, { where: 'id = 99' });
    assert.deepEqual([rows, files, sequence, snapshot], [0, 0, null, null]);
    for (const asked of [
      { where: 'nobody = 1' },
      { where: ' ' },
      { where: 'id = 99', set: { nobody: '1' } },
      { where: 'id = 99', set: { score: 'town' } },
      { where: 'id = 99', set: { score: "(SELECT 1 FROM read_text('/etc/passwd'))" } },
      { where: 'id = 99', set: { score: 'nobody + 1' } },
    ]) {
      await assert.rejects(restate(deps, asked), { code: 'RESTATEMENT_INVALID' });
    }
    const after = await read(node);
    assert.deepEqual(after.row, before.row);
    const data = await node.deps.lakehouse.objects.list(`${after.metadata.location}/data/`);
    assert.equal(data.length, before.files.length, 'nothing is left behind');
  });

  it('writes nothing that would break the contract, or that a column cannot hold as it is', async () => {
    const { node, deps } = await open(STRICT);
    await using _ = node;
    await ingest(node, someRows(0, 12));
    const before = await read(node);
    const refused: [Asked, RegExp][] = [
      [{ where: 'id < 6', set: { town: "'Kiel'" } }, /town_values.*6 rows/],
      [{ where: 'id < 6', set: { score: 'score - 2' } }, /score\.range.*1 row\)/],
      [{ where: 'id between', set: {} }, /condition/],
      [{ where: 'id < 6', set: { score: 'id * 10000' } }, /score cannot hold .*5 rows/],
      [{ where: 'id < 6', set: { score: '1 / 3' } }, /score cannot hold .*6 rows/],
      [{ where: 'id < 6', set: { score: 'CAST(town AS INTEGER)' } }, /score cannot hold .*4 rows/],
      [{ where: 'id = 3', set: { id: '99' } }, /part of a key/],
      [{ where: 'id >= 2' }, /rows_left.*would be 2/],
    ];
    for (const [asked, message] of refused) await assert.rejects(restate(deps, asked), { message });
    assert.deepEqual(await read(node), before);
    const files = await node.deps.lakehouse.objects.list(`${before.metadata.location}/data/`);
    assert.equal(files.length, before.files.length, 'nothing is left behind');
    const done = await restate(deps, { where: 'id >= 3' });
    assert.equal(done.rows, 9);
    // A table that fails its rule already may be mended step by step.
    node.publish(STRICT.replace('mustBeGreaterOrEqualTo: 3', 'mustBeGreaterOrEqualTo: 9'));
    assert.equal((await restate(deps, { where: 'id = 2' })).rows, 1);
  });

  it('puts no value into a column that the type of the contract has not, nor a number that is not kept', async () => {
    const more = [
      '{name: weight, logicalType: number, physicalType: double}',
      '{name: born, logicalType: date}',
      '{name: opens, logicalType: time}',
      '{name: seen, logicalType: timestamp}',
    ].map((column) => `      - ${column}\n`);
    const { node, deps } = await open(`${CONTRACT}${more.join('')}`);
    await using _ = node;
    await ingest(node, someRows(0, 3));
    const where = 'id = 1';
    for (const [column, value] of [
      ['weight', "'nan'::double"],
      ['weight', "CAST('infinity' AS double)"],
      ['weight', '1e308::double * 10'],
      ['weight', '9007199254740993::bigint'],
      ['born', "CAST('infinity' AS date)"],
      ['born', "CAST('10000-01-01' AS date)"],
      ['born', "CAST('0044-03-15 (BC)' AS date)"],
      ['opens', "CAST('24:00:00' AS time)"],
      ['seen', "CAST('-infinity' AS timestamp)"],
      ['seen', "CAST('10000-01-01' AS timestamp)"],
    ] as const) {
      const message = new RegExp(`${column} cannot hold .*1 row`);
      await assert.rejects(restate(deps, { where, set: { [column]: value } }), { message }, value);
    }
    const set = {
      weight: '9007199254740992::bigint',
      born: "CAST('9999-12-31' AS date)",
      opens: "CAST('23:59:59.999999' AS time)",
      seen: "CAST('0001-01-01' AS timestamp)",
    };
    assert.equal((await restate(deps, { where, set })).rows, 1);
    const none = { weight: 'NULL', born: 'NULL', opens: 'NULL', seen: 'NULL' };
    assert.equal((await restate(deps, { where, set: none })).rows, 1);
  });

  it('is carried out once under a key, and on the rows that were seen where that is asked', async () => {
    const { node, deps } = await open();
    await using _ = node;
    await ingest(node, someRows(0, 6));
    const raise = { where: 'id = 1', set: { score: 'score + 1' }, key: 'k' };
    const first = await restate(deps, raise);
    assert.deepEqual(await restate(deps, raise), first);
    assert.equal((await read(node)).rows[1]?.['score'], '2.50');
    await assert.rejects(restate(deps, { ...raise, where: 'id = 2' }), {
      code: 'IDEMPOTENCY_MISMATCH',
    });
    const service = createRestatements(deps);
    const [a, b] = await Promise.all(
      [1, 2].map(() => restate(deps, { ...raise, key: 'both' }, service)),
    );
    assert.deepEqual(a, b);
    assert.equal((await read(node)).rows[1]?.['score'], '3.50');
    await assert.rejects(restate(deps, { where: 'id = 1', ifSequence: 1 }), {
      code: 'PRECONDITION_FAILED',
    });
    const { row } = await read(node);
    const last = Number(row.next_sequence) - 1;
    assert.equal((await restate(deps, { where: 'id = 1', ifSequence: last })).rows, 1);
  });
});
