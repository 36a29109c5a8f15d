/**
 * Puts the domain node together: its part of what `compose.ts` does, with the adapters that only a node has.
 *
 * Invariant: the node knows the control plane by its address and the pinned root key, and shares nothing else with it.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadTable } from '@weft/core/lakehouse/commit';
import { pathOfUri } from '@weft/core/lakehouse/paths';
import { WeftError } from '@weft/core/lib/error';
import { createIdSource } from '@weft/core/lib/id';
import type { Logger } from '@weft/core/lib/ports';
import type { Subject } from '@weft/core/registry/types';
import { createCheckpointFile } from './adapters/checkpoint-file.ts';
import { type ControlClient, createControlClient } from './adapters/control-client.ts';
import { refuseMovedTables, writeDurably } from './adapters/data-directory.ts';
import { nodeDeflate } from './adapters/deflate.ts';
import { createIngestProcesses, type IngestProcesses } from './adapters/ingest-process.ts';
import { type Keyring, ROOT_KEY } from './adapters/keyring.ts';
import { createLandingStore, nodeFiles } from './adapters/node-disk.ts';
import { createLocalObjectStore } from './adapters/object-store-local.ts';
import { systemClock, systemRandom } from './adapters/runtime-ports.ts';
import { createSampleInference } from './adapters/sample-inference.ts';
import { createStandingFile } from './adapters/standing-file.ts';
import { createTokens, issuerOf } from './adapters/tokens.ts';
import type { WeftApp } from './api/app.ts';
import { withIdempotency } from './api/idempotency.ts';
import { registerBatches } from './api/platform/batches.ts';
import { registerExports } from './api/platform/exports.ts';
import { registerInferences } from './api/platform/inferences.ts';
import { type MeshDocument, registerMesh } from './api/platform/mesh.ts';
import { registerOperations } from './api/platform/operations.ts';
import { registerQuarantine } from './api/platform/quarantine.ts';
import { registerQueries } from './api/platform/queries.ts';
import { registerRestatements } from './api/platform/restatements.ts';
import { registerRuleChecks } from './api/platform/rule-checks.ts';
import { registerUpkeep, type UpkeepRoutes } from './api/platform/upkeep.ts';
import { registerUploads } from './api/platform/uploads.ts';
import { composeQueries, type QueriesPart } from './compose-queries.ts';
import { composeUploads } from './compose-uploads.ts';
import type { Config } from './config.ts';
import { createContractSource } from './services/contract-source.ts';
import { createIngestService, type IngestService } from './services/ingest-service.ts';
import { createLanes } from './services/lanes.ts';
import { createNodeIdentity } from './services/node-identity.ts';
import { createNodeMeasure } from './services/node-measure.ts';
import { createNodeRelay } from './services/node-relay.ts';
import { createOperationsService, type OperationsService } from './services/operations-service.ts';
import { createQuarantine } from './services/quarantine-decide.ts';
import type { QueryService } from './services/query-service.ts';
import type { NodeLookup } from './services/resolve-service.ts';
import { createRestatements } from './services/restatements-service.ts';
import { createRuleSchedule } from './services/rule-schedule.ts';
import { createStandingFollower, type StandingFollower } from './services/standing-follower.ts';
import { createMaintenance, type MaintenanceDeps } from './services/table-maintenance.ts';
import { rememberMetadata } from './services/table-reader.ts';
import { upkeepStatus } from './services/upkeep-status.ts';
import { type AuditLog, createAuditLog } from './store/audit-log.ts';
import { createIdempotencyStore } from './store/idempotency.ts';
import { migrate } from './store/migrate.ts';
import type { TableName } from './store/node-batches.ts';
import type { NodeTables } from './store/node-tables.ts';
import type { Store } from './store/store.ts';
import type { TestHooks } from './test-hooks.ts';

export interface NodeInput {
  config: Config;
  /** Opened; the node migrates its own schema. */
  store: Store;
  keys: Keyring;
  logger: Logger;
  /** Known once the process listens, when the control plane is in it. */
  controlUrl(): string;
  token(): string;
  /** Null when the control plane is elsewhere: then it is pinned at the first contact. */
  rootKey: string | null;
  /** Of the software. */
  version: string;
  hooks: TestHooks;
}

export interface NodePart {
  rootKey: string;
  audit: AuditLog;
  /** Verifies a bearer token with the issuer key of the mesh; for processes without control plane. */
  authenticate(bearer: string): Promise<Subject>;
  register(app: WeftApp): void;
  /** What this node keeps of a subject's operations and queries. */
  lookUp: NodeLookup;
  /** Ends what a crash left open and begins to report; call it once requests are answered at `url`. */
  start(url: string): Promise<void>;
  /** Drains: running batches end, processes are stopped. */
  close(): Promise<void>;
}

