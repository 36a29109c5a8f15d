/**
 * Batches survive `kill -9` of the whole server at random moments: what was acknowledged is there, exactly once; what was
 * not is absent or can be sent again under its key.
 *
 * Not the store's own proof (`store-pglite.durability.test.ts`). Rounds: WEFT_FAULT_ROUNDS, 2 by default; the moments
 * follow WEFT_TURN.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BatchReport } from '@weft/core/ingest/report';
import { loadTable } from '@weft/core/lakehouse/commit';
import { planScan } from '@weft/core/lakehouse/scan';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import { currentColumns } from '@weft/core/lakehouse/table';
import { must } from '@weft/core/lib/assert';
import fc from 'fast-check';
import { nodeDeflate } from '../../server/src/adapters/deflate.ts';
import { openKeyring, ROOT_KEY } from '../../server/src/adapters/keyring.ts';
import { createLocalObjectStore } from '../../server/src/adapters/object-store-local.ts';
import { systemClock, systemRandom } from '../../server/src/adapters/runtime-ports.ts';
import { openPgliteStore } from '../../server/src/adapters/store-pglite.ts';
import { createAuditLog } from '../../server/src/store/audit-log.ts';
import type { NodeTables } from '../../server/src/store/node-tables.ts';
import type { Store } from '../../server/src/store/store.ts';
import { openTestEngine } from '../support/engine.ts';
import { startMesh, type TestMesh } from '../support/mesh.ts';
import { silentLogger } from '../support/store.ts';
import { TURN } from '../support/turn.ts';

const ROUNDS = Number(process.env['WEFT_FAULT_ROUNDS'] ?? 2);
const PRODUCTS = ['orders', 'stock'];
/** Files are merged after every few batches, so that kills fall into merges and their commits, too. */
const UPKEEP = { WEFT_UPKEEP_COMMITS: '2', WEFT_COMPACT_FILES: '2' };

function contract(product: string): string {
  return `apiVersion: v3.1.0
kind: DataContract
id: ${product}-contract
version: 1.0.0
status: active
domain: sales
dataProduct: ${product}
description: { purpose: Proof that nothing is lost. }
schema:
  - name: ${product}
    physicalType: table
    description: One row per number.
    properties:
      - { name: batch_no, logicalType: integer, required: true, primaryKey: true, primaryKeyPosition: 1, classification: internal }
      - { name: row_no, logicalType: integer, required: true, primaryKey: true, primaryKeyPosition: 2, classification: internal }
slaProperties:
  - { property: frequency, value: 1, unit: d }
  - { property: retention, value: 1, unit: y }
team: { name: sales, members: [{ username: ana, role: owner }] }
customProperties:
  - { property: weftGranularity, value: row }
  - { property: weftPurposes, value: [test] }
`;
}

interface Sent {
  product: string;
  no: number;
  good: number;
  body: string;
}

/** A batch of its own size, with a bad row and a duplicate. */
function batch(no: number): Sent {
  const product = must(PRODUCTS[no % PRODUCTS.length], 'product');
  const good = 1 + ((no * 7919) % 3000);
  const rows = Array.from({ length: good }, (_, row) => `${no},${row}`);
  return {
    product,
    no,
    good,
    body: `batch_no,row_no\n${[...rows, `${no},x`, `${no},0`].join('\n')}\n`,
  };
}

/** The report, or null when the server was gone before it answered. */
async function send(mesh: TestMesh, token: string, sent: Sent): Promise<BatchReport | null> {
  const url = `${mesh.url}/api/v1/products/sales.${sent.product}/batches?format=csv&key=no-${sent.no}`;
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
      body: sent.body,
    });
    const { repeated: _, ...report } = (await response.json()) as BatchReport & {
      /** Of the answer, not of the batch. */
      repeated?: boolean;
    };
    assert.equal(response.status, 200, JSON.stringify(report));
    return report;
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return null;
    throw error;
  }
}

