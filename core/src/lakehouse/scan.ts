/**
 * Scan planning: which files a reader has to open.
 *
 * Not here: reading them (`sql.ts` builds the statement for the engine).
 * Invariant: a file that may hold a matching row is never left out.
 */
import { WeftError } from '../lib/error.ts';
import type { Predicate } from '../lib/predicate.ts';
import type { LakehousePorts } from './ports.ts';
import type { ScanFile, TableMetadata } from './types.ts';

export async function planScan(
  _ports: LakehousePorts,
  _metadata: TableMetadata,
  _options: { snapshotId?: number | bigint; filter?: Predicate } = {},
): Promise<ScanFile[]> {
  throw new WeftError('INTERNAL', 'planScan');
}