const CONTROL_TIMEOUT_MS = 30_000;
/** Of a sample that a contract is drafted from. */
const SAMPLE_BYTES_MAX = 32 * 1024 * 1024;
const SAMPLE_SECONDS_MAX = 60;
const RELAY_INTERVAL_MS = 2_000;
/** Many small batches are told of together: each bundle costs the control plane a commit, and a new search document. */
const RELAY_PACE_MS = 200;

export async function composeNode(input: NodeInput): Promise<NodePart> {
  await migrate(input.store, 'node');
  const control = createControlClient({
    url: input.controlUrl,
    token: input.token,
    timeoutMs: CONTROL_TIMEOUT_MS,
  });
  const standing = composeStanding(input, control);
  const pinned = await pinMesh(input, { control, standing });
  const base = openBase(input);
  await refuseMoved(base);
  const address = { url: '' };
  const relay = composeRelay(base, control, () => address.url);
  const queries = composeQueries({ ...base, control, standing, clock: systemClock });
  const upkeep = composeMaintenance(base, () => queries.wake());
  const { maintenance, rewriter, status } = upkeep;
  const { ingest, checker, quarantine, restatements, schedule } = composeIngest(base, {
    ...upkeep,
    control,
    rootKey: pinned.rootKey,
    onOutbox: () => {
      relay.wake();
      queries.wake();
    },
    onCommit: (table) => maintenance.committed(table),
  });
  const uploads = composeUploads({ ...base, clock: systemClock, ingest });
  const inference = composeInference(input);
  const idempotency = createIdempotencyStore({ ...base, schema: 'node', clock: systemClock });
  const operations = composeOperations(base, ingest.cancel);
  return {
    rootKey: pinned.rootKey,
    audit: base.audit,
    authenticate: pinned.authenticate,
    lookUp: lookUpOf(operations, queries.service),
    register(app) {
      if (pinned.mesh !== null) registerMesh(app, { describe: pinned.mesh });
      withIdempotency(app, idempotency, (scope) => {
        registerBatches(scope, { ingest, uploads: uploads.service, operations });
        registerUploads(scope, uploads.service, base.config.limits.uploadBytesMax);
        registerQuarantine(scope, quarantine);
        registerRestatements(scope, { restatements, operations });
        registerOperations(scope, { operations });
        registerAnswers(scope, queries);
        registerInferences(scope, { inference, clock: systemClock, bytesMax: SAMPLE_BYTES_MAX });
        registerRuleChecks(scope, { schedule });
        registerUpkeep(scope, { status });
      });
    },
    async start(url) {
      address.url = base.config.publicUrl ?? url;
      await standing.start();
      await ingest.recover();
      await queries.start();
      uploads.start();
      relay.start();
      maintenance.start();
      schedule.start();
    },
    async close() {
      await standing.stop();
      uploads.stop();
      await ingest.settle();
      await schedule.stop();
      await maintenance.stop();
      await relay.stop();
      await Promise.all([checker.close(), rewriter.close(), queries.close()]);
    },
  };
}

function composeOperations(
  { store, ids, logger, stepping }: Base,
  cancelBatch: IngestService['cancel'],
): OperationsService {
  const own = { store, ids, clock: systemClock, logger, cancelBatch };
  return createOperationsService({ ...own, ...stepping });
}

function registerAnswers(scope: WeftApp, { service, exports }: QueriesPart): void {
  registerQueries(scope, { queries: service });
  registerExports(scope, { exports });
}

function lookUpOf(operations: OperationsService, queries: QueryService): NodeLookup {
  return async (subject, id) => {
    if (id.startsWith('op_')) {
      await operations.show(id, subject);
      return { kind: 'operation', id, product: null, domain: null };
    }
    const { products } = queries.show(id, subject);
    const [first] = products;
    const product = products.length === 1 ? (first?.product ?? null) : null;
    return { kind: 'query', id, product, domain: product?.split('.')[0] ?? null };
  };
}

function composeInference({ config }: NodeInput) {
  return createSampleInference({
    directory: join(config.dataDirectory, 'samples'),
    bytesMax: SAMPLE_BYTES_MAX,
    secondsMax: SAMPLE_SECONDS_MAX,
  });
}

const STANDING_SILENCE_MS = 15_000;
const STANDING_RETRY_MS = 500;

