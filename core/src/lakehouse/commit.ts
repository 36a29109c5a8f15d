/**
 * Commits: stage the files of a new table version, then let the caller swap the pointer.
 *
 * Not here: the pointer itself, which lives in the caller's transaction, and the data files, which exist already.
 * Invariants: nothing that is staged is visible before the swap; of two writers on one parent exactly one wins; a lost
 * acknowledgement is resolved by reading the pointer again, never by a blind retry. `SPEC.md` has them with their tests.
 * Source: spec/iceberg/format/spec.md, "Snapshots", "Commit Conflict Resolution and Retry".
 */
import { isWeftError, WeftError } from '../lib/error.ts';
import { parseSafeJson } from '../lib/safe-json.ts';
import {
  ENTRY_STATUS,
  type EntryToWrite,
  encodeManifest,
  encodeManifestList,
  type ManifestFile,
  toDataFile,
} from './manifest.ts';
import { readManifest, readManifestList } from './manifest-store.ts';
import { metadataVersion, normalUri } from './paths.ts';
import type { LakehousePorts } from './ports.ts';
import { expireSnapshots } from './retention.ts';
import { findSnapshot } from './scan.ts';
import {
  METADATA_LOG_MAX,
  makeSnapshotId,
  makeUuid,
  runStage,
  type StageWriter,
  sweepFiles,
} from './stage.ts';
import { currentSchema } from './table.ts';
import type { DataFile, Snapshot, StagedCommit, StagedMetadata, TableMetadata } from './types.ts';

/** Small manifests that a list may name before they are merged into one. */
const SMALL_MANIFESTS_MAX = 100;
/** A manifest of this size is left alone by merging, so that the work of a merge stays bounded. */
const MERGED_BYTES_MIN = 1 << 20;
/** Snapshots that a table keeps when its property `history.expire.min-snapshots-to-keep` does not say. */
const SNAPSHOTS_KEPT = 100;
/** Snapshots beyond the kept ones before an append drops them, so that not every append pays for it. */
const SNAPSHOTS_SLACK = 20;

/**
 * Stages an append. `base` is the table as loaded, or evolved since; `baseLocation` the metadata file that the pointer
 * names now, null for a new table. The summary's operation and counts are set here; other keys are the caller's.
 *
 * Old snapshots beyond the table's bound go with it: see `unreachable`. Throws TABLE_UNSUPPORTED for partitioned tables.
 */
export async function stageAppend(
  ports: LakehousePorts,
  options: {
    base: TableMetadata;
    files: DataFile[];
    summary: Record<string, string>;
    baseLocation: string | null;
  },
): Promise<StagedCommit> {
  const { base, files, baseLocation } = options;
  refusePartitions(base);
  return runStage(ports, base, async (writer) => {
    const snapshotId = makeSnapshotId(ports, base);
    const sequence = base['last-sequence-number'] + 1;
    const stage = { ports, writer, base, snapshotId, sequence };
    const parent = findSnapshot(base);
    const inherited = parent === null ? [] : await readManifestList(ports, parent);
    const manifests = [...writeAdded(stage, files), ...(await mergeSmall(stage, inherited))];
    const list = writer.write(
      `snap-${snapshotId}-${makeUuid(ports)}.avro`,
      encodeManifestList(avroPorts(ports), {
        snapshotId,
        parentId: parent?.['snapshot-id'] ?? null,
        sequence,
        manifests,
      }),
    );
    const snapshot: Snapshot = {
      'snapshot-id': snapshotId,
      ...(parent === null ? {} : { 'parent-snapshot-id': parent['snapshot-id'] }),
      'sequence-number': sequence,
      'timestamp-ms': Math.max(ports.clock.now(), base['last-updated-ms']),
      'manifest-list': list,
      summary: { ...options.summary, ...countSummary(files, manifests, parent) },
      'schema-id': base['current-schema-id'],
    };
    const { metadata, unreachable } = await boundSnapshots(stage, addSnapshot(base, snapshot));
    const staged = await writer.finish(metadata, { baseLocation, unreachable });
    return { ...staged, snapshotId };
  });
}

/** Stages a change without data. `base` is the changed table, `baseLocation` the metadata file of the present one. */
export async function stageMetadata(
  ports: LakehousePorts,
  options: { base: TableMetadata; baseLocation: string | null },
): Promise<StagedMetadata> {
  const { base, baseLocation } = options;
  return runStage(ports, base, (writer) => writer.finish(base, { baseLocation, unreachable: [] }));
}

interface Stage {
  ports: LakehousePorts;
  writer: StageWriter;
  base: TableMetadata;
  snapshotId: number;
  sequence: number;
}

function writeAdded(stage: Stage, files: DataFile[]): ManifestFile[] {
  if (files.length === 0) return [];
  const entries = files.map((file) => ({
    status: ENTRY_STATUS.added,
    snapshotId: stage.snapshotId,
    sequence: null,
    fileSequence: null,
    file,
  }));
  return [writeManifest(stage, entries)];
}

