/**
 * Kysely's driver for both engines, over one small interface: a pool that lends sessions.
 *
 * Not an adapter: the pools live in `adapters/store-*.ts`. Invariants: what a session gives back is decoded the same
 * way on both engines; a COMMIT that PostgreSQL turned into a ROLLBACK is an error; a session whose rollback failed is
 * never lent again.
 */
import { WeftError } from '@weft/core/lib/error';
import { quoteIdent } from '@weft/core/lib/ident-sql';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';

export interface SqlResult {
  rows: Record<string, unknown>[];
  /** Command tag's verb: `SELECT`, `INSERT`, `COMMIT`, `ROLLBACK` … of the last statement. */
  command: string;
  /** Rows that the last statement selected or changed; null when it has no such number. */
  count: number | null;
}

/** One database session, lent to one user at a time. */
export interface SqlSession {
  /** Without parameters the text may hold several statements. Rejects with SqlError, or STORE_FAILED when it is gone. */
  query(sql: string, parameters: readonly unknown[]): Promise<SqlResult>;
  /** Ends the loan. A broken session is closed instead of being lent again. */
  release(broken: boolean): void;
}

export interface SessionPool {
  acquire(): Promise<SqlSession>;
}

/** A Kysely whose sessions come from the pool. Closing it is the pool owner's affair. */
export function createKysely<Tables>(pool: SessionPool): Kysely<Tables> {
  const dialect: Dialect = {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new SessionDriver(pool),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
  return new Kysely<Tables>({ dialect });
}

const CHANGES = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

class SessionConnection implements DatabaseConnection {
  readonly session: SqlSession;
  broken = false;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const result = await this.session.query(query.sql, query.parameters);
    const changed = CHANGES.has(result.command) && result.count !== null;
    return {
      rows: result.rows as R[],
      ...(changed ? { numAffectedRows: BigInt(result.count ?? 0) } : {}),
    };
  }

  // biome-ignore lint/correctness/useYield: the interface asks for a generator, this engine has no cursors.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new WeftError('STORE_FAILED', 'the store does not stream; page by key instead');
  }
}

class SessionDriver implements Driver {
  readonly #pool: SessionPool;

  constructor(pool: SessionPool) {
    this.#pool = pool;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SessionConnection> {
    return new SessionConnection(await this.#pool.acquire());
  }

  async releaseConnection(connection: SessionConnection): Promise<void> {
    connection.session.release(connection.broken);
  }

  async beginTransaction(
    connection: SessionConnection,
    settings: TransactionSettings,
  ): Promise<void> {
    const level = settings.isolationLevel ? ` isolation level ${settings.isolationLevel}` : '';
    await connection.session.query(`begin${level} ${settings.accessMode ?? ''}`, []);
  }

  async commitTransaction(connection: SessionConnection): Promise<void> {
    const { command } = await connection.session.query('commit', []);
    // Why: after a failed statement PostgreSQL answers COMMIT with ROLLBACK and no error.
    if (command === 'ROLLBACK')
      throw new WeftError(
        'STORE_FAILED',
        'the transaction was rolled back, since a statement in it failed',
      );
  }

  async rollbackTransaction(connection: SessionConnection): Promise<void> {
    try {
      await connection.session.query('rollback', []);
    } catch (error) {
      connection.broken = true;
      throw error;
    }
  }

  async savepoint(connection: SessionConnection, name: string): Promise<void> {
    await connection.session.query(`savepoint ${quoteIdent(name)}`, []);
  }

  async rollbackToSavepoint(connection: SessionConnection, name: string): Promise<void> {
    await connection.session.query(`rollback to ${quoteIdent(name)}`, []);
  }

  async releaseSavepoint(connection: SessionConnection, name: string): Promise<void> {
    await connection.session.query(`release ${quoteIdent(name)}`, []);
  }

  async destroy(): Promise<void> {}
}
