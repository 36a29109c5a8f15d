/**
 * The thread in which PGlite runs: it opens one database directory and answers queries, one at a time.
 *
 * Not a pool and not a lock: `store-pglite.ts` decides who may ask, `directory-lock.ts` who may open. It is a thread of
 * its own since PGlite computes on the calling thread.
 * Invariants: an answer to COMMIT is sent after the WAL is synced to the disk; after an error that is not the
 * database's own the thread ends, because the state of its memory cannot be trusted any more.
 */
import * as fs from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, protocol } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { must } from '@weft/core/lib/assert';
import type { SqlErrorFields } from '../store/sql-error.ts';
import { parseSqlValue } from '../store/sql-values.ts';
import { Statements } from './pglite-statements.ts';

export interface WorkerSetup {
  /** PostgreSQL data directory, filled by `pglite-image.ts`. */
  directory: string;
}

export type WorkerRequest =
  | { id: number; kind: 'query'; sql: string; parameters: readonly unknown[] }
  /** How many times a file or a directory was synced since the start. */
  | { id: number; kind: 'syncs' }
  | { id: number; kind: 'close' };

export interface WorkerResult {
  rows: Record<string, unknown>[];
  command: string;
  count: number | null;
}

export type WorkerAnswer =
  | { id: number; result: WorkerResult }
  | { id: number; syncs: { wal: number; all: number } }
  | { id: number; error: SqlErrorFields }
  | { id: number; closed: true }
  | { ready: true }
  | { fatal: string };

type PreRun = NonNullable<Parameters<NodeFS['init']>[1]['preRun']>;
type PgModule = Parameters<Extract<PreRun, unknown[]>[number]>[0];

const EIO = 29; // errno of WASI, which Emscripten uses

const syncs = { wal: 0, all: 0 };

/**
 * Why: as shipped, PGlite 0.5.14 never syncs: its start parameters hold `-F`, and NODEFS has no `fsync` operation, so
 * that the system call does nothing. This adds the operation for files and directories; with it, `wal_sync_method` must
 * be `fsync`, since `fdatasync` and the `open_…` methods do not reach it.
 */
class SyncingNodeFS extends NodeFS {
  override async init(...[pg, options]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(pg, options);
    const preRun = [emscriptenOpts.preRun ?? []].flat();
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...preRun, addSyncOperation] } };
  }
}

/** Status with which the database leaves a statement after an error of its own, and only then (PGlite 0.5.14). */
const ERROR_STATUS = 100;

/**
 * Why: PGlite 0.5.14 swallows whatever else the database ends with, a PANIC after a sync that failed for example, and goes on
 * with what is left in memory: with locks that nobody holds any more, for which the next COMMIT waits without end.
 */
class EndingPGlite extends PGlite {
  /** `end` hears what the database ended with, and does not return. */
  onEnd(end: (reason: unknown) => never): void {
    const database = must(this.mod, 'a database that is ready');
    const runOnce = database._PostgresMainLoopOnce;
    database._PostgresMainLoopOnce = () => {
      try {
        runOnce();
      } catch (error) {
        if ((error as { status?: unknown } | null)?.status !== ERROR_STATUS) end(error);
        throw error;
      }
    };
  }
}

interface NodeStream {
  nfd?: number;
  path: string;
  node: { mode: number };
}

interface SyncableFs {
  isDir(mode: number): boolean;
  ErrnoError: new (code: number) => Error;
  filesystems: {
    NODEFS: {
      realPath(node: unknown): string;
      stream_ops: { fsync?: (stream: NodeStream) => number };
    };
  };
}

function addSyncOperation(module: PgModule): void {
  const emscripten = (module as unknown as { FS: SyncableFs }).FS;
  const { NODEFS } = emscripten.filesystems;
  NODEFS.stream_ops.fsync = (stream) => {
    syncs.all += 1;
    if (stream.path.includes('/pg_wal/')) syncs.wal += 1;
    try {
      if (emscripten.isDir(stream.node.mode)) syncDirectory(NODEFS.realPath(stream.node));
      else fs.fdatasyncSync(must(stream.nfd, 'an open file has a descriptor'));
    } catch {
      // PostgreSQL stops hard (PANIC) when a sync fails; it must hear of it.
      throw new emscripten.ErrnoError(EIO);
    }
    return 0;
  };
}

