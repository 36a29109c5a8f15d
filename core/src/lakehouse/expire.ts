/**
 * Snapshot expiry: a table version without old snapshots, and the files that nothing refers to any more.
 *
 * Not here: deleting them, which the caller does after the swap.
 * Invariant: a file of a kept snapshot is never called unreachable.
 */
import { WeftError } from '../lib/error.ts';
import type { LakehousePorts } from './ports.ts';
import type { StagedMetadata, TableMetadata } from './types.ts';

export async function stageExpire(
  _ports: LakehousePorts,
  _options: {
    base: TableMetadata;
    baseLocation: string;
    olderThan: number;
    keepLast: number;
  },
): Promise<{ staged: StagedMetadata; unreachable: string[] }> {
  throw new WeftError('INTERNAL', 'stageExpire');
}