async function post(
  mesh: TestMesh,
  path: string,
  token: string,
  body: string,
  type = 'application/json',
): Promise<Record<string, unknown>> {
  const response = await fetch(`${mesh.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': type },
    body,
  });
  const json = (await response.json()) as Record<string, unknown>;
  assert.ok(response.ok, `${path}: ${JSON.stringify(json)}`);
  return json;
}

/** Makes domain and products; the token of their producer. */
async function prepare(mesh: TestMesh): Promise<string> {
  const context = JSON.parse(
    await readFile(must(mesh.env['WEFT_CONTEXT'], 'context file'), 'utf8'),
  ) as { token: string };
  const issued = await post(
    mesh,
    '/api/v1/tokens',
    context.token,
    JSON.stringify({ subject: 'ana', roles: ['producer'], domains: ['sales'] }),
  );
  const token = String(issued['token']);
  await post(
    mesh,
    '/api/v1/domains',
    context.token,
    JSON.stringify({ name: 'sales', owners: ['ana'] }),
  );
  for (const product of PRODUCTS) {
    await post(mesh, '/api/v1/contracts', token, contract(product), 'application/yaml');
  }
  return token;
}

/** Sends batches on three lines at once until the server is gone. */
async function sendUntilKilled(mesh: TestMesh, token: string, state: State): Promise<void> {
  const line = async (): Promise<void> => {
    for (;;) {
      const sent = batch(state.next++);
      state.sent.set(sent.no, sent);
      const report = await send(mesh, token, sent);
      if (report === null) return;
      assert.equal(report.state, 'committed', report.because ?? '');
      state.acknowledged.set(sent.no, report);
    }
  };
  await Promise.all([line(), line(), line()]);
}

interface State {
  next: number;
  sent: Map<number, Sent>;
  acknowledged: Map<number, BatchReport>;
}

/** After a restart: every acknowledged batch has its report, and every other one can be sent again. */
async function settle(mesh: TestMesh, token: string, state: State): Promise<void> {
  for (const [no, report] of state.acknowledged) {
    const response = await fetch(`${mesh.url}/api/v1/batches/${report.batch}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.deepEqual(await response.json(), report, `acknowledged batch ${no}`);
  }
  for (const sent of state.sent.values()) {
    if (state.acknowledged.has(sent.no)) continue;
    const report = must(await send(mesh, token, sent), 'answer of a mesh that lives');
    assert.equal(report.state, 'committed', report.because ?? '');
    assert.deepEqual(report.records, {
      in: sent.good + 2,
      good: sent.good,
      quarantined: 1,
      duplicates: 1,
    });
    state.acknowledged.set(sent.no, report);
  }
}

/** Rows and sequences as another reader finds them, with no server running. */
async function checkTables(data: string, state: State): Promise<void> {
  const store = await openPgliteStore({ directory: join(data, 'store'), logger: silentLogger });
  const engine = await openTestEngine();
  try {
    const db = store.schema<NodeTables>('node');
    const ports = {
      objects: createLocalObjectStore({ root: join(data, 'tables') }),
      deflate: nodeDeflate,
      clock: systemClock,
      random: systemRandom,
    };
    for (const product of PRODUCTS) {
      const table = await db
        .selectFrom('tables')
        .selectAll()
        .where('table_name', '=', product)
        .executeTakeFirstOrThrow();
      const metadata = await loadTable(ports, must(table.metadata_location, 'pointer'));
      const files = await planScan(ports, metadata);
      if (ROUNDS >= 20) {
        const operations = metadata.snapshots.map((snapshot) => snapshot.summary['operation']);
        assert.ok(operations.includes('replace'), `${product} was merged in between`);
      }
      const relation = readParquetSql(
        files.map((file) => file.path),
        currentColumns(metadata),
      );
      const rows = await engine.rows(
        `SELECT batch_no, count(*) AS n, count(DISTINCT row_no) AS d FROM ${relation} GROUP BY 1 ORDER BY 1`,
      );
      const own = [...state.sent.values()]
        .filter((sent) => sent.product === product)
        .sort((a, b) => a.no - b.no);
      assert.deepEqual(
        rows,
        own.map(({ no, good }) => ({ batch_no: no, n: good, d: good })),
      );
      const events = await db
        .selectFrom('outbox')
        .select('sequence')
        .where('source', '=', `/domains/sales/tables/${product}@1`)
        .orderBy('sequence')
        .execute();
      assert.deepEqual(
        events.map((event) => Number(event.sequence)),
        own.map((_, i) => i + 1),
      );
    }
    const open = await db
      .selectFrom('batches')
      .select('batch')
      .where('state', 'in', ['landed', 'checking'])
      .execute();
    assert.deepEqual(open, []);
    await checkAudit(data, store);
  } finally {
    engine.close();
    await store.close();
  }
}

