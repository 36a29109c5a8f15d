/**
 * What an ingest child does: one request at a time, each on a fresh connection of one DuckDB instance.
 *
 * Not the entry point (`ingest-child.ts` chooses the stager). Invariants: every request is answered once; the child says
 * that it is alive while it works; it ends when its parent does.
 */
import type { CheckPorts, CheckProgress, CheckRequest } from '@weft/core/ingest/check-ports';
import { checkTable } from '@weft/core/ingest/check-table';
import type { SqlEngine, Stager } from '@weft/core/ingest/ports';
import { readQuarantine } from '@weft/core/ingest/quarantine';
import { runQuarantineTask } from '@weft/core/ingest/quarantine-task';
import { restateRows } from '@weft/core/ingest/restate-rows';
import { runBatch } from '@weft/core/ingest/run-batch';
import { rewriteFiles } from '@weft/core/lakehouse/rewrite-files';
import { engineFault } from '@weft/core/lib/engine-fault';
import { WeftError } from '@weft/core/lib/error';
import type { StepHook } from '@weft/core/lib/steps';
import { storageFault } from '@weft/core/lib/storage-fault';
import { createCheckFiles } from '../adapters/check-files.ts';
import {
  type Duckdb,
  openDuckdb,
  openSealedDuckdb,
  withTimeLimit,
} from '../adapters/duckdb-engine.ts';
import { createLineFiles } from '../adapters/line-files.ts';
import type {
  ChildFailure,
  ChildSettings,
  FromIngestChild,
  ToIngestChild,
} from './ingest-messages.ts';
import { prepareRuleEngine } from './rule-engine.ts';
import { newArrival, tellArrival } from './source-bytes.ts';

const ALIVE_SECONDS = 1;
/** Between two words on how far a check is. */
const PROGRESS_MS = 100;
/** For one expression over one record after the other. */
const SEALED_MEMORY = '256MB';

export interface IngestLoopOptions {
  settings: ChildSettings;
  /** Made once; `connect` opens a connection of the child's DuckDB, which the stager closes. */
  createStager(connect: () => Promise<SqlEngine>): Stager;
  /** Told of each step; only tests pass it. */
  step?: StepHook;
}

/** Serves requests of the parent process until it goes away. */
export async function serveIngest(options: IngestLoopOptions): Promise<void> {
  const { settings } = options;
  const duckdb = await openDuckdb({ ...settings, hashes: true });
  const stager = options.createStager(() => duckdb.connect());
  const running = new Map<number, Running>();
  const alive = setInterval(() => send({ is: 'alive' }), ALIVE_SECONDS * 1_000);
  alive.unref();
  process.on('disconnect', () => process.exit(0));
  process.on('message', (message: ToIngestChild) => {
    const { id } = message;
    if (message.do === 'cancel') {
      running.get(id)?.abort.abort(new WeftError('CANCELLED', 'the batch was cancelled'));
      return;
    }
    if (message.do === 'arrived') {
      const arrival = running.get(id)?.arrival;
      if (arrival !== undefined) tellArrival(arrival, message.bytes, message.isWhole);
      return;
    }
    const own: Running = { abort: new AbortController(), arrival: newArrival() };
    running.set(id, own);
    void answer({ message, duckdb, stager, settings, ...own, step: options.step }).finally(() =>
      running.delete(id),
    );
  });
  send({ is: 'ready' });
}

/** Why seldom: each message wakes the parent, and small batches are over before anybody looks. */
function progressOf(id: number): (progress: CheckProgress) => void {
  let last = performance.now();
  return (progress) => {
    const now = performance.now();
    if (now - last < PROGRESS_MS) return;
    last = now;
    send({ is: 'progress', id, progress });
  };
}

interface Running {
  abort: AbortController;
  /** How much of the batch is there, where its bytes still come. */
  arrival: SharedArrayBuffer;
}

interface Request extends Running {
  message: Exclude<ToIngestChild, { do: 'cancel' | 'arrived' }>;
  duckdb: Duckdb;
  stager: Stager;
  settings: ChildSettings;
  step: StepHook | undefined;
}

