/**
 * Brings one schema of the store to the newest form by numbered SQL files: `migrations/<schema>/0001-name.sql`.
 *
 * Not a tool for going back: a mesh goes back by restoring a backup. Invariants: a file runs once, in a transaction of
 * its own together with the row that records it, under a lock that holds across processes; a file that was applied and
 * then changed, renamed or removed stops the start before anything else runs.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { WeftError } from '@weft/core/lib/error';
import { quoteIdent } from '@weft/core/lib/ident-sql';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { SchemaName, Store } from './store.ts';

const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));
const FILE_NAME = /^(\d{4})-[a-z0-9-]+\.sql$/;

interface Migration {
  number: number;
  name: string;
  sha256: string;
  text: string;
}

interface AppliedRow {
  number: number;
  name: string;
  sha256: string;
}

interface MigrationTables {
  weft_migrations: AppliedRow;
}

type Db = Kysely<MigrationTables>;
type Tx = Transaction<MigrationTables>;

/**
 * Creates the schema when it is missing and applies what was not applied yet, in order of the numbers. Returns the names
 * of the files that ran. Throws WeftError MIGRATION_FAILED, and leaves the schema at the last file that succeeded.
 */
export async function migrate(
  store: Store,
  schema: SchemaName,
  directory: string = path.join(MIGRATIONS, schema),
): Promise<string[]> {
  const migrations = await readMigrations(directory);
  const db = store.schema<MigrationTables>(schema);
  await underLock(db, schema, (tx) => createLedger(tx, schema));
  const ran: string[] = [];
  for (;;) {
    const name = await underLock(db, schema, (tx) => applyNext(tx, migrations));
    if (name === null) return ran;
    ran.push(name);
  }
}

/** Why: the lock ends with the transaction, so a killed process leaves none, on a server as well as embedded. */
function underLock<T>(db: Db, schema: SchemaName, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext(${`weft_migrations.${schema}`}))`.execute(tx);
    return await work(tx);
  });
}

async function createLedger(tx: Tx, schema: SchemaName): Promise<void> {
  await sql
    .raw(
      `create schema if not exists ${quoteIdent(schema)};
       create table if not exists ${quoteIdent(schema)}.weft_migrations (
         number integer primary key,
         name text not null,
         sha256 text not null,
         applied_at timestamptz not null default now()
       )`,
    )
    .execute(tx);
}

/** Applies the first file that is not in the ledger; null when there is none. */
async function applyNext(tx: Tx, migrations: readonly Migration[]): Promise<string | null> {
  const applied = await tx
    .selectFrom('weft_migrations')
    .select(['number', 'name', 'sha256'])
    .orderBy('number')
    .execute();
  checkApplied(applied, migrations);
  const next = migrations[applied.length];
  if (next === undefined) return null;
  try {
    await sql.raw(next.text).execute(tx);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new WeftError('MIGRATION_FAILED', `${next.name}: ${reason}`, { cause: error });
  }
  const { number, name, sha256 } = next;
  await tx.insertInto('weft_migrations').values({ number, name, sha256 }).execute();
  return name;
}

function checkApplied(applied: readonly AppliedRow[], migrations: readonly Migration[]): void {
  applied.forEach((row, i) => {
    const file = migrations[i];
    if (file === undefined)
      refuse(`${row.name} was applied, but this version does not have it`, 'Use a newer version.');
    if (file.name !== row.name) refuse(`${row.name} was applied, but the file is now ${file.name}`);
    if (file.sha256 !== row.sha256) refuse(`${row.name} was changed after it was applied`);
  });
}

/** The files in order. Numbers may have gaps, but a file may not be put before one that was applied. */
async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await fs.readdir(directory)).sort();
  const migrations = await Promise.all(names.map((name) => readMigration(directory, name)));
  migrations.forEach((migration, i) => {
    const before = migrations[i - 1];
    if (before !== undefined && before.number >= migration.number)
      refuse(`${before.name} and ${migration.name} have the same number`);
  });
  return migrations;
}

async function readMigration(directory: string, name: string): Promise<Migration> {
  const number = Number(FILE_NAME.exec(name)?.[1]);
  if (Number.isNaN(number)) refuse(`${name} is not a migration; expected 0001-name.sql`);
  const text = await fs.readFile(path.join(directory, name), 'utf8');
  return { number, name, text, sha256: createHash('sha256').update(text).digest('hex') };
}

function refuse(detail: string, remedy = 'Use the version of Weft that applied it.'): never {
  throw new WeftError('MIGRATION_FAILED', detail, { remedy });
}
