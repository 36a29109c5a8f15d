/**
 * Tables of a node: each pointer, the metadata file that it names and the earlier ones, and what the store counts of it.
 *
 * Not what the snapshots name (`prove-snapshots.ts`) nor strays (`prove-strays.ts`). Invariant: a pointer is put forward
 * only to a file that the store itself kept a proof of, that is the very version that the store counts, and that holds the
 * snapshot of the last commit.
 */
import { loadTable } from '@weft/core/lakehouse/commit';
import { metadataVersion, pathOfUri, uriOfPath } from '@weft/core/lakehouse/paths';
import type { TableMetadata } from '@weft/core/lakehouse/types';
import { readTables, type TableRow } from '../../store/node-batches.ts';
import type { ProofContext } from './proof-ports.ts';
import { codeOf, proofKey, proveFile } from './prove-file.ts';
import { proveSnapshots } from './prove-snapshots.ts';

/** A table as far as it could be read. */
export interface ProvenTable {
  row: TableRow;
  name: string;
  /** The metadata file that the pointer names, or has to name; null when there is none. */
  location: string | null;
  /** Null when the table has no version yet, or its metadata cannot be read. */
  metadata: TableMetadata | null;
  /** Paths of all files that its kept versions name; null when they cannot be told. */
  named: Set<string> | null;
}

export async function proveTables(context: ProofContext): Promise<ProvenTable[]> {
  const proven: ProvenTable[] = [];
  for (const row of await readTables(context.db)) {
    context.counts.tables += 1;
    const name = `${row.domain}.${row.table_name}@${row.major}`;
    proven.push(await proveTable(context, row, name));
  }
  return proven;
}

async function proveTable(
  context: ProofContext,
  row: TableRow,
  name: string,
): Promise<ProvenTable> {
  if (row.metadata_location === null) return proveEmpty(context, row, name);
  const read = await readPointed(context, { row, name, location: row.metadata_location });
  if (read === null) return { row, name, location: null, metadata: null, named: null };
  const { metadata, location } = read;
  proveIdentity(context, { row, name, metadata });
  const table = { row, name, metadata };
  const inside = await proveSnapshots(context, table);
  const earlier = await proveEarlier(context, table);
  const named =
    inside === null
      ? null
      : new Set([...inside, pathOfUri(location), ...earlier, ...otherFiles(metadata)]);
  return { row, name, location, metadata, named };
}

function proveEmpty({ findings }: ProofContext, row: TableRow, name: string): ProvenTable {
  if (Number(row.version) !== 0) {
    findings.damaged({
      code: 'pointer-missing',
      subject: name,
      detail: `the store counts ${row.version} versions and names no metadata file`,
      affected: `all rows of ${name}`,
      remedy: 'Restore the store from a backup; delete nothing.',
    });
    return { row, name, location: null, metadata: null, named: null };
  }
  return { row, name, location: null, metadata: null, named: new Set() };
}

interface Pointed {
  row: TableRow;
  name: string;
  location: string;
}

/** The version that the pointer names, or the one that it has to name. */
async function readPointed(
  context: ProofContext,
  pointed: Pointed,
): Promise<{ metadata: TableMetadata; location: string } | null> {
  const { row, name, location } = pointed;
  const number = metadataVersion(location);
  const wanted = Number(row.version) - 1;
  if (number !== null && number !== wanted) {
    const right = await findVersion(context, row, wanted);
    if (right !== null) {
      repairPointer(context, pointed, right.location);
      return right;
    }
    context.findings.damaged({
      code: 'pointer-wrong',
      subject: name,
      detail: `the pointer names version ${number}, and the store counts ${wanted}, which is not there whole`,
      affected: `rows of ${name} that were committed after version ${number}`,
      remedy: 'Restore the metadata file of that version from a backup; delete nothing.',
    });
    return null;
  }
  return await readVersion(context, pointed);
}