/** Both chains of the audit log hold, link by link. */
async function checkAudit(data: string, store: Store): Promise<void> {
  const crypto = openKeyring(join(data, 'keys'));
  const publicKey = crypto.ensureKey(ROOT_KEY);
  for (const schema of ['control', 'node'] as const) {
    const options = { store, schema, crypto, publicKey, keyId: ROOT_KEY };
    const audit = createAuditLog({ ...options, clock: systemClock, random: systemRandom });
    const { findings, entries } = await audit.verify();
    assert.deepEqual(findings, [], schema);
    if (schema === 'control') assert.ok(entries > 0, 'the control plane wrote entries');
  }
}

test(`nothing acknowledged is lost in ${ROUNDS} kills (turn ${TURN})`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weft-kill-'));
  const data = join(folder, 'data');
  const state: State = { next: 1, sent: new Map(), acknowledged: new Map() };
  const moments = fc.sample(fc.integer({ min: 50, max: 1500 }), { seed: TURN, numRuns: ROUNDS });
  try {
    let token = '';
    for (const moment of moments) {
      await using mesh = await startMesh({ data, env: UPKEEP });
      if (token === '') token = await prepare(mesh);
      await settle(mesh, token, state);
      const lines = sendUntilKilled(mesh, token, state);
      await new Promise((resolve) => setTimeout(resolve, moment));
      await mesh.kill();
      await lines;
    }
    {
      await using mesh = await startMesh({ data, env: UPKEEP });
      await settle(mesh, token, state);
    }
    await checkTables(data, state);
    assert.ok(state.sent.size > ROUNDS, 'batches were sent in every round');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Sends a large batch that is answered before its check, and kills the mesh with the answer. */
async function sendAndKill(mesh: TestMesh, token: string, rows: number): Promise<BatchReport> {
  const body = Array.from({ length: rows }, (_, row) => `1,${row}\n`).join('');
  const path = '/api/v1/products/sales.orders/batches?format=csv&key=large';
  const response = await fetch(`${mesh.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, prefer: 'respond-async' },
    body: `batch_no,row_no\n${body}`,
  });
  assert.equal(response.status, 202);
  await mesh.kill();
  return (await response.json()) as BatchReport;
}

async function untilEnded(mesh: TestMesh, token: string, batch: string): Promise<BatchReport> {
  for (;;) {
    const response = await fetch(`${mesh.url}/api/v1/batches/${batch}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const report = (await response.json()) as BatchReport;
    if (report.state !== 'landed' && report.state !== 'checking') return report;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('a batch that was acknowledged before its check is taken up again after a kill', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weft-kill-'));
  const data = join(folder, 'data');
  const rows = 400_000;
  try {
    let token = '';
    let batch = '';
    {
      await using mesh = await startMesh({ data });
      token = await prepare(mesh);
      const report = await sendAndKill(mesh, token, rows);
      assert.ok(report.state === 'landed' || report.state === 'checking', report.state);
      batch = report.batch;
    }
    await using mesh = await startMesh({ data });
    const report = await untilEnded(mesh, token, batch);
    assert.equal(report.state, 'committed', report.because ?? '');
    assert.equal(report.resumed, 1, 'the kill came before the verdict');
    assert.deepEqual(report.records, { in: rows, good: rows, quarantined: 0, duplicates: 0 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
