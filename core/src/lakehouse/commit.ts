/**
 * Commits: stage the files of a new table version, then let the caller swap the pointer.
 *
 * Not here: the pointer itself, which lives in the caller's transaction, and the data files, which exist already.
 * Invariants: nothing that is staged is visible before the swap; of two writers on one parent exactly one wins; a lost
 * acknowledgement is resolved by reading the pointer again, never by a blind retry. `SPEC.md` has them with their tests.
 * Source: spec/iceberg/format/spec.md, "Snapshots", "Commit Conflict Resolution and Retry".
 */
import { must } from '../lib/assert.ts';
import { isWeftError, WeftError } from '../lib/error.ts';
import { parseSafeJson } from '../lib/safe-json.ts';
import { readManifestList } from './manifest-store.ts';
import { metadataVersion, normalUri } from './paths.ts';
import type { LakehousePorts } from './ports.ts';
import { findSnapshot } from './scan.ts';
import { addSnapshot, beginStage, mergeSmall, writeAdded } from './snapshot.ts';
import { METADATA_LOG_MAX, runStage, sweepFiles } from './stage.ts';
import type {
  DataFile,
  StagedAppends,
  StagedCommit,
  StagedMetadata,
  TableMetadata,
} from './types.ts';

/**
 * Stages an append. `base` is the table as loaded, or evolved since; `baseLocation` the metadata file that the pointer
 * names now, null for a new table. The summary's operation and counts are set here; other keys are the caller's.
 *
 * Old snapshots beyond the table's bound go with it: see `unreachable`.
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
  const { base, files, summary, baseLocation } = options;
  const appends = [{ files, summary }];
  const { snapshotIds, ...staged } = await stageAppends(ports, { base, appends, baseLocation });
  return { ...staged, snapshotId: must(snapshotIds[0], 'snapshot of an append') };
}

/** Files that make a snapshot of their own. */
export interface Append {
  files: DataFile[];
  summary: Record<string, string>;
}

/**
 * Stages several appends, one snapshot each, in one version of the table: they become visible together, and each has the
 * sequence number, the snapshot and the manifests that it would have alone.
 */
export async function stageAppends(
  ports: LakehousePorts,
  options: { base: TableMetadata; appends: readonly Append[]; baseLocation: string | null },
): Promise<StagedAppends> {
  const { base, appends, baseLocation } = options;
  return runStage(ports, base, async (writer) => {
    const parent = findSnapshot(base);
    let manifests = parent === null ? [] : await readManifestList(ports, parent);
    let metadata = base;
    const snapshotIds: number[] = [];
    const unreachable: string[] = [];
    for (const { files, summary } of appends) {
      const stage = beginStage(ports, writer, metadata);
      const added = await addSnapshot(stage, {
        manifests: [...writeAdded(stage, files), ...(await mergeSmall(stage, manifests))],
        change: { operation: 'append', added: files, removed: [], summary },
      });
      ({ metadata, manifests } = added);
      snapshotIds.push(added.snapshotId);
      unreachable.push(...added.unreachable);
    }
    const staged = await writer.finish(metadata, { baseLocation, unreachable });
    return { ...staged, snapshotIds };
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
