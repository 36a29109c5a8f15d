/**
 * Commits: stage files of a new table version, then let the caller swap the pointer.
 *
 * Not here: the pointer itself, which lives in the caller's transaction.
 * Invariant: nothing that is staged is visible before the swap.
 */
import { WeftError } from '../lib/error.ts';
import type { LakehousePorts } from './ports.ts';
import type { DataFile, StagedCommit, StagedMetadata, TableMetadata } from './types.ts';

export async function stageAppend(
  _ports: LakehousePorts,
  _options: {
    base: TableMetadata;
    files: DataFile[];
    summary: Record<string, string>;
    baseLocation: string | null;
  },
): Promise<StagedCommit> {
  throw new WeftError('INTERNAL', 'stageAppend');
}

export async function stageMetadata(
  _ports: LakehousePorts,
  _options: { base: TableMetadata; baseLocation: string | null },
): Promise<StagedMetadata> {
  throw new WeftError('INTERNAL', 'stageMetadata');
}

export async function loadTable(
  _ports: LakehousePorts,
  _metadataLocation: string,
): Promise<TableMetadata> {
  throw new WeftError('INTERNAL', 'loadTable');
}

/** The table pointer as the caller read it; location null before the first commit. */
export interface TablePointer {
  metadata: TableMetadata;
  location: string | null;
}

export async function commitWithRetry<S extends StagedMetadata>(_options: {
  ports: LakehousePorts;
  attemptsMax: number;
  load: () => Promise<TablePointer>;
  stage: (pointer: TablePointer) => Promise<S>;
  /** True when the pointer was `expected` and now is the staged location, false when it was another; rejects when unknown. */
  swap: (staged: S, expected: string | null) => Promise<boolean>;
}): Promise<S> {
  throw new WeftError('INTERNAL', 'commitWithRetry');
}