/** The inherited manifests, with the small ones merged into one when there are too many. */
async function mergeSmall(stage: Stage, manifests: ManifestFile[]): Promise<ManifestFile[]> {
  const specId = stage.base['default-spec-id'];
  const isSmall = (m: ManifestFile): boolean =>
    m.content === 0 && m.specId === specId && m.bytes < MERGED_BYTES_MIN;
  const small = manifests.filter(isSmall);
  if (small.length < SMALL_MANIFESTS_MAX) return manifests;
  const entries: EntryToWrite[] = [];
  for (const manifest of small) {
    for (const entry of await readManifest(stage.ports, manifest)) {
      if (entry.status === ENTRY_STATUS.deleted) continue;
      const { snapshotId, sequence, fileSequence } = entry;
      const file = toDataFile(entry);
      entries.push({ status: ENTRY_STATUS.existing, snapshotId, sequence, fileSequence, file });
    }
  }
  const rest = manifests.filter((manifest) => !isSmall(manifest));
  return entries.length === 0 ? rest : [writeManifest(stage, entries), ...rest];
}

function writeManifest(stage: Stage, entries: EntryToWrite[]): ManifestFile {
  const { ports, writer, base, snapshotId, sequence } = stage;
  const specId = base['default-spec-id'];
  const bytes = encodeManifest(avroPorts(ports), { schema: currentSchema(base), specId, entries });
  const path = writer.write(`${makeUuid(ports)}-m0.avro`, bytes);
  const added = entries.filter((entry) => entry.status === ENTRY_STATUS.added);
  const existing = entries.filter((entry) => entry.status === ENTRY_STATUS.existing);
  return {
    path,
    bytes: bytes.length,
    specId,
    content: 0,
    sequence,
    minSequence: entries.reduce((min, e) => Math.min(min, e.sequence ?? sequence), sequence),
    snapshotId,
    addedFiles: added.length,
    existingFiles: existing.length,
    deletedFiles: 0,
    addedRows: countRows(added),
    existingRows: countRows(existing),
    deletedRows: 0,
    partitions: [],
  };
}

function countRows(entries: EntryToWrite[]): number {
  return entries.reduce((sum, entry) => sum + entry.file.records, 0);
}

/** Appendix F of the specification, "Optional Snapshot Summary Fields". */
function countSummary(
  files: DataFile[],
  manifests: ManifestFile[],
  parent: Snapshot | null,
): Record<string, string> {
  const data = manifests.filter((manifest) => manifest.content === 0);
  const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);
  const addedBytes = sum(files.map((file) => file.bytes));
  const parentBytes = parent === null ? 0 : Number(parent.summary['total-files-size']);
  return {
    operation: 'append',
    'added-data-files': String(files.length),
    'added-records': String(sum(files.map((file) => file.records))),
    'added-files-size': String(addedBytes),
    'total-data-files': String(sum(data.map((m) => m.addedFiles + m.existingFiles))),
    'total-records': String(sum(data.map((m) => m.addedRows + m.existingRows))),
    ...(Number.isSafeInteger(parentBytes)
      ? { 'total-files-size': String(parentBytes + addedBytes) }
      : {}),
  };
}

