/**
 * The database server ends at once, as after a crash, while a mesh commits, and comes back: what was acknowledged is there
 * once, what was not can be sent again, the mesh lives on, and its directory is proven.
 *
 * A server of its own, so that no other suite meets its ends. Its end falls on a named step of the mesh, in turn.
 * WEFT_PG_RESTARTS: how often (default: once at each step of a commit).
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadTable } from '@weft/core/lakehouse/commit';
import { planScan } from '@weft/core/lakehouse/scan';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import { currentColumns } from '@weft/core/lakehouse/table';
import { must } from '@weft/core/lib/assert';
import type { Step } from '@weft/core/lib/steps';
import { nodeDeflate } from '../../server/src/adapters/deflate.ts';
import { createLocalObjectStore } from '../../server/src/adapters/object-store-local.ts';
import { openPostgresStore } from '../../server/src/adapters/store-postgres.ts';
import { proveDataDirectory } from '../../server/src/compose-proof.ts';
import { readConfig } from '../../server/src/config.ts';
import type { NodeTables } from '../../server/src/store/node-tables.ts';
import { ID_STEP } from '../support/crash-ask.ts';
import { arm, type CrashMesh, reached, startCrashMesh } from '../support/crash-process.ts';
import {
  expectedRows,
  newWorkload,
  PRODUCTS,
  prepareMesh,
  settle,
  work,
} from '../support/crash-workload.ts';
import { openTestEngine } from '../support/engine.ts';
import { findPrograms, type PgServer, startServer } from '../support/pg-server.ts';
import { silentLogger } from '../support/store.ts';

const STEPS: readonly Step[] = [
  'commit-in-transaction',
  'batch-claimed',
  'commit-done',
  'columns-staged',
  'hold-in-transaction',
  'version-staged',
  'discard-in-transaction',
  'hold-done',
  'relay-sent',
  'commit-in-transaction',
];
const RESTARTS = Number(process.env['WEFT_PG_RESTARTS'] ?? STEPS.length);

const folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'weft-restart-')));
const data = join(folder, 'data');
after(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Starts the server again, a moment after it ended, until the work is done. */
async function keepUp(server: PgServer, until: Promise<unknown>): Promise<void> {
  let isDone = false;
  const done = until.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    await Promise.race([server.gone(), done.catch(() => {})]);
    if (isDone) break;
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server.start();
    arm(folder, null);
  }
  await done;
}

test(`the database server ends ${RESTARTS} times in the middle of commits`, {
  timeout: RESTARTS * 120_000,
}, async (t) => {
  const server = await startServer(must(findPrograms(), 'a PostgreSQL on this machine'), []);
  t.after(() => server.stop());
  const workload = newWorkload({
    kinds: ['plain', 'held', 'plain', 'held', 'plain'],
    mayHear: ['UNAVAILABLE', 'STORE_FAILED'],
  });
  const mesh = must(await startCrashMesh({ folder, store: server.url }), 'a mesh that started');
  await prepareMesh(mesh, workload);
  for (let i = 0; i < RESTARTS; i++) {
    const step = STEPS[i % STEPS.length] ?? 'commit-done';
    arm(folder, { step, nth: 1 + (i % 2), instead: { end: server.pid() } });
    await keepUp(server, workAndSettle(mesh));
    arm(folder, null);
    assert.deepEqual(workload.broken, [], `${step}, restart ${i + 1}`);
    assert.equal(mesh.isGone(), false, 'the mesh lives on');
  }
  await mesh.stop();
  assert.ok(reached(folder).length >= RESTARTS / 2, `it ended at ${reached(folder).join(', ')}`);
  t.diagnostic(`${workload.sent.length} batches; ended at ${reached(folder).join(', ')}`);
  const config = readConfig({ data, store: server.url, env: {} });
  const { findings } = await proveDataDirectory(config, { repair: true, logger: silentLogger });
  const damage = findings.filter(({ state }) => state === 'damaged');
  assert.deepEqual(damage, []);
  await checkRows(server.url);

  async function workAndSettle(on: CrashMesh): Promise<void> {
    await work(on, workload, 4);
    await settle(on, workload, Math.max(0, workload.sent.length - 20));
  }

  /** Every committed row is there once, and no other. */
  async function checkRows(url: string): Promise<void> {
    const store = await openPostgresStore({ url, logger: silentLogger });
    const engine = await openTestEngine();
    const ports = { objects: createLocalObjectStore({ root: join(data, 'tables') }) };
    try {
      for (const product of PRODUCTS) {
        const row = await store
          .schema<NodeTables>('node')
          .selectFrom('tables')
          .selectAll()
          .where('table_name', '=', product)
          .executeTakeFirstOrThrow();
        const metadata = await loadTable(ports, row.metadata_location ?? '');
        const files = await planScan({ ...ports, deflate: nodeDeflate }, metadata);
        const paths = files.map((file) => file.path);
        const relation = readParquetSql(paths, currentColumns(metadata));
        const rows = await engine.rows(
          `SELECT id // ${ID_STEP} AS g, count(*) AS n, count(DISTINCT id) AS d FROM ${relation} GROUP BY 1 ORDER BY 1`,
        );
        const expected = [...expectedRows(workload, product)].sort(([a], [b]) => a - b);
        assert.deepEqual(
          rows.map((r) => [Number(r['g']), Number(r['n']), Number(r['d'])]),
          expected.map(([no, count]) => [no, count, count]),
        );
      }
    } finally {
      engine.close();
      await store.close();
    }
  }
});
