/**
 * Counts of a table from its manifests: rows, bytes, and NULL per column, without opening a data file.
 *
 * Not bounds and not distinct values: those need a scan. Invariant: a column that one file has no count for has none in
 * the sum, so that a missing statistic never looks like "no NULL"; a column that a file was written without is NULL in
 * every row of that file.
 */
import { ENTRY_STATUS } from './manifest.ts';
import { readManifest, readManifestList } from './manifest-store.ts';
import type { LakehousePorts } from './ports.ts';
import { findSnapshot } from './scan.ts';
import { currentColumns } from './table.ts';
import type { TableMetadata } from './types.ts';

export interface TableStatistics {
  rows: number;
  bytes: number;
  files: number;
  /** NULL cells by column name; only columns that every file counts. */
  nulls: Map<string, number>;
}

/** Statistics of the current snapshot. */
export async function readStatistics(
  ports: Pick<LakehousePorts, 'objects' | 'deflate'>,
  metadata: TableMetadata,
): Promise<TableStatistics> {
  const columns = currentColumns(metadata);
  const nulls = new Map<string, number | null>(columns.map((column) => [column.name, 0]));
  const total = { rows: 0, bytes: 0, files: 0 };
  const snapshot = findSnapshot(metadata);
  for (const manifest of snapshot === null ? [] : await readManifestList(ports, snapshot)) {
    for (const entry of await readManifest(ports, manifest)) {
      if (entry.status === ENTRY_STATUS.deleted || entry.content !== 0) continue;
      total.rows += entry.records;
      total.bytes += entry.bytes;
      total.files += 1;
      const nullCounts = entry.stats.nullCounts();
      const valueCounts = entry.stats.valueCounts();
      for (const { name, fieldId } of columns) {
        const absent = !valueCounts.has(fieldId);
        const added = nullCounts.get(fieldId) ?? (absent ? entry.records : null);
        const before = nulls.get(name) ?? null;
        nulls.set(name, before === null || added === null ? null : before + added);
      }
    }
  }
  const counted = [...nulls].filter((pair): pair is [string, number] => pair[1] !== null);
  return { ...total, nulls: new Map(counted) };
}