function addSnapshot(base: TableMetadata, snapshot: Snapshot): TableMetadata {
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

function refusePartitions(base: TableMetadata): void {
  const spec = base['partition-specs'].find((s) => s['spec-id'] === base['default-spec-id']);
  if (spec !== undefined && spec.fields.length === 0) return;
  throw new WeftError('TABLE_UNSUPPORTED', 'Weft does not append to a partitioned table.');
}

function avroPorts(ports: LakehousePorts): {
  deflate: LakehousePorts['deflate'];
  sync: Uint8Array;
} {
  return { deflate: ports.deflate, sync: ports.random.bytes(16) };
}

/**
 * Reads a metadata file. Throws NOT_FOUND, TABLE_CORRUPT when it is not table metadata, TABLE_UNSUPPORTED for format
 * versions other than 2.
 */
export async function loadTable(
  ports: Pick<LakehousePorts, 'objects'>,
  metadataLocation: string,
): Promise<TableMetadata> {
  const bytes = await ports.objects.get(metadataLocation);
  const document = parseMetadata(new TextDecoder().decode(bytes), metadataLocation);
  const version = document['format-version'];
  if (version !== 2) {
    throw new WeftError(
      'TABLE_UNSUPPORTED',
      `Iceberg format version ${String(version)} is not read.`,
    );
  }
  for (const key of ['table-uuid', 'location', 'schemas', 'partition-specs'] as const) {
    if (document[key] === undefined) throw damaged(metadataLocation, `${key} is missing`);
  }
  const current = document['current-snapshot-id'] ?? null;
  const currentId = current === null || BigInt(current) === -1n ? null : current;
  const main =
    currentId === null ? {} : { main: { 'snapshot-id': currentId, type: 'branch' as const } };
  return {
    'metadata-log': [],
    'snapshot-log': [],
    snapshots: [],
    properties: {},
    ...document,
    'current-snapshot-id': currentId,
    refs: document.refs ?? main,
  } as TableMetadata;
}

function parseMetadata(text: string, location: string): Partial<TableMetadata> {
  try {
    const document = parseSafeJson(text);
    if (typeof document === 'object' && document !== null)
      return document as Partial<TableMetadata>;
  } catch {
    throw damaged(location, 'it is not JSON');
  }
  throw damaged(location, 'it is not an object');
}

function damaged(location: string, what: string): WeftError {
  return new WeftError('TABLE_CORRUPT', `The metadata file ${location} is damaged: ${what}.`);
}

/** The table pointer as the caller read it; location null before the first commit. */
export interface TablePointer {
  metadata: TableMetadata;
  location: string | null;
}

export interface CommitLoop<S extends StagedMetadata> {
  ports: LakehousePorts;
  /** At least 1. Only lost races and unknown outcomes use attempts up. */
  attemptsMax: number;
  load: () => Promise<TablePointer>;
  stage: (pointer: TablePointer) => Promise<S>;
  /**
   * True when the pointer was `expected` and now is the staged location, false when it was another. It rejects with a
   * WeftError that is not retryable when the change certainly was not applied, with anything else when that is unknown.
   */
  swap: (staged: S, expected: string | null) => Promise<boolean>;
}

/**
 * Loads, stages and swaps until one stage is the table's, and returns that stage. Throws COMMIT_CONFLICT when all
 * attempts were lost, the swap's own error when that says the change was refused, or when the last attempt failed by it.
 */
export async function commitWithRetry<S extends StagedMetadata>(loop: CommitLoop<S>): Promise<S> {
  const { ports } = loop;
  let doubtful: { staged: S; expected: string | null }[] = [];
  let lastError: unknown = null;
  let pointer = await loop.load();
  for (let attempt = 0; attempt < loop.attemptsMax; attempt++) {
    const expected = pointer.location;
    const staged = await loop.stage(pointer);
    const outcome = await trySwap(loop, staged, expected);
    if (outcome.kind === 'won') {
      // Why: the pointer has moved on, so a swap that expected what it was before can no longer happen.
      await sweepFiles(
        ports,
        doubtful.flatMap((doubt) => doubt.staged.written),
      );
      return staged;
    }
    if (outcome.kind === 'lost') await sweepFiles(ports, staged.written);
    else doubtful.push({ staged, expected });
    lastError = outcome.kind === 'unknown' ? outcome.error : null;
    pointer = await loop.load();
    for (const doubt of doubtful) {
      if (isApplied(pointer, doubt.staged)) return doubt.staged;
      refuseLongGap(pointer, doubt.expected);
    }
    const dead = doubtful.filter((doubt) => doubt.expected !== pointer.location);
    await sweepFiles(
      ports,
      dead.flatMap((doubt) => doubt.staged.written),
    );
    doubtful = doubtful.filter((doubt) => doubt.expected === pointer.location);
  }
  if (lastError !== null) throw lastError;
  throw new WeftError('COMMIT_CONFLICT', `Lost ${loop.attemptsMax} times to other writers.`);
}

type SwapOutcome = { kind: 'won' } | { kind: 'lost' } | { kind: 'unknown'; error: unknown };

async function trySwap<S extends StagedMetadata>(
  loop: CommitLoop<S>,
  staged: S,
  expected: string | null,
): Promise<SwapOutcome> {
  try {
    return { kind: (await loop.swap(staged, expected)) ? 'won' : 'lost' };
  } catch (error) {
    if (!isWeftError(error) || error.retryable) return { kind: 'unknown', error };
    await sweepFiles(loop.ports, staged.written);
    throw error;
  }
}

/** True when the pointer names the staged version or one made from it. */
export function isApplied(pointer: TablePointer, staged: StagedMetadata): boolean {
  const location = normalUri(staged.metadataLocation);
  if (pointer.location !== null && normalUri(pointer.location) === location) return true;
  return pointer.metadata['metadata-log'].some((e) => normalUri(e['metadata-file']) === location);
}

/** Beyond the length of the metadata log nobody can tell whether a stage was applied; a guess could append twice. */
function refuseLongGap(pointer: TablePointer, expected: string | null): void {
  if (pointer.location === null) return;
  const now = metadataVersion(pointer.location) ?? 0;
  const then = expected === null ? -1 : (metadataVersion(expected) ?? 0);
  if (now - then < METADATA_LOG_MAX) return;
  throw new WeftError('UNAVAILABLE', 'It is unknown whether the commit was applied.', {
    remedy: 'Look at the table before sending the data again.',
  });
}
