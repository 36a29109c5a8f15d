/**
 * Puts the proof of a data directory together: `weft doctor --deep`.
 *
 * Not a start: nothing listens, nothing is migrated, and no key is made. Invariant: whoever proves holds the locks that a
 * running process would hold, so that nothing changes under the look.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathOfUri } from '@weft/core/lakehouse/paths';
import { WeftError } from '@weft/core/lib/error';
import { createIdSource } from '@weft/core/lib/id';
import type { Logger } from '@weft/core/lib/ports';
import { sql } from 'kysely';
import { createCheckpointFile } from './adapters/checkpoint-file.ts';
import { refuseMovedTables } from './adapters/data-directory.ts';
import { nodeDeflate } from './adapters/deflate.ts';
import { lockDirectory } from './adapters/directory-lock.ts';
import { openDuckdb } from './adapters/duckdb-engine.ts';
import { openKeyring, ROOT_KEY } from './adapters/keyring.ts';
import { createLocalObjectStore } from './adapters/object-store-local.ts';
import { claimSchemas } from './adapters/postgres-claim.ts';
import { proofFiles } from './adapters/proof-files.ts';
import { systemClock, systemRandom } from './adapters/runtime-ports.ts';
import { openPgliteStore } from './adapters/store-pglite.ts';
import { openPostgresStore } from './adapters/store-postgres.ts';
import { nodeDirectories } from './compose-node.ts';
import type { Config } from './config.ts';
import type { ProofPorts } from './services/proof/proof-ports.ts';
import {
  type DirectoryProof,
  proveDirectory,
  schemasOf,
} from './services/proof/prove-directory.ts';
import { createAuditLog } from './store/audit-log.ts';
import type { NodeTables } from './store/node-tables.ts';
import type { SchemaName, Store } from './store/store.ts';

const MEMORY = '512MB';

/** A data directory that nobody else has, opened to be proven. */
export interface OpenProof {
  store: Store;
  prove(options: { repair: boolean }): Promise<DirectoryProof>;
  /** Frees the directory. */
  close(): Promise<void>;
}

type ProofConfig = Pick<Config, 'dataDirectory' | 'storeUrl' | 'limits'>;

/** Proves the data directory of a process that is not running, and lets it go. Throws as `openProof` does. */
export async function proveDataDirectory(
  config: ProofConfig,
  options: { repair: boolean; logger: Logger },
): Promise<DirectoryProof> {
  const opened = await openProof(config, options.logger);
  if (opened === null) return unreadableStore(config.dataDirectory);
  try {
    return await opened.prove(options);
  } finally {
    await opened.close();
  }
}

/**
 * Null when the embedded store does not start on its files. Throws WeftError NOT_FOUND when there is no data directory,
 * DATA_DIRECTORY_LOCKED while a process uses it, CONFLICT when an older version of Weft made its store.
 */
