/**
 * Counts of a table from its manifests: rows, bytes, and NULL per column, without opening a data file.
 *
 * Not bounds and not distinct values: those need a scan. Invariant: a column that one file has no count for has none in
 * the sum, so that a missing statistic never looks like "no NULL"; a column that a file was written without is NULL in
 * every row of that file. Fields of structs are counted as columns, by their paths; structs, lists and maps themselves have no
 * counts, and in lists and maps there is more or less than one value per row.
 */
import { ENTRY_STATUS } from './manifest.ts';
import { readManifest, readManifestList } from './manifest-store.ts';
import type { LakehousePorts } from './ports.ts';
import { findSnapshot } from './scan.ts';
import type { IcebergType } from './schema.ts';
import { currentColumns } from './table.ts';
import type { TableMetadata } from './types.ts';

export interface TableStatistics {
  rows: number;
  bytes: number;
  files: number;
  /** NULL cells by name of the column or path of the field, such as `address.zip`; only those that every file counts. */
  nulls: Map<string, number>;
}

interface CountedField {
  name: string;
  fieldId: number;
}

function countedFields(name: string, fieldId: number, type?: IcebergType): CountedField[] {
  if (typeof type !== 'object') return [{ name, fieldId }];
  if (type.type !== 'struct') return [];
  return type.fields.flatMap((field) =>
    countedFields(`${name}.${field.name}`, field.id, field.type as IcebergType),
  );
}

/** Statistics of the current snapshot. */
export async function readStatistics(
  ports: Pick<LakehousePorts, 'objects' | 'deflate'>,
  metadata: TableMetadata,
): Promise<TableStatistics> {
  const columns = currentColumns(metadata).flatMap(({ name, fieldId, field }) =>
    countedFields(name, fieldId, field?.type as IcebergType | undefined),
  );
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
