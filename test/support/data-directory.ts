/**
 * A data directory of a stopped mesh with something of everything: committed, held and failed batches, quarantine, events,
 * both audit chains; and what damages one.
 *
 * Not for running meshes. Invariant: it stays at its place, since tables name their files by absolute paths; what a
 * test damages is put back from a copy.
 */
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from '@weft/core/lib/assert';
import { sql } from 'kysely';
import { openProof } from '../../server/src/compose-proof.ts';
import { readConfig } from '../../server/src/config.ts';
import type { DirectoryProof } from '../../server/src/services/proof/prove-directory.ts';
import type { Store } from '../../server/src/store/store.ts';
import { createApi } from './api.ts';
import { linesContract } from './lines.ts';
import { startMesh } from './mesh.ts';
import { YAML } from './sales.ts';
import { silentLogger } from './store.ts';

export interface PreparedDirectory extends AsyncDisposable {
  /** Where the directory stands. */
  data: string;
  /** Ids of the batches in order; the last one but one is held, the last one failed. */
  batches: { committed: string[]; held: string; failed: string };
  /** Makes files and store what they were. */
  renew(): Promise<void>;
  /** Proves it as `weft doctor --deep` does. */
  prove(options: { repair: boolean }): Promise<DirectoryProof>;
  /** Runs statements in its store. */
  change(...statements: string[]): Promise<void>;
  /** Lets the directory go, for a process of its own. */
  close(): Promise<void>;
}

const HEAD = 'id,units,note,day';

/** A contract that holds a batch of which more than half is bad. */
/** `more` is the minor version, and the number of optional columns that versions added. */
export function strictLines(product: string, more = 0): string {
  const extra = Array.from(
    { length: more },
    (_, i) =>
      `      - { id: more_${i + 1}, name: more_${i + 1}, businessName: More, description: More of the line., logicalType: string, physicalType: VARCHAR, classification: internal }\n`,
  ).join('');
  return `${linesContract({ product, version: `1.${more}.0`, extra })}  - { property: weftBadShareMax, value: 0.5 }\n`;
}

export async function prepareDirectory(): Promise<PreparedDirectory> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'weft-prepared-')));
  const data = join(folder, 'data');
  const kept = join(folder, 'kept');
  const batches = await fill(data);
  await cp(data, kept, {
    recursive: true,
    filter: (path) => !path.startsWith(join(data, 'store')),
  });
  const config = readConfig({ data, env: {} });
  const opened = must(await openProof(config, silentLogger), 'proof of a whole store');
  const change = async (...statements: string[]): Promise<void> => {
    const db = opened.store.schema('node');
    for (const statement of statements) await sql.raw(statement).execute(db);
  };
  const { keep, restore } = await copyStatements(opened.store);
  await change(...keep);
  const close = once(() => opened.close());
  return {
    data,
    batches,
    prove: opened.prove,
    change,
    close,
    async renew() {
      for (const name of FILES) await rm(join(data, name), { recursive: true, force: true });
      for (const name of FILES) {
        if (existsSync(join(kept, name)))
          await cp(join(kept, name), join(data, name), { recursive: true });
      }
      await change(...restore);
    },
    async [Symbol.asyncDispose]() {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What stands in a data directory beside store, keys and locks. */
const FILES = ['tables', 'landings', 'quarantine', 'scratch', 'spill', 'audit'];

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => {
    done ??= work();
    return done;
  };
}

/** Statements that keep a copy of every row of the store beside it, and that put the copies back. */
async function copyStatements(store: Store): Promise<{ keep: string[]; restore: string[] }> {
  const { rows } = await sql<{ name: string; columns: string }>`
    select format('%I.%I', n.nspname, c.relname) as name, string_agg(quote_ident(a.attname), ', ') as columns
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      where n.nspname in ('control', 'node') and c.relkind = 'r' group by 1 order by 1`.execute(
    store.schema('node'),
  );
  const copy = (name: string): string => `kept."${name}"`;
  return {
    keep: [
      'create schema kept',
      ...rows.map(
        ({ name, columns }) => `create table ${copy(name)} as select ${columns} from ${name}`,
      ),
    ],
    restore: [
      "set session_replication_role = 'replica'",
      `truncate ${rows.map(({ name }) => name).join(', ')}`,
      ...rows.map(
        ({ name, columns }) =>
          `insert into ${name} (${columns}) overriding system value select ${columns} from ${copy(name)}`,
      ),
      "set session_replication_role = 'origin'",
    ],
  };
}

async function fill(data: string): Promise<PreparedDirectory['batches']> {
  await using mesh = await startMesh({ data });
  const api = createApi(mesh.url, mesh.platformToken);
  const token = await api.issueToken({ subject: 'olga', roles: ['producer'], domains: ['sales'] });
  await api.done('POST', '/api/v1/domains', { json: { name: 'sales', owners: ['olga'] } });
  await api.done('POST', '/api/v1/contracts', { body: strictLines('lines'), headers: YAML });
  const permit = 'permit (principal, action, resource);';
  for (const purpose of ['x', 'y']) {
    const cedar = `${permit} forbid (principal, action, resource) when { context.purpose == "${purpose}" };`;
    await api.done('PUT', '/api/v1/policies/sales.lines', { token, json: { cedar } });
  }
  await api.done('PUT', '/api/v1/policies/mesh', { json: { cedar: permit } });
  const send = async (key: string, rows: string) =>
    (await api.ingest('sales.lines', `${HEAD}\n${rows}`, { token, key })).batch;
  const committed = [
    await send('a', '1,2,x,2026-01-01\n2,3,y,2026-01-02\n2,3,y,2026-01-02\nz,1,,\n3,1,,\n'),
    await send('b', '4,2,x,2026-01-01\n5,3,y,2026-01-02\n'),
    await send('c', '6,2,x,2026-01-01\n'),
  ];
  const where = { batch: committed[0] };
  const json = { where, because: 'nobody knows' };
  await api.done('POST', '/api/v1/quarantine/discards', { token, json });
  const held = await send('d', '7,2,x,2026-01-01\nz,1,,\nz,1,,\n');
  const failed = (await api.ingest('sales.lines', 'this is no csv\n', { token, key: 'e' })).batch;
  return { committed, held, failed };
}

/** The only, or the last, file of a folder whose name ends so. */
export async function fileIn(folder: string, ending: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(ending)).sort();
  return join(folder, must(names.at(-1), `file *${ending} in ${folder}`));
}

/** Changes one byte in the middle of a file. */
export async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = must(bytes[at], 'byte in the middle') ^ 0x01;
  await writeFile(path, bytes);
}
