/**
 * Upkeep of a node's tables beside running batches: store, files and child processes are real. Rows are read back by DuckDB
 * from the files that the pointer names.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { loadTable } from '@weft/core/lakehouse/commit';
import { planScan } from '@weft/core/lakehouse/scan';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import { currentColumns } from '@weft/core/lakehouse/table';
import type { ScanFile, TableMetadata } from '@weft/core/lakehouse/types';
import { must } from '@weft/core/lib/assert';
import {
  createMaintenance,
  type MaintenanceDeps,
  type MaintenanceService,
} from '../../server/src/services/table-maintenance.ts';
import { openTestEngine } from '../support/engine.ts';
import {
  bodyOf,
  LINES_CONTRACT,
  nodeDbOf,
  openTestIngest,
  producer,
  type TestIngest,
} from '../support/ingest.ts';
import { silentLogger } from '../support/store.ts';
import { HOUR, SMALL_POLICY } from './small-policy.ts';

const TABLE = { domain: 'sales', table: 'lines', major: 1 };

let engine: SqlEngine;
before(async () => {
  engine = await openTestEngine();
});
after(() => engine.close());

interface Kept extends AsyncDisposable {
  node: TestIngest;
  upkeep: MaintenanceService;
  /** Moves the clock of upkeep on. */
  wait(seconds: number): void;
}

async function open(options: Partial<MaintenanceDeps> = {}): Promise<Kept> {
  const node = await openTestIngest();
  node.publish(LINES_CONTRACT);
  let ahead = 0;
  const { store, lakehouse, audit, lanes, files } = node.deps;
  const upkeep = createMaintenance({
    store,
    lakehouse,
    audit,
    files,
    clock: { now: () => Date.now() + ahead },
    logger: silentLogger,
    lanes: must(lanes, 'lanes of the node'),
    rewriter: node.processes,
    policy: SMALL_POLICY,
    commitsMin: 4,
    roundSeconds: HOUR,
    ...options,
  });
  node.deps.onCommit = (table) => upkeep.committed(table);
  return {
    node,
    upkeep,
    wait: (seconds) => {
      ahead += seconds * 1_000;
    },
    async [Symbol.asyncDispose]() {
      await upkeep.stop();
      await node[Symbol.asyncDispose]();
    },
  };
}

async function ingest(node: TestIngest, from: number, count = 3): Promise<string> {
  const lines = Array.from({ length: count }, (_, i) => `${from + i}\n`).join('');
  const report = await node.service.ingest({
    product: 'sales.lines',
    body: bodyOf(`id\n${lines}`),
    key: null,
    format: null,
    name: 'rows.csv',
    subject: producer,
  });
  assert.equal(report.state, 'committed', report.because ?? '');
  return report.batch;
}

async function tableOf(
  node: TestIngest,
): Promise<{ metadata: TableMetadata; files: ScanFile[]; bytes: number; nextSequence: number }> {
  const row = await nodeDbOf(node.store)
    .selectFrom('tables')
    .selectAll()
    .where('table_name', '=', 'lines')
    .executeTakeFirstOrThrow();
  const metadata = await loadTable(node.deps.lakehouse, row.metadata_location ?? '');
  const files = await planScan(node.deps.lakehouse, metadata);
  const { bytes, next_sequence: nextSequence } = row;
  return { metadata, files, bytes: Number(bytes), nextSequence: Number(nextSequence) };
}

