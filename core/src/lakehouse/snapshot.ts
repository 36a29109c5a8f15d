/**
 * The files of one new snapshot: manifests, manifest list, summary, bounded history.
 *
 * Not here: which files a snapshot gets or loses (`commit.ts` appends, `rewrite.ts` replaces), and the pointer.
 * Invariants: sequence numbers ascend by one per snapshot; a file keeps the sequence of the snapshot that added it,
 * through merges of manifests; a manifest holds files of one partition spec; the numbers of manifests and snapshots stay
 * bounded.
 * Source: spec/iceberg/format/spec.md, "Snapshots", "Manifest Lists", Appendix F "Optional Snapshot Summary Fields".
 */
import { WeftError } from '../lib/error.ts';
import { groupBy } from './group.ts';
import {
  ENTRY_STATUS,
  type EntryToWrite,
  encodeManifest,
  encodeManifestList,
  type ManifestEntry,
  type ManifestFile,
  summarise,
  toDataFile,
} from './manifest.ts';
import { keepManifestList, readManifest } from './manifest-store.ts';
import { type BoundPartitionField, bindSpec } from './partition.ts';
import type { LakehousePorts } from './ports.ts';
import { expireSnapshots } from './retention.ts';
import { findSnapshot } from './scan.ts';
import { makeSnapshotId, makeUuid, type StageWriter } from './stage.ts';
import { currentSchema } from './table.ts';
import type { DataFile, Snapshot, StagedCommit, TableMetadata } from './types.ts';

/** Small manifests that a list may name before they are merged into one. */
const SMALL_MANIFESTS_MAX = 100;
/** A manifest of this size is left alone by merging, so that the work of a merge stays bounded. */
const MERGED_BYTES_MIN = 1 << 20;
/** Snapshots that a table keeps when its property `history.expire.min-snapshots-to-keep` does not say. */
const SNAPSHOTS_KEPT = 100;
/** Snapshots beyond the kept ones before a commit drops them, so that not every commit pays for it. */
const SNAPSHOTS_SLACK = 20;

/** One snapshot in the making. */
export interface Stage {
  ports: LakehousePorts;
  writer: StageWriter;
  base: TableMetadata;
  snapshotId: number;
  sequence: number;
}

export type Operation = 'append' | 'replace' | 'overwrite' | 'delete';

export function beginStage(ports: LakehousePorts, writer: StageWriter, base: TableMetadata): Stage {
  const snapshotId = makeSnapshotId(ports, base);
  return { ports, writer, base, snapshotId, sequence: base['last-sequence-number'] + 1 };
}

/** Manifests of files that this snapshot adds, one per partition spec. */
export function writeAdded(stage: Stage, files: readonly DataFile[]): ManifestFile[] {
  const bySpec = groupBy(files, (file) => file.partition?.specId ?? 0);
  return [...bySpec].map(([specId, group]) => {
    const entries = group.map((file) => ({
      status: ENTRY_STATUS.added,
      snapshotId: stage.snapshotId,
      sequence: null,
      fileSequence: null,
      file,
    }));
    return writeManifest(stage, specId, entries);
  });
}

/** An entry of an earlier manifest as this snapshot writes it again. */
export function carried(
  stage: Stage,
  entry: ManifestEntry,
  options: { fields: readonly BoundPartitionField[]; isRemoved: boolean },
): EntryToWrite {
  const { sequence, fileSequence } = entry;
  const file = toDataFile(entry, options.fields);
  const { existing, deleted } = ENTRY_STATUS;
  return options.isRemoved
    ? { status: deleted, snapshotId: stage.snapshotId, sequence, fileSequence, file }
    : { status: existing, snapshotId: entry.snapshotId, sequence, fileSequence, file };
}

/** Writes a data manifest whose files all have one spec. */
export function writeManifest(stage: Stage, specId: number, entries: EntryToWrite[]): ManifestFile {
  const { ports, writer, base, snapshotId, sequence } = stage;
  const fields = writtenFields(base, specId, entries);
  const schema = currentSchema(base);
  const bytes = encodeManifest(avroPorts(ports), { schema, specId, fields, entries });
  const path = writer.write(`${makeUuid(ports)}-m0.avro`, bytes);
  const of = (status: number): EntryToWrite[] => entries.filter((e) => e.status === status);
  const [added, existing, deleted] = [
    of(ENTRY_STATUS.added),
    of(ENTRY_STATUS.existing),
    of(ENTRY_STATUS.deleted),
  ];
  return {
    path,
    bytes: bytes.length,
    specId,
    content: 0,
    sequence,
    minSequence: [...added, ...existing].reduce(
      (min, e) => Math.min(min, e.sequence ?? sequence),
      sequence,
    ),
    snapshotId,
    addedFiles: added.length,
    existingFiles: existing.length,
    deletedFiles: deleted.length,
    addedRows: countRows(added),
    existingRows: countRows(existing),
    deletedRows: countRows(deleted),
    partitions: summarise(
      fields,
      entries.map((entry) => entry.file),
    ),
  };
}

