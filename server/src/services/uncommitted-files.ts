/**
 * Data files of a commit that did not come to its end: they are deleted when the table certainly does not have them.
 *
 * Not the files of a version (`commitWithRetry` sweeps those). Invariant: an answer that the store owes is no reason to
 * delete: the commit may have been made all the same, and what stays is swept as a stray when its time is over.
 */
import { sweepFiles } from '@weft/core/lakehouse/stage';
import { knowsFiles } from '../store/file-proofs.ts';
import { findTable, type TableName } from '../store/node-batches.ts';
import type { IngestDeps } from './ingest-ports.ts';
import { nodeDb } from './ingest-tables.ts';
import { laneOf } from './lanes.ts';

/** Never rejects: what could not be looked at stays. */
export async function sweepUncommitted(
  deps: Pick<IngestDeps, 'store' | 'lakehouse' | 'logger'>,
  table: TableName,
  uris: readonly string[],
): Promise<void> {
  if (uris.length === 0) return;
  try {
    if (!(await isCommitted(deps, table, uris))) await sweepFiles(deps.lakehouse, uris);
  } catch (error) {
    deps.logger.warn('files of a commit that broke off are left', {
      table: laneOf(table),
      files: uris.length,
      error: String(error),
    });
  }
}

/** Why under the lock of the table: a commit that is still under way on a broken line holds it until its end. */
async function isCommitted(
  deps: Pick<IngestDeps, 'store'>,
  table: TableName,
  uris: readonly string[],
): Promise<boolean> {
  return await nodeDb(deps)
    .transaction()
    .execute(async (tx) => {
      await findTable(tx, table, true);
      return await knowsFiles(tx, uris);
    });
}
