/**
 * A migrated store for a test: PGlite by default, a database of its own on a server when TEST_PG names one.
 *
 * Not for tests of the store itself, which open and kill their own. Invariants: what one call gives out starts empty and
 * is seen by nobody else; its files and databases are gone when the test process ends in an orderly way.
 */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { must } from '@weft/core/lib/assert';
import type { Logger } from '@weft/core/lib/ports';
import { sql } from 'kysely';
import pg from 'pg';
import { openPgliteStore } from '../../server/src/adapters/store-pglite.ts';
import { openPostgresStore } from '../../server/src/adapters/store-postgres.ts';
import { migrate } from '../../server/src/store/migrate.ts';
import type { SchemaName, Store } from '../../server/src/store/store.ts';

export interface TestStore extends Store, AsyncDisposable {}

export const silentLogger: Logger = { info() {}, warn() {}, error() {} };

const SCHEMAS: readonly SchemaName[] = ['control', 'node'];

/** PGlite instances of this process that no test uses at the moment. */
const idle: Store[] = [];

/**
 * A store with both schemas migrated: `await using store = await openTestStore()`. Disposing it (or `close`) is enough;
 * an instance of PGlite is emptied and used again by the next test of the same process.
 */
export async function openTestStore(options: { migrated?: boolean } = {}): Promise<TestStore> {
  const { store, end } = await openEmptyStore();
  if (options.migrated ?? true) for (const schema of SCHEMAS) await migrate(store, schema);
  let ended: Promise<void> | null = null;
  const close = (): Promise<void> => {
    ended ??= end();
    return ended;
  };
  return {
    engine: store.engine,
    schema: (name) => store.schema(name),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface EmptyStore {
  store: Store;
  end(): Promise<void>;
}

function openEmptyStore(): Promise<EmptyStore> {
  const url = process.env['TEST_PG'];
  return url === undefined || url === '' ? openEmbedded() : openOnServer(url);
}

async function openEmbedded(): Promise<EmptyStore> {
  const store = idle.pop() ?? (await createEmbedded());
  const end = async (): Promise<void> => {
    await sql`drop schema if exists control, node cascade`.execute(store.schema('control'));
    idle.push(store);
  };
  return { store, end };
}

async function createEmbedded(): Promise<Store> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-store-'));
  // Why on exit and not before: the thread, which does not keep the process alive, ends with it.
  process.once('exit', () => fs.rmSync(directory, { recursive: true, force: true }));
  return await openPgliteStore({ directory, logger: silentLogger });
}

async function openOnServer(url: string): Promise<EmptyStore> {
  const database = await createDatabase(url);
  const store = await openPostgresStore({ url: database.url, logger: silentLogger });
  const end = async (): Promise<void> => {
    await store.close();
    await database.drop();
  };
  return { store, end };
}

/** An empty database of its own on the server of TEST_PG. */
export async function openTestDatabase(): Promise<{ url: string } & AsyncDisposable> {
  const { url, drop } = await createDatabase(must(process.env['TEST_PG'], 'TEST_PG'));
  return { url, [Symbol.asyncDispose]: drop };
}

async function createDatabase(server: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `weft_test_${randomBytes(6).toString('hex')}`;
  await runOnServer(server, `create database ${name}`);
  const own = new URL(server);
  own.pathname = `/${name}`;
  return { url: own.href, drop: () => runOnServer(server, `drop database ${name} with (force)`) };
}

async function runOnServer(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