/** Why checked: a tuple without a cell would stand for NULL, and a reader would then prune the file away. */
function writtenFields(
  base: TableMetadata,
  specId: number,
  entries: readonly EntryToWrite[],
): BoundPartitionField[] {
  const fields = bindSpec(base, specId);
  for (const { file } of entries) {
    const cells = file.partition?.cells;
    if (fields.every((field) => cells?.has(field['field-id']))) continue;
    throw new WeftError('TABLE_UNSUPPORTED', `${file.path} does not say its partition.`);
  }
  return fields;
}

function countRows(entries: readonly EntryToWrite[]): number {
  return entries.reduce((sum, entry) => sum + entry.file.records, 0);
}

/** The manifests of the parent that still name live files, with the small ones merged where there are too many. */
export async function mergeSmall(
  stage: Stage,
  manifests: readonly ManifestFile[],
): Promise<ManifestFile[]> {
  const live = manifests.filter((m) => m.addedFiles + m.existingFiles > 0);
  const isSmall = (m: ManifestFile): boolean => m.content === 0 && m.bytes < MERGED_BYTES_MIN;
  const bySpec = groupBy(live.filter(isSmall), (m) => m.specId);
  const merged: ManifestFile[] = [];
  const gone = new Set<ManifestFile>();
  for (const [specId, small] of bySpec) {
    if (small.length < SMALL_MANIFESTS_MAX) continue;
    const written = await mergeManifests(stage, specId, small);
    if (written === null) continue;
    merged.push(written);
    for (const manifest of small) gone.add(manifest);
  }
  return [...merged, ...live.filter((manifest) => !gone.has(manifest))];
}

/** One manifest of what the given ones name; null where another writer's partition fields cannot be written again. */
async function mergeManifests(
  stage: Stage,
  specId: number,
  manifests: readonly ManifestFile[],
): Promise<ManifestFile | null> {
  const fields = bindSpec(stage.base, specId);
  if (fields.some((field) => field.result === null)) return null;
  const entries: EntryToWrite[] = [];
  // Why: one of them may be of this very stage.
  await stage.writer.flush();
  for (const manifest of manifests) {
    for (const entry of await readManifest(stage.ports, manifest)) {
      if (entry.status === ENTRY_STATUS.deleted) continue;
      entries.push(carried(stage, entry, { fields, isRemoved: false }));
    }
  }
  return writeManifest(stage, specId, entries);
}

/** What a snapshot changes, for its summary. */
export interface Change {
  operation: Operation;
  added: readonly DataFile[];
  removed: readonly Pick<DataFile, 'records' | 'bytes' | 'partition'>[];
  /** Keys of the caller; operation and counts win over them. */
  summary: Record<string, string>;
}

/** A table with a snapshot that was added to it, and what of it is written as yet. */
export interface AddedSnapshot {
  metadata: TableMetadata;
  snapshotId: number;
  /** What the snapshot's manifest list names. */
  manifests: ManifestFile[];
  unreachable: string[];
}

/** Writes the manifest list of a snapshot that has these manifests, and adds it to the table. */
export async function addSnapshot(
  stage: Stage,
  { manifests, change }: { manifests: ManifestFile[]; change: Change },
): Promise<AddedSnapshot> {
  const { ports, writer, base, snapshotId, sequence } = stage;
  const parent = findSnapshot(base);
  const bytes = encodeManifestList(avroPorts(ports), {
    snapshotId,
    parentId: parent?.['snapshot-id'] ?? null,
    sequence,
    manifests,
  });
  const list = writer.write(`snap-${snapshotId}-${makeUuid(ports)}.avro`, bytes);
  keepManifestList(ports, { path: list, bytes: bytes.length, manifests });
  const snapshot: Snapshot = {
    'snapshot-id': snapshotId,
    ...(parent === null ? {} : { 'parent-snapshot-id': parent['snapshot-id'] }),
    'sequence-number': sequence,
    'timestamp-ms': Math.max(ports.clock.now(), base['last-updated-ms']),
    'manifest-list': list,
    summary: { ...change.summary, ...countSummary(change, manifests, parent) },
    'schema-id': base['current-schema-id'],
  };
  const bounded = await boundSnapshots(stage, withSnapshot(base, snapshot));
  return { ...bounded, snapshotId, manifests };
}

