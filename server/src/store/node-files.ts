/**
 * Rows about files of tables: those that became unreachable, and those that batches still claim.
 *
 * Not the deleting. Invariant: a file is noted as unreachable in the transaction of the commit that made it so, so that it
 * is neither forgotten by a crash nor deleted for a commit that was lost.
 */
import { sql } from 'kysely';
import type { NodeDb, NodeTx, TableName } from './node-batches.ts';

/** Rows of one statement; the protocol of PostgreSQL bounds the number of parameters. */
const ROWS_AT_ONCE = 1_000;

export async function noteUnreachable(
  tx: NodeTx,
  table: TableName,
  options: { uris: readonly string[]; now: string },
): Promise<void> {
  const { uris, now } = options;
  const { domain, table: name, major } = table;
  for (let at = 0; at < uris.length; at += ROWS_AT_ONCE) {
    await tx
      .insertInto('unreachable_files')
      .values(
        uris
          .slice(at, at + ROWS_AT_ONCE)
          .map((uri) => ({ uri, domain, table_name: name, major, unreachable_at: now })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/**
 * Files that became unreachable before a time. None that a batch may still read: it looks at the files that its table,
 * and the tables of its references, had when its check began.
 */
export async function dueFiles(
  db: NodeDb,
  options: { before: string; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('unreachable_files')
    .select('uri')
    .where('unreachable_at', '<', options.before)
    .where(
      sql<boolean>`not exists (select 1 from batches where state in ('landed', 'checking')
        and batches.created_at <= unreachable_files.unreachable_at)`,
    )
    .orderBy('unreachable_at')
    .limit(options.limit)
    .execute();
  return rows.map((row) => row.uri);
}

/** Files of a table that are noted as unreachable, and those of them that may be deleted by their time. */
export async function countUnreachable(
  db: NodeDb,
  table: TableName,
  before: string,
): Promise<{ count: number; due: number }> {
  const row = await db
    .selectFrom('unreachable_files')
    .select([
      sql<number>`count(*)`.as('count'),
      sql<number>`count(*) filter (where unreachable_at < ${before})`.as('due'),
    ])
    .where('domain', '=', table.domain)
    .where('table_name', '=', table.table)
    .where('major', '=', table.major)
    .executeTakeFirstOrThrow();
  return { count: Number(row.count), due: Number(row.due) };
}

export async function forgetUnreachable(db: NodeDb, uris: readonly string[]): Promise<void> {
  if (uris.length === 0) return;
  await db
    .deleteFrom('unreachable_files')
    .where('uri', 'in', [...uris])
    .execute();
}

/** What a sweep of a table must leave alone, beside what its versions name. */
export interface ClaimedFiles {
  /** Batches whose files begin with their names. */
  batches: Set<string>;
  uris: Set<string>;
}

/** Open and held batches of a table, and the files that held ones have put aside. */
export async function claimedFiles(db: NodeDb, table: TableName): Promise<ClaimedFiles> {
  const open = await db
    .selectFrom('batches')
    .select('batch')
    .where('domain', '=', table.domain)
    .where('table_name', '=', table.table)
    .where('major', '=', table.major)
    .where('state', 'in', ['landed', 'checking', 'held'])
    .execute();
  const batches = open.map((row) => row.batch);
  if (batches.length === 0) return { batches: new Set(), uris: new Set() };
  const held = await db
    .selectFrom('batch_files')
    .select('path')
    .where('batch', 'in', batches)
    .execute();
  return { batches: new Set(batches), uris: new Set(held.map((row) => row.path)) };
}

/** Those of the files that are noted as unreachable: they have a time of their own. */
export async function notedFiles(db: NodeDb, table: TableName): Promise<Set<string>> {
  const rows = await db
    .selectFrom('unreachable_files')
    .select('uri')
    .where('domain', '=', table.domain)
    .where('table_name', '=', table.table)
    .where('major', '=', table.major)
    .execute();
  return new Set(rows.map((row) => row.uri));
}

/** Those of the batches that the store has never seen. */
export async function unknownBatches(db: NodeDb, batches: readonly string[]): Promise<string[]> {
  const wanted = [...new Set(batches)];
  const known = new Set<string>();
  for (let at = 0; at < wanted.length; at += ROWS_AT_ONCE) {
    const rows = await db
      .selectFrom('batches')
      .select('batch')
      .where('batch', 'in', wanted.slice(at, at + ROWS_AT_ONCE))
      .execute();
    for (const row of rows) known.add(row.batch);
  }
  return wanted.filter((batch) => !known.has(batch));
}

/** All files that are noted as unreachable. */
export async function readUnreachable(db: NodeDb): Promise<Set<string>> {
  const rows = await db.selectFrom('unreachable_files').select('uri').execute();
  return new Set(rows.map((row) => row.uri));
}

/** Tables that have data and changed since a time. */
export async function listTables(db: NodeDb, since: string): Promise<TableName[]> {
  // Why: a contract may keep versions for longer than the node does, of a table at rest too.
  const keepers = db
    .selectFrom('contracts')
    .select('product')
    .where('source', 'like', '%weftHistory%');
  const rows = await db
    .selectFrom('tables')
    .select(['domain', 'table_name', 'major'])
    .where('metadata_location', 'is not', null)
    .where((where) => where.or([where('updated_at', '>=', since), where('product', 'in', keepers)]))
    .orderBy('domain')
    .orderBy('table_name')
    .orderBy('major')
    .execute();
  return rows.map(({ domain, table_name: table, major }) => ({ domain, table, major }));
}
