/**
 * A domain node for the benchmarks, without HTTP and control plane: the store, files, child processes and services are
 * the real ones, with the settings of `server/src/compose-node.ts`.
 *
 * Made up are two things: contracts come from the files of this folder instead of a signed bundle, and every query is that
 * of an owner, decided by the real decision. Invariant: closing it removes everything it wrote.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BatchReport } from '@weft/core/ingest/report';
import { loadTable } from '@weft/core/lakehouse/commit';
import type { LakehousePorts } from '@weft/core/lakehouse/ports';
import type { TableMetadata } from '@weft/core/lakehouse/types';
import { must } from '@weft/core/lib/assert';
import { createIdSource } from '@weft/core/lib/id';
import type { Subject } from '@weft/core/registry/types';
import { nodeDeflate } from '../server/src/adapters/deflate.ts';
import {
  createIngestProcesses,
  type IngestProcesses,
} from '../server/src/adapters/ingest-process.ts';
import { openKeyring, ROOT_KEY } from '../server/src/adapters/keyring.ts';
import { createLandingStore, nodeFiles } from '../server/src/adapters/node-disk.ts';
import { createLocalObjectStore } from '../server/src/adapters/object-store-local.ts';
import { systemClock, systemRandom } from '../server/src/adapters/runtime-ports.ts';
import { openPgliteStore } from '../server/src/adapters/store-pglite.ts';
import type {
  BatchChecker,
  ContractSource,
  LandingStore,
} from '../server/src/services/ingest-ports.ts';
import { createIngestService, type IngestService } from '../server/src/services/ingest-service.ts';
import { rememberMetadata } from '../server/src/services/table-reader.ts';
import { createAuditLog } from '../server/src/store/audit-log.ts';
import { migrate } from '../server/src/store/migrate.ts';
import type { NodeTables } from '../server/src/store/node-tables.ts';
import type { Store } from '../server/src/store/store.ts';
import { type Dataset, type DatasetName, datasetOfName } from './datasets.ts';
import type { Input } from './inputs.ts';

export const THREADS = Math.min(8, availableParallelism());
export const READ_BYTES = 1 << 20;
const COUNTS = ['in', 'good', 'quarantined', 'duplicates'] as const;
const silent = { info() {}, warn() {}, error() {} };

export const owner: Subject = {
  id: 'bench',
  name: 'Bench',
  roles: ['producer', 'platform'],
  domains: ['bench'],
  attributes: {},
};

/** Seconds of the last batch, by what the node waited for. */
export interface Phases {
  /** Bytes to disk with their hash. */
  land: number;
  /** Until these bytes survive a power cut. */
  sync: number;
  /** In the child, after the landing: reading, rules, keys, good and bad files. It begins while the bytes still come. */
  check: number;
}

export interface BenchNode extends AsyncDisposable {
  root: string;
  store: Store;
  lakehouse: LakehousePorts;
  phases: Phases;
  /** Sends a file and waits for the commit. Throws unless the counts are those of the input. */
  ingest(input: Input): Promise<BatchReport>;
  /** Removes landed bytes, as upkeep does when their time is over. */
  removeLandings(): Promise<void>;
  /** Sends CSV that needs no check of counts. */
  send(product: string, body: Uint8Array): Promise<BatchReport>;
  /** Where the metadata of a product's table is now. */
  pointer(product: string): Promise<string | null>;
  /** Metadata of a product's table, as it is now. */
  table(product: string): Promise<TableMetadata | null>;
}

type Datasets = readonly (DatasetName | Dataset)[];

export async function openBenchNode(datasets: Datasets): Promise<BenchNode> {
  const root = await fs.realpath(await fs.mkdtemp(join(tmpdir(), 'weft-bench-node-')));
  const store = await openPgliteStore({ directory: join(root, 'store'), logger: silent });
  await migrate(store, 'node');
  const lakehouse: LakehousePorts = {
    objects: createLocalObjectStore({ root: join(root, 'tables') }),
    deflate: nodeDeflate,
    clock: systemClock,
    random: systemRandom,
    sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  };
  const processes = createIngestProcesses(processOptions(root));
  const clocked = clockPhases(processes, createLandingStore(landingOptions(root)));
  const service = createIngestService({
    store,
    contracts: contractsOf(datasets),
    landings: clocked.landings,
    checker: clocked.checker,
    lakehouse,
    metadata: rememberMetadata(),
    files: nodeFiles,
    directories: {
      scratch: join(root, 'scratch'),
      tables: join(root, 'tables'),
      quarantine: join(root, 'quarantine'),
    },
    audit: openAudit(root, store),
    clock: systemClock,
    ids: createIdSource({ clock: systemClock, random: systemRandom }),
    logger: silent,
    onOutbox() {},
  });
  return {
    root,
    store,
    lakehouse,
    phases: clocked.phases,
    ingest: (input) => ingestInput(service, input),
    removeLandings: () => fs.rm(landingOptions(root).directory, { recursive: true, force: true }),
    send: (product, body) => sendBytes(service, product, body),
    pointer: (product) => pointerOf(store, product),
    table: async (product) => {
      const pointer = await pointerOf(store, product);
      return pointer === null ? null : loadTable(lakehouse, pointer);
    },
    async [Symbol.asyncDispose]() {
      await processes.close();
      await store.close();
      await fs.rm(root, { recursive: true, force: true });
    },
  };
}

