/**
 * What a node does for its users, as pieces of work that may be asked for again, with what must be true when each has come to
 * its end: a batch, a hold that is released, a repair, a merge, a restatement, an upload.
 *
 * Not the faults (`fault-store.ts`, `fault-disk.ts`). Invariants: `act` asks for the same thing each time; what it expects of
 * the table is told by what it sends, never by what it was answered; an error is let through only when it has a name.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { BatchReport } from '@weft/core/ingest/report';
import { loadTable } from '@weft/core/lakehouse/commit';
import { planScan } from '@weft/core/lakehouse/scan';
import { must } from '@weft/core/lib/assert';
import { createUploadFiles } from '../../server/src/adapters/upload-files.ts';
import { toWeftError } from '../../server/src/api/problem.ts';
import type { IngestDeps } from '../../server/src/services/ingest-ports.ts';
import {
  createIngestService,
  type IngestService,
} from '../../server/src/services/ingest-service.ts';
import { createRestatements } from '../../server/src/services/restatements-service.ts';
import { createMaintenance } from '../../server/src/services/table-maintenance.ts';
import {
  createUploadsService,
  type UploadsService,
} from '../../server/src/services/uploads-service.ts';
import type { NodeTables } from '../../server/src/store/node-tables.ts';
import { bodyOf, nodeDbOf, producer, type TestIngest } from './ingest.ts';
import { ask, asking, quarantineOf } from './quarantine.ts';
import { silentLogger } from './store.ts';

const TABLE = { domain: 'sales', table: 'lines', major: 1 };
/** Ids of one piece of work begin at its number times this. */
const STEP = 100;

export const FAULT_CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: lines-contract
version: 1.0.0
status: active
domain: sales
dataProduct: lines
schema:
  - name: lines
    properties:
      - { name: id, logicalType: integer, required: true, primaryKey: true, primaryKeyPosition: 1 }
      - { name: sku, logicalType: string, required: true, logicalTypeOptions: { pattern: '^[a-z]+$' } }
customProperties:
  - { property: weftBadShareMax, value: 0.5 }
