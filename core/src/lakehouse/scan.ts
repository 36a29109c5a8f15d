/**
 * Scan planning: which files a reader has to open.
 *
 * Not here: reading them (`sql.ts` builds the statement for the engine), and what bounds prove (`prune.ts`).
 * Invariant: a file that may hold a matching row is never left out, and rows that were deleted are never shown: a table
 * with delete files is refused.
 */
import { WeftError } from '../lib/error.ts';
import type { Predicate } from '../lib/predicate.ts';
import { ENTRY_STATUS } from './manifest.ts';
import { readManifest, readManifestList } from './manifest-store.ts';
import type { LakehousePorts } from './ports.ts';
import { compilePruner } from './prune.ts';
import { currentSchema } from './table.ts';
import type { ScanFile, Snapshot, TableMetadata } from './types.ts';

/**
 * The data files of a snapshot (the current one by default) that may hold rows for which `filter` is true, in order of
 * the manifests. A table without a snapshot has none. `filter` names columns of the current schema.
 *
 * Throws NOT_FOUND for an unknown snapshot, TABLE_UNSUPPORTED for delete files and formats other than Parquet.
 */
export async function planScan(
  ports: Pick<LakehousePorts, 'objects' | 'deflate'>,
  metadata: TableMetadata,
  options: { snapshotId?: number | bigint; filter?: Predicate } = {},
): Promise<ScanFile[]> {
  const snapshot = findSnapshot(metadata, options.snapshotId);
  if (snapshot === null) return [];
  const mayMatch =
    options.filter === undefined ? null : compilePruner(options.filter, currentSchema(metadata));
  const files: ScanFile[] = [];
  for (const manifest of await readManifestList(ports, snapshot)) {
    for (const entry of await readManifest(ports, manifest)) {
      if (entry.status === ENTRY_STATUS.deleted) continue;
      if (entry.content !== 0) throw unsupported('delete files');
      if (entry.format.toLowerCase() !== 'parquet')
        throw unsupported(`files of type ${entry.format}`);
      if (mayMatch !== null && !mayMatch(entry)) continue;
      const { path, records, bytes, sequence } = entry;
      files.push({ path, records, bytes, sequence });
    }
  }
  return files;
}

/** The wanted snapshot, the current one when none is named, null when the table has none. */
export function findSnapshot(
  metadata: TableMetadata,
  snapshotId?: number | bigint,
): Snapshot | null {
  const wanted = snapshotId ?? metadata['current-snapshot-id'];
  if (wanted === null || wanted === undefined) return null;
  // Why: other writers have -1 for "none yet".
  if (snapshotId === undefined && BigInt(wanted) === -1n) return null;
  const snapshot = metadata.snapshots.find((s) => BigInt(s['snapshot-id']) === BigInt(wanted));
  if (snapshot !== undefined) return snapshot;
  throw new WeftError('NOT_FOUND', `The table has no snapshot ${wanted}.`);
}

function unsupported(what: string): WeftError {
  return new WeftError('TABLE_UNSUPPORTED', `The table has ${what}.`);
}