async function answer(request: Request): Promise<void> {
  const { id } = request.message;
  const answered = await handle(request).catch((error: unknown): FromIngestChild => {
    return { is: 'failed', id, failure: toFailure(error, request.abort.signal) };
  });
  // Why after every request: what went wrong may have been passed over, for another way to do the work.
  if (!(await isUsable(request.duckdb))) send({ is: 'lost' });
  send(answered);
}

/** False after an error in the inside of the engine: it then refuses whatever it is asked. */
async function isUsable(duckdb: Duckdb): Promise<boolean> {
  try {
    const connection = await duckdb.connect();
    await connection.run('SELECT 1').finally(() => connection.close());
    return true;
  } catch {
    return false;
  }
}

async function handle(request: Request): Promise<FromIngestChild> {
  const { message, duckdb, settings } = request;
  const { signal } = request.abort;
  const connection = await duckdb.connect();
  const engine = withTimeLimit(connection, settings.statementSeconds, signal);
  try {
    if (message.do === 'quarantine') {
      return { is: 'page', id: message.id, page: await readQuarantine(engine, message.query) };
    }
    const files = { ...createCheckFiles(), ...createLineFiles(signal) };
    if (message.do === 'rewrite') {
      const result = await rewriteFiles({ engine, files }, message.request);
      return { is: 'rewritten', id: message.id, result };
    }
    if (message.do === 'restate') {
      const result = await restateRows({ engine, files }, message.request);
      return { is: 'restated', id: message.id, result };
    }
    if (message.do === 'work') {
      const openSealed = (directory: string) => sealedEngine(settings, { directory, signal });
      const work = runQuarantineTask({ engine, openSealed, files }, message.work);
      return { is: 'worked', id: message.id, answer: await work };
    }
    return await check(request, message, { engine, connection, files });
  } finally {
    connection.close();
  }
}

interface CheckTools {
  engine: SqlEngine;
  connection: SqlEngine;
  files: CheckPorts['files'];
}

/** Rules, of a batch or of a table. */
async function check(
  { stager, settings, step, ...request }: Request,
  message: Extract<ToIngestChild, { do: 'check' | 'table' }>,
  { engine, connection, files }: CheckTools,
): Promise<FromIngestChild> {
  const { signal } = request.abort;
  const contractEngine = withTimeLimit(connection, settings.contractSeconds, signal);
  const rules = prepareRuleEngine(message.request.plan, settings);
  signal.addEventListener('abort', rules.interrupt);
  try {
    const openRules = rules.open;
    if (message.do === 'table') {
      const ports = { engine, contractEngine, openRules };
      const results = await checkTable(ports, message.request);
      return { is: 'tableChecked', id: message.id, results };
    }
    const checked = await runBatch(
      { stager, engine, contractEngine, openRules, files, ...(step === undefined ? {} : { step }) },
      requestOf(message, request.arrival),
      { signal, onProgress: progressOf(message.id) },
    );
    return { is: 'checked', id: message.id, checked };
  } finally {
    signal.removeEventListener('abort', rules.interrupt);
    await rules.close();
  }
}

function requestOf(
  { request, isArriving }: Extract<ToIngestChild, { do: 'check' }>,
  arrival: SharedArrayBuffer,
): CheckRequest {
  return isArriving ? { ...request, landing: { ...request.landing, arrival } } : request;
}

/** For expressions of people: each on an instance of its own, shut to everything but one directory. */
async function sealedEngine(
  settings: ChildSettings,
  { directory, signal }: { directory: string; signal: AbortSignal },
): Promise<SqlEngine> {
  const sealed = await openSealedDuckdb({ memory: SEALED_MEMORY, threads: 1, directory });
  return withTimeLimit(sealed, settings.contractSeconds, signal);
}

function toFailure(error: unknown, signal: AbortSignal): ChildFailure {
  const cause = signal.aborted ? signal.reason : error;
  const known = cause instanceof WeftError ? cause : storageFault(cause);
  if (known !== null) {
    const { code, message, remedy, errors } = known;
    return { code, message, remedy, errors };
  }
  return { code: null, message: engineFault(cause), remedy: null, errors: [] };
}

function send(message: FromIngestChild): void {
  if (process.connected) process.send?.(message);
}