`;

export interface FaultNode {
  node: TestIngest;
  deps: IngestDeps;
  service: IngestService;
  uploads: UploadsService;
  /** Ids that the table must have. */
  expected: Set<number>;
  /** Moves the clock of the upkeep on by a day. */
  nextDay(): void;
  /** All that is due for the table, now. */
  upkeep(): Promise<void>;
}

export interface Life {
  name: string;
  /** What has to be there before, without a fault. */
  prepare(on: FaultNode, no: number): Promise<void>;
  /** Rejects with a named error, or does what is asked for, or what is left of it. */
  act(on: FaultNode, no: number): Promise<void>;
}

/** A node whose parts go through `deps`, which may fail. */
export function faultNode(node: TestIngest, deps: IngestDeps): FaultNode {
  const service = createIngestService(deps);
  let days = 0;
  const policy = {
    compaction: { targetBytes: 1 << 20, filesMin: 3, runBytesMax: 4 << 20 },
    snapshotSeconds: 3_600,
    graceSeconds: 60,
    orphanSeconds: 3_600,
  };
  const clock = { now: () => Date.now() + days * 86_400_000 };
  const maintenance = createMaintenance({
    ...deps,
    clock,
    policy,
    logger: silentLogger,
    lanes: must(deps.lanes, 'lanes of the node'),
    rewriter: node.processes,
    commitsMin: 1_000,
    roundSeconds: 3_600,
  });
  const uploads = createUploadsService({
    db: deps.store.schema<NodeTables>('node'),
    files: createUploadFiles({ directory: path.join(node.root, 'uploads') }),
    ingest: service,
    ids: deps.ids,
    clock: deps.clock,
    limits: { bytesMax: 1 << 20, openMax: 100_000, expireSeconds: 3_600 },
  });
  return {
    node,
    deps,
    service,
    uploads,
    expected: new Set(),
    nextDay: () => {
      days += 1;
    },
    upkeep: async () => void (await maintenance.visit(TABLE)),
  };
}

const idsOf = (no: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => no * STEP + i);
const rowsOf = (ids: readonly number[]): string => ids.map((id) => `${id},a\n`).join('');

/** Sends under a key; what failed by a fault of the node is an error of a name, as everything else that failed is. */
async function send(on: FaultNode, key: string, rows: string): Promise<BatchReport> {
  const report = await on.service.ingest({
    product: 'sales.lines',
    body: bodyOf(`id,sku\n${rows}`),
    key,
    format: 'csv',
    name: null,
    subject: producer,
  });
  if (report.state === 'failed') throw failureOf(report);
  return report;
}

class BatchFailed extends Error {
  override readonly name = 'BatchFailed';
  readonly code: string;

  constructor(code: string, words: string) {
    super(`${code}: ${words}`);
    this.code = code;
  }
}

function failureOf(report: BatchReport): BatchFailed {
  return new BatchFailed(report.problem?.code ?? 'none', report.because ?? '');
}

/** The code under which a person hears of an error. */
export function nameOfError(error: unknown): string {
  return error instanceof BatchFailed ? error.code : toWeftError(error).code;
}

const GOOD: Life = {
  name: 'a batch',
  prepare: async () => {},
  async act(on, no) {
    const ids = idsOf(no, 3);
    const rows = `${rowsOf(ids)}x,a\n${rowsOf(ids.slice(0, 1))}`;
    const report = await send(on, `good-${no}`, rows);
    assert.equal(report.state, 'committed', report.because ?? '');
    assert.deepEqual(report.records, { in: 5, good: 3, quarantined: 1, duplicates: 1 });
    for (const id of ids) on.expected.add(id);
  },
};

const HELD: Life = {
  name: 'a held batch that is released',
  prepare: async () => {},
  async act(on, no) {
    const ids = idsOf(no, 2);
    const report = await send(on, `held-${no}`, `${rowsOf(ids)}x,a\ny,a\nz,a\n`);
    assert.deepEqual(report.records, { in: 5, good: 2, quarantined: 3, duplicates: 0 });
    if (report.state === 'held') await on.service.release(report.batch, 'looked at', producer);
    for (const id of ids) on.expected.add(id);
  },
};

const DISCARDED: Life = {
  name: 'a held batch that is discarded',
  prepare: async (on, no) => {
    const report = await send(on, `discarded-${no}`, `${rowsOf(idsOf(no, 1))}x,a\ny,a\n`);
    assert.equal(report.state, 'held');
  },
  async act(on, no) {
    const { items } = await on.service.list({ product: 'sales.lines', limit: 5 }, producer);
    const own = must(
      items.find((item) => item.key === `discarded-${no}`),
      'the held batch',
    );
    if (own.state === 'held') await on.service.discard(own.batch, 'not wanted', producer);
  },
};

const UNREADABLE: Life = {
  name: 'a batch that cannot be read',
  prepare: async () => {},
  async act(on, no) {
    const asked = {
      product: 'sales.lines',
      key: `unreadable-${no}`,
      name: null,
      subject: producer,
    };
    const body = bodyOf('no table at all\n');
    const report = await on.service.ingest({ ...asked, body, format: 'csv' });
    assert.equal(report.state, 'failed');
    if (report.problem?.code !== 'BATCH_UNREADABLE') throw failureOf(report);
  },
};

const LOWER = { columns: { sku: { sql: 'lower(sku)' } }, raw: null };

/** Sends a batch with refused records; they are those of the first batch that has open ones. */
async function sendRefused(on: FaultNode, no: number, key: string): Promise<void> {
  const ids = idsOf(no, 4);
  const report = await send(on, key, `${rowsOf(ids.slice(0, 2))}${ids[2]},B\n${ids[3]},C\n`);
  assert.equal(report.state, 'committed');
  for (const id of ids.slice(0, 2)) on.expected.add(id);
}

async function batchOf(on: FaultNode, key: string): Promise<string> {
  const row = await nodeDbOf(on.node.store)
    .selectFrom('batches')
    .select('batch')
    .where('key', '=', key)
    .where('state', '=', 'committed')
    .executeTakeFirstOrThrow();
  return row.batch;
}

const REPAIRED: Life = {
  name: 'refused records that are repaired',
  prepare: (on, no) => sendRefused(on, no, `repaired-${no}`),
  async act(on, no) {
    const where = { batch: await batchOf(on, `repaired-${no}`) };
    const { decisions, reads } = quarantineOf(on.deps, on.service);
    const result = await decisions.replay(ask('lines', { where, rule: LOWER }), producer);
    const failed = result.batches.find((report) => report.state === 'failed');
    if (failed !== undefined) throw failureOf(failed);
    const { records } = await reads.lineage(where.batch, producer);
    assert.deepEqual([records.committed, records.open], [4, 0], JSON.stringify(records));
    for (const id of idsOf(no, 4)) on.expected.add(id);
  },
};

const GIVEN_UP: Life = {
  name: 'refused records that are given up',
  prepare: (on, no) => sendRefused(on, no, `given-up-${no}`),
  async act(on, no) {
    const where = { batch: await batchOf(on, `given-up-${no}`) };
    const { decisions, reads } = quarantineOf(on.deps, on.service);
    await decisions.discard({ where, because: 'given up' }, producer);
    const { records } = await reads.lineage(where.batch, producer);
    assert.deepEqual([records.committed, records.open, records.discarded], [2, 0, 2]);
    const { items } = await reads.rows({ ...where, state: 'discarded' }, asking(producer));
    assert.equal(items.length, 2, 'the files say so too');
  },
};

const MERGED: Life = {
  name: 'upkeep: a merge, an expiry, a sweep',
  async prepare(on, no) {
    for (const i of [0, 1, 2]) {
      const id = no * STEP + i;
      await send(on, `merged-${no}-${i}`, rowsOf([id]));
      on.expected.add(id);
    }
    on.nextDay();
    const stray = path.join(on.node.root, `tables/sales/lines/v1/data/merge-stray-${no}.parquet`);
    await fs.writeFile(stray, 'left by a process that ended');
  },
  act: (on) => on.upkeep(),
};

const RESTATED: Life = {
  name: 'rows that are deleted',
  async prepare(on, no) {
    const ids = idsOf(no, 3);
    await send(on, `restated-${no}`, rowsOf(ids));
    for (const id of ids.slice(1)) on.expected.add(id);
  },
  async act(on, no) {
    const { deps, node } = on;
    const restatements = createRestatements({
      ...deps,
      lanes: must(deps.lanes, 'lanes'),
      rewriter: node.processes,
      writing: new Set<string>(),
    });
    const asked = {
      product: 'sales.lines',
      where: `id = ${no * STEP}`,
      set: null,
      because: 'asked',
      key: `restated-${no}`,
      ifSequence: null,
      subject: producer,
    };
    const op = deps.ids.next('op');
    const { signal } = new AbortController();
    const { report } = await restatements.start(asked, { op, signal, progress: () => {} });
    assert.equal((await report).rows, 1, 'also where its first answer was lost');
  },
};

/** Uploads by the number of the work that they are of. */
const begun = new Map<string, string>();

const UPLOADED: Life = {
  name: 'an upload in two pieces that becomes a batch',
  prepare: async () => {},
  async act(on, no) {
    const ids = idsOf(no, 3);
    const bytes = Buffer.from(`id,sku\n${rowsOf(ids)}`);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const name = `upload-${no}`;
    if (!begun.has(name)) {
      const wanted = { product: 'sales.lines', name: null, length: bytes.length, sha256 };
      begun.set(name, (await on.uploads.create(wanted, producer)).upload);
    }
    const upload = must(begun.get(name), 'upload that was begun');
    for (let { offset } = await on.uploads.show(upload, producer); offset < bytes.length; ) {
      const body = bodyOf(bytes.subarray(offset, offset + 10));
      const piece = { offset, body, sha256: null, stop: () => {} };
      offset = (await on.uploads.append(upload, piece, producer)).offset;
    }
    const asked = { product: 'sales.lines', key: name, format: 'csv', name: null } as const;
    const started = await on.uploads.start([{ upload }], { ...asked, subject: producer });
    const report = await started.report;
    if (report.state === 'failed') throw failureOf(report);
    assert.equal(report.state, 'committed', report.because ?? '');
    for (const id of ids) on.expected.add(id);
  },
};

export const LIVES: readonly Life[] = [
  GOOD,
  HELD,
  DISCARDED,
  UNREADABLE,
  REPAIRED,
  GIVEN_UP,
  MERGED,
  RESTATED,
  UPLOADED,
];

const ANSWER_SECONDS = 60;

/** Rejects where nobody answers: without it a place that is never given back would be a test that never ends. */
export async function answered(work: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const error = new Error(`no answer in ${ANSWER_SECONDS} seconds`);
  const timer = setTimeout(() => late.reject(error), ANSWER_SECONDS * 1_000);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Asks without a fault until it is done: what is still being written down is waited for, and who comes just when it is written
 * hears of it once.
 */
export async function settleLife(on: FaultNode, life: Life, no: number): Promise<void> {
  for (let failures = 0; ; ) {
    try {
      await answered(life.act(on, no));
      return;
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      if (error instanceof BatchFailed) failures += 1;
      else if (nameOfError(error) !== 'UNAVAILABLE') throw error;
      if (failures > 1) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** What does not add up between store, files and what was sent. */
export async function checkNode(on: FaultNode, ids: (paths: string[]) => Promise<number[]>) {
  const db = nodeDbOf(on.node.store);
  const table = await db.selectFrom('tables').selectAll().executeTakeFirstOrThrow();
  const metadata = await loadTable(
    on.node.deps.lakehouse,
    must(table.metadata_location, 'pointer'),
  );
  const files = await planScan(on.node.deps.lakehouse, metadata);
  const found = await ids(files.map((file) => file.path));
  const expected = [...on.expected].sort((a, b) => a - b);
  assert.deepEqual(found, expected, 'each row that was promised is there once, and no other');
  assert.equal(Number(table.rows), expected.length, 'the store counts them');
  const events = await db
    .selectFrom('outbox')
    .select('sequence')
    .where('source', '=', '/domains/sales/tables/lines@1')
    .orderBy('sequence')
    .execute();
  assert.deepEqual(
    events.map((event) => Number(event.sequence)),
    events.map((_, i) => i + 1),
    'sequences have no gap',
  );
  assert.equal(Number(table.next_sequence), events.length + 1);
}

/** After all: no batch is open, and of those that failed nothing is left where batches work. */
export async function checkLeftovers(on: FaultNode): Promise<void> {
  const db = nodeDbOf(on.node.store);
  const batches = await db.selectFrom('batches').select(['batch', 'state']).execute();
  const inState = (...states: string[]): Set<string> =>
    new Set(batches.filter((b) => states.includes(b.state)).map((b) => b.batch));
  assert.deepEqual([...inState('landed', 'checking')], [], 'no batch is open');
  const live = inState('committed', 'held', 'discarded');
  const { root } = on.node;
  const names = (place: string): Promise<string[]> =>
    fs.readdir(path.join(root, place)).catch(() => []);
  const strays = async (place: string): Promise<string[]> =>
    (await names(place)).filter((name) => {
      const [batch] = /^bat_[0-9A-Z]{26}/.exec(name) ?? [];
      return batch !== undefined && !live.has(batch);
    });
  assert.deepEqual(await names('scratch'), [], 'scratch');
  assert.deepEqual(await strays('landing'), [], 'landings');
  assert.deepEqual(await strays('tables/sales/lines/v1/data'), [], 'data files');
  assert.deepEqual(await strays('quarantine/sales'), [], 'quarantine files');
}

const SWEPT_SECONDS = 20;

/** As `checkLeftovers`, in a while: a failure that could not be written is tried again, and swept only then. */
export async function checkSwept(on: FaultNode): Promise<void> {
  for (const until = Date.now() + SWEPT_SECONDS * 1_000; ; ) {
    try {
      return await checkLeftovers(on);
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
