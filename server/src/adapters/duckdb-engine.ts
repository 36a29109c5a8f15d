/**
 * The SqlEngine port on an embedded DuckDB instance of its own: our statements only, with limits.
 *
 * Not a sandbox: whoever runs text that a user wrote puts this into a child process. Extensions are never loaded or
 * fetched; times are UTC; what does not fit in memory spills into `tempDirectory`.
 */
import {
  BIGINT,
  DuckDBBlobValue,
  type DuckDBConnection,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBMapValue,
  type DuckDBResultReader,
  DuckDBScalarFunction,
  DuckDBStructValue,
  type DuckDBType,
  INTEGER,
  StatementType,
  VARCHAR,
} from '@duckdb/node-api';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { BUCKET_FUNCTIONS } from '@weft/core/lakehouse/layout-sql';
import { hashCell } from '@weft/core/lakehouse/partition';
import { WeftError } from '@weft/core/lib/error';
import { quoteText, quoteTextList } from '@weft/core/lib/ident-sql';
import './duckdb-text.ts';

export interface DuckdbOptions {
  /** DuckDB size text such as `1GB`. */
  memory: string;
  threads: number;
  /** Absolute directory for what spills; made when missing. */
  tempDirectory: string;
  /** With the hash of bucket partitions, for whoever writes table files; processes under tight limits do without. */
  hashes?: boolean;
}

export interface ConnectedEngine extends SqlEngine {
  /** As `rows`, of a text that is one SELECT; any other is refused before anything of it runs. */
  select(sql: string): Promise<Record<string, unknown>[]>;
}

/** An instance whose connections share memory and threads, and nothing else: temporary tables belong to one. */
export interface Duckdb {
  connect(): Promise<ConnectedEngine>;
  close(): void;
}

/**
 * Left out are the choice of the build side, which with an index of few distinct values makes the batch itself the build
 * side of a join, and what is concluded from statistics: those of a file that somebody sends may say that no value is
 * missing, and the check for it would be left out.
 */
const DISABLED_OPTIMIZERS = 'build_side_probe_side,join_order,statistics_propagation';

/** Opens an in-memory instance. */
export async function openDuckdb(options: DuckdbOptions): Promise<Duckdb> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    memory_limit: options.memory,
    threads: String(options.threads),
    temp_directory: options.tempDirectory,
    // Why: it keeps what was read of every file, up to the memory limit, also of those that are gone. The system's does.
    enable_external_file_cache: 'false',
  });
  await setDefaults(instance);
  if (options.hashes === true) await registerHashes(instance);
  return {
    connect: async () => new DuckdbEngine(await instance.connect()),
    close: () => instance.closeSync(),
  };
}

/** Settings of every connection that is opened from now on. */
async function setDefaults(instance: DuckDBInstance): Promise<void> {
  const connection = await instance.connect();
  await connection.run(`SET GLOBAL TimeZone = 'UTC'`);
  await connection.run(`SET GLOBAL disabled_optimizers = '${DISABLED_OPTIMIZERS}'`);
  connection.closeSync();
}

/** The hash of bucket partitions, which DuckDB has not got. */
async function registerHashes(instance: DuckDBInstance): Promise<void> {
  const connection = await instance.connect();
  const { long, text, decimal } = BUCKET_FUNCTIONS;
  const add = (name: string, parameter: DuckDBType, hash: (value: unknown) => number): void =>
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name,
        parameterTypes: [parameter],
        returnType: INTEGER,
        mainFunction(_info, input, output) {
          const values = input.getColumnVector(0);
          for (let row = 0; row < input.rowCount; row++) {
            const value = values.getItem(row);
            output.setItem(row, value === null ? null : hash(value));
          }
          output.flush();
        },
      }),
    );
  add(long, BIGINT, (value) => hashCell({ kind: 'long' }, value as bigint));
  add(text, VARCHAR, (value) => hashCell({ kind: 'string' }, value as string));
  add(decimal, VARCHAR, (value) =>
    hashCell({ kind: 'decimal', precision: 38, scale: 0 }, BigInt(value as string)),
  );
  connection.closeSync();
}

/**
 * An instance for expressions that people wrote: files outside of `directory`, the network and settings are out of reach.
 *
 * Why not a wall by itself: within the directory it may write, so nothing else is kept there, and it runs in a child.
 */