function contractsOf(datasets: Datasets): ContractSource {
  const known = new Map(datasets.map(datasetOfName).map((each) => [each.product, each.contract]));
  return {
    current: async (product) => ({
      ...must(known.get(product.split('@')[0] ?? ''), `contract of ${product}`),
      isRetired: false,
    }),
  };
}

const landingOptions = (root: string) => ({
  directory: join(root, 'landings'),
  bytesMax: 50 * 1024 ** 3,
});

function processOptions(root: string) {
  return {
    settings: {
      memory: '1GB',
      threads: THREADS,
      tempDirectory: join(root, 'spill'),
      statementSeconds: 600,
      contractSeconds: 60,
    },
    atOnce: 2,
    idleSeconds: 60,
    silenceSeconds: 120,
    logger: silent,
  };
}

export function openAudit(root: string, store: Store) {
  const keys = openKeyring(join(root, 'keys'));
  return createAuditLog({
    store,
    schema: 'node',
    clock: systemClock,
    random: systemRandom,
    crypto: keys,
    keyId: ROOT_KEY,
    publicKey: keys.ensureKey(ROOT_KEY),
  });
}

/** The same parts, with a clock on what the node waits for. */
function clockPhases(processes: IngestProcesses, landings: LandingStore) {
  const phases: Phases = { land: 0, sync: 0, check: 0 };
  const timed = async <T>(phase: keyof Phases, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    phases[phase] = (performance.now() - start) / 1_000;
    return result;
  };
  let landedAt = 0;
  const clockedLandings: LandingStore = {
    ...landings,
    land: async (batch, body, onWritten) => {
      const landed = await timed('land', () => landings.land(batch, body, onWritten));
      landedAt = performance.now();
      return landed;
    },
    sync: (path) => timed('sync', () => landings.sync(path)),
  };
  const checker: BatchChecker = {
    async check(request, options) {
      const start = performance.now();
      const checked = await processes.check(request, options);
      phases.check = (performance.now() - Math.max(start, landedAt)) / 1_000;
      return checked;
    },
    isAwaited: () => processes.isAwaited(),
    readQuarantine: (query) => processes.readQuarantine(query),
    work: (task, signal) => processes.work(task, signal),
  };
  return { phases, landings: clockedLandings, checker };
}

async function ingestInput(
  service: IngestService,
  { dataset, path, format, records }: Input,
): Promise<BatchReport> {
  const report = await service.ingest({
    product: dataset.product,
    body: piecesOf(path),
    key: null,
    format,
    name: null,
    subject: owner,
  });
  const isAsExpected = COUNTS.every((count) => report.records[count] === records[count]);
  if (report.state !== 'committed' || !isAsExpected) {
    const counts = JSON.stringify(report.records);
    throw new Error(`${path}: ${report.state} (${report.because}) with ${counts}`);
  }
  return report;
}

async function sendBytes(
  service: IngestService,
  product: string,
  body: Uint8Array,
): Promise<BatchReport> {
  const report = await service.ingest({
    product,
    body: once(body),
    key: null,
    format: 'csv',
    name: null,
    subject: owner,
  });
  if (report.state !== 'committed') throw new Error(`${report.state}: ${report.because}`);
  return report;
}

/** The bytes of a file in one buffer, again and again: what a sender spends on his own memory is not the node's. */
async function* piecesOf(path: string): AsyncIterable<Uint8Array> {
  const file = await fs.open(path);
  const piece = Buffer.alloc(READ_BYTES);
  try {
    for (;;) {
      const { bytesRead } = await file.read(piece);
      if (bytesRead === 0) return;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function* once(body: Uint8Array): AsyncIterable<Uint8Array> {
  yield body;
}

async function pointerOf(store: Store, product: string): Promise<string | null> {
  const row = await store
    .schema<NodeTables>('node')
    .selectFrom('tables')
    .select('metadata_location')
    .where('table_name', '=', product.split('.')[1] ?? '')
    .executeTakeFirst();
  return row?.metadata_location ?? null;
}
