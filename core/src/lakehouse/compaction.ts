/**
 * Compaction, the choice: which files of a table are worth merging into fewer.
 *
 * Not the merging (`write-files.ts`) and not its commit (`rewrite.ts`). Files are merged by classes of size, so that a row
 * is written again a few times in its life and not with every small batch that follows it.
 * Invariants: a group never crosses partitions; a file that is as large as wanted is left alone, except where rows of it
 * were deleted; one run is bounded in bytes.
 */
import { groupBy } from './group.ts';
import type { ReadFile } from './types.ts';

export interface CompactionPolicy {
  /** Size that merged files shall have. */
  targetBytes: number;
  /** So many files of one class of size and partition are merged, and not fewer. */
  filesMin: number;
  /** Bytes that one run may read. */
  runBytesMax: number;
}

/** The largest size of the lowest class; each class above is `CLASS_FACTOR` times larger. */
const LOWEST_CLASS_BYTES = 64 * 1024;
const CLASS_FACTOR = 8;
/** A file of this share of the wanted size is large enough. */
const LARGE_SHARE = 0.75;

/** True for a file that is smaller than files of the table shall be. */
export function isSmall(file: { bytes: number }, { targetBytes }: CompactionPolicy): boolean {
  return file.bytes < targetBytes * LARGE_SHARE;
}

/**
 * Groups of files, each to become one file (or, where it crosses the wanted size, a few). Files with deleted rows come
 * first, alone if need be.
 */
export function planCompaction(files: readonly ReadFile[], policy: CompactionPolicy): ReadFile[][] {
  const groups = [...groupBy(files, (file) => file.partition).values()].flatMap((partition) => [
    ...cut(
      partition.filter((file) => file.deletes.length > 0),
      policy.targetBytes,
    ),
    ...mergeClasses(
      partition.filter((file) => file.deletes.length === 0),
      policy,
    ),
  ]);
  return withinRun(groups, policy.runBytesMax);
}

/** The files of the highest class that is full, and all that are smaller: merging those as well costs little. */
function mergeClasses(files: readonly ReadFile[], policy: CompactionPolicy): ReadFile[][] {
  const { targetBytes, filesMin } = policy;
  const small = files.filter((file) => isSmall(file, policy));
  const byClass = groupBy(small, (file) => sizeClass(file.bytes));
  const full = [...byClass].filter(([, group]) => group.length >= filesMin).map(([no]) => no);
  if (full.length === 0) return [];
  const highest = Math.max(...full);
  const chosen = small.filter((file) => sizeClass(file.bytes) <= highest);
  return cut(chosen, targetBytes).filter((group) => group.length > 1);
}

function sizeClass(bytes: number): number {
  return Math.max(0, Math.ceil(Math.log(bytes / LOWEST_CLASS_BYTES) / Math.log(CLASS_FACTOR)));
}

/** Cuts files, oldest first, into runs of about the wanted size. */
function cut(files: readonly ReadFile[], targetBytes: number): ReadFile[][] {
  const groups: ReadFile[][] = [];
  let room = 0;
  for (const file of [...files].sort(byAge)) {
    if (file.bytes > room || groups.length === 0) {
      groups.push([]);
      room = targetBytes;
    }
    groups.at(-1)?.push(file);
    room -= file.bytes;
  }
  return groups;
}

function byAge(a: ReadFile, b: ReadFile): number {
  return a.sequence - b.sequence || (a.path < b.path ? -1 : 1);
}

function withinRun(groups: ReadFile[][], bytesMax: number): ReadFile[][] {
  let bytes = 0;
  return groups.filter((group, i) => {
    bytes += group.reduce((sum, file) => sum + file.bytes, 0);
    return i === 0 || bytes <= bytesMax;
  });
}