async function readVersion(context: ProofContext, { name, location }: Pointed) {
  const { findings, ports, proofs, counts } = context;
  const proof = proofs.get(proofKey(location));
  const state = await proveFile(ports.files, { uri: location, bytes: null, proof });
  counts.metadataFiles += 1;
  const broken = (code: string, detail: string): null => {
    findings.damaged({
      code,
      subject: name,
      detail,
      affected: `all rows of ${name}: no version of it can be read through Weft`,
      remedy:
        'Restore this file from a backup of the data directory; earlier versions beside it are whole where nothing else is said. Delete nothing.',
    });
    return null;
  };
  if ('detail' in state) return broken(codeOf('metadata', state), state.detail);
  try {
    return { metadata: await loadTable(ports.lakehouse, location), location };
  } catch (error) {
    return broken('metadata-torn', error instanceof Error ? error.message : String(error));
  }
}

/** The metadata file of this number that the store kept a proof of, when it is whole and holds the last commit. */
async function findVersion(
  context: ProofContext,
  row: TableRow,
  wanted: number,
): Promise<{ metadata: TableMetadata; location: string } | null> {
  const { ports, proofs, db } = context;
  const last = await db
    .selectFrom('batches')
    .select('snapshot')
    .where('domain', '=', row.domain)
    .where('table_name', '=', row.table_name)
    .where('major', '=', row.major)
    .where('sequence', '=', Number(row.next_sequence) - 1)
    .executeTakeFirst();
  for (const { path } of await ports.files.walk(`${pathOfUri(row.location)}/metadata`)) {
    const proof = proofs.get(proofKey(path));
    if (metadataVersion(path) !== wanted || proof === undefined) continue;
    const location = uriOfPath(path);
    const state = await proveFile(ports.files, { uri: location, bytes: null, proof });
    if (state.is !== 'proven') continue;
    const metadata = await loadTable(ports.lakehouse, location).catch(() => null);
    const holdsLast =
      last === undefined ||
      metadata?.snapshots.some((s) => String(s['snapshot-id']) === last.snapshot);
    if (metadata !== null && holdsLast) return { metadata, location };
  }
  return null;
}

function repairPointer({ findings, db }: ProofContext, pointed: Pointed, right: string): void {
  const { row, name, location } = pointed;
  findings.repairable(
    {
      code: 'pointer-behind',
      subject: name,
      detail: `the pointer names ${location}, and the store counts and proves ${right}`,
      affected: `rows of ${name} that were committed since: nobody sees them`,
    },
    async () => {
      await db
        .updateTable('tables')
        .set({ metadata_location: right })
        .where('domain', '=', row.domain)
        .where('table_name', '=', row.table_name)
        .where('major', '=', row.major)
        .execute();
      return `The pointer names ${right} again.`;
    },
  );
}

function proveIdentity(
  { findings }: ProofContext,
  { row, name, metadata }: { row: TableRow; name: string; metadata: TableMetadata },
): void {
  if (metadata['table-uuid'] === row.table_uuid && metadata.location === row.location) return;
  findings.damaged({
    code: 'metadata-of-another',
    subject: name,
    detail: `the metadata file is that of the table ${metadata['table-uuid']} in ${metadata.location}`,
    affected: `all rows of ${name}`,
    remedy: 'Restore the store and this table from one backup.',
  });
}

/** Earlier metadata files that the table remembers; a reader of the current version needs none of them. */
async function proveEarlier(
  { ports, proofs, findings, counts }: ProofContext,
  { name, metadata }: { name: string; metadata: TableMetadata },
): Promise<string[]> {
  const paths: string[] = [];
  for (const { 'metadata-file': uri } of metadata['metadata-log']) {
    counts.metadataFiles += 1;
    paths.push(pathOfUri(uri));
    const proof = proofs.get(proofKey(uri));
    const state = await proveFile(ports.files, { uri, bytes: null, proof });
    if (!('detail' in state)) continue;
    findings.damaged({
      code: codeOf('earlier-metadata', state),
      subject: name,
      detail: state.detail,
      affected: `the history of ${name}; its current version and its snapshots do not need this file`,
      remedy: 'Restore it from a backup, or leave it: it leaves the history by itself.',
    });
  }
  return paths;
}

/** Why by the texts: statistics files and whatever else a version names stand somewhere in it by their location. */
function otherFiles(metadata: TableMetadata): string[] {
  const found: string[] = [];
  const prefix = `${metadata.location}/`;
  const visit = (value: unknown): void => {
    if (typeof value === 'string' && value.startsWith(prefix)) found.push(pathOfUri(value));
    else if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  visit(metadata);
  return found;
}