/** Writes manifest list and metadata of a snapshot that has these manifests. */
export async function finishSnapshot(
  stage: Stage,
  options: { manifests: ManifestFile[]; change: Change; baseLocation: string | null },
): Promise<StagedCommit> {
  const { metadata, unreachable, snapshotId } = await addSnapshot(stage, options);
  const { baseLocation } = options;
  const staged = await stage.writer.finish(metadata, { baseLocation, unreachable });
  return { ...staged, snapshotId };
}

function countSummary(
  change: Change,
  manifests: readonly ManifestFile[],
  parent: Snapshot | null,
): Record<string, string> {
  const { added, removed } = change;
  const data = manifests.filter((manifest) => manifest.content === 0);
  const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);
  const addedBytes = sum(added.map((file) => file.bytes));
  const removedBytes = sum(removed.map((file) => file.bytes));
  const parentBytes = parent === null ? 0 : Number(parent.summary['total-files-size']);
  const totalBytes = parentBytes + addedBytes - removedBytes;
  const isKnown = Number.isSafeInteger(totalBytes) && totalBytes >= 0;
  return {
    operation: change.operation,
    'added-data-files': String(added.length),
    'added-records': String(sum(added.map((file) => file.records))),
    'added-files-size': String(addedBytes),
    ...(removed.length === 0
      ? {}
      : {
          'deleted-data-files': String(removed.length),
          'deleted-records': String(sum(removed.map((file) => file.records))),
          'removed-files-size': String(removedBytes),
        }),
    'total-data-files': String(sum(data.map((m) => m.addedFiles + m.existingFiles))),
    'total-records': String(sum(data.map((m) => m.addedRows + m.existingRows))),
    ...(isKnown ? { 'total-files-size': String(totalBytes) } : {}),
    'changed-partition-count': String(countPartitions(change)),
    ...deleteTotals(manifests, parent),
  };
}

function countPartitions({ added, removed }: Change): number {
  const text = ({ partition }: Pick<DataFile, 'partition'>): string =>
    [partition?.specId ?? 0, ...(partition?.cells.values() ?? [])].map(String).join();
  return new Set([...added, ...removed].map(text)).size;
}

/** Totals that readers take for zero only when they stand there; what others counted is carried on. */
function deleteTotals(
  manifests: readonly ManifestFile[],
  parent: Snapshot | null,
): Record<string, string> {
  const hasDeletes = manifests.some((manifest) => manifest.content !== 0);
  const totals: Record<string, string> = {};
  for (const key of ['total-delete-files', 'total-position-deletes', 'total-equality-deletes']) {
    const known = parent?.summary[key];
    if (!hasDeletes) totals[key] = '0';
    else if (known !== undefined) totals[key] = known;
  }
  return totals;
}

function withSnapshot(base: TableMetadata, snapshot: Snapshot): TableMetadata {
  const id = snapshot['snapshot-id'];
  const time = snapshot['timestamp-ms'];
  return {
    ...base,
    'last-sequence-number': snapshot['sequence-number'],
    'last-updated-ms': time,
    'current-snapshot-id': id,
    snapshots: [...base.snapshots, snapshot],
    'snapshot-log': [...base['snapshot-log'], { 'timestamp-ms': time, 'snapshot-id': id }],
    refs: { ...base.refs, main: { ...base.refs['main'], 'snapshot-id': id, type: 'branch' } },
  };
}

async function boundSnapshots(
  stage: Stage,
  metadata: TableMetadata,
): Promise<{ metadata: TableMetadata; unreachable: string[] }> {
  const property = Number(metadata.properties['history.expire.min-snapshots-to-keep']);
  const keepLast = Number.isSafeInteger(property) && property > 0 ? property : SNAPSHOTS_KEPT;
  if (metadata.snapshots.length <= keepLast + SNAPSHOTS_SLACK) {
    return { metadata, unreachable: [] };
  }
  // Why: the new snapshot's own files are read too.
  await stage.writer.flush();
  return expireSnapshots(stage.ports, metadata, { olderThan: Number.POSITIVE_INFINITY, keepLast });
}

function avroPorts(ports: LakehousePorts): {
  deflate: LakehousePorts['deflate'];
  sync: Uint8Array;
} {
  return { deflate: ports.deflate, sync: ports.random.bytes(16) };
}