function composeStanding({ config, logger }: NodeInput, control: ControlClient): StandingFollower {
  return createStandingFollower({
    fetch: (after, signal) => control.standing(after, signal),
    archive: createStandingFile(join(config.dataDirectory, 'standing.json'), writeDurably),
    clock: systemClock,
    logger,
    silenceMs: STANDING_SILENCE_MS,
    retryMs: STANDING_RETRY_MS,
  });
}

/** What every part of the node stands on. */
function openBase({ config, store, keys, logger, hooks }: NodeInput) {
  const directories = nodeDirectories(config.dataDirectory);
  const lakehouse = {
    objects: createLocalObjectStore({ root: directories.tables }),
    deflate: nodeDeflate,
    clock: systemClock,
    random: systemRandom,
    sha256: (bytes: Uint8Array) => keys.sha256(bytes),
  };
  const metadata = rememberMetadata();
  const audit = createAuditLog({
    store,
    schema: 'node',
    clock: systemClock,
    random: systemRandom,
    crypto: keys,
    keyId: ROOT_KEY,
    publicKey: keys.ensureKey(ROOT_KEY),
    archive: createCheckpointFile(join(config.dataDirectory, 'audit'), 'node'),
  });
  return {
    config,
    store,
    keys,
    logger,
    directories,
    lakehouse,
    audit,
    hooks,
    stepping: hooks.step === undefined ? {} : { step: hooks.step },
    db: store.schema<NodeTables>('node'),
    lanes: createLanes(),
    ids: createIdSource({ clock: systemClock, random: systemRandom }),
    metadata,
    loadMetadata: (location: string) =>
      metadata.get(location, () => loadTable(lakehouse, location)),
  };
}

type Base = ReturnType<typeof openBase>;

async function refuseMoved({ db, directories }: Base): Promise<void> {
  const table = await db.selectFrom('tables').select('location').limit(1).executeTakeFirst();
  if (table !== undefined) await refuseMovedTables(pathOfUri(table.location), directories.tables);
}

function composeRelay(base: Base, control: ControlClient, address: () => string) {
  const { config, db, lakehouse, loadMetadata, logger } = base;
  return createNodeRelay({
    db,
    ...(config.role === 'node' ? { announce: () => control.announce(address()) } : {}),
    send: (report) => control.report(report),
    measure: createNodeMeasure({ db, lakehouse, loadTable: loadMetadata, clock: systemClock }),
    logger,
    intervalMs: RELAY_INTERVAL_MS,
    paceMs: RELAY_PACE_MS,
    ...base.stepping,
  });
}

interface IngestParts {
  control: ControlClient;
  rootKey: string;
  onOutbox(): void;
  onCommit(table: TableName): void;
  onMerged(): void;
  /** Shared with upkeep: the processes that write files again, and the names of what they write. */
  rewriter: IngestProcesses;
  writing: Set<string>;
}

function composeIngest(base: Base, parts: IngestParts) {
  const { control, rootKey, onOutbox, onCommit, onMerged, rewriter, writing } = parts;
  const { config, db, store, keys, logger, directories, lakehouse, metadata, audit, ids, lanes } =
    base;
  const checker = createIngestProcesses({
    ...ingestOptions(config, directories.spill, logger),
    ...(base.hooks.ingestEntry === undefined ? {} : { entry: base.hooks.ingestEntry }),
  });
  const contracts = createContractSource({
    db,
    fetchBundle: (ref) => control.bundle(ref),
    rootKey,
    crypto: keys,
    clock: systemClock,
  });
  const landings = createLandingStore({
    directory: directories.landings,
    bytesMax: config.limits.uploadBytesMax,
  });
  const deps = {
    store,
    contracts,
    landings,
    checker,
    lakehouse,
    metadata,
    files: nodeFiles,
    directories,
    audit,
    clock: systemClock,
    ids,
    logger,
    onOutbox,
    onCommit,
    lanes,
    ...base.stepping,
    ...(config.domains.length === 0 ? {} : { domains: config.domains }),
  };
  const ingest = createIngestService(deps);
  const schedule = createRuleSchedule({
    ...deps,
    tableChecker: checker,
    candidates: () => scheduledProducts(base),
  });
  const restatements = createRestatements({ ...deps, rewriter, writing, onMerged });
  const quarantine = createQuarantine(deps, ingest);
  return { ingest, checker, quarantine, restatements, schedule };
}

/** Products with a contract in which the word stands at all. */
async function scheduledProducts({ db }: Base): Promise<string[]> {
  const rows = await db
    .selectFrom('contracts')
    .select('product')
    .distinct()
    .where('source', 'like', '%schedule%')
    .execute();
  return rows.map((row) => row.product);
}