export async function openSealedDuckdb(options: {
  memory: string;
  threads: number;
  directory: string;
}): Promise<SqlEngine> {
  const { memory, threads, directory } = options;
  const instance = await openDuckdb({ memory, threads, tempDirectory: directory });
  const engine = await instance.connect();
  await engine.run(`SET allowed_directories = [${quoteText(directory)}]`);
  await engine.run('SET enable_external_access = false');
  await engine.run('SET lock_configuration = true');
  return {
    run: (sql) => engine.run(sql),
    rows: (sql) => engine.rows(sql),
    interrupt: () => engine.interrupt(),
    close() {
      engine.close();
      instance.close();
    },
  };
}

/**
 * Shuts an instance for queries of contracts, for good; closing the engine closes it. `run` is for statements of ours; `rows` takes one SELECT and nothing else; both reach
 * these files and no others, no network and no settings.
 *
 * Why not reachable alone: a file that may be read may be written, too. What spills goes where no other instance spills.
 */
export async function sealForQueries(duckdb: Duckdb, files: readonly string[]): Promise<SqlEngine> {
  const engine = await duckdb.connect();
  await engine.run(`SET allowed_paths = ${quoteTextList(files)}`);
  await engine.run('SET enable_external_access = false');
  await engine.run('SET lock_configuration = true');
  return {
    run: (sql) => engine.run(sql),
    rows: (sql) => engine.select(sql),
    interrupt: () => engine.interrupt(),
    close() {
      engine.close();
      duckdb.close();
    },
  };
}

/**
 * The same connection with a limit per statement: it is interrupted and the statement rejects with TIMED_OUT. When `signal`
 * aborts, the running statement is interrupted and no other one begins.
 */
export function withTimeLimit(engine: SqlEngine, seconds: number, signal?: AbortSignal): SqlEngine {
  const interrupt = (): void => engine.interrupt();
  const limited = async <T>(work: () => Promise<T>): Promise<T> => {
    signal?.throwIfAborted();
    signal?.addEventListener('abort', interrupt);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      engine.interrupt();
    }, seconds * 1_000);
    try {
      return await work();
    } catch (error) {
      if (!isLate) throw error;
      throw new WeftError('TIMED_OUT', `a statement took longer than ${seconds} s`, {
        cause: error,
      });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', interrupt);
    }
  };
  return {
    run: (sql) => limited(() => engine.run(sql)),
    rows: (sql) => limited(() => engine.rows(sql)),
    interrupt: () => engine.interrupt(),
    close: () => engine.close(),
  };
}

class DuckdbEngine implements ConnectedEngine {
  #connection: DuckDBConnection;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  async run(sql: string): Promise<void> {
    await this.#connection.run(sql);
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    return plainRows(await this.#connection.runAndReadAll(sql));
  }

  async select(sql: string): Promise<Record<string, unknown>[]> {
    const statements = await this.#connection.extractStatements(sql);
    if (statements.count !== 1) throw new Error('the query is not one statement');
    const statement = await statements.prepare(0);
    try {
      if (statement.statementType !== StatementType.SELECT) {
        throw new Error('the query is no SELECT');
      }
      return plainRows(await statement.runAndReadAll());
    } finally {
      statement.destroySync();
    }
  }

  interrupt(): void {
    this.#connection.interrupt();
  }

  close(): void {
    this.#connection.closeSync();
  }
}

function plainRows(reader: DuckDBResultReader): Record<string, unknown>[] {
  return reader.getRowObjects().map((row) => {
    const plain: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(row)) plain[name] = plainValue(value);
    return plain;
  });
}

/** Integers beyond 2^53 and decimals as text, bytes as Uint8Array, lists as arrays, structs as objects, maps as entries. */
function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof DuckDBBlobValue) return value.bytes;
  if (value instanceof DuckDBDecimalValue) return value.toString();
  if (value instanceof DuckDBListValue) return value.items.map(plainValue);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([k, v]) => [k, plainValue(v)]));
  }
  if (value instanceof DuckDBMapValue) {
    return value.entries.map(({ key, value: inner }) => [plainValue(key), plainValue(inner)]);
  }
  return String(value);
}
