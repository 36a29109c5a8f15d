/**
 * Rows deleted and changed by predicate, beside running batches. The oracle is the engine on the rows that were sent.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { loadTable } from '@weft/core/lakehouse/commit';
import type { RowChange } from '@weft/core/lakehouse/rewrite-files';
import { findSnapshot, planScan } from '@weft/core/lakehouse/scan';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import { currentColumns } from '@weft/core/lakehouse/table';
import { must } from '@weft/core/lib/assert';
import type { Constant, Predicate } from '@weft/core/lib/predicate';
import { type RestateDeps, restateTable } from '../../server/src/services/table-restate.ts';
import { openTestEngine } from '../support/engine.ts';
import { bodyOf, nodeDbOf, openTestIngest, producer, type TestIngest } from '../support/ingest.ts';

const TABLE = { domain: 'sales', table: 'people', major: 1 };
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

async function open(): Promise<{ node: TestIngest; deps: RestateDeps }> {
  const node = await openTestIngest();
  node.publish(CONTRACT);
  const { store, lakehouse, audit, clock, logger, lanes, files, ids, onOutbox } = node.deps;
  const policy = {
    compaction: { targetBytes: 1, filesMin: 2, runBytesMax: 1 },
    snapshotSeconds: 1,
    graceSeconds: 1,
    orphanSeconds: 1,
  };
  const shared = { store, lakehouse, audit, clock, logger, files, ids, onOutbox, policy };
  const deps = {
    ...shared,
    lanes: must(lanes, 'lanes'),
    rewriter: node.processes,
    writing: new Set<string>(),
  };
  return { node, deps };
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

const long = (value: number): Constant => ({ type: 'long', value: String(value) });
const text = (value: string): Constant => ({ type: 'string', value });
const where = (op: 'eq' | 'lt' | 'ge', column: string, value: Constant): Predicate => ({
  op,
  column,
  value,
});

function restate(deps: RestateDeps, change: RowChange) {
  const { signal } = new AbortController();
  return restateTable(deps, { table: TABLE, change, actor: 'ana', because: 'asked', signal });
}

describe('restating a table', () => {
  it('deletes rows, leaves files without one alone, and says so under the next sequence', async () => {
    const { node, deps } = await open();
    await using _ = node;
    await ingest(node, someRows(0, 12));
    await ingest(node, someRows(100, 12));
    const before = await read(node);
    const done = await restate(deps, { where: where('ge', 'id', long(104)), set: null });
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
    const all = await restate(deps, { where: where('eq', 'town', text('Ulm')), set: null });
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
      where: where('eq', 'town', { type: 'null' }),
      set: { town: text("O'Hara"), score: { type: 'null' } },
    });
    const done = await restate(deps, {
      where: { op: 'and', args: [where('lt', 'id', long(8)), where('eq', 'town', text('Bonn'))] },
      set: { town: text('Köln'), score: { type: 'decimal', value: '7.25' } },
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
    const filter = where('eq', 'town', text('Köln'));
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
    const rewriter: RestateDeps['rewriter'] = {
      async rewrite(request, options) {
        came ??= ingest(node, someRows(100, 8));
        await came;
        return await deps.rewriter.rewrite(request, options);
      },
    };
    const done = await restate(
      { ...deps, rewriter },
      { where: where('eq', 'town', text('Bonn')), set: null },
    );
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
    const none = await restate(deps, { where: where('eq', 'id', long(99)), set: null });
    assert.deepEqual(none, { rows: 0, files: 0, sequence: null, snapshot: null });
    for (const change of [
      { where: where('eq', 'nobody', long(1)), set: null },
      { where: where('eq', 'id', long(1)), set: { nobody: long(1) } },
    ]) {
      await assert.rejects(restate(deps, change), { code: 'REQUEST_INVALID' });
    }
    await assert.rejects(
      restate(deps, { where: where('eq', 'id', long(1)), set: { id: text('no number') } }),
    );
    const after = await read(node);
    assert.deepEqual(after.row, before.row);
    const data = await node.deps.lakehouse.objects.list(`${after.metadata.location}/data/`);
    assert.equal(data.length, before.files.length, 'nothing is left behind');
  });
});
