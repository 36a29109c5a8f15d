/**
 * Scan planning: which files a reader has to open, and which rows of them other engines deleted.
 *
 * Not here: reading them (`sql.ts` builds the statement for the engine), and what statistics and partitions prove
 * (`prune.ts`).
 * Invariants: a file that may hold a matching row is never left out; rows that were deleted are never shown: `planScan`
 * refuses a table with delete files, `planRead` gives each file its position deletes and refuses every other kind.
 * Source: spec/iceberg/format/spec.md, "Scan Planning", "Delete Formats".
 */
import { WeftError } from '../lib/error.ts';
import type { Predicate } from '../lib/predicate.ts';
import { stringifySafeJson } from '../lib/safe-json.ts';
import {
  ENTRY_STATUS,
  type FileStats,
  type ManifestEntry,
  type ManifestFile,
  partitionCells,
} from './manifest.ts';
import { readManifest, readManifestList } from './manifest-store.ts';
import { type BoundPartitionField, bindSpec } from './partition.ts';
import { rangesOfCells, rangesOfSummaries } from './partition-range.ts';
import { normalUri } from './paths.ts';
import type { LakehousePorts } from './ports.ts';
import { compilePruner, type PrunableFile } from './prune.ts';
import { currentSchema } from './table.ts';
import type { ReadFile, ScanFile, Snapshot, TableMetadata } from './types.ts';

type ReadPorts = Pick<LakehousePorts, 'objects' | 'deflate'>;

export interface ScanOptions {
  snapshotId?: number | bigint;
  /** Names columns of the current schema. */
  filter?: Predicate;
}

/**
 * The data files of a snapshot (the current one by default) that may hold rows for which `filter` is true, in order of
 * the manifests. A table without a snapshot has none.
 *
 * Throws NOT_FOUND for an unknown snapshot, TABLE_UNSUPPORTED for delete files and formats other than Parquet.
 */
export async function planScan(
  ports: ReadPorts,
  metadata: TableMetadata,
  options: ScanOptions = {},
): Promise<ScanFile[]> {
  const { data, deletes } = await liveEntries(ports, metadata, options);
  if (deletes.length > 0) throw unsupported('delete files');
  return data.map(toScanFile);
}

/**
 * Like `planScan`, with the position deletes of each file: `readTableSql` reads such a plan. Throws TABLE_UNSUPPORTED for
 * equality deletes.
 */
export async function planRead(
  ports: ReadPorts,
  metadata: TableMetadata,
  options: ScanOptions = {},
): Promise<ReadFile[]> {
  const { data, deletes } = await liveEntries(ports, metadata, options);
  if (deletes.some((entry) => entry.content !== 1)) throw unsupported('equality deletes');
  const byPartition = new Map<string, ManifestEntry[]>();
  for (const entry of deletes) {
    const key = partitionText(entry);
    byPartition.set(key, [...(byPartition.get(key) ?? []), entry]);
  }
  return data.map((entry) => {
    const partition = partitionText(entry);
    const found = (byPartition.get(partition) ?? []).filter((d) => mayDeleteFrom(d, entry));
    return { ...toScanFile(entry), partition, deletes: found.map((d) => d.path) };
  });
}

function toScanFile(entry: ManifestEntry): ScanFile {
  const { path, records, bytes, sequence } = entry;
  return { path, records, bytes, sequence };
}

/** The partition as text: equal for files of one spec with equal cells. */
function partitionText(entry: ManifestEntry): string {
  const cells = [...entry.partition()].map(([id, value]) => [
    id,
    value instanceof Uint8Array ? [...value] : value,
  ]);
  return stringifySafeJson([entry.specId, cells]);
}

/** Field id of `file_path` in position delete files. */
const DELETE_PATH_ID = 2_147_483_546;

/** Deletes mean files that were there; their bounds tell which ones, where the writer gave them. */
function mayDeleteFrom(deletes: ManifestEntry, data: ManifestEntry): boolean {
  if (deletes.sequence < data.sequence) return false;
  const lower = deletes.stats.lowerBounds().get(DELETE_PATH_ID);
  const upper = deletes.stats.upperBounds().get(DELETE_PATH_ID);
  if (lower === undefined || upper === undefined) return true;
  const [low, high] = [lower, upper].map((bytes) => normalUri(new TextDecoder().decode(bytes)));
  // Why only then: bounds may be cut short, and two spellings of one path are not in the order of the text.
  return low !== high || low === normalUri(data.path);
}

async function liveEntries(
  ports: ReadPorts,
  metadata: TableMetadata,
  options: ScanOptions,
): Promise<{ data: ManifestEntry[]; deletes: ManifestEntry[] }> {
  const snapshot = findSnapshot(metadata, options.snapshotId);
  const found = { data: [] as ManifestEntry[], deletes: [] as ManifestEntry[] };
  if (snapshot === null) return found;
  const filter = createFilter(metadata, options.filter);
  for (const manifest of await readManifestList(ports, snapshot)) {
    if (manifest.content === 0 && !filter.manifest(manifest)) continue;
    for (const entry of await readManifest(ports, manifest)) {
      if (entry.status === ENTRY_STATUS.deleted) continue;
      if (entry.content !== 0) {
        found.deletes.push(entry);
        continue;
      }
      if (entry.format.toLowerCase() !== 'parquet')
        throw unsupported(`files of type ${entry.format}`);
      if (filter.file(entry)) found.data.push(entry);
    }
  }
  return found;
}

const NO_STATS: FileStats = {
  columnSizes: () => new Map(),
  valueCounts: () => new Map(),
  nullCounts: () => new Map(),
  nanCounts: () => new Map(),
  lowerBounds: () => new Map(),
  upperBounds: () => new Map(),
};

interface ScanFilter {
  manifest(manifest: ManifestFile): boolean;
  file(entry: ManifestEntry): boolean;
}

function createFilter(metadata: TableMetadata, predicate: Predicate | undefined): ScanFilter {
  if (predicate === undefined) return { manifest: () => true, file: () => true };
  const mayMatch: (file: PrunableFile) => boolean = compilePruner(
    predicate,
    currentSchema(metadata),
  );
  const specs = new Map<number, BoundPartitionField[]>();
  const fieldsOf = (specId: number): BoundPartitionField[] => {
    const fields = specs.get(specId) ?? bindSpec(metadata, specId);
    specs.set(specId, fields);
    return fields;
  };
  return {
    manifest(manifest) {
      const ranges = rangesOfSummaries(fieldsOf(manifest.specId), manifest.partitions);
      return ranges.length === 0 || mayMatch({ records: 1, stats: NO_STATS, ranges });
    },
    file(entry) {
      const fields = fieldsOf(entry.specId);
      const ranges = rangesOfCells(fields, partitionCells(entry, fields));
      return mayMatch({ records: entry.records, stats: entry.stats, ranges });
    },
  };
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
