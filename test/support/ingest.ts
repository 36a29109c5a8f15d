/**
 * A node's ingest without HTTP: a real store, real files, and checking in a real child process.
 *
 * The contract source is the one thing made up: it reads the YAML that the test gives it.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import type { ContractModel } from '@weft/core/contract/model';
import { readContract } from '@weft/core/contract/read';
import { must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import { createIdSource } from '@weft/core/lib/id';
import type { Subject } from '@weft/core/registry/types';
import { nodeDeflate } from '../../server/src/adapters/deflate.ts';
import {
  createIngestProcesses,
  type IngestProcesses,
} from '../../server/src/adapters/ingest-process.ts';
import { createLandingStore, nodeFiles } from '../../server/src/adapters/node-disk.ts';
import { createLocalObjectStore } from '../../server/src/adapters/object-store-local.ts';
import { systemClock, systemRandom } from '../../server/src/adapters/runtime-ports.ts';
import type { IngestDeps } from '../../server/src/services/ingest-ports.ts';
import {
  createIngestService,
  type IngestService,
} from '../../server/src/services/ingest-service.ts';
import { createLanes } from '../../server/src/services/lanes.ts';
import { rememberMetadata } from '../../server/src/services/table-reader.ts';
import type { NodeTables } from '../../server/src/store/node-tables.ts';
import { openTestStore, silentLogger, type TestStore } from './store.ts';

export const producer: Subject = {
  id: 'ana',
  name: 'Ana',
  roles: ['producer'],
  domains: ['sales'],
  attributes: {},
};
export const platform: Subject = {
  id: 'pat',
  name: 'Pat',
  roles: ['platform'],
  domains: [],
  attributes: {},
};
export const stranger: Subject = {
  id: 'sam',
  name: 'Sam',
  roles: ['consumer'],
  domains: ['other'],
  attributes: {},
};

export interface TestIngest extends AsyncDisposable {
  service: IngestService;
  deps: IngestDeps;
  store: TestStore;
  root: string;
  processes: IngestProcesses;
  audit: { action: string; subject: string }[];
  /** Publishes the contract from now on. */
  publish(yaml: string): void;
  /** A service over the same store and files, as after a restart. */
  restart(): IngestService;
}

export interface TestIngestOptions {
  fakeStager?: boolean;
  /** Another entry of the processes that check, made for the root of the node. */
  entry?(root: string): URL;
  silenceSeconds?: number;
}

export async function openTestIngest(options: TestIngestOptions = {}): Promise<TestIngest> {
  const root = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), 'weft-ingest-')));
  const store = await openTestStore();
  const processes = openProcesses(root, options);
  const contracts: Contracts = new Map();
  const audit: TestIngest['audit'] = [];
  const deps = makeDeps({ root, store, processes, contracts, audit });
  return {
    service: createIngestService(deps),
    deps,
    store,
    root,
    processes,
    audit,
    publish(yaml) {
      const { value, diagnostics } = readContract(yaml);
      const { model } = must(value, `contract: ${JSON.stringify(diagnostics)}`);
      const hash = createHash('sha256').update(yaml).digest('hex');
      contracts.set(`${model.domain}.${model.product}`, { hash, model });
    },
    restart: () => createIngestService({ ...deps, metadata: rememberMetadata() }),
    async [Symbol.asyncDispose]() {
      await processes.close();
      await store.close();
      await fs.rm(root, { recursive: true, force: true });
    },
  };
}

type Contracts = Map<string, { hash: string; model: ContractModel }>;

function openProcesses(root: string, options: TestIngestOptions): IngestProcesses {
  return createIngestProcesses({
    settings: {
      memory: '512MB',
      threads: 2,
      tempDirectory: path.join(root, 'spill'),
      statementSeconds: 60,
      contractSeconds: 2,
    },
    atOnce: 2,
    idleSeconds: 30,
    stopSeconds: 1,
    silenceSeconds: options.silenceSeconds ?? 60,
    logger: silentLogger,
    ...(options.fakeStager === true
      ? { entry: new URL('./ingest-child-fake.ts', import.meta.url) }
      : {}),
    ...(options.entry === undefined ? {} : { entry: options.entry(root) }),
  });
}

function makeDeps(parts: {
  root: string;
  store: TestStore;
  processes: IngestProcesses;
  contracts: Contracts;
  audit: TestIngest['audit'];
}): IngestDeps {
  const { root, store, processes, contracts, audit } = parts;
  return {
    store,
    contracts: {
      async current(product) {
        const found = contracts.get(product.split('@')[0] ?? '');
        if (found === undefined) throw new WeftError('NOT_FOUND', `there is no product ${product}`);
        const { model, hash } = found;
        return { model, ref: { id: model.id, version: model.version, hash }, isRetired: false };
      },
    },
    landings: createLandingStore({ directory: path.join(root, 'landing'), bytesMax: 10_000_000 }),
    checker: processes,
    metadata: rememberMetadata(),
    lakehouse: {
      objects: createLocalObjectStore({ root: path.join(root, 'tables') }),
      deflate: nodeDeflate,
      clock: systemClock,
      random: systemRandom,
      sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    },
    files: nodeFiles,
    directories: {
      scratch: path.join(root, 'scratch'),
      tables: path.join(root, 'tables'),
      quarantine: path.join(root, 'quarantine'),
    },
    audit: { appendWithin: async (_tx, entry) => audit.push(entry) },
    clock: systemClock,
    ids: createIdSource({ clock: systemClock, random: systemRandom }),
    logger: silentLogger,
    onOutbox() {},
    lanes: createLanes(),
  };
}

export async function* bodyOf(...pieces: (string | Uint8Array)[]): AsyncIterable<Uint8Array> {
  for (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
}

export function nodeDbOf(store: TestStore) {
  return store.schema<NodeTables>('node');
}

/** The smallest contract that takes a batch: `sales.lines` with one integer. */
export const LINES_CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: c
version: 1.0.0
status: active
domain: sales
dataProduct: lines
schema:
  - name: lines
    properties:
      - { name: id, logicalType: integer, required: true }
`;
