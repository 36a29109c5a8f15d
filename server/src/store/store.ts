/**
 * The store port of the server: one PostgreSQL dialect, spoken by PGlite in a worker thread or by a server.
 *
 * Control plane and node each have a schema of their own and never share a transaction (rule 8 of the model), so a
 * store hands out one Kysely per schema and nothing that spans two.
 */
import type { Kysely } from 'kysely';

export type SchemaName = 'control' | 'node';

export interface Store {
  readonly engine: 'pglite' | 'postgres';
  /**
   * Queries of one schema; table names need no prefix, in raw `sql` templates neither: the session's search path is the
   * schema, then `public`. Transactions are serializable by row locks, not by luck.
   *
   * Inside `transaction().execute(async (tx) => …)` use `tx` only and wait for nothing but queries: the embedded engine
   * has one session, so a query by another handle waits for the transaction's end. Raw SQL passes values as `${value}`
   * parameters; a text without parameters may hold several statements. A JSON array is passed as JSON.stringify(list).
   */
  schema<Tables>(name: SchemaName): Kysely<Tables>;
  /** Ends connections and releases the directory lock; what was committed is durable before it resolves. */
  close(): Promise<void>;
}
