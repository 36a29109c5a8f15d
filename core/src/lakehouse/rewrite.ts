/**
 * Rewrites: a snapshot in which some files stand in the place of others.
 *
 * Not here: making the new files (`write-files.ts`) and choosing the old ones (`compaction.ts`, `restate.ts`).
 * Invariants: a file is taken away only while it is live, so of two rewrites of one file the second is refused; what came
 * in between (appends, rewrites of other files) stays; where another engine deleted rows since the rewrite began, it is
 * refused, because the new files do not know of it.
 * Source: spec/iceberg/format/spec.md, "Commit Conflict Resolution and Retry", "Snapshots" (operation).
 */
import { WeftError } from '../lib/error.ts';
import { ENTRY_STATUS, type ManifestEntry, type ManifestFile, toDataFile } from './manifest.ts';
import { readManifest, readManifestList } from './manifest-store.ts';
import { bindSpec } from './partition.ts';
import { normalUri } from './paths.ts';
import type { LakehousePorts } from './ports.ts';
import { findSnapshot } from './scan.ts';
import {
  beginStage,
  carried,
  finishSnapshot,
  mergeSmall,
  type Stage,
  writeAdded,
  writeManifest,
} from './snapshot.ts';
import { runStage } from './stage.ts';
import type { DataFile, StagedCommit, TableMetadata } from './types.ts';

export interface Rewrite {
  /** `replace`: the same rows in other files; `overwrite`: other rows; `delete`: rows only went. */
  operation: 'replace' | 'overwrite' | 'delete';
  /** Locations of the files that go. */
  remove: readonly string[];
  add: readonly DataFile[];
  /** `last-sequence-number` of the table that the rewrite read. */
  startSequence: number;
  summary: Record<string, string>;
}

/**
 * Stages a rewrite on the table as it is now, which may be newer than the one that was read. Throws COMMIT_CONFLICT when
 * one of the files is gone, or rows were deleted beside it: then the rewrite has to be made again.
 */
export async function stageRewrite(
  ports: LakehousePorts,
  options: Rewrite & { base: TableMetadata; baseLocation: string | null },
): Promise<StagedCommit> {
  const { base, baseLocation, operation, add, startSequence, summary } = options;
  const parent = findSnapshot(base);
  if (parent === null) throw conflict('the table has no snapshot');
  return runStage(ports, base, async (writer) => {
    const stage = beginStage(ports, writer, base);
    const inherited = await readManifestList(ports, parent);
    const deletes = inherited.filter((m) => m.content !== 0);
    if (deletes.some((m) => m.sequence > startSequence)) {
      throw conflict('another engine deleted rows meanwhile');
    }
    const data = inherited.filter((m) => m.content === 0);
    const { untouched, rewritten, removed } = await removeFiles(stage, data, options.remove);
    // Why not those just written: they say what this very snapshot took away.
    const merged = await mergeSmall(stage, untouched);
    const kept = [...writeAdded(stage, add), ...rewritten, ...merged];
    return await finishSnapshot(stage, {
      manifests: [...kept, ...neededDeletes(deletes, kept)],
      change: { operation, added: add, removed, summary },
      baseLocation,
    });
  });
}

interface Removal {
  untouched: ManifestFile[];
  rewritten: ManifestFile[];
  removed: DataFile[];
}

/** The manifests with the files taken out; those that name none of them stay as they are. */
async function removeFiles(
  stage: Stage,
  manifests: readonly ManifestFile[],
  remove: readonly string[],
): Promise<Removal> {
  const wanted = new Set(remove.map(normalUri));
  const result: Removal = { untouched: [], rewritten: [], removed: [] };
  for (const manifest of manifests) {
    const entries = (await readManifest(stage.ports, manifest)).filter(
      (entry) => entry.status !== ENTRY_STATUS.deleted,
    );
    const isRemoved = (entry: ManifestEntry): boolean => wanted.has(normalUri(entry.path));
    const gone = entries.filter(isRemoved);
    if (gone.length === 0) {
      result.untouched.push(manifest);
      continue;
    }
    const fields = bindSpec(stage.base, manifest.specId);
    const written = entries.map((entry) =>
      carried(stage, entry, { fields, isRemoved: isRemoved(entry) }),
    );
    result.rewritten.push(writeManifest(stage, manifest.specId, written));
    result.removed.push(...gone.map((entry) => toDataFile(entry, fields)));
  }
  if (result.removed.length !== wanted.size) throw conflict('a file of the rewrite is gone');
  return result;
}

/** Delete files are over once every row that they could mean stands in a file that was written after them. */
function neededDeletes(deletes: ManifestFile[], data: readonly ManifestFile[]): ManifestFile[] {
  const live = data.filter((m) => m.addedFiles + m.existingFiles > 0);
  const oldest = Math.min(...live.map((m) => m.minSequence));
  return deletes.filter((manifest) => manifest.sequence >= oldest);
}

function conflict(what: string): WeftError {
  return new WeftError('COMMIT_CONFLICT', `The rewrite cannot be committed: ${what}.`);
}