function syncDirectory(path: string): void {
  const descriptor = fs.openSync(path, 'r');
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function startParams(): string[] {
  const settings = ['wal_sync_method=fsync', 'shared_buffers=16MB'];
  return [
    ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
    ...settings.flatMap((setting) => ['-c', setting]),
  ];
}

const statements = new Statements();

/** Sends one statement (or, without parameters, several) and reads the whole answer, in one round trip. */
async function runQuery(
  pg: PGlite,
  sql: string,
  parameters: readonly unknown[],
): Promise<WorkerResult | { error: SqlErrorFields }> {
  const { messages } = await pg.execProtocol(statements.encode(sql, parameters), {
    throwOnError: false,
    syncToFs: false,
  });
  const answer = readAnswer(messages);
  statements.ended(sql, parameters, 'error' in answer);
  return answer;
}

type Messages = Awaited<ReturnType<PGlite['execProtocol']>>['messages'];

function readAnswer(messages: Messages): WorkerResult | { error: SqlErrorFields } {
  let fields: { name: string; dataTypeID: number }[] = [];
  let rows: Record<string, unknown>[] = [];
  let tag = '';
  for (const message of messages) {
    if (message instanceof protocol.messages.DatabaseError) return { error: errorFields(message) };
    if (message instanceof protocol.messages.RowDescriptionMessage) {
      fields = message.fields;
      rows = [];
    } else if (message instanceof protocol.messages.DataRowMessage) {
      rows.push(readRow(fields, message.fields));
    } else if (message instanceof protocol.messages.CommandCompleteMessage) {
      // Of several statements the last one counts; one without rows leaves none.
      if (fields.length === 0) rows = [];
      fields = [];
      tag = message.text;
    }
  }
  const count = /\d+$/.exec(tag)?.[0];
  return {
    rows,
    command: tag.split(' ')[0] ?? '',
    count: count === undefined ? null : Number(count),
  };
}

function readRow(
  fields: readonly { name: string; dataTypeID: number }[],
  values: readonly (string | null)[],
): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  fields.forEach((field, i) => {
    row[field.name] = parseSqlValue(field.dataTypeID, values[i] ?? null);
  });
  return row;
}

function errorFields(error: InstanceType<typeof protocol.messages.DatabaseError>): SqlErrorFields {
  return {
    message: error.message,
    code: error.code ?? 'XX000',
    constraint: error.constraint,
    table: error.table,
    column: error.column,
    position: error.position,
  };
}

async function answer(pg: PGlite, request: WorkerRequest): Promise<WorkerAnswer> {
  const { id } = request;
  if (request.kind === 'syncs') return { id, syncs: { ...syncs } };
  if (request.kind === 'close') {
    await pg.close();
    return { id, closed: true };
  }
  const outcome = await runQuery(pg, request.sql, request.parameters);
  return 'error' in outcome ? { id, error: outcome.error } : { id, result: outcome };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Nothing runs in this thread any more until its owner ends it. */
function waitForTheEnd(): never {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

async function serve(): Promise<void> {
  const port = must(parentPort, 'this module runs in a worker thread');
  const send = (message: WorkerAnswer): void => port.postMessage(message);
  const fail = (error: unknown): void => {
    send({ fatal: wordsOf(error) });
    // Why: no exit here, it could drop the message; the owner ends the thread when it has read it.
    port.close();
  };
  try {
    const { directory } = workerData as WorkerSetup;
    const pg = new EndingPGlite({ fs: new SyncingNodeFS(directory), startParams: startParams() });
    await pg.waitReady;
    pg.onEnd((reason) => {
      send({ fatal: `the database ended: ${wordsOf(reason)}` });
      return waitForTheEnd();
    });
    let queue: Promise<void> = Promise.resolve();
    port.on('message', (request: WorkerRequest) => {
      queue = queue.then(async () => send(await answer(pg, request))).catch(fail);
    });
    send({ ready: true });
  } catch (error) {
    fail(error);
  }
}

await serve();
