/**
 * The store on a PostgreSQL server (15 or newer), by the `pg` client.
 *
 * Not a migration tool and not a supervisor of the server. Invariants: sessions are set to UTC and to the schema they
 * were asked for; no session is lent while its claim does not stand; a session that broke, or whose transaction could not be ended, is closed and never lent again; a
 * server that cannot be reached is STORE_FAILED, a refused statement is SqlError.
 */
import { WeftError } from '@weft/core/lib/error';
import type { Logger } from '@weft/core/lib/ports';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { createKysely, type SessionPool, type SqlSession } from '../store/sql-dialect.ts';
import { SqlError } from '../store/sql-error.ts';
import { encodeSqlParameter, parseSqlValue } from '../store/sql-values.ts';
import type { SchemaName, Store } from '../store/store.ts';

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  logger: Logger;
  /** Takes the database for this process, once the server is known to be fit; nothing is taken when it is left out. */
  claim?: () => Promise<DatabaseClaim>;
  /** Sessions per schema at most. */
  sessionsMax?: number;
}

/** That no other process works on the database. */
export interface DatabaseClaim {
  /** Resolves while the claim stands; rejects with STORE_IN_USE for good, or STORE_FAILED until it is regained. */
  held(): Promise<void>;
  /** Gives the claim back. */
  end(): Promise<void>;
}

const CONNECT_MILLISECONDS = 10_000;
const VERSION_MIN = 150_000;

/**
 * Connects to the server. Throws WeftError STORE_FAILED when it cannot be reached or is older than 15, and STORE_IN_USE
 * while another process has claimed the database.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const pools: Record<SchemaName, pg.Pool> = {
    control: createPool(options, 'control'),
    node: createPool(options, 'node'),
  };
  const handles = new Map<SchemaName, unknown>();
  let claim: DatabaseClaim | null = null;
  const close = async (): Promise<void> => {
    await Promise.all(Object.values(pools).map((pool) => pool.end()));
    // Why last: what the sessions still wrote was written under it.
    await claim?.end();
  };
  try {
    await checkVersion(sessionsOf(pools.control, null));
    claim = await claimFor(options);
  } catch (error) {
    await close();
    throw error;
  }
  let closing: Promise<void> | null = null;
  return {
    engine: 'postgres',
    schema<Tables>(name: SchemaName): Kysely<Tables> {
      const handle = handles.get(name) ?? createKysely<Tables>(sessionsOf(pools[name], claim));
      handles.set(name, handle);
      return handle as Kysely<Tables>;
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** Why a pool per schema: the search path is part of the connection, so no statement has to set it. */
function createPool(options: PostgresStoreOptions, schema: SchemaName): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: `weft-${schema}`,
    options: `-c search_path=${schema},public -c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601`,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    max: options.sessionsMax ?? 10,
    types: {
      getTypeParser: (typeId: number) => (text: string | null) => parseSqlValue(typeId, text),
    } as unknown as NonNullable<pg.PoolConfig['types']>,
  });
  pool.on('error', (error) => {
    options.logger.warn('an idle database session was lost', { reason: error.message });
  });
  return pool;
}

async function claimFor({ claim }: PostgresStoreOptions): Promise<DatabaseClaim | null> {
  try {
    return (await claim?.()) ?? null;
  } catch (error) {
    throw error instanceof WeftError ? error : toStoreError(error);
  }
}

function sessionsOf(pool: pg.Pool, claim: DatabaseClaim | null): SessionPool {
  return {
    async acquire() {
      await claim?.held();
      try {
        return lendSession(await pool.connect());
      } catch (error) {
        throw toStoreError(error);
      }
    },
  };
}

function lendSession(client: pg.PoolClient): SqlSession {
  let lost = false;
  const onError = (): void => {
    lost = true;
  };
  client.on('error', onError);
  return {
    async query(sql, parameters) {
      try {
        const result = await client.query<Record<string, unknown>>(
          sql,
          parameters.map(encodeSqlParameter),
        );
        // Several statements in one text give a list of results; the last one counts.
        const last = Array.isArray(result) ? (result as (typeof result)[]).at(-1) : result;
        return {
          rows: last?.rows ?? [],
          command: last?.command ?? '',
          count: last?.rowCount ?? null,
        };
      } catch (error) {
        throw toStoreError(error);
      }
    },
    release(broken) {
      client.off('error', onError);
      client.release(broken || lost);
    },
  };
}

function toStoreError(error: unknown): SqlError | WeftError {
  if (error instanceof pg.DatabaseError && error.code !== undefined && !isSessionEnd(error.code)) {
    const { message, code, constraint, table, column, position } = error;
    return new SqlError({ message, code, constraint, table, column, position });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new WeftError('STORE_FAILED', `the database server is not reachable: ${reason}`, {
    cause: error,
  });
}

/** Class 08 (connection), class 28 (login), 57P0x (shutdown), 3D000 (no such database), 53300 (too many). */
function isSessionEnd(code: string): boolean {
  return /^(08|28|57P0|3D000|53300)/.test(code);
}

async function checkVersion(pool: SessionPool): Promise<void> {
  const session = await pool.acquire();
  let version: number;
  try {
    const { rows } = await session.query(
      "select current_setting('server_version_num')::int as version",
      [],
    );
    version = Number(rows[0]?.['version']);
  } finally {
    session.release(false);
  }
  if (version < VERSION_MIN)
    throw new WeftError('STORE_FAILED', `PostgreSQL 15 or newer is needed, this is ${version}`);
}
