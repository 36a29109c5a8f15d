/**
 * Snapshot expiry: a table version without old snapshots, and the files that nothing refers to any more.
 *
 * Not here: which snapshots are kept (`retention.ts`), and deleting files, which the caller does after the swap.
 * Invariant: a file of a kept snapshot is never called unreachable.
 */
import { stageMetadata } from './commit.ts';
import type { LakehousePorts } from './ports.ts';
import { expireSnapshots } from './retention.ts';
import type { StagedMetadata, TableMetadata } from './types.ts';

/**
 * Stages the table without snapshots that were last current before `olderThan` (ms since the epoch), keeping at least
 * `keepLast` of the current branch and all that branches and tags name. Delete `unreachable` only after the swap was won,
 * and when no reader can still be at one of the dropped snapshots.
 */
export async function stageExpire(
  ports: LakehousePorts,
  options: { base: TableMetadata; baseLocation: string; olderThan: number; keepLast: number },
): Promise<{ staged: StagedMetadata; unreachable: string[] }> {
  const { base, baseLocation, ...rule } = options;
  const { metadata, unreachable } = await expireSnapshots(ports, base, rule);
  const staged = await stageMetadata(ports, { base: metadata, baseLocation });
  const all = [...unreachable, ...staged.unreachable];
  return { staged: { ...staged, unreachable: all }, unreachable: all };
}
