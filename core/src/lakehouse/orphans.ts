/**
 * Orphans: files in a table's folder that no version of the table names, left by a crash or a commit that was lost.
 *
 * Not the deleting, and not files that a version named until lately: those are known when they become unreachable.
 * Invariant: what any snapshot, the metadata log or the pointer names is no orphan. The caller lists the files first, then
 * learns what is under way, and reads the pointer last: what was committed in between is then named here, and what was
 * begun in between was not listed.
 */
import { ENTRY_STATUS } from './manifest.ts';
import { readManifest, readManifestList } from './manifest-store.ts';
import { normalUri } from './paths.ts';
import type { LakehousePorts } from './ports.ts';
import type { TableMetadata } from './types.ts';

export interface ListedFile {
  uri: string;
  /** Milliseconds since the epoch. */
  modified: number;
}

export interface SweepRule {
  /** Files that were written at this time or later stay: what writes them may not have named them yet. */
  olderThan: number;
  /** True for files of work that is under way, or that were put aside. */
  isClaimed(uri: string): boolean;
}

/** Names that only tables have; whatever else lies in the folder is not ours to delete. */
const TABLE_FILE = /\/(?:data\/.*\.parquet|metadata\/[^/]*(?:\.avro|\.metadata\.json))$/;

/** The listed files that may be deleted. */
export async function findOrphans(
  ports: Pick<LakehousePorts, 'objects' | 'deflate'>,
  listed: readonly ListedFile[],
  options: { table: { metadata: TableMetadata; location: string } | null; rule: SweepRule },
): Promise<string[]> {
  const { table, rule } = options;
  const old = listed.filter(
    ({ uri, modified }) =>
      modified < rule.olderThan && TABLE_FILE.test(uri) && !rule.isClaimed(uri),
  );
  if (old.length === 0) return [];
  const named = table === null ? new Set<string>() : await namedFiles(ports, table);
  return old.map(({ uri }) => uri).filter((uri) => !named.has(normalUri(uri)));
}

/** Every file that some version of the table still needs. */
async function namedFiles(
  ports: Pick<LakehousePorts, 'objects' | 'deflate'>,
  { metadata, location }: { metadata: TableMetadata; location: string },
): Promise<Set<string>> {
  const named = new Set<string>([normalUri(location)]);
  for (const entry of metadata['metadata-log']) named.add(normalUri(entry['metadata-file']));
  const manifests = new Set<string>();
  for (const snapshot of metadata.snapshots) {
    named.add(normalUri(snapshot['manifest-list']));
    for (const manifest of await readManifestList(ports, snapshot)) {
      const path = normalUri(manifest.path);
      named.add(path);
      if (manifests.has(path)) continue;
      manifests.add(path);
      for (const entry of await readManifest(ports, manifest)) {
        if (entry.status !== ENTRY_STATUS.deleted) named.add(normalUri(entry.path));
      }
    }
  }
  return named;
}