async function ids(metadata: TableMetadata, files: readonly { path: string }[]): Promise<number[]> {
  const source = readParquetSql(
    files.map((file) => file.path),
    currentColumns(metadata),
  );
  const rows = await engine.rows(`SELECT id FROM ${source} ORDER BY id`);
  return rows.map((row) => Number(row['id']));
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

async function exists(uri: string): Promise<boolean> {
  return await fs.access(uri.replace('file://', '')).then(
    () => true,
    () => false,
  );
}

describe('upkeep', () => {
  it('merges small files while batches go on, changes no row and makes no event', async () => {
    await using kept = await open();
    const { node, upkeep } = kept;
    for (let i = 0; i < 10; i++) await ingest(node, i * 3);
    await upkeep.visit(TABLE, { sweep: false });
    const { metadata, files, bytes, nextSequence } = await tableOf(node);
    assert.deepEqual(await ids(metadata, files), upTo(30));
    assert.ok(files.length <= 6, `${files.length} files`);
    assert.equal(
      bytes,
      files.reduce((sum, file) => sum + file.bytes, 0),
    );
    assert.equal(nextSequence, 11);
    const events = await nodeDbOf(node.store)
      .selectFrom('outbox')
      .select('event')
      .where('source', 'like', '%tables%')
      .execute();
    const types = new Set(events.map((row) => row.event.type));
    assert.deepEqual([...types], ['io.weft.batch.committed.v1']);
    assert.ok(node.audit.some((entry) => entry.action === 'table.compact'));
    assert.ok(metadata.snapshots.some((s) => s.summary['operation'] === 'replace'));
  });

  it('keeps versions for as long as the contract says, and as the node does where it says nothing', async () => {
    await using kept = await open({ commitsMin: 1_000 });
    const { node, upkeep, wait } = kept;
    const publish = (version: string, history: string | null): string => {
      const weft =
        history === null ? '' : `customProperties: [{property: weftHistory, value: ${history}}]\n`;
      const yaml = `${LINES_CONTRACT.replace('version: 1.0.0', `version: ${version}`)}${weft}`;
      node.publish(yaml);
      return yaml;
    };
    let next = 0;
    const kinds = async (): Promise<[number, string | undefined]> => {
      const { metadata } = await tableOf(node);
      const age = metadata.properties['history.expire.max-snapshot-age-ms'];
      return [metadata.snapshots.length, age];
    };
    const send = async (): Promise<void> => void (await ingest(node, next++, 1));
    // Shorter than the node's ten hours.
    publish('1.0.0', 'PT2H');
    await send();
    await send();
    wait(HOUR);
    await upkeep.visit(TABLE);
    assert.deepEqual(await kinds(), [2, String(2 * HOUR * 1_000)]);
    wait(1.5 * HOUR);
    assert.equal((await upkeep.visit(TABLE)).snapshotsExpired, 1);
    // Longer.
    const yaml = publish('1.1.0', 'P30D');
    await send();
    wait(12 * HOUR);
    await upkeep.visit(TABLE);
    assert.deepEqual(await kinds(), [2, String(30 * 24 * HOUR * 1_000)]);
    // A table at rest is looked at for it, too, long after the node would have forgotten it.
    await nodeDbOf(node.store)
      .insertInto('contracts')
      .values({
        product: 'sales.lines',
        version: '1.1.0',
        contract_id: 'c',
        hash: 'a'.repeat(64),
        source: yaml,
        bundle: '{}',
        fetched_at: new Date().toISOString(),
      })
      .execute();
    wait(31 * 24 * HOUR);
    await upkeep.round();
    assert.equal((await kinds())[0], 1);
    // And as the node keeps them again.
    publish('1.2.0', null);
    await send();
    assert.deepEqual(await kinds(), [2, undefined]);
    await upkeep.visit(TABLE);
    assert.equal((await kinds())[0], 1, 'the clock of upkeep is a month ahead');
  });

  it('keeps replaced files for who still reads them, and deletes them after the grace time', async () => {
    await using kept = await open({ commitsMin: 1_000 });
    const { node, upkeep, wait } = kept;
    for (let i = 0; i < 5; i++) await ingest(node, i * 3);
    const before = await tableOf(node);
    await upkeep.visit(TABLE);
    assert.equal((await tableOf(node)).files.length, 1);
    // An old snapshot can be read as long as it is kept, and its files as long as the grace time after that.
    wait(11 * HOUR);
    await upkeep.visit(TABLE);
    assert.equal((await tableOf(node)).metadata.snapshots.length, 1);
    assert.deepEqual(await ids(before.metadata, before.files), upTo(15));
    wait(0.9 * HOUR);
    await upkeep.visit(TABLE);
    assert.deepEqual(await ids(before.metadata, before.files), upTo(15));
    await ingest(node, 15);
    wait(1.2 * HOUR);
    const present = await tableOf(node);
    await upkeep.visit(TABLE);
    assert.ok(!(await exists(before.files[0]?.path ?? '')), 'deleted in the end');
    assert.deepEqual(await ids(present.metadata, present.files), upTo(18));
  });

  it('deletes nothing that a batch may read that began before', async () => {
    await using kept = await open({ commitsMin: 1_000 });
    const { node, upkeep, wait } = kept;
    for (let i = 0; i < 5; i++) await ingest(node, i * 3);
    const open_ = await ingest(node, 15);
    const db = nodeDbOf(node.store);
    await db.updateTable('batches').set({ state: 'checking' }).where('batch', '=', open_).execute();
    const before = await tableOf(node);
    await upkeep.visit(TABLE);
    wait(11 * HOUR);
    await upkeep.visit(TABLE);
    wait(2 * HOUR);
    await upkeep.visit(TABLE);
    assert.deepEqual(await ids(before.metadata, before.files), upTo(18));
    await db
      .updateTable('batches')
      .set({ state: 'committed' })
      .where('batch', '=', open_)
      .execute();
    await upkeep.visit(TABLE);
    assert.ok(!(await exists(before.files[0]?.path ?? '')));
  });

  it('sweeps what nobody names: not what is young, held, being written, or no table file', async () => {
    await using kept = await open({ commitsMin: 1_000 });
    const { node, upkeep, wait } = kept;
    const batch = await ingest(node, 0);
    const { metadata, files } = await tableOf(node);
    const folder = metadata.location.replace('file://', '');
    const plant = async (name: string): Promise<string> => {
      await fs.writeFile(path.join(folder, name), 'x');
      return path.join(folder, name);
    };
    const held = await ingest(node, 3);
    await nodeDbOf(node.store)
      .updateTable('batches')
      .set({ state: 'held' })
      .where('batch', '=', held)
      .execute();
    const orphans = [
      await plant(`data/${batch}-00077.parquet`),
      await plant('data/merge-1-0.parquet'),
      await plant('metadata/00000-a.metadata.json'),
      await plant('metadata/x-m0.avro'),
    ];
    const others = [
      await plant('metadata/version-hint.text'),
      await plant(`data/${held}-00009.parquet`),
      ...files.map((file) => file.path),
    ];
    wait(23 * HOUR);
    assert.equal((await upkeep.visit(TABLE)).orphans, 0);
    wait(2 * HOUR);
    const young = await plant('data/merge-2-0.parquet');
    await fs.utimes(
      young,
      new Date(Date.now() + 24 * HOUR * 1_000),
      new Date(Date.now() + 24 * HOUR * 1_000),
    );
    // A store that was put back from an older backup does not know the newest batches: nothing of them may go.
    const newer = await plant('data/bat_7ZZZZZZZZZZZZZZZZZZZZZZZZZ-00000.parquet');
    assert.equal((await upkeep.visit(TABLE)).orphans, 0);
    await fs.rm(newer);
    assert.equal((await upkeep.visit(TABLE)).orphans, orphans.length);
    for (const name of orphans) assert.ok(!(await exists(name)), name);
    for (const name of [...others, young]) assert.ok(await exists(name), name);
    const present = await tableOf(node);
    assert.deepEqual(await ids(present.metadata, present.files), upTo(6));
    assert.ok(batch !== held);
    assert.ok(node.audit.some((entry) => entry.action === 'table.sweep'));
  });

  it('a round visits every table and goes on where one fails', async () => {
    await using kept = await open({ commitsMin: 1_000 });
    const { node, upkeep } = kept;
    for (const product of ['broken', 'lines']) {
      node.publish(LINES_CONTRACT.replaceAll('lines', product));
    }
    const one = { product: 'sales.broken', key: null, format: null, name: 'a.csv' };
    for (let i = 0; i < 5; i++) {
      await ingest(node, i * 3);
      await node.service.ingest({ ...one, body: bodyOf('id\n1\n'), subject: producer });
    }
    const { metadata_location: location } = await nodeDbOf(node.store)
      .selectFrom('tables')
      .select('metadata_location')
      .where('table_name', '=', 'broken')
      .executeTakeFirstOrThrow();
    await fs.writeFile((location ?? '').replace('file://', ''), 'no table');
    await upkeep.round();
    const { metadata, files } = await tableOf(node);
    assert.equal(files.length, 1);
    assert.deepEqual(await ids(metadata, files), upTo(15));
  });
});
