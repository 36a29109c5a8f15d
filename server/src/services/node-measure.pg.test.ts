/**
 * What a node measures of its batches: the counts of a table against all its batches added up, whatever became of them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BatchReport, BatchState } from '@weft/core/ingest/report';
import fc from 'fast-check';
import { sql } from 'kysely';
import { openTestStore } from '../../../test/support/store.ts';
import { claimBatch, saveReport } from '../store/node-batches.ts';
import type { NodeTables } from '../store/node-tables.ts';
import { createNodeMeasure } from './node-measure.ts';

const NOW = '2026-03-01T09:00:00.000Z';
const TABLES = ['orders', 'returns'];

/** What may become of a batch after it landed, in order. */
const LIVES: readonly (readonly BatchState[])[] = [
  ['checking', 'committed'],
  ['checking', 'held', 'committed'],
  ['checking', 'held', 'discarded'],
  ['checking', 'failed'],
  ['failed'],
  ['checking'],
  [],
];

function reportOf(batch: string, table: string): BatchReport {
  return {
    batch,
    product: `sales.${table}`,
    table,
    contract: { id: `sales.${table}`, version: '1.0.0', hash: '' },
    key: null,
    source: { name: null, bytes: 1, sha256: '0'.repeat(64), format: 'csv' },
    state: 'landed',
    because: null,
    records: { in: 0, good: 0, quarantined: 0, duplicates: 0 },
    rules: [],
    quarantine: { total: 0, byRule: {}, sample: [] },
    snapshot: null,
    sequence: null,
    started: NOW,
    finished: null,
    seconds: 0,
  };
}

test('batches, pass rate and the newest arrival are those of the committed batches of each table, what is repaired sent once', async () => {
  await using store = await openTestStore();
  const db = store.schema<NodeTables>('node');
  for (const table of TABLES) {
    await sql`insert into tables (domain, table_name, major, object_id, product, contract_id, contract_version,
      contract_hash, table_uuid, location, created_at, updated_at) values ('sales', ${table}, 1, 'o',
      ${`sales.${table}`}, 'c', '1.0.0', ${'0'.repeat(64)}, ${table}, ${table}, ${NOW}, ${NOW})`.execute(
      db,
    );
  }
  const measure = createNodeMeasure({
    db,
    lakehouse: { objects: {} as never, deflate: {} as never },
    loadTable: () => Promise.reject(new Error('no table has data')),
    clock: { now: () => Date.parse(NOW) },
  });
  let batches = 0;
  let now = Date.parse(NOW);
  const roots = new Map<string, string>();
  const batch = fc.record({
    table: fc.constantFrom(...TABLES),
    life: fc.constantFrom(...LIVES),
    good: fc.nat(50),
    bad: fc.nat(50),
    repeated: fc.nat(50),
    isRepair: fc.boolean(),
  });
  const property = fc.asyncProperty(fc.array(batch, { maxLength: 8 }), async (sent) => {
    for (const { table, life, good, bad, repeated, isRepair } of sent) {
      const report = reportOf(`bat_${String(batches++).padStart(6, '0')}`, table);
      const name = { domain: 'sales', table, major: 1 };
      const root = isRepair ? (roots.get(table) ?? null) : null;
      await claimBatch(db, {
        report,
        table: name,
        landing: '/l',
        submittedBy: 's',
        now: NOW,
        root,
      });
      if (root === null) roots.set(table, report.batch);
      let from: BatchState = 'landed';
      for (const state of life) {
        now += 1_000;
        const counts = { good, quarantined: bad, duplicates: repeated };
        const records = { in: good + bad + repeated, ...counts };
        const moment = { from: [from], now: new Date(now).toISOString() };
        await saveReport(db, { ...report, state, records }, moment);
        // Said twice, as after a lost answer: the second changes nothing.
        await saveReport(db, { ...report, state, records }, moment);
        from = state;
      }
    }
    for (const measured of await measure(TABLES.map((table) => `sales.${table}`))) {
      const { rows } = await sql<{ n: number; came: Date | null; records: number; fine: number }>`
        select count(*)::int as n, max(updated_at) filter (where root is null) as came, coalesce(sum(records_in) filter (where root is null), 0)::int as records, coalesce(sum(records_good + (report->'records'->>'duplicates')::int), 0)::int as fine
        from batches where state = 'committed' and table_name = ${measured.table}`.execute(db);
      const [all = { n: 0, came: null, records: 0, fine: 0 }] = rows;
      assert.equal(measured.batches, all.n);
      assert.equal(measured.lastBatch, all.came === null ? null : new Date(all.came).toISOString());
      assert.equal(measured.passRate, all.records === 0 ? null : all.fine / all.records);
    }
  });
  await fc.assert(property, { numRuns: 12 });
});
