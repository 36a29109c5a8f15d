/**
 * Files that nothing names, and the hint for outside readers.
 *
 * Not the periodic sweep of a running node. Invariants: a file that the store cannot know yet, because it is younger than
 * the store, is damage and no stray: a store that was put back from an older backup must not take newer data with it.
 */
import { basename, dirname, join } from 'node:path';
import { metadataVersion, pathOfUri, uriOfPath } from '@weft/core/lakehouse/paths';
import { HINT_NAME, hintOf } from '@weft/core/lakehouse/version-hint';
import { readUnreachable } from '../../store/node-files.ts';
import type { ProofContext, ProofFiles } from './proof-ports.ts';
import type { BatchFiles } from './prove-batches.ts';
import type { ProvenTable } from './prove-tables.ts';

/** How the object store names a file that is not whole yet. */
const TEMPORARY = '.weft-tmp-';

export async function proveStrays(
  context: ProofContext,
  { tables, batches }: { tables: readonly ProvenTable[]; batches: BatchFiles },
): Promise<void> {
  const { ports } = context;
  const { directories, files } = ports;
  const found = await files.walk(directories.tables);
  const leaving = await readUnreachable(context.db);
  const passing = await walkAll(files, directories.passing);
  const early = earlyBatches(passing.map(({ path }) => path));
  for (const { path, bytes } of found) {
    if (leaving.has(uriOfPath(path))) continue;
    const table = tables.find(({ row }) => path.startsWith(`${pathOfUri(row.location)}/`));
    if (table === undefined) unknownTable(context, path);
    else await proveTableFile(context, { table, batches, early, path, bytes });
  }
  const there = new Set(found.map(({ path }) => path));
  for (const table of tables) {
    const path = join(pathOfUri(table.row.location), 'metadata', HINT_NAME);
    if (!there.has(path)) await proveHint(context, table, path);
  }
  for (const { path, bytes } of await files.walk(directories.quarantine)) {
    if (batches.quarantines.has(path)) continue;
    const batch = batchOf(path);
    // Why not marks: theirs are written before the store knows of the batch, and a process may end in between.
    const isOfBatch = batch !== null && !path.endsWith('.marks.parquet');
    if (isOfBatch && !batches.known.has(batch) && !early.has(batch)) tooNew(context, path);
    else stray(context, { code: 'stray-quarantine', path, bytes });
  }
  for (const { path, bytes } of await files.walk(directories.landings)) {
    if (!batches.landings.has(path)) stray(context, { code: 'stray-landing', path, bytes });
  }
  for (const { path, bytes } of passing) stray(context, { code: 'stray-passing', path, bytes });
}

async function walkAll(files: ProofFiles, directories: readonly string[]) {
  const found = await Promise.all(directories.map((directory) => files.walk(directory)));
  return found.flat();
}

/** Batches whose check began before the store knew of them, by the notes that they left (`ingest-failure.ts`). */
function earlyBatches(paths: readonly string[]): Set<string> {
  return new Set(
    paths.flatMap((path) => /\/(bat_[0-9A-Z]{26})\/table\.json$/.exec(path)?.[1] ?? []),
  );
}

interface TableFile {
  table: ProvenTable;
  batches: BatchFiles;
  /** Batches whose check began before the store knew of them. */
  early: ReadonlySet<string>;
  path: string;
  bytes: number;
}

async function proveTableFile(context: ProofContext, file: TableFile): Promise<void> {
  const { table, batches, early, path, bytes } = file;
  const name = basename(path);
  if (name === HINT_NAME) return await proveHint(context, table, path);
  if (table.named?.has(path) || batches.held.has(path)) return;
  const code = basename(dirname(path)) === 'data' ? 'stray-data' : 'stray-metadata';
  if (name.startsWith(TEMPORARY)) return stray(context, { code, path, bytes });
  const batch = batchOf(path);
  if (batch !== null && early.has(batch) && !batches.known.has(batch)) {
    return stray(context, { code, path, bytes });
  }
  if (batch !== null && !batches.known.has(batch)) return tooNew(context, path);
  // Why more than one: a commit that broke off leaves the one version after the present one.
  const number = metadataVersion(path);
  if (number !== null && number > Number(table.row.version)) return tooNew(context, path);
  // Why nothing is said otherwise: what cannot be read could name it.
  if (table.named !== null) stray(context, { code, path, bytes });
}

function batchOf(path: string): string | null {
  return /^(bat_[0-9A-Z]{26})[-.]/.exec(basename(path))?.[1] ?? null;
}

function stray(
  { findings, ports }: ProofContext,
  { code, path, bytes }: { code: string; path: string; bytes: number },
): void {
  const detail = `${bytes} bytes that nothing names`;
  findings.stray({ code, subject: path, detail }, () => ports.files.remove(path));
}

function tooNew({ findings }: ProofContext, path: string): void {
  findings.damaged({
    code: 'newer-than-store',
    subject: path,
    detail: 'it is of a batch or version that the store does not know',
    affected:
      'data that was committed after the store was copied, if the store was put back from a backup',
    remedy:
      'Restore the store and the files from one backup; nothing is swept meanwhile. If the file is of no use, delete it by hand.',
  });
}

function unknownTable(context: ProofContext, path: string): void {
  if (basename(path).startsWith(TEMPORARY)) {
    stray(context, { code: 'stray-metadata', path, bytes: 0 });
    return;
  }
  context.findings.damaged({
    code: 'newer-than-store',
    subject: path,
    detail: 'it stands where no table of the store is',
    affected: 'a table that was made after the store was copied, if the store was put back',
    remedy: 'Restore the store and the files from one backup, or delete it by hand.',
  });
}

/** The hint is best effort: a wrong one misleads outside readers and nobody else. */
async function proveHint(
  { ports, findings }: ProofContext,
  { name, location }: ProvenTable,
  path: string,
): Promise<void> {
  if (location === null) return;
  const right = hintOf(location);
  const bytes = await ports.files.read(path);
  if (bytes !== null && new TextDecoder().decode(bytes).trim() === right) return;
  findings.repairable(
    {
      code: 'hint-wrong',
      subject: name,
      detail: `${path} does not name the current version`,
      affected: `readers of ${name} that open its folder without Weft: they see another version, or none`,
    },
    async () => {
      await ports.files.write(join(dirname(path), HINT_NAME), right);
      return `It names ${right} again.`;
    },
  );
}