export async function openProof(config: ProofConfig, logger: Logger): Promise<OpenProof | null> {
  refuseMissing(config);
  const lock = lockDirectory(config.dataDirectory);
  try {
    const store = await openStore(config, logger);
    if (store === null) lock.release();
    if (store === null) return null;
    return {
      store,
      prove: ({ repair }) => proveOpened(config, store, repair),
      close: () => store.close().finally(() => lock.release()),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function refuseMissing({ dataDirectory, storeUrl }: ProofConfig): void {
  const isThere = existsSync(join(dataDirectory, 'keys'));
  if (isThere && (storeUrl !== null || existsSync(join(dataDirectory, 'store', 'pg')))) return;
  throw new WeftError('NOT_FOUND', `${dataDirectory} is no data directory of a mesh`, {
    remedy: 'Name it with --data or WEFT_DATA; with a PostgreSQL server also --store.',
  });
}

async function openStore(
  { dataDirectory, storeUrl }: ProofConfig,
  logger: Logger,
): Promise<Store | null> {
  if (storeUrl !== null) {
    const schemas: SchemaName[] = ['control', 'node'];
    const claim = () => claimSchemas({ url: storeUrl, schemas, logger });
    return await openPostgresStore({ url: storeUrl, logger, claim });
  }
  try {
    return await openPgliteStore({ directory: join(dataDirectory, 'store'), logger });
  } catch (error) {
    if (error instanceof WeftError && error.code === 'STORE_FAILED') return null;
    throw error;
  }
}

function unreadableStore(directory: string): DirectoryProof {
  return {
    ok: false,
    findings: [
      {
        code: 'store-unreadable',
        state: 'damaged',
        subject: join(directory, 'store'),
        detail: 'the embedded database does not start on these files',
        affected: 'everything: which files are data, which batches count, and who may see what',
        remedy: 'Restore the store from a backup; delete nothing of what stands beside it.',
      },
    ],
    checked: {},
  };
}

async function proveOpened(
  config: ProofConfig,
  store: Store,
  repair: boolean,
): Promise<DirectoryProof> {
  const schemas = await schemasOf({ store });
  await refuseOlder(store, schemas);
  const { dataDirectory } = config;
  const keys = openKeyring(join(dataDirectory, 'keys'));
  const publicKey = keys.publicKey(ROOT_KEY);
  const directories = nodeDirectories(dataDirectory);
  await refuseMoved(store, schemas, directories.tables);
  const duckdb = await openDuckdb({
    memory: MEMORY,
    threads: config.limits.threads,
    tempDirectory: join(tmpdir(), `weft-proof-${process.pid}`),
  });
  const engine = await duckdb.connect();
  const ids = createIdSource({ clock: systemClock, random: systemRandom });
  const logOf = (schema: SchemaName, key: string) =>
    createAuditLog({
      store,
      schema,
      clock: systemClock,
      random: systemRandom,
      crypto: keys,
      keyId: ROOT_KEY,
      publicKey: key,
      archive: createCheckpointFile(join(dataDirectory, 'audit'), schema),
    });
  const ports: ProofPorts = {
    store,
    lakehouse: {
      objects: createLocalObjectStore({ root: directories.tables }),
      deflate: nodeDeflate,
      clock: systemClock,
      random: systemRandom,
    },
    files: proofFiles,
    directories: { ...directories, passing: [directories.scratch, directories.spill] },
    engine,
    audits: publicKey === null ? [] : schemas.map((schema) => logOf(schema, publicKey)),
    clock: systemClock,
    nextEventId: () => ids.next('evt'),
  };
  try {
    const pinned = await pinnedRoot(dataDirectory);
    const rootKey = schemas.includes('control') ? publicKey : pinned;
    return await proveDirectory(ports, {
      schemas,
      crypto: keys,
      rootKey,
      publicKey: (keyId) => keys.publicKey(keyId),
      repair,
    });
  } finally {
    engine.close();
    duckdb.close();
  }
}

/** The root key that a node apart pinned at its first contact. */
async function pinnedRoot(dataDirectory: string): Promise<string | null> {
  try {
    const text = await readFile(join(dataDirectory, 'mesh.json'), 'utf8');
    return (JSON.parse(text) as { rootKey: string }).rootKey;
  } catch {
    return null;
  }
}

/** Why: a copy would be proven by the files of the directory that it was copied from. */
async function refuseMoved(store: Store, schemas: readonly SchemaName[], tables: string) {
  if (!schemas.includes('node')) return;
  const db = store.schema<NodeTables>('node');
  const row = await db.selectFrom('tables').select('location').limit(1).executeTakeFirst();
  if (row !== undefined) await refuseMovedTables(pathOfUri(row.location), tables);
}

async function refuseOlder(store: Store, schemas: readonly SchemaName[]): Promise<void> {
  if (!schemas.includes('node')) return;
  const { rows } = await sql<{ there: boolean }>`
    select to_regclass('node.unreachable_files') is not null as there`.execute(
    store.schema('node'),
  );
  if (rows[0]?.there === true) return;
  throw new WeftError('CONFLICT', 'the store was last used by an older version of Weft', {
    remedy: 'Start this version once with `weft up`, stop it, and ask again.',
  });
}