/** Why processes of its own: a merge must not take the place of a batch. */
function composeMaintenance(base: Base, onMerged: () => void) {
  const { config, store, logger, directories, lakehouse, audit, lanes, hooks } = base;
  const { upkeep } = config;
  const options = ingestOptions(config, directories.spill, logger);
  const rewriter = createIngestProcesses({
    ...options,
    settings: { ...options.settings, memory: upkeep.memory, threads: 1 },
    ...(hooks.ingestEntry === undefined ? {} : { entry: hooks.ingestEntry }),
    atOnce: 1,
    idleSeconds: 10,
  });
  const writing = new Set<string>();
  const deps: MaintenanceDeps = {
    writing,
    store,
    lakehouse,
    audit,
    clock: systemClock,
    logger,
    lanes,
    files: nodeFiles,
    rewriter,
    onMerged,
    ...base.stepping,
    policy: {
      compaction: {
        targetBytes: upkeep.fileBytes,
        filesMin: upkeep.filesMin,
        runBytesMax: upkeep.runBytesMax,
      },
      snapshotSeconds: upkeep.snapshotSeconds,
      graceSeconds: upkeep.graceSeconds,
      orphanSeconds: upkeep.orphanSeconds,
    },
    commitsMin: upkeep.commitsMin,
    roundSeconds: upkeep.roundSeconds,
  };
  const maintenance = createMaintenance(deps);
  const domains = config.domains.length === 0 ? undefined : config.domains;
  const status: UpkeepRoutes['status'] = (product, subject) =>
    upkeepStatus({ ...deps, maintenance, domains }, product, subject);
  return { maintenance, rewriter, writing, onMerged, status };
}

/** Where a node keeps what, below its data directory. */
export function nodeDirectories(dataDirectory: string) {
  const under = (name: string): string => join(dataDirectory, name);
  return {
    tables: under('tables'),
    landings: under('landings'),
    uploads: under('uploads'),
    quarantine: under('quarantine'),
    scratch: under('scratch'),
    spill: under('spill'),
    query: under('query'),
    projections: under('projections'),
  };
}

function ingestOptions(config: Config, spill: string, logger: Logger) {
  return {
    settings: {
      memory: config.limits.ingestMemory,
      threads: config.limits.threads,
      tempDirectory: spill,
      statementSeconds: 600,
      contractSeconds: 60,
    },
    atOnce: config.limits.batchesAtOnce,
    idleSeconds: 60,
    silenceSeconds: 120,
    logger,
  };
}

interface Pinned {
  rootKey: string;
  authenticate(bearer: string): Promise<Subject>;
  /** What a node apart says of the mesh; null where the control plane says it itself. */
  mesh: (() => Promise<MeshDocument>) | null;
}

/** The root key and issuer of the mesh: given by the process itself, or pinned at the first contact and kept. */
async function pinMesh(
  input: NodeInput,
  { control, standing }: { control: ControlClient; standing: StandingFollower },
): Promise<Pinned> {
  if (input.rootKey !== null) {
    const refuse = async (): Promise<Subject> => {
      throw new WeftError(
        'UNAUTHENTICATED',
        'tokens are verified by the control plane of this process',
      );
    };
    return { rootKey: input.rootKey, authenticate: refuse, mesh: null };
  }
  const path = join(input.config.dataDirectory, 'mesh.json');
  const known = await readFile(path, 'utf8').then(
    (text) => JSON.parse(text) as MeshPin,
    () => null,
  );
  const mesh = known ?? (await control.mesh());
  if (known === null) {
    await mkdir(input.config.dataDirectory, { recursive: true });
    const { rootKey, tokenKey, issuer } = mesh;
    await writeDurably(path, `${JSON.stringify({ rootKey, tokenKey, issuer })}\n`, 0o600);
  }
  const tokens = createTokens({
    crypto: input.keys,
    clock: systemClock,
    keyId: 'tokens',
    publicKey: mesh.tokenKey,
    issuer: mesh.issuer,
  });
  const { rootKey, tokenKey, issuer } = mesh;
  const nodes = input.config.domains.map((domain) => ({ domain, url: null }));
  const { version } = input;
  return {
    rootKey,
    authenticate: createNodeIdentity({
      tokens,
      issuerOf,
      issuer,
      identify: (bearer) => control.identify(bearer),
      standing,
      crypto: input.keys,
      clock: systemClock,
    }),
    mesh: async () => ({
      name: issuer,
      version,
      rootKey,
      tokenKey,
      issuer,
      oidc: null,
      demo: null,
      nodes,
    }),
  };
}

type MeshPin = Pick<Awaited<ReturnType<ControlClient['mesh']>>, 'rootKey' | 'tokenKey' | 'issuer'>;
