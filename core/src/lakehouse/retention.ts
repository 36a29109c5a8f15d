/**
 * Which snapshots a table keeps, and which files nothing refers to once the others are gone.
 *
 * Not here: writing the new version (`expire.ts`, `commit.ts`) and deleting files, which the caller does after the swap.
 * Invariants: a snapshot that a branch or tag names is kept; a file that any kept snapshot needs is never called
 * unreachable, whatever writer made the snapshot.
 * Source: spec/iceberg/format/spec.md, "Snapshot Retention Policy".
 */
import { isWeftError } from '../lib/error.ts';
import { ENTRY_STATUS, type ManifestFile } from './manifest.ts';
import { readManifest, readManifestList } from './manifest-store.ts';
import { normalUri } from './paths.ts';
import type { LakehousePorts } from './ports.ts';
import { findSnapshot } from './scan.ts';
import type { Snapshot, TableMetadata } from './types.ts';

type ReadPorts = Pick<LakehousePorts, 'objects' | 'deflate'>;

/** Property of a table: how long a snapshot is kept after it was current, in milliseconds. */
export const SNAPSHOT_AGE = 'history.expire.max-snapshot-age-ms';

export interface RetentionRule {
  /** Snapshots that were not current at this time (ms since the epoch) or later may go. */
  olderThan: number;
  /** As many of the current branch are kept, however old. At least 1. */
  keepLast: number;
}

/** The table without the snapshots that the rule lets go, and the files that become unreachable by it. */
export async function expireSnapshots(
  ports: ReadPorts,
  metadata: TableMetadata,
  rule: RetentionRule,
): Promise<{ metadata: TableMetadata; unreachable: string[] }> {
  const keptIds = keptSnapshotIds(metadata, rule);
  const isKept = (id: number | bigint): boolean => keptIds.has(String(id));
  const kept = metadata.snapshots.filter((s) => isKept(s['snapshot-id']));
  const dropped = metadata.snapshots.filter((s) => !isKept(s['snapshot-id']));
  if (dropped.length === 0) return { metadata, unreachable: [] };
  const log = metadata['snapshot-log'];
  const lastGone = log.findLastIndex((entry) => !isKept(entry['snapshot-id']));
  return {
    metadata: { ...metadata, snapshots: kept, 'snapshot-log': log.slice(lastGone + 1) },
    unreachable: await findUnreachable(ports, dropped, kept),
  };
}

/** How many snapshots the rule lets go. */
export function countExpired(metadata: TableMetadata, rule: RetentionRule): number {
  const kept = keptSnapshotIds(metadata, rule);
  return metadata.snapshots.filter((s) => !kept.has(String(s['snapshot-id']))).length;
}

function keptSnapshotIds(metadata: TableMetadata, rule: RetentionRule): Set<string> {
  const kept = new Set<string>();
  for (const ref of Object.values(metadata.refs)) kept.add(String(ref['snapshot-id']));
  const byId = new Map(metadata.snapshots.map((s) => [String(s['snapshot-id']), s]));
  for (const snapshot of metadata.snapshots) {
    if (snapshot['timestamp-ms'] < rule.olderThan) continue;
    kept.add(String(snapshot['snapshot-id']));
    // Why: the one before was current until this one came, however long ago it was made.
    const before = byId.get(String(snapshot['parent-snapshot-id']));
    if (before !== undefined) kept.add(String(before['snapshot-id']));
  }
  let next: Snapshot | null | undefined = findSnapshot(metadata);
  for (let i = 0; i < Math.max(1, rule.keepLast) && next; i++) {
    kept.add(String(next['snapshot-id']));
    next = byId.get(String(next['parent-snapshot-id']));
  }
  return kept;
}

/** Manifest lists, manifests and data files that only the dropped snapshots refer to. */
async function findUnreachable(
  ports: ReadPorts,
  dropped: Snapshot[],
  kept: Snapshot[],
): Promise<string[]> {
  const keptManifests = new Map<string, ManifestFile>();
  for (const snapshot of kept) {
    for (const manifest of await readManifestList(ports, snapshot)) {
      keptManifests.set(normalUri(manifest.path), manifest);
    }
  }
  const keptLists = new Set(kept.map((snapshot) => normalUri(snapshot['manifest-list'])));
  const lists = dropped
    .map((snapshot) => snapshot['manifest-list'])
    .filter((path) => !keptLists.has(normalUri(path)));
  const manifests = new Map<string, ManifestFile>();
  for (const snapshot of dropped) {
    for (const manifest of await orNothing(readManifestList(ports, snapshot))) {
      const key = normalUri(manifest.path);
      if (!keptManifests.has(key)) manifests.set(key, manifest);
    }
  }
  const files = await unreachableFiles(ports, [...manifests.values()], [...keptManifests.values()]);
  return [...files, ...[...manifests.values()].map((manifest) => manifest.path), ...lists];
}

async function unreachableFiles(
  ports: ReadPorts,
  dropped: ManifestFile[],
  kept: ManifestFile[],
): Promise<string[]> {
  const candidates = new Map<string, string>();
  for (const manifest of dropped) {
    for (const entry of await orNothing(readManifest(ports, manifest))) {
      candidates.set(normalUri(entry.path), entry.path);
    }
  }
  if (candidates.size === 0) return [];
  for (const manifest of kept) {
    for (const entry of await readManifest(ports, manifest)) {
      if (entry.status !== ENTRY_STATUS.deleted) candidates.delete(normalUri(entry.path));
    }
  }
  return [...candidates.values()];
}

/** What was deleted before by an expiry that broke off names nothing any more. */
async function orNothing<T>(reading: Promise<T[]>): Promise<T[]> {
  try {
    return await reading;
  } catch (error) {
    if (isWeftError(error, 'NOT_FOUND')) return [];
    throw error;
  }
}
